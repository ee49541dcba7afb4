/** What an endpoint knows of one peer: what waits for it, the handshake under way, its sessions. */
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { MediumAddress } from "../../contracts/medium.js";
import type { Delivery } from "./deliveries.js";
import type { KeyStandingOnLink } from "./events.js";
import type { Opening } from "./handshake.js";
import type { OutgoingMessage } from "./outgoing.js";
import type { LinkSession } from "./session.js";
import type { OutcomeName } from "./wire.js";

/** A frame that no session carries yet. */
export interface WaitingSend {
  readonly message: OutgoingMessage;
  readonly sinceMs: number;
}

/** An INIT of ours that nobody has answered yet, or whose answer is being looked into. */
export interface Dial {
  readonly opening: Opening;
  to: MediumAddress;
  tries: number;
  /** When INIT is sent again; once a REPLY is in, when that is given up. */
  nextAtMs: number;
  /** A REPLY is in: its key is being looked up, then our own proof signed. */
  isAnswered: boolean;
}

/** Keys are agreed and the peer has signed for a key id; whether that id's keys are these is another question. */
export interface Established {
  readonly session: LinkSession;
  /** What the peer says that it is. */
  readonly keyId: KeyId;
  /** What it signed with. */
  readonly ed25519: Uint8Array;
  readonly sinceMs: number;
  /** Rises with every session of the endpoint. */
  readonly order: number;
  /** We opened it. */
  readonly isOurs: boolean;
  address: MediumAddress;
  /** Ours, sent again until the responder is heard. */
  finish: { readonly packet: Uint8Array; nextAtMs: number; tries: number } | undefined;
  /** There once the peer's keys stand behind its key id here. */
  peer: PeerState | undefined;
  /** And ours there. */
  isReady: boolean;
  /** A newer one takes new frames. */
  isSuperseded: boolean;
  hasShownKeys: boolean;
  /** It was asked for its keys. */
  isAsked: boolean;
  isEnded: boolean;
  /** Until when both ends must have proven each other; infinite when they have. */
  provenByMs: number;
  /** When the peer's key was last looked up. */
  checkedAtMs: number;
  /** A packet that found no room. */
  unsent: Uint8Array | undefined;
}

export class PeerState {
  readonly waiting: WaitingSend[] = [];
  /** Proven ones, oldest first. */
  sessions: Established[] = [];
  dial: Dial | undefined;
  /** The key that has proven this native id once: no other can stand behind it. */
  ed25519: Uint8Array | undefined;
  /** A session that we opened, and whose peer still has to show its keys. */
  candidate: Established | undefined;
  /** Where it was last heard under its proven key. */
  address: MediumAddress | undefined;
  /** Where the address book says it is. */
  bookAddress: MediumAddress | undefined;
  /** When the driver was last told that it is heard. */
  toldAtMs = Number.NEGATIVE_INFINITY;
  /** Frames without an outcome, and their bytes. */
  sends = 0;
  sendBytes = 0;
  /** Sessions in a row that ended before anything came of them; another is not opened before `dialAtMs`. */
  failures = 0;
  dialAtMs = 0;
  /** Somebody without its keys has answered in its name. */
  sawImpostor = false;
  /** Frames that the receiver has not answered yet, by token. */
  readonly deliveries = new Map<string, Delivery>();
  readonly #outcomes = new Map<string, OutcomeName>();

  readonly keyId: KeyId;

  constructor(keyId: KeyId) {
    this.keyId = keyId;
  }

  /** The session that frames take: the newest that both ends have proven. */
  get current(): Established | undefined {
    return this.sessions.findLast(({ isReady }) => isReady);
  }

  /** A handshake or a session is under way that frames may wait for. */
  get isOpening(): boolean {
    return (
      this.dial !== undefined || this.candidate !== undefined || this.sessions.some(({ isReady }) => !isReady)
    );
  }

  /** Nothing would be lost with it but what it has heard. */
  get isIdle(): boolean {
    return this.sends === 0 && this.deliveries.size === 0 && this.sessions.length === 0 && !this.isOpening;
  }

  /** Frames wait, or are on their way over a session that is old or that nobody answers. */
  isWanted(nowMs: number): boolean {
    if (this.waiting.length > 0) return true;
    const { current } = this;
    return current !== undefined && (isAged(current, nowMs) || current.session.probes > 0);
  }

  /** What the directory says, and where it knows nothing, what the peer has shown before. */
  standing(said: KeyStandingOnLink | undefined): KeyStandingOnLink | undefined {
    return said === "unknown" ? (this.ed25519 ?? said) : said;
  }

  /** Where to look for it, one place after the other. */
  addressToTry(tries: number): MediumAddress | undefined {
    const { address, bookAddress } = this;
    const last = address ?? bookAddress;
    return tries % 2 === 0 ? last : (bookAddress ?? last);
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

/** It is time for new keys. */
export function isAged({ session, sinceMs }: Established, nowMs: number): boolean {
  return session.isWorn || nowMs - sinceMs >= limits.linkSessionMsMax;
}

/** All peers of an endpoint. Who was heard or wanted last is kept longest. */
export class Peers {
  readonly #all = new Map<KeyId, PeerState>();
  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<PeerState> {
    return this.#all.values();
  }

  known(keyId: KeyId): PeerState | undefined {
    return this.#all.get(keyId);
  }

  of(keyId: KeyId): PeerState {
    const known = this.#all.get(keyId);
    if (!known && this.#all.size >= limits.peersMax) this.#forgetOne();
    const peer = known ?? new PeerState(keyId);
    this.#all.delete(keyId);
    this.#all.set(keyId, peer);
    return peer;
  }

  #forgetOne(): void {
    for (const peer of this.#all.values()) {
      if (!peer.isIdle) continue;
      this.#all.delete(peer.keyId);
      return;
    }
  }
}
