/** What a peer's reconciliation bytes reach: the peeling decoder of coded symbols. */
import { loadIdSets } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createReferenceIdSets } from "#dist/engine/index.js";
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

export const reconcileTargets: readonly FuzzTarget[] = [decodeTarget];
