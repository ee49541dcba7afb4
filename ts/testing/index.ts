/** Compliance suites, fakes and the simulator, exported for implementers of Waxwing's contracts. */
export * from "./suite.js";
export * from "./transport-suite.js";
