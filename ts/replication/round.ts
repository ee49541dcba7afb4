/**
 * The driver of one session: performs its effects over the contracts and feeds the results back. It frames
 * what is sent, keeps the timer, counts bytes, and makes the report whole.
 *
 * Effects are performed one after the other, so a Summary is on its way before its Diff. A failing contract
 * becomes a failed result and never an exception: a store that is full ends the round, not the node.
 */
import type { ErrorCode } from "../base/errors.js";
import { InvariantError, isWaxwingError } from "../base/errors.js";
import { type HashHex, hashHex, type KeyId, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { TimerHandle } from "../contracts/host.js";
import type { EffectId, EffectResult } from "../contracts/session.js";
import type { StoredRecord } from "../contracts/store.js";
import type { SendOutcome } from "../contracts/transport.js";
import type { PeerLink, ReplicationContext } from "./context.js";
import {
  deliverBytesFor,
  jsonCosts,
  type MessageCosts,
  nativeCosts,
  recordBytesFor,
  sendMsFor,
  summaryRefsFor,
  waitFor,
} from "./link-budget.js";
import { admittedRefs, type OfferPage, type OfferSweep } from "./offer-sweep.js";
import type { RoundReport, SessionReport, SessionRole } from "./report.js";
import {
  createSession,
  type Effect,
  type Input,
  isMidRound,
  type Opening,
  type SessionOptions,
  type SessionState,
  step,
} from "./session.js";
import type { Claimant } from "./want-claims.js";
import { encodeFrame, type Frame } from "./wire/frame.js";
import { isCrplMessage, type NativeMessage, type ReplicationMessage } from "./wire/message.js";

/** Bodies are read this many at a time, so that a Diff for everything does not load everything. */
const bodiesPerRead = 64;

/** How the frames of a round look; the sender's role makes the flag. */
export type RoundFraming =
  | { readonly version: 3; readonly round: bigint; readonly native: boolean }
  | { readonly version: "legacy" };

export interface RoundOptions {
  readonly context: ReplicationContext;
  readonly peer: KeyId;
  readonly kind: KindToken;
  readonly role: SessionRole;
  readonly framing: RoundFraming;
  readonly sweep: OfferSweep;
  /** The timer's input has to come back through `step`, in turn with frames. */
  readonly onTimer: (id: EffectId) => void;
  /** The Summary that begins it is no opening: it gets a Diff alone. */
  readonly answersWithDiff?: boolean;
  /** Of an initiator; by default what the kind begins with. */
  readonly opening?: Opening;
}

type PerformedEffect = Exclude<Effect, { type: "finish" } | { type: "armTimer" }>;

export class Round implements Claimant {
  readonly peer: KeyId;
  readonly framing: RoundFraming;
  readonly #options: RoundOptions;
  readonly #link: PeerLink | undefined;
  readonly #costs: MessageCosts;
  readonly #aborted = new AbortController();
  readonly #startedMs: number;
  readonly #startedAt: number;
  #state: SessionState;
  #timer: { readonly id: EffectId; readonly delayMs: number; handle: TimerHandle } | undefined;
  #page: OfferPage | undefined;
  readonly #claimed = new Map<HashHex, Uint8Array>();
  #unansweredBytes = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  #heardSomething = false;
  #retryAfterMs: number | undefined;
  /** Where the last `cursor_pull` of this round began. */
  #since: string | undefined;

  constructor(options: RoundOptions) {
    const { context, peer, kind, role } = options;
    this.#options = options;
    this.peer = peer;
    this.framing = options.framing;
    this.#link = context.peerLink?.(peer);
    this.#costs = options.framing.version === 3 && options.framing.native ? nativeCosts : jsonCosts;
    this.#startedMs = context.host.clock.monotonicMs();
    this.#startedAt = context.host.clock.wallClock().ms;
    this.#state = createSession({
      kind,
      role,
      peer,
      summarySent: options.answersWithDiff ?? false,
      opening: options.opening ?? { type: context.kinds.cursorServed(kind) ? "cursor" : "summary" },
      cursorServed: context.kinds.cursorServed(kind),
      pullableBy: pullableBy(context, kind),
      summaryRefsMax: summaryRefsFor(this.#link, this.#costs),
      deliverBytesMax: deliverBytesFor(this.#link, this.#costs),
    });
  }

  get isMidRound(): boolean {
    return isMidRound(this.#state);
  }

  get heardSomething(): boolean {
    return this.#heardSomething;
  }

  /** A message of this round. */
  message(message: NativeMessage, frameBytes: number): Promise<RoundReport | undefined> {
    this.#heardSomething = true;
    this.#bytesReceived += frameBytes;
    if (!isCrplMessage(message)) {
      this.#options.context.counters.unexpectedMessages++;
      return Promise.resolve(undefined);
    }
    this.#unansweredBytes = 0;
    this.#confirmPage(message);
    return this.step({ type: "message", message });
  }

  /** Runs the session until it waits for the peer (undefined) or ends. */
  async step(first: Input): Promise<RoundReport | undefined> {
    try {
      return await this.#run(first);
    } catch (error) {
      // A broken invariant stops this round and nothing else.
      const { effects } = step(this.#state, { type: "cancel", code: "round_timed_out" });
      const last = effects.at(-1);
      if (last?.type !== "finish") throw error;
      const { code: _, ...report } = last.report;
      return this.#finish({ ...report, outcome: "error", message: String(error) });
    }
  }

  async #run(first: Input): Promise<RoundReport | undefined> {
    const inputs: Input[] = [first];
    for (let input = inputs.shift(); input; input = inputs.shift()) {
      const { state, effects, unexpected } = step(this.#state, input);
      this.#state = state;
      if (unexpected) this.#options.context.counters.unexpectedMessages++;
      for (const effect of effects) {
        if (effect.type === "finish") return this.#finish(effect.report);
        if (effect.type === "armTimer") this.#arm(effect.id, effect.delayMs);
        else inputs.push({ type: "result", id: effect.id, result: await this.#perform(effect) });
      }
    }
    return undefined;
  }

  /** Stops what is being performed; the session learns of it by a failed result or the caller's `cancel`. */
  abort(): void {
    this.#aborted.abort();
  }

  /** Part of a frame of this round arrived: the peer is not silent. The whole round stays bounded. */
  noteActivity(): void {
    const timer = this.#timer;
    if (!timer) return;
    const elapsedMs = this.#options.context.host.clock.monotonicMs() - this.#startedMs;
    if (elapsedMs < timer.delayMs * limits.roundWaitsMax) this.#arm(timer.id, timer.delayMs);
  }

  #arm(id: EffectId, delayMs: number): void {
    this.#timer?.handle.cancel();
    const waitMs = waitFor(delayMs, this.#unansweredBytes, this.#link);
    const handle = this.#options.context.host.timers.after(waitMs, () => this.#options.onTimer(id));
    this.#timer = { id, delayMs: waitMs, handle };
  }

  async #perform(effect: PerformedEffect): Promise<EffectResult> {
    try {
      switch (effect.type) {
        case "send":
          return await this.#send(effect.message);
        case "readOffer":
          return await this.#readOffer(effect.limit, effect.subject);
        case "filterMissing":
          return await this.#filterMissing(effect.hashes, effect.limit);
        case "loadBodies":
          return await this.#loadBodies(effect.hashes, effect.bytesMax);
        case "readCursor":
          return await this.#readCursor(effect.delivered);
        case "loadSince":
          return await this.#loadSince(effect.since, effect.bytesMax);
        case "admit":
          return await this.#admit(effect.records);
      }
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      return { effect: effect.type, ok: false, code: this.#codeOf(error), message: String(error) };
    }
  }

  #codeOf(error: unknown): ErrorCode {
    if (this.#aborted.signal.aborted) return "scheduler_stopped";
    return isWaxwingError(error) ? error.code : "store_unavailable";
  }

  async #send(message: ReplicationMessage): Promise<EffectResult> {
    const { context } = this.#options;
    const bytes = encodeFrame(this.#frame(message));
    const sending = new AbortController();
    const limit = context.host.timers.after(sendMsFor(bytes.length, this.#link), () => sending.abort());
    const signal = AbortSignal.any([sending.signal, this.#aborted.signal]);
    try {
      const outcome = await context.send(this.peer, bytes, { signal });
      if (outcome.status === "delivered" && (outcome.waxwing ?? 0) >= 1)
        context.framing.learn(this.peer, "native");
      if (outcome.status === "rejected") this.#retryAfterMs = outcome.retryAfterMs;
      const failure = sendFailure(outcome);
      if (failure) return failure;
    } finally {
      limit.cancel();
    }
    this.#bytesSent += bytes.length;
    this.#unansweredBytes += bytes.length;
    context.counters.framesSent++;
    context.counters.bytesSent += bytes.length;
    return { effect: "send", ok: true };
  }

  #frame(message: ReplicationMessage): Frame {
    const { framing, role, context, kind } = this.#options;
    if (framing.version === "legacy") return { version: context.kinds.wireVersion(kind), message };
    const { round, native } = framing;
    return { version: 3, fromResponder: role === "responder", round, native, message };
  }

  async #readOffer(limit: number, subject: KeyId | undefined): Promise<EffectResult> {
    const { context, kind, sweep } = this.#options;
    const gate = await context.offerPolicy.gate(this.peer, kind);
    if (subject !== undefined) {
      const about = gate.closed ? [] : await context.aboutSubject.page(this.peer, kind, subject, limit);
      const refs = await admittedRefs({ store: context.store, gate }, kind, about);
      return { effect: "readOffer", ok: true, refs, more: false };
    }
    const pace = { nowMs: context.host.clock.monotonicMs(), resweepMs: context.resweepMs() };
    const page = await sweep.page({ store: context.store, gate }, limit, pace);
    this.#page = page;
    return { effect: "readOffer", ok: true, refs: page.refs, more: page.more };
  }

  async #filterMissing(hashes: readonly Uint8Array[], limit: number): Promise<EffectResult> {
    const { context, kind } = this.#options;
    const missing: Uint8Array[] = [];
    let beyondLimit = 0;
    let elsewhere = 0;
    if (context.kinds.admitted(kind) && hashes.length > 0) {
      const held = await context.store.holds(kind, hashes);
      for (const [index, hash] of hashes.entries()) {
        if (held[index] || context.backoff.isBackingOff(kind, hash)) continue;
        if (missing.length >= limit) beyondLimit++;
        else if (!context.claims.claim(this, kind, hash)) elsewhere++;
        else missing.push(hash);
      }
    }
    for (const hash of missing) this.#claimed.set(hashHex(hash), hash);
    return { effect: "filterMissing", ok: true, missing, beyondLimit, elsewhere };
  }

  async #loadBodies(hashes: readonly Uint8Array[], bytesMax: number): Promise<EffectResult> {
    const { context, kind } = this.#options;
    const gate = await context.offerPolicy.gate(this.peer, kind);
    const bodies: Uint8Array[] = [];
    let bytes = 0;
    let index = 0;
    const fits = (record: StoredRecord) => bodies.length === 0 || bytes + record.bytes.length <= bytesMax;
    reading: while (!gate.closed && index < hashes.length) {
      const records = await context.store.getMany(kind, hashes.slice(index, index + bodiesPerRead));
      for (const record of records) {
        if (record && this.#mayServe(record) && gate.admits(record)) {
          if (!fits(record)) break reading;
          bodies.push(record.bytes);
          bytes += record.bytes.length;
        }
        index++;
      }
    }
    const deferred = gate.closed ? [] : hashes.slice(index);
    if (this.#page) this.#options.sweep.settle(this.#page, hashes.slice(0, index), deferred);
    return { effect: "loadBodies", ok: true, bodies, deferred: deferred.length };
  }

  async #readCursor(delivered: readonly Uint8Array[] | undefined): Promise<EffectResult> {
    const { byTime } = this.#options.context;
    const { kind } = this.#options;
    this.#since =
      delivered === undefined || this.#since === undefined
        ? await byTime.firstSince(this.peer, kind)
        : byTime.nextSince(this.peer, kind, this.#since, delivered);
    return { effect: "readCursor", ok: true, since: this.#since };
  }

  async #loadSince(since: string | undefined, bytesMax: number): Promise<EffectResult> {
    const { context, kind } = this.#options;
    const gate = await context.offerPolicy.gate(this.peer, kind);
    const recordBytesMax = recordBytesFor(this.#link, this.#costs);
    const question = { peer: this.peer, kind, since, gate, bytesMax, recordBytesMax };
    return { effect: "loadSince", ok: true, bodies: await context.byTime.answer(question) };
  }

  #mayServe(record: StoredRecord): boolean {
    return (
      record.visibility === "federation" && record.bytes.length <= recordBytesFor(this.#link, this.#costs)
    );
  }

  async #admit(records: readonly Uint8Array[]): Promise<EffectResult> {
    const { context, kind } = this.#options;
    if (records.length === 0) return { effect: "admit", ok: true, verdicts: [] };
    const verdicts = await context.admission.admit(kind, records, {
      peerKeyId: this.peer,
      signal: this.#aborted.signal,
    });
    for (const verdict of verdicts) {
      this.#claimed.delete(hashHex(verdict.hash));
      context.claims.arrived(kind, verdict.hash);
      if (verdict.status === "refused") context.backoff.refused(kind, verdict.hash, verdict.refusal);
      else context.backoff.accepted(kind, verdict.hash);
      if (verdict.status === "admitted" && verdict.admittedKey) context.onKeyAdmitted(verdict.admittedKey);
    }
    return { effect: "admit", ok: true, verdicts };
  }

  /** A Diff, even an empty one, says that our Summary has been read. */
  #confirmPage(message: ReplicationMessage): void {
    if (message.type !== "diff" || !this.#page) return;
    this.#options.sweep.confirm(this.#page, this.#options.context.host.clock.monotonicMs());
  }

  #finish(report: SessionReport): RoundReport {
    this.#timer?.handle.cancel();
    this.#timer = undefined;
    const { context, kind, framing } = this.#options;
    const inVain = report.outcome !== "cancelled" && report.admitted + report.duplicates === 0;
    context.claims.release(this, kind, this.#claimed.values(), inVain);
    return {
      ...report,
      peer: this.peer,
      ...(framing.version === 3 ? { round: framing.round } : {}),
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      ...(this.#retryAfterMs === undefined ? {} : { retryAfterMs: this.#retryAfterMs }),
      startedAt: this.#startedAt,
      endedAt: context.host.clock.wallClock().ms,
    };
  }
}

const rejections = {
  rate_limited: "transport_rate_limited",
  unauthorized: "transport_unauthorized",
  too_large: "frame_too_large",
  client_error: "transport_rejected",
  busy: "back_pressure",
} as const;

const failures = {
  unreachable: "transport_unreachable",
  timeout: "transport_timeout",
  no_route: "no_route_to_peer",
  io: "transport_unreachable",
  closed: "transport_closed",
} as const;

function sendFailure(outcome: SendOutcome): EffectResult | undefined {
  if (outcome.status === "delivered" || outcome.status === "queued") return undefined;
  const code = outcome.status === "rejected" ? rejections[outcome.reason] : failures[outcome.reason];
  return { effect: "send", ok: false, code, message: outcome.detail };
}

function pullableBy(
  { kinds, publicPull }: ReplicationContext,
  kind: KindToken,
): NonNullable<SessionOptions["pullableBy"]> {
  if (!kinds.subjectPullable(kind)) return "nobody";
  return publicPull === true && kinds.publicPullable(kind) ? "anybody" : "subject";
}
