/**
 * What two sides of a reconciliation say, as data: whoever carries it chooses the encoding (the `WXRS` frames of
 * replication are protobuf). `decode…` is the carrier's too; `checkMessage` is what every message must pass.
 */
import { limits } from "../base/limits.js";
import { malformed } from "./varint.js";

/** From the initiator. Every head is one of the sender's set (IdSet.head). */
export type ReconcileRequest =
  | { readonly type: "open"; readonly head: Uint8Array; readonly count: number }
  /** More symbols of the set that had `head`. */
  | { readonly type: "more"; readonly head: Uint8Array; readonly from: number; readonly to: number }
  /** Negentropy protocol v1. */
  | { readonly type: "ranges"; readonly message: Uint8Array }
  /** The ids above `after`, or from the first, in order. */
  | { readonly type: "page"; readonly after?: Uint8Array }
  /** The end: ids that the initiator lacks, and ids that the responder lacks; concatenated, ascending. */
  | { readonly type: "found"; readonly missing: Uint8Array; readonly extra: Uint8Array };

/** From the responder. */
export type ReconcileAnswer =
  | { readonly type: "equal"; readonly head: Uint8Array }
  /** Packed symbols (symbols.ts) `from` index on, of the set of `count` ids that has `head`. */
  | {
      readonly type: "sketch";
      readonly head: Uint8Array;
      readonly count: number;
      readonly from: number;
      readonly symbols: Uint8Array;
    }
  | { readonly type: "rangesAnswer"; readonly head: Uint8Array; readonly message: Uint8Array }
  | { readonly type: "ids"; readonly head: Uint8Array; readonly ids: Uint8Array; readonly last: boolean };

export type ReconcileMessage = ReconcileRequest | ReconcileAnswer;

/** Throws `reconcile_malformed` where lengths and numbers are not what they must be. */
export function checkMessage(message: ReconcileMessage): void {
  switch (message.type) {
    case "open":
      checkHead(message.head);
      checkNumber(message.count, Number.MAX_SAFE_INTEGER);
      break;
    case "more":
      checkHead(message.head);
      checkNumber(message.to, limits.sketchSymbolsMax);
      checkNumber(message.from, message.to);
      break;
    case "ranges":
      checkBlob(message.message);
      break;
    case "page":
      if (message.after !== undefined) checkHead(message.after);
      break;
    case "found":
      checkIdList(message.missing);
      checkIdList(message.extra);
      break;
    case "equal":
      checkHead(message.head);
      break;
    case "sketch":
      checkHead(message.head);
      checkNumber(message.count, Number.MAX_SAFE_INTEGER);
      checkNumber(message.from, limits.sketchSymbolsMax);
      checkBlob(message.symbols);
      break;
    case "rangesAnswer":
      checkHead(message.head);
      checkBlob(message.message);
      break;
    case "ids":
      checkHead(message.head);
      checkIdList(message.ids);
      break;
    default:
      throw malformed("a message of unknown type");
  }
}

/** About how many bytes a message takes on a wire: its parts, and a tag and a length for each. */
export function messageBytes(message: ReconcileMessage): number {
  let bytes = 2;
  for (const value of Object.values(message))
    bytes += value instanceof Uint8Array ? value.length + 5 : typeof value === "string" ? 0 : 6;
  return bytes;
}

function checkHead(head: Uint8Array): void {
  if (head.length !== 32) throw malformed("a head or an id that is not 32 bytes");
}

function checkNumber(value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > max) throw malformed("a number out of range");
}

function checkBlob(bytes: Uint8Array): void {
  if (bytes.length > limits.reconcileMessageBytesMax) throw malformed("a message above its bound");
}

function checkIdList(ids: Uint8Array): void {
  checkBlob(ids);
  if (ids.length % 32 !== 0) throw malformed("ids that are not 32 bytes each");
}
