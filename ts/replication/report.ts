/** What a round came to. The session counts; its coordinator adds round id, bytes and times. */
import type { ErrorCode } from "../base/errors.js";
import type { KeyId, KindToken } from "../base/ids.js";
import type { ReconcileWay } from "../reconcile/index.js";

export type SessionRole = "initiator" | "responder";

/** How far behind the peer's page we are (ciris-edge §4.3). */
export type Staleness =
  /** No Diff was sent, so nothing is known. */
  | { readonly state: "unknown" }
  | { readonly state: "inSync" }
  | { readonly state: "boundedBy"; readonly missing: number };

/**
 * - `completed`: the round went its whole way.
 * - `served`: single messages outside a round were answered (a late Diff, a Pull, an unsolicited Deliver).
 * - `timedOut`: the peer was silent too long.
 * - `refused`: the peer's door refused our frame.
 * - `error`: an effect failed; `code` says which way.
 * - `cancelled`: shutdown, removal, or a newer round took its place.
 */
export type RoundOutcome = "completed" | "served" | "timedOut" | "refused" | "error" | "cancelled";

/** By which way a round found out what to move: pages of a Summary, or a reconciliation of id sets. */
export type RoundWay = "summary" | ReconcileWay;

export interface SessionReport {
  readonly kind: KindToken;
  readonly role: SessionRole;
  readonly outcome: RoundOutcome;
  readonly way: RoundWay;
  /** Waits for the peer before records moved: answers of a reconciliation, or of a Summary. */
  readonly roundTrips: number;
  readonly code?: ErrorCode;
  readonly message?: string;
  /** Refs in our Summaries, or ids that the peer was found to lack. */
  readonly offered: number;
  /** Refs in the peer's Summaries; absent where it sent none. */
  readonly shown?: number;
  /** Hashes in our Diffs, or record ids that were asked for. */
  readonly wanted: number;
  /** Records sent. */
  readonly served: number;
  readonly admitted: number;
  readonly duplicates: number;
  /** Refused records by code. */
  readonly refused: Readonly<Partial<Record<ErrorCode, number>>>;
  /** Records that came without having been wanted. */
  readonly unsolicited: number;
  /** What the peer wanted and did not fit our Deliver. */
  readonly deferred: number;
  /** What we want, not refused, and could ask for again at once. */
  readonly askAgain: number;
  /** Records that the peer was never shown lie behind our page, or sets may differ by more than was found. */
  readonly offerMore: boolean;
  readonly staleness: Staleness;
}

export interface RoundReport extends SessionReport {
  readonly peer: KeyId;
  /** The v3 round id; absent in legacy framing. */
  readonly round?: bigint;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Of these, what was not the bytes of records. */
  readonly protocolBytesSent: number;
  readonly protocolBytesReceived: number;
  /** How long the peer asked us to stay away, when it refused a frame of the round for now. */
  readonly retryAfterMs?: number;
  /** Unix ms of the host's wall clock, believed or not. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Of a round in which no record was told of yet. */
export const noRecords = {
  offered: 0,
  wanted: 0,
  served: 0,
  admitted: 0,
  duplicates: 0,
  refused: {},
  unsolicited: 0,
  deferred: 0,
  offerMore: false,
} as const satisfies Partial<SessionReport>;

/** Whether records moved, in either direction. */
export function madeProgress(report: SessionReport): boolean {
  return report.admitted > 0 || report.served > 0;
}

/** Whether the round ended knowing of records that another one could move at once. */
export function wantsFollowUp(report: SessionReport): boolean {
  if (report.outcome !== "completed" || !madeProgress(report)) return false;
  return report.askAgain > 0 || report.deferred > 0 || report.offerMore;
}

/** What a failed effect makes of its round: a send that the peer's door refused is no error of ours. */
export function failureOutcome(effect: string, code: ErrorCode): "refused" | "error" {
  return effect === "send" && isRefusal(code) ? "refused" : "error";
}

/** The peer's transport said no, which is not a failure of the way to it. */
function isRefusal(code: ErrorCode): boolean {
  return (
    code === "transport_rejected" || code === "transport_rate_limited" || code === "transport_unauthorized"
  );
}
