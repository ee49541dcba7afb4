/**
 * One end of a medium, and all peers that are reached over it: handshakes, sessions, frames waiting for
 * them. Pure: packets, answers and times come in through methods; packets, events and the next time to wake
 * are asked for (`nextPacket`, `nextEvent`, `timeoutAtMs`). `transport.ts` drives it.
 *
 * A frame is given to the driver at most once per send, whatever is lost or repeated on the way, and only
 * under the proven key of its sender. Frames wait while the peer is unheard, until `silenceMs`.
 */
import { concatBytes, equalBytes, hexEncode } from "../../base/bytes.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { HybridPair } from "../../contracts/engine.js";
import type { MediumAddress, MediumProperties } from "../../contracts/medium.js";
import type { SendOutcome } from "../../contracts/transport.js";
import type { KeyStandingOnLink, LinkEvent } from "./events.js";
import { IncomingBudget } from "./incoming.js";
import { Initiator } from "./initiator.js";
import { Outbox, type OutgoingPacket } from "./outbox.js";
import { encodeMessage, messageHeadBytes, messageType } from "./outgoing.js";
import { PacketParts } from "./packet-parts.js";
import { type Established, PeerState } from "./peer.js";
import { Responder } from "./responder.js";
import type { Agreed, RoleHooks, RoleOptions } from "./role.js";
import { closed, noRoute, outcomes, timedOut, unauthorized, unreachable } from "./send-outcomes.js";
import { LinkSession, type LinkSessionEvent } from "./session.js";
import { type CloseName, type DataPacket, decodeData, type OutcomeName, packetType } from "./wire.js";

export interface LinkEndpointOptions extends RoleOptions {
  /** The native id of two keys: by it, keys that a peer shows prove themselves. */
  readonly nativeKeyId: (keys: HybridPair) => KeyId;
  readonly properties: MediumProperties;
  /** What a frame waits for a sign of life; slow wires add the time of several handshakes. */
  readonly silenceMs: number;
}

export interface LinkEndpointCounters {
  handshakes: number;
  /** Packets that were nothing, not for us, or not authentic. */
  packetsIgnored: number;
  /** Peers whose wire is readable where ours is not, or the other way round. */
  readonly modeMismatches: number;
}

interface Delivery {
  readonly established: Established;
  readonly message: number;
  readonly token: string;
}

export class LinkEndpoint {
  readonly counters: LinkEndpointCounters;
  /** Silence after which a frame is given up, and a session with it. */
  readonly silenceMs: number;
  readonly #options: LinkEndpointOptions;
  readonly #initiator: Initiator;
  readonly #responder: Responder;
  readonly #parts: PacketParts;
  readonly #budget = new IncomingBudget();
  readonly #peers = new Map<KeyId, PeerState>();
  /** By our session number. */
  readonly #sessions = new Map<number, Established>();
  /** Sessions that may have a packet to send, in turns; and those with something unfinished. */
  readonly #ready = new Set<Established>();
  readonly #active = new Set<Established>();
  readonly #outbox: Outbox;
  readonly #events: LinkEvent[] = [];
  readonly #signing = new Map<number, (signature: Uint8Array, nowMs: number) => void>();
  readonly #lookups = new Map<number, Established>();
  readonly #deliveries = new Map<number, Delivery>();
  #nextRequest = 1;
  #isDown = false;
  #isStopped = false;

  constructor(options: LinkEndpointOptions) {
    this.#options = options;
    this.#parts = new PacketParts(options.properties.packetBytesMax, options.sha256);
    this.#outbox = new Outbox(this.#parts);
    // A handshake and both sides' keys, several times over.
    this.silenceMs = options.silenceMs + 4 * this.#transmitMs(handshakeBytes + keysBytes);
    const hooks: RoleHooks = {
      freeSession: () => this.#freeSession(),
      transmit: (packet, to) => this.#outbox.add(packet, to),
      sign: (message, then) => this.#sign(message, then),
    };
    const responder = new Responder(options, hooks);
    this.#responder = responder;
    this.counters = {
      handshakes: 0,
      packetsIgnored: 0,
      get modeMismatches() {
        return responder.modeMismatches;
      },
    };
    const established = (peer: PeerState, agreed: Agreed, packet: Uint8Array, nowMs: number) => {
      const finish = { packet, nextAtMs: nowMs + this.#initiator.retryMs(0), tries: 0 };
      this.#establish(peer, agreed, nowMs).finish = finish;
    };
    const retryMsMin = limits.linkDialMsMin + 2 * this.#transmitMs(handshakeBytes);
    this.#initiator = new Initiator(options, { ...hooks, established }, retryMsMin);
  }

  // Inputs.

  packet(bytes: Uint8Array, from: MediumAddress, nowMs: number): void {
    const whole = this.#parts.join(bytes);
    if (whole === undefined || this.#isStopped) return;
    if (!this.#packet(whole, from, nowMs)) this.counters.packetsIgnored++;
  }

  send(
    sendId: number,
    keyId: KeyId,
    address: MediumAddress | undefined,
    frame: Uint8Array,
    nowMs: number,
  ): void {
    if (this.#isStopped) {
      this.#settle(sendId, closed);
      return;
    }
    const peer = this.#peer(keyId);
    peer.bookAddress = address;
    if (
      peer.waiting.length >= limits.linkWaitingMax ||
      peer.waitingBytes + frame.length > limits.linkPartialBytesMax + messageHeadBytes
    ) {
      this.#settle(sendId, {
        status: "rejected",
        reason: "busy",
        detail: "back_pressure: too many frames wait for this peer",
      });
      return;
    }
    const message = { sendId, content: encodeMessage(messageType.frame, this.#options.random(8), frame) };
    const { current } = peer;
    if (current && !current.session.isWorn && nowMs - current.sinceMs < limits.linkSessionMsMax) {
      if (current.session.isIdle) current.session.heardAtMs = nowMs;
      current.session.outgoing.queue(message);
      this.#touch(current);
      return;
    }
    peer.waiting.push({ sendId, message, sinceMs: nowMs });
    if (!peer.isProving) this.#dial(peer, nowMs);
  }

  cancel(sendId: number): void {
    for (const peer of this.#peers.values()) {
      const waiting = peer.waiting.findIndex((send) => send.sendId === sendId);
      if (waiting !== -1) peer.waiting.splice(waiting, 1);
      for (const established of peer.sessions) {
        established.session.cancel(sendId);
        this.#touch(established);
      }
    }
  }

  signed(request: number, signature: Uint8Array, nowMs: number): void {
    const then = this.#signing.get(request);
    this.#signing.delete(request);
    if (!this.#isStopped) then?.(signature, nowMs);
  }

  resolved(request: number, standing: KeyStandingOnLink, nowMs: number): void {
    const established = this.#lookups.get(request);
    this.#lookups.delete(request);
    if (!established || established.isEnded) return;
    if (standing === "unknown") established.session.control({ type: "askKeys" });
    else if (standing !== "refused" && equalBytes(standing, established.ed25519))
      this.#prove(established, nowMs);
    else this.#refuse(established, nowMs);
    this.#touch(established);
  }

  answer(delivery: number, outcome: OutcomeName): void {
    const task = this.#deliveries.get(delivery);
    this.#deliveries.delete(delivery);
    if (!task) return;
    // A busy receiver may take the same frame later; every other outcome is for good.
    if (outcome !== "busy") task.established.peer.remember(task.token, outcome);
    task.established.session.control({ type: "outcome", message: task.message, outcome });
    this.#touch(task.established);
  }

  wireIsDown(): void {
    this.#isDown = true;
  }

  wireIsUp(nowMs: number): void {
    this.#isDown = false;
    for (const established of this.#active) {
      established.session.wireIsBack(nowMs);
      this.#touch(established);
    }
    for (const { dial } of this.#peers.values()) if (dial) dial.nextAtMs = nowMs;
  }

  /** A connection ended: its sessions end, what they carried starts again over another. */
  gone(address: MediumAddress, nowMs: number): void {
    for (const peer of this.#peers.values()) if (peer.address === address) peer.address = undefined;
    for (const established of [...this.#sessions.values()])
      if (established.address === address) this.#end(established, nowMs);
    this.#responder.gone(address);
    for (const peer of this.#peers.values()) if (peer.dial?.to === address) this.#dialFailed(peer, nowMs);
  }

  timedOut(nowMs: number): void {
    this.#responder.expire(nowMs - this.silenceMs);
    for (const peer of this.#peers.values()) this.#peerTimedOut(peer, nowMs);
    for (const established of [...this.#active]) this.#sessionTimedOut(established, nowMs);
  }

  /** Every send gets its outcome; what `nextPacket` still gives says goodbye. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#outbox.clear();
    for (const established of this.#sessions.values()) {
      for (const { sendId } of established.session.handOver())
        if (sendId !== undefined) this.#settle(sendId, closed);
      established.session.close("stopped");
      this.#ready.add(established);
    }
    for (const peer of this.#peers.values()) {
      for (const { sendId } of peer.waiting.splice(0)) this.#settle(sendId, closed);
      this.#initiator.drop(peer);
    }
  }

  // Outputs.

  nextEvent(): LinkEvent | undefined {
    return this.#events.shift();
  }

  /** `isBlocked`: whether packets for that address would find no room. */
  nextPacket(nowMs: number, isBlocked: (to: MediumAddress) => boolean): OutgoingPacket | undefined {
    if (this.#isDown) return undefined;
    const handshake = this.#outbox.next(isBlocked);
    if (handshake) return handshake;
    for (const established of this.#ready) {
      if (isBlocked(established.address)) continue;
      this.#ready.delete(established);
      const bytes = established.session.nextPacket(nowMs);
      if (bytes === undefined) continue;
      this.#ready.add(established);
      return { bytes, to: established.address };
    }
    return undefined;
  }

  /** The packet could not leave: it is the next again. Only for what `nextPacket` has just given. */
  putBack(packet: OutgoingPacket): void {
    this.#outbox.putBack(packet);
  }

  get timeoutAtMs(): number | undefined {
    let at = Number.POSITIVE_INFINITY;
    for (const peer of this.#peers.values()) {
      if (peer.dial && !peer.dial.isAnswered) at = Math.min(at, peer.dial.nextAtMs);
      if (peer.waiting[0]) at = Math.min(at, peer.waiting[0].sinceMs + this.silenceMs);
    }
    for (const { session, finish } of this.#active) {
      at = Math.min(at, finish?.nextAtMs ?? at, session.heardAtMs + this.silenceMs);
      if (!this.#isDown) at = Math.min(at, session.timeoutAtMs ?? at);
    }
    const { oldestSinceMs } = this.#responder;
    if (oldestSinceMs !== undefined) at = Math.min(at, oldestSinceMs + this.silenceMs);
    return at === Number.POSITIVE_INFINITY ? undefined : at;
  }

  // Packets.

  #packet(bytes: Uint8Array, from: MediumAddress, nowMs: number): boolean {
    switch (bytes[0]) {
      case packetType.sealed:
      case packetType.clear:
        return this.#data(decodeData(bytes), from, nowMs);
      case packetType.init:
        return this.#responder.init(bytes, from, nowMs);
      case packetType.reply:
        return this.#initiator.reply(bytes, from, nowMs, this.silenceMs);
      case packetType.finish:
        return this.#agreed(this.#responder.finish(bytes, from), nowMs);
      default:
        return false;
    }
  }

  #data(packet: DataPacket | undefined, from: MediumAddress, nowMs: number): boolean {
    const established = packet && this.#sessions.get(packet.session);
    const events = established?.session.receive(packet!, nowMs);
    if (!established || !events) return false;
    established.address = from;
    established.peer.address = from;
    established.finish = undefined;
    this.#touch(established);
    for (const event of events) this.#sessionEvent(established, event, nowMs);
    return true;
  }

  #agreed(agreed: Agreed | undefined, nowMs: number): boolean {
    if (agreed) this.#establish(this.#peer(agreed.keyId), agreed, nowMs);
    return agreed !== undefined;
  }

  // Sessions.

  #establish(peer: PeerState, agreed: Agreed, nowMs: number): Established {
    const { properties, readable } = this.#options;
    const { localSession, peerSession, send, receive, ed25519, from: address } = agreed;
    const ends = { localSession, peerSession, send, receive };
    const session = new LinkSession({ ...ends, ...properties, readable, budget: this.#budget }, nowMs);
    const established: Established = {
      session,
      peer,
      ed25519,
      address,
      sinceMs: nowMs,
      finish: undefined,
      isProven: false,
      isReady: false,
      isEnded: false,
    };
    if (this.#sessions.size >= limits.linkSessionsMax) this.#end(this.#longestUnheard(), nowMs);
    this.#sessions.set(session.localSession, established);
    peer.sessions.push(established);
    peer.address = address;
    if (peer.sessions.length > limits.linkSessionsPerPeerMax) this.#end(peer.sessions[0]!, nowMs);
    this.counters.handshakes++;
    this.#touch(established);
    const request = this.#nextRequest++;
    this.#lookups.set(request, established);
    this.#events.push({ type: "lookup", request, keyId: peer.keyId });
    return established;
  }

  #sessionEvent(established: Established, event: LinkSessionEvent, nowMs: number): void {
    switch (event.type) {
      case "ready":
        established.isReady = true;
        this.#mayBecomeCurrent(established);
        return;
      case "askKeys": {
        const { ed25519, mlDsa65 } = this.#options.publicKeys;
        const content = encodeMessage(
          messageType.keys,
          this.#options.random(8),
          concatBytes(ed25519, mlDsa65),
        );
        established.session.outgoing.queue({ sendId: undefined, content });
        return;
      }
      case "message":
        this.#message(established, event.message, event.content, nowMs);
        return;
      case "settled":
        if (event.message.sendId !== undefined) this.#settle(event.message.sendId, outcomes[event.outcome]);
        return;
      case "closed":
        this.#closedByPeer(established, event.reason, nowMs);
        return;
    }
  }

  #message(established: Established, message: number, content: Uint8Array, nowMs: number): void {
    const { session, peer } = established;
    const say = (outcome: OutcomeName) => session.control({ type: "outcome", message, outcome });
    const payload = content.subarray(messageHeadBytes);
    if (content[0] === messageType.keys) {
      say("accepted");
      this.#keysShown(established, payload, nowMs);
      return;
    }
    if (content[0] !== messageType.frame || !established.isProven || payload.length > limits.frameBytesMax) {
      say("closed");
      return;
    }
    const token = hexEncode(content.subarray(1, messageHeadBytes));
    const before = peer.outcome(token);
    if (before !== undefined) {
      say(before);
      return;
    }
    const delivery = this.#nextRequest++;
    this.#deliveries.set(delivery, { established, message, token });
    this.#events.push({
      type: "frame",
      delivery,
      peer: peer.keyId,
      bytes: payload,
      from: established.address,
    });
  }

  #keysShown(established: Established, keys: Uint8Array, nowMs: number): void {
    if (established.isProven) return;
    const { ed25519, mlDsa65 } = this.#options.publicKeys;
    const shown = { ed25519: keys.subarray(0, ed25519.length), mlDsa65: keys.subarray(ed25519.length) };
    const isWhole = keys.length === ed25519.length + mlDsa65.length;
    if (
      isWhole &&
      equalBytes(shown.ed25519, established.ed25519) &&
      this.#options.nativeKeyId(shown) === established.peer.keyId
    )
      this.#prove(established, nowMs);
    else this.#refuse(established, nowMs);
  }

  #prove(established: Established, nowMs: number): void {
    established.isProven = true;
    established.session.control({ type: "ready" });
    established.session.heardAtMs = nowMs;
    this.#events.push({ type: "up", peer: established.peer.keyId, address: established.address });
    this.#mayBecomeCurrent(established);
  }

  /** The key id stands for other keys here, or for none that we know: nothing is exchanged. */
  #refuse(established: Established, nowMs: number): void {
    const { peer, session } = established;
    this.#events.push({ type: "refused", keyId: peer.keyId });
    session.close("unauthorized");
    this.#end(established, nowMs);
    for (const { sendId } of peer.waiting.splice(0)) this.#settle(sendId, unauthorized);
    this.#ready.add(established);
  }

  #mayBecomeCurrent(established: Established): void {
    const { peer, session } = established;
    if (!established.isProven || !established.isReady || peer.current !== established) return;
    for (const older of peer.sessions) {
      if (older === established) continue;
      for (const message of older.session.handOver()) session.outgoing.queue(message);
      this.#touch(older);
    }
    for (const { message } of peer.waiting.splice(0)) session.outgoing.queue(message);
    this.#initiator.drop(peer);
    this.#touch(established);
  }

  #closedByPeer(established: Established, reason: CloseName, nowMs: number): void {
    const { peer } = established;
    if (reason === "unauthorized") {
      for (const { sendId } of [...established.session.handOver(), ...peer.waiting.splice(0)])
        if (sendId !== undefined) this.#settle(sendId, unauthorized);
    } else if (reason === "stopped") {
      for (const { sendId } of [...established.session.handOver(), ...peer.waiting.splice(0)])
        if (sendId !== undefined) this.#settle(sendId, unreachable);
    }
    this.#end(established, nowMs);
  }

  /** What the session carried waits for the next one. */
  #end(established: Established, nowMs: number): void {
    if (established.isEnded) return;
    const { peer, session } = established;
    established.isEnded = true;
    peer.sessions = peer.sessions.filter((other) => other !== established);
    const unfinished = session.handOver().filter(({ sendId }) => sendId !== undefined);
    session.end();
    this.#sessions.delete(session.localSession);
    this.#ready.delete(established);
    this.#active.delete(established);
    if (unfinished.length === 0) return;
    const { current } = peer;
    if (current) {
      for (const message of unfinished) current.session.outgoing.queue(message);
      this.#touch(current);
      return;
    }
    peer.waiting.push(...unfinished.map((message) => ({ sendId: message.sendId!, message, sinceMs: nowMs })));
    this.#dial(peer, nowMs);
  }

  // Time.

  #peerTimedOut(peer: PeerState, nowMs: number): void {
    while (peer.waiting[0] && nowMs - peer.waiting[0].sinceMs >= this.silenceMs)
      this.#settle(peer.waiting.shift()!.sendId, unreachable);
    const { dial } = peer;
    if (dial && nowMs >= dial.nextAtMs) {
      if (!peer.isWanted || dial.isAnswered) this.#initiator.drop(peer);
      if (peer.dial) this.#initiator.repeat(dial, nowMs);
      else if (peer.isWanted) this.#dial(peer, nowMs);
    } else if (!dial && peer.waiting.length > 0 && peer.sessions.length === 0) this.#dial(peer, nowMs);
    if (
      peer.waiting.length === 0 &&
      !peer.dial &&
      peer.sessions.length === 0 &&
      this.#peers.size > limits.peersMax
    )
      this.#peers.delete(peer.keyId);
  }

  #sessionTimedOut(established: Established, nowMs: number): void {
    const { session, peer, finish } = established;
    if (session.isIdle && !finish) return void this.#active.delete(established);
    if (nowMs - session.heardAtMs >= this.silenceMs) {
      for (const { sendId } of session.handOver()) if (sendId !== undefined) this.#settle(sendId, timedOut);
      this.#end(established, nowMs);
      return;
    }
    if (this.#isDown) return;
    if (session.timeoutAtMs !== undefined && nowMs >= session.timeoutAtMs) {
      session.timedOut(nowMs);
      this.#touch(established);
    }
    if (finish && nowMs >= finish.nextAtMs) {
      finish.tries++;
      finish.nextAtMs = nowMs + this.#initiator.retryMs(finish.tries);
      this.#outbox.add(finish.packet, established.address);
    }
    // The peer may have started anew and know nothing of this session.
    if (session.probes >= limits.linkProbesMax && established === peer.current && !peer.dial)
      this.#dial(peer, nowMs);
  }

  /** To where the peer was heard last, or to where it should be. */
  #dial(peer: PeerState, nowMs: number): void {
    const to = peer.address ?? peer.bookAddress;
    if (peer.dial) return;
    if (to !== undefined) {
      this.#initiator.dial(peer, to, nowMs);
      return;
    }
    for (const { sendId } of peer.waiting.splice(0)) this.#settle(sendId, noRoute);
  }

  /** The place answers with a refusal: who waits learns it now, unless the peer is heard elsewhere. */
  #dialFailed(peer: PeerState, nowMs: number): void {
    if (peer.sessions.length > 0) {
      peer.dial!.nextAtMs = nowMs + limits.linkDialMsMin;
      return;
    }
    this.#initiator.drop(peer);
    for (const { sendId } of peer.waiting.splice(0)) this.#settle(sendId, unreachable);
  }

  #transmitMs(bytes: number): number {
    const { rateBitsPerSecond: rate } = this.#options.properties;
    return rate === undefined ? 0 : (bytes * 8000) / rate;
  }

  #peer(keyId: KeyId): PeerState {
    const known = this.#peers.get(keyId);
    if (known) return known;
    const peer = new PeerState(keyId);
    this.#peers.set(keyId, peer);
    return peer;
  }

  #freeSession(): number {
    for (;;) {
      const bytes = this.#options.random(4);
      const session = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      if (!this.#sessions.has(session) && !this.#initiator.has(session) && !this.#responder.has(session))
        return session;
    }
  }

  #longestUnheard(): Established {
    return [...this.#sessions.values()].reduce((a, b) => (b.session.heardAtMs < a.session.heardAtMs ? b : a));
  }

  #sign(message: Uint8Array, then: (signature: Uint8Array, nowMs: number) => void): void {
    const request = this.#nextRequest++;
    this.#signing.set(request, then);
    this.#events.push({ type: "sign", request, message });
  }

  #touch(established: Established): void {
    if (established.isEnded) return;
    this.#ready.add(established);
    this.#active.add(established);
  }

  #settle(sendId: number, outcome: SendOutcome): void {
    this.#events.push({ type: "settled", sendId, outcome });
  }
}

/** INIT and REPLY; and both public keys of an end. */
const handshakeBytes = 2600;
const keysBytes = 2000;
