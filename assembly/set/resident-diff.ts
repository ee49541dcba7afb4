/**
 * Difference of two id sets that live here: nothing is copied but what differs.
 *
 * Leaves of both are merged run against run. Four ids are compared with four while they are equal (SIMD builds).
 * Where one side has several ids in a row that the other has not, the end of the row is found by doubling
 * steps and halving them again, a leaf that lies below it goes out whole, and the row is copied at once: sets
 * are in order by construction, so that no id in between needs a look (unlike diff.ts, which checks order).
 *
 *   INPUT   lower half: ids of the first alone; upper half: ids of the second alone. Taken when one is nearly full.
 */
import { INPUT, INPUT_BYTES } from "../layout";
import { compareIds, copyId, ID } from "./id";
import { firstLeaf, LEAF_IDS, leafLowerBound, nextLeaf, pageCount } from "./tree";

const BLOCK: usize = 4 * ID;
const FIRST: usize = INPUT;
const SECOND: usize = INPUT + INPUT_BYTES / 2;
/** A leaf more might not fit. */
const ROOM: usize = INPUT_BYTES / 2 - 4096;
/** Ids in a row that one side alone has, before the end of the row is searched (bench set/resident-diff, 2026-11). */
const ROW: u32 = 4;

let a: usize = 0;
let aEnd: usize = 0;
let aNext: usize = 0;
let b: usize = 0;
let bEnd: usize = 0;
let bNext: usize = 0;
let first: usize = FIRST;
let second: usize = SECOND;

export function residentFirst(): usize { return FIRST; }
export function residentSecond(): usize { return SECOND; }
export function residentFirstBytes(): usize { return first - FIRST; }
export function residentSecondBytes(): usize { return second - SECOND; }

export function residentBegin(setA: usize, setB: usize): void {
  aNext = firstLeaf(setA);
  bNext = firstLeaf(setB);
  a = aEnd = b = bEnd = 0;
}

/** Goes on until all is merged (false) or the results must be taken (true). */
export function residentStep(): bool {
  first = FIRST;
  second = SECOND;
  while (first - FIRST < ROOM && second - SECOND < ROOM) {
    while (a == aEnd && aNext != 0) {
      a = aNext + LEAF_IDS;
      aEnd = a + (<usize>pageCount(aNext) << 5);
      aNext = nextLeaf(aNext);
    }
    while (b == bEnd && bNext != 0) {
      b = bNext + LEAF_IDS;
      bEnd = b + (<usize>pageCount(bNext) << 5);
      bNext = nextLeaf(bNext);
    }
    if (a == aEnd && b == bEnd) return false;
    if (b == bEnd || (a != aEnd && isBelow(aEnd, b))) {
      first = copyRow(first, a, aEnd);
      a = aEnd;
    } else if (a == aEnd || isBelow(bEnd, a)) {
      second = copyRow(second, b, bEnd);
      b = bEnd;
    } else mergeRuns();
  }
  return true;
}

/** Whether all of a run, which ends here, is below an id. */
// @ts-ignore: decorator
@inline
function isBelow(end: usize, id: usize): bool {
  return compareIds(end - ID, id) < 0;
}

/** Until one of both runs is used up. */
function mergeRuns(): void {
  let p = a;
  let q = b;
  let row: u32 = 0;
  while (p != aEnd && q != bEnd) {
    if (ASC_FEATURE_SIMD)
      while (p + BLOCK <= aEnd && q + BLOCK <= bEnd && isEqualBlock(p, q)) {
        p += BLOCK;
        q += BLOCK;
      }
    if (p == aEnd || q == bEnd) break;
    const order = compareIds(p, q);
    if (order == 0) {
      row = 0;
      p += ID;
      q += ID;
    } else if (order < 0) {
      const end = row < ROW ? p + ID : rowEnd(p, aEnd, q);
      first = copyRow(first, p, end);
      p = end;
      row++;
    } else {
      const end = row < ROW ? q + ID : rowEnd(q, bEnd, p);
      second = copyRow(second, q, end);
      q = end;
      row++;
    }
  }
  a = p;
  b = q;
}

/** Where from `at`, which is below `id`, the ids below `id` end. */
function rowEnd(at: usize, end: usize, id: usize): usize {
  const left = <u32>((end - at) >> 5);
  let step: u32 = 1;
  while (step < left && compareIds(at + (<usize>step << 5), id) < 0) step <<= 1;
  return at + (<usize>leafLowerBound(at - LEAF_IDS, step >> 1, min(step, left), id) << 5);
}

// @ts-ignore: decorator
@inline
function copyRow(to: usize, from: usize, end: usize): usize {
  if (end - from == ID) copyId(to, from);
  else memory.copy(to, from, end - from);
  return to + (end - from);
}

// @ts-ignore: decorator
@inline
function isEqualBlock(p: usize, q: usize): bool {
  const heads = v128.or(
    v128.or(
      v128.xor(v128.load(p, 0), v128.load(q, 0)),
      v128.xor(v128.load(p, 32), v128.load(q, 32)),
    ),
    v128.or(
      v128.xor(v128.load(p, 64), v128.load(q, 64)),
      v128.xor(v128.load(p, 96), v128.load(q, 96)),
    ),
  );
  const tails = v128.or(
    v128.or(
      v128.xor(v128.load(p, 16), v128.load(q, 16)),
      v128.xor(v128.load(p, 48), v128.load(q, 48)),
    ),
    v128.or(
      v128.xor(v128.load(p, 80), v128.load(q, 80)),
      v128.xor(v128.load(p, 112), v128.load(q, 112)),
    ),
  );
  return !v128.any_true(v128.or(heads, tails));
}
