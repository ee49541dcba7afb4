/** Bytes of JSON text: the few names and tests that scanner, order and emitter share. */

// @ts-ignore: decorator
@inline export const QUOTE: u32 = 0x22;
// @ts-ignore: decorator
@inline export const COMMA: u32 = 0x2c;
// @ts-ignore: decorator
@inline export const MINUS: u32 = 0x2d;
// @ts-ignore: decorator
@inline export const POINT: u32 = 0x2e;
// @ts-ignore: decorator
@inline export const ZERO: u32 = 0x30;
// @ts-ignore: decorator
@inline export const COLON: u32 = 0x3a;
// @ts-ignore: decorator
@inline export const LEFT_BRACKET: u32 = 0x5b;
// @ts-ignore: decorator
@inline export const BACKSLASH: u32 = 0x5c;
// @ts-ignore: decorator
@inline export const RIGHT_BRACKET: u32 = 0x5d;
// @ts-ignore: decorator
@inline export const LOWER_E: u32 = 0x65;
// @ts-ignore: decorator
@inline export const LOWER_U: u32 = 0x75;
// @ts-ignore: decorator
@inline export const LEFT_BRACE: u32 = 0x7b;
// @ts-ignore: decorator
@inline export const RIGHT_BRACE: u32 = 0x7d;

// @ts-ignore: decorator
@inline
export function isDigit(byte: u32): bool {
  return byte - ZERO < 10;
}

// @ts-ignore: decorator
@inline
export function isSpace(byte: u32): bool {
  return byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09;
}

/** The first byte at or behind `p` that is not white space. */
// @ts-ignore: decorator
@inline
export function skipSpace(p: usize): usize {
  while (isSpace(load<u8>(p))) p++;
  return p;
}

/** The value of a hexadecimal digit of either case, or 16. */
export function hexValue(byte: u32): u32 {
  if (isDigit(byte)) return byte - ZERO;
  const letter = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : 16;
}

/** The lower-case hexadecimal digit of 0…15. */
// @ts-ignore: decorator
@inline
export function hexDigit(value: u32): u32 {
  return value < 10 ? ZERO + value : 0x57 + value;
}

/** Whether all of eight bytes are digits: the high half of each is 3, before and after 6 is added. */
// @ts-ignore: decorator
@inline
export function areEightDigits(eight: u64): bool {
  const halves: u64 = 0xf0f0f0f0f0f0f0f0;
  return ((eight & halves) | (((eight + 0x0606060606060606) & halves) >> 4)) == 0x3333333333333333;
}

/** The value of eight digits, the first in the lowest byte: pairs, then fours, then all. */
// @ts-ignore: decorator
@inline
export function eightDigits(eight: u64): u64 {
  const values = eight - 0x3030303030303030;
  const pairs = values * 10 + (values >> 8);
  const low = (pairs & 0x000000ff000000ff) * 0x000f424000000064; // 100 and 1 000 000
  const high = ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001; // 1 and 10 000
  return (low + high) >> 32;
}

/** Sixteen quotes, backslashes and spaces: read from memory they stay in registers, constants are made again in every turn. */
const VECTORS: usize = memory.data<u64>([
  0x2222222222222222, 0x2222222222222222, 0x5c5c5c5c5c5c5c5c, 0x5c5c5c5c5c5c5c5c, 0x2020202020202020, 0x2020202020202020,
], 16);

/**
 * The address of the first byte at or behind `p` that plain text of a string does not have: a quote, a
 * backslash, a byte below 0x20 or above `plainMax`, which is 0x7f or 0x7e. A zero ends every search.
 */
// @ts-ignore: decorator
@inline
export function findSpecial(p: usize, plainMax: u32): usize {
  if (ASC_FEATURE_SIMD) {
    const quote = v128.load(VECTORS);
    const backslash = v128.load(VECTORS, 16);
    const space = v128.load(VECTORS, 32);
    const last = i8x16.splat(<i8>plainMax);
    while (true) {
      const bytes = v128.load(p);
      // Bytes from 0x80 up are negative, so they are below the space as well.
      const found = v128.or(
        v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)),
        v128.or(i8x16.lt_s(bytes, space), i8x16.gt_s(bytes, last)),
      );
      const mask = i8x16.bitmask(found);
      if (mask != 0) return p + <usize>ctz(mask);
      p += 16;
    }
  }
  const ones: u64 = 0x0101010101010101;
  const beyond = ones * (0x7f - <u64>plainMax);
  while (true) {
    const eight = load<u64>(p);
    const quote = (eight ^ (ones * 0x22)) - ones;
    const backslash = (eight ^ (ones * 0x5c)) - ones;
    const control = eight - ones * 0x20;
    // Bits above the lowest set one may be wrong (borrows run upwards), so only the lowest is used.
    const found = (quote | backslash | control | eight | (eight + beyond)) & (ones * 0x80);
    if (found != 0) return p + <usize>(ctz(found) >> 3);
    p += 8;
  }
}

/** The same for a text that is known to be valid: the first quote or backslash. */
// @ts-ignore: decorator
@inline
export function findQuoteOrBackslash(p: usize): usize {
  if (ASC_FEATURE_SIMD) {
    const quote = v128.load(VECTORS);
    const backslash = v128.load(VECTORS, 16);
    while (true) {
      const bytes = v128.load(p);
      const mask = i8x16.bitmask(v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)));
      if (mask != 0) return p + <usize>ctz(mask);
      p += 16;
    }
  }
  const ones: u64 = 0x0101010101010101;
  while (true) {
    const eight = load<u64>(p);
    const quote = eight ^ (ones * 0x22);
    const backslash = eight ^ (ones * 0x5c);
    const found = (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & (ones * 0x80);
    if (found != 0) return p + <usize>(ctz(found) >> 3);
    p += 8;
  }
}
