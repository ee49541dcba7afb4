/**
 * Arithmetic modulo q on four coefficients at once: the functions of reduce.ts and rounding.ts under the same
 * names, lane by lane. Nothing here branches on its input.
 */
import { D, GAMMA2, Q } from "./params";

/**
 * Constants that several instructions share, in memory: the compiler would put an immediate of 16 bytes into
 * each instruction instead, which costs more than the load.
 */
const Q_LANES: usize = memory.data<i32>([8380417, 8380417, 8380417, 8380417]);
const Q_INVERSE_LANES: usize = memory.data<i32>([58728449, 58728449, 58728449, 58728449]);
if (Q != 8380417) ERROR("the lanes are those of another modulus");

// @ts-ignore: decorator
@inline
export function qLanes(): v128 {
  return v128.load(Q_LANES);
}

/** b·q⁻¹ mod 2³², for a factor b of several products. */
// @ts-ignore: decorator
@inline
export function timesInverseQ(b: v128): v128 {
  return i32x4.mul(b, v128.load(Q_INVERSE_LANES));
}

/** a·b·2⁻³² mod q, in (−q, q), for |a·b| < q·2³¹; bq is b·q⁻¹. */
// @ts-ignore: decorator
@inline
export function montgomeryMultiply4(a: v128, b: v128, bq: v128): v128 {
  const q = qLanes();
  const t = i32x4.mul(a, bq);
  return highHalves(
    i64x2.sub(i64x2.extmul_low_i32x4_s(a, b), i64x2.extmul_low_i32x4_s(t, q)),
    i64x2.sub(i64x2.extmul_high_i32x4_s(a, b), i64x2.extmul_high_i32x4_s(t, q)),
  );
}

/** Four sums of products, in two vectors, each ·2⁻³² mod q. */
// @ts-ignore: decorator
@inline
export function montgomeryReduce4(low: v128, high: v128): v128 {
  const q = qLanes();
  const t = timesInverseQ(v128.shuffle<i32>(low, high, 0, 2, 4, 6));
  return highHalves(
    i64x2.sub(low, i64x2.extmul_low_i32x4_s(t, q)),
    i64x2.sub(high, i64x2.extmul_high_i32x4_s(t, q)),
  );
}

// @ts-ignore: decorator
@inline
function highHalves(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

// @ts-ignore: decorator
@inline
export function addQIfNegative4(a: v128): v128 {
  return i32x4.add(a, v128.and(i32x4.shr_s(a, 31), qLanes()));
}

// @ts-ignore: decorator
@inline
export function reduce32x4(a: v128): v128 {
  const multiple = i32x4.shr_s(i32x4.add(a, i32x4.splat(1 << 22)), 23);
  return i32x4.sub(a, i32x4.mul(multiple, qLanes()));
}

// @ts-ignore: decorator
@inline
export function power2RoundHigh4(t: v128): v128 {
  return i32x4.shr_s(i32x4.add(t, i32x4.splat((1 << (D - 1)) - 1)), D);
}

// @ts-ignore: decorator
@inline
export function highBits4(r: v128): v128 {
  const ceiling = i32x4.shr_s(i32x4.add(r, i32x4.splat(127)), 7);
  const scaled = i32x4.add(i32x4.mul(ceiling, i32x4.splat(1025)), i32x4.splat(1 << 21));
  return v128.and(i32x4.shr_s(scaled, 22), i32x4.splat(15));
}

// @ts-ignore: decorator
@inline
export function lowBits4(r: v128, high: v128): v128 {
  const low = i32x4.sub(r, i32x4.mul(high, i32x4.splat(2 * GAMMA2)));
  const above = i32x4.gt_s(low, i32x4.splat((Q - 1) / 2));
  return i32x4.sub(low, v128.and(above, qLanes()));
}
