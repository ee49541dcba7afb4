/**
 * The field of 2^255 − 19 (RFC 7748 §4.1, RFC 8032 §5.1) in ten limbs of 26 and 25 bits by turns.
 *
 *   f = f0 + f1·2^26 + f2·2^51 + f3·2^77 + f4·2^102 + f5·2^128 + f6·2^153 + f7·2^179 + f8·2^204 + f9·2^230
 *
 * An element is ten signed 32-bit limbs in linear memory (40 bytes); every function takes addresses, and the
 * result may be one of the arguments. Without a wide multiply in WebAssembly this form is the fastest scalar
 * one: 100 products of 32-bit halves in 64-bit accumulators.
 *
 * Bounds. *Reduced* means |even limb| ≤ 1.01·2^25 and |odd limb| ≤ 1.01·2^24: the result of feMul, feSq,
 * feSq2 and feFromBytes. feAdd, feSub and feNeg do not carry. feMul and feSq take limbs up to 1.65·2^26
 * (even) and 1.65·2^25 (odd), which a sum of three reduced elements stays below.
 *
 * No function branches on values or uses them as addresses, and none has memory of its own: what needs room
 * is given `scratch`, so that secrets stay where the caller put them. Copies in WASM locals, machine
 * registers and the machine stack are outside the reach of any wiping.
 */

export const FE_BYTES: usize = 40;

// @ts-ignore: decorator
@inline function limb(f: usize, offset: usize): i64 { return <i64>load<i32>(f + offset); }

export function feZero(out: usize): void {
  memory.fill(out, 0, FE_BYTES);
}

export function feOne(out: usize): void {
  memory.fill(out, 0, FE_BYTES);
  store<i32>(out, 1);
}

export function feCopy(out: usize, f: usize): void {
  memory.copy(out, f, FE_BYTES);
}

// Ten limbs written out: a loop would cost as much again.
export function feAdd(out: usize, f: usize, g: usize): void {
  addLimbs(out, f, g, 0); addLimbs(out, f, g, 8); addLimbs(out, f, g, 16); addLimbs(out, f, g, 24); addLimbs(out, f, g, 32);
}

export function feSub(out: usize, f: usize, g: usize): void {
  subLimbs(out, f, g, 0); subLimbs(out, f, g, 8); subLimbs(out, f, g, 16); subLimbs(out, f, g, 24); subLimbs(out, f, g, 32);
}

// @ts-ignore: decorator
@inline function addLimbs(out: usize, f: usize, g: usize, at: usize): void {
  const low = load<i32>(f + at) + load<i32>(g + at), high = load<i32>(f + at, 4) + load<i32>(g + at, 4);
  store<i32>(out + at, low);
  store<i32>(out + at, high, 4);
}
// @ts-ignore: decorator
@inline function subLimbs(out: usize, f: usize, g: usize, at: usize): void {
  const low = load<i32>(f + at) - load<i32>(g + at), high = load<i32>(f + at, 4) - load<i32>(g + at, 4);
  store<i32>(out + at, low);
  store<i32>(out + at, high, 4);
}

export function feNeg(out: usize, f: usize): void {
  for (let i: usize = 0; i < FE_BYTES; i += 4) store<i32>(out + i, -load<i32>(f + i));
}

/** out = choice ? f : out, for choice 0 or 1, by masks. */
export function feMove(out: usize, f: usize, choice: i32): void {
  const mask = -(<i64>choice);
  moveWord(out, f, mask, 0); moveWord(out, f, mask, 8); moveWord(out, f, mask, 16); moveWord(out, f, mask, 24); moveWord(out, f, mask, 32);
}

// @ts-ignore: decorator
@inline function moveWord(out: usize, f: usize, mask: i64, at: usize): void {
  const kept = load<i64>(out + at);
  store<i64>(out + at, kept ^ (mask & (kept ^ load<i64>(f + at))));
}

/** Products whose weight passes 2^255 come back times 19; two odd limbs meet one bit higher, hence the doubling. */
export function feMul(out: usize, f: usize, g: usize): void {
  const f0 = limb(f, 0), f1 = limb(f, 4), f2 = limb(f, 8), f3 = limb(f, 12), f4 = limb(f, 16);
  const f5 = limb(f, 20), f6 = limb(f, 24), f7 = limb(f, 28), f8 = limb(f, 32), f9 = limb(f, 36);
  const g0 = limb(g, 0), g1 = limb(g, 4), g2 = limb(g, 8), g3 = limb(g, 12), g4 = limb(g, 16);
  const g5 = limb(g, 20), g6 = limb(g, 24), g7 = limb(g, 28), g8 = limb(g, 32), g9 = limb(g, 36);
  const f1x2 = f1 << 1, f3x2 = f3 << 1, f5x2 = f5 << 1, f7x2 = f7 << 1, f9x2 = f9 << 1;
  const g1x19 = g1 * 19, g2x19 = g2 * 19, g3x19 = g3 * 19, g4x19 = g4 * 19, g5x19 = g5 * 19;
  const g6x19 = g6 * 19, g7x19 = g7 * 19, g8x19 = g8 * 19, g9x19 = g9 * 19;
  const h0 = f0 * g0 + f1x2 * g9x19 + f2 * g8x19 + f3x2 * g7x19 + f4 * g6x19
    + f5x2 * g5x19 + f6 * g4x19 + f7x2 * g3x19 + f8 * g2x19 + f9x2 * g1x19;
  const h1 = f0 * g1 + f1 * g0 + f2 * g9x19 + f3 * g8x19 + f4 * g7x19
    + f5 * g6x19 + f6 * g5x19 + f7 * g4x19 + f8 * g3x19 + f9 * g2x19;
  const h2 = f0 * g2 + f1x2 * g1 + f2 * g0 + f3x2 * g9x19 + f4 * g8x19
    + f5x2 * g7x19 + f6 * g6x19 + f7x2 * g5x19 + f8 * g4x19 + f9x2 * g3x19;
  const h3 = f0 * g3 + f1 * g2 + f2 * g1 + f3 * g0 + f4 * g9x19
    + f5 * g8x19 + f6 * g7x19 + f7 * g6x19 + f8 * g5x19 + f9 * g4x19;
  const h4 = f0 * g4 + f1x2 * g3 + f2 * g2 + f3x2 * g1 + f4 * g0
    + f5x2 * g9x19 + f6 * g8x19 + f7x2 * g7x19 + f8 * g6x19 + f9x2 * g5x19;
  const h5 = f0 * g5 + f1 * g4 + f2 * g3 + f3 * g2 + f4 * g1
    + f5 * g0 + f6 * g9x19 + f7 * g8x19 + f8 * g7x19 + f9 * g6x19;
  const h6 = f0 * g6 + f1x2 * g5 + f2 * g4 + f3x2 * g3 + f4 * g2
    + f5x2 * g1 + f6 * g0 + f7x2 * g9x19 + f8 * g8x19 + f9x2 * g7x19;
  const h7 = f0 * g7 + f1 * g6 + f2 * g5 + f3 * g4 + f4 * g3
    + f5 * g2 + f6 * g1 + f7 * g0 + f8 * g9x19 + f9 * g8x19;
  const h8 = f0 * g8 + f1x2 * g7 + f2 * g6 + f3x2 * g5 + f4 * g4
    + f5x2 * g3 + f6 * g2 + f7x2 * g1 + f8 * g0 + f9x2 * g9x19;
  const h9 = f0 * g9 + f1 * g8 + f2 * g7 + f3 * g6 + f4 * g5
    + f5 * g4 + f6 * g3 + f7 * g2 + f8 * g1 + f9 * g0;
  storeReduced(out, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9);
}

export function feSq(out: usize, f: usize): void {
  square(out, f, false);
}

/** 2·f². */
export function feSq2(out: usize, f: usize): void {
  square(out, f, true);
}

// @ts-ignore: decorator
@inline
function square(out: usize, f: usize, doubled: bool): void {
  const f0 = limb(f, 0), f1 = limb(f, 4), f2 = limb(f, 8), f3 = limb(f, 12), f4 = limb(f, 16);
  const f5 = limb(f, 20), f6 = limb(f, 24), f7 = limb(f, 28), f8 = limb(f, 32), f9 = limb(f, 36);
  const f0x2 = f0 << 1, f1x2 = f1 << 1, f2x2 = f2 << 1, f3x2 = f3 << 1, f4x2 = f4 << 1;
  const f5x2 = f5 << 1, f6x2 = f6 << 1, f7x2 = f7 << 1;
  const f6x19 = f6 * 19, f8x19 = f8 * 19, f5x38 = f5 * 38, f7x38 = f7 * 38, f9x38 = f9 * 38;
  let h0 = f0 * f0 + f1x2 * f9x38 + f2x2 * f8x19 + f3x2 * f7x38 + f4x2 * f6x19 + f5 * f5x38;
  let h1 = f0x2 * f1 + f2 * f9x38 + f3x2 * f8x19 + f4 * f7x38 + f5x2 * f6x19;
  let h2 = f0x2 * f2 + f1x2 * f1 + f3x2 * f9x38 + f4x2 * f8x19 + f5x2 * f7x38 + f6 * f6x19;
  let h3 = f0x2 * f3 + f1x2 * f2 + f4 * f9x38 + f5x2 * f8x19 + f6 * f7x38;
  let h4 = f0x2 * f4 + f1x2 * f3x2 + f2 * f2 + f5x2 * f9x38 + f6x2 * f8x19 + f7 * f7x38;
  let h5 = f0x2 * f5 + f1x2 * f4 + f2x2 * f3 + f6 * f9x38 + f7x2 * f8x19;
  let h6 = f0x2 * f6 + f1x2 * f5x2 + f2x2 * f4 + f3x2 * f3 + f7x2 * f9x38 + f8 * f8x19;
  let h7 = f0x2 * f7 + f1x2 * f6 + f2x2 * f5 + f3x2 * f4 + f8 * f9x38;
  let h8 = f0x2 * f8 + f1x2 * f7x2 + f2x2 * f6 + f3x2 * f5x2 + f4 * f4 + f9 * f9x38;
  let h9 = f0x2 * f9 + f1x2 * f8 + f2x2 * f7 + f3x2 * f6 + f4x2 * f5;
  if (doubled) {
    h0 <<= 1; h1 <<= 1; h2 <<= 1; h3 <<= 1; h4 <<= 1; h5 <<= 1; h6 <<= 1; h7 <<= 1; h8 <<= 1; h9 <<= 1;
  }
  storeReduced(out, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9);
}

/** The carry of a limb of 26 or 25 bits, rounded, so that limbs end balanced around zero. */
// @ts-ignore: decorator
@inline function carry26(h: i64): i64 { return (h + (1 << 25)) >> 26; }
// @ts-ignore: decorator
@inline function carry25(h: i64): i64 { return (h + (1 << 24)) >> 25; }

/** Two carry chains side by side (from 0 and from 4), then once round the top: |h| < 2^63 in, reduced out. */
// @ts-ignore: decorator
@inline
function storeReduced(out: usize, h0: i64, h1: i64, h2: i64, h3: i64, h4: i64, h5: i64, h6: i64, h7: i64, h8: i64, h9: i64): void {
  let c = carry26(h0), e = carry26(h4);
  h1 += c; h0 -= c << 26; h5 += e; h4 -= e << 26;
  c = carry25(h1); e = carry25(h5);
  h2 += c; h1 -= c << 25; h6 += e; h5 -= e << 25;
  c = carry26(h2); e = carry26(h6);
  h3 += c; h2 -= c << 26; h7 += e; h6 -= e << 26;
  c = carry25(h3); e = carry25(h7);
  h4 += c; h3 -= c << 25; h8 += e; h7 -= e << 25;
  c = carry26(h4); e = carry26(h8);
  h5 += c; h4 -= c << 26; h9 += e; h8 -= e << 26;
  e = carry25(h9);
  h0 += e * 19; h9 -= e << 25;
  c = carry26(h0);
  h1 += c; h0 -= c << 26;
  store<i32>(out, <i32>h0, 0); store<i32>(out, <i32>h1, 4); store<i32>(out, <i32>h2, 8); store<i32>(out, <i32>h3, 12);
  store<i32>(out, <i32>h4, 16); store<i32>(out, <i32>h5, 20); store<i32>(out, <i32>h6, 24); store<i32>(out, <i32>h7, 28);
  store<i32>(out, <i32>h8, 32); store<i32>(out, <i32>h9, 36);
}

/** Little-endian; bit 255 is ignored, and values from p to 2^255 − 1 are taken mod p. */
export function feFromBytes(out: usize, bytes: usize): void {
  const m26: u64 = 0x3ffffff, m25: u64 = 0x1ffffff;
  const w0 = load<u64>(bytes, 0), w1 = load<u64>(bytes, 8), w2 = load<u64>(bytes, 16), w3 = load<u64>(bytes, 24);
  storeReduced(
    out,
    w0 & m26, (w0 >> 26) & m25, ((w0 >> 51) | (w1 << 13)) & m26, (w1 >> 13) & m25, w1 >> 38,
    w2 & m25, (w2 >> 25) & m26, ((w2 >> 51) | (w3 << 13)) & m25, (w3 >> 12) & m26, (w3 >> 38) & m25,
  );
}

/** The one encoding below p, little-endian, bit 255 zero. Takes limbs of up to three times reduced. */
export function feToBytes(bytes: usize, f: usize): void {
  let h0 = limb(f, 0), h1 = limb(f, 4), h2 = limb(f, 8), h3 = limb(f, 12), h4 = limb(f, 16);
  let h5 = limb(f, 20), h6 = limb(f, 24), h7 = limb(f, 28), h8 = limb(f, 32), h9 = limb(f, 36);
  // q = floor(h / p), found by carrying h + 19·2^−255·h through without keeping the digits.
  let q = (h9 * 19 + (1 << 24)) >> 25;
  q = (h0 + q) >> 26; q = (h1 + q) >> 25; q = (h2 + q) >> 26; q = (h3 + q) >> 25; q = (h4 + q) >> 26;
  q = (h5 + q) >> 25; q = (h6 + q) >> 26; q = (h7 + q) >> 25; q = (h8 + q) >> 26; q = (h9 + q) >> 25;
  // h − q·p = h + 19·q − 2^255·q: add 19·q, carry, and drop what passes bit 255.
  h0 += 19 * q;
  h1 += h0 >> 26; h0 &= 0x3ffffff; h2 += h1 >> 25; h1 &= 0x1ffffff;
  h3 += h2 >> 26; h2 &= 0x3ffffff; h4 += h3 >> 25; h3 &= 0x1ffffff;
  h5 += h4 >> 26; h4 &= 0x3ffffff; h6 += h5 >> 25; h5 &= 0x1ffffff;
  h7 += h6 >> 26; h6 &= 0x3ffffff; h8 += h7 >> 25; h7 &= 0x1ffffff;
  h9 += h8 >> 26; h8 &= 0x3ffffff; h9 &= 0x1ffffff;
  store<i64>(bytes, h0 | (h1 << 26) | (h2 << 51), 0);
  store<i64>(bytes, (h2 >> 13) | (h3 << 13) | (h4 << 38), 8);
  store<i64>(bytes, h5 | (h6 << 25) | (h7 << 51), 16);
  store<i64>(bytes, (h7 >> 13) | (h8 << 12) | (h9 << 38), 24);
}

/** 1 if f ≡ 0. `scratch`: 32 bytes. */
export function feIsZero(f: usize, scratch: usize): i32 {
  feToBytes(scratch, f);
  const bits = load<u64>(scratch, 0) | load<u64>(scratch, 8) | load<u64>(scratch, 16) | load<u64>(scratch, 24);
  return i32(bits == 0);
}

/** The lowest bit of the encoding: "negative" in RFC 8032 §5.1.2. `scratch`: 32 bytes. */
export function feIsNegative(f: usize, scratch: usize): i32 {
  feToBytes(scratch, f);
  return <i32>(load<u8>(scratch) & 1);
}

/** out = f^(2^count). */
function squareTimes(out: usize, f: usize, count: i32): void {
  feSq(out, f);
  for (let i = 1; i < count; i++) feSq(out, out);
}

export const FE_POWER_SCRATCH_BYTES: usize = 4 * FE_BYTES;

/**
 * f^(2^250 − 1) into `scratch` and f^11 into `eleven`: the common start of both powers. The comments give
 * the exponent reached.
 */
function power2250(scratch: usize, eleven: usize, f: usize): void {
  const r = scratch;
  const t = scratch + FE_BYTES;
  const u = scratch + 2 * FE_BYTES;
  feSq(r, f); // 2
  squareTimes(t, r, 2); // 8
  feMul(t, t, f); // 9
  feMul(eleven, t, r); // 11
  feSq(r, eleven); // 22
  feMul(r, r, t); // 31 = 2^5 − 1
  squareTimes(t, r, 5);
  feMul(r, t, r); // 2^10 − 1
  squareTimes(t, r, 10);
  feMul(t, t, r); // 2^20 − 1
  squareTimes(u, t, 20);
  feMul(t, u, t); // 2^40 − 1
  squareTimes(t, t, 10);
  feMul(r, t, r); // 2^50 − 1
  squareTimes(t, r, 50);
  feMul(t, t, r); // 2^100 − 1
  squareTimes(u, t, 100);
  feMul(t, u, t); // 2^200 − 1
  squareTimes(t, t, 50);
  feMul(r, t, r); // 2^250 − 1
}

/** f^(p − 2) = 1/f; 0 for 0. `scratch`: FE_POWER_SCRATCH_BYTES. `out` may be `f`. */
export function feInvert(out: usize, f: usize, scratch: usize): void {
  const eleven = scratch + 3 * FE_BYTES;
  power2250(scratch, eleven, f);
  squareTimes(scratch, scratch, 5);
  feMul(out, scratch, eleven); // 2^255 − 21
}

/** f^((p − 5) / 8), for square roots (RFC 8032 §5.1.3). `scratch`: FE_POWER_SCRATCH_BYTES. */
export function fePow22523(out: usize, f: usize, scratch: usize): void {
  power2250(scratch, scratch + 3 * FE_BYTES, f);
  squareTimes(scratch, scratch, 2);
  feMul(out, scratch, f); // 2^252 − 3
}
