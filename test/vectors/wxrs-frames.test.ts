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
import { createZlibCompressor } from "#bindings/compression/zlib.js";
import { type MessageJson, messageFromJson, testKinds } from "../support/replication.js";
import { ownVectors, readJson } from "../support/vectors.js";

interface Vectors {
  frames: { name: string; hex: string; fromResponder: boolean; round: string; body: MessageJson }[];
  native: { name: string; hex: string; fromResponder: boolean; message: object }[];
  refused: { name: string; hex: string; code: string }[];
  /** `plain`: the same frame without the flag. */
  compressed: { name: string; hex: string; plain: string }[];
  compressedRefused: { name: string; hex: string }[];
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

const compressor = createZlibCompressor();

for (const { name, hex, plain } of vectors.compressed)
  test(`decodeFrame() reads a compressed WXRS frame: ${name}`, (t) => {
    t.deepEqual(decodeFrame(bytesOf(hex), testKinds, compressor), decodeFrame(bytesOf(plain), testKinds));
    const error = t.throws(() => decodeFrame(bytesOf(hex), testKinds));
    t.true(isWaxwingError(error) && error.code === "frame_decode", "and without a compressor refuses it");
  });

for (const { name, hex } of vectors.compressedRefused)
  test(`decodeFrame() refuses a compressed WXRS frame: ${name}`, (t) => {
    const error = t.throws(() => decodeFrame(bytesOf(hex), testKinds, compressor));
    t.true(isWaxwingError(error) && error.code === "frame_decode", String(error));
  });

test("encodeFrame() deflates a body where that makes it shorter, and no more than a receiver takes", (t) => {
  const frameOf = (text: string): Frame => ({
    version: 3,
    native: true,
    fromResponder: true,
    round: 5n,
    message: { type: "bodies", kind: "key", envelopes: [new TextEncoder().encode(text)], left: 0 },
  });
  const flagsOf = (frame: Frame) => {
    const bytes = encodeFrame(frame, compressor);
    t.deepEqual(decodeFrame(bytes, testKinds, compressor), frame);
    t.true(bytes.length <= encodeFrame(frame).length);
    return bytes[5];
  };
  const words = Array.from({ length: 400 }, (_, index) => `word ${(index * 7919) % 1009}`).join(" ");
  t.is(flagsOf(frameOf(words)), 3);
  t.is(flagsOf(frameOf("short")), 1);
  t.is(flagsOf(frameOf("x".repeat(100_000))), 1, "sixteen times as short would be taken for a bomb");
  t.is(
    encodeFrame(
      {
        version: 3,
        fromResponder: false,
        round: 1n,
        message: { type: "deliver", kind: "key", envelopes: [] },
      },
      compressor,
    )[5],
    0,
  );
});
