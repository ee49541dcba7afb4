/**
 * The number-theoretic transform of ML-DSA (FIPS 204 §7.5, algorithms 41 and 42) and products in its domain.
 *
 * Two layers go through memory at once: a block of 4·h coefficients is read as four quarters h apart, both
 * layers are done in locals, and the quarters are written back. Timing does not depend on coefficients.
 *
 * The SIMD builds do the same four coefficients at a time (ntt-vectors.ts).
 *
 * Scaling: `dotProduct` and `multiply` leave a factor 2⁻³², `nttInverse` takes it away again.
 */
import { dotProductMinusVectors, dotProductVectors, multiplyVectors, nttInverseVectors, nttVectors } from "./ntt-vectors";
import { N, POLY_BYTES } from "./params";
import { montgomeryMultiply, montgomeryReduce } from "./reduce";
import { INVERSE_SCALE, ZETAS } from "./zetas";

// @ts-ignore: decorator
@inline
function zeta(index: usize): i32 {
  return load<i32>(ZETAS + 4 * index);
}

/** In place. Coefficients in (−q, q) become coefficients in (−9q, 9q). */
export function ntt(poly: usize): void {
  if (ASC_FEATURE_SIMD) nttVectors(poly);
  else nttScalar(poly);
}

function nttScalar(poly: usize): void {
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
  if (ASC_FEATURE_SIMD) nttInverseVectors(poly);
  else nttInverseScalar(poly);
}

function nttInverseScalar(poly: usize): void {
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
  if (ASC_FEATURE_SIMD) {
    multiplyVectors(target, a, b);
  } else {
    for (let i: usize = 0; i < POLY_BYTES; i += 4) {
      store<i32>(target + i, montgomeryMultiply(load<i32>(a + i), load<i32>(b + i)));
    }
  }
}

/**
 * target ← Σ row[j] ∘ vector[j]·2⁻³² over the ℓ = 5 columns, coefficients in (−q, q). The sum of five products
 * of at most q·9q stays below q·2³¹, so that one reduction does for all.
 */
export function dotProduct(target: usize, row: usize, vector: usize): void {
  if (ASC_FEATURE_SIMD) {
    dotProductVectors(target, row, vector);
  } else {
    for (let i: usize = 0; i < POLY_BYTES; i += 4) {
      store<i32>(target + i, montgomeryReduce(dotCoefficient(row + i, vector + i)));
    }
  }
}

/** The same less a ∘ b, a and b in (−9q, 9q): 126 q² in all. */
export function dotProductMinus(target: usize, row: usize, vector: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_SIMD) {
    dotProductMinusVectors(target, row, vector, a, b);
  } else {
    for (let i: usize = 0; i < POLY_BYTES; i += 4) {
      const product = <i64>load<i32>(a + i) * <i64>load<i32>(b + i);
      store<i32>(target + i, montgomeryReduce(dotCoefficient(row + i, vector + i) - product));
    }
  }
}

/** One coefficient of the dot product, not reduced. */
// @ts-ignore: decorator
@inline
function dotCoefficient(row: usize, vector: usize): i64 {
  return (
    <i64>load<i32>(row) * <i64>load<i32>(vector) +
    <i64>load<i32>(row, POLY_BYTES) * <i64>load<i32>(vector, POLY_BYTES) +
    <i64>load<i32>(row, 2 * POLY_BYTES) * <i64>load<i32>(vector, 2 * POLY_BYTES) +
    <i64>load<i32>(row, 3 * POLY_BYTES) * <i64>load<i32>(vector, 3 * POLY_BYTES) +
    <i64>load<i32>(row, 4 * POLY_BYTES) * <i64>load<i32>(vector, 4 * POLY_BYTES)
  );
}
