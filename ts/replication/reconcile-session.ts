/**
 * One round of two Waxwing nodes over one kind whose record ids both keep as a set, as a pure state machine
 * (docs/protocol.md §10, docs/adr/0016):
 *
 * ```
 * I → R  open(head)                R → I  equal                  both are done: the sets are the same
 *                                       | unavailable            the Summary session takes over
 * I → R  more | ranges | page …    R → I  sketch | ranges | ids …
 * I → R  found(missing, extra)     R → I  want(⊆ extra), bodies(missing) …
 * I → R  bodies(want) …            each   taken after bodies
 * ```
 * What the initiator finds is `waxwing/reconcile`; here is what comes of it. `missing` holds the ids that it takes now, `extra`
 * all that the responder lacks, as far as they were found. A side is done when all that it asked for is admitted, all that it was
 * asked for is sent, and the other has said so. A responder keeps nothing before `found`: its answers depend on its set alone.
 * Without a set it answers `unavailable`.
 *
 * A message that fits no moment is unexpected and changes nothing, not even the wait for the peer; one that breaks the
 * protocol ends the round as `reconcile_malformed`. The step reads the id set it is given and changes nothing.
 */
import { equalBytes } from "../base/bytes.js";
import { type ErrorCode, isWaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { IdSet } from "../contracts/id-set.js";
import type { EffectId } from "../contracts/session.js";
import {
  ascend,
  type ReconcileAnswer,
  type ReconcileMessage,
  type ReconcileReport,
  type ReconcileRequest,
  type ReconcileStep,
  respond,
  stepReconciliation,
} from "../reconcile/index.js";
import {
  Draft,
  idBytes,
  noIds,
  type ReconcileRoundInput,
  type ReconcileRoundState,
  type ReconcileRoundStep,
  type Task,
} from "./reconcile-state.js";
import {
  countIds,
  expectRecords,
  hasAllRecords,
  hasServedAll,
  malformed,
  onAdmitted,
  onBodies,
  onLoaded,
  onTaken,
  onWant,
  serveRecords,
} from "./record-flow.js";
import { failureOutcome, type RoundOutcome, type SessionReport, type Staleness } from "./report.js";
import type { NativeMessage } from "./wire/message.js";

/** Answers of a responder that are on their way. */
const answersAtOnce = 2;

type Result = Extract<ReconcileRoundInput, { type: "result" }>["result"];

export function stepReconcileRound(
  state: ReconcileRoundState,
  input: ReconcileRoundInput,
  set: IdSet | undefined,
): ReconcileRoundStep {
  if (state.phase === "finished") return { state, effects: [] };
  switch (input.type) {
    case "start":
      return start(state, set);
    case "message":
      return onMessage(state, input.message, set);
    case "result":
      return onResult(state, input.id, input.result);
    case "timer":
      if (input.id !== state.timer) return { state, effects: [] };
      return finish(new Draft(state), "timedOut", "round_timed_out");
    case "cancel":
      // Its last frame is there, though nobody has said so yet: the peer has gone on to another round.
      if (isDone(state) && [...state.pending.values()].every(({ type }) => type === "send"))
        return finish(new Draft(state), "completed");
      return finish(
        new Draft(state),
        input.code === "round_timed_out" ? "timedOut" : "cancelled",
        input.code,
      );
  }
}

function start(state: ReconcileRoundState, set: IdSet | undefined): ReconcileRoundStep {
  if (state.options.role === "responder" || state.phase !== "idle" || set === undefined)
    return { state, effects: [], unexpected: true };
  const draft = new Draft({ ...state, phase: "comparing" });
  return compared(draft, stepReconciliation(state.comparison, { type: "start" }, set));
}

function onMessage(
  state: ReconcileRoundState,
  message: NativeMessage,
  set: IdSet | undefined,
): ReconcileRoundStep {
  if (message.kind !== state.options.kind) return { state, effects: [], unexpected: true };
  const draft = new Draft({ ...state, timer: undefined });
  try {
    const step = receive(draft, message, set);
    if (step !== "unexpected") return step;
    // A round that begins with a late frame is none.
    const isNone = state.phase === "idle" && state.pending.size === 0;
    const ended = isNone ? finish(new Draft(state), "served") : { state, effects: [] };
    return { ...ended, unexpected: true };
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    return finish(new Draft(state), "error", error.code, error.message);
  }
}

function receive(
  draft: Draft,
  message: NativeMessage,
  set: IdSet | undefined,
): ReconcileRoundStep | "unexpected" {
  const { phase, options } = draft.state;
  const isInitiator = options.role === "initiator";
  const settled = (isNews: boolean) => (isNews ? settle(draft) : "unexpected");
  switch (message.type) {
    case "reconcile":
      if (isRequest(message.message) === isInitiator) return "unexpected";
      return isRequest(message.message)
        ? onRequest(draft, message.message, set)
        : onAnswer(draft, message.message, set);
    case "summary":
      // The initiator goes on with Summaries; that we answered `unavailable` may not be known to have arrived yet.
      return !isInitiator && (phase === "idle" || phase === "comparing") ? fallBack(draft) : "unexpected";
    case "unavailable":
      return isInitiator && phase === "comparing" ? fallBack(draft) : "unexpected";
    case "want":
      return settled(isInitiator && phase === "moving" && onWant(draft, message));
    case "bodies":
      return settled(phase === "moving" && onBodies(draft, message));
    case "taken":
      return settled(phase === "moving" && onTaken(draft, message));
    default:
      return "unexpected";
  }
}

const requests: ReadonlySet<string> = new Set<ReconcileRequest["type"]>([
  "open",
  "more",
  "ranges",
  "page",
  "found",
]);

function isRequest(message: ReconcileMessage): message is ReconcileRequest {
  return requests.has(message.type);
}

// The initiator compares.

function onAnswer(
  draft: Draft,
  answer: ReconcileAnswer,
  set: IdSet | undefined,
): ReconcileRoundStep | "unexpected" {
  const { phase, lastAnswer, comparison } = draft.state;
  // A network that doubles a frame must not end the round.
  if (phase !== "comparing" || (lastAnswer !== undefined && isSame(answer, lastAnswer))) return "unexpected";
  if (set === undefined) return fallBack(draft);
  draft.set({ lastAnswer: answer });
  return compared(draft, stepReconciliation(comparison, { type: "message", message: answer }, set));
}

/** One of the two sides keeps no set, or has lost its room meanwhile; the initiator says so with a Summary. */
function fallBack(draft: Draft): ReconcileRoundStep {
  draft.end({ type: "fallBack" });
  return draft.done();
}

function compared(draft: Draft, { state: comparison, effects }: ReconcileStep): ReconcileRoundStep {
  const { kind } = draft.state.options;
  draft.set({ comparison, roundTrips: comparison.roundTrips });
  const ended = effects.find((effect) => effect.type === "finish");
  if (ended) return onCompared(draft, ended.report);
  for (const effect of effects)
    if (effect.type === "send") draft.send({ type: "reconcile", kind, message: effect.message });
  return settle(draft);
}

function onCompared(draft: Draft, report: ReconcileReport): ReconcileRoundStep {
  const { outcome, way, code, missing, extra } = report;
  draft.set({ way, lastAnswer: undefined });
  if (outcome === "timedOut" || outcome === "cancelled" || outcome === "error")
    return finish(draft, outcome, code);
  // Of a sketch more may come than one round is for.
  const offered = extra.subarray(0, draft.state.options.idsMax * idBytes);
  const isPartial = outcome === "partial" || offered.length < extra.length;
  draft.set({ isEqual: outcome === "equal", isPartial, offered });
  // It was the peer who said so.
  if (outcome === "equal" && way === "head") return finish(draft, "completed");
  draft.count({ missing: countIds(missing), offered: countIds(offered) });
  return choose(draft, missing);
}

/** Which of the ids that the peer has, and this side lacks, are asked for in this round. */
function choose(draft: Draft, ids: Uint8Array): ReconcileRoundStep {
  const { kind, idsMax } = draft.state.options;
  draft.set({ phase: "choosing" });
  if (ids.length === 0) return onChosen(draft, noIds);
  draft.add({ type: "filterMissingIds", kind, ids, limit: idsMax }, { type: "filter" });
  return settle(draft);
}

function onChosen(draft: Draft, wanted: Uint8Array): ReconcileRoundStep {
  const { options, offered } = draft.state;
  const { kind, role } = options;
  draft.set({ phase: "moving" });
  expectRecords(draft, wanted);
  if (role === "initiator") {
    draft.send({ type: "reconcile", kind, message: { type: "found", missing: wanted, extra: offered } });
    if (offered.length === 0) serveRecords(draft, noIds);
  } else {
    // Before the bodies, which are loaded first.
    if (draft.state.tally.missing > 0) draft.send({ type: "want", kind, ids: wanted });
    serveRecords(draft, offered);
  }
  return settle(draft);
}

// The responder answers.

function onRequest(
  draft: Draft,
  request: ReconcileRequest,
  set: IdSet | undefined,
): ReconcileRoundStep | "unexpected" {
  const { state } = draft;
  const { kind } = state.options;
  if (state.phase !== "idle" && state.phase !== "comparing") return "unexpected";
  // Who asks waits for the answer, which may be there before the outcome of its send is here; more is a flood.
  const unsent = [...state.pending.values()].filter((task) => task.type === "send" && task.answers).length;
  if (unsent >= answersAtOnce) return "unexpected";
  if (state.answers >= limits.reconcileWaitsMax) throw malformed("more requests than a session has");
  if (set === undefined) {
    draft.send({ type: "unavailable", kind }, true);
    return settle(draft);
  }
  const { answer, found } = respond(set, request, { bytesMax: state.options.rangeBytesMax });
  if (found) return onFound(draft, found.missing, found.extra);
  draft.set({
    phase: "comparing",
    answers: state.answers + 1,
    roundTrips: state.answers + 1,
    way: wayOf[answer!.type],
    isEqual: answer!.type === "equal",
  });
  draft.send({ type: "reconcile", kind, message: answer! }, true);
  return settle(draft);
}

function onFound(draft: Draft, missing: Uint8Array, wanted: Uint8Array): ReconcileRoundStep {
  if (countIds(missing) + countIds(wanted) > limits.reconcileIdsMax)
    throw malformed("more ids than a session finds");
  if (!ascend(missing, undefined) || !ascend(wanted, undefined)) throw malformed("ids that do not ascend");
  // It says nothing of what it found beyond a round's bound.
  const isPartial = countIds(missing) + countIds(wanted) >= draft.state.options.idsMax;
  // What the initiator wants is served as far as it is here.
  draft.set({ offered: wanted, isPartial });
  draft.count({ missing: countIds(missing), offered: countIds(wanted) });
  return choose(draft, missing);
}

const wayOf = { equal: "head", sketch: "sketch", rangesAnswer: "ranges", ids: "pages" } as const;

// Both.

function onResult(state: ReconcileRoundState, id: EffectId, result: Result): ReconcileRoundStep {
  const task = state.pending.get(id);
  if (task === undefined) return { state, effects: [] };
  const pending = new Map(state.pending);
  pending.delete(id);
  const draft = new Draft({ ...state, pending });
  if (!result.ok)
    return finish(draft, failureOutcome(result.effect, result.code), result.code, result.message);
  return applyResult(draft, task, result) ?? settle(draft);
}

function applyResult(
  draft: Draft,
  task: Task,
  result: Result & { readonly ok: true },
): ReconcileRoundStep | undefined {
  if (task.type === "filter" && result.effect === "filterMissingIds") {
    const { missing, beyondLimit, elsewhere } = result;
    draft.count({ beyondLimit, elsewhere });
    return onChosen(draft, missing);
  }
  if (task.type === "load" && result.effect === "loadBodiesById") onLoaded(draft, result.bodies, result.used);
  else if (task.type === "admit" && result.effect === "admit") onAdmitted(draft, result.verdicts);
  return undefined;
}

/** Ends the round if it is complete, else waits for the peer unless effects are still being performed. */
function settle(draft: Draft): ReconcileRoundStep {
  const { state } = draft;
  if (state.pending.size > 0) return draft.done();
  // It has said that this kind is not reconciled with this peer.
  if (state.phase === "idle") return finish(draft, "served");
  if (isDone(state)) return finish(draft, "completed");
  if (state.timer === undefined) draft.armTimer();
  return draft.done();
}

/** But for what is still being performed. */
function isDone(state: ReconcileRoundState): boolean {
  const saidEqual = state.phase === "comparing" && state.options.role === "responder" && state.isEqual;
  return saidEqual || (state.phase === "moving" && hasAllRecords(state) && hasServedAll(state));
}

function finish(draft: Draft, outcome: RoundOutcome, code?: ErrorCode, message?: string): ReconcileRoundStep {
  draft.end({ type: "finish", report: reportOf(draft.state, outcome, code, message) });
  return draft.done();
}

function reportOf(
  state: ReconcileRoundState,
  outcome: RoundOutcome,
  code?: ErrorCode,
  message?: string,
): SessionReport {
  const { offered, wanted, served, admitted, duplicates, refused, unsolicited, beyondLimit } = state.tally;
  return {
    kind: state.options.kind,
    role: state.options.role,
    outcome,
    way: state.way,
    roundTrips: state.roundTrips,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    offered,
    wanted,
    served,
    admitted,
    duplicates,
    refused,
    unsolicited,
    deferred: 0,
    askAgain: beyondLimit,
    offerMore: state.isPartial,
    staleness: stalenessOf(state),
  };
}

/** What the peer has and is not admitted here; after a partial comparison nobody knows how much that is. */
function stalenessOf({ phase, isEqual, isPartial, tally, incoming }: ReconcileRoundState): Staleness {
  if (isEqual) return { state: "inSync" };
  if (phase !== "moving" || isPartial) return { state: "unknown" };
  const arrived = incoming.arrived.reduce((sum, one) => sum + one, 0);
  const missing = tally.missing - arrived + tally.refusedWanted;
  return missing === 0 ? { state: "inSync" } : { state: "boundedBy", missing };
}

function isSame(a: ReconcileAnswer, b: ReconcileAnswer): boolean {
  const values = Object.entries(a);
  const other = b as unknown as Record<string, unknown>;
  return values.every(([name, value]) => {
    const theirs = other[name];
    return value instanceof Uint8Array && theirs instanceof Uint8Array
      ? equalBytes(value, theirs)
      : value === theirs;
  });
}
