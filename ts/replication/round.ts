/**
 * One round with one peer over one kind: chooses the session, keeps its timer, and makes its report whole. What the
 * session asks for is performed in session-run.ts, over frame-port.ts and round-records.ts.
 *
 * A round in native framing reconciles where both sides keep a set of the kind's record ids and show each other all of it;
 * else, and with every other peer, it goes by Summaries.
 */
import { isWaxwingError } from "../base/errors.js";
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { TimerHandle } from "../contracts/host.js";
import type { OfferedSets } from "../contracts/offered-sets.js";
import type { EffectId } from "../contracts/session.js";
import type { Held } from "./byte-budget.js";
import type { PeerLink, ReplicationContext } from "./context.js";
import { FramePort, type RoundFraming } from "./frame-port.js";
import {
  bodiesBytesFor,
  deliverBytesFor,
  jsonCosts,
  nativeCosts,
  rangeBytesFor,
  reconcileIdsFor,
  sketchSymbolsFor,
  summaryRefsFor,
  waitFor,
} from "./link-budget.js";
import type { OfferPages } from "./offer-sweep.js";
import { reconcilableSets } from "./reconcilable.js";
import type { RoundReport, SessionReport, SessionRole } from "./report.js";
import { RoundRecords } from "./round-records.js";
import type { Opening, SessionOptions } from "./session.js";
import { ReconcileRun, type RunInput, type RunParts, type SessionRun, SummaryRun } from "./session-run.js";
import { isCrplMessage, type NativeMessage } from "./wire/message.js";

export type { RoundFraming } from "./frame-port.js";

export interface RoundOptions {
  readonly context: ReplicationContext;
  readonly peer: KeyId;
  readonly kind: KindToken;
  readonly role: SessionRole;
  readonly framing: RoundFraming;
  readonly sweep: OfferPages;
  /** Timers and results: they have to come back through `step`, in turn with frames. */
  readonly onInput: (round: Round, input: RunInput) => void;
  /** The Summary that begins it is no opening: it gets a Diff alone. */
  readonly answersWithDiff?: boolean;
  /** Of an initiator: shows Summaries even where it could reconcile. */
  readonly bySummary?: boolean;
  /** Of an initiator; by default what the kind begins with. */
  readonly opening?: Opening;
}

export class Round {
  readonly peer: KeyId;
  readonly framing: RoundFraming;
  readonly #options: RoundOptions;
  readonly #link: PeerLink | undefined;
  readonly #parts: RunParts;
  readonly #aborted = new AbortController();
  readonly #startedMs: number;
  readonly #startedAt: number;
  #run: SessionRun | undefined;
  #timer:
    | { readonly id: EffectId; readonly delayMs: number; readonly sinceMs: number; handle: TimerHandle }
    | undefined;
  #deadline: TimerHandle | undefined;
  #heardSomething = false;

  constructor(options: RoundOptions) {
    const { context, peer, kind, role, framing, sweep } = options;
    this.#options = options;
    this.peer = peer;
    this.framing = framing;
    const link = context.peerLink?.(peer);
    this.#link = link;
    const { signal } = this.#aborted;
    const costs = framing.version === 3 && framing.native ? nativeCosts : jsonCosts;
    this.#parts = {
      port: new FramePort({ context, peer, kind, role, framing, link, signal }),
      records: new RoundRecords({ context, peer, kind, sweep, link, costs, signal }),
      signal,
      counters: context.counters,
      arm: (id, delayMs) => this.#arm(id, delayMs, context.host.clock.monotonicMs()),
    };
    this.#startedMs = context.host.clock.monotonicMs();
    this.#startedAt = context.host.clock.wallClock().ms;
  }

  get isMidRound(): boolean {
    return this.#run?.isMidRound ?? false;
  }

  get heardSomething(): boolean {
    return this.#heardSomething;
  }

  /** It asked for a reconciliation, and not for a Summary. */
  get reconciles(): boolean {
    return this.#run instanceof ReconcileRun;
  }

  /** It reconciled, and records that hardly move filled it. */
  get isClogged(): boolean {
    return this.#run instanceof ReconcileRun && this.#run.isClogged;
  }

  /** A message of this round. `held` is released when the records of its frame are dealt with, or the round is over. */
  async message(message: NativeMessage, frameBytes: number, held?: Held): Promise<RoundReport | undefined> {
    this.#heardSomething = true;
    const { records, port } = this.#parts;
    if (held) records.looksAt(held);
    port.received(message, frameBytes);
    if (message.type === "diff") records.confirmPage();
    try {
      return await this.step({ type: "message", message });
    } finally {
      records.dealtWith();
    }
  }

  /** Runs the session until it waits (undefined) or ends. */
  async step(input: RunInput): Promise<RoundReport | undefined> {
    try {
      this.#run ??= await this.#begin(input);
      let ended = await this.#run.step(input);
      if (ended === "fallBack") {
        this.#stopTimers();
        this.#run = this.#summaries();
        ended = await this.#run.step(this.#options.role === "initiator" ? { type: "start" } : input);
      }
      return ended && ended !== "fallBack" ? this.#finish(ended) : undefined;
    } catch (error) {
      // A set that cannot be read, or a broken invariant, stops this round and nothing else.
      const report = await (this.#run ?? this.#summaries()).step({ type: "cancel", code: "round_timed_out" });
      if (typeof report !== "object") throw error;
      const { code: _, ...rest } = report;
      const code = isWaxwingError(error) ? { code: error.code } : {};
      return this.#finish({ ...rest, outcome: "error", ...code, message: String(error) });
    }
  }

  /** Stops what is being performed; the session learns of it by a failed result or the caller's `cancel`. */
  abort(): void {
    this.#aborted.abort();
  }

  /** Part of a frame of this round arrived: the peer is not silent. The whole round stays bounded. */
  noteActivity(): void {
    const timer = this.#timer;
    if (!timer) return;
    // A round that reconciles has a deadline of its own, and messages that each move it on.
    const sinceMs = this.reconciles ? timer.sinceMs : this.#startedMs;
    const elapsedMs = this.#options.context.host.clock.monotonicMs() - sinceMs;
    if (elapsedMs < timer.delayMs * limits.roundWaitsMax) this.#arm(timer.id, timer.delayMs, timer.sinceMs);
  }

  /** The peer's first message says how it goes, and our own choice where we begin. */
  async #begin(input: RunInput): Promise<SessionRun> {
    const { context, kind, framing, opening, bySummary } = this.#options;
    const isNative = framing.version === 3 && framing.native;
    if (!isNative) return this.#summaries();
    if (input.type === "start") {
      if (opening || bySummary || !context.framing.reconciles(this.peer)) return this.#summaries();
      const sets = await reconcilableSets(context, this.peer, kind);
      return (await sets?.offeredSet(kind)) ? this.#reconciliation(sets) : this.#summaries();
    }
    if (input.type !== "message" || isCrplMessage(input.message))
      return this.#summaries(input.type === "message" && isOfForms(input.message));
    return this.#reconciliation(await reconcilableSets(context, this.peer, kind));
  }

  #summaries(answersWithDiff = this.#options.answersWithDiff ?? false): SessionRun {
    const { context, kind, role } = this.#options;
    const costs = this.#parts.records.costs;
    return new SummaryRun(this.#parts, {
      kind,
      role,
      peer: this.peer,
      summarySent: answersWithDiff,
      opening: this.#options.opening ?? { type: context.kinds.cursorServed(kind) ? "cursor" : "summary" },
      cursorServed: context.kinds.cursorServed(kind),
      pullableBy: pullableBy(context, kind),
      summaryRefsMax: summaryRefsFor(this.#link, costs),
      deliverBytesMax: deliverBytesFor(this.#link, costs),
    });
  }

  #reconciliation(sets: OfferedSets | undefined): SessionRun {
    const { kind, role, onInput, context } = this.#options;
    const onDeadline = () => onInput(this, { type: "cancel", code: "round_timed_out" });
    this.#deadline = context.host.timers.after(waitFor(limits.reconcileRoundMs, 0, this.#link), onDeadline);
    return new ReconcileRun(this.#parts, {
      kind,
      role,
      sets,
      idsMax: reconcileIdsFor(this.#link),
      symbolsMax: sketchSymbolsFor(this.#link),
      rangeBytesMax: rangeBytesFor(this.#link),
      bodiesBytesMax: bodiesBytesFor(this.#link),
      onResult: (input) => onInput(this, input),
    });
  }

  #arm(id: EffectId, delayMs: number, sinceMs: number): void {
    this.#timer?.handle.cancel();
    const { context, onInput } = this.#options;
    const waitMs = waitFor(delayMs, this.#parts.port.unansweredBytes, this.#link);
    const handle = context.host.timers.after(waitMs, () => onInput(this, { type: "timer", id }));
    this.#timer = { id, delayMs: waitMs, sinceMs, handle };
  }

  #stopTimers(): void {
    this.#timer?.handle.cancel();
    this.#timer = undefined;
    this.#deadline?.cancel();
  }

  #finish(report: SessionReport): RoundReport {
    this.#stopTimers();
    // What a session no longer waits for need not be done; its last frame may be on its way.
    if (report.outcome !== "completed") this.#aborted.abort();
    const { context, framing } = this.#options;
    this.#parts.records.release(report.outcome !== "cancelled" && report.admitted + report.duplicates === 0);
    const { bytesSent, bytesReceived, protocolBytesSent, protocolBytesReceived, retryAfterMs } =
      this.#parts.port;
    return {
      ...report,
      peer: this.peer,
      ...(framing.version === 3 ? { round: framing.round } : {}),
      bytesSent,
      bytesReceived,
      protocolBytesSent,
      protocolBytesReceived,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      startedAt: this.#startedAt,
      endedAt: context.host.clock.wallClock().ms,
    };
  }
}

/** It shows forms alone, and is answered with a Diff alone. */
function isOfForms(message: NativeMessage): boolean {
  return message.type === "summary" && message.forms === true;
}

function pullableBy(
  { kinds, publicPull }: ReplicationContext,
  kind: KindToken,
): NonNullable<SessionOptions["pullableBy"]> {
  if (!kinds.subjectPullable(kind)) return "nobody";
  return publicPull === true && kinds.publicPullable(kind) ? "anybody" : "subject";
}
