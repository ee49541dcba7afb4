/**
 * The WASM engine: the contract's edge checks in TypeScript, the computing in assembly/.
 */
import { loadWasm } from "#bindings/wasm/load.js";
import type { Engine } from "../../contracts/engine.js";
import { createDiff } from "./diff.js";
import { createEd25519 } from "./ed25519.js";
import { createHashes } from "./hash.js";
import { createJson } from "./json.js";
import { createKeccak } from "./keccak.js";
import { Linear } from "./linear.js";
import { createMlDsa65 } from "./ml-dsa.js";
import { createVerify } from "./verify.js";

export interface LoadCoreOptions {
  /** Room for expanded keys, bytes. */
  readonly cacheBytes?: number;
}

/** 64 MB holds some 400 to 2,000 expanded keys; small boards set 8 MB (PERFORMANCE.md §2). */
const cacheBytesDefault = 64 * 1024 * 1024;

/** Loads the fastest build that validates in this runtime. Every call gives an engine with a memory of its own. */
export async function loadCore({ cacheBytes = cacheBytesDefault }: LoadCoreOptions = {}): Promise<Engine> {
  const core = await loadWasm({ cacheBytes });
  const linear = new Linear(core);
  const { simd, relaxedSimd, name } = core;
  return {
    features: { simd, relaxedSimd, engine: `wasm-${name}` },
    ...createHashes(linear),
    ed25519: createEd25519(linear),
    ...createVerify(linear),
    ...createKeccak(linear),
    ...createJson(linear),
    ...createDiff(linear),
    mlDsa65: createMlDsa65(linear),
  };
}
