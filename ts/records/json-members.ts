/**
 * Raw slices of JSON: where each member of an object lies in its bytes.
 *
 * Signed bytes and row hashes are made from what was received, so that number tokens (`1.0`, `1e3`) and
 * string spellings survive; a parsed value has lost them. Everything here requires bytes that the engine's
 * scanner has already validated: it finds boundaries and judges nothing.
 */
import { concatBytes, utf8Decode } from "../base/bytes.js";

export interface RawMember {
  readonly name: string;
  /** The member as written, name included: `"a" : 1`. */
  readonly text: Uint8Array;
  /** The value alone, without white space around it. */
  readonly value: Uint8Array;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openObject = 0x7b;
const closeObject = 0x7d;
const openArray = 0x5b;
const closeArray = 0x5d;

/** The members of an object in their order; undefined when the value is not an object. */
export function readMembers(json: Uint8Array): RawMember[] | undefined {
  let at = skipSpace(json, 0);
  if (json[at] !== openObject) return undefined;
  const members: RawMember[] = [];
  at = skipSpace(json, at + 1);
  while (json[at] !== closeObject && at < json.length) {
    const start = at;
    const nameEnd = skipString(json, at);
    const valueStart = skipSpace(json, skipSpace(json, nameEnd) + 1);
    const end = skipValue(json, valueStart);
    members.push({
      name: decodeName(json.subarray(start, nameEnd)),
      text: json.subarray(start, end),
      value: json.subarray(valueStart, end),
    });
    at = skipSpace(json, end);
    if (json[at] === comma) at = skipSpace(json, at + 1);
  }
  return members;
}

/** Raw JSON whose members are found once, however often they are asked for. */
export class RawJson {
  readonly bytes: Uint8Array;
  #members: readonly RawMember[] | undefined;
  #isRead = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Undefined when it is no object. */
  get members(): readonly RawMember[] | undefined {
    if (!this.#isRead) this.#members = readMembers(this.bytes);
    this.#isRead = true;
    return this.#members;
  }

  /** The raw value of one member; undefined when it is absent, or there are no members. */
  value(name: string): Uint8Array | undefined {
    return this.members?.find((member) => member.name === name)?.value;
  }
}

/** The raw value of one member; undefined when it is absent or `json` is no object. */
export function memberValue(json: Uint8Array, name: string): Uint8Array | undefined {
  return new RawJson(json).value(name);
}

/** The object again, without the named members. */
export function withoutMembers(json: Uint8Array, names: readonly string[]): Uint8Array {
  const kept = (readMembers(json) ?? []).filter((member) => !names.includes(member.name));
  return joinMembers(kept.map((member) => member.text));
}

/** An object of members as written; `[` and `]` in place of the braces make an array of values. */
export function joinMembers(texts: readonly Uint8Array[]): Uint8Array {
  return joinBetween(openObject, texts, closeObject);
}

export function joinElements(values: readonly Uint8Array[]): Uint8Array {
  return joinBetween(openArray, values, closeArray);
}

/**
 * The first integer token that a double cannot hold, or undefined. Such a number would mean one thing to a
 * reader with 64-bit integers and another after canonicalization, under the same signature.
 */
export function findUnsafeInteger(json: Uint8Array): string | undefined {
  for (let at = 0; at < json.length; ) {
    const byte = json[at]!;
    if (byte === quote) at = skipString(json, at);
    else if (isNumberByte(byte)) {
      const end = skipScalar(json, at);
      // 15 digits always fit; only longer ones cost a conversion.
      if (end - at > 15) {
        const token = utf8Decode(json.subarray(at, end));
        if (/^-?\d+$/.test(token) && BigInt(token) !== BigInt(Number(token))) return token;
      }
      at = end;
    } else at++;
  }
  return undefined;
}

function joinBetween(open: number, texts: readonly Uint8Array[], close: number): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(open)];
  texts.forEach((text, index) => {
    if (index > 0) parts.push(Uint8Array.of(comma));
    parts.push(text);
  });
  return concatBytes(...parts, Uint8Array.of(close));
}

/** Names are almost always plain; an escape needs the JSON string rules. */
function decodeName(quoted: Uint8Array): string {
  const text = utf8Decode(quoted);
  return text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
}

function skipSpace(json: Uint8Array, at: number): number {
  while (isSpace(json[at])) at++;
  return at;
}

/** Names and short texts are walked; signatures and keys are leapt over, by the runtime's search for bytes. */
const walkedBytes = 24;

function skipString(json: Uint8Array, at: number): number {
  at++;
  const near = Math.min(at + walkedBytes, json.length);
  while (at < near && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at < near ? at + 1 : skipLongString(json, at);
}

/** `at` is behind whole characters. A quote ends the string unless an odd run of backslashes stands before it. */
function skipLongString(json: Uint8Array, at: number): number {
  for (;;) {
    const end = json.indexOf(quote, at);
    if (end < 0) return json.length + 1;
    let run = end;
    while (run > at && json[run - 1] === backslash) run--;
    if ((end - run) % 2 === 0) return end + 1;
    at = end + 1;
  }
}

/** Brackets inside strings do not count; depth is bounded by the scanner that validated the bytes. */
function skipValue(json: Uint8Array, at: number): number {
  if (json[at] === quote) return skipString(json, at);
  if (json[at] !== openObject && json[at] !== openArray) return skipScalar(json, at);
  let depth = 0;
  while (at < json.length) {
    const byte = json[at]!;
    if (byte === quote) {
      at = skipString(json, at);
      continue;
    }
    at++;
    if (byte === openObject || byte === openArray) depth++;
    else if (byte === closeObject || byte === closeArray) {
      depth--;
      if (depth === 0) return at;
    }
  }
  return at;
}

function skipScalar(json: Uint8Array, at: number): number {
  while (at < json.length && !isSpace(json[at]) && !isDelimiter(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDelimiter(byte: number | undefined): boolean {
  return byte === comma || byte === colon || byte === closeObject || byte === closeArray;
}

function isNumberByte(byte: number): boolean {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
}
