/** CRPL frames: what every implementation must write byte for byte, may read, and must refuse (ciris-edge §1–2). */
import { createHash } from "node:crypto";
import { join } from "node:path";
import test from "ava";
import { decodeFrame, encodeFrame, type Frame, isWaxwingError } from "waxwing/replication";
import { type MessageJson, messageFromJson, testKinds } from "../support/replication.js";
import { ownVectors, readJson } from "../support/vectors.js";

interface Vectors {
  frames: { name: string; bytes: number; sha256: string; hex: string; body: MessageJson }[];
  tolerated: { name: string; hex: string; body: MessageJson }[];
  refused: { name: string; hex: string; code: string }[];
}

const vectors = readJson<Vectors>(join(ownVectors, "crpl-frames.json"));

/** What the preamble of a worked frame says, read by hand. */
function frameOf(bytes: Buffer, body: MessageJson): Frame {
  const message = messageFromJson(body);
  const version = bytes[4];
  if (version !== 3) return { version: version as 1 | 2, message };
  return { version, fromResponder: bytes[5] === 1, round: bytes.readBigUInt64BE(6), message };
}

for (const { name, bytes: length, sha256, hex, body } of vectors.frames) {
  test(`encodeFrame() writes the worked frame byte for byte, and decodeFrame() reads it: ${name}`, (t) => {
    const bytes = Buffer.from(hex, "hex");
    t.is(bytes.length, length);
    t.is(createHash("sha256").update(bytes).digest("hex"), sha256);
    const frame = frameOf(bytes, body);
    t.is(Buffer.from(encodeFrame(frame)).toString("hex"), hex);
    t.deepEqual(decodeFrame(new Uint8Array(bytes), testKinds), frame);
  });
}

for (const { name, hex, body } of vectors.tolerated) {
  test(`decodeFrame() tolerates ${name}`, (t) => {
    t.deepEqual(
      decodeFrame(Uint8Array.from(Buffer.from(hex, "hex")), testKinds).message,
      messageFromJson(body),
    );
  });
}

for (const { name, hex, code } of vectors.refused) {
  test(`decodeFrame() refuses as ${code}: ${name}`, (t) => {
    const error = t.throws(() => decodeFrame(Uint8Array.from(Buffer.from(hex, "hex")), testKinds));
    t.true(isWaxwingError(error, code as never), String(error));
  });
}
