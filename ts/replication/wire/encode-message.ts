/**
 * Message → bytes, strict: `type` first, then the members in the reference's order, compact, byte strings as
 * arrays of integers (ciris-edge §2.1). Two passes, count then write, so that a Deliver of two million
 * characters is built in one buffer and no string of that size ever exists.
 */
import { utf8Encode } from "../../base/bytes.js";
import { checkBytes, checkInteger, checkString } from "../../base/check.js";
import { hashBytes } from "../../base/ids.js";
import type { ReplicationMessage, SummaryRef } from "./message.js";

/** Returns a buffer with `headBytes` free bytes before the body. */
export function encodeMessage(message: ReplicationMessage, headBytes: number): Uint8Array {
  const parts = layOut(message);
  let length = headBytes;
  for (const part of parts) length += partBytes(part);
  const buffer = new Uint8Array(length);
  let at = headBytes;
  for (const part of parts) at = writePart(buffer, at, part);
  return buffer;
}

/** Text is written as it is; bytes as a JSON array of integers. */
type Part = { readonly text: Uint8Array } | { readonly integers: Uint8Array };

const text = (content: string): Part => ({ text: utf8Encode(content) });

function layOut(message: ReplicationMessage): Part[] {
  checkString(message.kind, "kind");
  const head = `{"type":"${message.type}","kind":${quoted(message.kind)}`;
  switch (message.type) {
    case "summary":
      return [text(`${head},"refs":[`), ...message.refs.flatMap(layOutRef), text("]}")];
    case "diff":
    case "fetch":
      for (const hash of message.want) checkBytes(hash, "want", hashBytes);
      return [text(`${head},"want":[`), ...layOutList(message.want), text("]}")];
    case "deliver":
      for (const envelope of message.envelopes) checkBytes(envelope, "envelope");
      return [text(`${head},"envelopes":[`), ...layOutList(message.envelopes), text("]}")];
    case "pull":
      return [text(`${head},"subject_key_id":${quoted(message.subjectKeyId)}}`)];
    case "cursor_pull":
      return [text(message.since === undefined ? `${head}}` : `${head},"since":${quoted(message.since)}}`)];
  }
}

const refHead = text(`{"envelope_hash":`);
const nextRefHead = text(`,{"envelope_hash":`);
const comma = text(",");

function layOutRef(ref: SummaryRef, index: number): Part[] {
  checkBytes(ref.hash, "ref hash", hashBytes);
  checkInteger(ref.seq, "ref seq", 0);
  return [index === 0 ? refHead : nextRefHead, { integers: ref.hash }, text(`,"seq":${ref.seq}}`)];
}

function layOutList(items: readonly Uint8Array[]): Part[] {
  return items.flatMap((integers, index) => (index === 0 ? [{ integers }] : [comma, { integers }]));
}

/** The escapes of `JSON.stringify` are the reference's; a lone surrogate has no UTF-8 form. */
function quoted(value: string): string {
  checkString(value, "message text");
  if (/\p{Surrogate}/u.test(value)) throw new RangeError("message text: expected no lone surrogates");
  return JSON.stringify(value);
}

/** Decimal digits of each byte value, most significant first: `digits[3 * value + i]`. */
const digits = new Uint8Array(3 * 256);
const digitCounts = new Uint8Array(256);
for (let value = 0; value < 256; value++) {
  const decimal = utf8Encode(String(value));
  digits.set(decimal, 3 * value);
  digitCounts[value] = decimal.length;
}

/** Brackets, digits, and a comma between neighbours. */
function partBytes(part: Part): number {
  if ("text" in part) return part.text.length;
  let length = 2 + Math.max(0, part.integers.length - 1);
  for (const value of part.integers) length += digitCounts[value]!;
  return length;
}

function writePart(buffer: Uint8Array, start: number, part: Part): number {
  if ("text" in part) {
    buffer.set(part.text, start);
    return start + part.text.length;
  }
  let at = start;
  buffer[at++] = 0x5b;
  const { integers } = part;
  for (let index = 0; index < integers.length; index++) {
    if (index > 0) buffer[at++] = 0x2c;
    const value = integers[index]!;
    const digit = 3 * value;
    buffer[at++] = digits[digit]!;
    if (value > 9) buffer[at++] = digits[digit + 1]!;
    if (value > 99) buffer[at++] = digits[digit + 2]!;
  }
  buffer[at++] = 0x5d;
  return at;
}
