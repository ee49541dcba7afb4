/**
 * Byte strings: joining, comparing, and the three text forms that appear on wires and command lines.
 * Runs in every JavaScript runtime; nothing here is constant-time, so secrets are not compared with it.
 */

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Up to here ASCII is encoded by hand: calling the runtime's encoder takes longer. */
const shortTextLength = 64;

export function utf8Encode(text: string): Uint8Array {
  return (text.length <= shortTextLength ? asciiEncode(text) : undefined) ?? textEncoder.encode(text);
}

/** Undefined where a character is none of ASCII. */
function asciiEncode(text: string): Uint8Array | undefined {
  const { length } = text;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

/** Up to here ASCII is decoded by hand: calling the runtime's decoder takes longer. */
const shortTextBytes = 64;

/** Throws `TypeError` on bytes that are not UTF-8. A byte order mark is kept as a character. */
export function utf8Decode(bytes: Uint8Array): string {
  return bytes.length <= shortTextBytes && isAscii(bytes)
    ? String.fromCharCode.apply(null, bytes as unknown as number[])
    : textDecoder.decode(bytes);
}

function isAscii(bytes: Uint8Array): boolean {
  let seen = 0;
  for (let i = 0; i < bytes.length; i++) seen |= bytes[i]!;
  return seen < 0x80;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic order of unsigned bytes; a prefix sorts before what it begins. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const digitCodes = Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
/** Of a hash, which is what is shown most. */
const hashDigits = new Array<number>(64).fill(0);

/** Lower-case hexadecimal. */
export function hexEncode(bytes: Uint8Array): string {
  if (bytes.length === 32) return hexOfHash(bytes);
  let text = "";
  for (const byte of bytes) text += hexPairs[byte];
  return text;
}

/** Text that grows is a tree of pieces, which a map has to flatten before it can look for it. */
function hexOfHash(bytes: Uint8Array): string {
  for (let i = 0; i < 32; i++) {
    const byte = bytes[i]!;
    hashDigits[2 * i] = digitCodes[byte >> 4]!;
    hashDigits[2 * i + 1] = digitCodes[byte & 15]!;
  }
  return String.fromCharCode.apply(null, hashDigits);
}

/** Either case; throws `RangeError` on an odd length or another character. */
export function hexDecode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  let seen = text.length & 1 ? 255 : 0;
  for (let i = 0; i < bytes.length; i++) {
    const high = hexValue(text.charCodeAt(2 * i));
    const low = hexValue(text.charCodeAt(2 * i + 1));
    seen |= high | low;
    bytes[i] = (high << 4) | low;
  }
  if (seen > 15) throw new RangeError("hex: expected an even number of hexadecimal digits");
  return bytes;
}

/** 255 for what is no digit: the only value with bits above 15. */
function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = (code | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : 255;
}

/** `btoa` takes a string of one character a byte; 32 KiB a step keeps the argument list small. */
function toBinaryString(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return text;
}

/** Standard padded base64 (RFC 4648 §4). */
export function base64Encode(bytes: Uint8Array): string {
  return btoa(toBinaryString(bytes));
}

function base64Padding(text: string): number {
  return text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
}

/** Standard padded base64, one text per value: white space, missing padding and stray low bits throw `RangeError`. */
export function base64Decode(text: string): Uint8Array {
  const binary = base64Binary(text);
  if (binary === undefined)
    throw new RangeError("base64: expected the padded standard alphabet, unused bits zero");
  const { length } = binary;
  const bytes = new Uint8Array(length);
  let at = 0;
  // Four at a time: half the time of one by one.
  for (; at + 3 < length; at += 4) {
    bytes[at] = binary.charCodeAt(at);
    bytes[at + 1] = binary.charCodeAt(at + 1);
    bytes[at + 2] = binary.charCodeAt(at + 2);
    bytes[at + 3] = binary.charCodeAt(at + 3);
  }
  for (; at < length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** How many bytes `base64Decode` gives; undefined where it throws. */
export function base64DecodedLength(text: string): number | undefined {
  return base64Binary(text)?.length;
}

/** One character a byte; undefined where the text is not strictly base64. */
function base64Binary(text: string): string | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = base64Padding(text);
  const binary = forgivingBinary(text);
  // White space and what else it forgives make it give fewer bytes than so many characters stand for.
  if (binary === undefined || binary.length !== (text.length / 4) * 3 - padding) return undefined;
  return padding === 0 || hasUnusedBitsZero(text, padding) ? binary : undefined;
}

/** `atob` is the runtime's own loop, twenty times as fast as ours. It throws for what is not of the alphabet. */
function forgivingBinary(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

/** The bits behind the last byte must be zero, or several texts would decode to the same bytes. */
function hasUnusedBitsZero(text: string, padding: number): boolean {
  return (padding === 2 ? "AQgw" : "AEIMQUYcgkosw048").includes(text[text.length - padding - 1]!);
}

/** URL-safe base64 without padding (RFC 4648 §5). */
export function base64UrlEncode(bytes: Uint8Array): string {
  return base64Encode(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function base64UrlDecode(text: string): Uint8Array {
  if (/[^A-Za-z0-9_-]/.test(text))
    throw new RangeError("base64url: expected the URL-safe alphabet without padding");
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  return base64Decode(standard + "=".repeat((4 - (standard.length % 4)) % 4));
}

/** Big-endian unsigned 64-bit integer, as key material for ordered tables and v3 round ids. */
export function uint64BeEncode(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

export function uint64BeDecode(bytes: Uint8Array, offset = 0): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(offset);
}
