/** Bytes, errors, limits, ids and events: what every layer may use. */
export * from "./bytes.js";
export * from "./check.js";
export { errorCodes } from "./error-codes.js";
export * from "./errors.js";
export * from "./events.js";
export * from "./ids.js";
export { describeLimits, limits } from "./limits.js";
export { sourcePrefix } from "./source-prefix.js";
