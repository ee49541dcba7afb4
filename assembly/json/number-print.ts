/**
 * A number token → the text RFC 8785 §3.2.2.3 demands: ECMAScript's shortest decimal that reads back as the
 * same double, the closest one where several are equally short.
 *
 * A token is read exactly and printed by Schubfach (R. Giulietti, "The Schubfach way to
 * render doubles"): three products with one 128-bit power of ten decide between at most four candidates.
 */
import { LOWER_E, MINUS, POINT, ZERO } from "./bytes";
import {
  decimalDigits,
  decimalNegative,
  decimalToBits,
  readDecimal,
} from "./number-parse";
import {
  floorLog2Pow10,
  multiplyHigh,
  POW10_EXACT_MAX,
  pow10High,
  pow10Low,
  preparePowers,
} from "./powers";

/** Bytes that one printed number takes at most: sign, "0.00000", 17 digits. */
export const NUMBER_TEXT_MAX: usize = 25;

/** Behind the token that `printNumber` last read. */
export let tokenEnd: usize = 0;

/** Prints the token at `p`, which the scanner found to be finite, without haste, and returns the address behind the text. */
export function printNumber(p: usize, out: usize): usize {
  tokenEnd = readDecimal(p);
  if (decimalDigits == 0) {
    store<u8>(out, ZERO);
    return out + 1;
  }
  const negative = decimalNegative;
  const bits = decimalToBits(p);
  if (bits == 0) {
    store<u8>(out, ZERO);
    return out + 1;
  }
  shortest(bits);
  return layOut(negative, shortestDigits, shortestExponent, out);
}

export let shortestDigits: u64 = 0;
export let shortestExponent: i32 = 0;

/** The shortest decimal of a positive finite double. Names follow the paper. */
export function shortest(bits: u64): void {
  preparePowers();
  const fraction = bits & 0xfffffffffffff;
  const biased = <i32>(bits >> 52);
  const c = biased == 0 ? fraction : fraction | 0x10000000000000;
  const q = (biased == 0 ? 1 : biased) - 1075;
  const even = (c & 1) == 0;
  // Below a power of two the doubles lie twice as dense, so the lower boundary is nearer.
  const narrow = fraction == 0 && biased > 1;

  const k = (q * 1262611 - (narrow ? 524031 : 0)) >> 22;
  const h = <u64>(q + floorLog2Pow10(-k) + 1);
  loadCeiling(-k);
  const left = roundToOdd((4 * c - 2 + (narrow ? 1 : 0)) << h);
  const centre = roundToOdd((4 * c) << h);
  const right = roundToOdd((4 * c + 2) << h);
  const lower = even ? left : left + 1;
  const upper = even ? right : right - 1;

  const s = centre >> 2;
  if (s >= 10) {
    // One digit less, if exactly one of its two candidates lies inside.
    const tens = s / 10;
    const below = lower <= 40 * tens;
    const above = 40 * tens + 40 <= upper;
    if (below != above) {
      shortestDigits = tens + (above ? 1 : 0);
      shortestExponent = k + 1;
      return;
    }
  }
  const below = lower <= 4 * s;
  const above = 4 * s + 4 <= upper;
  shortestExponent = k;
  if (below != above) {
    shortestDigits = s + (above ? 1 : 0);
    return;
  }
  const middle = 4 * s + 2;
  const up = centre > middle || (centre == middle && (s & 1) != 0);
  shortestDigits = s + (up ? 1 : 0);
}

let ceilingHigh: u64 = 0;
let ceilingLow: u64 = 0;

/** g = ⌈10^k scaled to 128 bits⌉. */
// @ts-ignore: decorator
@inline
function loadCeiling(k: i32): void {
  ceilingHigh = pow10High(k);
  ceilingLow = pow10Low(k);
  if (k >= 0 && k <= POW10_EXACT_MAX) return;
  ceilingLow++;
  if (ceilingLow == 0) ceilingHigh++;
}

/** ⌊g · c ÷ 2^128⌋ with a sticky last bit. */
// @ts-ignore: decorator
@inline
function roundToOdd(c: u64): u64 {
  const carry = multiplyHigh(ceilingLow, c);
  const low = ceilingHigh * c + carry;
  let high = multiplyHigh(ceilingHigh, c);
  if (low < carry) high++;
  return high | (low > 1 ? 1 : 0);
}

/** ± digits · 10^exponent in the layout of ECMAScript's Number::toString. */
export function layOut(negative: bool, digits: u64, exponent: i32, out: usize): usize {
  while (digits % 10 == 0) {
    digits /= 10;
    exponent++;
  }
  if (negative) store<u8>(out++, MINUS);
  const count = countDigits(digits);
  const point = count + exponent; // digits before the decimal point
  if (point > 21 || point < -5) return layOutExponent(digits, count, point - 1, out);
  if (point <= 0) {
    store<u8>(out, ZERO);
    store<u8>(out + 1, POINT);
    out += 2;
    for (let i = point; i < 0; i++) store<u8>(out++, ZERO);
    return writeDigits(digits, count, out);
  }
  if (point >= count) {
    out = writeDigits(digits, count, out);
    for (let i = count; i < point; i++) store<u8>(out++, ZERO);
    return out;
  }
  // Written one place to the right, then the integer part is moved over the gap that the point takes.
  const end = writeDigits(digits, count, out + 1);
  memory.copy(out, out + 1, point);
  store<u8>(out + point, POINT);
  return end;
}

function layOutExponent(digits: u64, count: i32, exponent: i32, out: usize): usize {
  let end = writeDigits(digits, count, out + 1);
  store<u8>(out, load<u8>(out + 1));
  if (count > 1) store<u8>(out + 1, POINT);
  else end--;
  store<u8>(end, LOWER_E);
  store<u8>(end + 1, exponent < 0 ? MINUS : 0x2b);
  const magnitude = <u64>abs(exponent);
  return writeDigits(magnitude, countDigits(magnitude), end + 2);
}

function countDigits(value: u64): i32 {
  let count = 1;
  for (let bound: u64 = 10; value >= bound && count < 20; bound *= 10) count++;
  return count;
}

function writeDigits(value: u64, count: i32, out: usize): usize {
  const end = out + count;
  let p = end;
  // Eight digits at a time in 32 bits, where a division by a constant is a multiplication.
  for (; count > 8; count -= 8) {
    const upper = value / 100_000_000;
    let lower = <u32>(value - upper * 100_000_000);
    for (let i = 0; i < 8; i++) {
      store<u8>(--p, ZERO + (lower % 10));
      lower /= 10;
    }
    value = upper;
  }
  for (let rest = <u32>value; count > 0; count--) {
    store<u8>(--p, ZERO + (rest % 10));
    rest /= 10;
  }
  return end;
}
