/**
 * The constant-time [a]B of signing. No digit decides a branch or an address.
 */
import { combRow, signingComb } from "./base";
import { FE_BYTES, feCopy, feMove, feNeg, feOne, feZero } from "./field";
import { addNiels, completedToExtended, NIELS_BYTES, POINT_BYTES, pointDouble, pointIdentity } from "./point";

export const FIXED_SCRATCH_BYTES: usize = POINT_BYTES + NIELS_BYTES + FE_BYTES + 64;

/**
 * out = [a]B, extended, for a < 2^255, in constant time: 64 signed digits of 4 bits, each chosen from its
 * row by masks; odd places first, then four doublings, then even places.
 */
export function multiplyBase(out: usize, a: usize, scratch: usize): void {
  const completed = scratch, chosen = scratch + POINT_BYTES;
  const rest = chosen + NIELS_BYTES, digits = rest + FE_BYTES;
  const comb = signingComb();
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
