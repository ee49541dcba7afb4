/**
 * The base point B (RFC 8032 §5.1) and the comb that signing multiplies it with, in static memory, made once per
 * instance on first use; it holds public values only. The tables of verification are in comb.ts.
 *
 *   comb   j · 256^i · B for i = 0..31, j = 1..8   256 niels, 30 KiB
 *
 * Making it takes some 6,000 field multiplications. Embedded it would double the binary that every start decodes.
 */
import { WORK_ED25519 } from "../layout";
import { FE_BYTES } from "./field";
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

const COMB_ROWS = 32;
const COMB_ROW = 8;
const COMB_COUNT = COMB_ROWS * COMB_ROW;

const COMB_TABLE = memory.data(256 * 120, 16);
let combReady = false;

/** y = 4/5, x even. */
export const BASE_ENCODED = memory.data<u64>([
  0x6666666666666658, 0x6666666666666666, 0x6666666666666666, 0x6666666666666666,
]);

/** Scratch of the making, in the upper part of the Ed25519 work area: verification may be under way below. */
export const BASE_AREA: usize = WORK_ED25519 + 32 * 1024;
const POINTS: usize = BASE_AREA;
const PRODUCTS: usize = POINTS + 256 * POINT_BYTES;
const STEP: usize = PRODUCTS + 256 * FE_BYTES;
const CACHED: usize = STEP + POINT_BYTES;
const COMPLETED: usize = CACHED + POINT_BYTES;
const SCRATCH: usize = COMPLETED + POINT_BYTES;
const BASE_AREA_END: usize = SCRATCH + POINT_SCRATCH_BYTES;
/** Results of a batch, behind. */
export const BATCH_AREA: usize = WORK_ED25519 + 86 * 1024;
if (BASE_AREA_END > BATCH_AREA) ERROR("the base point's scratch reaches into the batch's");

export function signingComb(): usize {
  if (!combReady) {
    pointDecode(STEP, BASE_ENCODED, SCRATCH);
    for (let row = 0; row < COMB_ROWS; row++) {
      const points = POINTS + <usize>(row * COMB_ROW) * POINT_BYTES;
      memory.copy(points, STEP, POINT_BYTES);
      multiples(points, COMB_ROW);
      for (let i = 0; i < 8; i++) double(STEP, STEP);
    }
    extendedToNiels(COMB_TABLE, POINTS, COMB_COUNT, PRODUCTS, SCRATCH);
    combReady = true;
  }
  return COMB_TABLE;
}

/** The digit's entry of the comb's row. */
// @ts-ignore: decorator
@inline
export function combRow(comb: usize, row: i32): usize {
  return comb + <usize>(row * COMB_ROW) * NIELS_BYTES;
}

/** Fills points[1..] with points[i − 1] + STEP. */
function multiples(points: usize, count: i32): void {
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
