/** `waxwing`'s node: configuration, wiring, doors, and how commands reach a running one. */
export { ensureIdentity, fetchCard, type NodeAccess, openNodeAccess } from "./access.js";
export {
  applyEnvironment,
  type Config,
  type ConfigInput,
  configSchema,
  environmentOverrides,
  type LinkConfig,
  parseConfig,
  parseConfigText,
  parseLink,
} from "./config.js";
export { ControlClient, type ControlVerdict } from "./control-client.js";
export { type DataDirectory, dataDirectory } from "./data-directory.js";
export { linkProblem, mediumOf } from "./links.js";
export { type CreateNodeOptions, createNode } from "./node.js";
export { parsePeer } from "./peer-book.js";
export type { StateHeadJson } from "./state-heads.js";
export type * from "./types.js";
export { type VerifyVerdict, verifyRecords } from "./verify-records.js";
export { type VerifyWorkers, verifyWorkersHere } from "./verify-workers.js";
export { version } from "./version.js";
