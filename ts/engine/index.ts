/** Implementations of the Engine contract. */
export { createReferenceEngine } from "./reference/index.js";
export { type LoadCoreOptions, loadCore } from "./wasm/index.js";
