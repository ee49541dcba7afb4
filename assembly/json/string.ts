/**
 * Strings: validated and brought into canonical escapes in place (RFC 8259 §7, RFC 8785 §3.2.2.2).
 *
 * The canonical text of a string is never longer than any other text of it, so it is written over the
 * original; what is left over behind the closing quote becomes white space. Afterwards a string is copied
 * as it stands, two keys are equal exactly if their bytes are, and the Python form differs only in the
 * bytes from 0x7f up. UTF-8 is exact: no overlong form, no surrogate, nothing above U+10FFFF.
 */
import { BACKSLASH, findSpecial, hexDigit, hexValue, LOWER_U, QUOTE } from "./bytes";
import { FAIL_LONE_SURROGATE, FAIL_SYNTAX, FAIL_UTF8, fail, FORM_PYTHON, markDirty } from "./memory";

/** Behind the closing quote of the canonical text of the string that `scanString` last read. */
export let stringEnd: usize = 0;
/** Whether that string has no escape. */
export let stringIsPlain: bool = false;
/** The last byte that the form writes as it stands: the Python form escapes DEL and all beyond ASCII. */
let plainMax: u32 = 0x7f;

export function setPlainMax(form: u32): void {
  plainMax = form == FORM_PYTHON ? 0x7e : 0x7f;
}

/** `p` at the opening quote; returns the address behind the closing quote of the original text, or 0. */
export function scanString(p: usize): usize {
  p++;
  while (true) {
    p = findSpecial(p, plainMax);
    let byte = <u32>load<u8>(p);
    if (byte == QUOTE) {
      stringEnd = p + 1;
      stringIsPlain = true;
      return p + 1;
    }
    if (byte == BACKSLASH) return scanEscaped(p);
    if (byte < 0x20) return fail(FAIL_SYNTAX, p);
    if (plainMax < 0x7f) markDirty(p);
    if (byte == 0x7f) p++;
    // Text that is not ASCII mostly stays so for a while.
    for (; byte >= 0x80; byte = load<u8>(p)) {
      const length = sequenceLength(p);
      if (length == 0) return fail(FAIL_UTF8, p);
      p += length;
    }
  }
}

/** The rest of a string from its first backslash on, written over the original as it is read. */
function scanEscaped(p: usize): usize {
  let out = p;
  stringIsPlain = false;
  while (true) {
    const byte = <u32>load<u8>(p);
    if (byte == BACKSLASH) {
      p = readEscape(p);
      if (p == 0) return 0;
      const first = out;
      out = writeCanonical(out, escapeValue);
      if (out - first != p - escapeStart || !sameBytes) markDirty(p);
    } else if (byte == QUOTE) {
      store<u8>(out++, QUOTE);
      stringEnd = out;
      p++;
      while (out < p) store<u8>(out++, 0x20);
      return p;
    } else if (byte < 0x20) {
      return fail(FAIL_SYNTAX, p);
    } else if (byte < 0x80) {
      if (byte > plainMax) markDirty(p);
      store<u8>(out++, byte);
      p++;
    } else {
      const length = sequenceLength(p);
      if (length == 0) return fail(FAIL_UTF8, p);
      if (plainMax < 0x7f) markDirty(p);
      memory.copy(out, p, length);
      out += length;
      p += length;
    }
  }
}

let escapeValue: u32 = 0;
let escapeStart: usize = 0;
let sameBytes: bool = true;

/** `p` at a backslash; leaves the code point in `escapeValue` and returns the address behind, or 0. */
function readEscape(p: usize): usize {
  escapeStart = p;
  sameBytes = true;
  const letter = <u32>load<u8>(p + 1);
  if (letter != LOWER_U) {
    const value = shortEscapeValue(letter);
    if (value == 0) return fail(FAIL_SYNTAX, p + 1);
    escapeValue = value;
    return p + 2;
  }
  if (!readHex4(p + 2)) return 0;
  const unit = hex4;
  // A canonical \u00xx has lower-case digits; any other \u escape becomes shorter.
  sameBytes = load<u8>(p + 5) == <u8>hexDigit(unit & 15);
  if (unit < 0xd800 || unit > 0xdfff) {
    escapeValue = unit;
    return p + 6;
  }
  if (unit > 0xdbff || load<u8>(p + 6) != <u8>BACKSLASH || load<u8>(p + 7) != <u8>LOWER_U)
    return fail(FAIL_LONE_SURROGATE, p);
  if (!readHex4(p + 8)) return 0;
  if (hex4 < 0xdc00 || hex4 > 0xdfff) return fail(FAIL_LONE_SURROGATE, p);
  escapeValue = 0x10000 + ((unit - 0xd800) << 10) + (hex4 - 0xdc00);
  return p + 12;
}

let hex4: u32 = 0;

function readHex4(p: usize): bool {
  let value: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const digit = hexValue(load<u8>(p + i));
    if (digit > 15) {
      fail(FAIL_SYNTAX, p + i);
      return false;
    }
    value = (value << 4) | digit;
  }
  hex4 = value;
  return true;
}

/** The character of a two-byte escape, or 0. */
function shortEscapeValue(letter: u32): u32 {
  switch (letter) {
    case 0x22: case 0x2f: case 0x5c: return letter; // " / \
    case 0x62: return 0x08; // b
    case 0x66: return 0x0c; // f
    case 0x6e: return 0x0a; // n
    case 0x72: return 0x0d; // r
    case 0x74: return 0x09; // t
    default: return 0;
  }
}

/** The letter of the two-byte escape that RFC 8785 and Python demand for a character, or 0. */
function shortEscapeLetter(value: u32): u32 {
  switch (value) {
    case 0x22: case 0x5c: return value;
    case 0x08: return 0x62;
    case 0x09: return 0x74;
    case 0x0a: return 0x6e;
    case 0x0c: return 0x66;
    case 0x0d: return 0x72;
    default: return 0;
  }
}

/** Writes a code point as canonical string text, in at most the bytes that its escape took. */
function writeCanonical(out: usize, value: u32): usize {
  const letter = shortEscapeLetter(value);
  if (letter != 0) {
    store<u8>(out, BACKSLASH);
    store<u8>(out + 1, letter);
    return out + 2;
  }
  if (value < 0x20) return writeUnicodeEscape(out, value);
  return writeUtf8(out, value);
}

/** `\u` and four lower-case digits. */
export function writeUnicodeEscape(out: usize, unit: u32): usize {
  store<u8>(out, BACKSLASH);
  store<u8>(out + 1, LOWER_U);
  store<u8>(out + 2, hexDigit(unit >> 12));
  store<u8>(out + 3, hexDigit((unit >> 8) & 15));
  store<u8>(out + 4, hexDigit((unit >> 4) & 15));
  store<u8>(out + 5, hexDigit(unit & 15));
  return out + 6;
}

function writeUtf8(out: usize, value: u32): usize {
  if (value < 0x80) {
    store<u8>(out, value);
    return out + 1;
  }
  if (value < 0x800) {
    store<u8>(out, 0xc0 | (value >> 6));
    store<u8>(out + 1, 0x80 | (value & 63));
    return out + 2;
  }
  if (value < 0x10000) {
    store<u8>(out, 0xe0 | (value >> 12));
    store<u8>(out + 1, 0x80 | ((value >> 6) & 63));
    store<u8>(out + 2, 0x80 | (value & 63));
    return out + 3;
  }
  store<u8>(out, 0xf0 | (value >> 18));
  store<u8>(out + 1, 0x80 | ((value >> 12) & 63));
  store<u8>(out + 2, 0x80 | ((value >> 6) & 63));
  store<u8>(out + 3, 0x80 | (value & 63));
  return out + 4;
}

/** Bytes of the well-formed sequence at `p` (Unicode table 3-7), or 0. The zeros behind the input end any sequence. */
function sequenceLength(p: usize): usize {
  const lead = <u32>load<u8>(p);
  const second = <u32>load<u8>(p + 1);
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return isContinuation(second) ? 2 : 0;
  if (lead < 0xf0) {
    if (lead == 0xe0 && second < 0xa0) return 0;
    if (lead == 0xed && second > 0x9f) return 0;
    return isContinuation(second) && isContinuation(load<u8>(p + 2)) ? 3 : 0;
  }
  if (lead > 0xf4) return 0;
  if (lead == 0xf0 && second < 0x90) return 0;
  if (lead == 0xf4 && second > 0x8f) return 0;
  return isContinuation(second) && isContinuation(load<u8>(p + 2)) && isContinuation(load<u8>(p + 3)) ? 4 : 0;
}

// @ts-ignore: decorator
@inline
function isContinuation(byte: u32): bool {
  return (byte & 0xc0) == 0x80;
}
