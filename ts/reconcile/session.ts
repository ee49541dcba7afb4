/**
 * The side that asks: what differs between its id set and a peer's, as a state machine over `respond`'s answers.
 *
 * ```
 * open(head) → equal                                     one small message each way, and no more
 *            → 128 symbols, from which the difference is estimated → more symbols → decoded
 *            → ranges                                    where the difference is large, or no sketch decodes
 *            → pages of all ids                          where ranges end and heads still differ
 * found(missing, extra) →                                both sides know what to move
 * ```
 * Nothing that was computed from sums or checksums is believed: a difference is `proven` when this set with it has
 * the peer's head, and a session says `equal` for equal heads alone. Ids chosen to deceive make it go the next, dearer
 * way; they hide nothing. A session that meets its bounds ends with what it has, as `partial`.
 *
 * `step` reads the set that it is given and changes nothing: same state, input and set give the same step.
 */
import { compareBytes, concatBytes, equalBytes, hexEncode } from "../base/bytes.js";
import { checkInteger } from "../base/check.js";
import { type ErrorCode, isWaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { SetDifference } from "../contracts/engine.js";
import type { IdSet } from "../contracts/id-set.js";
import type { EffectId, SessionEffect, SessionInput } from "../contracts/session.js";
import { ascend, compareRange } from "./compare.js";
import {
  checkMessage,
  type ReconcileAnswer,
  type ReconcileMessage,
  type ReconcileRequest,
} from "./message.js";
import { openRanges, readRanges } from "./ranges.js";
import { positionAfter } from "./respond.js";
import { estimateDifference, idSymbolBytes, unpackSymbols } from "./symbols.js";
import { malformed } from "./varint.js";

export interface ReconcileOptions {
  /** Bytes in one message of ranges. */
  readonly rangeBytesMax?: number;
  /** How long an answer may take. */
  readonly waitMs?: number;
  /** Symbols asked for at most; beyond them ranges take over. */
  readonly symbolsMax?: number;
  /** Differing ids after which the session ends as `partial`. */
  readonly idsMax?: number;
}

/** The way by which the difference was found. */
export type ReconcileWay = "head" | "sketch" | "ranges" | "pages";

export interface ReconcileReport extends SetDifference {
  /**
   * `equal`: both heads are the same. `proven`: the sets differ by exactly this. `partial`: they differ by this and
   * maybe more, since a bound was met or a set has changed meanwhile; another session goes on.
   */
  readonly outcome: "equal" | "proven" | "partial" | "timedOut" | "error" | "cancelled";
  readonly way: ReconcileWay;
  readonly code?: ErrorCode;
  /** Answers of the peer. */
  readonly roundTrips: number;
  /** The peer's set as it last was. */
  readonly remoteHead?: Uint8Array;
}

export type ReconcileEffect = Extract<
  SessionEffect<ReconcileRequest, ReconcileReport>,
  { type: "send" | "armTimer" | "finish" }
>;
export type ReconcileInput = Exclude<SessionInput<ReconcileMessage>, { type: "result" }> | SendResult;
/** Only a send that failed matters. */
type SendResult = Extract<SessionInput<ReconcileMessage>, { type: "result" }>;

export interface ReconcileState {
  readonly options: Required<ReconcileOptions>;
  readonly phase: "idle" | "open" | "sketch" | "ranges" | "pages" | "finished";
  readonly nextId: EffectId;
  readonly timer: EffectId | undefined;
  readonly roundTrips: number;
  /** Of this set, when the phase began. */
  readonly version: number;
  readonly sentHead: Uint8Array | undefined;
  readonly remoteHead: Uint8Array | undefined;
  /** Whether the peer's head has been the same since the phase began. */
  readonly remoteSteady: boolean;
  readonly symbols: Uint8Array;
  /** How many of them were asked for. */
  readonly wanted: number;
  readonly restarts: number;
  readonly missing: readonly Uint8Array[];
  readonly extra: readonly Uint8Array[];
  readonly gathered: number;
  /** Pages: the last id of the page before. */
  readonly after: Uint8Array | undefined;
}

export interface ReconcileStep {
  readonly state: ReconcileState;
  readonly effects: readonly ReconcileEffect[];
}

const empty = new Uint8Array(0);
/** Symbols that a difference takes when it is large (arXiv 2402.02668 §5), and slack for an estimate that is too low. */
const symbolsPerDifference = 1.36 * 1.25;
const symbolsSlack = 32;

export function createReconciliation(options: ReconcileOptions = {}): ReconcileState {
  const { idsMax = limits.reconcileIdsMax } = options;
  checkInteger(idsMax, "idsMax", 1, limits.reconcileIdsMax);
  return {
    options: {
      rangeBytesMax: limits.rangeMessageBytes,
      waitMs: limits.roundWaitMs,
      symbolsMax: limits.sketchSymbolsMax,
      idsMax: limits.reconcileIdsMax,
      ...options,
    },
    phase: "idle",
    nextId: 1,
    timer: undefined,
    roundTrips: 0,
    version: 0,
    sentHead: undefined,
    remoteHead: undefined,
    remoteSteady: true,
    symbols: empty,
    wanted: 0,
    restarts: 0,
    missing: [],
    extra: [],
    gathered: 0,
    after: undefined,
  };
}

export function stepReconciliation(state: ReconcileState, input: ReconcileInput, set: IdSet): ReconcileStep {
  const nothing = { state, effects: [] };
  if (state.phase === "finished") return nothing;
  switch (input.type) {
    case "start": {
      if (state.phase !== "idle") return nothing;
      const head = set.head();
      return ask({ ...state, phase: "open", sentHead: head }, { type: "open", head, count: set.size });
    }
    case "message":
      if (state.phase === "idle") return nothing;
      return onMessage({ ...state, timer: undefined, roundTrips: state.roundTrips + 1 }, input.message, set);
    case "result":
      return input.result.ok ? nothing : finish(state, "error", input.result.code);
    case "timer":
      return input.id === state.timer ? finish(state, "timedOut", "round_timed_out") : nothing;
    case "cancel":
      return finish(state, "cancelled", input.code);
  }
}

function onMessage(state: ReconcileState, message: ReconcileMessage, set: IdSet): ReconcileStep {
  try {
    checkMessage(message);
    return onAnswer(state, message as ReconcileAnswer, set);
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    return finish(state, "error", error.code);
  }
}

function onAnswer(state: ReconcileState, answer: ReconcileAnswer, set: IdSet): ReconcileStep {
  const { phase } = state;
  if (answer.type === "equal" && phase === "open") {
    if (!equalBytes(answer.head, state.sentHead!))
      throw malformed("a head that is said to be equal and is not");
    return finish({ ...state, remoteHead: answer.head }, "equal");
  }
  if (answer.type === "sketch" && (phase === "open" || phase === "sketch"))
    return onSketch(state, answer, set);
  if (answer.type === "rangesAnswer" && phase === "ranges")
    return onRanges(seeHead(state, answer.head), answer.message, set);
  if (answer.type === "ids" && phase === "pages") return onPage(seeHead(state, answer.head), answer, set);
  throw malformed(`an answer of type ${answer.type} to none of our questions`);
}

function seeHead(state: ReconcileState, head: Uint8Array): ReconcileState {
  const isSame = state.remoteHead !== undefined && equalBytes(head, state.remoteHead);
  return isSame ? state : { ...state, remoteHead: head, remoteSteady: false };
}

function onSketch(
  before: ReconcileState,
  answer: Extract<ReconcileAnswer, { type: "sketch" }>,
  set: IdSet,
): ReconcileStep {
  const isNew = before.remoteHead === undefined || !equalBytes(before.remoteHead, answer.head);
  const restarts = before.restarts + (isNew && before.phase === "sketch" ? 1 : 0);
  const known = isNew ? empty : before.symbols;
  if (answer.from !== known.length / idSymbolBytes) throw malformed("symbols that were not asked for");
  const added = unpackSymbols(answer.symbols, answer.from, answer.count);
  const symbols = concatBytes(known, added);
  // Fewer would cost a decoding each.
  const least = isNew ? limits.sketchFirstSymbols : before.wanted;
  if (symbols.length / idSymbolBytes < least) throw malformed("fewer symbols than were asked for");
  const state: ReconcileState = { ...before, phase: "sketch", remoteHead: answer.head, symbols, restarts };
  // Ours may have become what the peer's is since we asked.
  if (equalBytes(set.head(), answer.head)) return finish(state, "equal");

  const found = set.decode(symbols);
  if (found !== undefined) {
    const head = set.headAfter(found);
    if (head !== undefined && equalBytes(head, answer.head))
      return finishFound(gather(state, found), "proven");
    return beginRanges(state, set);
  }
  const count = symbols.length / idSymbolBytes;
  const estimate = Math.ceil(estimateDifference(set, symbols) * symbolsPerDifference) + symbolsSlack;
  // A sketch that should have been enough by the estimate grows by a quarter.
  const target = Math.max(estimate, Math.ceil(count * 1.25));
  if (target > state.options.symbolsMax || restarts > limits.sketchRestartsMax)
    return beginRanges(state, set);
  return ask({ ...state, wanted: target }, { type: "more", head: answer.head, from: count, to: target });
}

function beginRanges(state: ReconcileState, set: IdSet): ReconcileStep {
  const next: ReconcileState = {
    ...state,
    phase: "ranges",
    version: set.version,
    remoteSteady: true,
    symbols: empty,
  };
  return ask(next, { type: "ranges", message: openRanges(set) });
}

function onRanges(before: ReconcileState, message: Uint8Array, set: IdSet): ReconcileStep {
  const { rangeBytesMax, idsMax } = before.options;
  const room = idsMax - before.gathered;
  const { reply, isCut, ...found } = readRanges(set, message, { bytesMax: rangeBytesMax, idsMax: room });
  const state = gather(before, found);
  if (isCut) return finishFound(state, "partial");
  if (reply !== undefined) return ask(state, { type: "ranges", message: reply });
  return conclude(state, set, () => beginPages(state, set));
}

function beginPages(state: ReconcileState, set: IdSet): ReconcileStep {
  const next: ReconcileState = {
    ...state,
    phase: "pages",
    version: set.version,
    remoteSteady: true,
    missing: [],
    extra: [],
    gathered: 0,
  };
  return ask(next, { type: "page" });
}

function onPage(
  before: ReconcileState,
  { ids, last }: Extract<ReconcileAnswer, { type: "ids" }>,
  set: IdSet,
): ReconcileStep {
  if (ids.length === 0 && !last) throw malformed("a page without ids that is not the last");
  const { after } = before;
  if (!ascend(ids, after && { id: after, inclusive: false })) throw malformed("a page that is not ascending");
  const from = after === undefined ? 0 : positionAfter(set, after);
  const to = last ? set.size : positionAfter(set, ids.slice(-32));
  const found = compareRange(set, from, Math.max(from, to), ids, before.options.idsMax - before.gathered);
  const state = gather({ ...before, after: last ? after : ids.slice(-32) }, found);
  if (state.gathered >= state.options.idsMax) return finishFound(state, "partial");
  if (!last) return ask(state, { type: "page", after: state.after! });
  return conclude(state, set, () => finishFound(state, "partial"));
}

/** All is compared. What was gathered is proven, or a set has changed meanwhile, or sums deceive. */
function conclude(state: ReconcileState, set: IdSet, deceived: () => ReconcileStep): ReconcileStep {
  const difference = { missing: joined(state.missing), extra: joined(state.extra) };
  const head = set.headAfter(difference);
  if (head !== undefined && equalBytes(head, state.remoteHead!)) {
    const isEqual = state.gathered === 0;
    return isEqual ? finish(state, "equal") : finishFound(state, "proven");
  }
  if (state.version !== set.version || !state.remoteSteady) return finishFound(state, "partial");
  return deceived();
}

function gather(state: ReconcileState, { missing, extra }: SetDifference): ReconcileState {
  const more = (missing.length + extra.length) / 32;
  if (more === 0) return state;
  return {
    ...state,
    missing: missing.length === 0 ? state.missing : [...state.missing, missing],
    extra: extra.length === 0 ? state.extra : [...state.extra, extra],
    gathered: state.gathered + more,
  };
}

function ask(state: ReconcileState, message: ReconcileRequest): ReconcileStep {
  if (state.roundTrips >= limits.reconcileWaitsMax) return finish(state, "timedOut", "round_timed_out");
  const { nextId } = state;
  return {
    state: { ...state, nextId: nextId + 2, timer: nextId + 1 },
    effects: [
      { type: "send", id: nextId, message },
      { type: "armTimer", id: nextId + 1, delayMs: state.options.waitMs },
    ],
  };
}

/** Tells the peer too. */
function finishFound(state: ReconcileState, outcome: "proven" | "partial"): ReconcileStep {
  const ended = finish(state, outcome);
  if (state.gathered === 0) return ended;
  const report = reportOf(state, outcome);
  const message: ReconcileRequest = { type: "found", missing: report.missing, extra: report.extra };
  return {
    state: ended.state,
    effects: [{ type: "send", id: state.nextId, message }, ...ended.effects],
  };
}

function finish(state: ReconcileState, outcome: ReconcileReport["outcome"], code?: ErrorCode): ReconcileStep {
  return {
    state: { ...state, phase: "finished", timer: undefined },
    effects: [{ type: "finish", report: reportOf(state, outcome, code) }],
  };
}

function reportOf(
  state: ReconcileState,
  outcome: ReconcileReport["outcome"],
  code?: ErrorCode,
): ReconcileReport {
  const { phase, roundTrips, remoteHead } = state;
  return {
    outcome,
    way: phase === "sketch" || phase === "ranges" || phase === "pages" ? phase : "head",
    ...(code === undefined ? {} : { code }),
    roundTrips,
    ...(remoteHead === undefined ? {} : { remoteHead }),
    missing: joined(state.missing),
    extra: joined(state.extra),
  };
}

/** Ascending, each once: a range that was asked for twice may have been answered twice. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const ids = new Map<string, Uint8Array>();
  for (const part of parts)
    for (let at = 0; at < part.length; at += 32) {
      const id = part.subarray(at, at + 32);
      ids.set(hexEncode(id), id);
    }
  return concatBytes(...[...ids.values()].sort(compareBytes));
}
