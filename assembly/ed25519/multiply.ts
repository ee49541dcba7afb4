/**
 * Scalar multiplication: the variable-time [s]B + [k]P of verification, and the constant-time [a]B of
 * signing. The first must never see a secret.
 */
import { BASE_WIDTH, baseComb, baseOddMultiples, combRow } from "./base";
import { FE_BYTES, feCopy, feMove, feNeg, feOne, feZero } from "./field";
import {
  addCached,
  addNiels,
  completedToExtended,
  completedToProjective,
  extendedToCached,
  NIELS_BYTES,
  POINT_BYTES,
  pointDouble,
  pointIdentity,
} from "./point";
import { scalarDigits } from "./scalar";

/** Digits of width 5 are odd and below 16: eight multiples a key. */
const KEY_WIDTH: i32 = 5;
const KEY_COUNT = 8;
export const KEY_TABLE_BYTES: usize = 8 * POINT_BYTES;

/** P, 3P, … 15P in cached form. `scratch`: 3 points. */
export function oddMultiples(table: usize, point: usize, scratch: usize): void {
  const twice = scratch, completed = scratch + POINT_BYTES, next = scratch + 2 * POINT_BYTES;
  extendedToCached(table, point);
  pointDouble(completed, point);
  completedToExtended(twice, completed);
  for (let i = 1; i < KEY_COUNT; i++) {
    addCached(completed, twice, table, false);
    completedToExtended(next, completed);
    table += POINT_BYTES;
    extendedToCached(table, next);
  }
}

export const DOUBLE_SCRATCH_BYTES: usize = 2 * POINT_BYTES + 2 * 256 + 40;

/**
 * out = [s]B + [k]P, projective (T stale), P given by its oddMultiples. Straus' method: one chain of
 * doublings, digits of both scalars added on the way. Variable time; s and k below 2^253.
 */
export function multiplyBaseAndPoint(out: usize, s: usize, k: usize, keyTable: usize, scratch: usize): void {
  const completed = scratch, extended = scratch + POINT_BYTES;
  const digitsS = extended + POINT_BYTES, digitsK = digitsS + 256, rest = digitsK + 256;
  const base = baseOddMultiples();
  scalarDigits(digitsS, s, BASE_WIDTH, rest);
  scalarDigits(digitsK, k, KEY_WIDTH, rest);

  let i = 255;
  while (i >= 0 && (load<u8>(digitsS + i) | load<u8>(digitsK + i)) == 0) i--;
  pointIdentity(out);
  for (; i >= 0; i--) {
    pointDouble(completed, out);
    const digitK = <i32>load<i8>(digitsK + i);
    if (digitK != 0) {
      completedToExtended(extended, completed);
      addCached(completed, extended, keyTable + <usize>(abs(digitK) >> 1) * POINT_BYTES, digitK < 0);
    }
    const digitS = <i32>load<i8>(digitsS + i);
    if (digitS != 0) {
      completedToExtended(extended, completed);
      addNiels(completed, extended, base + <usize>(abs(digitS) >> 1) * NIELS_BYTES, digitS < 0);
    }
    completedToProjective(out, completed);
  }
}

export const FIXED_SCRATCH_BYTES: usize = POINT_BYTES + NIELS_BYTES + FE_BYTES + 64;

/**
 * out = [a]B, extended, for a < 2^255, in constant time: 64 signed digits of 4 bits, each chosen from its
 * row by masks; odd places first, then four doublings, then even places.
 */
export function multiplyBase(out: usize, a: usize, scratch: usize): void {
  const completed = scratch, chosen = scratch + POINT_BYTES;
  const rest = chosen + NIELS_BYTES, digits = rest + FE_BYTES;
  const comb = baseComb();
  signedNibbles(digits, a);

  pointIdentity(out);
  for (let i = 1; i < 64; i += 2) addDigit(out, comb, i, digits, completed, chosen, rest);
  for (let i = 0; i < 4; i++) {
    pointDouble(completed, out);
    completedToExtended(out, completed);
  }
  for (let i = 0; i < 64; i += 2) addDigit(out, comb, i, digits, completed, chosen, rest);
}

function addDigit(out: usize, comb: usize, i: i32, digits: usize, completed: usize, chosen: usize, rest: usize): void {
  chooseMultiple(chosen, combRow(comb, i >> 1), <i32>load<i8>(digits + i), rest);
  addNiels(completed, out, chosen, false);
  completedToExtended(out, completed);
}

/** 32 bytes below 2^255 → 64 digits from −8 to 8. */
function signedNibbles(digits: usize, a: usize): void {
  let carry = 0;
  for (let i = 0; i < 64; i++) {
    const nibble = <i32>(load<u8>(a + (i >> 1)) >> ((i & 1) << 2)) & 15;
    const digit = nibble + carry;
    carry = (digit + 8) >> 4;
    // The top digit takes its carry as it is: a < 2^255 leaves it at most 8.
    if (i == 63) carry = 0;
    store<i8>(digits + i, <i8>(digit - (carry << 4)));
  }
}

/** chosen = digit · row[0], for −8 ≤ digit ≤ 8: every entry is read, whatever the digit. */
function chooseMultiple(chosen: usize, row: usize, digit: i32, rest: usize): void {
  const negative = <i32>(<u32>digit >> 31);
  const magnitude = (digit ^ -negative) + negative;
  feOne(chosen);
  feOne(chosen + FE_BYTES);
  feZero(chosen + 2 * FE_BYTES);
  for (let j = 1; j <= 8; j++) {
    // 1 if the two are equal: only 0 − 1 sets the sign bit.
    const equal = <i32>((<u32>(magnitude ^ j) - 1) >> 31);
    for (let part: usize = 0; part < NIELS_BYTES; part += FE_BYTES) feMove(chosen + part, row + part, equal);
    row += NIELS_BYTES;
  }
  // The negative of (y+x, y−x, 2dxy) is (y−x, y+x, −2dxy).
  feCopy(rest, chosen);
  feMove(chosen, chosen + FE_BYTES, negative);
  feMove(chosen + FE_BYTES, rest, negative);
  feNeg(rest, chosen + 2 * FE_BYTES);
  feMove(chosen + 2 * FE_BYTES, rest, negative);
}
