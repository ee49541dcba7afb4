/**
 * What lies where in an LMDB store. Format version 1, frozen: a change of any key or row is a new version,
 * and a directory of another version is refused with `store_version`.
 *
 * ```
 * sub-database   key                          value
 * ------------   --------------------------   ------------------------------------------------------
 * store          "version"                    sealed u32 BE format version
 *                "position"                   sealed u64 BE position of the newest admission
 * records        kind 00 position             record row (see row.ts)
 * hashes         kind 00 hash                 01 position   stored under this hash
 *                                             02 record id  an alias: another form of that record, or the
 *                                                           hash or record id of one that it superseded
 * recordIds      kind 00 record id            position, aliases oldest first (32 B each)
 * naturalKeys    kind 00 natural key          record id
 * offer          kind 00 position             sealed ref of a federation-visible record (see row.ts)
 * counters       kind                         sealed u64 BE records, u64 BE record bytes
 * tables         table number u8, key         sealed value; table `tags` is written by the store itself, see ../tags.ts
 * ```
 *
 * `position` is u64 BE, so that byte order is admission order; `sealed` means a CRC-32 in front (row.ts).
 * A Summary is read from `offer` alone, which never holds a local record: nothing has to be filtered, so
 * nothing can be forgotten. Index values carry no checksum: what they lead to names its hash and record id,
 * and a mismatch is `store_corrupt`.
 */
import { concatBytes, uint64BeDecode, utf8Encode } from "../../base/bytes.js";
import { InvariantError, WaxwingError } from "../../base/errors.js";
import { hashBytes, type KindToken } from "../../base/ids.js";
import type { TableName } from "../../contracts/store.js";
import { tableNames } from "../check-operations.js";
import { newValue } from "./values.js";

export const formatVersion = 1;

export const databaseNames = [
  "store",
  "records",
  "hashes",
  "recordIds",
  "naturalKeys",
  "offer",
  "counters",
  "tables",
] as const;
export type DatabaseName = (typeof databaseNames)[number];

export const versionKey = utf8Encode("version");
export const positionKey = utf8Encode("position");

/** What every key of a kind begins with. */
export function kindPrefix(kind: KindToken): Uint8Array {
  return utf8Encode(`${kind}\0`);
}

export function positionBytes(position: number): Uint8Array {
  const bytes = new Uint8Array(8);
  writePosition(bytes, 0, position);
  return bytes;
}

/** u64 BE by halves: a BigInt costs more than all else of a key. */
function writePosition(bytes: Uint8Array, offset: number, position: number): void {
  const high = Math.floor(position / 2 ** 32);
  for (let i = 3; i >= 0; i--) {
    bytes[offset + 3 - i] = high >>> (8 * i);
    bytes[offset + 7 - i] = position >>> (8 * i);
  }
}

export function positionFrom(bytes: Uint8Array, offset = 0): number {
  if (bytes.length < offset + 8) throw corrupt("a position is cut short");
  const position = Number(uint64BeDecode(bytes, offset));
  if (!Number.isSafeInteger(position)) throw corrupt("a position is larger than any that was given");
  return position;
}

export function tableKey(table: TableName, key: Uint8Array): Uint8Array {
  const number = tableNames.indexOf(table);
  if (number < 0) throw new InvariantError(`no table ${table}`);
  return concatBytes(Uint8Array.of(number), key);
}

/** The smallest key behind every key that begins with `prefix`; undefined when there is none. */
export function keyAfterPrefix(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const end = prefix.slice(0, length);
  end[length - 1]! += 1;
  return end;
}

/** A value of `hashes`. */
export type HashEntry =
  | { readonly type: "stored"; readonly position: number }
  | { readonly type: "alias"; readonly recordId: Uint8Array };

export function encodeHashEntry(entry: HashEntry): Uint8Array {
  const isStored = entry.type === "stored";
  const bytes = newValue(isStored ? 9 : 1 + hashBytes);
  bytes[0] = isStored ? 1 : 2;
  if (isStored) writePosition(bytes, 1, entry.position);
  else bytes.set(entry.recordId, 1);
  return bytes;
}

export function decodeHashEntry(bytes: Uint8Array): HashEntry {
  if (bytes[0] === 1 && bytes.length === 9) return { type: "stored", position: positionFrom(bytes, 1) };
  if (bytes[0] === 2 && bytes.length === 1 + hashBytes) return { type: "alias", recordId: bytes.slice(1) };
  throw corrupt("an entry of the hash index is damaged");
}

/** A value of `recordIds`. */
export interface RecordIdEntry {
  readonly position: number;
  readonly aliases: readonly Uint8Array[];
}

export function encodeRecordIdEntry(entry: RecordIdEntry): Uint8Array {
  const bytes = newValue(8 + entry.aliases.length * hashBytes);
  writePosition(bytes, 0, entry.position);
  for (const [index, alias] of entry.aliases.entries()) bytes.set(alias, 8 + index * hashBytes);
  return bytes;
}

export function decodeRecordIdEntry(bytes: Uint8Array): RecordIdEntry {
  if (bytes.length < 8 || (bytes.length - 8) % hashBytes !== 0)
    throw corrupt("an entry of the record id index is damaged");
  const aliases: Uint8Array[] = [];
  for (let offset = 8; offset < bytes.length; offset += hashBytes)
    aliases.push(bytes.slice(offset, offset + hashBytes));
  return { position: positionFrom(bytes), aliases };
}

export function corrupt(what: string): WaxwingError {
  return new WaxwingError("store_corrupt", `${what}; restore the data directory from a peer or a backup`);
}
