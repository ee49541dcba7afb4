/**
 * The WASM engine: the contract's edge checks in TypeScript, the computing in assembly/.
 */
import { loadWasm, type WasmBuildName } from "#bindings/wasm/load.js";
import { checkInteger, checkOptions } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { Engine } from "../../contracts/engine.js";
import { createDiff } from "./diff.js";
import { createEd25519 } from "./ed25519.js";
import { createHashes, type LargeHash, largeHashFromBytes } from "./hash.js";
import { createJson } from "./json.js";
import { createKeccak } from "./keccak.js";
import { createKeyCache } from "./key-cache.js";
import { Linear } from "./linear.js";
import { createMlDsa65 } from "./ml-dsa.js";
import { createVerify } from "./verify.js";

export { type LoadIdSetsOptions, loadIdSets } from "./id-sets.js";

export interface LoadCoreOptions {
  /** Room for expanded keys, bytes; `limits.keyCacheBytesDefault` by default. */
  readonly cacheBytes?: number;
  /** This build and no other, for tests and diagnosis; by default the fastest that runs here. */
  readonly build?: WasmBuildName;
  /**
   * The runtime's own SHA-256, for messages large enough that it is the faster: 32 fresh bytes, synchronously. The
   * core brings none, so that it runs where there is none.
   */
  readonly largeHash?: LargeHash;
}

/**
 * Loads the fastest build that runs in this runtime. Every call gives an engine with a memory of its
 * own; engines share nothing. Throws `WaxwingError` with code `wasm_unavailable` where WebAssembly is
 * missing, forbidden, or has no memory to give, or where the build that was asked for does not run.
 *
 * ```ts
 * import { loadCore } from "waxwing/core";
 * const core = await loadCore({ cacheBytes: 8 * 1024 * 1024 });
 * console.log(core.features.engine);
 * ```
 */
export async function loadCore(options: LoadCoreOptions = {}): Promise<Engine> {
  checkOptions(options, "options", ["cacheBytes", "build", "largeHash"]);
  const { cacheBytes = limits.keyCacheBytesDefault, build, largeHash } = options;
  checkInteger(cacheBytes, "cacheBytes", 0, limits.keyCacheBytesMax);
  checkBuild(build);
  checkLargeHash(largeHash);
  const core = await loadWasm({ cacheBytes, build }).catch((cause: unknown) => {
    throw new WaxwingError("wasm_unavailable", "the WebAssembly core cannot be loaded", { cause });
  });
  const linear = new Linear(core);
  const { simd, relaxedSimd, name } = core;
  return {
    features: {
      simd,
      relaxedSimd,
      engine: `wasm-${name}`,
      ...(largeHash === undefined ? {} : { largeHashFromBytes: largeHashFromBytes.single }),
    },
    keyCache: createKeyCache(linear),
    ...createHashes(linear, { simd, largeHash }),
    ed25519: createEd25519(linear),
    ...createVerify(linear),
    ...createKeccak(linear),
    ...createJson(linear),
    ...createDiff(linear),
    mlDsa65: createMlDsa65(linear),
  };
}

function checkBuild(build: unknown): asserts build is WasmBuildName | undefined {
  const known: readonly unknown[] = [undefined, "scalar", "simd", "relaxed"];
  if (!known.includes(build)) throw new TypeError('build: expected "scalar", "simd" or "relaxed"');
}

function checkLargeHash(largeHash: unknown): asserts largeHash is LargeHash | undefined {
  if (largeHash !== undefined && typeof largeHash !== "function")
    throw new TypeError("largeHash: expected a function");
}
