/**
 * Two elements of the field of 2^255 − 19 side by side in the two lanes of a 128-bit vector, as doubles: the
 * field of verification on builds with SIMD. Public values only.
 *
 *   f = f0 + f1 + … + f11, f_k a multiple of 2^e_k, e = 0 22 43 64 85 107 128 149 170 192 213 234 (⌈85·k/4⌉)
 *
 * A *pair* is twelve vectors, 192 bytes: limb k of both elements at 16·k. A limb carries its weight in its
 * exponent, so products fall into place on their own, and what passes 2^255 comes back times 19·2^−255.
 *
 * Exactness. *Reduced* means |f_k| ≤ 1.01·2^(e_(k+1) − 1): the result of every multiplication. Counted in units
 * of 2^e_k, the sums of a product of reduced elements stay below 2^53 / 16.4 (worst at k = 0), so operands that
 * are sums of a and b reduced ones may meet as long as a·b ≤ 16; pairLoad counts as two. Below that every product
 * and sum is an integer that a double holds, nothing is rounded, and a fused multiply-add gives the same bits as
 * a multiplication and an addition do. (For scale: the point formulas reach 12.)
 *
 * Sums wait in memory between groups of four rows. Kept in locals, the compiler of V8 11 to 13 sinks all
 * arithmetic behind all loads and spills half of it: 60 ns a pair, against 38 in this order (Node 20 and 24,
 * 2026-11; two scalar multiplications take 78).
 */

export const PAIR_BYTES: usize = 192;

/** Bits of 1.5·2^(52 + e_(k+1)), in both lanes: adding and subtracting it rounds to a multiple of 2^e_(k+1). */
const ROUNDERS = memory.data<u64>([
  0x4498000000000000, 0x4498000000000000, 0x45e8000000000000, 0x45e8000000000000,
  0x4738000000000000, 0x4738000000000000, 0x4888000000000000, 0x4888000000000000,
  0x49e8000000000000, 0x49e8000000000000, 0x4b38000000000000, 0x4b38000000000000,
  0x4c88000000000000, 0x4c88000000000000, 0x4dd8000000000000, 0x4dd8000000000000,
  0x4f38000000000000, 0x4f38000000000000, 0x5088000000000000, 0x5088000000000000,
  0x51d8000000000000, 0x51d8000000000000, 0x5328000000000000, 0x5328000000000000,
], 16);
/** Bits of 2^(52 + e_k): from there on, a double has the integers of weight 2^e_k in its low bits. */
const OFFSETS = memory.data<u64>([
  0x4330000000000000, 0x4330000000000000, 0x4490000000000000, 0x4490000000000000,
  0x45e0000000000000, 0x45e0000000000000, 0x4730000000000000, 0x4730000000000000,
  0x4880000000000000, 0x4880000000000000, 0x49e0000000000000, 0x49e0000000000000,
  0x4b30000000000000, 0x4b30000000000000, 0x4c80000000000000, 0x4c80000000000000,
  0x4dd0000000000000, 0x4dd0000000000000, 0x4f30000000000000, 0x4f30000000000000,
  0x5080000000000000, 0x5080000000000000, 0x51d0000000000000, 0x51d0000000000000,
], 16);
/** Bits of 2^−e_k. */
const UNITS = memory.data<u64>([
  0x3ff0000000000000, 0x3e90000000000000, 0x3d40000000000000, 0x3bf0000000000000,
  0x3aa0000000000000, 0x3940000000000000, 0x37f0000000000000, 0x36a0000000000000,
  0x3550000000000000, 0x33f0000000000000, 0x32a0000000000000, 0x3150000000000000,
]);
const SUMS = memory.data(192, 16);

/** 19·2^−255. */
const WRAP: f64 = 3.281744050935889e-76;

// @ts-ignore: decorator
@inline
function madd(sum: v128, a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, sum) : f64x2.add(sum, f64x2.mul(a, b));
}

// @ts-ignore: decorator
@inline function twice(x: v128): v128 { return f64x2.add(x, x); }

/** The lanes changed over. */
// @ts-ignore: decorator
@inline export function swapLanes(x: v128): v128 { return v128.shuffle<u64>(x, x, 1, 0); }

/** (a, b) → (b − a, b + a): what every formula of this curve wants of its coordinates. */
// @ts-ignore: decorator
@inline
export function crossLanes(x: v128): v128 {
  return f64x2.add(swapLanes(x), v128.xor(x, i64x2(0x8000000000000000, 0)));
}

export function pairMul(out: usize, f: usize, g: usize): void {
  multiply(f, g);
  storeReduced(out, false);
}

/** (a, b) = f·g → (b − a, b + a): two reduced elements a lane. */
export function pairMulCrossed(out: usize, f: usize, g: usize): void {
  multiply(f, g);
  storeReduced(out, true);
}

export function pairSquare(out: usize, f: usize): void {
  square(f);
  storeReduced(out, false);
}

export function pairSquareCrossed(out: usize, f: usize): void {
  square(f);
  storeReduced(out, true);
}

/**
 * Two numbers of 32 bytes, little-endian, into the lanes; bit 255 is ignored. No limb lies across two words of
 * 64 bits. Limbs from 0 to 2^e_(k+1): as large as two reduced ones.
 */
export function pairLoad(out: usize, low: usize, high: usize): void {
  const m22 = i64x2.splat(0x3fffff), m21 = i64x2.splat(0x1fffff);
  const a0 = v128.load64_lane(high, v128.load64_zero(low), 1), a1 = v128.load64_lane(high, v128.load64_zero(low, 8), 1, 8);
  const a2 = v128.load64_lane(high, v128.load64_zero(low, 16), 1, 16), a3 = v128.load64_lane(high, v128.load64_zero(low, 24), 1, 24);
  let o: v128;
  o = v128.load(OFFSETS); v128.store(out, f64x2.sub(v128.or(v128.and(a0, m22), o), o));
  o = v128.load(OFFSETS, 16); v128.store(out, f64x2.sub(v128.or(v128.and(i64x2.shr_u(a0, 22), m21), o), o), 16);
  o = v128.load(OFFSETS, 32); v128.store(out, f64x2.sub(v128.or(i64x2.shr_u(a0, 43), o), o), 32);
  o = v128.load(OFFSETS, 48); v128.store(out, f64x2.sub(v128.or(v128.and(a1, m21), o), o), 48);
  o = v128.load(OFFSETS, 64); v128.store(out, f64x2.sub(v128.or(v128.and(i64x2.shr_u(a1, 21), m22), o), o), 64);
  o = v128.load(OFFSETS, 80); v128.store(out, f64x2.sub(v128.or(i64x2.shr_u(a1, 43), o), o), 80);
  o = v128.load(OFFSETS, 96); v128.store(out, f64x2.sub(v128.or(v128.and(a2, m21), o), o), 96);
  o = v128.load(OFFSETS, 112); v128.store(out, f64x2.sub(v128.or(v128.and(i64x2.shr_u(a2, 21), m21), o), o), 112);
  o = v128.load(OFFSETS, 128); v128.store(out, f64x2.sub(v128.or(i64x2.shr_u(a2, 42), o), o), 128);
  o = v128.load(OFFSETS, 144); v128.store(out, f64x2.sub(v128.or(v128.and(a3, m21), o), o), 144);
  o = v128.load(OFFSETS, 160); v128.store(out, f64x2.sub(v128.or(v128.and(i64x2.shr_u(a3, 21), m21), o), o), 160);
  o = v128.load(OFFSETS, 176); v128.store(out, f64x2.sub(v128.or(v128.and(i64x2.shr_u(a3, 42), m21), o), o), 176);
}

/** The element in one lane (0 or 1) of a reduced pair: 32 bytes below 2^255, little-endian, not always below p. */
export function pairStore(bytes: usize, pair: usize, lane: usize): void {
  let from = pair + 8 * lane, unit = UNITS;
  // |f| < 1.02·2^254, so f + p is positive, and below 2^255 once a carry out of the top has come back as 19.
  let carry: i64 = -19;
  for (let word: usize = 0; word < 32; word += 8) {
    let bits: u64 = 0, place = 0;
    for (let i = 0; i < 3; i++) {
      const width = LIMB_22 >> (<i32>word + i) & 1 ? 22 : 21;
      const value = carry + <i64>(load<f64>(from) * load<f64>(unit));
      bits |= <u64>(value & ((1 << width) - 1)) << place;
      carry = value >> width;
      place += width;
      from += 16;
      unit += 8;
    }
    store<u64>(bytes + word, bits);
  }
  // The 2^255 of p.
  let rest = <u64>(carry + 1) * 19;
  for (let word: usize = 0; word < 32; word += 8) {
    const sum = load<u64>(bytes + word) + rest;
    rest = u64(sum < rest);
    store<u64>(bytes + word, sum);
  }
}

/** Bit 8·w + i: limb i of word w has 22 bits. */
const LIMB_22: i32 = 0x1 | (0x2 << 8) | (0x4 << 16);

/** Row by row, four rows of f at a time against a window of g: f_i·g_j into sum i + j, or i + j − 12 times wrap. */
// @ts-ignore: decorator
@inline
function multiply(f: usize, g: usize): void {
  const wrap = f64x2.splat(WRAP);
  let f0: v128, f1: v128, f2: v128, f3: v128, w0: v128, w1: v128, w2: v128, w3: v128;
  let x0: v128, x1: v128, x2: v128, x3: v128;
  f0 = v128.load(f); f1 = v128.load(f, 16); f2 = v128.load(f, 32); f3 = v128.load(f, 48);
  w0 = f64x2.mul(f0, wrap); w1 = f64x2.mul(f1, wrap); w2 = f64x2.mul(f2, wrap); w3 = f64x2.mul(f3, wrap);
  x3 = v128.load(g, 176); x2 = v128.load(g, 160); x1 = v128.load(g, 144);
  x0 = v128.load(g); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x0), w1, x3), w2, x2), w3, x1));
  x1 = v128.load(g, 16); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x1), f1, x0), w2, x3), w3, x2), 16);
  x2 = v128.load(g, 32); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x2), f1, x1), f2, x0), w3, x3), 32);
  x3 = v128.load(g, 48); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x3), f1, x2), f2, x1), f3, x0), 48);
  x0 = v128.load(g, 64); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x0), f1, x3), f2, x2), f3, x1), 64);
  x1 = v128.load(g, 80); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x1), f1, x0), f2, x3), f3, x2), 80);
  x2 = v128.load(g, 96); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x2), f1, x1), f2, x0), f3, x3), 96);
  x3 = v128.load(g, 112); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x3), f1, x2), f2, x1), f3, x0), 112);
  x0 = v128.load(g, 128); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x0), f1, x3), f2, x2), f3, x1), 128);
  x1 = v128.load(g, 144); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x1), f1, x0), f2, x3), f3, x2), 144);
  x2 = v128.load(g, 160); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x2), f1, x1), f2, x0), f3, x3), 160);
  x3 = v128.load(g, 176); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x3), f1, x2), f2, x1), f3, x0), 176);
  f0 = v128.load(f, 64); f1 = v128.load(f, 80); f2 = v128.load(f, 96); f3 = v128.load(f, 112);
  w0 = f64x2.mul(f0, wrap); w1 = f64x2.mul(f1, wrap); w2 = f64x2.mul(f2, wrap); w3 = f64x2.mul(f3, wrap);
  x3 = v128.load(g, 112); x2 = v128.load(g, 96); x1 = v128.load(g, 80);
  x0 = v128.load(g, 128); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS), w0, x0), w1, x3), w2, x2), w3, x1));
  x1 = v128.load(g, 144); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 16), w0, x1), w1, x0), w2, x3), w3, x2), 16);
  x2 = v128.load(g, 160); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 32), w0, x2), w1, x1), w2, x0), w3, x3), 32);
  x3 = v128.load(g, 176); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 48), w0, x3), w1, x2), w2, x1), w3, x0), 48);
  x0 = v128.load(g); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 64), f0, x0), w1, x3), w2, x2), w3, x1), 64);
  x1 = v128.load(g, 16); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 80), f0, x1), f1, x0), w2, x3), w3, x2), 80);
  x2 = v128.load(g, 32); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 96), f0, x2), f1, x1), f2, x0), w3, x3), 96);
  x3 = v128.load(g, 48); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 112), f0, x3), f1, x2), f2, x1), f3, x0), 112);
  x0 = v128.load(g, 64); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 128), f0, x0), f1, x3), f2, x2), f3, x1), 128);
  x1 = v128.load(g, 80); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 144), f0, x1), f1, x0), f2, x3), f3, x2), 144);
  x2 = v128.load(g, 96); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 160), f0, x2), f1, x1), f2, x0), f3, x3), 160);
  x3 = v128.load(g, 112); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 176), f0, x3), f1, x2), f2, x1), f3, x0), 176);
  f0 = v128.load(f, 128); f1 = v128.load(f, 144); f2 = v128.load(f, 160); f3 = v128.load(f, 176);
  w0 = f64x2.mul(f0, wrap); w1 = f64x2.mul(f1, wrap); w2 = f64x2.mul(f2, wrap); w3 = f64x2.mul(f3, wrap);
  x3 = v128.load(g, 48); x2 = v128.load(g, 32); x1 = v128.load(g, 16);
  x0 = v128.load(g, 64); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS), w0, x0), w1, x3), w2, x2), w3, x1));
  x1 = v128.load(g, 80); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 16), w0, x1), w1, x0), w2, x3), w3, x2), 16);
  x2 = v128.load(g, 96); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 32), w0, x2), w1, x1), w2, x0), w3, x3), 32);
  x3 = v128.load(g, 112); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 48), w0, x3), w1, x2), w2, x1), w3, x0), 48);
  x0 = v128.load(g, 128); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 64), w0, x0), w1, x3), w2, x2), w3, x1), 64);
  x1 = v128.load(g, 144); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 80), w0, x1), w1, x0), w2, x3), w3, x2), 80);
  x2 = v128.load(g, 160); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 96), w0, x2), w1, x1), w2, x0), w3, x3), 96);
  x3 = v128.load(g, 176); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 112), w0, x3), w1, x2), w2, x1), w3, x0), 112);
  x0 = v128.load(g); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 128), f0, x0), w1, x3), w2, x2), w3, x1), 128);
  x1 = v128.load(g, 16); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 144), f0, x1), f1, x0), w2, x3), w3, x2), 144);
  x2 = v128.load(g, 32); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 160), f0, x2), f1, x1), f2, x0), w3, x3), 160);
  x3 = v128.load(g, 48); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 176), f0, x3), f1, x2), f2, x1), f3, x0), 176);
}

/** Squares of limbs first, then each product of two different ones once, twice its value. */
// @ts-ignore: decorator
@inline
function square(f: usize): void {
  const wrap = f64x2.splat(WRAP);
  let f0: v128, f1: v128, f2: v128, f3: v128, w0: v128, w1: v128, w2: v128, w3: v128;
  let x0: v128, x1: v128, x2: v128, x3: v128;
  x0 = v128.load(f); x1 = v128.load(f, 96); v128.store(SUMS, madd(f64x2.mul(x0, x0), f64x2.mul(x1, wrap), x1));
  x0 = v128.load(f, 16); x1 = v128.load(f, 112); v128.store(SUMS, madd(f64x2.mul(x0, x0), f64x2.mul(x1, wrap), x1), 32);
  x0 = v128.load(f, 32); x1 = v128.load(f, 128); v128.store(SUMS, madd(f64x2.mul(x0, x0), f64x2.mul(x1, wrap), x1), 64);
  x0 = v128.load(f, 48); x1 = v128.load(f, 144); v128.store(SUMS, madd(f64x2.mul(x0, x0), f64x2.mul(x1, wrap), x1), 96);
  x0 = v128.load(f, 64); x1 = v128.load(f, 160); v128.store(SUMS, madd(f64x2.mul(x0, x0), f64x2.mul(x1, wrap), x1), 128);
  x0 = v128.load(f, 80); x1 = v128.load(f, 176); v128.store(SUMS, madd(f64x2.mul(x0, x0), f64x2.mul(x1, wrap), x1), 160);
  f0 = twice(v128.load(f)); f1 = twice(v128.load(f, 16)); f2 = twice(v128.load(f, 32)); f3 = twice(v128.load(f, 48));
  w0 = f64x2.mul(f0, wrap); w1 = f64x2.mul(f1, wrap); w2 = f64x2.mul(f2, wrap); w3 = f64x2.mul(f3, wrap);
  x1 = v128.load(f, 16); x3 = v128.load(f, 176); x2 = v128.load(f, 160); v128.store(SUMS, madd(madd(f64x2.mul(f0, x1), w2, x3), w3, x2), 16);
  x2 = v128.load(f, 32); v128.store(SUMS, madd(madd(v128.load(SUMS, 32), f0, x2), w3, x3), 32);
  x3 = v128.load(f, 48); v128.store(SUMS, madd(f64x2.mul(f0, x3), f1, x2), 48);
  x0 = v128.load(f, 64); v128.store(SUMS, madd(madd(v128.load(SUMS, 64), f0, x0), f1, x3), 64);
  x1 = v128.load(f, 80); v128.store(SUMS, madd(madd(f64x2.mul(f0, x1), f1, x0), f2, x3), 80);
  x2 = v128.load(f, 96); v128.store(SUMS, madd(madd(madd(v128.load(SUMS, 96), f0, x2), f1, x1), f2, x0), 96);
  x3 = v128.load(f, 112); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x3), f1, x2), f2, x1), f3, x0), 112);
  x0 = v128.load(f, 128); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 128), f0, x0), f1, x3), f2, x2), f3, x1), 128);
  x1 = v128.load(f, 144); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x1), f1, x0), f2, x3), f3, x2), 144);
  x2 = v128.load(f, 160); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 160), f0, x2), f1, x1), f2, x0), f3, x3), 160);
  x3 = v128.load(f, 176); v128.store(SUMS, madd(madd(madd(f64x2.mul(f0, x3), f1, x2), f2, x1), f3, x0), 176);
  v128.store(SUMS, madd(madd(madd(v128.load(SUMS), w1, x3), w2, x2), w3, x1));
  f0 = twice(v128.load(f, 64)); f1 = twice(v128.load(f, 80)); f2 = twice(v128.load(f, 96)); f3 = twice(v128.load(f, 112));
  w0 = f64x2.mul(f0, wrap); w1 = f64x2.mul(f1, wrap); w2 = f64x2.mul(f2, wrap); w3 = f64x2.mul(f3, wrap);
  x1 = v128.load(f, 80); v128.store(SUMS, madd(v128.load(SUMS, 144), f0, x1), 144);
  x2 = v128.load(f, 96); v128.store(SUMS, madd(v128.load(SUMS, 160), f0, x2), 160);
  x3 = v128.load(f, 112); v128.store(SUMS, madd(madd(v128.load(SUMS, 176), f0, x3), f1, x2), 176);
  x0 = v128.load(f, 128); v128.store(SUMS, madd(madd(v128.load(SUMS), w0, x0), w1, x3));
  x1 = v128.load(f, 144); v128.store(SUMS, madd(madd(madd(v128.load(SUMS, 16), w0, x1), w1, x0), w2, x3), 16);
  x2 = v128.load(f, 160); v128.store(SUMS, madd(madd(madd(v128.load(SUMS, 32), w0, x2), w1, x1), w2, x0), 32);
  x3 = v128.load(f, 176); v128.store(SUMS, madd(madd(madd(madd(v128.load(SUMS, 48), w0, x3), w1, x2), w2, x1), w3, x0), 48);
  v128.store(SUMS, madd(madd(madd(v128.load(SUMS, 64), w1, x3), w2, x2), w3, x1), 64);
  v128.store(SUMS, madd(madd(v128.load(SUMS, 80), w2, x3), w3, x2), 80);
  v128.store(SUMS, madd(v128.load(SUMS, 96), w3, x3), 96);
  f0 = twice(v128.load(f, 128)); f1 = twice(v128.load(f, 144)); f2 = twice(v128.load(f, 160)); f3 = twice(v128.load(f, 176));
  w0 = f64x2.mul(f0, wrap); w1 = f64x2.mul(f1, wrap); w2 = f64x2.mul(f2, wrap); w3 = f64x2.mul(f3, wrap);
  x1 = v128.load(f, 144); v128.store(SUMS, madd(v128.load(SUMS, 80), w0, x1), 80);
  x2 = v128.load(f, 160); v128.store(SUMS, madd(v128.load(SUMS, 96), w0, x2), 96);
  x3 = v128.load(f, 176); v128.store(SUMS, madd(madd(v128.load(SUMS, 112), w0, x3), w1, x2), 112);
  v128.store(SUMS, madd(v128.load(SUMS, 128), w1, x3), 128);
  v128.store(SUMS, madd(v128.load(SUMS, 144), w2, x3), 144);
}

/** Four carry chains side by side (from 0, 3, 6 and 9), then each one step further: sums in, reduced out. */
// @ts-ignore: decorator
@inline
function storeReduced(out: usize, crossed: bool): void {
  const wrap = f64x2.splat(WRAP);
  let h0 = v128.load(SUMS), h1 = v128.load(SUMS, 16), h2 = v128.load(SUMS, 32), h3 = v128.load(SUMS, 48);
  let h4 = v128.load(SUMS, 64), h5 = v128.load(SUMS, 80), h6 = v128.load(SUMS, 96), h7 = v128.load(SUMS, 112);
  let h8 = v128.load(SUMS, 128), h9 = v128.load(SUMS, 144), h10 = v128.load(SUMS, 160), h11 = v128.load(SUMS, 176);
  let m: v128, c: v128;
  m = v128.load(ROUNDERS); c = f64x2.sub(f64x2.add(h0, m), m); h0 = f64x2.sub(h0, c); h1 = f64x2.add(h1, c);
  m = v128.load(ROUNDERS, 48); c = f64x2.sub(f64x2.add(h3, m), m); h3 = f64x2.sub(h3, c); h4 = f64x2.add(h4, c);
  m = v128.load(ROUNDERS, 96); c = f64x2.sub(f64x2.add(h6, m), m); h6 = f64x2.sub(h6, c); h7 = f64x2.add(h7, c);
  m = v128.load(ROUNDERS, 144); c = f64x2.sub(f64x2.add(h9, m), m); h9 = f64x2.sub(h9, c); h10 = f64x2.add(h10, c);
  m = v128.load(ROUNDERS, 16); c = f64x2.sub(f64x2.add(h1, m), m); h1 = f64x2.sub(h1, c); h2 = f64x2.add(h2, c);
  m = v128.load(ROUNDERS, 64); c = f64x2.sub(f64x2.add(h4, m), m); h4 = f64x2.sub(h4, c); h5 = f64x2.add(h5, c);
  m = v128.load(ROUNDERS, 112); c = f64x2.sub(f64x2.add(h7, m), m); h7 = f64x2.sub(h7, c); h8 = f64x2.add(h8, c);
  m = v128.load(ROUNDERS, 160); c = f64x2.sub(f64x2.add(h10, m), m); h10 = f64x2.sub(h10, c); h11 = f64x2.add(h11, c);
  m = v128.load(ROUNDERS, 32); c = f64x2.sub(f64x2.add(h2, m), m); h2 = f64x2.sub(h2, c); h3 = f64x2.add(h3, c);
  m = v128.load(ROUNDERS, 80); c = f64x2.sub(f64x2.add(h5, m), m); h5 = f64x2.sub(h5, c); h6 = f64x2.add(h6, c);
  m = v128.load(ROUNDERS, 128); c = f64x2.sub(f64x2.add(h8, m), m); h8 = f64x2.sub(h8, c); h9 = f64x2.add(h9, c);
  m = v128.load(ROUNDERS, 176); c = f64x2.sub(f64x2.add(h11, m), m); h11 = f64x2.sub(h11, c); h0 = madd(h0, c, wrap);
  m = v128.load(ROUNDERS, 48); c = f64x2.sub(f64x2.add(h3, m), m); h3 = f64x2.sub(h3, c); h4 = f64x2.add(h4, c);
  m = v128.load(ROUNDERS, 96); c = f64x2.sub(f64x2.add(h6, m), m); h6 = f64x2.sub(h6, c); h7 = f64x2.add(h7, c);
  m = v128.load(ROUNDERS, 144); c = f64x2.sub(f64x2.add(h9, m), m); h9 = f64x2.sub(h9, c); h10 = f64x2.add(h10, c);
  m = v128.load(ROUNDERS); c = f64x2.sub(f64x2.add(h0, m), m); h0 = f64x2.sub(h0, c); h1 = f64x2.add(h1, c);
  if (crossed) {
    h0 = crossLanes(h0); h1 = crossLanes(h1); h2 = crossLanes(h2); h3 = crossLanes(h3); h4 = crossLanes(h4); h5 = crossLanes(h5);
    h6 = crossLanes(h6); h7 = crossLanes(h7); h8 = crossLanes(h8); h9 = crossLanes(h9); h10 = crossLanes(h10); h11 = crossLanes(h11);
  }
  v128.store(out, h0); v128.store(out, h1, 16); v128.store(out, h2, 32); v128.store(out, h3, 48);
  v128.store(out, h4, 64); v128.store(out, h5, 80); v128.store(out, h6, 96); v128.store(out, h7, 112);
  v128.store(out, h8, 128); v128.store(out, h9, 144); v128.store(out, h10, 160); v128.store(out, h11, 176);
}
