/**
 * `waxwing`: a federation node for signed records.
 *
 * ```ts
 * import { createNode } from "waxwing";
 * await using node = await createNode({ store: { engine: "memory" }, listen: false, admin: false });
 * await node.start();
 * ```
 */
export * from "./base/errors.js";
export type { HashHex, KeyId, KindToken } from "./base/ids.js";
export { describeLimits, limits } from "./base/limits.js";
export type * from "./contracts/index.js";
export { type Config, type ConfigInput, type CreateNodeOptions, createNode, version } from "./node/index.js";
