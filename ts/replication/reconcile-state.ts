/** What one round that reconciles knows, and how it begins. The steps are in reconcile-session.ts and record-flow.ts. */
import type { ErrorCode } from "../base/errors.js";
import type { KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type {
  EffectId,
  EffectResult,
  RecordIdEffect,
  RecordIdResult,
  SessionEffect,
  SessionInput,
} from "../contracts/session.js";
import {
  createReconciliation,
  type ReconcileAnswer,
  type ReconcileState,
  type ReconcileWay,
} from "../reconcile/index.js";
import type { SessionReport, SessionRole } from "./report.js";
import type { NativeMessage } from "./wire/message.js";

export interface ReconcileRoundOptions {
  readonly kind: KindToken;
  readonly role: SessionRole;
  /** Differing ids that the round finds; what is beyond them follows in another. */
  readonly idsMax?: number;
  /** Symbols of one sketch; beyond them it goes by ranges. */
  readonly symbolsMax?: number;
  /** Bytes in one message of ranges or ids. */
  readonly rangeBytesMax?: number;
  /** Raw record bytes in one frame of bodies. */
  readonly bodiesBytesMax?: number;
  readonly waitMs?: number;
}

export type ReconcileRoundEffect =
  | Extract<
      SessionEffect<NativeMessage, SessionReport>,
      { readonly type: "send" | "admit" | "armTimer" | "finish" }
    >
  | RecordIdEffect
  /** The last effect: the round goes on with Summaries, of which a responder was just sent the first. */
  | { readonly type: "fallBack" };

export type ReconcileRoundInput = SessionInput<NativeMessage, EffectResult | RecordIdResult>;

/** What to do with the result of an effect. */
export type Task =
  /** `answers`: a request of the peer, which gets no other answer meanwhile. */
  | { readonly type: "send"; readonly answers: boolean }
  | { readonly type: "filter" }
  | { readonly type: "load" }
  | { readonly type: "admit" };

/** Records that come. */
export interface Incoming {
  /** Record ids that were asked for, ascending. */
  readonly wanted: Uint8Array;
  /** A byte for each: 1 when it came. */
  readonly arrived: Uint8Array;
  /** Records still to come, by what the peer said last. */
  readonly outstanding: number;
  /** Frames of bodies that came, that are admitted, and of which the peer was told so. */
  readonly frames: number;
  readonly admitted: number;
  readonly acknowledged: number;
}

/** Records that go. */
export interface Outgoing {
  /** Record ids to serve; undefined until the peer has said which. */
  readonly ids: Uint8Array | undefined;
  /** How many of them are loaded. */
  readonly at: number;
  readonly isLoading: boolean;
  /** Frames of bodies that were made, and that the peer has dealt with. */
  readonly frames: number;
  readonly taken: number;
}

export interface Tally {
  readonly offered: number;
  readonly wanted: number;
  readonly served: number;
  readonly admitted: number;
  readonly duplicates: number;
  readonly refused: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly refusedWanted: number;
  readonly unsolicited: number;
  /** Missing and not asked for: beyond the bound, or asked of somebody else. */
  readonly beyondLimit: number;
  readonly elsewhere: number;
  /** Missing, by the peer's word or the reconciliation. */
  readonly missing: number;
}

/**
 * `comparing`: which ids differ. `choosing`: which of them to ask for. `moving`: records come and go. A responder is
 * `comparing` until it is told what was found.
 */
export type Phase = "idle" | "comparing" | "choosing" | "moving" | "finished";

export interface ReconcileRoundState {
  readonly options: Required<ReconcileRoundOptions>;
  readonly phase: Phase;
  readonly nextId: EffectId;
  readonly pending: ReadonlyMap<EffectId, Task>;
  readonly timer: EffectId | undefined;
  /** The initiator's half. */
  readonly comparison: ReconcileState;
  readonly lastAnswer: ReconcileAnswer | undefined;
  /** Requests that a responder has answered. */
  readonly answers: number;
  readonly way: ReconcileWay;
  readonly roundTrips: number;
  /** The heads of both sides were the same. */
  readonly isEqual: boolean;
  /** The sets may differ by more than was found. */
  readonly isPartial: boolean;
  /** Ids that the peer lacks, ascending: what it may want. */
  readonly offered: Uint8Array;
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
  readonly tally: Tally;
}

export interface ReconcileRoundStep {
  readonly state: ReconcileRoundState;
  readonly effects: readonly ReconcileRoundEffect[];
  /** The message is none for this moment. */
  readonly unexpected?: true;
}

export const noIds = new Uint8Array(0);
export const idBytes = 32;

export function createReconcileRound(options: ReconcileRoundOptions): ReconcileRoundState {
  const all = {
    idsMax: limits.reconcileRoundIds,
    symbolsMax: limits.sketchSymbolsMax,
    rangeBytesMax: limits.rangeMessageBytes,
    bodiesBytesMax: limits.bodiesBytesMax,
    waitMs: limits.roundWaitMs,
    ...options,
  };
  const { idsMax, symbolsMax, rangeBytesMax } = all;
  return {
    options: all,
    phase: "idle",
    nextId: 1,
    pending: new Map(),
    timer: undefined,
    comparison: createReconciliation({ idsMax, symbolsMax, rangeBytesMax }),
    lastAnswer: undefined,
    answers: 0,
    way: "head",
    roundTrips: 0,
    isEqual: false,
    isPartial: false,
    offered: noIds,
    incoming: { wanted: noIds, arrived: noIds, outstanding: 0, frames: 0, admitted: 0, acknowledged: 0 },
    outgoing: { ids: undefined, at: 0, isLoading: false, frames: 0, taken: 0 },
    tally: {
      offered: 0,
      wanted: 0,
      served: 0,
      admitted: 0,
      duplicates: 0,
      refused: {},
      refusedWanted: 0,
      unsolicited: 0,
      beyondLimit: 0,
      elsewhere: 0,
      missing: 0,
    },
  };
}

type WithoutId<T> = T extends { readonly id: EffectId } ? Omit<T, "id"> : never;
type PendingEffect = Exclude<ReconcileRoundEffect, { type: "finish" | "armTimer" | "fallBack" }>;

/** The next state and the effects so far of one step. Lives only within a step. */
export class Draft {
  state: ReconcileRoundState;
  readonly effects: ReconcileRoundEffect[] = [];

  constructor(state: ReconcileRoundState) {
    this.state = state;
  }

  set(change: Partial<ReconcileRoundState>): void {
    this.state = { ...this.state, ...change };
  }

  count(change: Partial<Tally>): void {
    this.set({ tally: { ...this.state.tally, ...change } });
  }

  receive(change: Partial<Incoming>): void {
    this.set({ incoming: { ...this.state.incoming, ...change } });
  }

  serve(change: Partial<Outgoing>): void {
    this.set({ outgoing: { ...this.state.outgoing, ...change } });
  }

  add(effect: WithoutId<PendingEffect>, task: Task): void {
    const id = this.state.nextId;
    this.effects.push({ ...effect, id } as PendingEffect);
    this.set({ nextId: id + 1, pending: new Map(this.state.pending).set(id, task) });
  }

  send(message: NativeMessage, answers = false): void {
    this.add({ type: "send", message }, { type: "send", answers });
  }

  armTimer(): void {
    const id = this.state.nextId;
    this.effects.push({ type: "armTimer", id, delayMs: this.state.options.waitMs });
    this.set({ nextId: id + 1, timer: id });
  }

  end(last: Extract<ReconcileRoundEffect, { type: "finish" | "fallBack" }>): void {
    this.effects.push(last);
    this.set({ phase: "finished", pending: new Map(), timer: undefined });
  }

  done(): ReconcileRoundStep {
    return { state: this.state, effects: this.effects };
  }
}
