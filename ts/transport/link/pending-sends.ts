/** Sends that have no outcome yet: each gets one, once, and a peer has a bounded number of them. */
import { limits } from "../../base/limits.js";
import type { SendOutcome } from "../../contracts/transport.js";
import type { OutgoingMessage } from "./outgoing.js";
import type { PeerState } from "./peer.js";
import type { DriverRequests } from "./requests.js";

interface PendingSend {
  readonly peer: PeerState;
  readonly bytes: number;
}

export class PendingSends {
  readonly #bySend = new Map<number, PendingSend>();
  readonly #requests: DriverRequests;

  constructor(requests: DriverRequests) {
    this.#requests = requests;
  }

  get size(): number {
    return this.#bySend.size;
  }

  /** `false`: the peer has as many as it may have. */
  admit(sendId: number, peer: PeerState, bytes: number): boolean {
    const isFull =
      peer.sends >= limits.linkSendsMax ||
      (peer.sends > 0 && peer.sendBytes + bytes > limits.linkSendBytesMax);
    if (isFull) return false;
    peer.sends++;
    peer.sendBytes += bytes;
    this.#bySend.set(sendId, { peer, bytes });
    return true;
  }

  peer(sendId: number): PeerState | undefined {
    return this.#bySend.get(sendId)?.peer;
  }

  /** Without a word to the driver, which knows; `false`: it had its outcome. */
  forget(sendId: number): boolean {
    const send = this.#bySend.get(sendId);
    if (!send) return false;
    this.#bySend.delete(sendId);
    send.peer.sends--;
    send.peer.sendBytes -= send.bytes;
    return true;
  }

  settle(messages: readonly OutgoingMessage[], outcome: SendOutcome): void {
    for (const { sendId } of messages)
      if (sendId !== undefined && this.forget(sendId))
        this.#requests.emit({ type: "settled", sendId, outcome });
  }

  /** Everything that waits for a session with this peer. */
  settleWaiting(peer: PeerState, outcome: SendOutcome): void {
    const messages = peer.waiting.splice(0).map(({ message }) => message);
    this.settle(messages, outcome);
  }
}
