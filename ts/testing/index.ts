/** Compliance suites, fakes and the simulator, exported for implementers of Waxwing's contracts. */

export * from "./admission-suite.js";
export { diffSuite } from "./engine-suite/diff.js";
export { ed25519Suite } from "./engine-suite/ed25519.js";
export { hashSuite } from "./engine-suite/hash.js";
export { engineSuite } from "./engine-suite/index.js";
export { jsonSuite } from "./engine-suite/json.js";
export { keccakSuite } from "./engine-suite/keccak.js";
export { mlDsa65Suite } from "./engine-suite/ml-dsa.js";
export { verifySuite } from "./engine-suite/verify.js";
export * from "./fake-host.js";
export * from "./fake-segment.js";
export * from "./frame-codec-suite.js";
export * from "./host-suite.js";
export * from "./id-set-suite.js";
export * from "./identity-suite.js";
export * from "./key-directory-suite.js";
export * from "./link-crypto-suite.js";
export * from "./offer-policy-suite.js";
export * from "./seeded-random.js";
export * from "./settle.js";
export * from "./simulator/index.js";
export { suiteHash, suiteRecord } from "./store-samples.js";
export * from "./store-suite.js";
export * from "./suite.js";
export * from "./transport-suite.js";
export * from "./verifier-suite.js";
export * from "./virtual-time.js";
