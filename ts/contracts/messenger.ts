/**
 * Messenger: a direct message to one key, with an answer about what became of it. Implemented by the
 * messages plane; used by devices through `node`.
 *
 * Laws:
 * 1. One `logicalId` to one recipient is one message, however often and from wherever it is sent: concurrent
 *    sends of it share one result, and a different payload under the same id is `idempotency_conflict`.
 * 2. A receipt of stage `accepted` or `processed` was signed by the recipient's key.
 * 3. A handler sees a message once, also across restarts: its effect and the dedup mark are one transaction.
 * 4. With `whenOffline: "queue"` the message survives a restart and is sent when the peer comes back.
 * 5. Aborting stops waiting; it does not unsend.
 */
import type { KeyId } from "../base/ids.js";

export interface OutgoingMessage {
  readonly recipient: KeyId;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** 1–128 bytes of `[a-z0-9._:-]`; made when absent. */
  readonly logicalId?: string;
}

export interface SendMessageOptions {
  readonly whenOffline?: "fail" | "queue";
  /** Which answer ends the wait: the recipient's node took it, or its handler finished. */
  readonly until?: "accepted" | "processed";
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface MessageReceipt {
  readonly logicalId: string;
  readonly stage: "queued" | "accepted" | "processed";
  readonly attempts: number;
  readonly elapsedMs: number;
}

export interface IncomingMessage {
  readonly sender: KeyId;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly logicalId: string;
  readonly receivedAtMs: number;
}

export interface Messenger {
  send(message: OutgoingMessage, options?: SendMessageOptions): Promise<MessageReceipt>;
  /** At most one handler a topic; it is called again later when it rejects. */
  handle(topic: string, handler: (message: IncomingMessage) => Promise<void>): { close(): void };
}
