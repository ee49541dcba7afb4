/** How much of each kind is held: sealed u64 BE records, u64 BE record bytes, under the kind token. */
import { concatBytes, uint64BeDecode, uint64BeEncode, utf8Decode, utf8Encode } from "../../base/bytes.js";
import type { KindToken } from "../../base/ids.js";
import { corrupt } from "./layout.js";
import { seal, unseal } from "./row.js";

export interface Counters {
  readonly records: number;
  readonly recordBytes: number;
}

export function kindKey(kind: KindToken): Uint8Array {
  return utf8Encode(kind);
}

export function kindFromKey(key: Uint8Array): KindToken {
  try {
    return utf8Decode(key);
  } catch {
    throw corrupt("a counter is kept for a kind that is not text");
  }
}

export function encodeCounters({ records, recordBytes }: Counters): Uint8Array {
  return seal(concatBytes(uint64BeEncode(BigInt(records)), uint64BeEncode(BigInt(recordBytes))));
}

export function decodeCounters(row: Uint8Array): Counters {
  const bytes = unseal(row);
  if (bytes.length !== 16) throw corrupt("a counter is damaged");
  return { records: Number(uint64BeDecode(bytes)), recordBytes: Number(uint64BeDecode(bytes, 8)) };
}
