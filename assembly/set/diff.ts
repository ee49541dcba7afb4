/**
 * Difference of two strictly ascending sequences of 32-byte ids, a window of each at a time.
 *
 *   INPUT   local     last id of the window before, then the window    |  ids not yet consumed
 *           remote    the same                                         |
 *           extra     two windows: ids that the local side has and the remote has not
 *           missing   two windows: ids that the remote side has and the local has not
 *
 * A step runs until one window is used up; the caller then refills it, or gives an empty one when that side
 * has ended, whereupon the rest of the other side goes out as it is. Results gather over steps, and the
 * caller takes them when a window more might not fit. Order is checked where ids are consumed, against the
 * id in front of them, across windows too.
 *
 * Sets that are to be compared are mostly equal, so four ids are compared with four and their order checked
 * in the same look (SIMD builds), and only a block with a difference is taken apart.
 */
import { INPUT, INPUT_BYTES } from "../layout";
import { compareIds, compareRest, copyId, ID } from "./id";

const BLOCK: usize = 4 * ID;

/** What a step reports about order. */
const IN_ORDER: i32 = 0;
const LOCAL_DISORDER: i32 = 1;
const REMOTE_DISORDER: i32 = 2;

let windowMax: usize = 0;
let localStart: usize = 0;
let remoteStart: usize = 0;
let extraStart: usize = 0;
let missingStart: usize = 0;
let local: usize = 0;
let localEnd: usize = 0;
let remote: usize = 0;
let remoteEnd: usize = 0;
let extra: usize = 0;
let missing: usize = 0;
/** Whether an id stands in front of the window. */
let localStarted: bool = false;
let remoteStarted: bool = false;

/** The largest window the caller may choose. */
export function diffWindowBytesMax(): usize {
  return (INPUT_BYTES / 6 - ID) & ~(ID - 1);
}

export function diffBegin(windowBytes: usize): void {
  windowMax = windowBytes;
  localStart = INPUT + ID;
  remoteStart = localStart + windowBytes + ID;
  extraStart = remoteStart + windowBytes;
  missingStart = extraStart + 2 * windowBytes;
  local = localEnd = localStart;
  remote = remoteEnd = remoteStart;
  extra = extraStart;
  missing = missingStart;
  localStarted = remoteStarted = false;
}

/** Where windows are put and results are taken, after `diffBegin`. */
export function diffLocal(): usize {
  return localStart;
}
export function diffRemote(): usize {
  return remoteStart;
}
export function diffExtra(): usize {
  return extraStart;
}
export function diffMissing(): usize {
  return missingStart;
}

/** `bytes` of ids were put at the local window, which was used up; 0 at the end of that side. */
export function diffFillLocal(bytes: usize): void {
  local = localStart;
  localEnd = localStart + bytes;
}

/** The same for the remote window. */
export function diffFillRemote(bytes: usize): void {
  remote = remoteStart;
  remoteEnd = remoteStart + bytes;
}

/** Consumes until one window is empty; `drain` says that an empty one means the end of that side. Reports disorder. */
export function diffStep(drain: bool): i32 {
  let a = local;
  let b = remote;
  let disorder = IN_ORDER;
  while (a != localEnd && b != remoteEnd) {
    while (a + BLOCK <= localEnd && b + BLOCK <= remoteEnd && isEqualBlock(a, b)) {
      a += BLOCK;
      b += BLOCK;
    }
    // One by one through the block that is not plain, then blocks again.
    const bound = a + BLOCK;
    while (a < bound && a != localEnd && b != remoteEnd) {
      const x = load<u64>(a);
      const y = load<u64>(b);
      // Ids are hashes: the first eight bytes decide nearly always.
      const order = x == y ? compareRest(a, b) : bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
      if (order <= 0) {
        if (!isLocalAscending(a)) {
          disorder = LOCAL_DISORDER;
          break;
        }
        if (order < 0) {
          copyId(extra, a);
          extra += ID;
        }
        a += ID;
      }
      if (order >= 0) {
        if (!isRemoteAscending(b)) {
          disorder = REMOTE_DISORDER;
          break;
        }
        if (order > 0) {
          copyId(missing, b);
          missing += ID;
        }
        b += ID;
      }
    }
    if (disorder != IN_ORDER) break;
  }
  if (drain && disorder == IN_ORDER) {
    for (; a != localEnd && isLocalAscending(a); a += ID) {
      copyId(extra, a);
      extra += ID;
    }
    for (; b != remoteEnd && isRemoteAscending(b); b += ID) {
      copyId(missing, b);
      missing += ID;
    }
    disorder = a != localEnd ? LOCAL_DISORDER : b != remoteEnd ? REMOTE_DISORDER : IN_ORDER;
  }
  local = a;
  remote = b;
  keepLast();
  return disorder;
}

/** The last id of a window that was used up goes in front of the next one. */
function keepLast(): void {
  if (local == localEnd && localEnd != localStart) {
    copyId(localStart - ID, localEnd - ID);
    localStarted = true;
  }
  if (remote == remoteEnd && remoteEnd != remoteStart) {
    copyId(remoteStart - ID, remoteEnd - ID);
    remoteStarted = true;
  }
}

/** Whether a window more of results fits behind those that wait. */
export function diffHasRoom(): bool {
  return extra - extraStart <= windowMax && missing - missingStart <= windowMax;
}

/** Bytes of results since they were last taken, which this call does. */
export function diffTakeExtra(): usize {
  const bytes = extra - extraStart;
  extra = extraStart;
  return bytes;
}
export function diffTakeMissing(): usize {
  const bytes = missing - missingStart;
  missing = missingStart;
  return bytes;
}

/** Bytes of each window that are not yet consumed; at disorder, from the offending id on. */
export function diffLocalLeft(): usize {
  return localEnd - local;
}
export function diffRemoteLeft(): usize {
  return remoteEnd - remote;
}

/**
 * Whether four ids here equal four there and are seen to ascend, on both sides and from the ids in front of
 * them, by their first four bytes. False decides nothing: the ids are then looked at one by one.
 */
// @ts-ignore: decorator
@inline
function isEqualBlock(a: usize, b: usize): bool {
  if (!ASC_FEATURE_SIMD) return false;
  const a0 = v128.load(a, 0);
  const a1 = v128.load(a, 32);
  const a2 = v128.load(a, 64);
  const a3 = v128.load(a, 96);
  const heads = v128.or(
    v128.or(v128.xor(a0, v128.load(b, 0)), v128.xor(a1, v128.load(b, 32))),
    v128.or(v128.xor(a2, v128.load(b, 64)), v128.xor(a3, v128.load(b, 96))),
  );
  const tails = v128.or(
    v128.or(
      v128.xor(v128.load(a, 16), v128.load(b, 16)),
      v128.xor(v128.load(a, 48), v128.load(b, 48)),
    ),
    v128.or(
      v128.xor(v128.load(a, 80), v128.load(b, 80)),
      v128.xor(v128.load(a, 112), v128.load(b, 112)),
    ),
  );
  if (v128.any_true(v128.or(heads, tails))) return false;
  const words = bigEndian(
    v128.shuffle<i32>(v128.shuffle<i32>(a0, a1, 0, 4, 0, 4), v128.shuffle<i32>(a2, a3, 0, 4, 0, 4), 0, 1, 4, 5),
  );
  const before = i32x4.max_u(bigEndian(v128.load32_zero(a - ID)), bigEndian(v128.load32_zero(b - ID)));
  return i32x4.all_true(i32x4.gt_u(words, v128.shuffle<i32>(before, words, 0, 4, 5, 6)));
}

// @ts-ignore: decorator
@inline
function bigEndian(words: v128): v128 {
  return v128.shuffle<i8>(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

// @ts-ignore: decorator
@inline
function isLocalAscending(a: usize): bool {
  return isAscending(a) || (a == localStart && !localStarted);
}

// @ts-ignore: decorator
@inline
function isRemoteAscending(b: usize): bool {
  return isAscending(b) || (b == remoteStart && !remoteStarted);
}

/** Whether the id at `p` is above the one in front of it. */
// @ts-ignore: decorator
@inline
function isAscending(p: usize): bool {
  const before = bswap<u32>(load<u32>(p - ID));
  const here = bswap<u32>(load<u32>(p));
  return before < here || (before == here && compareIds(p - ID, p) < 0);
}
