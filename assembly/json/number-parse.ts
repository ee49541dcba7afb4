/**
 * Decimal text → the nearest double, ties to even: exact on every input.
 *
 * Three ways, tried in this order: one exact floating-point operation when digits and power of ten are both
 * exact doubles (Clinger); the first 19 digits times a 128-bit power of ten, with the rounding certain
 * unless the product lies on the edge of a tie (Eisel and Lemire's idea, with our own, plainer test); and for
 * the rest a comparison of two large integers. The text is grammatical: the scanner has seen to that.
 */
import { bigCompare, bigMultiplyAdd, bigMultiplyPow5, bigSet, bigShiftLeft } from "./big";
import { isDigit, LOWER_E, MINUS, POINT, ZERO } from "./bytes";
import { BIG_A, BIG_B } from "./memory";
import {
  floorLog2Pow10,
  POW10_EXACT_MAX,
  POW10_MIN,
  pow10High,
  pow10Low,
  preparePowers,
  multiplyHigh,
} from "./powers";

export const INFINITY_BITS: u64 = 0x7ff0000000000000;

/** More digits than this cannot decide a rounding: a midpoint of two doubles has at most 767. */
const DIGITS_DECISIVE: u32 = 800;
/** Exponents beyond this are as good as infinite; no input is long enough to bring one back. */
const EXPONENT_BEYOND: i64 = 1_000_000_000;

// The number that `readDecimal` last read: ± digits · 10^exponent, the first 19 significant digits only.
export let decimalNegative: bool = false;
export let decimalDigits: u64 = 0;
export let decimalExponent: i64 = 0;
/** A digit other than 0 was left out, so the number lies strictly between `digits` and `digits` + 1. */
export let decimalCut: bool = false;

/** A number that the caller read itself: all its digits, at most 19. */
// @ts-ignore: decorator
@inline
export function setDecimal(negative: bool, digits: u64, exponent: i64): void {
  decimalNegative = negative;
  decimalDigits = digits;
  decimalExponent = exponent;
  decimalCut = false;
}

/** Reads the token at `p` and returns the address behind it. */
export function readDecimal(p: usize): usize {
  let digits: u64 = 0;
  let count: u32 = 0;
  let exponent: i64 = 0;
  let cut = false;
  decimalNegative = load<u8>(p) == <u8>MINUS;
  if (decimalNegative) p++;
  let fraction = false;
  while (true) {
    const byte = <u32>load<u8>(p);
    if (isDigit(byte)) {
      if (count < 19) {
        digits = digits * 10 + (byte - ZERO);
        if (digits != 0) count++;
        if (fraction) exponent--;
      } else {
        if (byte != ZERO) cut = true;
        if (!fraction) exponent++;
      }
    } else if (byte == POINT && !fraction) {
      fraction = true;
    } else {
      // A second point is no part of this number: what follows it is the scanner's to refuse.
      break;
    }
    p++;
  }
  if ((<u32>load<u8>(p) | 0x20) == LOWER_E) {
    p++;
    const sign = <u32>load<u8>(p);
    if (!isDigit(sign)) p++;
    let written: i64 = 0;
    for (let byte = <u32>load<u8>(p); isDigit(byte); byte = load<u8>(++p)) {
      if (written < EXPONENT_BEYOND) written = written * 10 + (byte - ZERO);
    }
    exponent += sign == MINUS ? -written : written;
  }
  decimalDigits = digits;
  decimalExponent = exponent;
  decimalCut = cut;
  return p;
}

/** The double nearest to the number last read, without its sign; `token` is where its text begins. Infinity beyond the range. */
export function decimalToBits(token: usize): u64 {
  const digits = decimalDigits;
  if (digits == 0) return 0;
  // 1 ≤ digits < 10^19: 10^309 is beyond every double, 10^−343 · 10^19 below the half of the smallest.
  if (decimalExponent > 308) return INFINITY_BITS;
  if (decimalExponent < POW10_MIN) return 0;
  const exponent = <i32>decimalExponent;
  if (!decimalCut && digits <= (<u64>1 << 53) && exponent >= -22 && exponent <= 22) {
    const exact = <f64>digits;
    return reinterpret<u64>(exponent < 0 ? exact / exactPow10(-exponent) : exact * exactPow10(exponent));
  }
  preparePowers();
  const bits = round(digits, exponent);
  const floor = roundFloor;
  if (roundCertain) {
    if (!decimalCut) return bits;
    if (round(digits + 1, exponent) == bits && roundCertain) return bits;
  }
  return roundExactly(token, floor);
}

const exactPowers = StaticArray.fromArray<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  1e19, 1e20, 1e21, 1e22,
]);

// @ts-ignore: decorator
@inline
function exactPow10(power: i32): f64 {
  return unchecked(exactPowers[power]);
}

let roundCertain: bool = false;
/** The double at or below the product, as bits: what an exact comparison starts from. */
let roundFloor: u64 = 0;

/**
 * digits · 10^exponent from the 128-bit power T: the product P of 192 bits is a lower bound, reached only if
 * T is exact, and the true value is less than 2^64 above it: it adds at most 1 to the middle word.
 * What T's low word adds to the high word of P is a carry of 1 at most, and it is worked out only where that
 * could tell: just below a tie or a double, or where P may be exactly one.
 */
function round(digits: u64, exponent: i32): u64 {
  const zeros = <i32>clz(digits);
  const scaled = digits << zeros;
  let high = multiplyHigh(scaled, pow10High(exponent));
  roundCertain = true;
  if (((high + 1) & 0x1ff) > 1) {
    const top = <i32>(high >> 63);
    const power = floorLog2Pow10(exponent) + 63 + top - zeros;
    if (power >= -1022 && power <= 1023) {
      roundFloor = ((<u64>(power + 1022)) << 52) + (high >> (10 + top));
      return roundFloor + ((high >> (9 + top)) & 1);
    }
  }
  const low = pow10Low(exponent);
  const lowest = scaled * low;
  const carry = multiplyHigh(scaled, low);
  const middle = scaled * pow10High(exponent) + carry;
  if (middle < carry) high++;

  const upper = <i32>(high >> 63);
  const binary = floorLog2Pow10(exponent) + 63 + upper - zeros; // value = 1.… · 2^binary
  roundFloor = 0;
  if (binary > 1023) return INFINITY_BITS;
  if (binary < -1076) return 0;
  // 53 bits of the significand, fewer for a subnormal.
  const shift = 10 + upper + max(-1022 - binary, 0);
  if (shift > 63) {
    roundCertain = false;
    return 0;
  }
  const significand = high >> shift;
  const rest = high & ((<u64>1 << shift) - 1);
  const half = <u64>1 << (shift - 1);
  // A normal significand carries its own leading bit, which adds the missing 1 to the biased exponent.
  const floor = binary < -1022 ? significand : ((<u64>(binary + 1022)) << 52) + significand;
  roundFloor = floor;
  if (exponent >= 0 && exponent <= POW10_EXACT_MAX) {
    const above = rest > half || (rest == half && (middle | lowest) != 0);
    const tie = rest == half && (middle | lowest) == 0;
    return above || (tie && (floor & 1) != 0) ? floor + 1 : floor;
  }
  // Strictly above the product, so at or above half it goes up; just below, it may be a tie or beyond.
  if (rest == half - 1 && middle == u64.MAX_VALUE) roundCertain = false;
  return rest >= half ? floor + 1 : floor;
}

/**
 * Compares the whole text D · 10^E with the midpoint (2m + 1) · 2^(e−1) between the double `floor` and the
 * next one, both sides multiplied up to integers. The number lies at or above `floor` and below the
 * midpoint that follows this one, so one comparison decides.
 */
function roundExactly(token: usize, floor: u64): u64 {
  const exponent = readAllDigits(token);
  const biased = <i32>(floor >> 52);
  const fraction = floor & 0xfffffffffffff;
  const significand = biased == 0 ? fraction : fraction | 0x10000000000000;
  const binary = (biased == 0 ? 1 : biased) - 1076;

  bigSet(BIG_B, 2 * significand + 1);
  let twos = binary; // the power of two that the midpoint still needs
  if (exponent >= 0) {
    bigMultiplyPow5(BIG_A, exponent);
    twos -= exponent;
  } else {
    bigMultiplyPow5(BIG_B, -exponent);
    twos -= exponent;
  }
  if (twos >= 0) bigShiftLeft(BIG_B, twos);
  else bigShiftLeft(BIG_A, -twos);
  const order = bigCompare(BIG_A, BIG_B);
  if (order == 0) return floor + (floor & 1);
  return order < 0 ? floor : floor + 1;
}

/** All decisive digits of the token as an integer in BIG_A; returns the power of ten that goes with them. */
function readAllDigits(p: usize): i32 {
  bigSet(BIG_A, 0);
  if (load<u8>(p) == <u8>MINUS) p++;
  let count: u32 = 0;
  let cut = false;
  let dropped: i64 = 0;
  let chunk: u32 = 0;
  let scale: u32 = 1;
  let fraction = false;
  let exponent: i64 = 0;
  while (true) {
    const byte = <u32>load<u8>(p);
    if (byte == POINT && !fraction) {
      fraction = true;
    } else if (isDigit(byte)) {
      if (count < DIGITS_DECISIVE) {
        if (count != 0 || byte != ZERO) count++;
        chunk = chunk * 10 + (byte - ZERO);
        scale *= 10;
        if (scale == 1_000_000_000) {
          bigMultiplyAdd(BIG_A, scale, chunk);
          chunk = 0;
          scale = 1;
        }
        if (fraction) exponent--;
      } else {
        if (byte != ZERO) cut = true;
        if (!fraction) dropped++;
      }
    } else {
      break;
    }
    p++;
  }
  bigMultiplyAdd(BIG_A, scale, chunk);
  exponent += dropped;
  if (cut) {
    // Digits were left out: one more digit 1 keeps the number strictly above what was read.
    bigMultiplyAdd(BIG_A, 10, 1);
    exponent--;
  }
  return <i32>(exponent + writtenExponent(p));
}

function writtenExponent(p: usize): i64 {
  if ((<u32>load<u8>(p) | 0x20) != LOWER_E) return 0;
  p++;
  const sign = <u32>load<u8>(p);
  if (!isDigit(sign)) p++;
  let written: i64 = 0;
  for (let byte = <u32>load<u8>(p); isDigit(byte); byte = load<u8>(++p)) {
    if (written < EXPONENT_BEYOND) written = written * 10 + (byte - ZERO);
  }
  return sign == MINUS ? -written : written;
}
