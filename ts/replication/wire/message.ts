/**
 * The six messages of CRPL (ciris-edge §2.1), as the rest of the plane sees them. No `ack`, `refused` or
 * `error` exists on this wire, and none is ever sent.
 */
import type { KindToken } from "../../base/ids.js";

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

export type MessageType = ReplicationMessage["type"];

export const messageTypes: readonly MessageType[] = [
  "summary",
  "diff",
  "fetch",
  "deliver",
  "pull",
  "cursor_pull",
];
