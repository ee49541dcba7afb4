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
  LOWER_E,
  MINUS,
  POINT,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  skipSpace,
  ZERO,
} from "./bytes";
import {
  DEPTH_MAX,
  FAIL_DEPTH,
  FAIL_DUPLICATE_KEY,
  FAIL_NUMBER_RANGE,
  FAIL_SYNTAX,
  FAIL_TOO_LARGE,
  FORM_JCS,
  fail,
  MEMBER_KEY,
  MEMBER_KEY_END,
  MEMBER_OBJECTS,
  MEMBER_VALUE,
  MEMBERS_MAX,
  memberEntry,
  NUMBER_TEXT,
  OBJECT_COUNT,
  OBJECT_END,
  OBJECT_NEXT,
  OBJECT_ORDER,
  OBJECTS_MAX,
  ORDER,
  objectEntry,
  PENDING,
  SCAN_STACK,
} from "./memory";
import { decimalToBits, INFINITY_BITS, readDecimal } from "./number-parse";
import { printNumber } from "./number-print";
import { firstRepeated, isAscending, setOrder, sortMembers } from "./order";
import { assumeStringsCanonical, scanString, stringEnd, stringsCanonical } from "./string";

/** The text is its own JCS form: nothing needs to be written. */
export let isCanonical: bool = false;

/** In place of an object's number on the stack. */
const ARRAY: u32 = 0xffffffff;

let form: u32 = FORM_JCS;
let depth: u32 = 0;
let objectCount: u32 = 0;
let memberCount: u32 = 0;
let pendingCount: u32 = 0;
let orderCount: u32 = 0;

// What the parser expects next.
const VALUE: u32 = 0;
const KEY: u32 = 1;
const AFTER_VALUE: u32 = 2;

/** Scans [start, end); zeros follow it, and no step accepts a zero. False on failure, which `memory.ts` keeps. */
export function scan(start: usize, end: usize, ofForm: u32): bool {
  form = ofForm;
  setOrder(ofForm);
  assumeStringsCanonical();
  isCanonical = ofForm == FORM_JCS;
  depth = 0;
  objectCount = 0;
  memberCount = 0;
  pendingCount = 0;
  orderCount = 0;

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
      p = space(p);
      const byte = <u32>load<u8>(p);
      const object = topObject();
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
  if (!stringsCanonical) isCanonical = false;
  return p != 0;
}

/** Skips white space, which no canonical text has. */
// @ts-ignore: decorator
@inline
function space(p: usize): usize {
  if (load<u8>(p) > 0x20 || !isSpace(load<u8>(p))) return p;
  isCanonical = false;
  return skipSpace(p + 1);
}

function scanScalar(p: usize, byte: u32): usize {
  if (byte == QUOTE) return scanString(p);
  if (byte == MINUS || isDigit(byte)) return scanNumber(p);
  if (byte == 0x74) return scanWord(p, 0x65757274, 4); // true
  if (byte == 0x66) return scanWord(p + 1, 0x65736c61, 4); // false
  if (byte == 0x6e) return scanWord(p, 0x6c6c756e, 4); // null
  return fail(FAIL_SYNTAX, p);
}

function scanWord(p: usize, letters: u32, length: usize): usize {
  const difference = load<u32>(p) ^ letters;
  return difference == 0 ? p + length : fail(FAIL_SYNTAX, p + <usize>(ctz(difference) >> 3));
}

/** number = [ minus ] int [ frac ] [ exp ] (RFC 8259 §6). */
function scanNumber(p: usize): usize {
  const token = p;
  if (load<u8>(p) == <u8>MINUS) p++;
  const integer = p;
  if (load<u8>(p) == <u8>ZERO) p++;
  else if (!isDigit(load<u8>(p))) return fail(FAIL_SYNTAX, p);
  else p = skipDigits(p + 1);
  const integerEnd = p;
  if (load<u8>(p) == <u8>POINT) {
    if (!isDigit(load<u8>(p + 1))) return fail(FAIL_SYNTAX, p + 1);
    p = skipDigits(p + 2);
  }
  let exponent = false;
  if ((<u32>load<u8>(p) | 0x20) == LOWER_E) {
    exponent = true;
    p++;
    if (load<u8>(p) == 0x2b || load<u8>(p) == <u8>MINUS) p++;
    if (!isDigit(load<u8>(p))) return fail(FAIL_SYNTAX, p);
    p = skipDigits(p + 1);
  }
  if (form != FORM_JCS) return p;
  const isShortInteger = p == integerEnd && p - integer <= 15;
  if (isShortInteger) {
    if (integer != token && load<u8>(integer) == <u8>ZERO) isCanonical = false; // -0
    return p;
  }
  // Only an exponent or more than 300 digits can lead beyond the doubles.
  if ((exponent || p - token > 300) && !isFinite(token)) return fail(FAIL_NUMBER_RANGE, token);
  if (isCanonical) isCanonical = isPrintedAs(token, p);
  return p;
}

// @ts-ignore: decorator
@inline
function skipDigits(p: usize): usize {
  while (isDigit(load<u8>(p))) p++;
  return p;
}

function isFinite(token: usize): bool {
  readDecimal(token);
  return decimalToBits(token) < INFINITY_BITS;
}

function isPrintedAs(token: usize, end: usize): bool {
  const length = printNumber(token, NUMBER_TEXT) - NUMBER_TEXT;
  return length == end - token && memory.compare(NUMBER_TEXT, token, length) == 0;
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
  p = space(p + 1);
  const byte = <u32>load<u8>(p);
  if (byte == RIGHT_BRACE) return p + 1;
  if (byte != QUOTE) return fail(FAIL_SYNTAX, p);
  if (objectCount == OBJECTS_MAX) return fail(FAIL_TOO_LARGE, p);
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

/** `end` behind the `}`: puts the object's members in order and notes where they are. */
function closeObject(end: usize, object: u32): usize {
  depth--;
  const first = load<u32>(frame(depth), 4);
  const count = pendingCount - first;
  const list = PENDING + ((<usize>first) << 2);
  if (!isAscending(list, count)) {
    isCanonical = false;
    sortMembers(list, count);
    const repeated = firstRepeated(list, count);
    if (repeated >= 0) return fail(FAIL_DUPLICATE_KEY, load<u32>(memberEntry(repeated), MEMBER_KEY));
  }
  const order = ORDER + ((<usize>orderCount) << 2);
  memory.copy(order, list, (<usize>count) << 2);
  pendingCount = first;
  orderCount += count;
  const entry = objectEntry(object);
  store<u32>(entry, <u32>end, OBJECT_END);
  store<u32>(entry, objectCount, OBJECT_NEXT);
  store<u32>(entry, <u32>order, OBJECT_ORDER);
  store<u32>(entry, count, OBJECT_COUNT);
  return end;
}
