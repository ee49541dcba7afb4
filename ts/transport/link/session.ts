/**
 * One session of a native link: packets under keys that only the two ends know, messages over them whole
 * and once. Pure: packets and times in, packets and events out; `endpoint.ts` makes and ends sessions.
 *
 * It sends what is queued in `outgoing`; that frames wait until both ends are proven is the endpoint's rule.
 * On a reliable medium nothing is acknowledged or sent again.
 */
import { limits } from "../../base/limits.js";
import type { LinkAead } from "../../contracts/link-crypto.js";
import { Flight, type SentPacket } from "./flight.js";
import { Incoming, type IncomingBudget } from "./incoming.js";
import { messageHeadBytes, Outgoing, type OutgoingMessage } from "./outgoing.js";
import { Received } from "./received.js";
import {
  ackBytesMax,
  ackRangesMax,
  type CloseName,
  type DataPacket,
  dataHeadBytes,
  dataOverheadBytes,
  decodeItems,
  encodeDataHead,
  ItemWriter,
  type LinkItem,
  type OutcomeName,
  pieceHeadBytesMax,
  tagBytes,
} from "./wire.js";

export interface LinkSessionOptions {
  /** The numbers by which each end names this session in packets to it. */
  readonly localSession: number;
  readonly peerSession: number;
  readonly send: LinkAead;
  readonly receive: LinkAead;
  readonly readable: boolean;
  readonly packetBytesMax: number;
  readonly rateBitsPerSecond?: number;
  readonly reliable: boolean;
  readonly budget: IncomingBudget;
  /** Largest message that is taken until `admitFrames`. */
  readonly messageBytesMax: number;
  /** A message that comes in was given up: there is something to say about it. */
  readonly wake: () => void;
  /** So many packets are taken for lost: what they carried is sent again. */
  readonly lost?: (packets: number) => void;
}

export type LinkSessionEvent =
  | { readonly type: "ready" }
  | { readonly type: "askKeys" }
  | { readonly type: "message"; readonly message: number; readonly content: Uint8Array }
  | { readonly type: "settled"; readonly message: OutgoingMessage; readonly outcome: OutcomeName }
  | { readonly type: "closed"; readonly reason: CloseName }
  /** The peer makes us say more than it listens to. */
  | { readonly type: "overrun" };

/** Longest an acknowledgement waits for company, where the rate is unknown. */
const ackDelayMs = 20;
/** An item that is neither a piece nor an acknowledgement takes this at most: type, varint, code. */
const controlBytesMax = 7;
const emptyBytes = new Uint8Array(0);

type Control = Exclude<LinkItem, { type: "piece" } | { type: "ack" }>;

export class LinkSession {
  readonly localSession: number;
  readonly outgoing = new Outgoing();
  readonly #options: LinkSessionOptions;
  readonly #received = new Received();
  readonly #incoming: Incoming;
  readonly #flight: Flight;
  readonly #ackDelayMs: number;
  readonly #controls: Control[] = [];
  /** Said and not acknowledged, or not said yet. */
  #controlsOpen = 0;
  #nextCounter = 0;
  #ackAtMs: number | undefined;
  #isAckDue = false;
  #unacknowledged = 0;
  #newestAtMs = 0;
  #probe = false;
  #isClosed = false;
  /** When something authentic last came, or was acknowledged. */
  heardAtMs: number;

  constructor(options: LinkSessionOptions, nowMs: number) {
    this.#options = options;
    this.localSession = options.localSession;
    this.heardAtMs = nowMs;
    this.#incoming = new Incoming(options.budget, options.messageBytesMax, (message, outcome) => {
      this.control({ type: "outcome", message, outcome });
      options.wake();
    });
    const { rateBitsPerSecond: rate, packetBytesMax } = options;
    this.#ackDelayMs =
      rate === undefined
        ? ackDelayMs
        : Math.min(1000, Math.max(ackDelayMs, (2 * packetBytesMax * 8000) / rate));
    this.#flight = new Flight({ packetBytesMax, rateBitsPerSecond: rate, ackDelayMsMax: this.#ackDelayMs });
  }

  /** Counters left are few: it is time for new keys. */
  get isWorn(): boolean {
    return this.#nextCounter >= limits.linkSessionPacketsMax;
  }

  /** Nothing that was sent is waited for, nothing waits to be sent, nothing came in part. */
  get isIdle(): boolean {
    return (
      this.outgoing.isEmpty &&
      this.#incoming.isEmpty &&
      this.#flight.isEmpty &&
      this.#controls.length === 0 &&
      this.#ackAtMs === undefined
    );
  }

  /** Probes in a row without an answer. */
  get probes(): number {
    return this.#flight.probes;
  }

  get roundTripMs(): number {
    return this.#flight.roundTripMs;
  }

  /** The newest packet that came, by its counter. */
  get newestCounter(): number {
    return this.#received.ranges[0]?.last ?? -1;
  }

  /** When `giveUpStalled` has something to give up, if nothing moves until then. */
  stalledAtMs(silenceMs: number): number {
    const { progressAtMs = Number.POSITIVE_INFINITY } = this.outgoing;
    const { touchedAtMs = Number.POSITIVE_INFINITY } = this.#incoming;
    return Math.min(progressAtMs + silenceMs, touchedAtMs + 2 * silenceMs);
  }

  get timeoutAtMs(): number | undefined {
    if (this.#isClosed) return undefined;
    const flightAtMs = this.#options.reliable ? undefined : this.#flight.timeoutAtMs;
    // An acknowledgement that is due waits for the wire, not for the time.
    const ackAtMs = this.#isAckDue ? undefined : this.#ackAtMs;
    if (ackAtMs === undefined || flightAtMs === undefined) return ackAtMs ?? flightAtMs;
    return Math.min(ackAtMs, flightAtMs);
  }

  control(item: Control): void {
    if (this.#isClosed) return;
    this.#controls.push(item);
    this.#controlsOpen++;
  }

  /** The peer is proven: its frames are taken. */
  admitFrames(): void {
    this.#incoming.messageBytesMax = limits.frameBytesMax + messageHeadBytes;
  }

  /** Says goodbye in one packet, which `nextPacket` still gives, and takes nothing any more. */
  close(reason: CloseName): void {
    if (this.#isClosed) return;
    this.#controls.length = 0;
    this.#controls.push({ type: "close", reason });
    this.end();
  }

  /** Takes nothing any more and keeps nothing of what came. */
  end(): void {
    this.#isClosed = true;
    this.#incoming.clear();
  }

  /** Everything unfinished, for a session that takes over; the peer may forget what it has of it. */
  handOver(): OutgoingMessage[] {
    return this.outgoing.drain().map(({ started, ...message }) => {
      if (started !== undefined) this.control({ type: "cancel", message: started });
      return message;
    });
  }

  /**
   * Messages of which nothing has moved for a silence, although the peer is heard: it acknowledges and never
   * answers, or not even that. What comes in has twice the time, so that its sender gives up first.
   */
  giveUpStalled(nowMs: number, silenceMs: number): OutgoingMessage[] {
    this.#incoming.giveUpStalled(nowMs, 2 * silenceMs);
    const stalled = this.outgoing.stalled(nowMs, silenceMs);
    for (const { id } of stalled) this.control({ type: "cancel", message: id });
    return stalled;
  }

  /** `undefined`: the message with our keys. */
  cancel(sendId: number | undefined): void {
    const message = this.outgoing.cancel(sendId);
    if (message !== undefined) this.control({ type: "cancel", message });
  }

  /** `undefined`: not authentic, or seen before. */
  receive(packet: DataPacket, nowMs: number): LinkSessionEvent[] | undefined {
    if (this.#isClosed || packet.readable !== this.#options.readable) return undefined;
    if (this.#received.has(packet.counter)) return undefined;
    const plain = this.#open(packet);
    if (plain === undefined) return undefined;
    this.#received.add(packet.counter);
    this.heardAtMs = nowMs;
    const items = decodeItems(plain);
    // Authentic and malformed: a peer of another make. Nothing of it is used.
    if (items === undefined) return [];
    if (items.some(({ type }) => type !== "ack" && type !== "close"))
      this.#scheduleAck(packet.counter, nowMs);
    const events = items.flatMap((item) => this.#take(item, nowMs));
    if (this.#controlsOpen > limits.linkControlsMax) events.push({ type: "overrun" });
    return events;
  }

  timedOut(nowMs: number): void {
    if (this.#options.reliable || this.#isClosed) return;
    this.#isAckDue ||= this.#ackAtMs !== undefined && this.#ackAtMs <= nowMs;
    const before = this.#flight.probes;
    this.#sendAgain(this.#flight.timedOut(nowMs));
    if (this.#flight.probes > before) this.#probe = true;
  }

  /** The wire is back after an absence: whatever was out is asked about at once. */
  wireIsBack(nowMs: number): void {
    this.#flight.probes = 0;
    if (!this.#flight.isEmpty) this.#probe = true;
    this.heardAtMs = nowMs;
    this.outgoing.forgive(nowMs);
  }

  nextPacket(nowMs: number): Uint8Array | undefined {
    if (!this.#hasSomething(nowMs)) return undefined;
    const writer = new ItemWriter(scratch(this.#options.packetBytesMax - dataOverheadBytes));
    const sent: LinkItem[] = [];
    this.#writeAck(writer, nowMs);
    while (
      this.#controls.length > 0 &&
      writer.room >= controlBytesMax &&
      sent.length < limits.linkItemsMax - 2
    ) {
      const item = this.#controls.shift()!;
      writer.write(item);
      sent.push(item);
    }
    if (this.#mayCarryNow(nowMs) && writer.room > pieceHeadBytesMax) {
      const piece = this.outgoing.nextPiece(writer.room, nowMs);
      if (piece) {
        writer.write(piece);
        sent.push(piece);
        if (this.#options.reliable) this.#moved(piece.message, nowMs);
      }
    }
    if (this.#probe && sent.length === 0) {
      writer.write({ type: "ping" });
      sent.push({ type: "ping" });
    }
    if (writer.isEmpty) return undefined;
    return this.#seal(writer.bytes, sent, nowMs);
  }

  #hasSomething(nowMs: number): boolean {
    return this.#controls.length > 0 || this.#probe || this.#isAckDue || this.#mayCarryNow(nowMs);
  }

  /** Where nothing is acknowledged, that the wire takes it is all that is known. */
  #moved(message: number, nowMs: number): void {
    this.heardAtMs = nowMs;
    this.outgoing.progress(message, nowMs);
  }

  #mayCarryNow(nowMs: number): boolean {
    if (this.#isClosed || !this.outgoing.hasPiece(nowMs)) return false;
    return this.#options.reliable || this.#flight.hasRoom || this.#probe;
  }

  #seal(items: Uint8Array, sent: readonly LinkItem[], nowMs: number): Uint8Array {
    const counter = this.#nextCounter++;
    const head = encodeDataHead(this.#options.peerSession, counter, this.#options.readable);
    const packet = new Uint8Array(items.length + dataOverheadBytes);
    packet.set(head);
    if (this.#options.readable) {
      packet.set(items, dataHeadBytes);
      const associated = packet.subarray(0, dataHeadBytes + items.length);
      packet.set(this.#options.send.seal(nonceOf(head), emptyBytes, associated), associated.length);
    } else packet.set(this.#options.send.seal(nonceOf(head), items, head), dataHeadBytes);
    this.#probe = false;
    if (this.#options.reliable) this.#controlsOpen = this.#controls.length;
    else if (sent.length > 0 && !this.#isClosed)
      this.#flight.sent({ counter, sentAtMs: nowMs, bytes: packet.length, items: sent });
    return packet;
  }

  #open({ head, sealed, readable }: DataPacket): Uint8Array | undefined {
    const { receive } = this.#options;
    if (!readable) return receive.open(nonceOf(head), sealed, head);
    const items = sealed.subarray(0, sealed.length - tagBytes);
    const associated = new Uint8Array(head.length + items.length);
    associated.set(head);
    associated.set(items, head.length);
    return receive.open(nonceOf(head), sealed.subarray(items.length), associated) && items;
  }

  /** At once for every second packet and for one out of order, so that loss is seen soon (RFC 9000 §13.2). */
  #scheduleAck(counter: number, nowMs: number): void {
    if (this.#options.reliable) return;
    const newest = this.#received.ranges[0]!;
    if (newest.last === counter) this.#newestAtMs = nowMs;
    const isInOrder = newest.last === counter && (newest.first < counter || counter === 0);
    this.#unacknowledged++;
    this.#isAckDue ||= !isInOrder || this.#unacknowledged >= 2;
    this.#ackAtMs ??= nowMs + this.#ackDelayMs;
  }

  #writeAck(writer: ItemWriter, nowMs: number): void {
    if (this.#ackAtMs === undefined) return;
    const count = Math.min(
      ackRangesMax,
      this.#received.ranges.length,
      Math.floor((writer.room - ackBytesMax(0)) / 10),
    );
    writer.write({
      type: "ack",
      delayMs: Math.max(0, Math.round(nowMs - this.#newestAtMs)),
      ranges: this.#received.ranges.slice(0, Math.max(1, count)),
    });
    this.#ackAtMs = undefined;
    this.#isAckDue = false;
    this.#unacknowledged = 0;
  }

  #take(item: LinkItem, nowMs: number): LinkSessionEvent[] {
    switch (item.type) {
      case "ack":
        return this.#acknowledged(item, nowMs);
      case "piece":
        return this.#piece(item, nowMs);
      case "outcome": {
        const message = this.outgoing.settle(item.message);
        return message ? [{ type: "settled", message, outcome: item.outcome }] : [];
      }
      case "cancel":
        this.#incoming.drop(item.message);
        return [];
      case "close":
        this.end();
        return [{ type: "closed", reason: item.reason }];
      case "ready":
      case "askKeys":
        return [item];
      case "ping":
        return [];
    }
  }

  #acknowledged(item: Extract<LinkItem, { type: "ack" }>, nowMs: number): LinkSessionEvent[] {
    // Of packets that were never sent: nothing of it is believed.
    if (this.#options.reliable || item.ranges[0]!.last >= this.#nextCounter) return [];
    const { acked, lost } = this.#flight.acknowledged(item.ranges, item.delayMs, nowMs);
    for (const { items } of acked)
      for (const sent of items) {
        if (sent.type === "piece") this.outgoing.progress(sent.message, nowMs);
        else if (sent.type !== "ping") this.#controlsOpen--;
      }
    this.#sendAgain(lost);
    return [];
  }

  #piece(piece: Extract<LinkItem, { type: "piece" }>, nowMs: number): LinkSessionEvent[] {
    const result = this.#incoming.take(piece, nowMs);
    if (result.type === "refused")
      this.control({ type: "outcome", message: piece.message, outcome: result.outcome });
    return result.type === "complete"
      ? [{ type: "message", message: piece.message, content: result.content }]
      : [];
  }

  #sendAgain(packets: readonly SentPacket[]): void {
    if (packets.length > 0) this.#options.lost?.(packets.length);
    for (const item of packets.flatMap(({ items }) => items)) {
      if (item.type === "piece") this.outgoing.lost(item);
      else if (item.type !== "ping" && item.type !== "ack" && !this.#isClosed) this.#controls.push(item);
    }
  }
}

/** Six zero bytes, then the packet's counter: no nonce is used twice under one key. */
function nonceOf(head: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(head.subarray(5, 11), 6);
  return nonce;
}

let scratchBytes = new Uint8Array(2048);

/** Where items are gathered before they are sealed, which copies them: one for all sessions, used within one call. */
function scratch(length: number): Uint8Array {
  if (scratchBytes.length < length) scratchBytes = new Uint8Array(length);
  return scratchBytes.subarray(0, length);
}
