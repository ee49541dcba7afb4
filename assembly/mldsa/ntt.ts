/**
 * The number-theoretic transform of ML-DSA (FIPS 204 §7.5, algorithms 41 and 42) and products in its domain.
 *
 * Two layers go through memory at once: a block of 4·h coefficients is read as four quarters h apart, both
 * layers are done in locals, and the quarters are written back. Timing does not depend on coefficients.
 *
 * Scaling: `dotProduct` and `multiply` leave a factor 2⁻³², `nttInverse` takes it away again.
 */
import { N, POLY_BYTES } from "./params";
import { montgomeryMultiply, montgomeryReduce } from "./reduce";

/** ζ^brv₈(i)·2³² mod q, centred, ζ = 1753; entry 0 is not used (FIPS 204 appendix B). */
// prettier-ignore
const ZETAS: usize = memory.data<i32>([
  0, 25847, -2608894, -518909, 237124, -777960, -876248, 466468, 1826347, 2353451,
  -359251, -2091905, 3119733, -2884855, 3111497, 2680103, 2725464, 1024112, -1079900, 3585928,
  -549488, -1119584, 2619752, -2108549, -2118186, -3859737, -1399561, -3277672, 1757237, -19422,
  4010497, 280005, 2706023, 95776, 3077325, 3530437, -1661693, -3592148, -2537516, 3915439,
  -3861115, -3043716, 3574422, -2867647, 3539968, -300467, 2348700, -539299, -1699267, -1643818,
  3505694, -3821735, 3507263, -2140649, -1600420, 3699596, 811944, 531354, 954230, 3881043,
  3900724, -2556880, 2071892, -2797779, -3930395, -1528703, -3677745, -3041255, -1452451, 3475950,
  2176455, -1585221, -1257611, 1939314, -4083598, -1000202, -3190144, -3157330, -3632928, 126922,
  3412210, -983419, 2147896, 2715295, -2967645, -3693493, -411027, -2477047, -671102, -1228525,
  -22981, -1308169, -381987, 1349076, 1852771, -1430430, -3343383, 264944, 508951, 3097992,
  44288, -1100098, 904516, 3958618, -3724342, -8578, 1653064, -3249728, 2389356, -210977,
  759969, -1316856, 189548, -3553272, 3159746, -1851402, -2409325, -177440, 1315589, 1341330,
  1285669, -1584928, -812732, -1439742, -3019102, -3881060, -3628969, 3839961, 2091667, 3407706,
  2316500, 3817976, -3342478, 2244091, -2446433, -3562462, 266997, 2434439, -1235728, 3513181,
  -3520352, -3759364, -1197226, -3193378, 900702, 1859098, 909542, 819034, 495491, -1613174,
  -43260, -522500, -655327, -3122442, 2031748, 3207046, -3556995, -525098, -768622, -3595838,
  342297, 286988, -2437823, 4108315, 3437287, -3342277, 1735879, 203044, 2842341, 2691481,
  -2590150, 1265009, 4055324, 1247620, 2486353, 1595974, -3767016, 1250494, 2635921, -3548272,
  -2994039, 1869119, 1903435, -1050970, -1333058, 1237275, -3318210, -1430225, -451100, 1312455,
  3306115, -1962642, -1279661, 1917081, -2546312, -1374803, 1500165, 777191, 2235880, 3406031,
  -542412, -2831860, -1671176, -1846953, -2584293, -3724270, 594136, -3776993, -2013608, 2432395,
  2454455, -164721, 1957272, 3369112, 185531, -1207385, -3183426, 162844, 1616392, 3014001,
  810149, 1652634, -3694233, -1799107, -3038916, 3523897, 3866901, 269760, 2213111, -975884,
  1717735, 472078, -426683, 1723600, -1803090, 1910376, -1667432, -1104333, -260646, -3833893,
  -2939036, -2235985, -420899, -2286327, 183443, -976891, 1612842, -3545687, -554416, 3919660,
  -48306, -1362209, 3937738, 1400424, -846154, 1976782,
]);

/** 2⁶⁴/256 mod q: the 1/256 of the inverse transform, and the factors of both Montgomery products. */
const INVERSE_SCALE: i32 = 41978;

// @ts-ignore: decorator
@inline
function zeta(index: usize): i32 {
  return load<i32>(ZETAS + 4 * index);
}

/** In place. Coefficients in (−q, q) become coefficients in (−9q, 9q). */
export function ntt(poly: usize): void {
  // `quarter` is in bytes: 64, 16, 4, 1 coefficients. Blocks are numbered as ζ is: 1; 4–7; 16–31; 64–127.
  for (let quarter: usize = N; quarter >= 4; quarter >>= 2) {
    const blocksEnd: usize = (N / quarter) * 2;
    let p = poly;
    for (let block = N / quarter; block < blocksEnd; block++) {
      const zeta1 = zeta(block);
      const zeta2 = zeta(2 * block);
      const zeta3 = zeta(2 * block + 1);
      const quarterEnd = p + quarter;
      for (; p < quarterEnd; p += 4) {
        let a0 = load<i32>(p);
        let a1 = load<i32>(p + quarter);
        let a2 = load<i32>(p + 2 * quarter);
        let a3 = load<i32>(p + 3 * quarter);
        let t = montgomeryMultiply(zeta1, a2);
        a2 = a0 - t;
        a0 = a0 + t;
        t = montgomeryMultiply(zeta1, a3);
        a3 = a1 - t;
        a1 = a1 + t;
        t = montgomeryMultiply(zeta2, a1);
        store<i32>(p + quarter, a0 - t);
        store<i32>(p, a0 + t);
        t = montgomeryMultiply(zeta3, a3);
        store<i32>(p + 3 * quarter, a2 - t);
        store<i32>(p + 2 * quarter, a2 + t);
      }
      p += 3 * quarter;
    }
  }
}

/** In place, times 2³². Coefficients in (−q, q) before and after. */
export function nttInverse(poly: usize): void {
  for (let quarter: usize = 4; quarter <= N; quarter <<= 2) {
    const blocksEnd: usize = N / quarter;
    let p = poly;
    for (let block = blocksEnd * 2 - 1; block >= blocksEnd; block--) {
      const zeta1 = -zeta(2 * block + 1);
      const zeta2 = -zeta(2 * block);
      const zeta3 = -zeta(block);
      const quarterEnd = p + quarter;
      for (; p < quarterEnd; p += 4) {
        const a0 = load<i32>(p);
        const a1 = load<i32>(p + quarter);
        const a2 = load<i32>(p + 2 * quarter);
        const a3 = load<i32>(p + 3 * quarter);
        const sum01 = a0 + a1;
        const sum23 = a2 + a3;
        const difference01 = montgomeryMultiply(zeta1, a0 - a1);
        const difference23 = montgomeryMultiply(zeta2, a2 - a3);
        store<i32>(p, sum01 + sum23);
        store<i32>(p + quarter, difference01 + difference23);
        store<i32>(p + 2 * quarter, montgomeryMultiply(zeta3, sum01 - sum23));
        store<i32>(p + 3 * quarter, montgomeryMultiply(zeta3, difference01 - difference23));
      }
      p += 3 * quarter;
    }
  }
  for (let p = poly; p < poly + POLY_BYTES; p += 4) store<i32>(p, montgomeryMultiply(INVERSE_SCALE, load<i32>(p)));
}

/** Transforms `count` polynomials that follow each other. */
export function nttVector(vector: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) ntt(vector + i * POLY_BYTES);
}

/** target ← a ∘ b·2⁻³², coefficients in (−q, q). */
export function multiply(target: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < POLY_BYTES; i += 4) {
    store<i32>(target + i, montgomeryMultiply(load<i32>(a + i), load<i32>(b + i)));
  }
}

/**
 * target ← Σ row[j] ∘ vector[j]·2⁻³² over the ℓ = 5 columns, coefficients in (−q, q). The sum of five products
 * of at most q·9q stays below q·2³¹, so that one reduction does for all.
 */
export function dotProduct(target: usize, row: usize, vector: usize): void {
  for (let i: usize = 0; i < POLY_BYTES; i += 4) store<i32>(target + i, montgomeryReduce(dotCoefficient(row + i, vector + i)));
}

/** One coefficient of the dot product, not reduced. */
// @ts-ignore: decorator
@inline
export function dotCoefficient(row: usize, vector: usize): i64 {
  return (
    <i64>load<i32>(row) * <i64>load<i32>(vector) +
    <i64>load<i32>(row, POLY_BYTES) * <i64>load<i32>(vector, POLY_BYTES) +
    <i64>load<i32>(row, 2 * POLY_BYTES) * <i64>load<i32>(vector, 2 * POLY_BYTES) +
    <i64>load<i32>(row, 3 * POLY_BYTES) * <i64>load<i32>(vector, 3 * POLY_BYTES) +
    <i64>load<i32>(row, 4 * POLY_BYTES) * <i64>load<i32>(vector, 4 * POLY_BYTES)
  );
}
