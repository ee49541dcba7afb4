/**
 * Frames that are whole, on their way to the receiver and its word back to the sender. A frame comes again
 * over a new session when its outcome was lost; it is then answered, not delivered again.
 */
import { hexEncode } from "../../base/bytes.js";
import { limits } from "../../base/limits.js";
import { messageHeadBytes } from "./outgoing.js";
import type { Established, PeerState } from "./peer.js";
import type { DriverRequests } from "./requests.js";
import type { OutcomeName } from "./wire.js";

/** A frame that the receiver has, and who wants to hear of it. */
export interface Delivery {
  readonly peer: PeerState;
  readonly token: string;
  readonly askers: { readonly established: Established; readonly message: number }[];
}

export class Deliveries {
  readonly #requests: DriverRequests;
  readonly #pending = new Map<number, Delivery>();

  constructor(requests: DriverRequests) {
    this.#requests = requests;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** An outcome when it is known at once. */
  frame(
    established: Established,
    peer: PeerState,
    message: number,
    content: Uint8Array,
  ): OutcomeName | undefined {
    const bytes = content.subarray(messageHeadBytes);
    if (bytes.length > limits.frameBytesMax) return "too_large";
    const token = hexEncode(content.subarray(1, messageHeadBytes));
    const before = peer.outcome(token);
    if (before !== undefined) return before;
    const asker = { established, message };
    const same = peer.deliveries.get(token);
    if (same) {
      if (same.askers.length >= limits.linkMessagesAtOnce) return "busy";
      same.askers.push(asker);
      return undefined;
    }
    if (peer.deliveries.size >= limits.linkSendsMax) return "busy";
    const delivery = this.#requests.number();
    const pending: Delivery = { peer, token, askers: [asker] };
    peer.deliveries.set(token, pending);
    this.#pending.set(delivery, pending);
    const { address: from } = established;
    this.#requests.emit({ type: "frame", delivery, peer: peer.keyId, bytes, from });
    return undefined;
  }

  /** Who has to be told. */
  answered(delivery: number, outcome: OutcomeName): Delivery["askers"] {
    const pending = this.#pending.get(delivery);
    if (!pending) return [];
    this.#pending.delete(delivery);
    pending.peer.deliveries.delete(pending.token);
    // A busy receiver may take the same frame later; every other outcome is for good.
    if (outcome !== "busy") pending.peer.remember(pending.token, outcome);
    return pending.askers;
  }
}
