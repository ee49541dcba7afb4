/**
 * The validating pass (RFC 8259): one walk over the text that refuses everything that is not exactly one
 * JSON value, brings strings into canonical escapes, and indexes and sorts the members of objects.
 *
 * Which failure is reported: the text is read from left to right and the first one met ends the scan.
 *   syntax            at the byte that cannot stand there; at the length of the input if it ends too soon
 *   utf8              at the first byte of the ill-formed sequence; outside strings such bytes are syntax
 *   lone surrogate    at the backslash of the escape that stands alone
 *   depth             at the bracket that opens one container too many
 *   number range      at the first byte of the number, met when the number ends (JCS only)
 *   duplicate key     at the opening quote of the first key that repeats one, met when the object closes
 *   too large         at the opening quote of the key for which the index has no room
 * The reference engine follows the same rules, and tests hold the two together.
 */
import {
  COLON,
  COMMA,
  isDigit,
  isSpace,
  LEFT_BRACE,
  LEFT_BRACKET,
  MINUS,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  skipSpace,
} from "./bytes";
import {
  DEPTH_MAX,
  dirtyAt,
  FAIL_DEPTH,
  FAIL_DUPLICATE_KEY,
  FAIL_SYNTAX,
  FAIL_TOO_LARGE,
  FORM_JCS,
  fail,
  MEMBER_CANONICAL,
  MEMBER_KEY,
  MEMBER_KEY_END,
  MEMBER_OBJECTS,
  MEMBER_VALUE,
  MEMBERS_MAX,
  markDirty,
  memberEntry,
  OBJECT_COUNT,
  OBJECT_END,
  OBJECT_NEXT,
  OBJECT_ORDER,
  OBJECTS_MAX,
  ORDER,
  OUTERMOST,
  OUTERMOST_MAX,
  OUTERMOST_PLAIN,
  objectEntry,
  PENDING,
  SCAN_STACK,
} from "./memory";
import { scanNumber } from "./number-scan";
import { firstRepeated, isAscending, keysEqual, setOrder, sortMembers } from "./order";
import { scanString, setPlainMax, stringEnd, stringIsPlain } from "./string";

/** In place of an object's number on the stack. */
const ARRAY: u32 = 0xffffffff;

let form: u32 = FORM_JCS;
let depth: u32 = 0;
let objectCount: u32 = 0;
let memberCount: u32 = 0;
let pendingCount: u32 = 0;
/** Entries of ORDER in use. */
export let orderCount: u32 = 0;
/** Members of the outermost object, of which OUTERMOST lists the first OUTERMOST_MAX; 0 for any other value. */
export let outermostCount: u32 = 0;

// What the parser expects next.
const VALUE: u32 = 0;
const KEY: u32 = 1;
const AFTER_VALUE: u32 = 2;

/** Scans [start, end); zeros follow it, and no step accepts a zero. False on failure, which `memory.ts` keeps. */
export function scan(start: usize, end: usize, ofForm: u32): bool {
  form = ofForm;
  setOrder(ofForm);
  setPlainMax(ofForm);
  markDirty(0);
  depth = 0;
  objectCount = 0;
  memberCount = 0;
  pendingCount = 0;
  orderCount = 0;
  outermostCount = 0;

  let p = space(start);
  let expected = VALUE;
  while (p != 0) {
    if (expected == VALUE) {
      const byte = <u32>load<u8>(p);
      if (byte == LEFT_BRACE) {
        const outer = depth;
        p = openObject(p);
        expected = depth == outer ? AFTER_VALUE : KEY;
      } else if (byte == LEFT_BRACKET) {
        const outer = depth;
        p = openArray(p);
        expected = depth == outer ? AFTER_VALUE : VALUE;
      } else {
        p = scanScalar(p, byte);
        expected = AFTER_VALUE;
      }
    } else if (expected == KEY) {
      p = scanKey(p);
      expected = VALUE;
    } else {
      if (depth == 0) break;
      const object = topObject();
      if (object != ARRAY) closeMember(p);
      p = space(p);
      const byte = <u32>load<u8>(p);
      if (byte == COMMA) {
        p = space(p + 1);
        expected = object == ARRAY ? VALUE : KEY;
      } else if (object == ARRAY && byte == RIGHT_BRACKET) {
        depth--;
        p++;
      } else if (object != ARRAY && byte == RIGHT_BRACE) {
        p = closeObject(p + 1, object);
      } else {
        p = fail(FAIL_SYNTAX, p);
      }
    }
  }
  if (p != 0) p = space(p);
  if (p != 0 && p != end) p = fail(FAIL_SYNTAX, p);
  return p != 0;
}

/** Skips white space, which no canonical text has. */
// @ts-ignore: decorator
@inline
function space(p: usize): usize {
  if (load<u8>(p) > 0x20 || !isSpace(load<u8>(p))) return p;
  markDirty(p);
  return skipSpace(p + 1);
}

function scanScalar(p: usize, byte: u32): usize {
  if (byte == QUOTE) return scanString(p);
  if (byte == MINUS || isDigit(byte)) return scanNumber(p, form == FORM_JCS);
  if (byte == 0x74) return scanWord(p, 0x65757274, 4); // true
  if (byte == 0x66) return scanWord(p + 1, 0x65736c61, 4); // false
  if (byte == 0x6e) return scanWord(p, 0x6c6c756e, 4); // null
  return fail(FAIL_SYNTAX, p);
}

function scanWord(p: usize, letters: u32, length: usize): usize {
  const difference = load<u32>(p) ^ letters;
  return difference == 0 ? p + length : fail(FAIL_SYNTAX, p + <usize>(ctz(difference) >> 3));
}

// @ts-ignore: decorator
@inline
function frame(level: u32): usize {
  return SCAN_STACK + ((<usize>level) << 3);
}

/** An open container: the number of its object, or ARRAY; and where its pending members begin. */
function push(object: u32): void {
  store<u32>(frame(depth), object);
  store<u32>(frame(depth), pendingCount, 4);
  depth++;
}

// @ts-ignore: decorator
@inline
function topObject(): u32 {
  return load<u32>(frame(depth - 1));
}

/** At `[`: returns the address of the first element, or behind the `]` of an empty array. */
function openArray(p: usize): usize {
  if (depth == DEPTH_MAX) return fail(FAIL_DEPTH, p);
  p = space(p + 1);
  if (load<u8>(p) == <u8>RIGHT_BRACKET) return p + 1;
  push(ARRAY);
  return p;
}

/** At `{`: returns the address of the first key's quote, or behind the `}` of an empty object. */
function openObject(p: usize): usize {
  if (depth == DEPTH_MAX) return fail(FAIL_DEPTH, p);
  const start = p;
  p = space(p + 1);
  const byte = <u32>load<u8>(p);
  if (byte == RIGHT_BRACE) return p + 1;
  if (byte != QUOTE) return fail(FAIL_SYNTAX, p);
  if (objectCount == OBJECTS_MAX) return fail(FAIL_TOO_LARGE, p);
  store<u32>(objectEntry(objectCount), <u32>start, OBJECT_END);
  push(objectCount++);
  return p;
}

/** At a key's quote: indexes the member and returns the address of its value. */
function scanKey(p: usize): usize {
  if (load<u8>(p) != <u8>QUOTE) return fail(FAIL_SYNTAX, p);
  if (memberCount == MEMBERS_MAX) return fail(FAIL_TOO_LARGE, p);
  const number = memberCount++;
  const member = memberEntry(number);
  store<u32>(member, <u32>p, MEMBER_KEY);
  p = scanString(p);
  if (p == 0) return 0;
  store<u32>(member, <u32>stringEnd, MEMBER_KEY_END);
  p = space(p);
  if (load<u8>(p) != <u8>COLON) return fail(FAIL_SYNTAX, p);
  p = space(p + 1);
  store<u32>(member, <u32>p, MEMBER_VALUE);
  store<u32>(member, objectCount, MEMBER_OBJECTS);
  store<u32>(PENDING + ((<usize>pendingCount) << 2), number);
  pendingCount++;
  return p;
}

/** `end` behind the value of the innermost member: notes whether its text is canonical. */
// @ts-ignore: decorator
@inline
function closeMember(end: usize): void {
  const number = load<u32>(PENDING + ((<usize>(pendingCount - 1)) << 2));
  if (depth == 1) listOutermost(number, end);
  const member = memberEntry(number);
  if (dirtyAt >= <usize>load<u32>(member, MEMBER_KEY)) return;
  store<u32>(member, <u32>end, MEMBER_VALUE);
  store<u32>(member, MEMBER_CANONICAL, MEMBER_OBJECTS);
}

function listOutermost(member: u32, end: usize): void {
  if (outermostCount < OUTERMOST_MAX) {
    const entry = OUTERMOST + ((<usize>outermostCount) << 3);
    // What ends where the last string does is that string.
    const isPlain = stringIsPlain && stringEnd == end;
    store<u32>(entry, isPlain ? member | OUTERMOST_PLAIN : member);
    store<u32>(entry, <u32>end, 4);
  }
  outermostCount++;
}

/** `end` behind the `}`: puts the object's members in order and notes where they are. */
function closeObject(end: usize, object: u32): usize {
  depth--;
  const first = load<u32>(frame(depth), 4);
  const count = pendingCount - first;
  const list = PENDING + ((<usize>first) << 2);
  if (!isAscending(list, count)) {
    markDirty(end - 1);
    sortMembers(list, count);
    if (keysEqual) {
      const repeated = firstRepeated(list, count);
      return fail(FAIL_DUPLICATE_KEY, load<u32>(memberEntry(repeated), MEMBER_KEY));
    }
  }
  pendingCount = first;
  const entry = objectEntry(object);
  const start = <usize>load<u32>(entry, OBJECT_END);
  store<u32>(entry, <u32>end, OBJECT_END);
  store<u32>(entry, objectCount, OBJECT_NEXT);
  if (dirtyAt < start) {
    store<u32>(entry, 0, OBJECT_ORDER);
    return end;
  }
  const order = ORDER + ((<usize>orderCount) << 2);
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) store<u32>(order + i, load<u32>(list + i));
  orderCount += count;
  store<u32>(entry, <u32>order, OBJECT_ORDER);
  store<u32>(entry, count, OBJECT_COUNT);
  return end;
}
