/**
 * The opening side of handshakes: one under way per peer, the same INIT repeated until it is answered.
 *
 * Anybody who hears an INIT can answer it. A REPLY ends the waiting only when its proof holds and the key
 * behind the wanted key id, where one is known, is the one that signed; we say who we are only after that.
 */
import { concatBytes, equalBytes } from "../../base/bytes.js";
import { isNativeKeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { MediumAddress } from "../../contracts/medium.js";
import { HandshakeAllowance } from "./allowance.js";
import type { KeyStandingOnLink } from "./events.js";
import {
  completeHandshake,
  type HandshakeKeys,
  initiatorStatement,
  openHandshake,
  openProof,
  responderStatement,
  sealProof,
  wipe,
} from "./handshake.js";
import type { Dial, PeerState } from "./peer.js";
import { type Agreed, ownProof, type RoleHooks, type RoleOptions } from "./role.js";
import { decodeReply, encodeFinishHead, type Proof, type ReplyPacket, replyHeadBytes } from "./wire.js";

export interface InitiatorHooks extends RoleHooks {
  /**
   * `finish` is on its way, and to be sent again until the responder is heard. `isKnown`: the key that the
   * peer signed with is the one behind its key id.
   */
  established(peer: PeerState, agreed: Agreed, finish: Uint8Array, isKnown: boolean, nowMs: number): void;
  /** The key behind the peer's id is not believed here: nothing is opened to it. */
  refused(peer: PeerState): void;
}

/** A REPLY whose proof holds. */
interface Won {
  readonly reply: ReplyPacket;
  readonly keys: HandshakeKeys;
  readonly proof: Proof;
  readonly from: MediumAddress;
  isKnown: boolean;
}

export class Initiator {
  readonly #options: RoleOptions;
  readonly #hooks: InitiatorHooks;
  readonly #retryMsMin: number;
  readonly #allowance = new HandshakeAllowance();
  /** By our session number. */
  readonly #dials = new Map<number, PeerState>();

  /** `retryMsMin`: what the first repetition waits at least, so that both packets had time to cross the wire. */
  constructor(options: RoleOptions, hooks: InitiatorHooks, retryMsMin: number) {
    this.#options = options;
    this.#hooks = hooks;
    this.#retryMsMin = retryMsMin;
  }

  has(session: number): boolean {
    return this.#dials.has(session);
  }

  dial(peer: PeerState, to: MediumAddress, nowMs: number): void {
    const opening = openHandshake(
      this.#options,
      this.#hooks.freeSession(),
      peer.keyId,
      this.#options.readable,
    );
    peer.dial = { opening, to, tries: 0, nextAtMs: nowMs + this.retryMs(0), isAnswered: false };
    this.#dials.set(opening.session, peer);
    this.#hooks.transmit(opening.packet, to);
  }

  /** The same bytes, so that fragments and replies of earlier tries are of use. */
  repeat(dial: Dial, to: MediumAddress, nowMs: number): void {
    dial.tries++;
    dial.to = to;
    dial.nextAtMs = nowMs + this.retryMs(dial.tries);
    this.#hooks.transmit(dial.opening.packet, dial.to);
  }

  drop(peer: PeerState): void {
    if (!peer.dial) return;
    wipe(peer.dial.opening);
    this.#hooks.forget(peer.dial.opening.packet);
    this.#dials.delete(peer.dial.opening.session);
    peer.dial = undefined;
  }

  reply(bytes: Uint8Array, from: MediumAddress, nowMs: number, silenceMs: number): boolean {
    const reply = decodeReply(bytes);
    const peer = reply && this.#dials.get(reply.initiatorSession);
    const dial = peer?.dial;
    if (!reply || !dial || dial.isAnswered || !this.#allowance.take(from, nowMs)) return false;
    const { ed25519, readable } = this.#options;
    const keys = completeHandshake(this.#options, dial.opening, reply);
    const head = bytes.subarray(0, replyHeadBytes);
    const proof = keys && openProof(keys.responderProof, reply.proof, head, readable);
    if (!keys || proof?.keyId !== peer.keyId) return false;
    if (!ed25519.verify(proof.signature, responderStatement(keys, proof.keyId), proof.ed25519)) return false;
    dial.isAnswered = true;
    dial.nextAtMs = nowMs + silenceMs;
    const won: Won = { reply, keys, proof, from, isKnown: false };
    this.#hooks.requests.lookup(peer.keyId, (standing, atMs) => {
      if (peer.dial === dial) this.#lookedUp(peer, dial, won, peer.standing(standing), atMs);
    });
    return true;
  }

  /** Doubling from `retryMsMin`. */
  retryMs(tries: number): number {
    const least = this.#retryMsMin;
    return Math.min(least * 2 ** Math.min(tries, 16), Math.max(least, limits.linkDialMsMax));
  }

  #lookedUp(
    peer: PeerState,
    dial: Dial,
    won: Won,
    standing: KeyStandingOnLink | undefined,
    nowMs: number,
  ): void {
    if (standing === "refused") {
      this.#hooks.refused(peer);
      return;
    }
    const isForeign = standing === "unknown" && !isNativeKeyId(peer.keyId);
    won.isKnown = typeof standing === "object" && equalBytes(standing, won.proof.ed25519);
    // No keys that a peer could show would prove an id that is not their hash.
    if (isForeign) {
      this.#hooks.refused(peer);
    } else if (won.isKnown || standing === "unknown") {
      const { keys, proof } = won;
      this.#hooks.requests.sign(
        initiatorStatement(keys, proof.keyId, this.#options.keyId),
        (signature, signedAtMs) => {
          if (peer.dial !== dial) return;
          if (signature) this.#finish(peer, dial, won, signature, signedAtMs);
          else this.#goOn(dial, signedAtMs);
        },
      );
    } else {
      peer.sawImpostor ||= standing !== undefined;
      this.#goOn(dial, nowMs);
    }
  }

  /** That REPLY led to nothing: the peer itself may still answer. */
  #goOn(dial: Dial, nowMs: number): void {
    dial.isAnswered = false;
    dial.nextAtMs = nowMs + this.retryMs(dial.tries);
  }

  #finish(peer: PeerState, dial: Dial, won: Won, signature: Uint8Array, nowMs: number): void {
    const { reply, keys, proof, from } = won;
    this.drop(peer);
    const head = encodeFinishHead(reply.session);
    const own = ownProof(this.#options, signature);
    const packet = concatBytes(head, sealProof(keys.initiatorProof, own, head, this.#options.readable));
    this.#hooks.transmit(packet, from);
    const agreed: Agreed = {
      keyId: peer.keyId,
      ed25519: proof.ed25519,
      from,
      localSession: dial.opening.session,
      peerSession: reply.session,
      send: keys.initiatorData,
      receive: keys.responderData,
    };
    this.#hooks.established(peer, agreed, packet, won.isKnown, nowMs);
  }
}
