/**
 * The head that a set would have with some ids less and others more, without changing it: the walk of head.ts, down to
 * the buckets that differ, with the hashes that the set keeps for all the rest.
 *
 *   INPUT   ids that go, then ids that come, each ascending        INDEX   a bucket being merged
 *
 * Where a node is kept, its bit, the number of ids in its left half and the first eight bytes of its ids say how the
 * ids that go and come part, without a look at the tree. Ids that go and are not there, or come and are, are
 * noticed in their bucket.
 */
import { sha256 } from "../hash/sha256";
import { INDEX, INPUT } from "../layout";
import {
  BUCKET_IDS,
  child,
  cutAfter,
  FRAME,
  FRAME_KEY,
  FRAMES,
  hashRange,
  headRoot,
  NODE_HASH,
  nodeBit,
  nodeLeftCount,
  nodePrefix,
  release,
} from "./head";
import { compareIds, copyId, firstDifference, ID, idBit } from "./id";
import { setSize, treeAt, treeCopy, treeLowerBound } from "./tree";

/** What a bucket was, behind it what it becomes with its leading zero. */
const OLD: usize = INDEX;

let set: usize = 0;
let going: usize = 0;
let coming: usize = 0;

/** 32 bytes at `out`; false where the ids that go are not all there, or one that comes is. The head must be made. */
export function setHeadAfter(base: usize, goingCount: u32, comingCount: u32, out: usize): bool {
  set = base;
  going = INPUT;
  coming = INPUT + (<usize>goingCount << 5);
  if (!tryRange(headRoot(set), 0, setSize(set), 0, goingCount, 0, comingCount, 0)) return false;
  copyId(out, FRAMES + 1);
  return true;
}

// @ts-ignore: decorator
@inline function at(list: usize, index: u32): usize { return list + (<usize>index << 5); }

/** As hashRange, for ids `low` to `high` − 1 without those that go, from `g0` to `g1` − 1, and with those that come. */
function tryRange(node: usize, low: u32, high: u32, g0: u32, g1: u32, c0: u32, c1: u32, depth: u32): bool {
  const frame = FRAMES + <usize>depth * FRAME;
  const out = frame + 1;
  if (g0 == g1 && c0 == c1) {
    if (node != 0) copyId(out, node + NODE_HASH);
    else release(hashRange(set, 0, low, high, depth));
    return true;
  }
  const count = <i32>(high - low) - <i32>(g1 - g0) + <i32>(c1 - c0);
  if (count <= <i32>BUCKET_IDS) return hashMerged(low, high, g0, g1, c0, c1, out);

  let middle = high;
  let gMiddle = g1;
  let cMiddle = c1;
  let left: usize = 0;
  let right: usize = 0;
  let isSame = false;
  if (node != 0 && isWithin(node, g0, g1, c0, c1)) {
    const bit = nodeBit(node);
    middle = low + nodeLeftCount(node);
    gMiddle = partition(going, g0, g1, bit);
    cMiddle = partition(coming, c0, c1, bit);
    left = child(node, 0);
    right = child(node, 1);
    isSame = true;
  }
  const inLeft = <i32>(middle - low) - <i32>(gMiddle - g0) + <i32>(cMiddle - c0);
  if (inLeft <= 0 || inLeft >= count) {
    // No node, or one whose bit is no longer the first that parts: the ids themselves say.
    const first = firstLeft(low, high, g0, g1, c0, c1);
    const last = lastLeft(low, high, g0, g1, c0, c1);
    if (first == 0 || last == 0) return false;
    const bit = firstDifference(first, last);
    if (bit == 256) return false;
    const key = frame + FRAME_KEY;
    copyId(key, first);
    cutAfter(key, bit);
    middle = max(low, min(high, treeLowerBound(set, key)));
    gMiddle = lowerBound(going, g0, g1, key);
    cMiddle = lowerBound(coming, c0, c1, key);
    // All that a node keeps is of one half, where ids come that part earlier.
    const keeps = node != 0 && nodeBit(node) > bit;
    isSame = node != 0 && nodeBit(node) == bit;
    left = isSame ? child(node, 0) : keeps && middle == high ? node : 0;
    right = isSame ? child(node, 1) : keeps && middle == low ? node : 0;
  }
  const below = FRAMES + <usize>(depth + 1) * FRAME + 1;
  // The hash of a half that stays as it is lies in the node, that of a bucket too.
  if (isSame && gMiddle == g1 && cMiddle == c1) copyId(frame + 33, node + ID);
  else {
    if (!tryRange(right, middle, high, gMiddle, g1, cMiddle, c1, depth + 1)) return false;
    copyId(frame + 33, below);
  }
  if (isSame && g0 == gMiddle && c0 == cMiddle) copyId(out, node);
  else {
    if (!tryRange(left, low, middle, g0, gMiddle, c0, cMiddle, depth + 1)) return false;
    copyId(out, below);
  }
  store<u8>(frame, 1);
  sha256(frame, 65, out);
  return true;
}

/** Whether all that goes and comes agrees with the ids of a node before its bit, as far as eight bytes tell. */
function isWithin(node: usize, g0: u32, g1: u32, c0: u32, c1: u32): bool {
  const bit = nodeBit(node);
  if (bit >= 64) return false;
  if (bit == 0) return true;
  const prefix = nodePrefix(node);
  const shift = <u64>(64 - bit);
  if (g0 != g1 && (differs(at(going, g0), prefix, shift) || differs(at(going, g1 - 1), prefix, shift))) return false;
  return c0 == c1 || !(differs(at(coming, c0), prefix, shift) || differs(at(coming, c1 - 1), prefix, shift));
}

// @ts-ignore: decorator
@inline
function differs(id: usize, prefix: u64, shift: u64): bool {
  return (bswap<u64>(load<u64>(id)) ^ prefix) >> shift != 0;
}

/** Where the ids of an ascending list that have a bit begin; they agree before it. */
function partition(list: usize, low: u32, high: u32, bit: u32): u32 {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (idBit(at(list, middle), bit) == 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lowerBound(list: usize, low: u32, high: u32, id: usize): u32 {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareIds(at(list, middle), id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The smallest id that there will be; 0 where one goes that is not there. */
function firstLeft(low: u32, high: u32, g0: u32, g1: u32, c0: u32, c1: u32): usize {
  let own: usize = 0;
  for (; low < high; low++, g0++) {
    own = treeAt(set, low);
    const order = g0 == g1 ? -1 : compareIds(own, at(going, g0));
    if (order < 0) break;
    if (order > 0) return 0;
  }
  if (c0 == c1) return low < high ? own : 0;
  return low < high && compareIds(own, at(coming, c0)) < 0 ? own : at(coming, c0);
}

/** The largest. */
function lastLeft(low: u32, high: u32, g0: u32, g1: u32, c0: u32, c1: u32): usize {
  let own: usize = 0;
  for (; low < high; high--, g1--) {
    own = treeAt(set, high - 1);
    const order = g0 == g1 ? 1 : compareIds(own, at(going, g1 - 1));
    if (order > 0) break;
    if (order < 0) return 0;
  }
  if (c0 == c1) return low < high ? own : 0;
  return low < high && compareIds(own, at(coming, c1 - 1)) > 0 ? own : at(coming, c1 - 1);
}

/** A bucket as it will be. All that is there is few more than go, so that it fits. */
function hashMerged(low: u32, high: u32, g0: u32, g1: u32, c0: u32, c1: u32, out: usize): bool {
  treeCopy(set, low, high, OLD);
  let own = OLD;
  const end = OLD + (<usize>(high - low) << 5);
  store<u8>(end, 0);
  let to = end + 1;
  while (own != end || c0 != c1) {
    const order = c0 == c1 ? -1 : own == end ? 1 : compareIds(own, at(coming, c0));
    if (order == 0) return false;
    if (order > 0) {
      copyId(to, at(coming, c0));
      c0++;
      to += ID;
    } else {
      // Both ascend, so that an id that goes is met here if it is there at all.
      if (g0 != g1 && compareIds(own, at(going, g0)) == 0) g0++;
      else {
        copyId(to, own);
        to += ID;
      }
      own += ID;
    }
  }
  if (g0 != g1) return false;
  sha256(end, to - end, out);
  return true;
}
