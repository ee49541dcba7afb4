/**
 * Coordinators: one a (peer, kind, role). An initiator opens rounds when it is told to and hears only their
 * replies; a responder waits for frames and answers in the framing in which the round was opened. Their
 * state is apart from the first day on, so that two nodes which open at the same time do not starve each
 * other (ciris-edge §4.4, §6).
 */
import { uint64BeDecode } from "../base/bytes.js";
import type { ErrorCode } from "../base/errors.js";
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { ReplicationContext } from "./context.js";
import { isWayFailure } from "./frame-port.js";
import { type Arrival, Inbox, type InboxItem, type Interruption } from "./inbox.js";
import type { LegacyLoopGuard } from "./legacy-loop.js";
import type { NoProgress } from "./no-progress.js";
import type { OfferSweep } from "./offer-sweep.js";
import type { FormsSweep } from "./replaced-forms.js";
import { madeProgress, type RoundReport, type SessionRole } from "./report.js";
import { Round, type RoundFraming, type RoundOptions } from "./round.js";
import type { Opening } from "./session.js";
import type { RunInput } from "./session-run.js";
import type { Turn } from "./turn.js";
import type { Frame } from "./wire/frame.js";

export type InboundVerdict = "accepted" | "back_pressure";

export interface CoordinatorOptions {
  readonly context: ReplicationContext;
  readonly peer: KeyId;
  readonly kind: KindToken;
  readonly sweep: OfferSweep;
  readonly forms: FormsSweep;
  readonly loopGuard: LegacyLoopGuard;
  readonly noProgress: NoProgress;
  readonly legacyTurn: Turn;
}

/** Where a round stands after a step: waiting for the peer, or over. */
export type DriveStep =
  | { readonly status: "waiting" }
  | { readonly status: "finished"; readonly report: RoundReport };

type RoundChoice = Pick<RoundOptions, "answersWithDiff" | "bySummary" | "opening">;

/** Reconciliations of a kind that fail, or are clogged, in a row before it goes by Summaries for a while. */
const failedReconciliationsMax = 3;

/** What both roles have: the channel, and the round in flight. */
abstract class Coordinator {
  readonly peer: KeyId;
  readonly kind: KindToken;
  protected readonly options: CoordinatorOptions;
  protected readonly inbox = new Inbox();
  protected round: Round | undefined;

  constructor(options: CoordinatorOptions) {
    this.options = options;
    this.peer = options.peer;
    this.kind = options.kind;
  }

  get framing(): RoundFraming | undefined {
    return this.round?.framing;
  }

  get inRound(): boolean {
    return this.round !== undefined;
  }

  get inboxFrames(): number {
    return this.inbox.frames;
  }

  /** Never waits: a full channel drops the frame and says so. */
  deliverInbound(arrival: Arrival): InboundVerdict {
    return this.inbox.push(arrival) ? "accepted" : "back_pressure";
  }

  /** The next frame, timer or cancellation for this coordinator. */
  recvInbound(): Promise<InboxItem> {
    return this.inbox.take();
  }

  noteActivity(): void {
    this.round?.noteActivity();
  }

  protected begin(role: SessionRole, framing: RoundFraming, choice: RoundChoice = {}): Round {
    const { context, peer, kind } = this.options;
    const sweep = choice.opening?.type === "forms" ? this.options.forms : this.options.sweep;
    const onInput = (of: Round, input: RunInput) => this.onInput(of, input);
    const round = new Round({ context, peer, kind, role, framing, sweep, onInput, ...choice });
    this.round = round;
    return round;
  }

  protected onInput(of: Round, input: RunInput): void {
    this.inbox.interrupt({ type: "input", of, input });
  }

  protected async take(round: Round, { frame, bytes, held }: Arrival): Promise<RoundReport | undefined> {
    // Bodies are admitted beside the round; what their frame holds is held until then.
    if (held && frame.message.type === "bodies") return round.message(frame.message, bytes, held);
    try {
      return await round.message(frame.message, bytes);
    } finally {
      held?.release();
    }
  }

  protected async interruptRound(interruption: Interruption): Promise<DriveStep> {
    if (interruption.type === "cancel") return this.driven(await this.round?.step(interruption));
    // What a round that is over has left behind is for nobody.
    if (interruption.of !== this.round) return { status: "waiting" };
    return this.driven(await this.round.step(interruption.input));
  }

  protected driven(report: RoundReport | undefined): DriveStep {
    if (!report) return { status: "waiting" };
    this.round = undefined;
    return { status: "finished", report };
  }
}

export class Initiator extends Coordinator {
  #failedReconciliations = 0;
  #summariesUntilMs = Number.NEGATIVE_INFINITY;

  /** Forms that the peer was not shown. */
  get hasForms(): boolean {
    return this.options.forms.isPending;
  }

  /** Opens a round and drives it to its end. Aborting ends it as `cancelled`; nothing is thrown. */
  async runRound(signal: AbortSignal, opening?: Opening): Promise<RoundReport> {
    const framing = this.#newFraming();
    const leave = framing.version === "legacy" ? await this.options.legacyTurn.take(signal) : undefined;
    try {
      return await this.#drive(framing, signal, opening);
    } finally {
      leave?.();
    }
  }

  async #drive(framing: RoundFraming, signal: AbortSignal, opening?: Opening): Promise<RoundReport> {
    const onAbort = () => {
      this.round?.abort();
      this.inbox.interrupt({ type: "cancel", code: "scheduler_stopped" });
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      // Given up while it waited for its turn: nothing is sent.
      const isOver = signal.aborted;
      const round = this.#begin(framing, opening);
      let driven: DriveStep = isOver ? { status: "waiting" } : await this.#start(round);
      if (signal.aborted) onAbort();
      while (driven.status === "waiting") driven = await this.driveStep(await this.recvInbound());
      const { report } = driven;
      this.options.noProgress.ended(report);
      // Whatever an aborted effect has failed with, it failed because of us.
      return signal.aborted ? { ...report, outcome: "cancelled", code: "scheduler_stopped" } : report;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.round = undefined;
      // Replies of a round that is over are late whatever they hold.
      this.inbox.clear();
    }
  }

  /** Opens a round: its Summary is sent when this resolves. What comes then is for `driveStep`. */
  async startRound(): Promise<DriveStep> {
    return this.#start(this.#begin(this.#newFraming()));
  }

  #begin(framing: RoundFraming, opening?: Opening): Round {
    const bySummary = this.#nowMs() < this.#summariesUntilMs;
    return this.begin("initiator", framing, { bySummary, ...(opening === undefined ? {} : { opening }) });
  }

  async #start(round: Round): Promise<DriveStep> {
    return this.#heard(round, this.driven(await round.step({ type: "start" })));
  }

  async driveStep(item: InboxItem): Promise<DriveStep> {
    const { round } = this;
    if (!round) {
      if (item.type === "frame") item.held?.release();
      return { status: "waiting" };
    }
    if (item.type !== "frame") return this.#heard(round, await this.interruptRound(item));
    return this.#heard(round, this.driven(await this.take(round, item)));
  }

  #heard(round: Round, driven: DriveStep): DriveStep {
    if (driven.status === "finished" && round.reconciles) this.#reconciled(driven.report, round.isClogged);
    const silent = driven.status === "finished" && driven.report.outcome === "timedOut";
    if (silent && !round.heardSomething) this.#heardNothing(round);
    return driven;
  }

  /** Whatever keeps a kind from being reconciled with this peer, Summaries are there. */
  #reconciled({ outcome, code }: RoundReport, isClogged: boolean): void {
    if (outcome === "completed" && !isClogged) this.#failedReconciliations = 0;
    else if (isClogged || outcome === "timedOut" || (outcome === "error" && !isWayFailure(code)))
      this.#failedReconciliations++;
    if (this.#failedReconciliations < failedReconciliationsMax) return;
    this.#failedReconciliations = 0;
    this.#summariesUntilMs = this.#nowMs() + limits.reconcileRetryMs;
  }

  #nowMs(): number {
    return this.options.context.host.clock.monotonicMs();
  }

  #newFraming(): RoundFraming {
    const { context } = this.options;
    const framing = context.framing.forPeer(this.peer);
    if (framing === "legacy") return { version: "legacy" };
    let round = 0n;
    while (round === 0n) round = uint64BeDecode(context.host.random.bytes(8));
    return { version: 3, round, native: framing === "native" };
  }

  #heardNothing(round: Round): void {
    const { framing } = this.options.context;
    if (round.reconciles) framing.silentReconciliation(this.peer);
    else if (round.framing.version === 3) framing.silentRound(this.peer);
    else this.options.loopGuard.endedInSilence();
  }
}

export class Responder extends Coordinator {
  readonly #onReport: (report: RoundReport) => void;
  /** The loop that empties the channel; it runs while there is something in it. */
  #serving: Promise<void> = Promise.resolve();
  #isServing = false;
  #closed = false;
  #usedAtMs: number;

  constructor(options: CoordinatorOptions, onReport: (report: RoundReport) => void) {
    super(options);
    this.#onReport = onReport;
    this.#usedAtMs = options.context.host.clock.monotonicMs();
  }

  /** Whether the frame goes on with the round in flight; one that begins a round may be held back. */
  continues(frame: Frame): boolean {
    return this.round !== undefined && this.#continues(this.round, frame);
  }

  /** For making room: a responder between rounds holds nothing that cannot be built again. */
  get idle(): boolean {
    return !this.#isServing && this.round === undefined;
  }

  get usedAtMs(): number {
    return this.#usedAtMs;
  }

  override deliverInbound(arrival: Arrival): InboundVerdict {
    if (this.#closed) return "back_pressure";
    this.#usedAtMs = this.options.context.host.clock.monotonicMs();
    const verdict = super.deliverInbound(arrival);
    this.#serve();
    return verdict;
  }

  /** Drops what waits and ends the round; resolves when nothing of it runs any more. */
  async close(code: ErrorCode): Promise<void> {
    this.#closed = true;
    this.inbox.clear();
    this.round?.abort();
    this.inbox.interrupt({ type: "cancel", code });
    this.#serve();
    await this.#serving;
  }

  async driveStep(item: InboxItem): Promise<DriveStep> {
    if (item.type !== "frame") return this.interruptRound(item);
    const round = await this.#roundFor(item.frame);
    return this.driven(await this.take(round, item));
  }

  protected override onInput(of: Round, input: RunInput): void {
    super.onInput(of, input);
    this.#serve();
  }

  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    this.#serving = this.#drain();
  }

  async #drain(): Promise<void> {
    for (let item = this.inbox.poll(); item; item = this.inbox.poll()) {
      const driven = await this.driveStep(item);
      if (driven.status === "finished") this.#ended(driven.report);
    }
    // No await between the last look into the channel and this line, so no frame is left behind.
    this.#isServing = false;
  }

  #ended(report: RoundReport): void {
    if (madeProgress(report)) this.options.loopGuard.madeProgress();
    this.options.noProgress.ended(report);
    this.#onReport(report);
  }

  /** The round the frame belongs to; one with another id, or a fresh legacy Summary, ends the former. */
  async #roundFor(frame: Frame): Promise<Round> {
    const current = this.round;
    if (current && this.#continues(current, frame)) return current;
    if (current) {
      const ended = await this.interruptRound({ type: "cancel", code: "no_round_in_progress" });
      if (ended.status === "finished") this.#ended(ended.report);
    }
    if (frame.version === 3)
      return this.begin("responder", { version: 3, round: frame.round, native: frame.native ?? false });
    const answersWithDiff = frame.message.type === "summary" && !this.options.loopGuard.isOpening();
    return this.begin("responder", { version: "legacy" }, { answersWithDiff });
  }

  #continues(current: Round, frame: Frame): boolean {
    if (frame.version === 3) {
      return current.framing.version === 3 && current.framing.round === frame.round;
    }
    if (current.framing.version === 3) return false;
    return frame.message.type !== "summary" || !current.isMidRound;
  }
}
