/**
 * The scanner's view of a number (RFC 8259 §6): its grammar, and in the same walk its canonical text.
 *
 * A number is converted once. One that stands in canonical form already is left alone; most are recognised
 * by their digits alone, without being printed. Any other is replaced in place by its canonical text, filled
 * up with white space. The few whose text is longer than the token (`1e5`, or seventeen nines that round up)
 * get the high bit of their first byte set, and the writing pass prints them.
 */
import { areEightDigits, eightDigits, isDigit, LOWER_E, MINUS, POINT, ZERO } from "./bytes";
import { FAIL_NUMBER_RANGE, FAIL_SYNTAX, fail, markDirty, NUMBER_TEXT } from "./memory";
import {
  decimalCut,
  decimalDigits,
  decimalExponent,
  decimalToBits,
  INFINITY_BITS,
  readDecimal,
  setDecimal,
} from "./number-parse";
import { layOut, shortest, shortestDigits, shortestExponent } from "./number-print";

/** Set in the first byte of a number that the writing pass has to print. */
export const TO_PRINT: u32 = 0x80;

/** Every decimal of 15 digits belongs to a double of its own, so none shorter can stand for it. */
const UNAMBIGUOUS: u64 = 1_000_000_000_000_000;

/** `p` at the first byte; returns the address behind the number, or 0. `convert`: the form rewrites numbers. */
export function scanNumber(p: usize, convert: bool): usize {
  const token = p;
  let byte = <u32>load<u8>(p);
  const negative = byte == MINUS;
  if (negative) byte = load<u8>(++p);
  const integer = p;
  let digits: u64 = 0;
  if (byte == ZERO) {
    byte = load<u8>(++p);
  } else {
    if (!isDigit(byte)) return fail(FAIL_SYNTAX, p);
    do {
      digits = digits * 10 + (byte - ZERO);
      byte = load<u8>(++p);
    } while (isDigit(byte));
  }
  const integerEnd = p;
  let isPlain = true;
  if (byte == POINT) {
    const fraction = ++p;
    for (let eight = load<u64>(p); areEightDigits(eight); eight = load<u64>(p)) {
      digits = digits * 100_000_000 + eightDigits(eight);
      p += 8;
    }
    for (byte = load<u8>(p); isDigit(byte); byte = load<u8>(++p)) digits = digits * 10 + (byte - ZERO);
    if (p == fraction) return fail(FAIL_SYNTAX, p);
    // Canonical without an exponent: no zero at the end, and from 10^−6 up.
    isPlain = load<u8>(p - 1) != <u8>ZERO && (load<u8>(integer) != <u8>ZERO || !beginsWithSixZeros(fraction));
  }
  const mantissaEnd = p;
  if ((byte | 0x20) == LOWER_E) {
    isPlain = false;
    byte = load<u8>(++p);
    if (byte == 0x2b || byte == MINUS) byte = load<u8>(++p);
    if (!isDigit(byte)) return fail(FAIL_SYNTAX, p);
    while (isDigit(byte)) byte = load<u8>(++p);
  }
  if (!convert) return p;
  const isShort = mantissaEnd - integer <= 16; // a point and 15 digits, or 16 digits
  if (isPlain && isShort && digits < UNAMBIGUOUS && (digits != 0 || !negative)) return p;
  const places = mantissaEnd == integerEnd ? 0 : <i32>(mantissaEnd - integerEnd) - 1;
  const leading: usize = load<u8>(integer) == <u8>ZERO ? 0 : integerEnd - integer;
  if (p == mantissaEnd && leading + places <= 19) {
    setDecimal(negative, digits, -places);
  } else {
    readDecimal(token);
  }
  return settle(token, p, negative, isPlain);
}

// @ts-ignore: decorator
@inline
function beginsWithSixZeros(fraction: usize): bool {
  return (load<u64>(fraction) & 0xffffffffffff) == 0x303030303030;
}

/** Brings the number last read into canonical form; `isPlain`: it has the layout of one, its digits may be too many. */
function settle(token: usize, end: usize, negative: bool, isPlain: bool): usize {
  const digits = decimalDigits;
  const exponent = decimalExponent;
  if (digits == 0) {
    store<u8>(NUMBER_TEXT, ZERO);
    return place(token, end, 1);
  }
  let length: usize = 0;
  // The margin keeps clear of both ends of the range of normal doubles.
  if (!decimalCut && digits < UNAMBIGUOUS && exponent > -300 && exponent < 290) {
    if (isPlain) return end;
    length = layOut(negative, digits, <i32>exponent, NUMBER_TEXT) - NUMBER_TEXT;
  } else {
    const bits = decimalToBits(token);
    if (bits >= INFINITY_BITS) return fail(FAIL_NUMBER_RANGE, token);
    if (bits == 0) {
      store<u8>(NUMBER_TEXT, ZERO);
      return place(token, end, 1);
    }
    shortest(bits);
    // 19 digits at most lie behind `digits` if nothing was cut, so the layout is not too long for a plain one.
    if (isPlain && !decimalCut && shortestDigits == digits && shortestExponent == exponent) return end;
    length = layOut(negative, shortestDigits, shortestExponent, NUMBER_TEXT) - NUMBER_TEXT;
  }
  return place(token, end, length);
}

/** Puts `length` bytes of NUMBER_TEXT in the token's place, unless they stand there. */
function place(token: usize, end: usize, length: usize): usize {
  const room = end - token;
  if (length == room && memory.compare(NUMBER_TEXT, token, length) == 0) return end;
  markDirty(token);
  if (length > room) {
    store<u8>(token, load<u8>(token) | TO_PRINT);
  } else {
    memory.copy(token, NUMBER_TEXT, length);
    memory.fill(token + length, 0x20, room - length);
  }
  return end;
}
