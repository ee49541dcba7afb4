/**
 * One round with one peer over one kind, as a pure state machine (ciris-edge §4). Messages are taken by
 * type, not by phase, because a peer may be an older or newer implementation that answers in another order:
 *
 * ```
 * I → R  Summary_I      R → I  Summary_R, Diff_R      I → R  Diff_I, Deliver_I      R → I  Deliver_R
 * ```
 * An initiator is done when Deliver_R is applied and Diff_R is served, in either order; a responder when
 * Deliver_I is applied. A responder that answers messages outside a round (a late Diff, a Pull, an
 * unsolicited Deliver) is done as soon as it has answered.
 *
 * Two other openings, of initiators alone:
 *
 * ```
 * pull     I → R  Pull          R → I  Summary of what is about the subject    I → R  Diff    R → I  Deliver
 *                                                                              … until nothing is left that comes
 * cursor   I → R  CursorPull    R → I  Deliver, the oldest first               … until a Deliver is empty
 * ```
 * Between Waxwing nodes a Summary of forms alone (replaced-forms.ts) has no Summary for an answer: I → R Summary, R → I Diff, I → R Deliver.
 *
 * A kind that is served by time (`cursorServed`) knows no Summary, Diff or Pull in either role.
 *
 * It does not frame, verify, read the store or know the time; see `contracts/session` for its effects.
 */

import { hexDecode } from "../base/bytes.js";
import type { ErrorCode } from "../base/errors.js";
import { type HashHex, hashHex, type KeyId, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { AdmitVerdict } from "../contracts/record.js";
import type { EffectId, EffectResult, SessionEffect, SessionInput } from "../contracts/session.js";
import type { RecordRef } from "../contracts/store.js";
import {
  failureOutcome,
  noRecords,
  type RoundOutcome,
  type SessionReport,
  type SessionRole,
  type Staleness,
} from "./report.js";
import type { ReplicationMessage, SummaryRef } from "./wire/message.js";

/** What an initiator begins with. */
export type Opening =
  | { readonly type: "summary" | "cursor" }
  /** A Summary of forms alone; over when what the peer wants of them is sent. */
  | { readonly type: "forms" }
  | { readonly type: "pull"; readonly subject: KeyId };

export interface SessionOptions {
  readonly kind: KindToken;
  readonly role: SessionRole;
  readonly peer: KeyId;
  readonly opening?: Opening;
  /** The kind answers `cursor_pull` and nothing else. */
  readonly cursorServed?: boolean;
  /** The kind answers `pull`: the peer may ask for the records about itself, or about anybody. */
  readonly pullableBy?: "nobody" | "subject" | "anybody";
  /** Refs in one Summary; smaller on slow links. */
  readonly summaryRefsMax?: number;
  readonly deliverBytesMax?: number;
  readonly waitMs?: number;
  /** A Summary of ours is out already: the peer's is an answer to it and gets a Diff alone. */
  readonly summarySent?: boolean;
}

export type Effect = SessionEffect<ReplicationMessage, SessionReport>;
export type Input = SessionInput<ReplicationMessage>;

/** What to do with the result of an effect. */
type Task =
  | { readonly type: "offer"; readonly for: "open" | "pull" }
  | { readonly type: "offer"; readonly for: "answer"; readonly hashes: readonly Uint8Array[] }
  | { readonly type: "missing" }
  | { readonly type: "bodies"; readonly closes: boolean }
  | { readonly type: "cursor" }
  | { readonly type: "admit"; readonly solicited: boolean; readonly delivered?: readonly Uint8Array[] }
  | { readonly type: "send"; readonly servesDiff: boolean };

export interface SessionState {
  readonly options: Required<SessionOptions>;
  readonly phase: "idle" | "running" | "finished";
  readonly nextId: EffectId;
  readonly pending: ReadonlyMap<EffectId, Task>;
  readonly timer: EffectId | undefined;
  readonly waits: number;
  readonly summarySent: boolean;
  readonly diffSent: boolean;
  readonly diffServed: boolean;
  readonly deliverApplied: boolean;
  /** Wanted and not yet here. */
  readonly awaited: ReadonlySet<HashHex>;
  /** Missing, and for one reason or another not asked for in this round. */
  readonly unasked: { readonly beyondLimit: number; readonly elsewhere: number };
  /** Wanted and refused: missing for good or for a while. */
  readonly refusedWanted: number;
  /** A pull or a cursor has nothing more to ask for. */
  readonly askedAll: boolean;
  /** A Deliver was empty: what the peer serves by time is here. */
  readonly caughtUp: boolean;
  readonly tally: Tally;
}

interface Tally {
  readonly offered: number;
  readonly shown?: number;
  readonly wanted: number;
  readonly served: number;
  readonly admitted: number;
  readonly duplicates: number;
  readonly refused: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly unsolicited: number;
  readonly deferred: number;
  readonly offerMore: boolean;
}

export interface Step {
  readonly state: SessionState;
  readonly effects: readonly Effect[];
  /** The message is not for this session (another kind) or the input not for its role; the state is unchanged. */
  readonly unexpected?: true;
}

export function createSession(options: SessionOptions): SessionState {
  return {
    options: {
      opening: { type: "summary" },
      cursorServed: false,
      pullableBy: "nobody",
      summaryRefsMax: limits.summaryRefsMax,
      deliverBytesMax: limits.deliverBytesMax,
      waitMs: limits.roundWaitMs,
      summarySent: false,
      ...options,
    },
    phase: "idle",
    nextId: 1,
    pending: new Map(),
    timer: undefined,
    waits: 0,
    summarySent: options.summarySent ?? false,
    diffSent: false,
    diffServed: false,
    deliverApplied: false,
    awaited: new Set(),
    unasked: { beyondLimit: 0, elsewhere: 0 },
    refusedWanted: 0,
    askedAll: false,
    caughtUp: false,
    tally: noRecords,
  };
}

export function step(state: SessionState, input: Input): Step {
  if (state.phase === "finished") return { state, effects: [] };
  switch (input.type) {
    case "start":
      return start(state);
    case "message":
      if (!isForSession(state, input.message)) return { state, effects: [], unexpected: true };
      return settle(onMessage(new Draft({ ...state, phase: "running", timer: undefined }), input.message));
    case "result":
      return onResult(state, input.id, input.result);
    case "timer":
      return onTimer(state, input.id);
    case "cancel":
      return new Draft(state).finish("cancelled", input.code);
  }
}

/** Whether a Summary of ours stands unanswered by the end of its round. */
export function isMidRound(state: SessionState): boolean {
  return state.phase === "running" && state.summarySent;
}

function isForSession({ options, diffSent }: SessionState, { kind, type }: ReplicationMessage): boolean {
  if (kind !== options.kind) return false;
  // A second answer to one Pull: the network doubled it.
  if (options.opening.type === "pull" && type === "summary") return !diffSent;
  return !options.cursorServed || type === "cursor_pull" || type === "deliver";
}

function start(state: SessionState): Step {
  const { role, opening, kind, cursorServed } = state.options;
  const fits = (opening.type === "cursor") === cursorServed;
  if (role === "responder" || state.phase !== "idle" || !fits) {
    return { state, effects: [], unexpected: true };
  }
  const draft = new Draft({ ...state, phase: "running" });
  if (opening.type === "pull") draft.send({ type: "pull", kind, subjectKeyId: opening.subject });
  else if (opening.type === "cursor") draft.add({ type: "readCursor", kind }, { type: "cursor" });
  else draft.readOffer({ type: "offer", for: "open" });
  return settle(draft);
}

function onMessage(draft: Draft, message: ReplicationMessage): Draft {
  const { role, peer, cursorServed, pullableBy, summaryRefsMax, deliverBytesMax, kind } = draft.state.options;
  switch (message.type) {
    case "summary": {
      const hashes = uniqueHashes(message.refs.map((ref) => ref.hash));
      const shown = (draft.state.tally.shown ?? 0) + message.refs.length;
      draft.set({ tally: { ...draft.state.tally, shown } });
      if (role === "responder" && !draft.state.summarySent) {
        // Set at once, so that a second Summary that overtakes the reading of the page gets a Diff alone.
        draft.set({ summarySent: true });
        draft.readOffer({ type: "offer", for: "answer", hashes });
      } else draft.filterMissing(hashes);
      return draft;
    }
    case "diff":
    case "fetch":
      draft.add(
        { type: "loadBodies", kind, hashes: uniqueHashes(message.want), bytesMax: deliverBytesMax },
        { type: "bodies", closes: message.type === "diff" },
      );
      return draft;
    case "deliver":
      draft.admit(message.envelopes);
      return draft;
    case "pull": {
      // Whoever may not ask, and who asks for a kind that is not pulled, learns that there is nothing.
      const { subjectKeyId: subject } = message;
      const mayAsk = pullableBy === "anybody" || (pullableBy === "subject" && subject === peer);
      if (!mayAsk || subject.length > limits.keyIdBytesMax) draft.send({ type: "summary", kind, refs: [] });
      else
        draft.add(
          { type: "readOffer", kind, limit: summaryRefsMax, subject },
          { type: "offer", for: "pull" },
        );
      return draft;
    }
    case "cursor_pull":
      if (!cursorServed) draft.send({ type: "deliver", kind, envelopes: [] });
      else
        draft.add(
          { type: "loadSince", kind, since: message.since, bytesMax: deliverBytesMax },
          { type: "bodies", closes: false },
        );
      return draft;
  }
}

function onResult(state: SessionState, id: EffectId, result: EffectResult): Step {
  const task = state.pending.get(id);
  if (task === undefined) return { state, effects: [] };
  const pending = new Map(state.pending);
  pending.delete(id);
  const draft = new Draft({ ...state, pending });
  if (!result.ok)
    return draft.finish(failureOutcome(result.effect, result.code), result.code, result.message);
  applyResult(draft, task, result);
  return settle(draft);
}

function applyResult(draft: Draft, task: Task, result: EffectResult & { ok: true }): void {
  const { kind } = draft.state.options;
  if (task.type === "offer" && result.effect === "readOffer") {
    draft.count({ offered: result.refs.length });
    if (result.more) draft.set({ tally: { ...draft.state.tally, offerMore: true } });
    if (task.for === "open") draft.set({ summarySent: true });
    const forms = draft.state.options.opening.type === "forms" ? { forms: true as const } : {};
    draft.send({ type: "summary", kind, refs: result.refs.map(summaryRef), ...forms });
    if (task.for === "answer") draft.filterMissing(task.hashes);
  } else if (task.type === "missing" && result.effect === "filterMissing") {
    const { missing, beyondLimit, elsewhere } = result;
    draft.count({ wanted: missing.length });
    draft.set({
      diffSent: true,
      awaited: new Set([...draft.state.awaited, ...missing.map(hashHex)]),
      unasked: { beyondLimit, elsewhere },
    });
    if (missing.length > 0 || !isPull(draft.state)) draft.send({ type: "diff", kind, want: missing });
    else draft.set({ askedAll: true });
  } else if (task.type === "bodies" && result.effect === "loadBodies") {
    draft.count({ served: result.bodies.length, deferred: result.deferred });
    draft.send({ type: "deliver", kind, envelopes: result.bodies }, task.closes);
  } else if (task.type === "bodies" && result.effect === "loadSince") {
    draft.count({ served: result.bodies.length });
    draft.send({ type: "deliver", kind, envelopes: result.bodies });
  } else if (task.type === "cursor" && result.effect === "readCursor") {
    const { since } = result;
    if (since === undefined) draft.set({ askedAll: true });
    else draft.send({ type: "cursor_pull", kind, since });
  } else if (task.type === "admit" && result.effect === "admit") {
    applyVerdicts(draft, result.verdicts);
    // Only a Deliver that answers our Diff ends the round; a pushed one is applied and the wait goes on.
    if (task.solicited) draft.set({ deliverApplied: true });
    if (isPull(draft.state) && task.solicited) askForTheRest(draft, result.verdicts.length);
    if (task.delivered) {
      draft.set({ caughtUp: task.delivered.length === 0 });
      draft.add({ type: "readCursor", kind, delivered: task.delivered }, { type: "cursor" });
    }
  } else if (task.type === "send" && task.servesDiff) {
    draft.set({ diffServed: true });
  }
}

/** A pull goes on within its round while what it asks for comes. */
function askForTheRest(draft: Draft, arrived: number): void {
  const { awaited, options } = draft.state;
  if (arrived === 0 || awaited.size === 0) draft.set({ askedAll: true });
  else draft.send({ type: "diff", kind: options.kind, want: [...awaited].map(hexDecode) });
}

function applyVerdicts(draft: Draft, verdicts: readonly AdmitVerdict[]): void {
  const awaited = new Set(draft.state.awaited);
  const refused = { ...draft.state.tally.refused };
  let { admitted, duplicates, unsolicited } = draft.state.tally;
  let { refusedWanted } = draft.state;
  const isCursor = draft.state.options.opening.type === "cursor";
  for (const verdict of verdicts) {
    const wanted = awaited.delete(hashHex(verdict.hash));
    if (!wanted && !isCursor) unsolicited++;
    if (verdict.status === "admitted") admitted++;
    else if (verdict.status === "duplicate") duplicates++;
    else {
      refused[verdict.refusal.code] = (refused[verdict.refusal.code] ?? 0) + 1;
      if (wanted) refusedWanted++;
    }
  }
  const tally = { ...draft.state.tally, admitted, duplicates, unsolicited, refused };
  draft.set({ awaited, refusedWanted, tally });
}

function onTimer(state: SessionState, id: EffectId): Step {
  if (id !== state.timer) return { state, effects: [] };
  return new Draft(state).finish("timedOut", "round_timed_out");
}

/** Ends the round if it is complete, else waits for the peer unless effects are still being performed. */
function settle(draft: Draft): Step {
  const { state } = draft;
  if (state.pending.size > 0) return draft.done();
  if (isComplete(state)) return draft.finish("completed");
  if (state.options.role === "responder" && !state.summarySent) return draft.finish("served");
  if (state.waits >= limits.roundWaitsMax) {
    const { type } = state.options.opening;
    return type === "summary" || type === "forms"
      ? draft.finish("timedOut", "round_timed_out")
      : draft.finish("completed");
  }
  draft.armTimer();
  return draft.done();
}

function isPull({ options }: SessionState): boolean {
  return options.opening.type === "pull";
}

function isComplete(state: SessionState): boolean {
  const { type } = state.options.opening;
  if (type === "forms") return state.summarySent && state.diffServed;
  if (type !== "summary") return state.askedAll;
  if (!state.summarySent || !state.deliverApplied) return false;
  return state.options.role === "responder" || state.diffServed;
}

function reportOf(
  state: SessionState,
  outcome: RoundOutcome,
  code?: ErrorCode,
  message?: string,
): SessionReport {
  return {
    kind: state.options.kind,
    role: state.options.role,
    outcome,
    way: "summary",
    roundTrips: state.waits,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...state.tally,
    askAgain: state.awaited.size + state.unasked.beyondLimit + Number(endedMidCursor(state)),
    staleness: stalenessOf(state),
  };
}

/** The peer has more than one round of cursor pulls takes. */
function endedMidCursor({ options, askedAll }: SessionState): boolean {
  return options.opening.type === "cursor" && !askedAll;
}

function stalenessOf(state: SessionState): Staleness {
  if (state.caughtUp) return { state: "inSync" };
  if (!state.diffSent) return { state: "unknown" };
  const { beyondLimit, elsewhere } = state.unasked;
  const missing = state.awaited.size + state.refusedWanted + beyondLimit + elsewhere;
  return missing === 0 ? { state: "inSync" } : { state: "boundedBy", missing };
}

function uniqueHashes(hashes: readonly Uint8Array[]): Uint8Array[] {
  const seen = new Set<HashHex>();
  return hashes.filter((hash) => {
    const hex = hashHex(hash);
    return seen.has(hex) ? false : seen.add(hex);
  });
}

/** What a record says of its time is anybody's guess, and may not keep the page it stands on from being sent. */
function summaryRef({ hash, seq }: RecordRef): SummaryRef {
  return { hash, seq: Number.isSafeInteger(seq) && seq >= 0 ? seq : 0 };
}

type WithoutId<T> = T extends { readonly id: EffectId } ? Omit<T, "id"> : never;
type PendingEffect = Exclude<Effect, { type: "finish" } | { type: "armTimer" }>;

/** The next state and the effects so far of one step. Lives only within `step`. */
class Draft {
  state: SessionState;
  readonly #effects: Effect[] = [];

  constructor(state: SessionState) {
    this.state = state;
  }

  set(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change };
  }

  count(more: Partial<Record<"offered" | "wanted" | "served" | "deferred", number>>): void {
    const { tally } = this.state;
    this.set({
      tally: {
        ...tally,
        offered: tally.offered + (more.offered ?? 0),
        wanted: tally.wanted + (more.wanted ?? 0),
        served: tally.served + (more.served ?? 0),
        deferred: tally.deferred + (more.deferred ?? 0),
      },
    });
  }

  add(effect: WithoutId<PendingEffect>, task: Task): void {
    const id = this.state.nextId;
    this.#effects.push({ ...effect, id } as PendingEffect);
    this.set({ nextId: id + 1, pending: new Map(this.state.pending).set(id, task) });
  }

  send(message: ReplicationMessage, servesDiff = false): void {
    this.add({ type: "send", message }, { type: "send", servesDiff });
  }

  readOffer(task: Task): void {
    const { kind, summaryRefsMax } = this.state.options;
    this.add({ type: "readOffer", kind, limit: summaryRefsMax }, task);
  }

  filterMissing(hashes: readonly Uint8Array[]): void {
    const { kind } = this.state.options;
    this.add({ type: "filterMissing", kind, hashes, limit: limits.wantHashesMax }, { type: "missing" });
  }

  admit(records: readonly Uint8Array[]): void {
    const { kind, opening } = this.state.options;
    const delivered = opening.type === "cursor" ? { delivered: records } : {};
    this.add(
      { type: "admit", kind, records },
      { type: "admit", solicited: this.state.diffSent, ...delivered },
    );
  }

  armTimer(): void {
    const id = this.state.nextId;
    this.#effects.push({ type: "armTimer", id, delayMs: this.state.options.waitMs });
    this.set({ nextId: id + 1, timer: id, waits: this.state.waits + 1 });
  }

  done(): Step {
    return { state: this.state, effects: this.#effects };
  }

  finish(outcome: RoundOutcome, code?: ErrorCode, message?: string): Step {
    const report = reportOf(this.state, outcome, code, message);
    this.#effects.push({ type: "finish", report });
    this.set({ phase: "finished", pending: new Map(), timer: undefined });
    return this.done();
  }
}
