/** Implementations of the BatchVerifier contract: without threads, and with them. */
export { inlineVerifier } from "./inline.js";
export { createVerifyPool, type VerifyPool, type VerifyPoolOptions } from "./verify-pool.js";
