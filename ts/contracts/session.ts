/**
 * The vocabulary between a pure session and its driver. A session takes inputs and returns effects; a
 * driver performs them and feeds back results, which may be late, failed or cancelled.
 *
 * Laws (checked by `testing/simulator` and the unit suites of each session):
 * 1. `step(state, input)` is a function of its arguments: no clock, no randomness, no I/O.
 * 2. Effects of one step are performed in order; results may come back in any order.
 * 3. Every effect with an `id` gets exactly one result with that id, or none when the session has finished.
 *    Timers are answered by a `timer` input, or not at all when a newer timer replaced them.
 * 4. A result whose id the session does not wait for is ignored.
 * 5. `finish` is the last effect of a session.
 */
import type { ErrorCode } from "../base/errors.js";
import type { KeyId, KindToken } from "../base/ids.js";
import type { AdmitVerdict } from "./record.js";
import type { RecordRef } from "./store.js";

export type EffectId = number;

export type SessionEffect<Message, Report> =
  /** Give a message to the peer; the driver frames it. */
  | { readonly type: "send"; readonly id: EffectId; readonly message: Message }
  /**
   * One page of what this peer may be offered. The driver keeps the watermark per (peer, kind), because it
   * outlives the session. With `subject`: only records about that key.
   */
  | {
      readonly type: "readOffer";
      readonly id: EffectId;
      readonly kind: KindToken;
      readonly limit: number;
      readonly subject?: KeyId;
    }
  /** Which of these hashes are neither held, nor backing off, nor on their way from elsewhere; at most `limit`. */
  | {
      readonly type: "filterMissing";
      readonly id: EffectId;
      readonly kind: KindToken;
      readonly hashes: readonly Uint8Array[];
      readonly limit: number;
    }
  /** Bodies for these hashes, as far as the peer may have them, within the byte budget (at least one). */
  | {
      readonly type: "loadBodies";
      readonly id: EffectId;
      readonly kind: KindToken;
      readonly hashes: readonly Uint8Array[];
      readonly bytesMax: number;
    }
  /** Where to go on with a `cursor_pull`: at first, and behind what a Deliver brought (nothing: the end was reached). */
  | {
      readonly type: "readCursor";
      readonly id: EffectId;
      readonly kind: KindToken;
      readonly delivered?: readonly Uint8Array[];
    }
  /** Bodies of records later than `since`, the oldest first, as far as the peer may have them, within the budget. */
  | {
      readonly type: "loadSince";
      readonly id: EffectId;
      readonly kind: KindToken;
      readonly since: string | undefined;
      readonly bytesMax: number;
    }
  /** Verify and store; the driver answers one verdict a record. */
  | {
      readonly type: "admit";
      readonly id: EffectId;
      readonly kind: KindToken;
      readonly records: readonly Uint8Array[];
    }
  /**
   * Wake the session after a while unless it finished; a new timer replaces the old one. A driver that knows
   * the link is slow waits longer.
   */
  | { readonly type: "armTimer"; readonly id: EffectId; readonly delayMs: number }
  | { readonly type: "finish"; readonly report: Report };

export type EffectResult =
  | { readonly effect: "send"; readonly ok: true }
  | {
      readonly effect: "readOffer";
      readonly ok: true;
      readonly refs: readonly RecordRef[];
      /** Records lie behind this page that the peer was never shown. */
      readonly more: boolean;
    }
  | {
      readonly effect: "filterMissing";
      readonly ok: true;
      readonly missing: readonly Uint8Array[];
      /** Missing too, and left for a later round because of `limit`. */
      readonly beyondLimit: number;
      /** Missing too, and asked of somebody else at this moment. */
      readonly elsewhere: number;
    }
  | {
      readonly effect: "loadBodies";
      readonly ok: true;
      readonly bodies: readonly Uint8Array[];
      /** Wanted hashes that did not fit the budget. */
      readonly deferred: number;
    }
  /** Without `since` there is nothing more to ask for. */
  | { readonly effect: "readCursor"; readonly ok: true; readonly since: string | undefined }
  | { readonly effect: "loadSince"; readonly ok: true; readonly bodies: readonly Uint8Array[] }
  | { readonly effect: "admit"; readonly ok: true; readonly verdicts: readonly AdmitVerdict[] }
  | {
      readonly effect:
        | "send"
        | "readOffer"
        | "filterMissing"
        | "loadBodies"
        | "readCursor"
        | "loadSince"
        | "admit";
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
    };

/** Effects that name records by record id: 32 B each, concatenated, ascending. */
export type RecordIdEffect =
  /** As `filterMissing`. */
  | {
      readonly type: "filterMissingIds";
      readonly id: EffectId;
      readonly kind: KindToken;
      readonly ids: Uint8Array;
      readonly limit: number;
    }
  /** As `loadBodies`, for the first of these ids. */
  | {
      readonly type: "loadBodiesById";
      readonly id: EffectId;
      readonly kind: KindToken;
      readonly ids: Uint8Array;
      readonly bytesMax: number;
    };

export type RecordIdResult =
  | {
      readonly effect: "filterMissingIds";
      readonly ok: true;
      /** In the order of the ids asked about. */
      readonly missing: Uint8Array;
      readonly beyondLimit: number;
      readonly elsewhere: number;
    }
  | {
      readonly effect: "loadBodiesById";
      readonly ok: true;
      readonly bodies: readonly Uint8Array[];
      /** How many of the ids are dealt with, those without a body included: 1 at least. */
      readonly used: number;
    }
  | {
      readonly effect: "filterMissingIds" | "loadBodiesById";
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
    };

export type SessionInput<Message, Result = EffectResult> =
  | { readonly type: "start" }
  | { readonly type: "message"; readonly message: Message }
  | { readonly type: "result"; readonly id: EffectId; readonly result: Result }
  | { readonly type: "timer"; readonly id: EffectId }
  | { readonly type: "cancel"; readonly code: ErrorCode };
