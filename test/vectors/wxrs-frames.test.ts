/** WXRS frames, encoded by hand outside Waxwing: what both ways must agree with, and what must be refused. */
import { join } from "node:path";
import test from "ava";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  isWaxwingError,
  type NativeMessage,
} from "waxwing/replication";
import { type MessageJson, messageFromJson, testKinds } from "../support/replication.js";
import { ownVectors, readJson } from "../support/vectors.js";

interface Vectors {
  frames: { name: string; hex: string; fromResponder: boolean; round: string; body: MessageJson }[];
  native: { name: string; hex: string; fromResponder: boolean; message: object }[];
  refused: { name: string; hex: string; code: string }[];
}

const vectors = readJson<Vectors>(join(ownVectors, "wxrs-frames.json"));
/** Byte strings stand as `{ "$hex": … }`. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== "object" || value === null) return value;
  if ("$hex" in value) return bytesOf(value.$hex as string);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withBytes(member)]));
}

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

for (const { name, hex, fromResponder, round, body } of vectors.frames)
  test(`encodeFrame() writes the WXRS frame byte for byte, and decodeFrame() reads it: ${name}`, (t) => {
    const message = messageFromJson(body);
    const frame: Frame = { version: 3, native: true, fromResponder, round: BigInt(round), message };
    t.is(Buffer.from(encodeFrame(frame)).toString("hex"), hex);
    t.deepEqual(decodeFrame(bytesOf(hex), testKinds), frame);
  });

for (const { name, hex, fromResponder, message } of vectors.native)
  test(`encodeFrame() writes what only Waxwing nodes say, and decodeFrame() reads it: ${name}`, (t) => {
    const said = withBytes(message) as NativeMessage;
    const frame: Frame = { version: 3, native: true, fromResponder, round: 5n, message: said };
    t.is(Buffer.from(encodeFrame(frame)).toString("hex"), hex);
    t.deepEqual(decodeFrame(bytesOf(hex), testKinds), frame);
  });

for (const { name, hex, code } of vectors.refused)
  test(`decodeFrame() refuses a WXRS frame: ${name}`, (t) => {
    const error = t.throws(() => decodeFrame(bytesOf(hex), testKinds));
    t.true(isWaxwingError(error) && error.code === code, String(error));
  });
