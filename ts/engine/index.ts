/** Implementations of the Engine contract, and of verification away from the calling thread. */

export { type BuildChoice, type EngineChoices, engineChoices } from "./engine-choices.js";
export { type LinkCryptoOptions, loadLinkCrypto } from "./link-crypto.js";
export { createVerifyPool, inlineVerifier, type VerifyPool, type VerifyPoolOptions } from "./pool/index.js";
export { createReferenceIdSets } from "./reference/id-sets.js";
export { createReferenceEngine } from "./reference/index.js";
export { type LoadCoreOptions, type LoadIdSetsOptions, loadCore, loadIdSets } from "./wasm/index.js";
