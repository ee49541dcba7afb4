/**
 * What the JSON code keeps in its share of linear memory, and the failure it reports.
 *
 *   INDEX
 *   +0          objects   16 B each: end, next, order, count; while open, its start in place of its end
 *   +2.5 MiB    members   16 B each: key, keyEnd, value, objects
 *   +6 MiB      pending    4 B each: members of the objects that are still open, a stack
 *   +6.875 MiB  order      4 B each: members of closed objects, sorted, one run an object
 *   +7.75 MiB   stacks    16 B a level: open containers of the scanner and of the emitter
 *   +7.875 MiB  outermost  8 B each: members of the outermost object in the order of the text: member, end of its value
 *
 * Only members of objects are indexed. Arrays are walked again when they are written, so a long array of
 * numbers costs no index at all. The two bounds below are part of the contract (`limits.jsonObjectsMax`,
 * `limits.jsonMembersMax`): every engine refuses the same documents.
 */
import { INDEX, WORK_JSON } from "../layout";

const KiB: usize = 1024;

/** Objects with at least one member; an empty object needs no entry. */
export const OBJECTS_MAX: u32 = 160 * 1024;
export const MEMBERS_MAX: u32 = 224 * 1024;
/** Containers that may be open at the same time. */
export const DEPTH_MAX: u32 = 128;
/** Members of the outermost object that are listed; a signed object with more is read by other means. */
export const OUTERMOST_MAX: u32 = 8 * 1024;

// @ts-ignore: decorator
@inline export const OBJECTS: usize = INDEX;
// @ts-ignore: decorator
@inline export const MEMBERS: usize = INDEX + 2560 * KiB;
// @ts-ignore: decorator
@inline export const PENDING: usize = INDEX + 6144 * KiB;
// @ts-ignore: decorator
@inline export const ORDER: usize = INDEX + 7040 * KiB;
// @ts-ignore: decorator
@inline export const SCAN_STACK: usize = INDEX + 7936 * KiB;
// @ts-ignore: decorator
@inline export const EMIT_STACK: usize = INDEX + 7936 * KiB + 4 * KiB;
/** Added to the number of a listed member whose value is a string without escapes. */
export const OUTERMOST_PLAIN: u32 = 0x80000000;
// @ts-ignore: decorator
@inline export const OUTERMOST: usize = INDEX + 8064 * KiB;

/** Two large integers of the exact number paths, 2 KiB each, and the text of one printed number. */
// @ts-ignore: decorator
@inline export const BIG_A: usize = WORK_JSON;
// @ts-ignore: decorator
@inline export const BIG_B: usize = WORK_JSON + 2 * KiB;
// @ts-ignore: decorator
@inline export const NUMBER_TEXT: usize = WORK_JSON + 4 * KiB;

// Fields of an object entry. `next` is the number of the first object that begins behind this one; `order`
// is 0 where the text of the object is canonical.
// @ts-ignore: decorator
@inline export const OBJECT_END: usize = 0;
// @ts-ignore: decorator
@inline export const OBJECT_NEXT: usize = 4;
// @ts-ignore: decorator
@inline export const OBJECT_ORDER: usize = 8;
// @ts-ignore: decorator
@inline export const OBJECT_COUNT: usize = 12;

// Fields of a member entry: addresses of the opening quote, behind the closing one, and of the value;
// and how many objects begin before the value. A member with canonical text has instead the address behind its
// value, and MEMBER_CANONICAL for the objects.
// @ts-ignore: decorator
@inline export const MEMBER_KEY: usize = 0;
// @ts-ignore: decorator
@inline export const MEMBER_KEY_END: usize = 4;
// @ts-ignore: decorator
@inline export const MEMBER_VALUE: usize = 8;
// @ts-ignore: decorator
@inline export const MEMBER_OBJECTS: usize = 12;

/** In place of a number of objects. */
export const MEMBER_CANONICAL: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
export function objectEntry(number: u32): usize {
  return OBJECTS + ((<usize>number) << 4);
}

// @ts-ignore: decorator
@inline
export function memberEntry(number: u32): usize {
  return MEMBERS + ((<usize>number) << 4);
}

/** RFC 8785: keys by UTF-16 code units, numbers rewritten. */
export const FORM_JCS: u32 = 0;
/** Python's json.dumps: keys by code points, ASCII only, number tokens kept. */
export const FORM_PYTHON: u32 = 1;

// Numbers of the failures, as ts/engine/wasm/json.ts names them.
export const FAIL_SYNTAX: u32 = 1;
export const FAIL_UTF8: u32 = 2;
export const FAIL_DEPTH: u32 = 3;
export const FAIL_DUPLICATE_KEY: u32 = 4;
export const FAIL_LONE_SURROGATE: u32 = 5;
export const FAIL_NUMBER_RANGE: u32 = 6;
export const FAIL_TOO_LARGE: u32 = 7;

export let failCode: u32 = 0;
/** Address of the offending byte. */
export let failAt: usize = 0;

/** Notes the failure; the 0 it returns is an address that no scanner step returns on success. */
export function fail(code: u32, at: usize): usize {
  failCode = code;
  failAt = at;
  return 0;
}

export function clearFailure(): void {
  failCode = 0;
  failAt = 0;
}

/**
 * The last place in the text that is not canonical, 0 if there was none. What begins behind it is its own
 * canonical form so far, and is copied as it stands.
 */
export let dirtyAt: usize = 0;

// @ts-ignore: decorator
@inline
export function markDirty(at: usize): void {
  dirtyAt = at;
}
