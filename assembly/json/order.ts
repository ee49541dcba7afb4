/**
 * The order of an object's members, and the search for keys that occur twice.
 *
 * Keys are compared as they stand, in canonical escapes, without being unescaped: only the first byte that
 * differs is looked at. JCS orders by UTF-16 code units (RFC 8785 §3.2.3), Python by code points; UTF-8 bytes
 * are in code-point order, so the two differ only where one key has an astral character and the other one
 * from U+E000 to U+FFFF. Sorting is insertion for a few members and heap sort beyond, so that no input
 * costs more than n log n comparisons, and it needs no memory.
 */
import { BACKSLASH, hexValue, LOWER_U } from "./bytes";
import { FORM_JCS, MEMBER_KEY, MEMBER_KEY_END, memberEntry } from "./memory";

/** Below this many members insertion sort wins over heap sort. */
const INSERTION_MAX: u32 = 24;

let form: u32 = FORM_JCS;

export function setOrder(ofForm: u32): void {
  form = ofForm;
}

/** Whether two keys compared as equal since sorting began: no sort can miss a pair that ends up side by side. */
export let keysEqual: bool = false;

/** −1, 0 or 1 for two members, given by number. */
export function compareKeys(first: u32, second: u32): i32 {
  const a = memberEntry(first);
  const b = memberEntry(second);
  const keyA = <usize>load<u32>(a, MEMBER_KEY) + 1;
  const keyB = <usize>load<u32>(b, MEMBER_KEY) + 1;
  const lengthA = <usize>load<u32>(a, MEMBER_KEY_END) - 1 - keyA;
  const lengthB = <usize>load<u32>(b, MEMBER_KEY_END) - 1 - keyB;
  const shared = min(lengthA, lengthB);
  for (let i: usize = 0; i < shared; i += 8) {
    const difference = load<u64>(keyA + i) ^ load<u64>(keyB + i);
    if (difference == 0) continue;
    const at = i + <usize>(ctz(difference) >> 3);
    if (at >= shared) break; // behind the shorter key
    return compareAt(keyA, keyB, at);
  }
  if (lengthA == lengthB) {
    keysEqual = true;
    return 0;
  }
  return lengthA < lengthB ? -1 : 1;
}

/** The order of two keys that first differ at byte `i`. */
function compareAt(keyA: usize, keyB: usize, i: usize): i32 {
  let a: u32 = load<u8>(keyA + i);
  let b: u32 = load<u8>(keyB + i);
  if (i != 0 && load<u8>(keyA + i - 1) == <u8>BACKSLASH && followsBackslash(keyA, i)) {
    a = escapedCharacter(keyA + i);
    b = escapedCharacter(keyB + i);
  } else {
    if (a == BACKSLASH) a = escapedCharacter(keyA + i + 1);
    if (b == BACKSLASH) b = escapedCharacter(keyB + i + 1);
    // Lead bytes 0xf0 and above become surrogates, which sort below U+E000 (lead bytes 0xee and 0xef).
    if (form == FORM_JCS && a >= 0xee && b >= 0xee && a >= 0xf0 != b >= 0xf0) return a >= 0xf0 ? -1 : 1;
  }
  return a < b ? -1 : 1;
}

/** Whether byte `i` is the second of an escape: an odd number of backslashes stands before it. */
function followsBackslash(key: usize, i: usize): bool {
  let p = key + i;
  while (p > key && load<u8>(p - 1) == <u8>BACKSLASH) p--;
  return ((key + i - p) & 1) != 0;
}

/** The character of the canonical escape whose second byte is at `p`. */
function escapedCharacter(p: usize): u32 {
  const letter = <u32>load<u8>(p);
  switch (letter) {
    case 0x62: return 0x08;
    case 0x66: return 0x0c;
    case 0x6e: return 0x0a;
    case 0x72: return 0x0d;
    case 0x74: return 0x09;
    case LOWER_U: return (hexValue(load<u8>(p + 3)) << 4) | hexValue(load<u8>(p + 4));
    default: return letter; // " and backslash stand for themselves
  }
}

/** Whether the `count` member numbers at `list` are in strictly ascending order of their keys. */
export function isAscending(list: usize, count: u32): bool {
  for (let i: u32 = 1; i < count; i++) {
    if (compareKeys(at(list, i - 1), at(list, i)) >= 0) return false;
  }
  return true;
}

/** Sorts member numbers by key, equal keys in the order of the text. */
export function sortMembers(list: usize, count: u32): void {
  keysEqual = false;
  if (count <= INSERTION_MAX) insertionSort(list, count);
  else heapSort(list, count);
}

/** In a sorted list: the first member in the text that repeats a key, or −1. */
export function firstRepeated(list: usize, count: u32): i32 {
  let found: i32 = -1;
  for (let i: u32 = 1; i < count; i++) {
    const member = at(list, i);
    if (compareKeys(at(list, i - 1), member) == 0 && (found < 0 || <i32>member < found)) found = member;
  }
  return found;
}

// @ts-ignore: decorator
@inline
function at(list: usize, index: u32): u32 {
  return load<u32>(list + ((<usize>index) << 2));
}

// @ts-ignore: decorator
@inline
function put(list: usize, index: u32, member: u32): void {
  store<u32>(list + ((<usize>index) << 2), member);
}

/** Member numbers grow along the text, so they settle the order of equal keys. */
function isBefore(first: u32, second: u32): bool {
  const order = compareKeys(first, second);
  return order != 0 ? order < 0 : first < second;
}

function insertionSort(list: usize, count: u32): void {
  for (let i: u32 = 1; i < count; i++) {
    const member = at(list, i);
    let j = i;
    while (j > 0 && isBefore(member, at(list, j - 1))) {
      put(list, j, at(list, j - 1));
      j--;
    }
    put(list, j, member);
  }
}

function heapSort(list: usize, count: u32): void {
  for (let root = count >> 1; root > 0; root--) siftDown(list, root - 1, count);
  for (let end = count - 1; end > 0; end--) {
    const largest = at(list, 0);
    put(list, 0, at(list, end));
    put(list, end, largest);
    siftDown(list, 0, end);
  }
}

function siftDown(list: usize, root: u32, count: u32): void {
  const member = at(list, root);
  let child: u32 = 2 * root + 1;
  while (child < count) {
    if (child + 1 < count && isBefore(at(list, child), at(list, child + 1))) child++;
    if (!isBefore(member, at(list, child))) break;
    put(list, root, at(list, child));
    root = child;
    child = 2 * root + 1;
  }
  put(list, root, member);
}
