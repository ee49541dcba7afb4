/**
 * Mailbox: leave a sealed message for somebody who is offline, fetch it later from any node that holds a
 * copy. Implemented by the relay plane; used by messages and devices through `node`.
 *
 * Laws:
 * 1. The relay never reads `ciphertext`; it stores and returns it byte for byte.
 * 2. `deposit` of a message id that the mailbox holds or has acknowledged is a `duplicate`, decided before any cap.
 * 3. The per-sender cap holds on every node that carries the mailbox (a rule of the network, not of one node).
 * 4. `poll` leases, it does not remove: a message not acknowledged when its lease ends is delivered again.
 * 5. An acknowledgement is proven by the recipient's key, frees the sender's quota on every node, and its
 *    tombstone lives at least as long as the message could.
 * 6. `deposited` and `acknowledged` are durable when the promise resolves.
 */
import type { KeyId } from "../base/ids.js";

/** 32 B; derived from the recipient's secret or token alone, the same on every node. */
export type MailboxKey = Uint8Array;

export interface MailboxMessage {
  /** Chosen by the sender, unique within the mailbox; at most 128 bytes. */
  readonly messageId: string;
  readonly mailbox: MailboxKey;
  /** Blinded reference to the sender for caps and blocks: 32 B, the same on every node, unlinkable across mailboxes. */
  readonly senderRef: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly expiresAtMs: number;
}

export type DepositOutcome =
  | { readonly status: "deposited" }
  | { readonly status: "duplicate" }
  | {
      readonly status: "refused";
      readonly reason: "sender_cap" | "mailbox_full" | "relay_full" | "blocked" | "too_large" | "expired";
    };

export interface MailboxLease {
  readonly leaseId: string;
  readonly expiresAtMs: number;
  readonly messages: readonly MailboxMessage[];
  readonly hasMore: boolean;
}

/** What the recipient signs to prove an acknowledgement: mailbox, message ids and time, under its key. */
export interface MailboxProof {
  readonly keyId: KeyId;
  readonly signedAtMs: number;
  readonly signature: Uint8Array;
}

export interface Mailbox {
  deposit(message: MailboxMessage): Promise<DepositOutcome>;
  poll(
    mailboxes: readonly MailboxKey[],
    options: { proof: MailboxProof; limit: number; leaseMs: number },
  ): Promise<MailboxLease>;
  acknowledge(
    mailbox: MailboxKey,
    messageIds: readonly string[],
    proof: MailboxProof,
  ): Promise<{ acknowledged: number }>;
  block(mailbox: MailboxKey, senderRef: Uint8Array, proof: MailboxProof): Promise<void>;
}
