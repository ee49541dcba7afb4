/**
 * The six messages of CRPL (ciris-edge §2.1), as the rest of the plane sees them, and those that Waxwing nodes have
 * among themselves (docs/protocol.md §10). No `ack`, `refused` or `error` exists on CRPL, and none is ever sent.
 */
import type { KindToken } from "../../base/ids.js";
import type { ReconcileMessage } from "../../reconcile/index.js";

/** `seq` is a hint for people (honest peers send Unix ms); no decision rests on it. */
export interface SummaryRef {
  /** 32 B. */
  readonly hash: Uint8Array;
  /** A u64 on the wire; what exceeds 2^53 − 1 is clamped to it. */
  readonly seq: number;
}

/** One page of what the sender offers. Absence from it means nothing (§3.5). */
export interface SummaryMessage {
  readonly type: "summary";
  readonly kind: KindToken;
  readonly refs: readonly SummaryRef[];
  /** Between Waxwing nodes only: forms with more signatures of records that the receiver may hold; a Diff alone answers it. */
  readonly forms?: true;
}

/** `diff` answers a Summary; `fetch` asks for the same service without one. */
export interface WantMessage {
  readonly type: "diff" | "fetch";
  readonly kind: KindToken;
  readonly want: readonly Uint8Array[];
}

export interface DeliverMessage {
  readonly type: "deliver";
  readonly kind: KindToken;
  /** Record bytes, verbatim. */
  readonly envelopes: readonly Uint8Array[];
}

export interface PullMessage {
  readonly type: "pull";
  readonly kind: KindToken;
  readonly subjectKeyId: string;
}

export interface CursorPullMessage {
  readonly type: "cursor_pull";
  readonly kind: KindToken;
  /** RFC 3339 UTC; omitted when absent. */
  readonly since?: string;
}

export type ReplicationMessage =
  | SummaryMessage
  | WantMessage
  | DeliverMessage
  | PullMessage
  | CursorPullMessage;

/** One message of a reconciliation of record ids. `found` ends it: `missing` is what its sender wants. */
export interface ReconcileFrameMessage {
  readonly type: "reconcile";
  readonly kind: KindToken;
  readonly message: ReconcileMessage;
}

/** This kind is not reconciled with you: the round goes on with Summaries. */
export interface UnavailableMessage {
  readonly type: "unavailable";
  readonly kind: KindToken;
}

/** The answer to `found`: which of the ids that the sender was said to lack it takes. */
export interface WantIdsMessage {
  readonly type: "want";
  readonly kind: KindToken;
  /** Record ids, 32 B each, concatenated. */
  readonly ids: Uint8Array;
}

/** Records that were asked for by id. */
export interface BodiesMessage {
  readonly type: "bodies";
  readonly kind: KindToken;
  /** Record bytes, verbatim. */
  readonly envelopes: readonly Uint8Array[];
  /** Records still to come of what was asked for; 0 in the last. */
  readonly left: number;
}

/** Credit: how many `bodies` of this round the sender has dealt with so far. */
export interface TakenMessage {
  readonly type: "taken";
  readonly kind: KindToken;
  readonly frames: number;
}

/** The state of one kind: the head of the set of record ids (IdSet.head), absent where it is not reconciled. */
export interface KindHead {
  readonly kind: KindToken;
  readonly head?: Uint8Array;
  readonly count: number;
}

/** Of all kinds at once; the answer names those that differ, or are not reconciled. */
export interface HeadsMessage {
  readonly type: "heads" | "headsAnswer";
  readonly kind: "";
  readonly entries: readonly KindHead[];
}

export interface StateHeadRequestMessage {
  readonly type: "stateHeadRequest";
  readonly kind: "";
  readonly kinds: readonly KindToken[];
}

export interface StateHeadsMessage {
  readonly type: "stateHeads";
  readonly kind: "";
  /** Signed statements, verbatim. */
  readonly statements: readonly Uint8Array[];
}

/** Between Waxwing nodes only: CRPL has no form for them. */
export type NativeOnlyMessage =
  | ReconcileFrameMessage
  | UnavailableMessage
  | WantIdsMessage
  | BodiesMessage
  | TakenMessage
  | HeadsMessage
  | StateHeadRequestMessage
  | StateHeadsMessage;

export type NativeMessage = ReplicationMessage | NativeOnlyMessage;

/** Whether CRPL has a form for it. */
export function isCrplMessage(message: NativeMessage): message is ReplicationMessage {
  return (messageTypes as readonly string[]).includes(message.type);
}

export type MessageType = ReplicationMessage["type"];

export const messageTypes: readonly MessageType[] = [
  "summary",
  "diff",
  "fetch",
  "deliver",
  "pull",
  "cursor_pull",
];
