/**
 * How a store keeps the tags of its records (`RecordInput.tags`) in table `tags`: written in the commit that
 * stores the record, and taken out in the one that removes it. Local records have none there, so nothing that
 * is read here has to be filtered before a peer sees it.
 *
 * ```
 *  key in table `tags`                          value
 *  kind 00 01 position                          tags of the record there: u16 length, bytes, …
 *  kind 00 02 u16 tag length, tag, position     f64 seq, u32 record bytes, 32 B hash, 32 B record id
 * ```
 * The length in front keeps a tag from being found by its beginning, and tags of one length in order.
 */
import { compareBytes, concatBytes, uint64BeDecode, uint64BeEncode, utf8Encode } from "../base/bytes.js";
import { InvariantError } from "../base/errors.js";
import { hashBytes, type KindToken } from "../base/ids.js";
import type { RecordRef, TableEntry, TableScan, TagPage } from "../contracts/store.js";

const tagsOfPosition = 1;
const positionsOfTag = 2;
const refBytes = 12 + 2 * hashBytes;

/** What a store writes for a record at its position. */
export function tagEntries(kind: KindToken, tags: readonly Uint8Array[], ref: RecordRef): TableEntry[] {
  if (tags.length === 0) return [];
  const value = new Uint8Array(refBytes);
  const view = new DataView(value.buffer);
  view.setFloat64(0, ref.seq);
  view.setUint32(8, ref.bytes);
  value.set(ref.hash, 12);
  value.set(ref.recordId, 12 + hashBytes);
  return [
    { key: tagsKey(kind, ref.position), value: concatBytes(...tags.map(withLength)) },
    ...tags.map((tag) => ({ key: entryKey(kind, tag, ref.position), value })),
  ];
}

/** Where a store finds what it wrote for a record, so that it can take it out again. */
export function tagsKey(kind: KindToken, position: number): Uint8Array {
  return concatBytes(kindPrefix(kind, tagsOfPosition), positionBytes(position));
}

/** Every other key that was written for the record, from the value under `tagsKey`. */
export function tagEntryKeys(kind: KindToken, position: number, tags: Uint8Array): Uint8Array[] {
  const keys: Uint8Array[] = [];
  const view = new DataView(tags.buffer, tags.byteOffset, tags.byteLength);
  for (let offset = 0; offset < tags.length; ) {
    const end = offset + 2 + view.getUint16(offset);
    keys.push(entryKey(kind, tags.subarray(offset + 2, end), position));
    offset = end;
  }
  return keys;
}

/** The scan that holds the page at its beginning; `refsOfPage` reads it out. */
export function tagScan(kind: KindToken, page: TagPage): TableScan {
  const { tag, through, after = 0, limit, reverse = false } = page;
  const prefix = through
    ? concatBytes(kindPrefix(kind, positionsOfTag), lengthOf(tag))
    : tagPrefix(kind, tag);
  const start = reverse
    ? concatBytes(tagPrefix(kind, through ?? tag), behindPositions)
    : entryKey(kind, tag, after);
  return { table: "tags", prefix, after: start, limit, ...(reverse ? { reverse } : {}) };
}

export function refsOfPage(kind: KindToken, page: TagPage, entries: readonly TableEntry[]): RecordRef[] {
  const { tag, through, reverse } = page;
  if (!through) return entries.map(refFrom);
  const end = tagPrefix(kind, reverse ? tag : through);
  const inside = ({ key }: TableEntry) => {
    const order = compareBytes(key.subarray(0, end.length), end);
    return reverse ? order >= 0 : order <= 0;
  };
  return entries.filter(inside).map(refFrom);
}

const behindPositions = new Uint8Array(9).fill(0xff);

function tagPrefix(kind: KindToken, tag: Uint8Array): Uint8Array {
  return concatBytes(kindPrefix(kind, positionsOfTag), withLength(tag));
}

function entryKey(kind: KindToken, tag: Uint8Array, position: number): Uint8Array {
  return concatBytes(tagPrefix(kind, tag), positionBytes(position));
}

function kindPrefix(kind: KindToken, part: number): Uint8Array {
  return concatBytes(utf8Encode(kind), Uint8Array.of(0, part));
}

function withLength(tag: Uint8Array): Uint8Array {
  return concatBytes(lengthOf(tag), tag);
}

function lengthOf(tag: Uint8Array): Uint8Array {
  return Uint8Array.of(tag.length >> 8, tag.length & 0xff);
}

function positionBytes(position: number): Uint8Array {
  return uint64BeEncode(BigInt(position));
}

function refFrom({ key, value }: TableEntry): RecordRef {
  if (value.length !== refBytes) throw new InvariantError("store: an entry of table tags has another length");
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return {
    hash: value.slice(12, 12 + hashBytes),
    recordId: value.slice(12 + hashBytes),
    seq: view.getFloat64(0),
    position: Number(uint64BeDecode(key, key.length - 8)),
    bytes: view.getUint32(8),
  };
}
