/**
 * High and low bits, and hints (FIPS 204 §7.4, algorithms 35 to 40), for γ2 = (q − 1)/32. Inputs are
 * representatives in [0, q). Nothing here branches on its input.
 */
import { D, GAMMA2, Q } from "./params";

/** t1 of t = t1·2^d + t0, t0 in (−2^(d−1), 2^(d−1)]. */
// @ts-ignore: decorator
@inline
export function power2RoundHigh(t: i32): i32 {
  return (t + (1 << (D - 1)) - 1) >> D;
}

/**
 * r1 of r = r1·2γ2 + r0 mod q, in [0, 16). The first line is ⌈r/128⌉, the second divides by 2γ2/128 = 4092
 * with rounding to nearest, by a product that is exact on the whole range; 16 folds to 0 (r − r0 = q − 1).
 */
// @ts-ignore: decorator
@inline
export function highBits(r: i32): i32 {
  const ceiling = (r + 127) >> 7;
  return ((ceiling * 1025 + (1 << 21)) >> 22) & 15;
}

/** r0 for r and its high bits, in [−γ2, γ2]. */
// @ts-ignore: decorator
@inline
export function lowBits(r: i32, high: i32): i32 {
  const low = r - high * 2 * GAMMA2;
  return low - ((((Q - 1) / 2 - low) >> 31) & Q);
}

/** High bits of r where the hint is 1: one step up if the low bits are positive, else one down (algorithm 40). */
// @ts-ignore: decorator
@inline
export function useHint(r: i32): i32 {
  const high = highBits(r);
  return (high + 1 - 2 * <i32>(lowBits(r, high) <= 0)) & 15;
}

/**
 * 1 if adding the dropped part moves the high bits. `low` is LowBits(w) − c·s2 + c·t0 and `high` HighBits(w):
 * the form of the standard's reference [6, §5.1], which FIPS 204 §6.2 allows in place of algorithm 39.
 */
// @ts-ignore: decorator
@inline
export function makeHint(low: i32, high: i32): i32 {
  const above = <i32>(low > GAMMA2);
  const below = <i32>(low < -GAMMA2);
  const edge = <i32>(low == -GAMMA2) & <i32>(high != 0);
  return above | below | edge;
}
