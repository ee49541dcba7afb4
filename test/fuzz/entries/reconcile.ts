/** What a peer's reconciliation bytes reach: packed symbols, the peeling decoder, messages of ranges. */
import { loadIdSets } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createReferenceIdSets } from "#dist/engine/index.js";
import { answerRanges, openRanges, packSymbols, readRanges, unpackSymbols } from "#dist/reconcile/index.js";
import { demand, type FuzzTarget } from "../target.js";

const ids = (from: number, to: number) => {
  const bytes = new Uint8Array(32 * (to - from));
  for (let i = from; i < to; i++) bytes.fill(i + 1, 32 * (i - from), 32 * (i - from + 1));
  return bytes;
};
const builds = await Promise.all(wasmBuilds().map((build) => loadIdSets({ capacity: 100, build })));
const reference = createReferenceIdSets({ capacity: 100 });
const decoders = [...builds, reference].map((sets) => {
  const set = sets.create();
  set.insert(ids(0, 20));
  return set;
});
const remote = reference.create();
remote.insert(ids(5, 28));

const decodeTarget: FuzzTarget = {
  name: "decodeSymbols",
  seeds: [remote.symbols(0, 40), remote.symbols(0, 8), new Uint8Array(48 * 3)],
  tokens: [remote.symbols(0, 1), remote.ids(0, 1), new Uint8Array(8).fill(0xff)],
  // Lengths are the caller's to check, who cuts messages into symbols.
  refusals: (error) => error instanceof RangeError,
  run: (bytes) => {
    if (bytes.length > 48 * 100) return;
    const [expected, ...answers] = decoders
      .toReversed()
      .map((set) => set.decode(bytes))
      .map((found) => found && Buffer.concat([found.missing, Buffer.from("|"), found.extra]).toString("hex"));
    for (const answer of answers)
      demand(answer === expected, "every build decodes what the reference decodes");
  },
};

const unpackTarget: FuzzTarget = {
  name: "unpackSymbols",
  seeds: [packSymbols(remote.symbols(0, 30), 0, remote.size), packSymbols(remote.symbols(5, 9), 0, 0)],
  tokens: [
    Uint8Array.of(0x80),
    Uint8Array.of(0x90, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00),
    new Uint8Array(41),
  ],
  run: (bytes) => {
    const packed = packSymbols(unpackSymbols(bytes, 0, 28), 0, 28);
    demand(Buffer.compare(packed, bytes) === 0, "symbols are packed in one way only");
  },
};

const set = decoders[0]!;
const list = reference.create();
list.insert(ids(20, 40));
const rangeSeeds = [set, remote, list].map(openRanges);
const rangeMessages = [
  ...rangeSeeds,
  ...rangeSeeds.map((message) => answerRanges(remote, message)),
  Uint8Array.of(0x61, 1, 1, 9, 0, 1, 1, 12, 1, ...new Uint8Array(16), 0, 0, 0),
  Uint8Array.of(0x62),
];
const rangeTokens = [
  Uint8Array.of(0, 0),
  Uint8Array.of(1, 32),
  Uint8Array.of(0x90, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00),
  set.fingerprint(0, 20),
  ids(3, 5),
];

const answerTarget: FuzzTarget = {
  name: "answerRanges",
  seeds: rangeMessages,
  tokens: rangeTokens,
  run: (bytes) => {
    const answer = answerRanges(set, bytes, { bytesMax: 2048 });
    demand(answer.length <= 2048, "an answer is no longer than allowed");
    demand(
      Buffer.compare(answer, answerRanges(decoders.at(-1)!, bytes, { bytesMax: 2048 })) === 0,
      "the reference's set gives the same answer",
    );
    // What we write, we read.
    if (answer.length > 1) readRanges(remote, answer);
  },
};

const readTarget: FuzzTarget = {
  name: "readRanges",
  seeds: rangeMessages,
  tokens: rangeTokens,
  run: (bytes) => {
    const { missing, extra, reply } = readRanges(set, bytes, { bytesMax: 2048, idsMax: 30 });
    demand(missing.length + extra.length <= 30 * 32, "no more ids than asked for");
    for (let at = 0; at < missing.length; at += 32)
      demand(!set.has(missing.subarray(at, at + 32)), "a missing id is not there");
    for (let at = 0; at < extra.length; at += 32)
      demand(set.has(extra.subarray(at, at + 32)), "an extra id is there");
    demand(reply === undefined || reply.length <= 2048, "a reply is no longer than allowed");
  },
};

export const reconcileTargets: readonly FuzzTarget[] = [decodeTarget, unpackTarget, answerTarget, readTarget];
