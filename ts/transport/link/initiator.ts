/** The opening side of handshakes: one under way per peer, the same INIT repeated until it is answered. */
import { concatBytes } from "../../base/bytes.js";
import { limits } from "../../base/limits.js";
import type { MediumAddress } from "../../contracts/medium.js";
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
  /** `finish` is on its way, and to be sent again until the responder is heard. */
  established(peer: PeerState, agreed: Agreed, finish: Uint8Array, nowMs: number): void;
}

export class Initiator {
  readonly #options: RoleOptions;
  readonly #hooks: InitiatorHooks;
  readonly #retryMsMin: number;
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
  repeat(dial: Dial, nowMs: number): void {
    dial.tries++;
    dial.nextAtMs = nowMs + this.retryMs(dial.tries);
    this.#hooks.transmit(dial.opening.packet, dial.to);
  }

  drop(peer: PeerState): void {
    if (!peer.dial) return;
    wipe(peer.dial.opening);
    this.#dials.delete(peer.dial.opening.session);
    peer.dial = undefined;
  }

  reply(bytes: Uint8Array, from: MediumAddress, nowMs: number, silenceMs: number): boolean {
    const reply = decodeReply(bytes);
    const peer = reply && this.#dials.get(reply.initiatorSession);
    const dial = peer?.dial;
    if (!reply || !dial || dial.isAnswered) return false;
    const { ed25519, readable, keyId } = this.#options;
    const keys = completeHandshake(this.#options, dial.opening, reply);
    const head = bytes.subarray(0, replyHeadBytes);
    const proof = keys && openProof(keys.responderProof, reply.proof, head, readable);
    if (!keys || proof?.keyId !== peer.keyId) return false;
    if (!ed25519.verify(proof.signature, responderStatement(keys, proof.keyId), proof.ed25519)) return false;
    dial.isAnswered = true;
    dial.nextAtMs = nowMs + silenceMs;
    this.#hooks.sign(initiatorStatement(keys, proof.keyId, keyId), (signature, signedAtMs) => {
      if (peer.dial === dial) this.#finish(peer, dial, reply, { keys, proof, from, signature }, signedAtMs);
    });
    return true;
  }

  /** Doubling from `retryMsMin`. */
  retryMs(tries: number): number {
    const least = this.#retryMsMin;
    return Math.min(least * 2 ** Math.min(tries, 16), Math.max(least, limits.linkDialMsMax));
  }

  #finish(
    peer: PeerState,
    dial: Dial,
    reply: ReplyPacket,
    won: { keys: HandshakeKeys; proof: Proof; from: MediumAddress; signature: Uint8Array },
    nowMs: number,
  ): void {
    const { keys, proof, from } = won;
    this.drop(peer);
    const head = encodeFinishHead(reply.session);
    const own = ownProof(this.#options, won.signature);
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
    this.#hooks.established(peer, agreed, packet, nowMs);
  }
}
