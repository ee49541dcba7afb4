/**
 * `waxwing/replication`: anti-entropy over CRPL, one stream per (peer, kind): Summary → Diff → Deliver.
 * `createReplication` runs it over a store, an admission and a way to send; the wire stands alone beside it.
 *
 * ```ts
 * import { createKindCatalog, decodeFrame, encodeFrame } from "waxwing/replication";
 * const kinds = createKindCatalog([{ token: "note" }]);
 * const bytes = encodeFrame({ version: 2, message: { type: "diff", kind: "note", want: [] } });
 * console.log(decodeFrame(bytes, kinds).message.type); // diff
 * ```
 */
export { isWaxwingError, WaxwingError } from "../base/errors.js";
export type {
  PeerLink,
  ReplicationCounters,
  ReplicationHoldings,
  ReplicationOptions,
  SendFrame,
} from "./context.js";
export {
  catalogOfKinds,
  createKindCatalog,
  type KindCatalog,
  type KindRow,
  type KindWireVersion,
} from "./kind-catalog.js";
export * from "./offer-policy/index.js";
export type { Framing } from "./peer-framing.js";
export type { PullFailure, PullReport } from "./pull-desk.js";
export { stepReconcileRound } from "./reconcile-session.js";
export {
  createReconcileRound,
  type ReconcileRoundEffect,
  type ReconcileRoundInput,
  type ReconcileRoundOptions,
  type ReconcileRoundState,
  type ReconcileRoundStep,
} from "./reconcile-state.js";
export type { ReplyDropReason, RouteOutcome } from "./registry.js";
export type { RoundOutcome, RoundReport, RoundWay, SessionReport, SessionRole, Staleness } from "./report.js";
export {
  createReplication,
  type Replication,
  type ReplicationHandle,
  type ReplicationPeer,
  type RoundEvent,
  receiveVerdict,
  type StartOptions,
} from "./runtime.js";
export * from "./session.js";
export * from "./wire/index.js";
