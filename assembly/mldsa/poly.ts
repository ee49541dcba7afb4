/**
 * What key generation, signing and verification do to polynomials one coefficient at a time, outside the NTT
 * domain. Every coefficient is treated alike: no branch and no index depends on one. In the SIMD builds four
 * coefficients go at once, with equal results.
 */
import { D, GAMMA2, N, POLY_BYTES } from "./params";
import { absolute, addQIfNegative, reduce32 } from "./reduce";
import {
  addQIfNegative4,
  highBits4,
  lowBits4,
  power2RoundHigh4,
  reduce32x4,
} from "./reduce-vectors";
import { highBits, lowBits, makeHint, power2RoundHigh } from "./rounding";

/** poly ← poly + other, centred: products with c are small, whatever representative they come in. */
export function addReduced(poly: usize, other: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let n: usize = 0; n < POLY_BYTES; n += 16) {
      v128.store(poly + n, reduce32x4(i32x4.add(v128.load(poly + n), v128.load(other + n))));
    }
  } else {
    for (let n: usize = 0; n < POLY_BYTES; n += 4) {
      store<i32>(poly + n, reduce32(load<i32>(poly + n) + load<i32>(other + n)));
    }
  }
}

/** poly ← poly − other, centred. */
export function subtractReduced(poly: usize, other: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let n: usize = 0; n < POLY_BYTES; n += 16) {
      v128.store(poly + n, reduce32x4(i32x4.sub(v128.load(poly + n), v128.load(other + n))));
    }
  } else {
    for (let n: usize = 0; n < POLY_BYTES; n += 4) {
      store<i32>(poly + n, reduce32(load<i32>(poly + n) - load<i32>(other + n)));
    }
  }
}

export function reducePoly(poly: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let n: usize = 0; n < POLY_BYTES; n += 16) {
      v128.store(poly + n, reduce32x4(v128.load(poly + n)));
    }
  } else {
    for (let n: usize = 0; n < POLY_BYTES; n += 4) store<i32>(poly + n, reduce32(load<i32>(poly + n)));
  }
}

/**
 * ‖vector‖∞ < bound over `count` polynomials, looking at every coefficient: the sign bit of bound − 1 − |a|
 * collects what is too large.
 */
export function normBelow(vector: usize, count: usize, bound: i32): bool {
  const end = vector + count * POLY_BYTES;
  if (ASC_FEATURE_SIMD) {
    const largest = i32x4.splat(bound - 1);
    let tooLarge = i32x4.splat(0);
    for (let p = vector; p < end; p += 16) {
      tooLarge = v128.or(tooLarge, i32x4.sub(largest, i32x4.abs(v128.load(p))));
    }
    return i32x4.bitmask(tooLarge) == 0;
  } else {
    let tooLarge: i32 = 0;
    for (let p = vector; p < end; p += 4) tooLarge |= bound - 1 - absolute(load<i32>(p));
    return tooLarge >= 0;
  }
}

/** Power2Round of poly + other in (−2q, 2q): t1 to `high`, t0 to `poly` (algorithm 35). */
export function power2RoundSum(poly: usize, other: usize, high: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let n: usize = 0; n < POLY_BYTES; n += 16) {
      const t = addQIfNegative4(reduce32x4(i32x4.add(v128.load(poly + n), v128.load(other + n))));
      const t1 = power2RoundHigh4(t);
      v128.store(high + n, t1);
      v128.store(poly + n, i32x4.sub(t, i32x4.shl(t1, D)));
    }
  } else {
    for (let n: usize = 0; n < POLY_BYTES; n += 4) {
      const t = addQIfNegative(reduce32(load<i32>(poly + n) + load<i32>(other + n)));
      const t1 = power2RoundHigh(t);
      store<i32>(high + n, t1);
      store<i32>(poly + n, t - (t1 << D));
    }
  }
}

/** Decompose of poly in (−q, q): high bits to `high`, low bits in place (algorithm 36). */
export function decompose(poly: usize, high: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let n: usize = 0; n < POLY_BYTES; n += 16) {
      const w = addQIfNegative4(v128.load(poly + n));
      const w1 = highBits4(w);
      v128.store(high + n, w1);
      v128.store(poly + n, lowBits4(w, w1));
    }
  } else {
    for (let n: usize = 0; n < POLY_BYTES; n += 4) {
      const w = addQIfNegative(load<i32>(poly + n));
      const w1 = highBits(w);
      store<i32>(high + n, w1);
      store<i32>(poly + n, lowBits(w, w1));
    }
  }
}

/** poly ← its high bits, from (−q, q). */
export function highBitsPoly(poly: usize, high: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let n: usize = 0; n < POLY_BYTES; n += 16) {
      v128.store(high + n, highBits4(addQIfNegative4(v128.load(poly + n))));
    }
  } else {
    for (let n: usize = 0; n < POLY_BYTES; n += 4) {
      store<i32>(high + n, highBits(addQIfNegative(load<i32>(poly + n))));
    }
  }
}

/** Hints of low + change against the high bits, a byte a coefficient; answers how many are 1. */
export function makeHints(hints: usize, low: usize, change: usize, high: usize): i32 {
  if (ASC_FEATURE_SIMD) {
    let ones = i32x4.splat(0);
    for (let n: usize = 0; n < POLY_BYTES; n += 64) {
      const m0 = hintMask(low + n, change + n, high + n);
      const m1 = hintMask(low + n + 16, change + n + 16, high + n + 16);
      const m2 = hintMask(low + n + 32, change + n + 32, high + n + 32);
      const m3 = hintMask(low + n + 48, change + n + 48, high + n + 48);
      ones = i32x4.sub(ones, i32x4.add(i32x4.add(m0, m1), i32x4.add(m2, m3)));
      const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3));
      v128.store(hints + (n >> 2), v128.and(bytes, i8x16.splat(1)));
    }
    return (
      i32x4.extract_lane(ones, 0) +
      i32x4.extract_lane(ones, 1) +
      i32x4.extract_lane(ones, 2) +
      i32x4.extract_lane(ones, 3)
    );
  } else {
    let ones: i32 = 0;
    for (let n: usize = 0; n < N; n++) {
      const hint = makeHint(load<i32>(low + 4 * n) + load<i32>(change + 4 * n), load<i32>(high + 4 * n));
      store<u8>(hints + n, <u8>hint);
      ones += hint;
    }
    return ones;
  }
}

/** `makeHint` of rounding.ts on four coefficients: −1 for 1. */
// @ts-ignore: decorator
@inline
function hintMask(low: usize, change: usize, high: usize): v128 {
  const sum = i32x4.add(v128.load(low), v128.load(change));
  const beyond = i32x4.gt_s(i32x4.abs(sum), i32x4.splat(GAMMA2));
  const edge = i32x4.eq(sum, i32x4.splat(-GAMMA2));
  return v128.or(beyond, v128.andnot(edge, i32x4.eq(v128.load(high), i32x4.splat(0))));
}
