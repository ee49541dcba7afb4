/**
 * A strict JSON scanner over bytes for the bodies of CRPL frames. A Deliver of half a mebibyte is two
 * million characters of integers; they go straight into byte arrays here and never become a tree of JS
 * numbers. Grammar: RFC 8259, UTF-8 checked where it can occur (in strings), nesting bounded.
 *
 * It reads what the caller expects next and throws `frame_decode` with the offset otherwise. It builds no
 * values of its own: what a message does not know is skipped, whatever it holds.
 */
import { utf8Decode } from "../../base/bytes.js";
import { WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

const u64Max = 0xffff_ffff_ffff_ffffn;

/** A byte above 255 or below 0 would be silently wrapped by a Uint8Array, so it is refused here. */
const byteMax = 255;

/** Lone surrogates: what `\ud800` alone decodes to, which no UTF-8 text can hold. */
const loneSurrogate = /\p{Surrogate}/u;

export function decodeError(reason: string, offset: number): WaxwingError {
  return new WaxwingError("frame_decode", `CRPL body at byte ${offset}: ${reason}`, {
    detail: { reason, offset },
  });
}

export class JsonScanner {
  readonly #bytes: Uint8Array;
  #at: number;
  /** Integers of the array being read; each takes two characters or more, so this is always large enough. */
  #scratch: Uint8Array | undefined;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  get offset(): number {
    return this.#at;
  }

  fail(reason: string): never {
    throw decodeError(reason, this.#at);
  }

  /** Nothing but white space may follow. */
  end(): void {
    if (this.#peek() !== undefined) this.fail("bytes after the message");
  }

  /** Calls `member` at each value; it must consume the value. A name that comes twice is refused. */
  object(member: (name: string) => void): void {
    this.#expect(openObject, "an object");
    if (this.#takeIf(closeObject)) return;
    const seen = new Set<string>();
    do {
      const name = this.string();
      if (seen.has(name)) this.fail(`the name "${name.slice(0, 40)}" comes twice`);
      if (seen.size >= limits.messageMembersMax) this.fail("too many members");
      seen.add(name);
      this.#expect(colon, "a colon");
      member(name);
    } while (this.#takeIf(comma));
    this.#expect(closeObject, "a comma or the end of an object");
  }

  /** Calls `element` at each value; it must consume the value. */
  array(countMax: number, element: () => void): void {
    this.#expect(openArray, "an array");
    if (this.#takeIf(closeArray)) return;
    let count = 0;
    do {
      if (++count > countMax) this.fail(`more than ${countMax} elements`);
      element();
    } while (this.#takeIf(comma));
    this.#expect(closeArray, "a comma or the end of an array");
  }

  string(): string {
    this.#expect(quote, "a string");
    const start = this.#at;
    const plain = this.#skipString();
    const raw = this.#bytes.subarray(start, this.#at - 1);
    try {
      const text = utf8Decode(raw);
      if (plain) return text;
      const value = JSON.parse(`"${text}"`) as string;
      if (!loneSurrogate.test(value)) return value;
    } catch {
      // Reported below with its offset, as bytes that are not a JSON string.
    }
    this.#at = start;
    return this.fail("not a JSON string in UTF-8");
  }

  /** An array of integers 0 to 255 as bytes; `length` fixes how many. */
  bytes(length?: number): Uint8Array {
    const into = length === undefined ? this.#scratchFor() : new Uint8Array(length);
    const count = this.#integersInto(into, length);
    if (length === undefined) return into.slice(0, count);
    if (count !== length) this.fail(`expected ${length} bytes, got ${count}`);
    return into;
  }

  /** A u64; what a JS number cannot hold exactly is clamped to 2^53 − 1. */
  uint64(): number {
    this.#white();
    const start = this.#at;
    let value = 0;
    for (let byte = this.#bytes[this.#at]; isDigit(byte); byte = this.#bytes[++this.#at]) {
      value = value * 10 + (byte - zero);
    }
    const digits = this.#at - start;
    if (digits === 0) this.fail("expected an unsigned integer");
    if (digits > 1 && this.#bytes[start] === zero) this.fail("a leading zero");
    this.#refuseFraction();
    if (Number.isSafeInteger(value)) return value;
    if (digits > 20 || BigInt(utf8Decode(this.#bytes.subarray(start, this.#at))) > u64Max)
      this.fail("an integer beyond 64 bits");
    return Number.MAX_SAFE_INTEGER;
  }

  /** Any value, checked for syntax and forgotten. Iterative: depth costs a bit, not a stack frame. */
  skip(): void {
    const closers: number[] = [];
    for (;;) {
      const byte = this.#peek();
      if (byte === openObject || byte === openArray) {
        if (closers.length >= limits.jsonDepthMax) this.fail("nested too deeply");
        this.#at++;
        const closer = byte === openObject ? closeObject : closeArray;
        if (!this.#takeIf(closer)) {
          closers.push(closer);
          if (closer === closeObject) this.#memberName();
          continue;
        }
      } else if (byte === quote) this.string();
      else this.#scalar(byte);
      while (closers.length > 0 && !this.#takeIf(comma)) {
        this.#expect(closers.pop()!, "a comma or an end");
      }
      if (closers.length === 0) return;
      if (closers.at(-1) === closeObject) this.#memberName();
    }
  }

  #memberName(): void {
    this.string();
    this.#expect(colon, "a colon");
  }

  /** Number, true, false or null. */
  #scalar(byte: number | undefined): void {
    const start = this.#at;
    while (isScalarByte(this.#bytes[this.#at])) this.#at++;
    const text = String.fromCharCode(...this.#bytes.subarray(start, Math.min(this.#at, start + 400)));
    const isNumber = byte === minus || isDigit(byte);
    const valid = isNumber
      ? /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(text) && this.#at - start <= 400
      : text === "true" || text === "false" || text === "null";
    if (valid) return;
    this.#at = start;
    this.fail("not a JSON value");
  }

  /** Leaves the position behind the closing quote; returns whether no escape stood in it. */
  #skipString(): boolean {
    const bytes = this.#bytes;
    let plain = true;
    let at = this.#at;
    for (;;) {
      const byte = bytes[at];
      if (byte === undefined) this.fail("a string without an end");
      if (byte === quote) break;
      if (byte < 0x20) this.fail("a control character in a string");
      if (byte === backslash) {
        plain = false;
        at++;
      }
      at++;
    }
    this.#at = at + 1;
    return plain;
  }

  #integersInto(into: Uint8Array, length: number | undefined): number {
    const bytes = this.#bytes;
    this.#expect(openArray, "an array of bytes");
    if (this.#takeIf(closeArray)) return 0;
    let count = 0;
    for (;;) {
      this.#white();
      const start = this.#at;
      let value = 0;
      let byte = bytes[this.#at];
      while (isDigit(byte) && value <= byteMax) {
        value = value * 10 + (byte - zero);
        byte = bytes[++this.#at];
      }
      const digits = this.#at - start;
      if (digits === 0) this.fail("expected an integer from 0 to 255");
      if (digits > 1 && bytes[start] === zero) this.fail("a leading zero");
      if (value > byteMax) this.fail("a byte above 255");
      this.#refuseFraction();
      if (length !== undefined && count >= length) this.fail(`more than ${length} bytes`);
      into[count++] = value;
      // The next character is almost always a comma: spare the general path.
      if (bytes[this.#at] === comma) this.#at++;
      else if (!this.#takeIf(comma)) break;
    }
    this.#expect(closeArray, "a comma or the end of an array");
    return count;
  }

  /** `7.0` and `7e0` are floats on this wire, and refused where an integer is expected. */
  #refuseFraction(): void {
    const byte = this.#bytes[this.#at];
    if (byte === 0x2e || byte === 0x65 || byte === 0x45) this.fail("a float where an integer is expected");
  }

  #scratchFor(): Uint8Array {
    this.#scratch ??= new Uint8Array(((this.#bytes.length - this.#at) >> 1) + 1);
    return this.#scratch;
  }

  #peek(): number | undefined {
    this.#white();
    return this.#bytes[this.#at];
  }

  #white(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  #takeIf(expected: number): boolean {
    if (this.#peek() !== expected) return false;
    this.#at++;
    return true;
  }

  #expect(expected: number, what: string): void {
    if (!this.#takeIf(expected)) this.fail(`expected ${what}`);
  }
}

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= zero && byte <= nine;
}

/** Letters, digits, `+`, `-`, `.`: what numbers and the three words are made of. */
function isScalarByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    isDigit(byte) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x45 ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
