/**
 * Opening sessions to peers that frames wait for: where to look for a peer, when to try again, when to give
 * the frames up. Attempts that lead to nothing come ever later, whatever a peer or an impostor does.
 */
import { limits } from "../../base/limits.js";
import type { MediumAddress } from "../../contracts/medium.js";
import { Initiator } from "./initiator.js";
import type { PeerState, Peers } from "./peer.js";
import type { PendingSends } from "./pending-sends.js";
import type { Agreed, RoleHooks, RoleOptions } from "./role.js";
import { noRoute, unauthorized, unreachable } from "./send-outcomes.js";

export interface DialingOptions extends RoleOptions {
  readonly silenceMs: number;
  /** What the first repetition of an INIT waits. */
  readonly retryMsMin: number;
  readonly peers: Peers;
  readonly sends: PendingSends;
}

export interface DialingHooks extends RoleHooks {
  /** As `InitiatorHooks.established`. */
  established(peer: PeerState, agreed: Agreed, finish: Uint8Array, isKnown: boolean, nowMs: number): void;
  /** The key behind a key id is not believed here. */
  refused(peer: PeerState): void;
}

export class Dialing {
  readonly #options: DialingOptions;
  readonly #initiator: Initiator;
  /** Peers for which something waits or a handshake is under way. */
  readonly #restless = new Set<PeerState>();
  #isStopped = false;

  constructor(options: DialingOptions, hooks: DialingHooks) {
    this.#options = options;
    const refused = (peer: PeerState) => {
      this.#initiator.drop(peer);
      options.sends.settleWaiting(peer, unauthorized);
      hooks.refused(peer);
    };
    this.#initiator = new Initiator(options, { ...hooks, refused }, options.retryMsMin);
  }

  get timeoutAtMs(): number {
    let at = Number.POSITIVE_INFINITY;
    for (const peer of this.#restless) {
      if (peer.dial) at = Math.min(at, peer.dial.nextAtMs);
      if (!peer.waiting[0]) continue;
      at = Math.min(at, peer.waiting[0].sinceMs + this.#options.silenceMs);
      if (!peer.isOpening) at = Math.min(at, peer.dialAtMs);
    }
    return at;
  }

  has(session: number): boolean {
    return this.#initiator.has(session);
  }

  retryMs(tries: number): number {
    return this.#initiator.retryMs(tries);
  }

  /** To where the peer was heard last, or to where it should be; not while another attempt is under way. */
  dial(peer: PeerState, nowMs: number): void {
    this.#restless.add(peer);
    if (peer.isOpening || nowMs < peer.dialAtMs || this.#isStopped) return;
    const to = peer.addressToTry(0);
    if (to === undefined) this.#options.sends.settleWaiting(peer, noRoute);
    else this.#initiator.dial(peer, to, nowMs);
  }

  /** A session ended before anything came of it. The first time at once, then ever later. */
  again(peer: PeerState, nowMs: number): void {
    peer.dialAtMs = nowMs + (peer.failures === 0 ? 0 : this.retryMs(peer.failures - 1));
    peer.failures++;
    if (peer.waiting.length > 0) this.dial(peer, nowMs);
  }

  /** The peer has a session. */
  done(peer: PeerState): void {
    this.#initiator.drop(peer);
  }

  reply(bytes: Uint8Array, from: MediumAddress, nowMs: number): boolean {
    return this.#initiator.reply(bytes, from, nowMs, this.#options.silenceMs);
  }

  timedOut(nowMs: number): void {
    for (const peer of [...this.#restless]) this.#peerTimedOut(peer, nowMs);
  }

  /** Whose handshakes go there; `failed` is for them once everything else that was there is gone. */
  to(address: MediumAddress): PeerState[] {
    return [...this.#restless].filter(({ dial }) => dial?.to === address);
  }

  /** The place answers with a refusal: who waits learns it now, unless the peer is heard or may be elsewhere. */
  failed(peer: PeerState, address: MediumAddress, nowMs: number): void {
    if (!peer.dial) return;
    const to = peer.addressToTry(0);
    if (peer.sessions.length > 0) peer.dial.nextAtMs = nowMs + limits.linkDialMsMin;
    else if (to !== undefined && to !== address) this.#initiator.repeat(peer.dial, to, nowMs);
    else {
      this.#initiator.drop(peer);
      this.#options.sends.settleWaiting(peer, unreachable);
    }
  }

  wireIsUp(nowMs: number): void {
    for (const peer of this.#restless) {
      peer.dialAtMs = nowMs;
      if (peer.dial) peer.dial.nextAtMs = nowMs;
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const peer of this.#restless) this.#initiator.drop(peer);
    this.#restless.clear();
  }

  #peerTimedOut(peer: PeerState, nowMs: number): void {
    const { silenceMs, sends } = this.#options;
    while (peer.waiting[0] && nowMs >= peer.waiting[0].sinceMs + silenceMs)
      sends.settle([peer.waiting.shift()!.message], peer.sawImpostor ? unauthorized : unreachable);
    const { dial } = peer;
    if (dial && nowMs >= dial.nextAtMs) {
      const to = peer.addressToTry(dial.tries + 1);
      if (!peer.isWanted(nowMs) || dial.isAnswered || to === undefined) this.#initiator.drop(peer);
      else this.#initiator.repeat(dial, to, nowMs);
    }
    if (peer.waiting.length > 0) this.dial(peer, nowMs);
    if (peer.waiting.length === 0 && !peer.dial) this.#restless.delete(peer);
  }
}
