/**
 * The calls from outside: a text in INPUT goes in, its canonical form comes out in windows of OUTPUT, or its
 * hash in ARGS. One crossing a text, unless the output is larger than a window.
 */

import { sha256Final, sha256Init, sha256Update } from "../hash/sha256";
import { ARGS, INPUT, OUTPUT } from "../layout";
import { beginEmit, emit, endEmit } from "./emit";
import { clearFailure, DEPTH_MAX, dirtyAt, FORM_JCS, failAt, failCode, MEMBERS_MAX, OBJECTS_MAX, OUTERMOST_MAX } from "./memory";
import { scan } from "./scan";
import { leaveOut, readRows } from "./signed";

/** The text is refused: see `jsonFailCode` and `jsonFailOffset`. */
const REFUSED: i32 = -1;
/** The text is its own canonical form: nothing was written. */
const UNCHANGED: i32 = -2;
/** The text is JSON, but not the object that was described. */
const UNFIT: i32 = -3;

let windowBytes: usize = 0;

/**
 * Scans `length` bytes of INPUT and writes the first window of at most `window` bytes, without the members of the
 * outermost object that the rows in ARGS name (signed.ts); returns how many, or REFUSED, or UNCHANGED.
 */
export function jsonCanonicalize(length: usize, form: u32, rows: u32, window: usize): i32 {
  if (!scanInput(length, form)) return REFUSED;
  const left = rows == 0 ? -1 : leaveOut(rows);
  if (left < 0 && dirtyAt == 0) return UNCHANGED;
  return writeFirst(form, left, window);
}

/** `left`: members that the outermost object has left, if it lost some. */
function writeFirst(form: u32, left: i32, window: usize): i32 {
  if (left == 0) {
    store<u16>(OUTPUT, 0x7d7b); // {}
    endEmit();
    return 2;
  }
  windowBytes = window;
  beginEmit(INPUT, form);
  return jsonMore();
}

/** Writes the next window and returns its bytes: 0 once everything was written. */
export function jsonMore(): i32 {
  return <i32>(emit(OUTPUT, OUTPUT + windowBytes) - OUTPUT);
}

/** Scans only: 0, or REFUSED. */
export function jsonCheck(length: usize): i32 {
  return scanInput(length, FORM_JCS) ? 0 : REFUSED;
}

/** Writes SHA-256 of the JCS form to ARGS; returns 0 or REFUSED. */
export function jsonHash(length: usize, window: usize): i32 {
  if (!scanInput(length, FORM_JCS)) return REFUSED;
  sha256Init();
  if (dirtyAt == 0) {
    sha256Update(INPUT, length);
  } else {
    windowBytes = window;
    beginEmit(INPUT, FORM_JCS);
    for (let bytes = jsonMore(); bytes != 0; bytes = jsonMore()) sha256Update(OUTPUT, bytes);
  }
  sha256Final(ARGS);
  return 0;
}

/**
 * Reads the signed object in INPUT as the rows in ARGS describe (signed.ts) and writes the first window of its
 * signed bytes; returns how many, or REFUSED, or UNFIT where a row does not fit.
 */
export function jsonSigned(length: usize, rows: u32, window: usize): i32 {
  if (!scanInput(length, FORM_JCS)) return REFUSED;
  const left = readRows(rows);
  return left < 0 ? UNFIT : writeFirst(FORM_JCS, left, window);
}

/** Zeros behind the text stop every loop of the scanner; it reads at most 16 bytes beyond its place. */
function scanInput(length: usize, form: u32): bool {
  clearFailure();
  const end = INPUT + length;
  store<u64>(end, 0);
  store<u64>(end + 8, 0);
  return scan(INPUT, end, form);
}

export function jsonFailCode(): u32 {
  return failCode;
}

export function jsonFailOffset(): usize {
  return failAt - INPUT;
}

/** The loader compares these with limits.ts. */
export function jsonDepthMax(): u32 {
  return DEPTH_MAX;
}
export function jsonObjectsMax(): u32 {
  return OBJECTS_MAX;
}
export function jsonMembersMax(): u32 {
  return MEMBERS_MAX;
}
export function jsonOutermostMax(): u32 {
  return OUTERMOST_MAX;
}
