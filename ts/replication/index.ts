/**
 * `waxwing/replication`: anti-entropy over CRPL, one stream per (peer, kind): Summary → Diff → Deliver.
 */
export { isWaxwingError, WaxwingError } from "../base/errors.js";
export * from "./kind-catalog.js";
export * from "./wire/index.js";
