/** What an endpoint knows of one peer: what waits for it, the handshake under way, its sessions. */
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { MediumAddress } from "../../contracts/medium.js";
import type { Opening } from "./handshake.js";
import type { OutgoingMessage } from "./outgoing.js";
import type { LinkSession } from "./session.js";
import type { OutcomeName } from "./wire.js";

/** A frame that no session carries yet. */
export interface WaitingSend {
  readonly sendId: number;
  readonly message: OutgoingMessage;
  readonly sinceMs: number;
}

/** An INIT of ours that nobody has answered yet, or whose answer is being proven. */
export interface Dial {
  readonly opening: Opening;
  readonly to: MediumAddress;
  tries: number;
  nextAtMs: number;
  /** The REPLY is in; our own proof is being signed. */
  isAnswered: boolean;
}

/** Keys are agreed and the peer has signed for its key id; whether that id's keys are these is `isProven`. */
export interface Established {
  readonly session: LinkSession;
  readonly peer: PeerState;
  /** What the peer signed with. */
  readonly ed25519: Uint8Array;
  readonly sinceMs: number;
  address: MediumAddress;
  /** Ours, sent again until the responder is heard. */
  finish: { readonly packet: Uint8Array; nextAtMs: number; tries: number } | undefined;
  /** The peer's keys stand behind its key id here. */
  isProven: boolean;
  /** And ours there. */
  isReady: boolean;
  isEnded: boolean;
}

export class PeerState {
  readonly waiting: WaitingSend[] = [];
  /** Oldest first. */
  sessions: Established[] = [];
  dial: Dial | undefined;
  /** Where it was last heard. */
  address: MediumAddress | undefined;
  /** Where the address book says it is. */
  bookAddress: MediumAddress | undefined;
  readonly #outcomes = new Map<string, OutcomeName>();

  readonly keyId: KeyId;

  constructor(keyId: KeyId) {
    this.keyId = keyId;
  }

  /** The session that frames take: the newest that both ends have proven. */
  get current(): Established | undefined {
    return this.sessions.findLast(({ isProven, isReady }) => isProven && isReady);
  }

  /** A session that may become current any moment. */
  get isProving(): boolean {
    return this.sessions.some(({ isProven, isReady }) => !isProven || !isReady);
  }

  /** Frames wait, or are on their way over a session that nobody answers. */
  get isWanted(): boolean {
    return this.waiting.length > 0 || this.sessions.some(({ session }) => session.probes > 0);
  }

  get waitingBytes(): number {
    return this.waiting.reduce((sum, { message }) => sum + message.content.length, 0);
  }

  /** What became of the message with that token, if it came before. */
  outcome(token: string): OutcomeName | undefined {
    return this.#outcomes.get(token);
  }

  remember(token: string, outcome: OutcomeName): void {
    this.#outcomes.set(token, outcome);
    if (this.#outcomes.size > limits.linkTokensMax)
      this.#outcomes.delete(this.#outcomes.keys().next().value!);
  }
}
