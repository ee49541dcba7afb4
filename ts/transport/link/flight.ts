/**
 * Packets sent and not yet acknowledged: round-trip time, loss detection and how much may be under way
 * (RFC 9002 §5–7, without its handshake and ECN parts). On a wire of known rate loss is noise and not
 * congestion: there the window is what the wire carries in `windowSeconds`, whatever is lost.
 */
import { limits } from "../../base/limits.js";
import type { CounterRange, LinkItem } from "./wire.js";

/** RFC 9002 §6.1.1, §6.1.2, §7.2, §7.3.2 (the reduction is that of RFC 9438 §4.6: 0.7). */
const reorderPackets = 3;
const timeThreshold = 9 / 8;
const initialWindowPackets = 10;
const windowPacketsMin = 4;
const windowReduction = 0.7;
/** Half of a round trip more than a wire of known rate needs keeps it busy while acknowledgements travel. */
const windowSeconds = 1.5;

export interface SentPacket {
  readonly counter: number;
  readonly sentAtMs: number;
  readonly bytes: number;
  /** What must be sent again if it is lost. */
  readonly items: readonly LinkItem[];
}

export interface FlightOptions {
  readonly packetBytesMax: number;
  readonly rateBitsPerSecond: number | undefined;
  readonly ackDelayMsMax: number;
}

export class Flight {
  readonly #packets = new Map<number, SentPacket>();
  readonly #options: FlightOptions;
  #bytes = 0;
  #newest = -1;
  #largestAcked = -1;
  #smoothedMs: number;
  #variationMs: number;
  #hasSample = false;
  #windowBytes: number;
  #slowStartBytes = Number.POSITIVE_INFINITY;
  #recoverySinceMs = Number.NEGATIVE_INFINITY;
  #lossAtMs: number | undefined;
  #lastSentAtMs = 0;
  /** Probes in a row that nothing acknowledged. */
  probes = 0;

  constructor(options: FlightOptions) {
    this.#options = options;
    const { rateBitsPerSecond: rate, packetBytesMax } = options;
    this.#smoothedMs = rate === undefined ? 100 : 100 + (4 * packetBytesMax * 8000) / rate;
    this.#variationMs = this.#smoothedMs / 2;
    this.#windowBytes =
      rate === undefined
        ? initialWindowPackets * packetBytesMax
        : Math.max(windowPacketsMin * packetBytesMax, (rate / 8) * windowSeconds);
  }

  get roundTripMs(): number {
    return this.#smoothedMs;
  }

  get isEmpty(): boolean {
    return this.#packets.size === 0;
  }

  /** Whether a packet that carries frames may leave. */
  get hasRoom(): boolean {
    return this.#bytes + this.#options.packetBytesMax <= this.#windowBytes || this.isEmpty;
  }

  get timeoutAtMs(): number | undefined {
    if (this.isEmpty) return undefined;
    return this.#lossAtMs ?? this.#lastSentAtMs + this.#probeTimeoutMs();
  }

  sent(packet: SentPacket): void {
    this.#packets.set(packet.counter, packet);
    this.#bytes += packet.bytes;
    this.#newest = packet.counter;
    this.#lastSentAtMs = packet.sentAtMs;
  }

  /** Packets that these ranges acknowledge for the first time, and those that they show to be lost. */
  acknowledged(
    ranges: readonly CounterRange[],
    delayMs: number,
    nowMs: number,
  ): { acked: SentPacket[]; lost: SentPacket[] } {
    const acked = this.#within(ranges);
    if (acked.length === 0) return { acked, lost: [] };
    this.probes = 0;
    const newest = acked[acked.length - 1]!;
    if (newest.counter === ranges[0]!.last) this.#sample(nowMs - newest.sentAtMs, delayMs);
    this.#largestAcked = Math.max(this.#largestAcked, newest.counter);
    for (const packet of acked) {
      this.#remove(packet);
      this.#grow(packet);
    }
    return { acked, lost: this.#detectLost(nowMs) };
  }

  /** At `timeoutAtMs`: what is taken for lost now. */
  timedOut(nowMs: number): SentPacket[] {
    if (this.timeoutAtMs === undefined || nowMs < this.timeoutAtMs) return [];
    if (this.#lossAtMs !== undefined) return this.#detectLost(nowMs);
    this.probes++;
    // Half of what is out, at least two: enough to be heard, little enough where only an answer was slow.
    const oldest = [...this.#packets.values()].slice(0, Math.max(2, this.#packets.size >> 1));
    for (const packet of oldest) this.#remove(packet);
    this.#lastSentAtMs = nowMs;
    return oldest;
  }

  /**
   * In the order of sending. Ranges reach far back; only counters from the oldest in flight on are looked at,
   * and where those are many more than there are packets, the packets.
   */
  #within(ranges: readonly CounterRange[]): SentPacket[] {
    const oldest = this.#packets.keys().next().value;
    if (oldest === undefined) return [];
    if (this.#newest - oldest > 4 * this.#packets.size)
      return [...this.#packets.values()].filter(({ counter }) =>
        ranges.some(({ first, last }) => first <= counter && counter <= last),
      );
    const found: SentPacket[] = [];
    for (const { first, last } of [...ranges].reverse()) {
      for (let counter = Math.max(first, oldest); counter <= Math.min(last, this.#newest); counter++) {
        const packet = this.#packets.get(counter);
        if (packet) found.push(packet);
      }
    }
    return found;
  }

  #remove(packet: SentPacket): void {
    if (this.#packets.delete(packet.counter)) this.#bytes -= packet.bytes;
  }

  #sample(elapsedMs: number, delayMs: number): void {
    const sample = Math.max(0, elapsedMs - Math.min(delayMs, this.#options.ackDelayMsMax));
    if (this.#hasSample) {
      this.#variationMs += (Math.abs(this.#smoothedMs - sample) - this.#variationMs) / 4;
      this.#smoothedMs += (sample - this.#smoothedMs) / 8;
      return;
    }
    this.#hasSample = true;
    this.#smoothedMs = sample;
    this.#variationMs = sample / 2;
  }

  #probeTimeoutMs(): number {
    const base =
      this.#smoothedMs + Math.max(4 * this.#variationMs, 1) + this.#options.ackDelayMsMax + this.#queueMs();
    return Math.min(base * 2 ** Math.min(this.probes, 16), Math.max(base, limits.linkProbeMsMax));
  }

  /** What is in flight, and one packet the other way, take that long on a wire of known rate: round trips say little there. */
  #queueMs(): number {
    const { rateBitsPerSecond: rate, packetBytesMax } = this.#options;
    return rate === undefined ? 0 : (1.25 * (this.#bytes + 2 * packetBytesMax) * 8000) / rate;
  }

  #detectLost(nowMs: number): SentPacket[] {
    const patienceMs = Math.max(1, timeThreshold * this.#smoothedMs) + this.#queueMs();
    const lost: SentPacket[] = [];
    this.#lossAtMs = undefined;
    for (const packet of this.#packets.values()) {
      if (packet.counter > this.#largestAcked) break;
      const dueMs = packet.sentAtMs + patienceMs;
      if (packet.counter <= this.#largestAcked - reorderPackets || dueMs <= nowMs) lost.push(packet);
      else this.#lossAtMs = Math.min(this.#lossAtMs ?? dueMs, dueMs);
    }
    for (const packet of lost) this.#remove(packet);
    if (lost.length > 0) this.#shrink(lost[lost.length - 1]!, nowMs);
    return lost;
  }

  #grow(packet: SentPacket): void {
    if (this.#options.rateBitsPerSecond !== undefined || packet.sentAtMs <= this.#recoverySinceMs) return;
    this.#windowBytes +=
      this.#windowBytes < this.#slowStartBytes
        ? packet.bytes
        : (this.#options.packetBytesMax * packet.bytes) / this.#windowBytes;
    this.#windowBytes = Math.min(this.#windowBytes, limits.linkWindowBytesMax);
  }

  /** Once a round trip. */
  #shrink(newest: SentPacket, nowMs: number): void {
    if (this.#options.rateBitsPerSecond !== undefined || newest.sentAtMs <= this.#recoverySinceMs) return;
    this.#recoverySinceMs = nowMs;
    const least = windowPacketsMin * this.#options.packetBytesMax;
    this.#windowBytes = Math.max(least, this.#windowBytes * windowReduction);
    this.#slowStartBytes = this.#windowBytes;
  }
}
