/**
 * The writing pass: the value of a scanned text in canonical form, into windows of any size ≥ 64 bytes.
 *
 * It can stop at any byte and go on in the next window, because all it knows is in linear memory and in the
 * few variables below: where it stands in the text, what comes next, the open containers, and what is left
 * of the piece that is being copied. Arrays are walked in the text; objects through their sorted members.
 *
 * Escapes were made canonical by the scanner, so strings are copied (JCS), or copied with every character
 * from U+007F up as a \u escape (Python). DEL is written `\u007f` as the wire demands (ciris-edge §7.6);
 * Python's own json.dumps leaves it as it is.
 */
import {
  COLON,
  COMMA,
  findQuoteOrBackslash,
  isDigit,
  LEFT_BRACE,
  LEFT_BRACKET,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  skipSpace,
} from "./bytes";
import {
  EMIT_STACK,
  FORM_JCS,
  FORM_PYTHON,
  MEMBER_CANONICAL,
  MEMBER_KEY,
  MEMBER_KEY_END,
  MEMBER_OBJECTS,
  MEMBER_VALUE,
  memberEntry,
  OBJECT_COUNT,
  OBJECT_END,
  OBJECT_NEXT,
  OBJECT_ORDER,
  objectEntry,
} from "./memory";
import { NUMBER_TEXT_MAX, printNumber, tokenEnd } from "./number-print";
import { TO_PRINT } from "./number-scan";
import { writeUnicodeEscape } from "./string";

/** Room for the largest piece that is written without looking at the window's end: a number and a bracket. */
const PIECE_MAX: usize = NUMBER_TEXT_MAX + 7;

/** Up to here copying inline beats the call that memory.copy is; a multiple of 16. */
const COPY_INLINE_MAX: usize = 128;

// What comes next in the output.
const VALUE: u32 = 0;
const AFTER_VALUE: u32 = 1;
const MEMBER_COLON: u32 = 2;
const DONE: u32 = 3;

let form: u32 = FORM_JCS;
let next: u32 = DONE;
/** In the text: the value to write, or behind the value written last. */
let position: usize = 0;
/** The number of the first object that begins at or behind `position`. */
let objects: u32 = 0;
let depth: u32 = 0;
/** What is left of the piece being copied, and whether it is string text. */
let copyFrom: usize = 0;
let copyEnd: usize = 0;
let copyIsString: bool = false;

/** In place of an object's number on the stack. */
const ARRAY: u32 = 0xffffffff;

export function beginEmit(start: usize, ofForm: u32): void {
  form = ofForm;
  next = VALUE;
  position = skipSpace(start);
  objects = 0;
  depth = 0;
  copyFrom = 0;
  copyEnd = 0;
}

/** Nothing is left to write. */
export function endEmit(): void {
  next = DONE;
  copyFrom = 0;
  copyEnd = 0;
}

/** Writes the next bytes into [out, end) and returns the address behind them: `out` itself once all is written. */
export function emit(out: usize, end: usize): usize {
  while (true) {
    if (copyFrom != copyEnd) {
      out = form == FORM_PYTHON && copyIsString ? copyAscii(out, end) : copyBytes(out, end);
      if (copyFrom != copyEnd) return out;
    }
    if (next == DONE || end - out < PIECE_MAX) return out;
    if (next == VALUE) {
      out = writeValue(out);
    } else if (next == MEMBER_COLON) {
      store<u8>(out++, COLON);
      next = VALUE;
    } else {
      out = writeAfterValue(out);
    }
  }
}

function writeValue(out: usize): usize {
  const byte = <u32>load<u8>(position);
  next = AFTER_VALUE;
  if (byte == QUOTE) {
    const end = behindString(position);
    copy(position, end, true);
    position = end;
    return out;
  }
  if (byte == LEFT_BRACE) return openObject(out);
  if (byte == LEFT_BRACKET) return openArray(out);
  if (byte >= 0x66) return byte >= TO_PRINT ? printInFull(out) : writeWord(out, byte);
  return writeNumber(out);
}

/** `false`, `true` or `null`. */
function writeWord(out: usize, byte: u32): usize {
  const length: usize = byte == 0x66 ? 5 : 4;
  store<u64>(out, load<u64>(position));
  position += length;
  return out + length;
}

function openArray(out: usize): usize {
  store<u8>(out++, LEFT_BRACKET);
  const first = skipSpace(position + 1);
  if (load<u8>(first) == <u8>RIGHT_BRACKET) {
    position = first + 1;
    store<u8>(out++, RIGHT_BRACKET);
    return out;
  }
  position = first;
  next = VALUE;
  store<u32>(frame(depth++), ARRAY);
  return out;
}

function openObject(out: usize): usize {
  const first = skipSpace(position + 1);
  if (load<u8>(first) == <u8>RIGHT_BRACE) {
    position = first + 1;
    store<u16>(out, (RIGHT_BRACE << 8) | LEFT_BRACE);
    return out + 2;
  }
  const object = objects;
  const entry = objectEntry(object);
  if (load<u32>(entry, OBJECT_ORDER) == 0) {
    const end = <usize>load<u32>(entry, OBJECT_END);
    copy(position, end, false);
    position = end;
    objects = load<u32>(entry, OBJECT_NEXT);
    return out;
  }
  store<u8>(out++, LEFT_BRACE);
  store<u32>(frame(depth), object);
  store<u32>(frame(depth), 0, 4); // members written so far
  depth++;
  writeKey(object, 0);
  return out;
}

function writeAfterValue(out: usize): usize {
  if (depth == 0) {
    next = DONE;
    return out;
  }
  const top = frame(depth - 1);
  const object = load<u32>(top);
  if (object == ARRAY) {
    position = skipSpace(position);
    if (load<u8>(position) == <u8>COMMA) {
      position = skipSpace(position + 1);
      next = VALUE;
      store<u8>(out, COMMA);
    } else {
      position++;
      depth--;
      store<u8>(out, RIGHT_BRACKET);
    }
    return out + 1;
  }
  const written = load<u32>(top, 4) + 1;
  const entry = objectEntry(object);
  if (written == load<u32>(entry, OBJECT_COUNT)) {
    position = load<u32>(entry, OBJECT_END);
    objects = load<u32>(entry, OBJECT_NEXT);
    depth--;
    store<u8>(out, RIGHT_BRACE);
    return out + 1;
  }
  store<u32>(top, written, 4);
  store<u8>(out, COMMA);
  writeKey(object, written);
  return out + 1;
}

/** Sets up the key of the `index`th member in order, or all of the member, and what follows it. */
function writeKey(object: u32, index: u32): void {
  const order = <usize>load<u32>(objectEntry(object), OBJECT_ORDER);
  const member = memberEntry(load<u32>(order + ((<usize>index) << 2)));
  const key = <usize>load<u32>(member, MEMBER_KEY);
  if (load<u32>(member, MEMBER_OBJECTS) == MEMBER_CANONICAL) {
    copy(key, load<u32>(member, MEMBER_VALUE), false);
    next = AFTER_VALUE;
    return;
  }
  copy(key, load<u32>(member, MEMBER_KEY_END), true);
  position = load<u32>(member, MEMBER_VALUE);
  objects = load<u32>(member, MEMBER_OBJECTS);
  next = MEMBER_COLON;
}

/** The scanner left canonical text, or all of the token for a form that keeps it. */
function writeNumber(out: usize): usize {
  if (form == FORM_JCS) {
    store<u64>(out, load<u64>(position));
    store<u64>(out + 8, load<u64>(position, 8));
    store<u64>(out + 16, load<u64>(position, 16));
    store<u64>(out + 24, load<u64>(position, 24));
  }
  const start = position;
  position = behindNumber(start);
  if (form == FORM_JCS) return out + (position - start);
  copy(start, position, false);
  return out;
}

/** A number that the scanner found longer in canonical form than in the text. */
function printInFull(out: usize): usize {
  store<u8>(position, load<u8>(position) & ~<u8>TO_PRINT);
  out = printNumber(position, out);
  position = tokenEnd;
  return out;
}

/** Numbers are followed by white space, a comma, a closing bracket or the zeros behind the text. */
function behindNumber(p: usize): usize {
  if (ASC_FEATURE_SIMD) {
    while (true) {
      const bytes = v128.load(p);
      const found = v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(0x2c)), i8x16.lt_u(bytes, i8x16.splat(0x21))),
        v128.or(i8x16.eq(bytes, i8x16.splat(0x5d)), i8x16.eq(bytes, i8x16.splat(0x7d))),
      );
      const mask = i8x16.bitmask(found);
      if (mask != 0) return p + <usize>ctz(mask);
      p += 16;
    }
  }
  while (isNumberByte(load<u8>(p))) p++;
  return p;
}

/** A byte that may stand inside a number behind its first digits. */
// @ts-ignore: decorator
@inline
function isNumberByte(byte: u32): bool {
  return isDigit(byte) || byte == 0x2e || byte == 0x2b || byte == 0x2d || (byte | 0x20) == 0x65;
}

// @ts-ignore: decorator
@inline
function frame(level: u32): usize {
  return EMIT_STACK + ((<usize>level) << 3);
}

function copy(from: usize, end: usize, isString: bool): void {
  copyFrom = from;
  copyEnd = end;
  copyIsString = isString;
}

function copyBytes(out: usize, end: usize): usize {
  const length = min(end - out, copyEnd - copyFrom);
  if (length <= COPY_INLINE_MAX && end - out >= COPY_INLINE_MAX) copyInline(out, copyFrom, length);
  else memory.copy(out, copyFrom, length);
  copyFrom += length;
  return out + length;
}

/** Copies in steps of 16 bytes, and up to 15 bytes too many: the caller has made room for them. */
// @ts-ignore: decorator
@inline
function copyInline(out: usize, from: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) {
    if (ASC_FEATURE_SIMD) {
      v128.store(out + i, v128.load(from + i));
    } else {
      store<u64>(out + i, load<u64>(from + i));
      store<u64>(out + i, load<u64>(from + i, 8), 8);
    }
  }
}

/** Copies string text with everything from U+007F up escaped; a character is written whole or not at all. */
function copyAscii(out: usize, end: usize): usize {
  while (copyFrom != copyEnd && end - out >= 12) {
    const byte = <u32>load<u8>(copyFrom);
    if (byte < 0x7f) {
      store<u8>(out++, byte);
      copyFrom++;
    } else if (byte < 0x80) {
      out = writeUnicodeEscape(out, byte);
      copyFrom++;
    } else if (byte < 0xe0) {
      out = writeUnicodeEscape(out, ((byte & 31) << 6) | continuation(1));
      copyFrom += 2;
    } else if (byte < 0xf0) {
      out = writeUnicodeEscape(out, ((byte & 15) << 12) | (continuation(1) << 6) | continuation(2));
      copyFrom += 3;
    } else {
      const point = ((byte & 7) << 18) | (continuation(1) << 12) | (continuation(2) << 6) | continuation(3);
      out = writeUnicodeEscape(out, 0xd800 + ((point - 0x10000) >> 10));
      out = writeUnicodeEscape(out, 0xdc00 + ((point - 0x10000) & 0x3ff));
      copyFrom += 4;
    }
  }
  return out;
}

// @ts-ignore: decorator
@inline
function continuation(index: usize): u32 {
  return load<u8>(copyFrom + index) & 63;
}

/** Behind the closing quote of the canonical string at `p`. */
function behindString(p: usize): usize {
  p = findQuoteOrBackslash(p + 1);
  // The second byte of an escape is never looked at.
  while (load<u8>(p) != <u8>QUOTE) p = findQuoteOrBackslash(p + 2);
  return p + 1;
}
