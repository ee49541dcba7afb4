/** Every implementation of set difference: the engines, and WASM through windows of few ids. */
import { loadWasm } from "#bindings/wasm/load.js";
import { createDiff } from "#dist/engine/wasm/diff.js";
import { Linear } from "#dist/engine/wasm/linear.js";
import { allEngines } from "./engines.js";

export async function allDiffs() {
  const linear = new Linear(await loadWasm({ cacheBytes: 0 }));
  return [
    ...(await allEngines()).map(({ name, engine }) => ({ name, diff: engine.diff })),
    { name: "wasm through windows of one id", ...createDiff(linear, { windowBytes: 32 }) },
    { name: "wasm through windows of five ids", ...createDiff(linear, { windowBytes: 160 }) },
  ];
}
