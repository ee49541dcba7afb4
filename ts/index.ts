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
export { type LinkCryptoOptions, loadLinkCrypto } from "./engine/index.js";
export type {
  AdmissionCounts,
  Config,
  ConfigInput,
  CreateNodeOptions,
  Cursor,
  NodeCard,
  NodeEvent,
  NodePeers,
  NodeStatus,
  PeerInput,
  PeerStatus,
  PutOptions,
  PutResult,
  PutStatus,
  RecordPage,
  ReplicationStatus,
  RoundRecord,
  RoundRequest,
  StateHeadStatement,
  StateHeadsRequest,
  SubscribedRecord,
  WaxwingNode,
} from "./node/index.js";
export { createNode, version } from "./node/index.js";
