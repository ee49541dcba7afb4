/** CRPL and WXRS frames, all versions and messages: what decodes has a strict encoding that decodes to the same. */
import { readFileSync } from "node:fs";
import { decodeFrame, encodeFrame } from "waxwing/replication";
import { createZlibCompressor } from "#bindings/compression/zlib.js";
import { testKinds } from "../../support/replication.js";
import { demand, type FuzzTarget, texts } from "../target.js";

// Read here and not through test/support/vectors.ts, which needs ava: the long mode runs without it.
const file = new URL("../../vectors/crpl-frames.json", import.meta.url);
const vectors: Record<"frames" | "tolerated" | "refused", { hex: string }[]> = JSON.parse(
  readFileSync(file, "utf8"),
);
const nativeFile = new URL("../../vectors/wxrs-frames.json", import.meta.url);
const nativeVectors: Record<string, { hex: string }[]> = JSON.parse(readFileSync(nativeFile, "utf8"));
const compressor = createZlibCompressor();
const seeds = [vectors, nativeVectors]
  .flatMap((sets) => Object.values(sets).filter(Array.isArray).flat())
  .map(({ hex }) => new Uint8Array(Buffer.from(hex, "hex")));

export const replicationTargets: readonly FuzzTarget[] = [
  {
    name: "decodeFrame",
    seeds,
    tokens: texts(
      "CRPL",
      ..."summary diff fetch deliver pull cursor_pull".split(" "),
      ..."type kind refs envelope_hash seq want envelopes subject_key_id since"
        .split(" ")
        .map((w) => `"${w}":`),
      "[[0,255,256,-1]]",
      "18446744073709551616",
      "\u0001",
      "\u0003",
    ),
    run: (bytes) => {
      const frame = decodeFrame(bytes, testKinds, compressor);
      const encoded = encodeFrame(frame);
      const again = encodeFrame(decodeFrame(encoded, testKinds));
      demand(Buffer.compare(encoded, again) === 0, "a frame has one strict encoding");
    },
  },
];
