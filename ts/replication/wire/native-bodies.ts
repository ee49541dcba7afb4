/**
 * Frames full of records, written straight into the bytes that leave: what protobuf would make of them, without the
 * three copies of half a megabyte that it takes on the way (docs/protocol.md, "Native frames").
 */
import { utf8Encode } from "../../base/bytes.js";
import { checkBytes, checkInteger } from "../../base/check.js";
import type { BodiesMessage, DeliverMessage } from "./message.js";

// Field numbers of native.proto, with their wire types: 2 for bytes, 0 for a varint.
const kindTag = (1 << 3) | 2;
const bodyTags = { deliver: (5 << 3) | 2, bodies: (11 << 3) | 2 } as const;
const lengthsTag = (1 << 3) | 2;
const recordsTag = (2 << 3) | 2;
const leftTag = (3 << 3) | 0;
/** Of one record in `lengths`. */
const lengthBytes = 4;

/** Returns a buffer with `headBytes` free bytes before the body. */
export function encodeBodies(message: DeliverMessage | BodiesMessage, headBytes: number): Uint8Array {
  const { envelopes } = message;
  const left = message.type === "bodies" ? message.left : 0;
  checkInteger(left, "left", 0, 0xffff_ffff);
  let recordBytes = 0;
  for (const envelope of envelopes) {
    checkBytes(envelope, "envelope");
    recordBytes += envelope.length;
  }
  const kind = utf8Encode(message.kind);
  const lengths = envelopes.length * lengthBytes;
  const body = fieldBytes(lengths) + fieldBytes(recordBytes) + (left === 0 ? 0 : 1 + varintBytes(left));
  const bytes = new Uint8Array(headBytes + fieldBytes(kind.length) + 1 + varintBytes(body) + body);
  const view = new DataView(bytes.buffer);
  let at = writeFieldHead(bytes, headBytes, kindTag, kind.length);
  bytes.set(kind, at);
  at = writeVarint(bytes, at + kind.length, bodyTags[message.type]);
  at = writeFieldHead(bytes, writeVarint(bytes, at, body), lengthsTag, lengths);
  for (const envelope of envelopes) {
    view.setUint32(at, envelope.length);
    at += lengthBytes;
  }
  at = writeFieldHead(bytes, at, recordsTag, recordBytes);
  for (const envelope of envelopes) {
    bytes.set(envelope, at);
    at += envelope.length;
  }
  if (left > 0) writeVarint(bytes, writeVarint(bytes, at, leftTag), left);
  return bytes;
}

/** Empty fields are not written. */
function fieldBytes(length: number): number {
  return length === 0 ? 0 : 1 + varintBytes(length) + length;
}

function writeFieldHead(bytes: Uint8Array, at: number, tag: number, length: number): number {
  return length === 0 ? at : writeVarint(bytes, writeVarint(bytes, at, tag), length);
}

function varintBytes(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}
