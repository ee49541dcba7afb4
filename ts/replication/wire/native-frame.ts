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
import { concatBytes } from "../../base/bytes.js";
import { checkBytes, checkInteger, checkString } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import { hashBytes } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { KindCatalog } from "../kind-catalog.js";
import { unknownKind } from "./decode-message.js";
import type { ReplicationMessage, SummaryRef } from "./message.js";

const { NativeMessage } = waxwing.replication;
type Body = waxwing.replication.NativeMessage.$Properties;

const refBytes = hashBytes + 8;
const lengthBytes = 4;

/** Returns a buffer with `headBytes` free bytes before the body. */
export function encodeNativeMessage(message: ReplicationMessage, headBytes: number): Uint8Array {
  checkString(message.kind, "kind");
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
): ReplicationMessage {
  const { kind = "", ...body } = parse(bytes.subarray(start));
  if (!kinds.has(kind ?? "")) throw decodeError(unknownKind);
  return messageOf(kind ?? "", body);
}

function bodyOf(message: ReplicationMessage): Body {
  switch (message.type) {
    case "summary":
      return { summary: { refs: packRefs(message.refs) } };
    case "diff":
      return { diff: { hashes: packHashes(message.want) } };
    case "fetch":
      return { fetch: { hashes: packHashes(message.want) } };
    case "deliver":
      return { deliver: packRecords(message.envelopes) };
    case "pull":
      return { pull: { subjectKeyId: message.subjectKeyId } };
    case "cursor_pull":
      return { cursorPull: message.since === undefined ? {} : { since: message.since } };
  }
}

function parse(bytes: Uint8Array): Body {
  try {
    return NativeMessage.decode(bytes);
  } catch (cause) {
    throw decodeError(`not a NativeMessage: ${(cause as Error).message}`);
  }
}

function messageOf(
  kind: string,
  { summary, diff, fetch, deliver, pull, cursorPull }: Body,
): ReplicationMessage {
  if (summary) return { type: "summary", kind, refs: unpackRefs(summary.refs ?? nothing) };
  if (diff) return { type: "diff", kind, want: unpackHashes(diff.hashes ?? nothing) };
  if (fetch) return { type: "fetch", kind, want: unpackHashes(fetch.hashes ?? nothing) };
  if (deliver) return { type: "deliver", kind, envelopes: unpackRecords(deliver) };
  if (pull) return { type: "pull", kind, subjectKeyId: checkedKeyId(pull.subjectKeyId ?? "") };
  if (cursorPull)
    return { type: "cursor_pull", kind, ...(cursorPull.since == null ? {} : { since: cursorPull.since }) };
  throw decodeError("no message that is known here");
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

function unpackRecords(deliver: waxwing.replication.Deliver.$Properties): Uint8Array[] {
  const lengths = deliver.lengths ?? nothing;
  const records = deliver.records ?? nothing;
  const count = lengths.length / lengthBytes;
  if (!Number.isInteger(count)) throw decodeError(`lengths of ${lengths.length} bytes`);
  if (count > limits.deliverRecordsAcceptedMax) throw decodeError(`${count} records`);
  const view = new DataView(lengths.buffer, lengths.byteOffset, lengths.byteLength);
  let at = 0;
  const envelopes: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const end = at + view.getUint32(index * lengthBytes);
    if (end > records.length) throw decodeError("lengths beyond the records");
    envelopes.push(records.slice(at, end));
    at = end;
  }
  if (at !== records.length) throw decodeError("records beyond their lengths");
  return envelopes;
}

function checkedKeyId(keyId: string): string {
  if (keyId.length > limits.keyIdBytesMax) throw decodeError("a key id longer than the limit");
  return keyId;
}

function decodeError(reason: string): WaxwingError {
  return new WaxwingError("frame_decode", `WXRS body: ${reason}`, { detail: { reason } });
}
