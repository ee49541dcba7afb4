/** Compliance suites, fakes and the simulator, exported for implementers of Waxwing's contracts. */
export { keccakSuite } from "./engine-suite/keccak.js";
export { mlDsa65Suite } from "./engine-suite/ml-dsa.js";
export * from "./fake-host.js";
export * from "./seeded-random.js";
export * from "./settle.js";
export * from "./simulator/index.js";
export * from "./suite.js";
export * from "./transport-suite.js";
export * from "./virtual-time.js";
