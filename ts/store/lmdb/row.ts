/**
 * Rows as bytes. Record bytes are kept verbatim behind a fixed header; every row begins with a CRC-32 of
 * the rest, checked on each read, so that damage on the disk is `store_corrupt` and never another record.
 * The CRC stands for accidents, not for attackers: who can write the file can write the CRC.
 * The wire hash would not do: some kinds have another hash basis.
 *
 * ```
 *  record row                               offer row
 *   0  u32  CRC-32 of all that follows       0  u32  CRC-32 of all that follows
 *   4  u8   flags: 1 federation              4  f64  seq
 *   5  u8   0                               12  u32  record bytes
 *   6  u16  signature ids: n                16  32B  hash
 *   8  f64  seq                             48  32B  record id
 *  16  f64  received at, ms
 *  24  u16  source bytes: s (ffff: none)    sealed value
 *  26  u16  0                                0  u32  CRC-32 of all that follows
 *  28  u32  record bytes: b                  4  …    the value
 *  32  32B  hash
 *  64  32B  record id
 *  96  32B  natural key
 * 128  n × 32B  signature ids
 *      s bytes  source, UTF-8
 *      b bytes  the record
 * ```
 * Integers are big-endian; f64 holds safe integers exactly. Kind and position are the key.
 */
import { crc32 } from "node:zlib";
import { utf8Decode, utf8Encode } from "../../base/bytes.js";
import { invariant } from "../../base/errors.js";
import { hashBytes, type KindToken } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { RecordInput, RecordRef, StoredRecord } from "../../contracts/store.js";
import { corrupt } from "./layout.js";
import { newValue } from "./values.js";

const headerBytes = 128;
const offerBytes = 80;
const noSource = 0xffff;
const federationFlag = 1;

invariant(limits.keyIdBytesMax < noSource, "a source length never reads as no source");
invariant(limits.signatureIdsPerRecordMax <= 0xffff, "the number of signature ids fits its u16");

export function encodeRecordRow(record: RecordInput): Uint8Array {
  const source = record.source === undefined ? undefined : utf8Encode(record.source);
  const signatureBytes = record.signatureIds.length * hashBytes;
  const sourceBytes = source?.length ?? 0;
  const row = newValue(headerBytes + signatureBytes + sourceBytes + record.bytes.length);
  const view = viewOf(row);
  row[4] = record.visibility === "federation" ? federationFlag : 0;
  view.setUint16(6, record.signatureIds.length);
  view.setFloat64(8, record.seq);
  view.setFloat64(16, record.receivedAtMs);
  view.setUint16(24, source ? source.length : noSource);
  view.setUint32(28, record.bytes.length);
  row.set(record.hash, 32);
  row.set(record.recordId, 64);
  row.set(record.naturalKey, 96);
  let offset = headerBytes;
  for (const id of record.signatureIds) {
    row.set(id, offset);
    offset += hashBytes;
  }
  if (source) row.set(source, offset);
  row.set(record.bytes, offset + sourceBytes);
  view.setUint32(0, crc32(row.subarray(4)));
  return row;
}

/** A stored record with what only the store looks at. */
export interface RecordRow {
  readonly record: StoredRecord;
  readonly naturalKey: Uint8Array;
  readonly signatureIds: readonly Uint8Array[];
}

export function decodeRecordRow(row: Uint8Array, kind: KindToken, position: number): RecordRow {
  const view = openSeal(row, headerBytes, "a record");
  if (row[4]! > federationFlag || row[5] !== 0 || view.getUint16(26) !== 0)
    throw corrupt("a record row has unknown flags");
  const signatures = view.getUint16(6);
  const sourceLength = view.getUint16(24);
  const sourceStart = headerBytes + signatures * hashBytes;
  const bytesStart = sourceStart + (sourceLength === noSource ? 0 : sourceLength);
  if (bytesStart + view.getUint32(28) !== row.length) throw corrupt("a record row has the wrong length");
  const source = sourceLength === noSource ? undefined : decodeText(row.subarray(sourceStart, bytesStart));
  const record: StoredRecord = {
    kind,
    hash: row.slice(32, 64),
    // A view: the row was copied out of the map for this caller alone.
    bytes: row.subarray(bytesStart),
    recordId: row.slice(64, 96),
    position,
    seq: safeIntegerAt(view, 8),
    visibility: row[4] === federationFlag ? "federation" : "local",
    receivedAtMs: safeIntegerAt(view, 16),
    ...(source === undefined ? {} : { source }),
  };
  const signatureIds = Array.from({ length: signatures }, (_, index) =>
    row.slice(headerBytes + index * hashBytes, headerBytes + (index + 1) * hashBytes),
  );
  return { record, naturalKey: row.slice(96, 128), signatureIds };
}

function safeIntegerAt(view: DataView, offset: number): number {
  const value = view.getFloat64(offset);
  if (!Number.isSafeInteger(value)) throw corrupt("a row holds a number that was never written");
  return value;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8Decode(bytes);
  } catch {
    throw corrupt("a record row names a source that is not UTF-8");
  }
}

export function encodeOfferRow(ref: Pick<RecordInput, "hash" | "recordId" | "seq" | "bytes">): Uint8Array {
  const row = newValue(offerBytes);
  const view = viewOf(row);
  view.setFloat64(4, ref.seq);
  view.setUint32(12, ref.bytes.length);
  row.set(ref.hash, 16);
  row.set(ref.recordId, 48);
  view.setUint32(0, crc32(row.subarray(4)));
  return row;
}

export function decodeOfferRow(row: Uint8Array, position: number): RecordRef {
  const view = openSeal(row, offerBytes, "an offer entry");
  return {
    hash: row.slice(16, 48),
    recordId: row.slice(48, 80),
    seq: safeIntegerAt(view, 4),
    position,
    bytes: view.getUint32(12),
  };
}

/** The record id alone, into `ids` at `offset`. */
export function copyOfferedId(row: Uint8Array, ids: Uint8Array, offset: number): void {
  if (row.length !== offerBytes) throw corrupt("an offer entry has the wrong length");
  const sum = ((row[0]! << 24) | (row[1]! << 16) | (row[2]! << 8) | row[3]!) >>> 0;
  // Not `subarray`, which is slow where the row is a Buffer.
  const rest = new Uint8Array(row.buffer, row.byteOffset + 4, offerBytes - 4);
  if (sum !== crc32(rest)) throw corrupt("an offer entry fails its checksum");
  for (let at = 0; at < hashBytes; at++) ids[offset + at] = row[48 + at]!;
}

export function seal(value: Uint8Array): Uint8Array {
  const row = newValue(4 + value.length);
  row.set(value, 4);
  viewOf(row).setUint32(0, crc32(value));
  return row;
}

/** The sealed value, copied out. */
export function unseal(row: Uint8Array): Uint8Array {
  openSeal(row, 4, "a value");
  return row.slice(4);
}

function openSeal(row: Uint8Array, bytesMin: number, what: string): DataView {
  if (row.length < bytesMin) throw corrupt(`${what} is cut short`);
  const view = viewOf(row);
  if (view.getUint32(0) !== crc32(row.subarray(4))) throw corrupt(`${what} fails its checksum`);
  return view;
}

function viewOf(row: Uint8Array): DataView {
  return new DataView(row.buffer, row.byteOffset, row.byteLength);
}
