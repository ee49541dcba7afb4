/**
 * Standard padded base64 (RFC 4648 §4), one text per value: no white space, no missing padding, and the bits
 * behind the last byte are zero. What the alphabet does not hold is noticed at the end, once for all.
 */

const EQUALS: u32 = 0x3d;
/** In VALUES for what is not of the alphabet: the only value with the high bit. */
const FOREIGN: u8 = 0x80;

/** Value of a character, by its code. Filled when first needed, so that the binary does not carry it. */
const VALUES: usize = memory.data(256);
let isFilled: bool = false;

function fillValues(): void {
  memory.fill(VALUES, FOREIGN, 256);
  for (let i: u8 = 0; i < 26; i++) {
    store<u8>(VALUES + 0x41 + i, i);
    store<u8>(VALUES + 0x61 + i, 26 + i);
  }
  for (let i: u8 = 0; i < 10; i++) store<u8>(VALUES + 0x30 + i, 52 + i);
  store<u8>(VALUES + 0x2b, 62);
  store<u8>(VALUES + 0x2f, 63);
  isFilled = true;
}

/** Vectors of the SIMD loop: read from memory they stay in registers, while constants are made again in every turn. */
const TABLES: usize = memory.data<u8>([
  0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a, // byLow
  0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, // byHigh
  0, 16, 19, 4, 0xbf, 0xbf, 0xb9, 0xb9, 0, 0, 0, 0, 0, 0, 0, 0, // steps
  2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0xff, 0xff, 0xff, 0xff, // order: big-endian triples
  0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, // lowHalf
  0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, 0x2f, // slash
  0xc0, 0x0f, 0xc0, 0x0f, 0xc0, 0x0f, 0xc0, 0x0f, 0xc0, 0x0f, 0xc0, 0x0f, 0xc0, 0x0f, 0xc0, 0x0f, // upperSix
  0x00, 0x10, 0x01, 0x00, 0x00, 0x10, 0x01, 0x00, 0x00, 0x10, 0x01, 0x00, 0x00, 0x10, 0x01, 0x00, // pair: 4096, 1
], 16);

/**
 * Decodes [from, end) to `out`, which may be `from` or lie before it; returns the number of bytes, or −1. Up to
 * four bytes behind the result may be overwritten, never beyond `end`.
 */
export function decodeBase64(from: usize, end: usize, out: usize): i32 {
  if (((end - from) & 3) != 0) return -1;
  if (from == end) return 0;
  if (!isFilled) fillValues();
  const first = out;
  let foreign: u32 = 0;
  if (ASC_FEATURE_SIMD) {
    // Muła and Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions", §4: two tables by the halves
    // of a character have a bit in common exactly if it is foreign, and a third tells the step to its value.
    const byLow = v128.load(TABLES);
    const byHigh = v128.load(TABLES, 16);
    const steps = v128.load(TABLES, 32);
    const order = v128.load(TABLES, 48);
    const lowHalf = v128.load(TABLES, 64);
    const slash = v128.load(TABLES, 80);
    const upperSix = v128.load(TABLES, 96);
    const pair = v128.load(TABLES, 112);
    let common = i32x4.splat(0);
    // The last four characters may have padding.
    for (; end - from > 16; from += 16, out += 12) {
      const text = v128.load(from);
      const high = i8x16.shr_u(text, 4);
      const low = v128.and(text, lowHalf);
      common = v128.or(common, v128.and(i8x16.swizzle(byLow, low), i8x16.swizzle(byHigh, high)));
      const step = i8x16.swizzle(steps, i8x16.add(high, i8x16.eq(text, slash)));
      const sixes = i8x16.add(text, step);
      // Two characters make 12 bits of a 16-bit lane, two such lanes 24 bits of a 32-bit lane.
      const twelves = v128.or(v128.and(i16x8.shl(sixes, 6), upperSix), i16x8.shr_u(sixes, 8));
      v128.store(out, i8x16.swizzle(i32x4.dot_i16x8_s(twelves, pair), order));
    }
    foreign = v128.any_true(common) ? FOREIGN : 0;
  }
  for (; end - from > 4; from += 4, out += 3) {
    const a = value(from);
    const b = value(from + 1);
    const c = value(from + 2);
    const d = value(from + 3);
    foreign |= a | b | c | d;
    const bits = (a << 18) | (b << 12) | (c << 6) | d;
    store<u8>(out, bits >> 16);
    store<u8>(out + 1, bits >> 8);
    store<u8>(out + 2, bits);
  }
  const padding: u32 = load<u8>(end - 1) != <u8>EQUALS ? 0 : load<u8>(end - 2) != <u8>EQUALS ? 1 : 2;
  const a = value(from);
  const b = value(from + 1);
  const c = padding == 2 ? 0 : value(from + 2);
  const d = padding != 0 ? 0 : value(from + 3);
  foreign |= a | b | c | d;
  const bits = (a << 18) | (b << 12) | (c << 6) | d;
  const unused: u32 = padding == 0 ? 0 : padding == 1 ? bits & 0xff : bits & 0xffff;
  if ((foreign & FOREIGN) != 0 || unused != 0) return -1;
  store<u8>(out++, bits >> 16);
  if (padding < 2) store<u8>(out++, bits >> 8);
  if (padding == 0) store<u8>(out++, bits);
  return <i32>(out - first);
}

// @ts-ignore: decorator
@inline
function value(at: usize): u32 {
  return load<u8>(VALUES + <usize>load<u8>(at));
}
