/**
 * One end of a medium, and all peers that are reached over it: handshakes, sessions, frames waiting for
 * them. Pure: packets, answers and times come in through methods; packets, events and the next time to wake
 * are asked for (`nextPacket`, `nextEvent`, `timeoutAtMs`). `transport.ts` drives it.
 *
 * A frame is given to the driver at most once per send, whatever is lost or repeated on the way, and only
 * under the proven key of its sender. Frames wait while the peer is unheard, until `silenceMs`.
 */
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { HybridPair } from "../../contracts/engine.js";
import type { MediumAddress, MediumProperties } from "../../contracts/medium.js";
import type { SendOutcome } from "../../contracts/transport.js";
import { Deliveries } from "./deliveries.js";
import { Dialing } from "./dialing.js";
import type { KeyStandingOnLink, LinkEvent } from "./events.js";
import { Outbox, type OutgoingPacket } from "./outbox.js";
import { encodeMessage, messageType, type OutgoingMessage } from "./outgoing.js";
import { PacketParts } from "./packet-parts.js";
import { isAged, Peers } from "./peer.js";
import { PendingSends } from "./pending-sends.js";
import { DriverRequests } from "./requests.js";
import { Responder } from "./responder.js";
import type { RoleHooks, RoleOptions } from "./role.js";
import { backPressure, closed, noRoute } from "./send-outcomes.js";
import { Sessions } from "./sessions.js";
import { decodeData, type OutcomeName, packetType } from "./wire.js";

export interface LinkEndpointOptions extends RoleOptions {
  /** The native id of two keys: by it, keys that a peer shows prove themselves. */
  readonly nativeKeyId: (keys: HybridPair) => KeyId;
  readonly properties: MediumProperties;
  /** What a frame waits for a sign of life; slow wires add the time of several handshakes. */
  readonly silenceMs: number;
}

export interface LinkEndpointCounters {
  /** Sessions agreed, whoever opened them. */
  readonly handshakes: number;
  /** Packets that were nothing, not for us, or not authentic. */
  readonly packetsIgnored: number;
  /** Sessions whose peer claimed a key id that is not its own, or not believed here. */
  readonly peersRefused: number;
  /** Peers whose wire is readable where ours is not, or the other way round. */
  readonly modeMismatches: number;
  /** Packets taken for lost: what they carried was sent again. */
  readonly packetsLost: number;
}

/** How much an endpoint keeps, by kind. */
export interface LinkEndpointHoldings {
  readonly peers: number;
  readonly sessions: number;
  /** Sessions with something unfinished. */
  readonly activeSessions: number;
  readonly sends: number;
  readonly deliveries: number;
  /** Signatures and look-ups that the driver still owes. */
  readonly requests: number;
  readonly halfOpen: number;
  /** Of messages that came in part. */
  readonly incomingBytes: number;
}

/** INIT and REPLY; and both public keys of an end. */
const handshakeBytes = 2600;
const keysBytes = 2000;

export class LinkEndpoint {
  readonly counters: LinkEndpointCounters;
  /** Silence after which a frame is given up, and a session with it. */
  readonly silenceMs: number;
  readonly #options: LinkEndpointOptions;
  readonly #responder: Responder;
  readonly #dialing: Dialing;
  readonly #sessions: Sessions;
  readonly #parts: PacketParts;
  readonly #outbox: Outbox;
  readonly #requests = new DriverRequests();
  readonly #deliveries = new Deliveries(this.#requests);
  readonly #sends = new PendingSends(this.#requests);
  readonly #peers = new Peers();
  #packetsIgnored = 0;
  #isFromOutbox = false;
  #isDown = false;
  #isStopped = false;

  constructor(options: LinkEndpointOptions) {
    this.#options = options;
    const { properties } = options;
    const transmitMs = (bytes: number) =>
      properties.rateBitsPerSecond === undefined ? 0 : (bytes * 8000) / properties.rateBitsPerSecond;
    // A handshake and both sides' keys, several times over.
    const silenceMs = options.silenceMs + 4 * transmitMs(handshakeBytes + keysBytes);
    this.silenceMs = silenceMs;
    this.#parts = new PacketParts(properties.packetBytesMax, options.sha256);
    this.#outbox = new Outbox(this.#parts);
    const hooks: RoleHooks = {
      freeSession: () => this.#freeSession(),
      transmit: (packet, to) => this.#outbox.add(packet, to),
      forget: (packet) => this.#outbox.forget(packet),
      requests: this.#requests,
    };
    this.#responder = new Responder(options, hooks);
    const kept = {
      peers: this.#peers,
      sends: this.#sends,
      deliveries: this.#deliveries,
      requests: this.#requests,
      outbox: this.#outbox,
    };
    const retryMsMin = limits.linkDialMsMin + 2 * transmitMs(handshakeBytes);
    this.#dialing = new Dialing(
      { ...options, ...kept, silenceMs, retryMsMin },
      {
        ...hooks,
        established: (...agreed) => this.#sessions.opened(...agreed),
        refused: (peer) => this.#sessions.refusedUnopened(peer),
      },
    );
    this.#sessions = new Sessions({ ...options, ...kept, silenceMs }, this.#dialing);
    this.counters = this.#makeCounters();
  }

  get holdings(): LinkEndpointHoldings {
    return {
      peers: this.#peers.size,
      sessions: this.#sessions.size,
      activeSessions: this.#sessions.activeSize,
      sends: this.#sends.size,
      deliveries: this.#deliveries.size,
      requests: this.#requests.pending,
      halfOpen: this.#responder.size,
      incomingBytes: this.#sessions.incomingBytes,
    };
  }

  // Inputs.

  packet(bytes: Uint8Array, from: MediumAddress, nowMs: number): void {
    const whole = this.#parts.join(bytes);
    if (whole === undefined || this.#isStopped) return;
    if (!this.#packet(whole, from, nowMs)) this.#packetsIgnored++;
  }

  send(
    sendId: number,
    keyId: KeyId,
    address: MediumAddress | undefined,
    frame: Uint8Array,
    nowMs: number,
  ): void {
    const refuse = (outcome: SendOutcome) => this.#requests.emit({ type: "settled", sendId, outcome });
    if (this.#isStopped || keyId === this.#options.keyId) {
      refuse(this.#isStopped ? closed : noRoute);
      return;
    }
    const peer = this.#peers.of(keyId);
    peer.bookAddress = address;
    if (!this.#sends.admit(sendId, peer, frame.length)) {
      refuse(backPressure);
      return;
    }
    const content = encodeMessage(messageType.frame, this.#options.random(8), frame);
    const message: OutgoingMessage = { sendId, content, moves: 0 };
    if (!this.#sessions.carry(peer, message, nowMs)) peer.waiting.push({ message, sinceMs: nowMs });
    if (!peer.current || isAged(peer.current, nowMs)) this.#dialing.dial(peer, nowMs);
  }

  cancel(sendId: number): void {
    const peer = this.#sends.peer(sendId);
    if (!peer) return;
    this.#sends.forget(sendId);
    const waiting = peer.waiting.findIndex(({ message }) => message.sendId === sendId);
    if (waiting !== -1) peer.waiting.splice(waiting, 1);
    this.#sessions.cancel(peer, sendId);
  }

  /** `undefined`: the signature cannot be had. */
  signed(request: number, signature: Uint8Array | undefined, nowMs: number): void {
    this.#requests.signed(request, signature, nowMs);
  }

  /** `undefined`: the look-up failed, so nothing is known. */
  resolved(request: number, standing: KeyStandingOnLink | undefined, nowMs: number): void {
    this.#requests.resolved(request, standing, nowMs);
  }

  answer(delivery: number, outcome: OutcomeName): void {
    for (const { established, message } of this.#deliveries.answered(delivery, outcome)) {
      established.session.control({ type: "outcome", message, outcome });
      this.#sessions.touch(established);
    }
  }

  wireIsDown(): void {
    this.#isDown = true;
  }

  wireIsUp(nowMs: number): void {
    this.#isDown = false;
    this.#sessions.wireIsUp(nowMs);
    this.#dialing.wireIsUp(nowMs);
  }

  /** A connection ended: its sessions end, what they carried starts again over another. */
  gone(address: MediumAddress, nowMs: number): void {
    this.#outbox.drop(address);
    this.#responder.gone(address);
    for (const peer of this.#peers) if (peer.address === address) peer.address = undefined;
    const dialed = this.#dialing.to(address);
    this.#sessions.gone(address, nowMs);
    for (const peer of dialed) this.#dialing.failed(peer, address, nowMs);
  }

  timedOut(nowMs: number): void {
    this.#responder.expire(nowMs, this.silenceMs);
    this.#dialing.timedOut(nowMs);
    this.#sessions.timedOut(nowMs, this.#isDown);
  }

  /** Every send gets its outcome; what `nextPacket` still gives says goodbye. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#outbox.clear();
    this.#requests.clear();
    this.#sends.settle(this.#sessions.stop(), closed);
    for (const peer of this.#peers) this.#sends.settleWaiting(peer, closed);
    this.#dialing.stop();
  }

  // Outputs.

  /** Frames to that peer would leave now. */
  isReached(keyId: KeyId): boolean {
    return this.#peers.known(keyId)?.current !== undefined;
  }

  nextEvent(): LinkEvent | undefined {
    return this.#requests.next();
  }

  /** `isBlocked`: whether packets for that address would find no room. */
  nextPacket(nowMs: number, isBlocked: (to: MediumAddress) => boolean): OutgoingPacket | undefined {
    if (this.#isDown) return undefined;
    const handshake = this.#outbox.next(isBlocked);
    this.#isFromOutbox = handshake !== undefined;
    return handshake ?? this.#sessions.nextPacket(nowMs, isBlocked);
  }

  /** The packet could not leave: it is the next again. Only for what `nextPacket` has just given. */
  putBack(packet: OutgoingPacket): void {
    if (this.#isFromOutbox) this.#outbox.putBack();
    else this.#sessions.putBack(packet.bytes);
  }

  get timeoutAtMs(): number | undefined {
    if (this.#isStopped) return undefined;
    const { oldestSinceMs = Number.POSITIVE_INFINITY } = this.#responder;
    const atMs = Math.min(
      this.#dialing.timeoutAtMs,
      this.#sessions.timeoutAtMs(this.#isDown),
      oldestSinceMs + this.silenceMs,
    );
    return atMs === Number.POSITIVE_INFINITY ? undefined : atMs;
  }

  #packet(bytes: Uint8Array, from: MediumAddress, nowMs: number): boolean {
    switch (bytes[0]) {
      case packetType.sealed:
      case packetType.clear: {
        const packet = decodeData(bytes);
        return packet !== undefined && this.#sessions.packet(packet, from, nowMs);
      }
      case packetType.init:
        return this.#responder.init(bytes, from, nowMs);
      case packetType.reply:
        return this.#dialing.reply(bytes, from, nowMs);
      case packetType.finish: {
        const agreed = this.#responder.finish(bytes, from);
        if (agreed) this.#sessions.accepted(agreed, nowMs);
        return agreed !== undefined;
      }
      default:
        return false;
    }
  }

  #freeSession(): number {
    for (;;) {
      const bytes = this.#options.random(4);
      const session = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      if (!this.#sessions.has(session) && !this.#dialing.has(session) && !this.#responder.has(session))
        return session;
    }
  }

  #makeCounters(): LinkEndpointCounters {
    const endpoint = this;
    return {
      get handshakes() {
        return endpoint.#sessions.agreed;
      },
      get packetsIgnored() {
        return endpoint.#packetsIgnored;
      },
      get peersRefused() {
        return endpoint.#sessions.refused;
      },
      get modeMismatches() {
        return endpoint.#responder.modeMismatches;
      },
      get packetsLost() {
        return endpoint.#sessions.packetsLost;
      },
    };
  }
}
