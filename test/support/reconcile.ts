/** Two sides of a reconciliation in one process, and a record of what went between them. */
import type { IdSet } from "waxwing/core";
import {
  createReconciliation,
  messageBytes,
  type ReconcileAnswer,
  type ReconcileOptions,
  type ReconcileReport,
  type ReconcileRequest,
  type ReconcileState,
  respond,
  stepReconciliation,
} from "waxwing/reconcile";

export interface Exchange {
  readonly report: ReconcileReport;
  readonly requests: readonly ReconcileRequest[];
  readonly bytes: number;
  /** What the responder was told at the end. */
  readonly told: { readonly missing: Uint8Array; readonly extra: Uint8Array } | undefined;
  readonly state: ReconcileState;
}

/** Bounds that sessions of the tests never meet. */
const messagesMax = 10_000;

export function reconcile(
  local: IdSet,
  remote: IdSet,
  {
    options = {},
    bytesMax,
    answer = (request) => respond(remote, request, bytesMax === undefined ? {} : { bytesMax }).answer,
    before,
  }: {
    options?: ReconcileOptions;
    bytesMax?: number;
    /** Instead of an honest responder; undefined is silence. */
    answer?: (request: ReconcileRequest) => ReconcileAnswer | undefined;
    /** Called before each answer. */
    before?: (turn: number) => void;
  } = {},
): Exchange {
  let state = createReconciliation(options);
  let next = stepReconciliation(state, { type: "start" }, local);
  const requests: ReconcileRequest[] = [];
  let bytes = 0;
  let told: Exchange["told"];
  for (let turn = 0; turn < messagesMax; turn++) {
    state = next.state;
    const sent = next.effects.find((effect) => effect.type === "send");
    const ended = next.effects.find((effect) => effect.type === "finish");
    if (sent !== undefined) {
      requests.push(sent.message);
      bytes += messageBytes(sent.message);
    }
    if (ended !== undefined) {
      if (sent !== undefined) told = respond(remote, sent.message).found;
      return { report: ended.report, requests, bytes, told, state };
    }
    before?.(turn);
    const reply = answer(sent!.message);
    if (reply === undefined) {
      next = stepReconciliation(state, { type: "timer", id: state.timer! }, local);
      continue;
    }
    bytes += messageBytes(reply);
    next = stepReconciliation(state, { type: "message", message: reply }, local);
  }
  throw new Error("the session does not end");
}
