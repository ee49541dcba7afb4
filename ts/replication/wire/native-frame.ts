/**
 * WXRS frames, between Waxwing nodes only: rounds as in CRPL v3, messages as protobuf with byte strings as
 * bytes, a quarter of the JSON of integer arrays (docs/protocol.md, "Native frames").
 *
 * ```
 * 0  "WXRS"  4  version 01  5  flags: bit 0 FROM_RESPONDER, bits 1–7 zero
 * 6  round, u64 big-endian, never 0   14  NativeMessage to the end
 * ```
 * Lists are packed, so that a frame never becomes more objects than it has bytes to fill them with.
 */

import { waxwing } from "#bindings/protobuf/replication/generated/native.js";
import { concatBytes, uint64BeDecode, uint64BeEncode, utf8Encode } from "../../base/bytes.js";
import { checkBytes, checkInteger, checkString } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import { hashBytes } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { KindCatalog } from "../kind-catalog.js";
import { unknownKind } from "./decode-message.js";
import type {
  BodiesMessage,
  DeliverMessage,
  HeadsMessage,
  KindHead,
  NativeMessage as Message,
  SummaryRef,
} from "./message.js";
import { encodeBodies } from "./native-bodies.js";
import { decodeReconcile, encodeReconcile } from "./native-reconcile.js";

const { NativeMessage } = waxwing.replication;
type Body = waxwing.replication.NativeMessage.$Properties;

const refBytes = hashBytes + 8;
const lengthBytes = 4;

/** Returns a buffer with `headBytes` free bytes before the body. */
export function encodeNativeMessage(message: Message, headBytes: number): Uint8Array {
  checkString(message.kind, "kind");
  if (message.type === "deliver" || message.type === "bodies") return encodeBodies(message, headBytes);
  return concatBytes(
    new Uint8Array(headBytes),
    NativeMessage.encode({ kind: message.kind, ...bodyOf(message) }).finish(),
  );
}

/** Throws `frame_decode`. */
export function decodeNativeMessage(
  bytes: Uint8Array,
  start: number,
  kinds: Pick<KindCatalog, "has">,
): Message {
  const { kind, ...body } = parse(bytes.subarray(start));
  if (!kind) return kindlessMessageOf(body);
  if (!kinds.has(kind)) throw decodeError(unknownKind);
  return messageOf(kind, body);
}

function bodyOf(message: Exclude<Message, DeliverMessage | BodiesMessage>): Body {
  switch (message.type) {
    case "summary":
      return { summary: { refs: packRefs(message.refs), ...(message.forms ? { forms: true } : {}) } };
    case "diff":
      return { diff: { hashes: packHashes(message.want) } };
    case "fetch":
      return { fetch: { hashes: packHashes(message.want) } };
    case "pull":
      return { pull: { subjectKeyId: message.subjectKeyId } };
    case "cursor_pull":
      return { cursorPull: message.since === undefined ? {} : { since: message.since } };
    case "reconcile":
      return { reconcile: encodeReconcile(message.message) };
    case "unavailable":
      return { unavailable: {} };
    case "want":
      return { want: { ids: checkedIds(message.ids) } };
    case "taken":
      return { taken: { frames: message.frames } };
    case "heads":
      return { heads: { entries: packHeads(message.entries) } };
    case "headsAnswer":
      return { headsAnswer: { entries: packHeads(message.entries) } };
    case "stateHeadRequest":
      return { stateHeadRequest: { kinds: concatBytes(...message.kinds.map(packKind)) } };
    case "stateHeads": {
      const { lengths, records: statements } = packRecords(message.statements);
      return { stateHeads: { lengths, statements } };
    }
  }
}

function parse(bytes: Uint8Array): Body {
  try {
    // A view that is no Buffer: what is cut out of it with slice() is then a copy.
    return NativeMessage.decode(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch (cause) {
    throw decodeError(`not a NativeMessage: ${(cause as Error).message}`);
  }
}

function messageOf(kind: string, body: Body): Message {
  const { summary, diff, fetch, deliver, pull, cursorPull } = body;
  if (summary) {
    const refs = unpackRefs(summary.refs ?? nothing);
    return { type: "summary", kind, refs, ...(summary.forms ? { forms: true } : {}) };
  }
  if (diff) return { type: "diff", kind, want: unpackHashes(diff.hashes ?? nothing) };
  if (fetch) return { type: "fetch", kind, want: unpackHashes(fetch.hashes ?? nothing) };
  if (deliver) return { type: "deliver", kind, envelopes: unpackRecords(deliver.lengths, deliver.records) };
  if (pull) return { type: "pull", kind, subjectKeyId: checkedKeyId(pull.subjectKeyId ?? "") };
  if (cursorPull)
    return { type: "cursor_pull", kind, ...(cursorPull.since == null ? {} : { since: cursorPull.since }) };
  const { reconcile, unavailable, want, bodies, taken } = body;
  if (reconcile) return { type: "reconcile", kind, message: decodeReconcile(reconcile) };
  if (unavailable) return { type: "unavailable", kind };
  if (want) return { type: "want", kind, ids: checkedIds(want.ids ?? nothing) };
  if (bodies) {
    const envelopes = unpackRecords(bodies.lengths, bodies.records);
    return { type: "bodies", kind, envelopes, left: bodies.left ?? 0 };
  }
  if (taken) return { type: "taken", kind, frames: taken.frames ?? 0 };
  throw decodeError("no message that is known here");
}

/** Messages about all kinds at once. */
function kindlessMessageOf({ heads, headsAnswer, stateHeadRequest, stateHeads }: Body): Message {
  if (heads) return { type: "heads", kind: "", entries: unpackHeads(heads.entries ?? nothing) };
  if (headsAnswer)
    return { type: "headsAnswer", kind: "", entries: unpackHeads(headsAnswer.entries ?? nothing) };
  if (stateHeadRequest)
    return { type: "stateHeadRequest", kind: "", kinds: unpackKinds(stateHeadRequest.kinds ?? nothing) };
  if (stateHeads) {
    const statements = unpackRecords(stateHeads.lengths, stateHeads.statements);
    return { type: "stateHeads", kind: "", statements };
  }
  throw decodeError(unknownKind);
}

const nothing = new Uint8Array(0);

function packRefs(refs: readonly SummaryRef[]): Uint8Array {
  const packed = new Uint8Array(refs.length * refBytes);
  const view = new DataView(packed.buffer);
  for (const [index, { hash, seq }] of refs.entries()) {
    checkBytes(hash, "ref hash", hashBytes);
    checkInteger(seq, "ref seq", 0);
    packed.set(hash, index * refBytes);
    view.setBigUint64(index * refBytes + hashBytes, BigInt(seq));
  }
  return packed;
}

/** A sequence number that a JS number cannot hold exactly is clamped to 2^53 − 1, as in CRPL. */
function unpackRefs(packed: Uint8Array): SummaryRef[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  return slices(packed, refBytes, "refs").map((ref, index) => ({
    hash: ref.slice(0, hashBytes),
    seq: clamped(view.getBigUint64(index * refBytes + hashBytes)),
  }));
}

function clamped(seq: bigint): number {
  return seq > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(seq);
}

function packHashes(hashes: readonly Uint8Array[]): Uint8Array {
  for (const hash of hashes) checkBytes(hash, "want", hashBytes);
  return concatBytes(...hashes);
}

function unpackHashes(packed: Uint8Array): Uint8Array[] {
  return slices(packed, hashBytes, "hashes").map((hash) => hash.slice());
}

function slices(packed: Uint8Array, size: number, name: string): Uint8Array[] {
  const count = packed.length / size;
  if (!Number.isInteger(count)) throw decodeError(`${name} of ${packed.length} bytes`);
  if (count > limits.summaryRefsAcceptedMax) throw decodeError(`${count} ${name}`);
  return Array.from({ length: count }, (_, index) => packed.subarray(index * size, (index + 1) * size));
}

function packRecords(envelopes: readonly Uint8Array[]): { lengths: Uint8Array; records: Uint8Array } {
  const lengths = new Uint8Array(envelopes.length * lengthBytes);
  const view = new DataView(lengths.buffer);
  for (const [index, envelope] of envelopes.entries()) {
    checkBytes(envelope, "envelope");
    view.setUint32(index * lengthBytes, envelope.length);
  }
  return { lengths, records: concatBytes(...envelopes) };
}

/** As `packRecords` made them; either may be absent. */
function unpackRecords(
  lengths: Uint8Array | null | undefined = nothing,
  records: Uint8Array | null | undefined = nothing,
): Uint8Array[] {
  return unpack(lengths ?? nothing, records ?? nothing);
}

function unpack(lengths: Uint8Array, records: Uint8Array): Uint8Array[] {
  const count = lengths.length / lengthBytes;
  if (!Number.isInteger(count)) throw decodeError(`lengths of ${lengths.length} bytes`);
  if (count > limits.deliverRecordsAcceptedMax) throw decodeError(`${count} records`);
  const view = new DataView(lengths.buffer, lengths.byteOffset, lengths.byteLength);
  let at = 0;
  const envelopes: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const end = at + view.getUint32(index * lengthBytes);
    if (end > records.length) throw decodeError("lengths beyond the records");
    // A view of the frame, and no Buffer: records are copied once, when a store takes them.
    envelopes.push(new Uint8Array(records.buffer, records.byteOffset + at, end - at));
    at = end;
  }
  if (at !== records.length) throw decodeError("records beyond their lengths");
  return envelopes;
}

function checkedIds(ids: Uint8Array): Uint8Array {
  checkBytes(ids, "ids");
  if (ids.length % hashBytes !== 0) throw decodeError(`ids of ${ids.length} bytes`);
  if (ids.length / hashBytes > limits.reconcileIdsMax) throw decodeError(`${ids.length / hashBytes} ids`);
  return new Uint8Array(ids);
}

function packKind(kind: string): Uint8Array {
  checkString(kind, "kind");
  const token = utf8Encode(kind);
  if (token.length > limits.kindTokenBytesMax) throw new RangeError(`kind: ${token.length} bytes`);
  return concatBytes(Uint8Array.of(token.length), token);
}

function packHeads(entries: HeadsMessage["entries"]): Uint8Array {
  return concatBytes(
    ...entries.flatMap(({ kind, head, count }) => {
      checkInteger(count, "count", 0);
      if (head) checkBytes(head, "head", hashBytes);
      return [packKind(kind), uint64BeEncode(BigInt(count)), Uint8Array.of(head ? 1 : 0), head ?? nothing];
    }),
  );
}

function unpackHeads(packed: Uint8Array): KindHead[] {
  return unpackEach(packed, (at) => {
    const kind = kindAt(packed, at);
    const flagAt = at + 1 + packed[at]! + 8;
    const flag = packed[flagAt];
    const end = flagAt + 1 + (flag === 1 ? hashBytes : 0);
    if (flag === undefined || flag > 1 || end > packed.length) throw decodeError("a head cut short");
    const count = clamped(uint64BeDecode(packed, flagAt - 8));
    return [{ kind, count, ...(flag === 1 ? { head: packed.slice(flagAt + 1, end) } : {}) }, end];
  });
}

function unpackKinds(packed: Uint8Array): string[] {
  return unpackEach(packed, (at) => [kindAt(packed, at), at + 1 + packed[at]!]);
}

function unpackEach<T>(packed: Uint8Array, read: (at: number) => [T, number]): T[] {
  const items: T[] = [];
  for (let at = 0; at < packed.length; ) {
    if (items.length >= limits.headsKindsMax) throw decodeError("too many kinds");
    const [item, next] = read(at);
    items.push(item);
    at = next;
  }
  return items;
}

/** A token that is not known here is no error: the other side may have kinds of its own. */
function kindAt(packed: Uint8Array, at: number): string {
  const length = packed[at]!;
  if (length === 0 || length > limits.kindTokenBytesMax || at + 1 + length > packed.length)
    throw decodeError("a kind that is no kind");
  const token = packed.subarray(at + 1, at + 1 + length);
  if (token.some((byte) => byte < 0x21 || byte > 0x7e)) throw decodeError("a kind that is no kind");
  return String.fromCharCode(...token);
}

function checkedKeyId(keyId: string): string {
  if (keyId.length > limits.keyIdBytesMax) throw decodeError("a key id longer than the limit");
  return keyId;
}

function decodeError(reason: string): WaxwingError {
  return new WaxwingError("frame_decode", `WXRS body: ${reason}`, { detail: { reason } });
}
