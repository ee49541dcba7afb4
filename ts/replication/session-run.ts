/**
 * Running a session: its effects are performed over the contracts and the results fed back. A failing contract becomes a
 * failed result and never an exception: a store that is full ends the round, not the node.
 *
 * Two ways. Summaries run one effect after the other, so that a Summary is on its way before its Diff and nothing of the
 * peer is looked at meanwhile. A round that reconciles runs them in lanes: sends in order, reads in order, two admissions
 * at a time; results come back in turn with frames, so that bodies are loaded, sent, received and admitted at once.
 */
import type { ErrorCode } from "../base/errors.js";
import { InvariantError, isWaxwingError } from "../base/errors.js";
import type { IdSet } from "../contracts/id-set.js";
import type { OfferedSets } from "../contracts/offered-sets.js";
import type { EffectId, EffectResult, RecordIdResult } from "../contracts/session.js";
import type { ReplicationCounters } from "./context.js";
import type { FramePort, SendResult } from "./frame-port.js";
import { stepReconcileRound } from "./reconcile-session.js";
import {
  createReconcileRound,
  type ReconcileRoundEffect,
  type ReconcileRoundInput,
  type ReconcileRoundOptions,
  type ReconcileRoundState,
} from "./reconcile-state.js";
import { isClogged, unbrought } from "./record-flow.js";
import type { SessionReport } from "./report.js";
import type { RoundRecords } from "./round-records.js";
import {
  createSession,
  type Effect,
  isMidRound,
  type SessionOptions,
  type SessionState,
  step,
} from "./session.js";
import { isCrplMessage, type NativeMessage } from "./wire/message.js";

export type RunInput =
  | Exclude<ReconcileRoundInput, { readonly type: "message" }>
  | { readonly type: "message"; readonly message: NativeMessage };

/** Undefined while it waits; `fallBack`: it is over, and Summaries take its place. */
export type RunStep = SessionReport | "fallBack" | undefined;

export interface SessionRun {
  readonly isMidRound: boolean;
  step(input: RunInput): Promise<RunStep>;
}

export interface RunParts {
  readonly port: FramePort;
  readonly records: RoundRecords;
  readonly signal: AbortSignal;
  readonly counters: ReplicationCounters;
  readonly arm: (id: EffectId, delayMs: number) => void;
}

type SummaryEffect = Exclude<Effect, { type: "finish" } | { type: "armTimer" }>;
type ReconcileEffect = Exclude<ReconcileRoundEffect, { type: "finish" | "armTimer" | "fallBack" }>;

export class SummaryRun implements SessionRun {
  readonly #parts: RunParts;
  #state: SessionState;

  constructor(parts: RunParts, options: SessionOptions) {
    this.#parts = parts;
    this.#state = createSession(options);
  }

  get isMidRound(): boolean {
    return isMidRound(this.#state);
  }

  async step(first: RunInput): Promise<RunStep> {
    const inputs: RunInput[] = [first];
    for (let input = inputs.shift(); input; input = inputs.shift()) {
      const isForUs = input.type !== "message" || isCrplMessage(input.message);
      const { state, effects, unexpected } = isForUs
        ? step(this.#state, input as Parameters<typeof step>[1])
        : { state: this.#state, effects: [], unexpected: true };
      this.#state = state;
      if (unexpected) this.#parts.counters.unexpectedMessages++;
      for (const effect of effects) {
        if (effect.type === "finish") return effect.report;
        if (effect.type === "armTimer") this.#parts.arm(effect.id, effect.delayMs);
        else inputs.push({ type: "result", id: effect.id, result: await this.#perform(effect) });
      }
    }
    return undefined;
  }

  async #perform(effect: SummaryEffect): Promise<EffectResult> {
    const { records, signal } = this.#parts;
    try {
      switch (effect.type) {
        case "send":
          return await send(this.#parts, effect.message);
        case "readOffer":
          return await records.readOffer(effect.limit, effect.subject);
        case "filterMissing":
          return await records.filterMissing(effect.hashes, effect.limit);
        case "loadBodies":
          return await records.loadBodies(effect.hashes, effect.bytesMax);
        case "readCursor":
          return await records.readCursor(effect.delivered);
        case "loadSince":
          return await records.loadSince(effect.since, effect.bytesMax);
        case "admit":
          return await records.admit(effect.records);
      }
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      return failed(effect.type, error, signal);
    }
  }
}

export interface ReconcileRunOptions extends ReconcileRoundOptions {
  /** Undefined where the kind is not reconciled with this peer. */
  readonly sets: OfferedSets | undefined;
  /** A result: it has to come back through `step`, in turn with frames. */
  readonly onResult: (input: RunInput) => void;
}

export class ReconcileRun implements SessionRun {
  readonly isMidRound = false;
  readonly #parts: RunParts;
  readonly #options: ReconcileRunOptions;
  readonly #sends = new Lane();
  readonly #reads = new Lane();
  readonly #admissions = [new Lane(), new Lane()] as const;
  #state: ReconcileRoundState;
  #admitted = 0;

  constructor(parts: RunParts, options: ReconcileRunOptions) {
    this.#parts = parts;
    const { sets: _, onResult: __, ...session } = options;
    this.#options = options;
    this.#state = createReconcileRound(session);
  }

  get isClogged(): boolean {
    return isClogged(this.#state);
  }

  async step(input: RunInput): Promise<RunStep> {
    // Asked for anew, because a set may be closed at any await.
    const set = needsSet(input) ? await this.#set() : undefined;
    const { state, effects, unexpected } = stepReconcileRound(this.#state, input, set);
    this.#state = state;
    if (unexpected) this.#parts.counters.unexpectedMessages++;
    for (const effect of effects) {
      if (effect.type === "fallBack") return "fallBack";
      if (effect.type === "finish") return this.#ended(effect.report);
      if (effect.type === "armTimer") this.#parts.arm(effect.id, effect.delayMs);
      else {
        if (effect.type === "admit") this.#parts.records.holdUntilAdmitted();
        this.#laneOf(effect).run(() => this.#perform(effect));
      }
    }
    return undefined;
  }

  async #set(): Promise<IdSet | undefined> {
    return this.#options.sets?.offeredSet(this.#options.kind);
  }

  #ended(report: SessionReport): SessionReport {
    if (report.outcome === "completed") this.#parts.records.forgetIds(unbrought(this.#state));
    return report;
  }

  #laneOf({ type }: ReconcileEffect): Lane {
    if (type === "send") return this.#sends;
    return type === "admit" ? this.#admissions[this.#admitted++ % 2]! : this.#reads;
  }

  async #perform(effect: ReconcileEffect): Promise<void> {
    const result = await this.#resultOf(effect).catch((error: unknown) =>
      failed(effect.type, error, this.#parts.signal),
    );
    if (this.#state.phase !== "finished") this.#options.onResult({ type: "result", id: effect.id, result });
  }

  async #resultOf(effect: ReconcileEffect): Promise<EffectResult | RecordIdResult> {
    const { port, records } = this.#parts;
    switch (effect.type) {
      case "send":
        return send(this.#parts, effect.message);
      case "filterMissingIds":
        return records.filterMissingIds(effect.ids, effect.limit);
      case "loadBodiesById":
        return records.loadBodiesById(effect.ids, Math.min(effect.bytesMax, port.bodiesBytesMax));
      case "admit":
        return records.admit(effect.records);
    }
  }
}

/** Only what compares reads the set. */
function needsSet(input: RunInput): boolean {
  return input.type === "start" || (input.type === "message" && input.message.type === "reconcile");
}

async function send({ port, records }: RunParts, message: NativeMessage): Promise<SendResult> {
  try {
    return await port.send(message);
  } finally {
    if (message.type === "deliver" || message.type === "bodies") records.bodiesSent();
  }
}

/** Performs what it is given one after the other. */
class Lane {
  #last: Promise<void> = Promise.resolve();

  /** `perform` never rejects. */
  run(perform: () => Promise<void>): void {
    this.#last = this.#last.then(perform);
  }
}

type Failure<Of> = {
  readonly effect: Of;
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
};

function failed<const Of extends string>(effect: Of, error: unknown, signal: AbortSignal): Failure<Of> {
  return { effect, ok: false, code: codeOf(error, signal), message: String(error) };
}

function codeOf(error: unknown, signal: AbortSignal): ErrorCode {
  if (signal.aborted) return "scheduler_stopped";
  return isWaxwingError(error) ? error.code : "store_unavailable";
}
