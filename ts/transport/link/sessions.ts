/**
 * The sessions of an endpoint: from agreed keys to a proven peer, who takes new frames, when each ends.
 *
 * Whoever claims a key id gets nothing for it: only a session whose peer's keys are proven touches what is
 * kept of that peer, and strangers' sessions have few places of their own (`session-table.ts`).
 */
import { concatBytes, equalBytes } from "../../base/bytes.js";
import { isNativeKeyId, type KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { HybridPair } from "../../contracts/engine.js";
import type { MediumAddress, MediumProperties } from "../../contracts/medium.js";
import type { Deliveries } from "./deliveries.js";
import type { Dialing } from "./dialing.js";
import type { KeyStandingOnLink } from "./events.js";
import { IncomingBudget } from "./incoming.js";
import type { Outbox } from "./outbox.js";
import { encodeMessage, messageHeadBytes, messageType, type OutgoingMessage } from "./outgoing.js";
import type { Established, PeerState, Peers } from "./peer.js";
import type { PendingSends } from "./pending-sends.js";
import type { DriverRequests } from "./requests.js";
import type { Agreed } from "./role.js";
import { outcomes, timedOut, unauthorized, unreachable } from "./send-outcomes.js";
import { LinkSession, type LinkSessionEvent } from "./session.js";
import { SessionTable } from "./session-table.js";
import type { CloseName, DataPacket, OutcomeName } from "./wire.js";

export interface SessionsOptions {
  readonly random: (length: number) => Uint8Array;
  readonly publicKeys: HybridPair;
  readonly nativeKeyId: (keys: HybridPair) => KeyId;
  readonly properties: MediumProperties;
  readonly readable: boolean;
  readonly silenceMs: number;
  readonly peers: Peers;
  readonly sends: PendingSends;
  readonly deliveries: Deliveries;
  readonly requests: DriverRequests;
  readonly outbox: Outbox;
}

/** When a session ends in any case: new keys are asked for from half of it on. */
const sessionMsEnd = 2 * limits.linkSessionMsMax;

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #dialing: Dialing;
  readonly #table = new SessionTable();
  readonly #budget = new IncomingBudget();
  /** Those that may have a packet to send, in turns; and those for which time matters. */
  readonly #ready = new Set<Established>();
  readonly #active = new Set<Established>();
  /** Whose packet `nextPacket` has given last. */
  #lastGiven: Established | undefined;
  agreed = 0;
  refused = 0;
  packetsLost = 0;

  constructor(options: SessionsOptions, dialing: Dialing) {
    this.#options = options;
    this.#dialing = dialing;
  }

  get size(): number {
    return this.#table.size;
  }

  get activeSize(): number {
    return this.#active.size;
  }

  get incomingBytes(): number {
    return this.#budget.bytes;
  }

  has(session: number): boolean {
    return this.#table.has(session);
  }

  timeoutAtMs(isDown: boolean): number {
    const { silenceMs } = this.#options;
    const { oldest } = this.#table;
    let at = oldest ? oldest.sinceMs + sessionMsEnd : Number.POSITIVE_INFINITY;
    for (const { session, finish, provenByMs } of this.#active) {
      at = Math.min(at, provenByMs, session.heardAtMs + silenceMs, session.stalledAtMs(silenceMs));
      if (!isDown) at = Math.min(at, finish?.nextAtMs ?? at, session.timeoutAtMs ?? at);
    }
    return at;
  }

  // Beginnings.

  /** `isKnown`: the key that the peer signed with is the one behind its key id. */
  opened(peer: PeerState, agreed: Agreed, finish: Uint8Array, isKnown: boolean, nowMs: number): void {
    const established = this.#establish(agreed, true, nowMs);
    established.finish = { packet: finish, nextAtMs: nowMs + this.#dialing.retryMs(0), tries: 0 };
    if (isKnown) this.#prove(established, nowMs);
    else {
      peer.candidate = established;
      this.#askKeys(established);
    }
  }

  accepted(agreed: Agreed, nowMs: number): void {
    const established = this.#establish(agreed, false, nowMs);
    this.#options.requests.lookup(agreed.keyId, (standing, atMs) => {
      if (!established.isEnded) this.#lookedUp(established, standing, atMs);
    });
  }

  /** The key behind its id is not believed, whoever answers: it was not even opened. */
  refusedUnopened(peer: PeerState): void {
    this.refused++;
    this.#options.requests.emit({ type: "refused", keyId: peer.keyId });
  }

  #lookedUp(established: Established, said: KeyStandingOnLink | undefined, nowMs: number): void {
    const { keyId, ed25519 } = established;
    const peer = this.#options.peers.known(keyId);
    const standing = peer ? peer.standing(said) : said;
    if (standing === undefined) this.#end(established, nowMs, "superseded");
    else if (standing === "unknown" && isNativeKeyId(keyId)) this.#askKeys(established);
    else if (typeof standing === "object" && equalBytes(standing, ed25519)) this.#prove(established, nowMs);
    else this.#refuse(established, nowMs);
    this.touch(established);
  }

  #establish(agreed: Agreed, isOurs: boolean, nowMs: number): Established {
    const { properties, readable, publicKeys, silenceMs } = this.#options;
    const { localSession, peerSession, send, receive, ed25519, keyId, from: address } = agreed;
    const session = new LinkSession(
      {
        ...{ localSession, peerSession, send, receive },
        ...properties,
        readable,
        budget: this.#budget,
        messageBytesMax: messageHeadBytes + publicKeys.ed25519.length + publicKeys.mlDsa65.length,
        wake: () => this.touch(established),
        lost: (packets) => void (this.packetsLost += packets),
      },
      nowMs,
    );
    const established: Established = {
      session,
      keyId,
      ed25519,
      sinceMs: nowMs,
      order: this.agreed,
      isOurs,
      address,
      finish: undefined,
      peer: undefined,
      isReady: false,
      isSuperseded: false,
      hasShownKeys: false,
      isAsked: false,
      isEnded: false,
      provenByMs: nowMs + silenceMs,
      checkedAtMs: nowMs,
      unsent: undefined,
    };
    this.#table.add(established);
    this.#makeRoom(nowMs);
    this.agreed++;
    this.touch(established);
    return established;
  }

  #makeRoom(nowMs: number): void {
    for (let surplus = this.#table.surplus(); surplus; surplus = this.#table.surplus())
      this.#end(surplus, nowMs, "superseded");
  }

  // Frames and packets.

  /** Over a session of this peer, if one takes frames. */
  carry(peer: PeerState, message: OutgoingMessage, nowMs: number): boolean {
    const { current } = peer;
    if (!current) return false;
    if (current.session.isIdle) current.session.heardAtMs = nowMs;
    current.session.outgoing.queue(message);
    this.touch(current);
    this.#recheck(current, nowMs);
    return true;
  }

  cancel(peer: PeerState, sendId: number): void {
    for (const established of peer.sessions) {
      established.session.cancel(sendId);
      this.touch(established);
    }
  }

  packet(packet: DataPacket, from: MediumAddress, nowMs: number): boolean {
    const established = this.#table.get(packet.session);
    if (!established) return false;
    // Where nothing is lost, a session belongs to its connection.
    if (this.#options.properties.reliable && from !== established.address) return false;
    const events = established.session.receive(packet, nowMs);
    if (!events) return false;
    this.#finishHeard(established);
    // A packet that was late, or held back by somebody, says nothing of where the peer is now.
    if (established.session.newestCounter === packet.counter) {
      established.address = from;
      if (established.peer) established.peer.address = from;
    }
    this.touch(established);
    if (established.peer) this.#tellHeard(established.peer, nowMs);
    for (const event of events) this.#event(established, event, nowMs);
    return true;
  }

  /** The responder has our FINISH. */
  #finishHeard(established: Established): void {
    if (!established.finish) return;
    this.#options.outbox.forget(established.finish.packet);
    established.finish = undefined;
  }

  /** Now and then: who waits for a frame of a slow peer learns that it is on its way. */
  #tellHeard(peer: PeerState, nowMs: number): void {
    if (nowMs - peer.toldAtMs < limits.linkActivityMs) return;
    peer.toldAtMs = nowMs;
    this.#options.requests.emit({ type: "heard", peer: peer.keyId });
  }

  nextPacket(
    nowMs: number,
    isBlocked: (to: MediumAddress) => boolean,
  ): { bytes: Uint8Array; to: MediumAddress } | undefined {
    for (const established of this.#ready) {
      if (isBlocked(established.address)) continue;
      this.#ready.delete(established);
      const bytes = established.unsent ?? established.session.nextPacket(nowMs);
      if (bytes === undefined) continue;
      established.unsent = undefined;
      this.#ready.add(established);
      this.#lastGiven = established;
      return { bytes, to: established.address };
    }
    return undefined;
  }

  putBack(packet: Uint8Array): void {
    this.#lastGiven!.unsent = packet;
  }

  touch(established: Established): void {
    if (established.isEnded) return;
    this.#ready.add(established);
    this.#active.add(established);
  }

  #event(established: Established, event: LinkSessionEvent, nowMs: number): void {
    const { peer, session, isEnded } = established;
    if (event.type === "settled") {
      if (peer) peer.failures = 0;
      this.#options.sends.settle([event.message], outcomes[event.outcome]);
    } else if (isEnded) return;
    else if (event.type === "ready") {
      if (established.isReady) return;
      established.isReady = true;
      // It believes us: the rest of our keys can stay here.
      session.cancel(undefined);
      this.#mayBecomeCurrent(established, nowMs);
    } else if (event.type === "askKeys") this.#showKeys(established);
    else if (event.type === "closed") this.#closedByPeer(established, event.reason, nowMs);
    else if (event.type === "overrun") this.#end(established, nowMs, "superseded");
    else {
      const outcome = this.#message(established, event.message, event.content, nowMs);
      if (outcome !== undefined) session.control({ type: "outcome", message: event.message, outcome });
    }
  }

  #message(
    established: Established,
    message: number,
    content: Uint8Array,
    nowMs: number,
  ): OutcomeName | undefined {
    const { peer } = established;
    if (content[0] === messageType.keys) {
      this.#keysShown(established, content.subarray(messageHeadBytes), nowMs);
      return "accepted";
    }
    if (content[0] !== messageType.frame || !peer) return "closed";
    this.#recheck(established, nowMs);
    return this.#options.deliveries.frame(established, peer, message, content);
  }

  // Who the peer is.

  /** Other sessions whose peer claims and has signed with the same: what one shows holds for all. */
  #twins({ keyId, ed25519 }: Established): Established[] {
    return [...this.#table.candidates].filter(
      (other) => other.keyId === keyId && equalBytes(other.ed25519, ed25519),
    );
  }

  /** Over one of the sessions where handshakes crossed: keys take long on slow wires. */
  #askKeys(established: Established): void {
    if (this.#twins(established).some(({ isAsked }) => isAsked)) return;
    established.isAsked = true;
    established.session.control({ type: "askKeys" });
    this.touch(established);
  }

  /** Once: they are long, and the question is short. */
  #showKeys(established: Established): void {
    if (established.hasShownKeys) return;
    established.hasShownKeys = true;
    const { ed25519, mlDsa65 } = this.#options.publicKeys;
    const keys = concatBytes(ed25519, mlDsa65);
    const content = encodeMessage(messageType.keys, this.#options.random(8), keys);
    established.session.outgoing.queue({ sendId: undefined, content, moves: 0 });
  }

  #keysShown(established: Established, keys: Uint8Array, nowMs: number): void {
    if (established.peer) return;
    const { ed25519, mlDsa65 } = this.#options.publicKeys;
    const shown = { ed25519: keys.subarray(0, ed25519.length), mlDsa65: keys.subarray(ed25519.length) };
    const isWhole = keys.length === ed25519.length + mlDsa65.length;
    if (
      isWhole &&
      equalBytes(shown.ed25519, established.ed25519) &&
      this.#options.nativeKeyId(shown) === established.keyId
    ) {
      this.#options.peers.of(established.keyId).ed25519 = established.ed25519;
      this.#prove(established, nowMs);
      for (const twin of this.#twins(established)) this.#prove(twin, nowMs);
    } else this.#refuse(established, nowMs);
  }

  #prove(established: Established, nowMs: number): void {
    const { peers, requests, silenceMs } = this.#options;
    const peer = peers.of(established.keyId);
    const { session, address } = established;
    established.peer = peer;
    established.provenByMs = nowMs + silenceMs;
    this.#table.proven(established);
    if (peer.candidate === established) peer.candidate = undefined;
    peer.sawImpostor = false;
    peer.address = address;
    peer.sessions.push(established);
    peer.sessions.sort((a, b) => a.order - b.order);
    session.admitFrames();
    session.control({ type: "ready" });
    session.heardAtMs = nowMs;
    this.touch(established);
    if (peer.sessions.length > limits.linkSessionsPerPeerMax)
      this.#end(peer.sessions[0]!, nowMs, "superseded");
    this.#makeRoom(nowMs);
    requests.emit({ type: "up", peer: peer.keyId, address });
    this.#mayBecomeCurrent(established, nowMs);
  }

  /** Revocation reaches sessions too. */
  #recheck(established: Established, nowMs: number): void {
    if (nowMs - established.checkedAtMs < limits.linkRecheckMs) return;
    established.checkedAtMs = nowMs;
    this.#options.requests.lookup(established.keyId, (standing, atMs) => {
      if (established.isEnded || standing === undefined || standing === "unknown") return;
      if (standing === "refused" || !equalBytes(standing, established.ed25519))
        this.#refuse(established, atMs);
    });
  }

  /** The key id stands for other keys here, or for none that we believe: nothing is exchanged. */
  #refuse(established: Established, nowMs: number): void {
    const { peers, sends, requests } = this.#options;
    this.refused++;
    requests.emit({ type: "refused", keyId: established.keyId });
    if (established.peer) sends.settle(established.session.handOver(), unauthorized);
    else if (established.isOurs) peers.of(established.keyId).sawImpostor = true;
    this.#end(established, nowMs, "unauthorized");
  }

  // Turns of sessions.

  #mayBecomeCurrent(established: Established, nowMs: number): void {
    const { peer, session, isReady } = established;
    if (!peer || !isReady) return;
    established.provenByMs = Number.POSITIVE_INFINITY;
    const { current } = peer;
    for (const other of peer.sessions) if (other.isReady && other !== current) this.#supersede(other, nowMs);
    if (current !== established) return;
    for (const { message } of peer.waiting.splice(0)) session.outgoing.queue(message);
    this.#dialing.done(peer);
    this.touch(established);
  }

  /** What has not begun goes over the newer session; what has, only where this one seems dead. */
  #supersede(older: Established, nowMs: number): void {
    if (!older.isSuperseded) older.session.heardAtMs = nowMs;
    older.isSuperseded = true;
    const { session, peer } = older;
    const current = peer!.current!;
    const messages = session.probes > 0 ? session.handOver() : session.outgoing.drainQueue();
    for (const message of messages) if (message.sendId !== undefined) current.session.outgoing.queue(message);
    this.touch(older);
    this.touch(current);
  }

  // Ends.

  gone(address: MediumAddress, nowMs: number): void {
    for (const established of [...this.#table])
      if (established.address === address) this.#end(established, nowMs);
    for (const established of this.#ready)
      if (established.address === address) this.#ready.delete(established);
  }

  /** What `nextPacket` gives from now on says goodbye. */
  stop(): OutgoingMessage[] {
    const unfinished: OutgoingMessage[] = [];
    for (const established of this.#table) {
      unfinished.push(...established.session.handOver());
      established.session.close("stopped");
      established.unsent = undefined;
      this.#ready.add(established);
    }
    return unfinished;
  }

  #closedByPeer(established: Established, reason: CloseName, nowMs: number): void {
    const { peer, session, isOurs, keyId } = established;
    const { peers, sends } = this.#options;
    if (peer && reason !== "superseded") {
      const outcome = reason === "unauthorized" ? unauthorized : unreachable;
      sends.settle(session.handOver(), outcome);
      sends.settleWaiting(peer, outcome);
    }
    if (!peer && isOurs && reason === "unauthorized") peers.of(keyId).sawImpostor = true;
    this.#end(established, nowMs);
  }

  /** What the session carried waits for the next one. With a reason, the peer is told. */
  #end(established: Established, nowMs: number, reason?: CloseName): void {
    if (established.isEnded) return;
    established.isEnded = true;
    const { session, keyId } = established;
    const unfinished = session.handOver().filter(({ sendId }) => sendId !== undefined);
    this.#table.delete(established);
    this.#active.delete(established);
    established.unsent = undefined;
    if (reason === undefined) {
      session.end();
      this.#ready.delete(established);
    } else {
      session.close(reason);
      this.#ready.add(established);
    }
    const [twin] = established.isAsked ? this.#twins(established) : [];
    if (twin) this.#askKeys(twin);
    const peer = this.#options.peers.known(keyId);
    if (peer && peer === established.peer) {
      peer.sessions = peer.sessions.filter((other) => other !== established);
      this.#move(peer, unfinished, nowMs);
    } else if (peer?.candidate === established) {
      peer.candidate = undefined;
      this.#dialing.again(peer, nowMs);
    }
  }

  #move(peer: PeerState, unfinished: readonly OutgoingMessage[], nowMs: number): void {
    const { current, waiting } = peer;
    for (const { moves, ...rest } of unfinished) {
      const message = { ...rest, moves: moves + 1 };
      if (message.moves > limits.linkMovesMax) this.#options.sends.settle([message], unreachable);
      else if (current) current.session.outgoing.queue(message);
      else waiting.push({ message, sinceMs: nowMs });
    }
    if (current) this.touch(current);
    else if (waiting.length > 0) this.#dialing.again(peer, nowMs);
  }

  // Time.

  wireIsUp(nowMs: number): void {
    for (const established of this.#active) {
      established.session.wireIsBack(nowMs);
      this.touch(established);
    }
  }

  timedOut(nowMs: number, isDown: boolean): void {
    for (const established of [...this.#active]) this.#sessionTimedOut(established, nowMs, isDown);
    for (;;) {
      const { oldest } = this.#table;
      if (!oldest || nowMs < oldest.sinceMs + sessionMsEnd) break;
      this.#end(oldest, nowMs, "superseded");
    }
  }

  #sessionTimedOut(established: Established, nowMs: number, isDown: boolean): void {
    const { session, finish, provenByMs, isSuperseded } = established;
    const { silenceMs, sends } = this.#options;
    if (nowMs >= provenByMs) {
      this.#end(established, nowMs, "superseded");
      return;
    }
    // Where two handshakes crossed, each end takes frames over the session that it answered. So only who
    // answered ends what it does not use; else each would end the other's.
    const isOver = isSuperseded && !established.isOurs;
    if (session.isIdle && !finish && !isOver && provenByMs === Number.POSITIVE_INFINITY) {
      this.#active.delete(established);
      return;
    }
    // Deadlines are compared as they were announced: a difference may round to less.
    if (nowMs >= session.heardAtMs + silenceMs) {
      sends.settle(session.handOver(), timedOut);
      this.#end(established, nowMs, "superseded");
      return;
    }
    const stalled = session.giveUpStalled(nowMs, silenceMs);
    if (stalled.length > 0) {
      sends.settle(stalled, timedOut);
      this.touch(established);
    }
    if (!isDown) this.#sendAgain(established, nowMs);
  }

  #sendAgain(established: Established, nowMs: number): void {
    const { session, peer, finish, isSuperseded, address } = established;
    if (session.timeoutAtMs !== undefined && nowMs >= session.timeoutAtMs) {
      session.timedOut(nowMs);
      this.touch(established);
    }
    if (finish && nowMs >= finish.nextAtMs) {
      finish.tries++;
      finish.nextAtMs = nowMs + this.#dialing.retryMs(finish.tries);
      this.#options.outbox.add(finish.packet, address);
    }
    if (!peer || session.probes < limits.linkProbesMax) return;
    // The peer may have started anew and know nothing of this session.
    if (established === peer.current) this.#dialing.dial(peer, nowMs);
    else if (isSuperseded && peer.current) this.#supersede(established, nowMs);
  }
}
