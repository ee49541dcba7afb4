/** Every implementation of set difference: the engines, and WASM through windows of few ids. */
import { loadWasm, wasmBuilds } from "#bindings/wasm/load.js";
import { createDiff } from "#dist/engine/wasm/diff.js";
import { Linear } from "#dist/engine/wasm/linear.js";
import { allEngines } from "./engines.js";

export async function allDiffs() {
  const builds = await Promise.all(
    wasmBuilds().map(async (build) => {
      const linear = new Linear(await loadWasm({ cacheBytes: 0, build }));
      return [
        { name: `wasm-${build} through windows of one id`, ...createDiff(linear, { windowBytes: 32 }) },
        { name: `wasm-${build} through windows of five ids`, ...createDiff(linear, { windowBytes: 160 }) },
      ];
    }),
  );
  return [...(await allEngines()).map(({ name, engine }) => ({ name, diff: engine.diff })), ...builds.flat()];
}
