/** Implementations of the Engine contract, and of verification away from the calling thread. */
export { createVerifyPool, inlineVerifier, type VerifyPool, type VerifyPoolOptions } from "./pool/index.js";
export { createReferenceEngine } from "./reference/index.js";
export { type LoadCoreOptions, loadCore } from "./wasm/index.js";
