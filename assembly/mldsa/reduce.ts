/**
 * Arithmetic modulo q = 2²³ − 2¹³ + 1 on signed 32-bit representatives (FIPS 204 appendix A). Nothing here
 * branches on its input.
 */
import { Q } from "./params";

/** q⁻¹ mod 2³². */
const Q_INVERSE: i32 = 58728449;

/** a·2⁻³² mod q, in (−q, q), for |a| < q·2³¹ (FIPS 204 algorithm 49). */
// @ts-ignore: decorator
@inline
export function montgomeryReduce(a: i64): i32 {
  const t = <i32>a * Q_INVERSE;
  return <i32>((a - <i64>t * Q) >> 32);
}

/** a·b·2⁻³² mod q. */
// @ts-ignore: decorator
@inline
export function montgomeryMultiply(a: i32, b: i32): i32 {
  return montgomeryReduce(<i64>a * <i64>b);
}

/** The representative in [0, q) of a in (−q, q). */
// @ts-ignore: decorator
@inline
export function addQIfNegative(a: i32): i32 {
  return a + ((a >> 31) & Q);
}

/** A representative in (−0.76 q, 0.76 q) of any a below 2³¹ − 2²². */
// @ts-ignore: decorator
@inline
export function reduce32(a: i32): i32 {
  return a - ((a + (1 << 22)) >> 23) * Q;
}

/** |a| without a branch. */
// @ts-ignore: decorator
@inline
export function absolute(a: i32): i32 {
  const sign = a >> 31;
  return (a ^ sign) - sign;
}
