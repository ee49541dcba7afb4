/**
 * The head of an id set: a hash tree over the ids, which only the set decides the shape of, so that equal heads
 * mean equal sets as surely as SHA-256 has no collisions (docs/adr/0011-id-set-heads.md).
 *
 *   H(ids) = SHA-256(0x00 ‖ ids, ascending)                          of at most 32 ids
 *          = SHA-256(0x01 ‖ H(ids with bit b = 0) ‖ H(those with 1))  otherwise, b the first bit in which they differ
 *
 * Hashes of the second form are kept in nodes and marked when an id below them comes or goes, so that the next
 * head costs in proportion to what has changed. Nodes are a cache: where their memory ends, hashes are computed
 * again each time.
 *
 *   node   +0 hash   +32 child for bit 0   +36 child for bit 1   +40 bit   +44 whether it must be made again
 */
import { sha256 } from "../hash/sha256";
import { WORK_SET } from "../layout";
import { copyId, firstDifference, ID, idBit } from "./id";
import { PAGE, takePage } from "./pages";
import { setSize, treeAt, treeCopy, treeLowerBound } from "./tree";

const BUCKET_IDS: u32 = 32;
const NODE: usize = 64;
/** Offset of the root node in a set. */
const ROOT: usize = 16;

/** 0x00, then the ids of a bucket. */
const BUCKET: usize = WORK_SET + 1024;
/** A frame for each level of the recursion, 256 at most: 0x01, two hashes, and the id that parts the halves. */
const FRAMES: usize = WORK_SET + 4096;
const FRAME: usize = 128;
const FRAME_KEY: usize = 96;

let freeNodes: usize = 0;
let nodePagesLeft: u32 = 0;

/** `pages`: how many the nodes of all sets may take. */
export function headsOpen(pages: u32): void {
  freeNodes = 0;
  nodePagesLeft = pages;
}

/** 32 bytes at `out`. */
export function setHead(set: usize, out: usize): void {
  store<usize>(set + ROOT, hashRange(set, load<usize>(set + ROOT), 0, setSize(set), 0));
  copyId(out, FRAMES + 1);
}

/** An id has come or gone: hashes above it are made again. */
export function headTouch(set: usize, id: usize): void {
  for (let node = load<usize>(set + ROOT); node != 0; node = child(node, idBit(id, load<u32>(node, 40))))
    store<u32>(node, 1, 44);
}

export function headFree(set: usize): void {
  release(load<usize>(set + ROOT));
  store<usize>(set + ROOT, 0);
}

// @ts-ignore: decorator
@inline function child(node: usize, bit: u32): usize { return load<usize>(node + (<usize>bit << 2), 32); }

/**
 * Hashes the ids from `low` to `high` − 1, and returns the node that keeps it, or 0. `node` is what was kept for
 * them before. The hash goes where the hash of a left half goes in frame `depth`.
 */
function hashRange(set: usize, node: usize, low: u32, high: u32, depth: u32): usize {
  const frame = FRAMES + <usize>depth * FRAME;
  const out = frame + 1;
  if (high - low <= BUCKET_IDS) {
    release(node);
    store<u8>(BUCKET, 0);
    treeCopy(set, low, high, BUCKET + 1);
    sha256(BUCKET, 1 + (<usize>(high - low) << 5), out);
    return 0;
  }
  if (node != 0 && load<u32>(node, 44) == 0) {
    copyId(out, node);
    return node;
  }
  const key = frame + FRAME_KEY;
  const first = treeAt(set, low);
  const bit = firstDifference(first, treeAt(set, high - 1));
  // All ids of one half of a kept node are gone: the other half is the range.
  while (node != 0 && load<u32>(node, 40) < bit) {
    const side = idBit(first, load<u32>(node, 40));
    const other = child(node, side);
    release(child(node, side ^ 1));
    freeNode(node);
    node = other;
  }
  // Ids that are no part of a kept node have come: which half it is of is not known, so it is made anew.
  if (node != 0 && load<u32>(node, 40) > bit) {
    release(node);
    node = 0;
  }
  copyId(key, first);
  cutAfter(key, bit);
  const middle = treeLowerBound(set, key);

  const right = hashRange(set, node == 0 ? 0 : child(node, 1), middle, high, depth + 1);
  copyId(frame + 33, FRAMES + <usize>(depth + 1) * FRAME + 1);
  const left = hashRange(set, node == 0 ? 0 : child(node, 0), low, middle, depth + 1);
  copyId(frame + 1, FRAMES + <usize>(depth + 1) * FRAME + 1);
  store<u8>(frame, 1);
  sha256(frame, 65, out);

  if (node == 0) node = takeNode();
  if (node == 0) {
    release(left);
    release(right);
    return 0;
  }
  copyId(node, out);
  store<usize>(node, left, 32);
  store<usize>(node, right, 36);
  store<u32>(node, bit, 40);
  store<u32>(node, 0, 44);
  return node;
}

/** Sets bit `bit` and clears those behind it: the smallest id of the half with that bit. */
function cutAfter(id: usize, bit: u32): void {
  const at = id + (bit >> 3);
  const mask = <u8>0x80 >> <u8>(bit & 7);
  store<u8>(at, (load<u8>(at) & ~(mask | (mask - 1))) | mask);
  memory.fill(at + 1, 0, ID - 1 - (bit >> 3));
}

function takeNode(): usize {
  if (freeNodes == 0) {
    if (nodePagesLeft == 0) return 0;
    const page = takePage();
    if (page == 0) return 0;
    nodePagesLeft--;
    for (let node = page; node < page + PAGE; node += NODE) freeNode(node);
  }
  const node = freeNodes;
  freeNodes = load<usize>(node);
  return node;
}

function freeNode(node: usize): void {
  store<usize>(node, freeNodes);
  freeNodes = node;
}

function release(node: usize): void {
  if (node == 0) return;
  release(child(node, 0));
  release(child(node, 1));
  freeNode(node);
}
