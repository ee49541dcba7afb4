/**
 * `waxwing/core`: hashing, canonical JSON, signatures and set difference in WebAssembly. Zero dependencies;
 * runs in Node, Deno and browsers.
 *
 * ```ts
 * import { loadCore } from "waxwing/core";
 * const core = await loadCore();
 * core.sha256(new TextEncoder().encode("abc"));
 * ```
 */

export type { ErrorCode } from "./base/errors.js";
export { isWaxwingError, WaxwingError } from "./base/errors.js";
export type * from "./contracts/engine.js";
export type * from "./contracts/id-set.js";
export {
  type LoadCoreOptions,
  type LoadIdSetsOptions,
  loadCore,
  loadIdSets,
  type Sha256Option,
  type Sha256Options,
} from "./engine/wasm/index.js";
