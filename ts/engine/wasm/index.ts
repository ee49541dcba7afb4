/**
 * The WASM engine: the contract's edge checks in TypeScript, the computing in assembly/.
 */
import { loadWasm } from "#bindings/wasm/load.js";
import { checkInteger, checkOptions } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
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
  /** Room for expanded keys, bytes; `limits.keyCacheBytesDefault` by default. */
  readonly cacheBytes?: number;
}

/**
 * Loads the fastest build that validates in this runtime. Every call gives an engine with a memory of its
 * own; engines share nothing. Throws `WaxwingError` with code `wasm_unavailable` where WebAssembly is
 * missing, forbidden, or has no memory to give.
 *
 * ```ts
 * import { loadCore } from "waxwing/core";
 * const core = await loadCore({ cacheBytes: 8 * 1024 * 1024 });
 * console.log(core.features.engine);
 * ```
 */
export async function loadCore(options: LoadCoreOptions = {}): Promise<Engine> {
  checkOptions(options, "options", ["cacheBytes"]);
  const { cacheBytes = limits.keyCacheBytesDefault } = options;
  checkInteger(cacheBytes, "cacheBytes", 0, limits.keyCacheBytesMax);
  const core = await loadWasm({ cacheBytes }).catch((cause: unknown) => {
    throw new WaxwingError("wasm_unavailable", "the WebAssembly core cannot be loaded", { cause });
  });
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
