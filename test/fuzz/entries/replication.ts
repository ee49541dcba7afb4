/** CRPL frames, all versions and messages: what decodes has a strict encoding that decodes to the same. */
import { join } from "node:path";
import { decodeFrame, encodeFrame } from "waxwing/replication";
import { testKinds } from "../../support/replication.js";
import { ownVectors, readJson } from "../../support/vectors.js";
import { demand, type FuzzTarget, texts } from "../target.js";

const vectors = readJson<Record<"frames" | "tolerated" | "refused", { hex: string }[]>>(
  join(ownVectors, "crpl-frames.json"),
);
const seeds = [...vectors.frames, ...vectors.tolerated, ...vectors.refused].map(
  ({ hex }) => new Uint8Array(Buffer.from(hex, "hex")),
);

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
      const frame = decodeFrame(bytes, testKinds);
      const encoded = encodeFrame(frame);
      const again = encodeFrame(decodeFrame(encoded, testKinds));
      demand(Buffer.compare(encoded, again) === 0, "a frame has one strict encoding");
    },
  },
];
