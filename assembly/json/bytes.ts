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

/**
 * Eight bytes at once: the high bit of a byte is set where it is a quote, a backslash, below 0x20 or above
 * 0x7f. Bits above the lowest set one may be wrong (borrows run upwards), so only the lowest is used.
 */
// @ts-ignore: decorator
@inline
export function stringSpecials(eight: u64): u64 {
  const ones: u64 = 0x0101010101010101;
  const quote = (eight ^ (ones * 0x22)) - ones;
  const backslash = (eight ^ (ones * 0x5c)) - ones;
  const control = eight - ones * 0x20;
  return (quote | backslash | control | eight) & (ones * 0x80);
}

/** The same for a text that is known to be valid: only quotes and backslashes; exact for ASCII, the caller skips the rest. */
// @ts-ignore: decorator
@inline
export function quoteOrBackslash(eight: u64): u64 {
  const ones: u64 = 0x0101010101010101;
  const quote = eight ^ (ones * 0x22);
  const backslash = eight ^ (ones * 0x5c);
  return (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & (ones * 0x80);
}
