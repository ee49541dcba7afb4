/**
 * Ends of native links without a clock, a wire or promises: what an end says is handed on by the test. And a
 * peer that speaks the protocol by hand, so that it can do what no honest one does.
 */
import { loadCore } from "waxwing/core";
import { nativeKeyId } from "waxwing/records";
import { SeededRandom } from "waxwing/testing";
import { concatBytes } from "#dist/base/bytes.js";
import type { HybridPair } from "#dist/contracts/engine.js";
import type { LinkAead } from "#dist/contracts/link-crypto.js";
import type { MediumProperties } from "#dist/contracts/medium.js";
import type { ReceiveVerdict, SendOutcome } from "#dist/contracts/transport.js";
import { loadLinkCrypto } from "#dist/engine/link-crypto.js";
import { LinkEndpoint } from "#dist/transport/link/endpoint.js";
import type { KeyStandingOnLink } from "#dist/transport/link/events.js";
import {
  type Answer,
  answerHandshake,
  completeHandshake,
  type HandshakeParts,
  initiatorStatement,
  type Opening,
  openHandshake,
  openProof,
  responderStatement,
  sealProof,
} from "#dist/transport/link/handshake.js";
import {
  dataHeadBytes,
  decodeData,
  decodeInit,
  decodeItems,
  decodeReply,
  encodeDataHead,
  encodeFinishHead,
  finishHeadBytes,
  ItemWriter,
  type LinkItem,
  type Proof,
  replyHeadBytes,
} from "#dist/transport/link/wire.js";

const core = await loadCore();
const crypto = await loadLinkCrypto();
const sha256 = (data: Uint8Array) => core.sha256(data);

export interface LinkKeys {
  readonly keyId: string;
  readonly publicKeys: HybridPair;
  sign(message: Uint8Array): Uint8Array;
}

/** Keys from a seed; a native key id unless another is given. */
export function makeLinkKeys(seed: number | string, keyId?: string): LinkKeys {
  const secret = new SeededRandom(`keys/${seed}`).bytes(32);
  const publicKeys: HybridPair = {
    ed25519: core.ed25519.publicKey(secret),
    mlDsa65: core.mlDsa65.keygen(secret).publicKey,
  };
  return {
    keyId: keyId ?? nativeKeyId(core, publicKeys),
    publicKeys,
    sign: (message) => core.ed25519.sign(message, secret),
  };
}

export interface EndOptions {
  readonly properties?: Partial<MediumProperties>;
  readonly readable?: boolean;
  readonly silenceMs?: number;
  /** What the directory says; unknown unless given. `undefined` as an answer: the look-up fails. */
  readonly standing?: (keyId: string) => KeyStandingOnLink | undefined;
  readonly verdict?: () => ReceiveVerdict;
  /** Signing fails. */
  readonly cannotSign?: boolean;
}

export interface PacketOnWire {
  readonly bytes: Uint8Array;
  readonly to: string;
}

/** An end with a driver that answers at once. */
export class End {
  readonly endpoint: LinkEndpoint;
  readonly keys: LinkKeys;
  readonly frames: { peer: string; bytes: Uint8Array }[] = [];
  readonly outcomes = new Map<number, SendOutcome>();
  readonly refused: string[] = [];
  /** More than one outcome for a send, or one for none. */
  readonly surplusOutcomes: number[] = [];
  readonly #options: EndOptions;
  readonly #sends = new Set<number>();
  #nextSend = 1;

  constructor(keys: LinkKeys, random: SeededRandom, options: EndOptions = {}) {
    this.keys = keys;
    this.#options = options;
    this.endpoint = new LinkEndpoint({
      crypto,
      random: (length) => random.bytes(length),
      sha256,
      ed25519: core.ed25519,
      keyId: keys.keyId,
      publicKeys: keys.publicKeys,
      nativeKeyId: (pair) => nativeKeyId(core, pair),
      properties: { packetBytesMax: 1400, reliable: false, ...options.properties },
      readable: options.readable ?? false,
      silenceMs: options.silenceMs ?? 30_000,
    });
  }

  send(to: string, frame: Uint8Array, nowMs: number, address: string | undefined = "*"): number {
    const sendId = this.#nextSend++;
    this.#sends.add(sendId);
    this.endpoint.send(sendId, to, address, frame, nowMs);
    this.#events(nowMs);
    return sendId;
  }

  packet(bytes: Uint8Array, from: string, nowMs: number): void {
    this.endpoint.packet(bytes, from, nowMs);
    this.#events(nowMs);
  }

  /** What is due. */
  wake(nowMs: number): void {
    const { timeoutAtMs } = this.endpoint;
    if (timeoutAtMs !== undefined && timeoutAtMs <= nowMs) this.endpoint.timedOut(nowMs);
    this.#events(nowMs);
  }

  next(nowMs: number): PacketOnWire | undefined {
    return this.endpoint.nextPacket(nowMs, () => false);
  }

  /** Everything that wants to leave now, after what is due was done. */
  take(nowMs: number, countMax = 10_000): PacketOnWire[] {
    this.wake(nowMs);
    const packets: PacketOnWire[] = [];
    while (packets.length < countMax) {
      const packet = this.next(nowMs);
      if (!packet) break;
      packets.push(packet);
    }
    return packets;
  }

  #events(nowMs: number): void {
    for (let event = this.endpoint.nextEvent(); event; event = this.endpoint.nextEvent()) {
      if (event.type === "sign")
        this.endpoint.signed(
          event.request,
          this.#options.cannotSign ? undefined : this.keys.sign(event.message),
          nowMs,
        );
      else if (event.type === "lookup") {
        const { standing } = this.#options;
        this.endpoint.resolved(event.request, standing ? standing(event.keyId) : "unknown", nowMs);
      } else if (event.type === "frame") {
        const verdict = this.#options.verdict?.() ?? "accepted";
        if (verdict === "accepted") this.frames.push({ peer: event.peer, bytes: event.bytes });
        this.endpoint.answer(event.delivery, verdict);
      } else if (event.type === "settled") {
        if (!this.#sends.delete(event.sendId)) this.surplusOutcomes.push(event.sendId);
        this.outcomes.set(event.sendId, event.outcome);
      } else if (event.type === "refused") this.refused.push(event.keyId);
    }
  }
}

/** Hands packets back and forth without loss until nobody has any; what was said, in order. */
export function talk(ends: Readonly<Record<string, End>>, nowMs: number, roundsMax = 200): PacketOnWire[] {
  const said: PacketOnWire[] = [];
  for (let round = 0; round < roundsMax; round++) {
    let isQuiet = true;
    for (const [name, end] of Object.entries(ends))
      for (const packet of end.take(nowMs)) {
        isQuiet = false;
        said.push(packet);
        for (const [other, receiver] of Object.entries(ends))
          if (other !== name && (packet.to === "*" || packet.to === other))
            receiver.packet(packet.bytes, name, nowMs);
      }
    if (isQuiet) return said;
  }
  throw new Error(`still talking after ${roundsMax} rounds`);
}

/** Keys of a session that a test holds itself. */
export class RawSession {
  readonly #send: LinkAead;
  readonly #receive: LinkAead;
  readonly peerSession: number;
  readonly #readable: boolean;
  counter = 0;

  constructor(send: LinkAead, receive: LinkAead, peerSession: number, readable: boolean) {
    this.#send = send;
    this.#receive = receive;
    this.peerSession = peerSession;
    this.#readable = readable;
  }

  /** A packet of these items, or of these bytes. */
  seal(items: readonly LinkItem[] | Uint8Array, counter = this.counter++): Uint8Array {
    const writer = new ItemWriter(new Uint8Array(65_536));
    let plain = items instanceof Uint8Array ? items : undefined;
    if (!plain) {
      for (const item of items as readonly LinkItem[]) writer.write(item);
      plain = writer.bytes;
    }
    const head = encodeDataHead(this.peerSession, counter, this.#readable);
    if (!this.#readable) return concatBytes(head, this.#send.seal(nonceOf(head), plain, head));
    const associated = concatBytes(head, plain);
    return concatBytes(associated, this.#send.seal(nonceOf(head), new Uint8Array(0), associated));
  }

  /** The items of a packet for us; `undefined` where it is another. */
  open(packet: Uint8Array): LinkItem[] | undefined {
    const data = decodeData(packet);
    if (!data) return undefined;
    if (!this.#readable) {
      const plain = this.#receive.open(nonceOf(data.head), data.sealed, data.head);
      return plain && decodeItems(plain);
    }
    const items = data.sealed.subarray(0, data.sealed.length - 16);
    const tag = data.sealed.subarray(items.length);
    return this.#receive.open(nonceOf(data.head), tag, concatBytes(data.head, items)) && decodeItems(items);
  }
}

function nonceOf(head: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(head.subarray(5, dataHeadBytes), 6);
  return nonce;
}

/** Somebody on the wire who claims what it likes. */
export class RawPeer {
  readonly keys: LinkKeys;
  readonly parts: HandshakeParts;
  readonly #random: SeededRandom;

  constructor(keys: LinkKeys, random: SeededRandom) {
    this.keys = keys;
    this.#random = random;
    this.parts = { crypto, random: (length) => random.bytes(length), sha256 };
  }

  open(keyId: string, readable = false): Opening {
    return openHandshake(this.parts, this.#random.uint32(), keyId, readable);
  }

  /** FINISH, and the session, for a REPLY to that opening; `undefined` where the REPLY is another's. */
  finish(
    opening: Opening,
    responder: string,
    replyBytes: Uint8Array,
    claim = this.keys.keyId,
  ): { packet: Uint8Array; session: RawSession; proof: Proof } | undefined {
    const reply = decodeReply(replyBytes);
    if (reply?.initiatorSession !== opening.session) return undefined;
    const keys = completeHandshake(this.parts, opening, reply)!;
    const head = replyBytes.subarray(0, replyHeadBytes);
    const proof = openProof(keys.responderProof, reply.proof, head, opening.readable)!;
    const finishHead = encodeFinishHead(reply.session);
    const own = {
      keyId: claim,
      ed25519: this.keys.publicKeys.ed25519,
      signature: this.keys.sign(initiatorStatement(keys, responder, claim)),
    };
    const sealed = sealProof(keys.initiatorProof, own, finishHead, opening.readable);
    const { initiatorData, responderData } = keys;
    return {
      packet: concatBytes(finishHead, sealed),
      session: new RawSession(initiatorData, responderData, reply.session, opening.readable),
      proof,
    };
  }

  /** A REPLY to that INIT in anybody's name. */
  reply(initBytes: Uint8Array, claim = this.keys.keyId): { packet: Uint8Array; answer: Answer } | undefined {
    const init = decodeInit(initBytes);
    if (!init) return undefined;
    const answer = answerHandshake(this.parts, this.#random.uint32(), init, initBytes)!;
    const proof = {
      keyId: claim,
      ed25519: this.keys.publicKeys.ed25519,
      signature: this.keys.sign(responderStatement(answer.keys, claim)),
    };
    const sealed = sealProof(answer.keys.responderProof, proof, answer.head, init.readable);
    return { packet: concatBytes(answer.head, sealed), answer };
  }

  /** The session of a REPLY of ours, and what the initiator proved; `undefined` where FINISH is another's. */
  finished(
    { answer }: { answer: Answer },
    initBytes: Uint8Array,
    finish: Uint8Array,
  ): { session: RawSession; proof: Proof } | undefined {
    const { readable, session } = decodeInit(initBytes)!;
    const head = finish.subarray(0, finishHeadBytes);
    const proof = openProof(answer.keys.initiatorProof, finish.subarray(finishHeadBytes), head, readable);
    if (!proof) return undefined;
    const { initiatorData, responderData } = answer.keys;
    return { session: new RawSession(responderData, initiatorData, session, readable), proof };
  }

  /** A whole handshake with an honest end, from `address`. */
  connect(end: End, nowMs: number, { claim = this.keys.keyId, address = "m", readable = false } = {}) {
    const opening = this.open(end.keys.keyId, readable);
    end.packet(opening.packet, address, nowMs);
    for (const { bytes } of end.take(nowMs)) {
      const finished = this.finish(opening, end.keys.keyId, bytes, claim);
      if (!finished) continue;
      end.packet(finished.packet, address, nowMs);
      return finished.session;
    }
    return undefined;
  }
}

/** A message of the link: type, token, payload. */
export function rawMessage(type: number, payload: Uint8Array, token = 1): Uint8Array {
  return concatBytes(Uint8Array.of(type, 0, 0, 0, 0, 0, 0, token >> 8, token & 0xff), payload);
}
