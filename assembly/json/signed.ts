/**
 * A signed object: an object some of whose members are signatures over the canonical form of the others. After
 * the scan, the members that a caller asks for are found, checked and decoded, and the signatures are taken out
 * of the order in which the object will be written.
 *
 *   row, 16 bytes a member, at ARGS      0  its name: offset from ARGS     4  length of the name, u16
 *    6  what it must be, u8              7  1 if it may be absent, u8
 *    8  found: where it begins          12  found: where it ends; 0 if it is absent
 *
 * What is found are offsets from INPUT: of the value as it stands in the text; of the decoded bytes of a
 * signature, which overwrite its text; for a list of bytes, offsets from ARGS of its bytes. Names are plain
 * ASCII or canonical text themselves, so they compare with the canonical text of a key as they stand.
 */
import { ARGS, ARGS_BYTES, INPUT } from "../layout";
import { decodeBase64 } from "./base64";
import {
  COMMA,
  isDigit,
  LEFT_BRACE,
  LEFT_BRACKET,
  RIGHT_BRACKET,
  skipSpace,
  ZERO,
} from "./bytes";
import {
  MEMBER_CANONICAL,
  MEMBER_KEY,
  MEMBER_KEY_END,
  MEMBER_OBJECTS,
  MEMBER_VALUE,
  memberEntry,
  OBJECT_COUNT,
  OBJECT_ORDER,
  ORDER,
  OUTERMOST,
  OUTERMOST_MAX,
  OUTERMOST_PLAIN,
  objectEntry,
  PENDING,
} from "./memory";
import { orderCount, outermostCount } from "./scan";

const ROW_BYTES: usize = 16;
const ROW_NAME: usize = 0;
const ROW_NAME_LENGTH: usize = 4;
const ROW_TYPE: usize = 6;
const ROW_OPTIONAL: usize = 7;
const ROW_START: usize = 8;
const ROW_END: usize = 12;

// What a member must be.
/** Base64 in a string without escapes; it is not signed. */
const SIGNATURE: u32 = 0;
/** A string without escapes, whatever its characters. */
const TEXT: u32 = 1;
const OBJECT: u32 = 2;
/** Anything but null. */
const VALUE: u32 = 3;
/** BYTES + n: an array of n integers from 0 to 255. */
const BYTES: u32 = 4;

/** Lists of bytes are decoded to the end of ARGS, far behind rows and names. */
const LISTS: usize = ARGS + ARGS_BYTES - 64 * 1024;

let listsEnd: usize = 0;

/** Fills the rows; returns how many members are signed, or −1 where the text is no such object. */
export function readRows(rows: u32): i32 {
  if (outermostCount == 0 || outermostCount > OUTERMOST_MAX) return -1;
  listsEnd = LISTS;
  for (let row: u32 = 0; row < rows; row++) store<u64>(rowAt(row), 0, ROW_START);
  let signatures: u32 = 0;
  let expected: u32 = 0;
  for (let i: u32 = 0; i < outermostCount; i++) {
    const entry = OUTERMOST + ((<usize>i) << 3);
    const isPlain = (load<u32>(entry) & OUTERMOST_PLAIN) != 0;
    const number = load<u32>(entry) & ~OUTERMOST_PLAIN;
    const index = findRow(rows, number, expected);
    if (index == rows) continue;
    expected = index + 1;
    const row = rowAt(index);
    if (!readMember(row, number, load<u32>(entry, 4), isPlain)) return -1;
    if (load<u8>(row, ROW_TYPE) != <u8>SIGNATURE) continue;
    store<u32>(memberEntry(number), 0, MEMBER_KEY);
    signatures++;
  }
  for (let i: u32 = 0; i < rows; i++) {
    const row = rowAt(i);
    if (load<u32>(row, ROW_END) == 0 && load<u8>(row, ROW_OPTIONAL) == 0) return -1;
  }
  return <i32>leaveKeyed(outermostCount - signatures);
}

/**
 * Leaves the members that the rows name out of the order in which the outermost object is written; returns how many
 * remain, or −1 if there is none of them.
 */
export function leaveOut(rows: u32): i32 {
  let remaining = outermostCount;
  for (let i: u32 = 0; i < outermostCount; i++) {
    const number = load<u32>(PENDING + ((<usize>i) << 2));
    if (findRow(rows, number, rows) == rows) continue;
    store<u32>(memberEntry(number), 0, MEMBER_KEY);
    remaining--;
  }
  return remaining == outermostCount ? -1 : <i32>leaveKeyed(remaining);
}

// @ts-ignore: decorator
@inline
function rowAt(index: u32): usize {
  return ARGS + <usize>index * ROW_BYTES;
}

/** The number of the row that names the member, or `rows`. Members often come in the order of the rows: `expected` is tried first. */
function findRow(rows: u32, number: u32, expected: u32): u32 {
  const member = memberEntry(number);
  const key = <usize>load<u32>(member, MEMBER_KEY) + 1;
  const length = <usize>load<u32>(member, MEMBER_KEY_END) - 1 - key;
  if (expected < rows && names(rowAt(expected), key, length)) return expected;
  for (let i: u32 = 0; i < rows; i++) if (names(rowAt(i), key, length)) return i;
  return rows;
}

// @ts-ignore: decorator
@inline
function names(row: usize, key: usize, length: usize): bool {
  return <usize>load<u16>(row, ROW_NAME_LENGTH) == length && areEqual(ARGS + <usize>load<u32>(row, ROW_NAME), key, length);
}

function areEqual(a: usize, b: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  for (; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

/** `end` behind the member's value; `isPlain`: which is a string without escapes. */
function readMember(row: usize, number: u32, end: usize, isPlain: bool): bool {
  const start = valueOf(number);
  const byte = <u32>load<u8>(start);
  const type = <u32>load<u8>(row, ROW_TYPE);
  if (type <= TEXT) {
    if (!isPlain) return false;
    if (type == TEXT) return found(row, start - INPUT, end - INPUT);
    const length = decodeBase64(start + 1, end - 1, start + 1);
    return length >= 0 && found(row, start + 1 - INPUT, start + 1 - INPUT + length);
  }
  if (type == OBJECT) return byte == LEFT_BRACE && found(row, start - INPUT, end - INPUT);
  if (type == VALUE) return byte != 0x6e && found(row, start - INPUT, end - INPUT);
  const list = listsEnd;
  return readList(start, type - BYTES) && found(row, list - ARGS, listsEnd - ARGS);
}

// @ts-ignore: decorator
@inline
function found(row: usize, start: usize, end: usize): bool {
  store<u32>(row, <u32>start, ROW_START);
  store<u32>(row, <u32>end, ROW_END);
  return true;
}

/** A canonical member has no white space around its colon, and its value's end where others have its beginning. */
function valueOf(number: u32): usize {
  const member = memberEntry(number);
  return load<u32>(member, MEMBER_OBJECTS) == MEMBER_CANONICAL
    ? <usize>load<u32>(member, MEMBER_KEY_END) + 1
    : <usize>load<u32>(member, MEMBER_VALUE);
}

/** The scanner left numbers in canonical form, so an integer is its digits. */
function readList(p: usize, count: u32): bool {
  if (load<u8>(p) != <u8>LEFT_BRACKET) return false;
  for (let i: u32 = 0; i < count; i++) {
    p = skipSpace(p + 1);
    if (!isDigit(load<u8>(p))) return false;
    let number: u32 = 0;
    for (; isDigit(load<u8>(p)) && number < 256; p++) number = number * 10 + (<u32>load<u8>(p) - ZERO);
    if (number > 255) return false;
    store<u8>(listsEnd++, number);
    p = skipSpace(p);
    if (load<u8>(p) != <u8>(i + 1 == count ? RIGHT_BRACKET : COMMA)) return false;
  }
  return true;
}

/** Leaves only the `count` members that still have a key in the order in which the object is written. */
function leaveKeyed(count: u32): u32 {
  const entry = objectEntry(0);
  // An object with canonical text has no list in ORDER yet, but room for one.
  let order = <usize>load<u32>(entry, OBJECT_ORDER);
  if (order == 0) order = ORDER + ((<usize>orderCount) << 2);
  store<u32>(entry, <u32>order, OBJECT_ORDER);
  store<u32>(entry, count, OBJECT_COUNT);
  for (let i: u32 = 0; i < outermostCount; i++) {
    const number = load<u32>(PENDING + ((<usize>i) << 2));
    if (load<u32>(memberEntry(number), MEMBER_KEY) == 0) continue;
    store<u32>(order, number);
    order += 4;
  }
  return count;
}
