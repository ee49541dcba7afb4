/**
 * What runs under qemu: the cases of bench/micro on one build, Waxwing alone, with marks between samples that the
 * plugin answers with instructions counted (count-instructions.c). Prints one line a case, as JSON; run.ts puts
 * both together.
 */
import { loadCore } from "waxwing/core";
import { type Bench, turns } from "../case.js";
import { hashCases } from "../micro/hashes.js";
import { jsonCases, setCases } from "../micro/json-and-sets.js";
import { signatureCases } from "../micro/signatures.js";

/** What one case's marks enclose: `samples` times `calls` calls, each of `operations`. */
export interface Counted {
  readonly id: string;
  readonly samples: number;
  readonly calls: number;
  readonly operations: number;
}

const samples = 3;
/** Enough for the JavaScript around a kernel to be compiled for good; the kernels are from the start. */
const warmUpMs = 400;
/** Under emulation some fifty times slower than here. */
const tooLarge = /\/(1m|100k)$/;

// Hedged signing would take another number of rounds each time; with one luck for all, counts repeat.
globalThis.crypto.getRandomValues = (array) => {
  if (array !== null) new Uint8Array(array.buffer, array.byteOffset, array.byteLength).fill(7);
  return array;
};

const options = { build: process.argv[2] as "scalar", sha256: "core" } as const;
const bench: Bench = {
  core: await loadCore(options),
  coldCore: await loadCore({ ...options, cacheBytes: 0 }),
  peers: { ed25519: {}, mlDsa: {}, sha256: {}, absent: new Map() },
  quick: true,
};
const cases = [...signatureCases(bench), ...hashCases(bench), ...jsonCases(bench), ...setCases(bench)];

mark();
mark();
for (const each of cases) {
  const { id, contenders } = each;
  const operations = each.operations?.waxwing ?? 1;
  if (tooLarge.test(id)) continue;
  const run = contenders.waxwing!;
  const calls = operations > 1 ? 1 : turns;
  const startMs = performance.now();
  // Keys are kept from their second good signature on, and one batch shows each key often.
  const warmUpCalls = operations > 1 ? 3 : 3 * turns;
  for (let turn = 0; turn < warmUpCalls || performance.now() - startMs < warmUpMs; turn++) run(turn % turns);
  mark();
  for (let sample = 0; sample < samples; sample++) {
    for (let turn = 0; turn < calls; turn++) run(turn);
    mark();
  }
  console.log(JSON.stringify({ id, samples, calls, operations } satisfies Counted));
}
process.exit(0);

function mark(): void {
  process.kill(process.pid, 0);
}
