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
 *   node   +0 hash of the left half   +32 of the right   +64 of both
 *          +96 child for bit 0   +100 child for bit 1, none for a bucket   +104 bit
 *          +108 halves to be hashed again: 1 left, 2 right   +112 ids in the left half
 *          +120 the first eight bytes of an id, as a number
 */
import { sha256 } from "../hash/sha256";
import { WORK_SET } from "../layout";
import { copyId, firstDifference, ID, idBit } from "./id";
import { PAGE, takePage } from "./pages";
import { setSize, treeAt, treeCopy, treeLowerBound } from "./tree";

export const BUCKET_IDS: u32 = 32;
const NODE: usize = 128;
export const NODE_HASH: usize = 64;
/** Offset of the root node in a set. */
const ROOT: usize = 16;

/** 0x00, then the ids of a bucket. */
const BUCKET: usize = WORK_SET + 1024;
/** A frame for each level of the recursion, 256 at most: 0x01, two hashes, and the id that parts the halves. */
export const FRAMES: usize = WORK_SET + 4096;
export const FRAME: usize = 128;
export const FRAME_KEY: usize = 96;

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
  let node = load<usize>(set + ROOT);
  while (node != 0) {
    const side = idBit(id, nodeBit(node));
    store<u32>(node, load<u32>(node, 108) | (1 << side), 108);
    node = child(node, side);
  }
}

export function headFree(set: usize): void {
  release(load<usize>(set + ROOT));
  store<usize>(set + ROOT, 0);
}

// @ts-ignore: decorator
@inline export function child(node: usize, bit: u32): usize { return load<usize>(node + (<usize>bit << 2), 96); }
// @ts-ignore: decorator
@inline export function nodeBit(node: usize): u32 { return load<u32>(node, 104); }
// @ts-ignore: decorator
@inline export function nodeLeftCount(node: usize): u32 { return load<u32>(node, 112); }
// @ts-ignore: decorator
@inline export function nodePrefix(node: usize): u64 { return load<u64>(node, 120); }
// @ts-ignore: decorator
@inline export function headRoot(set: usize): usize { return load<usize>(set + ROOT); }

/**
 * Hashes the ids from `low` to `high` − 1, and returns the node that keeps it, or 0. `node` is what was kept for
 * them before. The hash goes where the hash of a left half goes in frame `depth`.
 */
export function hashRange(set: usize, node: usize, low: u32, high: u32, depth: u32): usize {
  const frame = FRAMES + <usize>depth * FRAME;
  const out = frame + 1;
  if (high - low <= BUCKET_IDS) {
    release(node);
    store<u8>(BUCKET, 0);
    treeCopy(set, low, high, BUCKET + 1);
    sha256(BUCKET, 1 + (<usize>(high - low) << 5), out);
    return 0;
  }
  if (node != 0 && load<u32>(node, 108) == 0) {
    copyId(out, node + NODE_HASH);
    return node;
  }
  const key = frame + FRAME_KEY;
  const first = treeAt(set, low);
  const bit = firstDifference(first, treeAt(set, high - 1));
  // All ids of one half of a kept node are gone: the other half is the range.
  while (node != 0 && nodeBit(node) < bit) {
    const side = idBit(first, nodeBit(node));
    const other = child(node, side);
    release(child(node, side ^ 1));
    freeNode(node);
    node = other;
  }
  // Ids that are no part of a kept node have come: which half it is of is not known, so it is made anew.
  if (node != 0 && nodeBit(node) > bit) {
    release(node);
    node = 0;
  }
  copyId(key, first);
  cutAfter(key, bit);
  const middle = treeLowerBound(set, key);

  const again: u32 = node == 0 ? 3 : load<u32>(node, 108);
  const below = FRAMES + <usize>(depth + 1) * FRAME + 1;
  let left: usize = node == 0 ? 0 : child(node, 0);
  let right: usize = node == 0 ? 0 : child(node, 1);
  if ((again & 2) != 0) {
    right = hashRange(set, right, middle, high, depth + 1);
    copyId(frame + 33, below);
  } else copyId(frame + 33, node + ID);
  if ((again & 1) != 0) {
    left = hashRange(set, left, low, middle, depth + 1);
    copyId(frame + 1, below);
  } else copyId(frame + 1, node);
  store<u8>(frame, 1);

  if (node == 0) node = takeNode();
  if (node == 0) {
    release(left);
    release(right);
  } else {
    memory.copy(node, frame + 1, 2 * ID);
    store<usize>(node, left, 96);
    store<usize>(node, right, 100);
    store<u32>(node, bit, 104);
    store<u32>(node, 0, 108);
    store<u32>(node, middle - low, 112);
    store<u64>(node, bswap<u64>(load<u64>(first)), 120);
  }
  sha256(frame, 65, out);
  if (node != 0) copyId(node + NODE_HASH, out);
  return node;
}

/** Sets bit `bit` and clears those behind it: the smallest id of the half with that bit. */
export function cutAfter(id: usize, bit: u32): void {
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

export function release(node: usize): void {
  if (node == 0) return;
  release(child(node, 0));
  release(child(node, 1));
  freeNode(node);
}
