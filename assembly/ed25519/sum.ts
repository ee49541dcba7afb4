/**
 * The running sum of a verification: one point that is doubled and added to. On builds with SIMD it lies in
 * lanes (lanes-point.ts), elsewhere in limbs of 25 and 26 bits as a completed point (point.ts), so that a
 * doubling after a doubling saves a multiplication. Public values only; variable time in signs.
 */
import { FE_BYTES, feCopy, feFromBytes, feOne, feToBytes } from "./field";
import {
  LANES_POINT_BYTES,
  lanesAdd,
  lanesAddend,
  lanesAddPacked,
  lanesDouble,
  lanesIdentity,
  lanesPoint,
  lanesStore,
} from "./lanes-point";
import {
  addCached,
  addNiels,
  completedToExtended,
  completedToProjective,
  extendedToCached,
  POINT_BYTES,
  pointDouble,
  pointIdentity,
} from "./point";

/** What `sumToAddend` makes. */
export const ADDEND_BYTES: usize = ASC_FEATURE_SIMD ? LANES_POINT_BYTES : POINT_BYTES;
/** What `sumStore` makes: X ‖ Y ‖ Z, 32 bytes each, below 2^255. */
export const SUM_STORED_BYTES: usize = 96;

const SUM = memory.data(384, 16);
/** The sum as an addition or a doubling takes it; limbs only. */
const POINT = memory.data(160, 16);
const NIELS = memory.data(120, 16);
const BYTES = memory.data(128, 16);

export function sumIdentity(): void {
  if (ASC_FEATURE_SIMD) {
    lanesIdentity(SUM);
  } else {
    pointIdentity(SUM);
    feOne(SUM + 3 * FE_BYTES);
  }
}

/** From an extended point in limbs whose Z is 1. */
export function sumFromAffine(point: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < 4; i++) feToBytes(BYTES + 32 * i, point + FE_BYTES * i);
    lanesPoint(SUM, BYTES, BYTES + 32, BYTES + 96, BYTES + 64);
  } else {
    // Completed: x = X/Z, y = Y/T.
    memory.copy(SUM, point, POINT_BYTES);
    feCopy(SUM + 3 * FE_BYTES, point + 2 * FE_BYTES);
  }
}

export function sumDouble(): void {
  if (ASC_FEATURE_SIMD) {
    lanesDouble(SUM);
  } else {
    completedToProjective(POINT, SUM);
    pointDouble(SUM, POINT);
  }
}

/** Plus or minus what `sumToAddend` made. */
export function sumAdd(addend: usize, minus: bool): void {
  if (ASC_FEATURE_SIMD) {
    lanesAdd(SUM, addend, minus);
  } else {
    completedToExtended(POINT, SUM);
    addCached(SUM, POINT, addend, minus);
  }
}

/** Plus or minus a packed point: y−x ‖ y+x ‖ 2dxy, 32 bytes each. */
export function sumAddPacked(packed: usize, minus: bool): void {
  if (ASC_FEATURE_SIMD) {
    lanesAddPacked(SUM, packed, minus);
  } else {
    feFromBytes(NIELS, packed + 32);
    feFromBytes(NIELS + FE_BYTES, packed);
    feFromBytes(NIELS + 2 * FE_BYTES, packed + 64);
    completedToExtended(POINT, SUM);
    addNiels(SUM, POINT, NIELS, minus);
  }
}

export function sumToAddend(out: usize): void {
  if (ASC_FEATURE_SIMD) {
    lanesAddend(out, SUM);
  } else {
    completedToExtended(POINT, SUM);
    extendedToCached(out, POINT);
  }
}

export function sumStore(bytes: usize): void {
  if (ASC_FEATURE_SIMD) {
    lanesStore(bytes, SUM);
  } else {
    completedToProjective(POINT, SUM);
    for (let i: usize = 0; i < 3; i++) feToBytes(bytes + 32 * i, POINT + FE_BYTES * i);
  }
}
