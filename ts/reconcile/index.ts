/**
 * Reconciliation: what differs between two sets of 32-byte ids that lie apart, at a cost that follows the
 * difference. Pure: sets come from `loadIdSets` of `waxwing/core`, messages are carried by whoever calls.
 */
export type * from "../contracts/id-set.js";
export { ascend } from "./compare.js";
export {
  checkMessage,
  messageBytes,
  type ReconcileAnswer,
  type ReconcileMessage,
  type ReconcileRequest,
} from "./message.js";
export { answerRanges, openRanges, type RangeOptions, type RangeStep, readRanges } from "./ranges.js";
export { type ReconcileResponse, respond } from "./respond.js";
export {
  createReconciliation,
  type ReconcileEffect,
  type ReconcileInput,
  type ReconcileOptions,
  type ReconcileReport,
  type ReconcileState,
  type ReconcileStep,
  type ReconcileWay,
  stepReconciliation,
} from "./session.js";
export { estimateDifference, idSymbolBytes, packSymbols, unpackSymbols } from "./symbols.js";
