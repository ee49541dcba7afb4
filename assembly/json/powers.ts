/**
 * Powers of ten as 128-bit numbers, for reading and printing doubles, and the 128-bit products they go into.
 *
 *   10^q = (T + ε) · 2^(floorLog2Pow10(q) − 127),   2^127 ≤ T < 2^128,   0 ≤ ε < 1,   ε = 0 for 0 ≤ q ≤ 55
 *
 * The table (10.4 KiB) is computed at the first use, in well under a millisecond, and not shipped: powers of
 * five by repeated exact multiplication, their inverses by repeated exact division of 2^1023 (a floor of a
 * floor is the floor).
 */
import { bigDivide, bigMultiplyAdd, bigSet, bigShiftLeft, bigTop } from "./big";
import { BIG_A } from "./memory";

export const POW10_MIN: i32 = -342;
export const POW10_MAX: i32 = 324;
/** The last power of five that fits 128 bits. */
export const POW10_EXACT_MAX: i32 = 55;

const table = memory.data(667 * 16, 16);
let tableReady = false;

export function preparePowers(): void {
  if (tableReady) return;
  bigSet(BIG_A, 1);
  for (let q = 0; q <= POW10_MAX; q++) {
    storePower(q);
    bigMultiplyAdd(BIG_A, 5, 0);
  }
  bigSet(BIG_A, 1);
  bigShiftLeft(BIG_A, 1023);
  for (let q = -1; q >= POW10_MIN; q--) {
    bigDivide(BIG_A, 5);
    storePower(q);
  }
  tableReady = true;
}

function storePower(q: i32): void {
  const entry = table + ((<usize>(q - POW10_MIN)) << 4);
  store<u64>(entry, bigTop(BIG_A, false));
  store<u64>(entry + 8, bigTop(BIG_A, true));
}

// @ts-ignore: decorator
@inline
export function pow10High(q: i32): u64 {
  return load<u64>(table + ((<usize>(q - POW10_MIN)) << 4));
}

// @ts-ignore: decorator
@inline
export function pow10Low(q: i32): u64 {
  return load<u64>(table + ((<usize>(q - POW10_MIN)) << 4) + 8);
}

/** ⌊log2(10^q)⌋ for |q| ≤ 1233. */
// @ts-ignore: decorator
@inline
export function floorLog2Pow10(q: i32): i32 {
  return (q * 1741647) >> 19;
}

/** The upper half of x × y; the lower half is the product itself. */
// @ts-ignore: decorator
@inline
export function multiplyHigh(x: u64, y: u64): u64 {
  const x0 = x & 0xffffffff;
  const x1 = x >> 32;
  const y0 = y & 0xffffffff;
  const y1 = y >> 32;
  const middle = x1 * y0 + ((x0 * y0) >> 32);
  const cross = x0 * y1 + (middle & 0xffffffff);
  return x1 * y1 + (middle >> 32) + (cross >> 32);
}
