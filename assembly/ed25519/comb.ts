/**
 * Tables of verification, of packed points: y−x ‖ y+x ‖ 2dxy, 96 bytes. The odd multiples B, 3B, … 127B of the
 * base point and those of 2^128·B serve keys met for the first time; combs serve the others.
 *
 * Combs: tables of multiples that turn scalar multiplication into additions, of public points by public
 * scalars. A comb of width w writes the scalar in signed digits, −2^(w−1) < digit ≤ 2^(w−1), and holds the
 * multiples 1 to 2^(w−1) of the point at the digits' places, as packed points (lanes-point.ts).
 *
 *   key comb    width 5, two passes   26 rows of 16, 10 bits apart: odd digits, 5 doublings, even digits
 *   base comb   width 8, one pass     32 rows of 128, 8 bits apart
 *
 * Scalars are below L < 2^252 + 2^125, so the top digit is at most 4 in the one and 16 in the other: if the
 * bits above 2^250 are more than 3, those right below are zero and carry nothing. The last rows end there.
 *
 * The key comb fills what a place of the key cache has; 51 additions and 5 doublings, against 64 and 4 with
 * width 4, and 43 and 18 with width 6 in four passes.
 */
import { BASE_AREA, BASE_ENCODED, BATCH_AREA } from "./base";
import { FE_BYTES, feToBytes } from "./field";
import {
  addCached,
  completedToExtended,
  extendedToCached,
  extendedToNiels,
  NIELS_BYTES,
  POINT_BYTES,
  POINT_SCRATCH_BYTES,
  pointDecode,
  pointDouble,
} from "./point";

export const PACKED_BYTES: usize = 96;

export const KEY_COMB_WIDTH: i32 = 5;
export const KEY_COMB_DIGITS = 51;
export const KEY_COMB_ROW = 16;
const KEY_COMB_COUNT = 25 * 16 + 4;
export const KEY_COMB_BYTES: usize = 404 * 96;

export const BASE_COMB_WIDTH: i32 = 8;
export const BASE_COMB_DIGITS = 32;
export const BASE_COMB_ROW = 128;
const BASE_COMB_COUNT = 31 * 128 + 16;

/** Digits of width 8 are odd and below 128. */
export const BASE_ODD_WIDTH: i32 = 8;
const ODD_COUNT = 64;

export const BASE_ODD_BYTES: usize = 64 * 96;

const ODD_TABLES = memory.data(2 * 64 * 96, 16);
let oddReady = false;
const BASE_COMB = memory.data(3984 * 96, 16);
let combReady = false;

/** Scratch of the making. Points are made affine by the hundred, one inversion for all. */
const CHUNK = 128;
const POINTS: usize = BASE_AREA;
const PRODUCTS: usize = POINTS + 128 * POINT_BYTES;
const NIELS: usize = PRODUCTS + 128 * FE_BYTES;
const STEP: usize = NIELS + 128 * NIELS_BYTES;
const CACHED: usize = STEP + POINT_BYTES;
const COMPLETED: usize = CACHED + POINT_BYTES;
const SCRATCH: usize = COMPLETED + POINT_BYTES;
const COMB_AREA_END: usize = SCRATCH + POINT_SCRATCH_BYTES;

if (COMB_AREA_END > BATCH_AREA) ERROR("the scratch of the combs reaches into the batch's");

/** B, 3B, 5B, … and behind them, BASE_ODD_BYTES further, as many odd multiples of 2^128·B; made on first use. */
export function baseOddMultiples(): usize {
  if (!oddReady) {
    pointDecode(POINTS, BASE_ENCODED, SCRATCH);
    packOddMultiples(ODD_TABLES);
    pointDecode(POINTS, BASE_ENCODED, SCRATCH);
    for (let i = 0; i < 128; i++) double(POINTS, POINTS);
    packOddMultiples(ODD_TABLES + BASE_ODD_BYTES);
    oddReady = true;
  }
  return ODD_TABLES;
}

/** Of the first of POINTS. */
function packOddMultiples(table: usize): void {
  double(STEP, POINTS);
  addSteps(POINTS, ODD_COUNT);
  pack(table, ODD_COUNT);
}

/** The comb of B, made on first use: some 70,000 field multiplications. */
export function baseComb(): usize {
  if (!combReady) {
    pointDecode(STEP, BASE_ENCODED, SCRATCH);
    makeComb(BASE_COMB, BASE_COMB_ROW, BASE_COMB_COUNT, 8);
    combReady = true;
  }
  return BASE_COMB;
}

/** The comb of an extended point, KEY_COMB_BYTES at `table`. */
export function makeKeyComb(table: usize, point: usize): void {
  memory.copy(STEP, point, POINT_BYTES);
  makeComb(table, KEY_COMB_ROW, KEY_COMB_COUNT, 2 * KEY_COMB_WIDTH);
}


/** Row by row, `rowCount` multiples of STEP each, `count` in all; rows are `bits` doublings apart. */
function makeComb(table: usize, rowCount: i32, count: i32, bits: i32): void {
  let filled = 0;
  while (count > 0) {
    const row = POINTS + <usize>filled * POINT_BYTES;
    const inRow = min(rowCount, count);
    memory.copy(row, STEP, POINT_BYTES);
    addSteps(row, inRow);
    filled += inRow;
    count -= inRow;
    if (filled + rowCount > CHUNK || count == 0) {
      pack(table, filled);
      table += <usize>filled * PACKED_BYTES;
      filled = 0;
    }
    for (let i = 0; i < bits; i++) double(STEP, STEP);
  }
}

/** Fills points[1..] with points[i − 1] + STEP. */
function addSteps(points: usize, count: i32): void {
  extendedToCached(CACHED, STEP);
  for (let i = 1; i < count; i++) {
    addCached(COMPLETED, points, CACHED, false);
    points += POINT_BYTES;
    completedToExtended(points, COMPLETED);
  }
}

function double(out: usize, p: usize): void {
  pointDouble(COMPLETED, p);
  completedToExtended(out, COMPLETED);
}

/** y−x ‖ y+x ‖ 2dxy of the first `count` of POINTS. */
function pack(table: usize, count: i32): void {
  extendedToNiels(NIELS, POINTS, count, PRODUCTS, SCRATCH);
  for (let niels = NIELS, end = NIELS + <usize>count * NIELS_BYTES; niels < end; niels += NIELS_BYTES) {
    feToBytes(table, niels + FE_BYTES);
    feToBytes(table + 32, niels);
    feToBytes(table + 64, niels + 2 * FE_BYTES);
    table += PACKED_BYTES;
  }
}

/**
 * Signed digits of a scalar below L, two bytes each, −2^(width−1) < digit ≤ 2^(width−1). Reads 4 bytes behind
 * the scalar, whatever they hold.
 */
export function combDigits(out: usize, scalar: usize, width: i32, count: i32): void {
  const half = 1 << (width - 1), mask = (1 << width) - 1;
  let carry = 0;
  for (let i = 0, bit = 0; i < count; i++, bit += width) {
    const bits = <i32>(load<u32>(scalar + (bit >> 3)) >> (bit & 7)) & mask;
    // Width 5 ends at bit 255 and width 8 at 256: bits behind the scalar are never in the mask.
    let digit = bits + carry;
    carry = i32(digit > half);
    digit -= carry << width;
    store<i16>(out, <i16>digit);
    out += 2;
  }
}
