/**
 * The transform and products of ntt.ts for the SIMD builds, four coefficients a vector, with results equal
 * modulo q and in the same ranges.
 *
 * Three passes do two layers each over quarters of whole vectors. In the last pass quarters are single
 * coefficients: four blocks of four are transposed, so that each vector holds one quarter of all of them, and
 * transposed back. Montgomery products go through 64-bit lanes, the only widening multiply there is.
 */
import { N, POLY_BYTES } from "./params";
import { montgomeryMultiply4, montgomeryReduce4, reduce32x4, timesInverseQ } from "./reduce-vectors";
import { INVERSE_SCALE, ZETAS } from "./zetas";

const VECTOR: usize = 16;

// @ts-ignore: decorator
@inline
function zetaLanes(index: usize): v128 {
  return v128.load32_splat(ZETAS + 4 * index);
}

export function nttVectors(poly: usize): void {
  for (let quarter: usize = N; quarter >= VECTOR; quarter >>= 2) {
    const blocksEnd: usize = (N / quarter) * 2;
    let p = poly;
    for (let block = N / quarter; block < blocksEnd; block++) {
      const zeta1 = zetaLanes(block);
      const zeta2 = zetaLanes(2 * block);
      const zeta3 = zetaLanes(2 * block + 1);
      const zeta1q = timesInverseQ(zeta1);
      const zeta2q = timesInverseQ(zeta2);
      const zeta3q = timesInverseQ(zeta3);
      const quarterEnd = p + quarter;
      for (; p < quarterEnd; p += VECTOR) {
        const a0 = v128.load(p);
        const a1 = v128.load(p + quarter);
        const t2 = montgomeryMultiply4(v128.load(p + 2 * quarter), zeta1, zeta1q);
        const t3 = montgomeryMultiply4(v128.load(p + 3 * quarter), zeta1, zeta1q);
        const b0 = i32x4.add(a0, t2);
        const b2 = i32x4.sub(a0, t2);
        const u1 = montgomeryMultiply4(i32x4.add(a1, t3), zeta2, zeta2q);
        const u3 = montgomeryMultiply4(i32x4.sub(a1, t3), zeta3, zeta3q);
        v128.store(p, i32x4.add(b0, u1));
        v128.store(p + quarter, i32x4.sub(b0, u1));
        v128.store(p + 2 * quarter, i32x4.add(b2, u3));
        v128.store(p + 3 * quarter, i32x4.sub(b2, u3));
      }
      p += 3 * quarter;
    }
  }
  nttLastLayers(poly);
}

function nttLastLayers(poly: usize): void {
  // Of blocks 64 to 127, four a turn; their pairs of second-layer roots lie side by side.
  let roots = ZETAS + 4 * 64;
  let pairs = ZETAS + 4 * 128;
  for (const end = poly + POLY_BYTES; poly < end; poly += 4 * VECTOR) {
    const r0 = v128.load(poly);
    const r1 = v128.load(poly, 16);
    const r2 = v128.load(poly, 32);
    const r3 = v128.load(poly, 48);
    const l0 = lowPairs(r0, r1), l1 = highPairs(r0, r1), l2 = lowPairs(r2, r3), l3 = highPairs(r2, r3);
    const a0 = lowHalves(l0, l2), a1 = highHalves(l0, l2), a2 = lowHalves(l1, l3), a3 = highHalves(l1, l3);

    const zeta1 = v128.load(roots);
    const even = v128.load(pairs), odd = v128.load(pairs, 16);
    const zeta2 = v128.shuffle<i32>(even, odd, 0, 2, 4, 6);
    const zeta3 = v128.shuffle<i32>(even, odd, 1, 3, 5, 7);
    const zeta1q = timesInverseQ(zeta1);
    const t2 = montgomeryMultiply4(a2, zeta1, zeta1q);
    const t3 = montgomeryMultiply4(a3, zeta1, zeta1q);
    const b0 = i32x4.add(a0, t2);
    const b2 = i32x4.sub(a0, t2);
    const u1 = montgomeryMultiply4(i32x4.add(a1, t3), zeta2, timesInverseQ(zeta2));
    const u3 = montgomeryMultiply4(i32x4.sub(a1, t3), zeta3, timesInverseQ(zeta3));
    storeTransposed(poly, i32x4.add(b0, u1), i32x4.sub(b0, u1), i32x4.add(b2, u3), i32x4.sub(b2, u3));
    roots += VECTOR;
    pairs += 2 * VECTOR;
  }
}

export function nttInverseVectors(poly: usize): void {
  inverseFirstLayers(poly);
  for (let quarter: usize = VECTOR; quarter < N; quarter <<= 2) {
    const blocksEnd: usize = N / quarter;
    let p = poly;
    for (let block = blocksEnd * 2 - 1; block >= blocksEnd; block--) {
      const zeta1 = zetaLanes(2 * block + 1);
      const zeta2 = zetaLanes(2 * block);
      const zeta3 = zetaLanes(block);
      const zeta1q = timesInverseQ(zeta1);
      const zeta2q = timesInverseQ(zeta2);
      const zeta3q = timesInverseQ(zeta3);
      const quarterEnd = p + quarter;
      for (; p < quarterEnd; p += VECTOR) {
        const a0 = v128.load(p);
        const a1 = v128.load(p + quarter);
        const a2 = v128.load(p + 2 * quarter);
        const a3 = v128.load(p + 3 * quarter);
        const sum01 = i32x4.add(a0, a1);
        const sum23 = i32x4.add(a2, a3);
        // The roots of the inverse are negative ones: differences are taken the other way round instead.
        const difference01 = montgomeryMultiply4(i32x4.sub(a1, a0), zeta1, zeta1q);
        const difference23 = montgomeryMultiply4(i32x4.sub(a3, a2), zeta2, zeta2q);
        v128.store(p, i32x4.add(sum01, sum23));
        v128.store(p + quarter, i32x4.add(difference01, difference23));
        v128.store(p + 2 * quarter, montgomeryMultiply4(i32x4.sub(sum23, sum01), zeta3, zeta3q));
        v128.store(
          p + 3 * quarter,
          montgomeryMultiply4(i32x4.sub(difference23, difference01), zeta3, zeta3q),
        );
      }
      p += 3 * quarter;
    }
  }
  inverseLastLayers(poly);
}

/** The last two layers, with the final scaling drawn into their roots as far as that goes. */
function inverseLastLayers(poly: usize): void {
  const scale = i32x4.splat(INVERSE_SCALE);
  const scaleQ = timesInverseQ(scale);
  const zeta1 = montgomeryMultiply4(zetaLanes(3), scale, scaleQ);
  const zeta2 = montgomeryMultiply4(zetaLanes(2), scale, scaleQ);
  const zeta3 = zetaLanes(1);
  const zeta3Scaled = montgomeryMultiply4(zeta3, scale, scaleQ);
  const zeta1q = timesInverseQ(zeta1);
  const zeta2q = timesInverseQ(zeta2);
  const zeta3q = timesInverseQ(zeta3);
  const zeta3ScaledQ = timesInverseQ(zeta3Scaled);
  for (const end = poly + N; poly < end; poly += VECTOR) {
    const a0 = v128.load(poly);
    const a1 = v128.load(poly, N);
    const a2 = v128.load(poly, 2 * N);
    const a3 = v128.load(poly, 3 * N);
    const sum01 = i32x4.add(a0, a1);
    const sum23 = i32x4.add(a2, a3);
    const difference01 = montgomeryMultiply4(i32x4.sub(a1, a0), zeta1, zeta1q);
    const difference23 = montgomeryMultiply4(i32x4.sub(a3, a2), zeta2, zeta2q);
    const differences = i32x4.sub(difference23, difference01);
    v128.store(poly, montgomeryMultiply4(i32x4.add(sum01, sum23), scale, scaleQ));
    v128.store(poly, reduce32x4(i32x4.add(difference01, difference23)), N);
    v128.store(poly, montgomeryMultiply4(i32x4.sub(sum23, sum01), zeta3Scaled, zeta3ScaledQ), 2 * N);
    v128.store(poly, montgomeryMultiply4(differences, zeta3, zeta3q), 3 * N);
  }
}

function inverseFirstLayers(poly: usize): void {
  // Blocks 127 down to 64, four a turn: roots are read backwards.
  let roots = ZETAS + 4 * 124;
  let pairs = ZETAS + 4 * 248;
  for (const end = poly + POLY_BYTES; poly < end; poly += 4 * VECTOR) {
    const r0 = v128.load(poly);
    const r1 = v128.load(poly, 16);
    const r2 = v128.load(poly, 32);
    const r3 = v128.load(poly, 48);
    const l0 = lowPairs(r0, r1), l1 = highPairs(r0, r1), l2 = lowPairs(r2, r3), l3 = highPairs(r2, r3);
    const a0 = lowHalves(l0, l2), a1 = highHalves(l0, l2), a2 = lowHalves(l1, l3), a3 = highHalves(l1, l3);

    const low = v128.load(pairs), high = v128.load(pairs, 16);
    const last = v128.load(roots);
    const zeta1 = v128.shuffle<i32>(low, high, 7, 5, 3, 1);
    const zeta2 = v128.shuffle<i32>(low, high, 6, 4, 2, 0);
    const zeta3 = v128.shuffle<i32>(last, last, 3, 2, 1, 0);
    const zeta3q = timesInverseQ(zeta3);
    const sum01 = i32x4.add(a0, a1);
    const sum23 = i32x4.add(a2, a3);
    const difference01 = montgomeryMultiply4(i32x4.sub(a1, a0), zeta1, timesInverseQ(zeta1));
    const difference23 = montgomeryMultiply4(i32x4.sub(a3, a2), zeta2, timesInverseQ(zeta2));
    storeTransposed(
      poly,
      i32x4.add(sum01, sum23),
      i32x4.add(difference01, difference23),
      montgomeryMultiply4(i32x4.sub(sum23, sum01), zeta3, zeta3q),
      montgomeryMultiply4(i32x4.sub(difference23, difference01), zeta3, zeta3q),
    );
    roots -= VECTOR;
    pairs -= 2 * VECTOR;
  }
}

export function multiplyVectors(target: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < POLY_BYTES; i += VECTOR) {
    const right = v128.load(b + i);
    v128.store(target + i, montgomeryMultiply4(v128.load(a + i), right, timesInverseQ(right)));
  }
}

export function dotProductVectors(target: usize, row: usize, vector: usize): void {
  dotVectors(target, row, vector, false, 0, 0);
}

export function dotProductMinusVectors(target: usize, row: usize, vector: usize, a: usize, b: usize): void {
  dotVectors(target, row, vector, true, a, b);
}

/** Σ row[j] ∘ vector[j], less a ∘ b if `minus`, in 64-bit lanes: the low and the high two coefficients apart. */
// @ts-ignore: decorator
@inline
function dotVectors(target: usize, row: usize, vector: usize, minus: bool, a: usize, b: usize): void {
  for (let i: usize = 0; i < POLY_BYTES; i += VECTOR) {
    let left = v128.load(row + i), right = v128.load(vector + i);
    let low = i64x2.extmul_low_i32x4_s(left, right), high = i64x2.extmul_high_i32x4_s(left, right);
    left = v128.load(row + i, POLY_BYTES), right = v128.load(vector + i, POLY_BYTES);
    low = i64x2.add(low, i64x2.extmul_low_i32x4_s(left, right));
    high = i64x2.add(high, i64x2.extmul_high_i32x4_s(left, right));
    left = v128.load(row + i, 2 * POLY_BYTES), right = v128.load(vector + i, 2 * POLY_BYTES);
    low = i64x2.add(low, i64x2.extmul_low_i32x4_s(left, right));
    high = i64x2.add(high, i64x2.extmul_high_i32x4_s(left, right));
    left = v128.load(row + i, 3 * POLY_BYTES), right = v128.load(vector + i, 3 * POLY_BYTES);
    low = i64x2.add(low, i64x2.extmul_low_i32x4_s(left, right));
    high = i64x2.add(high, i64x2.extmul_high_i32x4_s(left, right));
    left = v128.load(row + i, 4 * POLY_BYTES), right = v128.load(vector + i, 4 * POLY_BYTES);
    low = i64x2.add(low, i64x2.extmul_low_i32x4_s(left, right));
    high = i64x2.add(high, i64x2.extmul_high_i32x4_s(left, right));
    if (minus) {
      left = v128.load(a + i), right = v128.load(b + i);
      low = i64x2.sub(low, i64x2.extmul_low_i32x4_s(left, right));
      high = i64x2.sub(high, i64x2.extmul_high_i32x4_s(left, right));
    }
    v128.store(target + i, montgomeryReduce4(low, high));
  }
}

// The steps of a transposition of 4 × 4 lanes.

// @ts-ignore: decorator
@inline
function lowPairs(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

// @ts-ignore: decorator
@inline
function highPairs(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}

// @ts-ignore: decorator
@inline
function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2);
}

// @ts-ignore: decorator
@inline
function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 3);
}

// @ts-ignore: decorator
@inline
function storeTransposed(target: usize, a0: v128, a1: v128, a2: v128, a3: v128): void {
  const l0 = lowPairs(a0, a1), l1 = highPairs(a0, a1), l2 = lowPairs(a2, a3), l3 = highPairs(a2, a3);
  v128.store(target, lowHalves(l0, l2));
  v128.store(target, highHalves(l0, l2), 16);
  v128.store(target, lowHalves(l1, l3), 32);
  v128.store(target, highHalves(l1, l3), 48);
}
