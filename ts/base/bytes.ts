/**
 * Byte strings: joining, comparing, and the three text forms that appear on wires and command lines.
 * Runs in every JavaScript runtime; nothing here is constant-time, so secrets are not compared with it.
 */

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8Encode(text: string): Uint8Array {
  return textEncoder.encode(text);
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

/** Lower-case hexadecimal. */
export function hexEncode(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexPairs[byte];
  return text;
}

/** Either case; throws `RangeError` on an odd length or another character. */
export function hexDecode(text: string): Uint8Array {
  if (text.length % 2 !== 0 || /[^0-9a-fA-F]/.test(text))
    throw new RangeError("hex: expected an even number of hexadecimal digits");
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
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

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Value of a character code, 255 where it is not of the alphabet. */
const base64Values = new Uint8Array(256).fill(255);
for (let value = 0; value < 64; value++) base64Values[base64Alphabet.charCodeAt(value)] = value;

/** 255 for what is not of the alphabet: the only value with bits above 63. */
function base64Value(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 256 ? base64Values[code]! : 255;
}

function base64Padding(text: string): number {
  return text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
}

/** Standard padded base64, one text per value: white space, missing padding and stray low bits throw `RangeError`. */
export function base64Decode(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new RangeError("base64: expected the padded standard alphabet");
  const padding = base64Padding(text);
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const whole = text.length - (padding === 0 ? 0 : 4);
  let seen = 0;
  let at = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = base64Value(text, i);
    const b = base64Value(text, i + 1);
    const c = base64Value(text, i + 2);
    const d = base64Value(text, i + 3);
    seen |= a | b | c | d;
    const bits = (a << 18) | (b << 12) | (c << 6) | d;
    bytes[at++] = bits >> 16;
    bytes[at++] = bits >> 8;
    bytes[at++] = bits;
  }
  let unused = 0;
  if (padding > 0) {
    const a = base64Value(text, whole);
    const b = base64Value(text, whole + 1);
    const c = padding === 1 ? base64Value(text, whole + 2) : 0;
    seen |= a | b | c;
    bytes[at++] = (a << 2) | (b >> 4);
    if (padding === 1) bytes[at] = (b << 4) | (c >> 2);
    unused = padding === 1 ? c & 3 : b & 15;
  }
  if (seen > 63) throw new RangeError("base64: expected the padded standard alphabet");
  // The bits behind the last byte must be zero, or several texts would decode to the same bytes.
  if (unused !== 0) throw new RangeError("base64: the unused bits of the last character must be zero");
  return bytes;
}

/** How many bytes `base64Decode` gives; undefined where it throws. */
export function base64DecodedLength(text: string): number | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = base64Padding(text);
  let seen = 0;
  let last = 0;
  for (let i = 0; i < text.length - padding; i++) {
    last = base64Value(text, i);
    seen |= last;
  }
  const unused = padding === 2 ? 15 : padding === 1 ? 3 : 0;
  return seen > 63 || (last & unused) !== 0 ? undefined : (text.length / 4) * 3 - padding;
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
