/**
 * The answering side of handshakes. An INIT is a stranger's: what it may cost is bounded in number, memory
 * and time, and what is sent back is hardly longer, so nobody is flooded through us.
 */
import { concatBytes, equalBytes } from "../../base/bytes.js";
import { limits } from "../../base/limits.js";
import type { MediumAddress } from "../../contracts/medium.js";
import { HandshakeAllowance } from "./allowance.js";
import {
  type Answer,
  answerHandshake,
  destinationOf,
  initiatorStatement,
  openProof,
  responderStatement,
  sealProof,
} from "./handshake.js";
import { type Agreed, ownProof, type RoleHooks, type RoleOptions } from "./role.js";
import { decodeFinish, decodeInit, finishHeadBytes } from "./wire.js";

/** A peer's INIT that was answered; its FINISH is awaited. */
interface HalfOpen {
  readonly from: MediumAddress;
  readonly initiatorSession: number;
  /** SHA-256 of the INIT: another one under the same number is another handshake. */
  readonly initHash: Uint8Array;
  readonly answer: Answer;
  readonly sinceMs: number;
  /** Absent until it is signed. */
  reply: Uint8Array | undefined;
}

export class Responder {
  /** Peers whose wire is readable where ours is not, or the other way round. */
  modeMismatches = 0;
  readonly #options: RoleOptions;
  readonly #hooks: RoleHooks;
  readonly #destination: Uint8Array;
  /** By our session number, oldest first. */
  readonly #halfOpen = new Map<number, HalfOpen>();
  readonly #allowance = new HandshakeAllowance();

  constructor(options: RoleOptions, hooks: RoleHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#destination = destinationOf(options, options.keyId);
  }

  /** Since when the oldest unfinished handshake is waited for. */
  get oldestSinceMs(): number | undefined {
    return this.#halfOpen.values().next().value?.sinceMs;
  }

  get size(): number {
    return this.#halfOpen.size;
  }

  has(session: number): boolean {
    return this.#halfOpen.has(session);
  }

  init(bytes: Uint8Array, from: MediumAddress, nowMs: number): boolean {
    const init = decodeInit(bytes);
    if (!init || !equalBytes(init.destination, this.#destination)) return false;
    if (init.readable !== this.#options.readable) {
      this.modeMismatches++;
      return false;
    }
    const initHash = this.#options.sha256(bytes);
    if (this.#repeat(initHash, from)) return true;
    if (this.#hooks.requests.isCrowded || !this.#allowance.take(from, nowMs)) return false;
    const session = this.#hooks.freeSession();
    const answer = answerHandshake(this.#options, session, init, bytes);
    if (!answer) return false;
    if (this.#halfOpen.size >= limits.linkHalfOpenMax) this.#makeRoom();
    const half: HalfOpen = {
      from,
      initiatorSession: init.session,
      initHash,
      answer,
      sinceMs: nowMs,
      reply: undefined,
    };
    this.#halfOpen.set(session, half);
    this.#hooks.requests.sign(responderStatement(answer.keys, this.#options.keyId), (signature) => {
      if (signature && this.#halfOpen.get(session) === half) this.#reply(half, signature);
    });
    return true;
  }

  /** Whom the FINISH proves; the handshake is over then. */
  finish(bytes: Uint8Array, from: MediumAddress): Agreed | undefined {
    const finish = decodeFinish(bytes);
    const half = finish && this.#halfOpen.get(finish.session);
    if (!finish || !half?.reply) return undefined;
    const { readable, ed25519, keyId } = this.#options;
    const { keys } = half.answer;
    const proof = openProof(keys.initiatorProof, finish.proof, bytes.subarray(0, finishHeadBytes), readable);
    if (!proof || proof.keyId === keyId) return undefined;
    const statement = initiatorStatement(keys, keyId, proof.keyId);
    if (!ed25519.verify(proof.signature, statement, proof.ed25519)) return undefined;
    this.#halfOpen.delete(finish.session);
    this.#hooks.forget(half.reply);
    return {
      keyId: proof.keyId,
      ed25519: proof.ed25519,
      from,
      localSession: finish.session,
      peerSession: half.initiatorSession,
      send: keys.responderData,
      receive: keys.initiatorData,
    };
  }

  /** Forgets what was opened a silence ago and never finished. */
  expire(nowMs: number, silenceMs: number): void {
    for (const [session, { sinceMs }] of this.#halfOpen)
      if (nowMs >= sinceMs + silenceMs) this.#halfOpen.delete(session);
  }

  gone(address: MediumAddress): void {
    for (const [session, { from }] of this.#halfOpen) if (from === address) this.#halfOpen.delete(session);
  }

  /** An INIT that came before gets the same REPLY. */
  #repeat(initHash: Uint8Array, from: MediumAddress): boolean {
    for (const half of this.#halfOpen.values()) {
      if (half.from !== from || !equalBytes(half.initHash, initHash)) continue;
      if (half.reply) this.#hooks.transmit(half.reply, from);
      return true;
    }
    return false;
  }

  #reply(half: HalfOpen, signature: Uint8Array): void {
    const { head, keys } = half.answer;
    const proof = ownProof(this.#options, signature);
    half.reply = concatBytes(head, sealProof(keys.responderProof, proof, head, this.#options.readable));
    this.#hooks.transmit(half.reply, half.from);
  }

  /** At the cost of the address that has the most: its oldest goes. */
  #makeRoom(): void {
    const counts = new Map<MediumAddress, number>();
    for (const { from } of this.#halfOpen.values()) counts.set(from, (counts.get(from) ?? 0) + 1);
    const most = Math.max(...counts.values());
    for (const [session, { from }] of this.#halfOpen) {
      if (counts.get(from) !== most) continue;
      this.#halfOpen.delete(session);
      return;
    }
  }
}
