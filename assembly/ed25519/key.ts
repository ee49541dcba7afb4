/**
 * Which encodings may be a public key or R at all, and both made ready for verification: decoded and negated, as
 * the odd multiples that serve once, keys also as the comb that is worth keeping. Keys all come from the one
 * `decodeKey`, so that a kept key gives the verdicts of a new one.
 */
import { KEY_ENTRY_BYTES } from "../cache/key-cache";
import { WORK_ED25519 } from "../layout";
import { KEY_COMB_BYTES, makeKeyComb } from "./comb";
import { KEY_ODD_BYTES, keyOddMultiples } from "./verify-multiply";
import { POINT_BYTES, POINT_SCRATCH_BYTES, pointDecode, pointNegate } from "./point";

const TABLE: usize = WORK_ED25519;
const R_TABLE: usize = TABLE + KEY_ODD_BYTES;
const POINT: usize = R_TABLE + KEY_ODD_BYTES;
const SCRATCH: usize = POINT + POINT_BYTES;
/** What lies behind in the work area is free for verify.ts. */
export const KEY_AREA_END: usize = SCRATCH + POINT_SCRATCH_BYTES;

/**
 * y of the eight points of order 1, 2, 4 and 8, and of their non-canonical twins below 2^255. The sign of
 * x does not matter: with either they are small, or not points at all.
 */
const SMALL_ORDER_Y = memory.data<u64>([
  0, 0, 0, 0, //                                                                      order 4
  1, 0, 0, 0, //                                                                      order 1
  0xb027b2c28f95e826, 0xf098eff289f4c345, 0x3933c6d305acdfd5, 0x05fc536d880238b1, //  order 8
  0x4fd84d3d706a17c7, 0x0f67100d760b3cba, 0xc6cc392cfa53202a, 0x7a03ac9277fdc74e, //  order 8
  0xffffffffffffffec, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff, //  p − 1, order 2
  0xffffffffffffffed, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff, //  p ≡ 0
  0xffffffffffffffee, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff, //  p + 1 ≡ 1
]);
const SMALL_ORDER_COUNT = 7;

export function isSmallOrder(encoded: usize): bool {
  let entry = SMALL_ORDER_Y;
  for (let i = 0; i < SMALL_ORDER_COUNT; i++) {
    const difference =
      (load<u64>(encoded, 0) ^ load<u64>(entry, 0)) |
      (load<u64>(encoded, 8) ^ load<u64>(entry, 8)) |
      (load<u64>(encoded, 16) ^ load<u64>(entry, 16)) |
      ((load<u64>(encoded, 24) & 0x7fffffffffffffff) ^ load<u64>(entry, 24));
    if (difference == 0) return true;
    entry += 32;
  }
  return false;
}

/** Address of the odd multiples of −A, valid until the next call; 0 if the key is refused. */
export function newKey(publicKey: usize): usize {
  if (!decodeKey(publicKey)) return 0;
  keyOddMultiples(TABLE, POINT);
  return TABLE;
}

/** The same of −R. That R is not of small order is the caller's to check. */
export function newR(encoded: usize): usize {
  if (!pointDecode(POINT, encoded, SCRATCH)) return 0;
  pointNegate(POINT, POINT);
  keyOddMultiples(R_TABLE, POINT);
  return R_TABLE;
}

if (KEY_COMB_BYTES > KEY_ENTRY_BYTES) ERROR("a key's comb does not fit its slot");

/** The comb of −A for a key that has verified a signature, KEY_COMB_BYTES at `comb`. */
export function expandKey(comb: usize, publicKey: usize): void {
  decodeKey(publicKey);
  makeKeyComb(comb, POINT);
}

/** −A to POINT; false if the key is refused. */
function decodeKey(publicKey: usize): bool {
  if (isSmallOrder(publicKey)) return false;
  if (!pointDecode(POINT, publicKey, SCRATCH)) return false;
  pointNegate(POINT, POINT);
  return true;
}
