/**
 * The sums of verification: [s]B + [k]P with a comb of P, and [w]B ± [u]P + [v]Q without. Variable time: neither may
 * ever see a secret. The result is X ‖ Y ‖ Z (sum.ts), SUM_STORED_BYTES at `out`.
 */
import {
  BASE_COMB_DIGITS,
  BASE_COMB_ROW,
  BASE_COMB_WIDTH,
  BASE_ODD_BYTES,
  BASE_ODD_WIDTH,
  baseComb,
  baseOddMultiples,
  combDigits,
  KEY_COMB_DIGITS,
  KEY_COMB_ROW,
  KEY_COMB_WIDTH,
  PACKED_BYTES,
} from "./comb";
import { scalarBits } from "./halve";
import { scalarDigits } from "./scalar";
import { ADDEND_BYTES, sumAdd, sumAddPacked, sumDouble, sumFromAffine, sumIdentity, sumStore, sumToAddend } from "./sum";

/** Digits of width 5 are odd and below 16: eight multiples a key. */
const KEY_ODD_WIDTH: i32 = 5;
const KEY_ODD_COUNT = 8;
export const KEY_ODD_BYTES: usize = 8 * ADDEND_BYTES;

const TWICE = memory.data(384, 16);
const DIGITS_S = memory.data(256, 16);
const DIGITS_K = memory.data(256, 16);
const DIGITS_HIGH = memory.data(256, 16);
const DIGITS_Q = memory.data(256, 16);
const REST = memory.data(40, 16);
/** Halves of a scalar, the upper half of each zero. */
const LOW = memory.data(32, 16);
const HIGH = memory.data(32, 16);

/** P, 3P, … 15P of an extended point whose Z is 1, as addends. */
export function keyOddMultiples(table: usize, point: usize): void {
  sumFromAffine(point);
  sumDouble();
  sumToAddend(TWICE);
  sumFromAffine(point);
  sumToAddend(table);
  for (let i = 1; i < KEY_ODD_COUNT; i++) {
    sumAdd(TWICE, false);
    table += ADDEND_BYTES;
    sumToAddend(table);
  }
}

/**
 * P and Q given by their keyOddMultiples; `minus` takes [u]P away. Straus' method: one chain of doublings, as long as
 * the longest scalar, and digits of all scalars added on the way. That of B, below L, is taken in two halves.
 */
export function multiplyBaseAndTwo(
  out: usize, w: usize, u: usize, v: usize, oddP: usize, oddQ: usize, minus: bool,
): void {
  const base = baseOddMultiples();
  store<u64>(LOW, load<u64>(w));
  store<u64>(LOW, load<u64>(w, 8), 8);
  store<u64>(HIGH, load<u64>(w, 16));
  store<u64>(HIGH, load<u64>(w, 24), 8);
  const places = max(128, max(scalarBits(u), scalarBits(v))) + 1;
  scalarDigits(DIGITS_S, LOW, BASE_ODD_WIDTH, places, REST);
  scalarDigits(DIGITS_HIGH, HIGH, BASE_ODD_WIDTH, places, REST);
  scalarDigits(DIGITS_K, u, KEY_ODD_WIDTH, places, REST);
  scalarDigits(DIGITS_Q, v, KEY_ODD_WIDTH, places, REST);
  sumIdentity();
  let isEmpty = true;
  for (let i = places - 1; i >= 0; i--) {
    const digitS = <i32>load<i8>(DIGITS_S + i), digitHigh = <i32>load<i8>(DIGITS_HIGH + i);
    const digitK = <i32>load<i8>(DIGITS_K + i), digitQ = <i32>load<i8>(DIGITS_Q + i);
    if (!isEmpty) sumDouble();
    else if ((digitS | digitHigh | digitK | digitQ) == 0) continue;
    isEmpty = false;
    if (digitK != 0) sumAdd(oddP + <usize>(abs(digitK) >> 1) * ADDEND_BYTES, digitK < 0 != minus);
    if (digitQ != 0) sumAdd(oddQ + <usize>(abs(digitQ) >> 1) * ADDEND_BYTES, digitQ < 0);
    if (digitS != 0) sumAddPacked(base + <usize>(abs(digitS) >> 1) * PACKED_BYTES, digitS < 0);
    if (digitHigh != 0)
      sumAddPacked(base + BASE_ODD_BYTES + <usize>(abs(digitHigh) >> 1) * PACKED_BYTES, digitHigh < 0);
  }
  sumStore(out);
}

/** P given by its comb: 83 additions and 5 doublings at most. */
export function multiplyCombs(out: usize, s: usize, k: usize, keyComb: usize): void {
  const base = baseComb();
  combDigits(DIGITS_S, s, BASE_COMB_WIDTH, BASE_COMB_DIGITS);
  combDigits(DIGITS_K, k, KEY_COMB_WIDTH, KEY_COMB_DIGITS);
  touch(keyComb, DIGITS_K);
  sumIdentity();
  for (let i = 1; i < KEY_COMB_DIGITS; i += 2) addDigit(keyComb, KEY_COMB_ROW, i >> 1, DIGITS_K, i);
  for (let i = 0; i < KEY_COMB_WIDTH; i++) sumDouble();
  for (let i = 0; i < KEY_COMB_DIGITS; i += 2) addDigit(keyComb, KEY_COMB_ROW, i >> 1, DIGITS_K, i);
  for (let i = 0; i < BASE_COMB_DIGITS; i++) addDigit(base, BASE_COMB_ROW, i, DIGITS_S, i);
  sumStore(out);
}

/**
 * Reads the entries of the key's comb before they are needed. With many keys in use they come from far away, one
 * wait for each where additions lie between, but side by side here.
 */
function touch(keyComb: usize, digits: usize): void {
  let bits: u64 = 0;
  for (let i = 0; i < KEY_COMB_DIGITS; i++) {
    const digit = <i32>load<i16>(digits + (<usize>i << 1));
    const entry = keyComb + <usize>((i >> 1) * KEY_COMB_ROW + max(abs(digit) - 1, 0)) * PACKED_BYTES;
    bits ^= load<u64>(entry) ^ load<u64>(entry, 88);
  }
  // The reads count only if something becomes of them.
  store<u64>(REST, bits);
}

// @ts-ignore: decorator
@inline
function addDigit(comb: usize, rowCount: i32, row: i32, digits: usize, i: i32): void {
  const digit = <i32>load<i16>(digits + (<usize>i << 1));
  if (digit == 0) return;
  sumAddPacked(comb + <usize>(row * rowCount + abs(digit) - 1) * PACKED_BYTES, digit < 0);
}
