/**
 * Difference of two strictly ascending sequences of 32-byte ids, a window of each at a time.
 *
 *   INPUT   +0            local window     |  both hold ids not yet consumed
 *           +1 · stride   remote window    |
 *           +2 · stride   extra            ids of the local window that the remote has not
 *           +3 · stride   missing          ids of the remote window that the local has not
 *
 * A step runs until one window is used up; the caller then refills it, or gives an empty one when that side
 * has ended, whereupon the rest of the other side goes out as it is. Neither result can outgrow the window
 * it comes from, so the four areas are of equal size. Order is checked as ids come in, across windows too;
 * each step costs at most the ids it consumes and two windows of copying on the other side of the wall.
 */
import { INPUT, INPUT_BYTES, WORK_SET } from "../layout";

const ID: usize = 32;

// @ts-ignore: decorator
@inline const LAST_LOCAL: usize = WORK_SET;
// @ts-ignore: decorator
@inline const LAST_REMOTE: usize = WORK_SET + ID;

let stride: usize = 0;
let local: usize = 0;
let localEnd: usize = 0;
let remote: usize = 0;
let remoteEnd: usize = 0;
let extraBytes: usize = 0;
let missingBytes: usize = 0;
let localStarted: bool = false;
let remoteStarted: bool = false;

/** The largest window the caller may choose. */
export function diffWindowBytesMax(): usize {
  return (INPUT_BYTES >> 2) & ~(ID - 1);
}

export function diffBegin(windowBytes: usize): void {
  stride = windowBytes;
  local = INPUT;
  localEnd = INPUT;
  remote = INPUT + stride;
  remoteEnd = remote;
  localStarted = false;
  remoteStarted = false;
}

/** `bytes` of ids were put at the local window: the index of the first one out of order, or −1. */
export function diffFillLocal(bytes: usize): i32 {
  local = INPUT;
  localEnd = local + bytes;
  const wrong = firstDisorder(local, localEnd, LAST_LOCAL, localStarted);
  if (bytes != 0) localStarted = true;
  return wrong;
}

/** The same for the remote window. */
export function diffFillRemote(bytes: usize): i32 {
  remote = INPUT + stride;
  remoteEnd = remote + bytes;
  const wrong = firstDisorder(remote, remoteEnd, LAST_REMOTE, remoteStarted);
  if (bytes != 0) remoteStarted = true;
  return wrong;
}

/** Consumes until one window is empty; `drain` says that an empty one means the end of that side. */
export function diffStep(drain: bool): void {
  let a = local;
  let b = remote;
  let extra = INPUT + 2 * stride;
  let missing = INPUT + 3 * stride;
  const extraStart = extra;
  const missingStart = missing;
  while (a != localEnd && b != remoteEnd) {
    const x = load<u64>(a);
    const y = load<u64>(b);
    // Ids are hashes: the first eight bytes decide nearly always.
    const order = x == y ? compareRest(a, b) : bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
    if (order == 0) {
      a += ID;
      b += ID;
    } else if (order < 0) {
      copyId(extra, a);
      extra += ID;
      a += ID;
    } else {
      copyId(missing, b);
      missing += ID;
      b += ID;
    }
  }
  if (drain) {
    memory.copy(extra, a, localEnd - a);
    extra += localEnd - a;
    a = localEnd;
    memory.copy(missing, b, remoteEnd - b);
    missing += remoteEnd - b;
    b = remoteEnd;
  }
  local = a;
  remote = b;
  extraBytes = extra - extraStart;
  missingBytes = missing - missingStart;
}

export function diffExtraBytes(): usize {
  return extraBytes;
}
export function diffMissingBytes(): usize {
  return missingBytes;
}
export function diffLocalLeft(): usize {
  return localEnd - local;
}
export function diffRemoteLeft(): usize {
  return remoteEnd - remote;
}

/** Index of the first id that is not above its predecessor, or −1; `last` keeps the window's last id for the next one. */
function firstDisorder(start: usize, end: usize, last: usize, started: bool): i32 {
  if (start == end) return -1;
  if (started && compareIds(last, start) >= 0) return 0;
  let previous = bswap<u64>(load<u64>(start));
  for (let p = start + ID; p < end; p += ID) {
    const word = bswap<u64>(load<u64>(p));
    if (word <= previous && (word < previous || compareRest(p - ID, p) >= 0)) return <i32>((p - start) / ID);
    previous = word;
  }
  copyId(last, end - ID);
  return -1;
}

function compareIds(a: usize, b: usize): i32 {
  const x = load<u64>(a);
  const y = load<u64>(b);
  return x == y ? compareRest(a, b) : bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
}

/** The order of two ids whose first eight bytes agree. */
function compareRest(a: usize, b: usize): i32 {
  for (let i: usize = 8; i < ID; i += 8) {
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function copyId(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from), 0);
  store<u64>(to, load<u64>(from, 8), 8);
  store<u64>(to, load<u64>(from, 16), 16);
  store<u64>(to, load<u64>(from, 24), 24);
}
