/**
 * One id set: a B+-tree of pages. Leaves hold ids in ascending order and are chained; inner pages hold for each
 * child the number of its ids and their sum, so that the count and sum of any range cost two walks from the root.
 *
 *   set     +0 root   +4 height   +8 ids   +12 first leaf   +16 head cache   +20 symbols kept   +64 pages of symbols
 *   leaf    +0 count  +4 next leaf          +32 ids (127)
 *   inner   +0 count  +32 separators (56)   +1824 sums (56)   +3616 children (56)   +3840 counts (56)
 *
 * A separator is at most the smallest id of its child and above every id before it; that of the first child is
 * never looked at. Pages other than the root are at least half full, except the last of a level: a set that is
 * filled in ascending order fills its pages. Up to 28^6·63 ids fit below six levels of inner pages.
 */
import { WORK_SET } from "../layout";
import { compareIds, copyId, ID } from "./id";
import { freePage, PAGE, takePage } from "./pages";
import { sumAdd, sumAddRun, sumClear, sumSubtract } from "./sum";

export const LEAF_IDS: usize = 32;
const LEAF_MAX: u32 = 127;
const LEAF_MIN: u32 = 63;
const INNER_MAX: u32 = 56;
const INNER_MIN: u32 = 28;
const KEYS: usize = 32;
const SUMS: usize = 1824;
const CHILDREN: usize = 3616;
const COUNTS: usize = 3840;

/** The way to the last id that was looked for, level 0 being the leaf: page, then position in it. */
const PATH: usize = WORK_SET;
const LEVEL_BYTES: usize = 8;
/** 32 bytes. */
const SCRATCH_SUM: usize = WORK_SET + 256;

// @ts-ignore: decorator
@inline function pathPage(level: u32): usize { return load<usize>(PATH + <usize>level * LEVEL_BYTES); }
// @ts-ignore: decorator
@inline function pathSlot(level: u32): u32 { return load<u32>(PATH + <usize>level * LEVEL_BYTES, 4); }
// @ts-ignore: decorator
@inline function setPath(level: u32, page: usize, slot: u32): void {
  store<usize>(PATH + <usize>level * LEVEL_BYTES, page);
  store<u32>(PATH + <usize>level * LEVEL_BYTES, slot, 4);
}
// @ts-ignore: decorator
@inline export function pageCount(page: usize): u32 { return load<u32>(page); }
// @ts-ignore: decorator
@inline export function nextLeaf(leaf: usize): usize { return load<usize>(leaf, 4); }
// @ts-ignore: decorator
@inline function keyAt(inner: usize, slot: u32): usize { return inner + KEYS + (<usize>slot << 5); }
// @ts-ignore: decorator
@inline function sumAt(inner: usize, slot: u32): usize { return inner + SUMS + (<usize>slot << 5); }
// @ts-ignore: decorator
@inline function childAt(inner: usize, slot: u32): usize { return load<usize>(inner + CHILDREN + (<usize>slot << 2)); }
// @ts-ignore: decorator
@inline function countAt(inner: usize, slot: u32): u32 { return load<u32>(inner + COUNTS + (<usize>slot << 2)); }
// @ts-ignore: decorator
@inline function idAt(leaf: usize, slot: u32): usize { return leaf + LEAF_IDS + (<usize>slot << 5); }
// @ts-ignore: decorator
@inline function heightOf(set: usize): u32 { return load<u32>(set, 4); }
// @ts-ignore: decorator
@inline export function setSize(set: usize): u32 { return load<u32>(set, 8); }
// @ts-ignore: decorator
@inline export function firstLeaf(set: usize): usize { return load<usize>(set, 12); }

/** An empty set; 0 where there is no room for one. */
export function treeCreate(): usize {
  const set = takePage();
  if (set == 0) return 0;
  const leaf = takePage();
  if (leaf == 0) {
    freePage(set);
    return 0;
  }
  memory.fill(set, 0, PAGE);
  memory.fill(leaf, 0, LEAF_IDS);
  store<usize>(set, leaf);
  store<usize>(set, leaf, 12);
  return set;
}

export function treeFree(set: usize): void {
  freeBelow(load<usize>(set), heightOf(set));
  freePage(set);
}

function freeBelow(page: usize, height: u32): void {
  if (height > 0) for (let i: u32 = 0; i < pageCount(page); i++) freeBelow(childAt(page, i), height - 1);
  freePage(page);
}

/** Walks to where `id` is or would be; whether it is there. */
function find(set: usize, id: usize): bool {
  let page = load<usize>(set);
  for (let level = heightOf(set); level > 0; level--) {
    let low: u32 = 0;
    let high = pageCount(page);
    // The last separator at or below the id; the first child where there is none.
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (compareIds(keyAt(page, middle), id) <= 0) low = middle;
      else high = middle;
    }
    setPath(level, page, low);
    page = childAt(page, low);
  }
  const slot = leafLowerBound(page, 0, pageCount(page), id);
  setPath(0, page, slot);
  return slot < pageCount(page) && compareIds(idAt(page, slot), id) == 0;
}

/** The first position from `low` to `high` whose id is not below `id`. */
export function leafLowerBound(leaf: usize, low: u32, high: u32, id: usize): u32 {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareIds(idAt(leaf, middle), id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function treeHas(set: usize, id: usize): bool {
  return find(set, id);
}

/** How many ids of the set are below `id`. */
export function treeLowerBound(set: usize, id: usize): u32 {
  find(set, id);
  let below = pathSlot(0);
  for (let level = heightOf(set); level > 0; level--) {
    const page = pathPage(level);
    for (let i: u32 = 0; i < pathSlot(level); i++) below += countAt(page, i);
  }
  return below;
}

/** Where the id with `index` ids before it lies; its leaf and position are those of `foundLeaf` and `foundSlot`. */
export function treeAt(set: usize, index: u32): usize {
  let page = load<usize>(set);
  for (let level = heightOf(set); level > 0; level--) {
    let slot: u32 = 0;
    for (let count = countAt(page, 0); index >= count; count = countAt(page, slot)) {
      index -= count;
      slot++;
    }
    page = childAt(page, slot);
  }
  setPath(0, page, index);
  return idAt(page, index);
}
export function foundLeaf(): usize { return pathPage(0); }
export function foundSlot(): u32 { return pathSlot(0); }

/** Copies the ids with `from` to `to` − 1 ids before them. */
export function treeCopy(set: usize, from: u32, to: u32, target: usize): void {
  if (from >= to) return;
  treeAt(set, from);
  let leaf = foundLeaf();
  let slot = foundSlot();
  for (let left = to - from; left > 0; ) {
    const run = min(left, pageCount(leaf) - slot);
    memory.copy(target, idAt(leaf, slot), <usize>run << 5);
    target += <usize>run << 5;
    left -= run;
    leaf = nextLeaf(leaf);
    slot = 0;
  }
}

/** The sum of the first `index` ids, at `sum`. */
export function treePrefixSum(set: usize, index: u32, sum: usize): void {
  sumClear(sum);
  let page = load<usize>(set);
  for (let level = heightOf(set); level > 0; level--) {
    let slot: u32 = 0;
    const last = pageCount(page) - 1;
    for (let count = countAt(page, 0); index >= count && slot < last; count = countAt(page, slot)) {
      sumAdd(sum, sumAt(page, slot));
      index -= count;
      slot++;
    }
    page = childAt(page, slot);
  }
  sumAddRun(sum, page + LEAF_IDS, index);
}

/** Whether it is new. There must be room: the caller counts ids. */
export function treeInsert(set: usize, id: usize): bool {
  if (find(set, id)) return false;
  if (pageCount(pathPage(0)) == LEAF_MAX) {
    const isLast = nextLeaf(pathPage(0)) == 0 && pathSlot(0) == LEAF_MAX;
    makeRoom(set, 0, isLast, id);
  }
  const leaf = pathPage(0);
  const slot = pathSlot(0);
  const count = pageCount(leaf);
  memory.copy(idAt(leaf, slot + 1), idAt(leaf, slot), <usize>(count - slot) << 5);
  copyId(idAt(leaf, slot), id);
  store<u32>(leaf, count + 1);
  for (let level = heightOf(set); level > 0; level--) {
    const page = pathPage(level);
    const at = pathSlot(level);
    sumAdd(sumAt(page, at), id);
    setCount(page, at, countAt(page, at) + 1);
  }
  store<u32>(set, setSize(set) + 1, 8);
  return true;
}

// @ts-ignore: decorator
@inline
function setCount(inner: usize, slot: u32, count: u32): void {
  store<u32>(inner + COUNTS + (<usize>slot << 2), count);
}

/**
 * Splits the full page of the path at `level` and leads the path to the half where the new entry goes. The last
 * page of a level is left full by what comes behind everything, `id`.
 */
function makeRoom(set: usize, level: u32, isLast: bool, id: usize): void {
  if (level == heightOf(set)) growRoot(set);
  else if (pageCount(pathPage(level + 1)) == INNER_MAX) makeRoom(set, level + 1, isLast, id);
  const page = pathPage(level);
  const right = takePage();
  const count = pageCount(page);
  const kept: u32 = isLast ? (level == 0 ? count : count - 1) : count >> 1;
  const moved = count - kept;
  memory.fill(right, 0, 32);
  if (level == 0) {
    memory.copy(idAt(right, 0), idAt(page, kept), <usize>moved << 5);
    store<usize>(right, nextLeaf(page), 4);
    store<usize>(page, right, 4);
  } else copyEntries(right, 0, page, kept, moved);
  store<u32>(page, kept);
  store<u32>(right, moved);

  const parent = pathPage(level + 1);
  const slot = pathSlot(level + 1);
  openEntry(parent, slot + 1);
  store<usize>(parent + CHILDREN + (<usize>(slot + 1) << 2), right);
  copyId(keyAt(parent, slot + 1), moved == 0 ? id : level == 0 ? idAt(right, 0) : keyAt(right, 0));
  const all = countAt(parent, slot);
  setCount(parent, slot + 1, total(right, level, sumAt(parent, slot + 1)));
  setCount(parent, slot, all - countAt(parent, slot + 1));
  sumSubtract(sumAt(parent, slot), sumAt(parent, slot + 1));

  // An id that comes just before the right half stays left of its separator.
  if (level == 0 ? pathSlot(0) > kept || moved == 0 : pathSlot(level) >= kept) {
    setPath(level, right, pathSlot(level) - kept);
    setPath(level + 1, parent, slot + 1);
  }
}

/** One level more: the old root is the only child of the new one. */
function growRoot(set: usize): void {
  const root = takePage();
  const height = heightOf(set) + 1;
  memory.fill(root, 0, PAGE);
  store<u32>(root, 1);
  store<usize>(root, load<usize>(set), CHILDREN);
  setCount(root, 0, total(load<usize>(set), height - 1, sumAt(root, 0)));
  store<usize>(set, root);
  store<u32>(set, height, 4);
  setPath(height, root, 0);
}

/** How many ids are below a page; their sum at `sum`. */
function total(page: usize, level: u32, sum: usize): u32 {
  sumClear(sum);
  const entries = pageCount(page);
  if (level == 0) {
    sumAddRun(sum, page + LEAF_IDS, entries);
    return entries;
  }
  let count: u32 = 0;
  for (let i: u32 = 0; i < entries; i++) {
    sumAdd(sum, sumAt(page, i));
    count += countAt(page, i);
  }
  return count;
}

/** Copies entries of inner pages, or within one; the counts of the pages are the caller's. */
function copyEntries(to: usize, toSlot: u32, from: usize, fromSlot: u32, entries: u32): void {
  memory.copy(keyAt(to, toSlot), keyAt(from, fromSlot), <usize>entries << 5);
  memory.copy(sumAt(to, toSlot), sumAt(from, fromSlot), <usize>entries << 5);
  memory.copy(
    to + CHILDREN + (<usize>toSlot << 2),
    from + CHILDREN + (<usize>fromSlot << 2),
    <usize>entries << 2,
  );
  memory.copy(to + COUNTS + (<usize>toSlot << 2), from + COUNTS + (<usize>fromSlot << 2), <usize>entries << 2);
}

function openEntry(inner: usize, slot: u32): void {
  const count = pageCount(inner);
  copyEntries(inner, slot + 1, inner, slot, count - slot);
  store<u32>(inner, count + 1);
}

function closeEntry(inner: usize, slot: u32): void {
  const count = pageCount(inner) - 1;
  copyEntries(inner, slot, inner, slot + 1, count - slot);
  store<u32>(inner, count);
}

/** Whether it was there. */
export function treeDelete(set: usize, id: usize): bool {
  if (!find(set, id)) return false;
  const leaf = pathPage(0);
  const slot = pathSlot(0);
  const count = pageCount(leaf) - 1;
  for (let level = heightOf(set); level > 0; level--) {
    const page = pathPage(level);
    const at = pathSlot(level);
    sumSubtract(sumAt(page, at), id);
    setCount(page, at, countAt(page, at) - 1);
  }
  memory.copy(idAt(leaf, slot), idAt(leaf, slot + 1), <usize>(count - slot) << 5);
  store<u32>(leaf, count);
  store<u32>(set, setSize(set) - 1, 8);
  const height = heightOf(set);
  for (let level: u32 = 0; level < height; level++) {
    if (pageCount(pathPage(level)) >= (level == 0 ? LEAF_MIN : INNER_MIN)) break;
    fill(level);
  }
  if (height > 0 && pageCount(load<usize>(set)) == 1) {
    const root = load<usize>(set);
    store<usize>(set, childAt(root, 0));
    store<u32>(set, height - 1, 4);
    freePage(root);
  }
  return true;
}

/** A page of the path that holds too little is joined with a neighbour, or takes from it. */
function fill(level: u32): void {
  const parent = pathPage(level + 1);
  const slot = pathSlot(level + 1);
  const left = slot > 0 ? slot - 1 : 0;
  const a = childAt(parent, left);
  const b = childAt(parent, left + 1);
  const inA = pageCount(a);
  const inB = pageCount(b);
  const both = inA + inB;
  if (both <= (level == 0 ? LEAF_MAX : INNER_MAX)) {
    move(level, a, inA, b, 0, inB);
    if (level == 0) store<usize>(a, nextLeaf(b), 4);
    store<u32>(a, both);
    sumAdd(sumAt(parent, left), sumAt(parent, left + 1));
    setCount(parent, left, countAt(parent, left) + countAt(parent, left + 1));
    closeEntry(parent, left + 1);
    freePage(b);
    return;
  }
  const half = both >> 1;
  if (inA < half) {
    move(level, a, inA, b, 0, half - inA);
    move(level, b, 0, b, half - inA, both - half);
  } else {
    move(level, b, inA - half, b, 0, inB);
    move(level, b, 0, a, half, inA - half);
  }
  store<u32>(a, half);
  store<u32>(b, both - half);
  copyId(keyAt(parent, left + 1), level == 0 ? idAt(b, 0) : keyAt(b, 0));
  copyId(SCRATCH_SUM, sumAt(parent, left));
  sumAdd(SCRATCH_SUM, sumAt(parent, left + 1));
  const all = countAt(parent, left) + countAt(parent, left + 1);
  const count = total(b, level, sumAt(parent, left + 1));
  setCount(parent, left + 1, count);
  setCount(parent, left, all - count);
  sumSubtract(SCRATCH_SUM, sumAt(parent, left + 1));
  copyId(sumAt(parent, left), SCRATCH_SUM);
}

function move(level: u32, to: usize, toSlot: u32, from: usize, fromSlot: u32, entries: u32): void {
  if (level == 0) memory.copy(idAt(to, toSlot), idAt(from, fromSlot), <usize>entries << 5);
  else copyEntries(to, toSlot, from, fromSlot, entries);
}
