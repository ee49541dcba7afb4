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
import { createHashes } from "./hash.js";
import { createJson } from "./json.js";
import { createKeccak } from "./keccak.js";
import { createKeyCache } from "./key-cache.js";
import { Linear } from "./linear.js";
import { createMlDsa65 } from "./ml-dsa.js";
import { checkSha256Option, Sha256Choice, type Sha256Option } from "./sha256-choice.js";
import { createVerify } from "./verify.js";

export { type LoadIdSetsOptions, loadIdSets } from "./id-sets.js";
export type { Sha256Option, Sha256Options } from "./sha256-choice.js";

export interface LoadCoreOptions {
  /** Room for expanded keys, bytes; `limits.keyCacheBytesDefault` by default. */
  readonly cacheBytes?: number;
  /** This build and no other, for tests and diagnosis; by default the fastest that runs here. */
  readonly build?: WasmBuildName;
  /**
   * Who computes SHA-256. By default the runtime's own where it is the faster, once there is enough to hash;
   * `"core"`: never; an object: an implementation of yours, or other crossovers. Digests are the same.
   */
  readonly sha256?: Sha256Option;
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
  checkOptions(options, "options", ["cacheBytes", "build", "sha256"]);
  const { cacheBytes = limits.keyCacheBytesDefault, build, sha256 } = options;
  checkInteger(cacheBytes, "cacheBytes", 0, limits.keyCacheBytesMax);
  checkBuild(build);
  checkSha256Option(sha256);
  const core = await loadWasm({ cacheBytes, build }).catch((cause: unknown) => {
    throw new WaxwingError("wasm_unavailable", "the WebAssembly core cannot be loaded", { cause });
  });
  const linear = new Linear(core);
  const { simd, relaxedSimd, name } = core;
  const choice = new Sha256Choice(sha256, { simd });
  const { leavesCore, ...hashes } = createHashes(linear, choice);
  return {
    features: {
      simd,
      relaxedSimd,
      engine: `wasm-${name}`,
      get sha256() {
        return choice.features;
      },
    },
    keyCache: createKeyCache(linear),
    ...hashes,
    ed25519: createEd25519(linear),
    ...createVerify(linear),
    ...createKeccak(linear),
    ...createJson(linear, { sha256: hashes.sha256, leavesCore }),
    ...createDiff(linear),
    mlDsa65: createMlDsa65(linear),
  };
}

function checkBuild(build: unknown): asserts build is WasmBuildName | undefined {
  const known: readonly unknown[] = [undefined, "scalar", "simd", "relaxed"];
  if (!known.includes(build)) throw new TypeError('build: expected "scalar", "simd" or "relaxed"');
}
