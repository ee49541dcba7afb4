/**
 * A wire that tests control: any number of ends, each hearing packets for its own name or for `everybody`,
 * with loss, repetition, reorder, damage, a rate and cable pulls, all from one seed and in virtual time.
 *
 * ```ts
 * const segment = createFakeSegment(host, random, { loss: 0.1 });
 * const a = segment.medium("a");
 * ```
 */
import { WaxwingError } from "../base/errors.js";
import type { Timers } from "../contracts/host.js";
import type { Medium, MediumAddress, MediumCounters, MediumEvents } from "../contracts/medium.js";
import type { TransportId } from "../contracts/transport.js";
import type { SeededRandom } from "./seeded-random.js";

export const everybody: MediumAddress = "*";

export interface SegmentFaults {
  /** Probabilities per packet and receiver. */
  readonly loss?: number;
  readonly repetition?: number;
  readonly reorder?: number;
  /** One byte changed, and no checksum that tells. */
  readonly damage?: number;
}

export interface FakeSegmentOptions extends SegmentFaults {
  readonly packetBytesMax?: number;
  readonly rateBitsPerSecond?: number;
  readonly latencyMs?: number;
  readonly reliable?: boolean;
  readonly transport?: TransportId;
}

export interface FakeSegment {
  medium(address: MediumAddress): Medium;
  faults: SegmentFaults;
  /** Takes the wire away from one end, or gives it back. */
  pull(address: MediumAddress): void;
  plug(address: MediumAddress): void;
  /** Packets that ends gave to the wire. */
  readonly packetsSent: number;
}

/** What an end may have on its way into a wire of known rate, in milliseconds. */
const queueMs = 250;

export function createFakeSegment(
  timers: Timers,
  clock: { monotonicMs(): number },
  random: SeededRandom,
  options: FakeSegmentOptions = {},
): FakeSegment {
  const ends = new Map<MediumAddress, End>();
  const segment = {
    faults: options as SegmentFaults,
    packetsSent: 0,
    medium(address: MediumAddress): Medium {
      const end = new End({ address, segment, ends, timers, clock, random: random.fork(address), options });
      ends.set(address, end);
      return end;
    },
    pull: (address: MediumAddress) => ends.get(address)?.pull(),
    plug: (address: MediumAddress) => ends.get(address)?.plug(),
  };
  return segment;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface EndParts {
  readonly address: MediumAddress;
  readonly segment: { faults: SegmentFaults; packetsSent: number };
  readonly ends: ReadonlyMap<MediumAddress, End>;
  readonly timers: Timers;
  readonly clock: { monotonicMs(): number };
  readonly random: SeededRandom;
  readonly options: FakeSegmentOptions;
}

class End implements Medium {
  readonly id: TransportId;
  readonly properties;
  readonly counters: Mutable<MediumCounters> = {
    packetsSent: 0,
    packetsReceived: 0,
    wireBytesSent: 0,
    wireBytesReceived: 0,
    packetsDamaged: 0,
    reconnects: 0,
  };
  #events: MediumEvents | undefined;
  #isPlugged = true;
  #freeAtMs = 0;
  #wantsRoom = false;
  readonly address: MediumAddress;
  readonly #parts: EndParts;

  constructor(parts: EndParts) {
    this.address = parts.address;
    this.#parts = parts;
    const {
      packetBytesMax = 1400,
      rateBitsPerSecond,
      reliable = false,
      transport = "memory",
    } = parts.options;
    this.id = transport;
    this.properties = {
      packetBytesMax,
      reliable,
      ...(rateBitsPerSecond === undefined ? {} : { rateBitsPerSecond }),
    };
  }

  get addresses(): readonly string[] {
    return this.#events ? [this.address] : [];
  }

  async open(events: MediumEvents): Promise<void> {
    this.#events = events;
  }

  send(packet: Uint8Array, to: MediumAddress): boolean {
    if (!this.#events || !this.#isPlugged) return false;
    if (packet.length > this.properties.packetBytesMax)
      throw new RangeError(
        `packet: expected at most ${this.properties.packetBytesMax} bytes, got ${packet.length}`,
      );
    const nowMs = this.#parts.clock.monotonicMs();
    const rate = this.#parts.options.rateBitsPerSecond;
    if (rate !== undefined && this.#freeAtMs - nowMs > queueMs) {
      this.#tellRoom(this.#freeAtMs - nowMs - queueMs / 2);
      return false;
    }
    this.#freeAtMs =
      Math.max(this.#freeAtMs, nowMs) + (rate === undefined ? 0 : (packet.length * 8000) / rate);
    this.counters.packetsSent++;
    this.counters.wireBytesSent += packet.length;
    this.#parts.segment.packetsSent++;
    const copy = packet.slice();
    for (const end of this.#parts.ends.values())
      if (end !== this && (to === end.address || to === everybody))
        this.#carry(copy, end, this.#freeAtMs - nowMs);
    return true;
  }

  pull(): void {
    if (!this.#isPlugged) return;
    this.#isPlugged = false;
    this.#events?.down(new WaxwingError("transport_unreachable", "the cable was pulled"));
  }

  plug(): void {
    if (this.#isPlugged) return;
    this.#isPlugged = true;
    this.counters.reconnects++;
    this.#events?.up();
  }

  async close(): Promise<void> {
    this.#events = undefined;
  }

  receive(packet: Uint8Array, from: MediumAddress): void {
    if (!this.#events || !this.#isPlugged) return;
    this.counters.packetsReceived++;
    this.counters.wireBytesReceived += packet.length;
    this.#events.packet(packet.slice(), from);
  }

  #carry(packet: Uint8Array, end: End, delayMs: number): void {
    const { loss = 0, repetition = 0, reorder = 0, damage = 0 } = this.#parts.segment.faults;
    if (this.#parts.random.chance(loss)) return;
    const copies = this.#parts.random.chance(repetition) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const bytes = packet.slice();
      if (this.#parts.random.chance(damage))
        bytes[this.#parts.random.integer(0, bytes.length - 1)]! ^= this.#parts.random.integer(1, 255);
      const lateMs = this.#parts.random.chance(reorder) ? this.#parts.random.integer(1, 50) : 0;
      this.#parts.timers.after(delayMs + (this.#parts.options.latencyMs ?? 1) + lateMs, () => {
        if (this.#isPlugged) end.receive(bytes, this.address);
      });
    }
  }

  #tellRoom(delayMs: number): void {
    if (this.#wantsRoom) return;
    this.#wantsRoom = true;
    this.#parts.timers.after(delayMs, () => {
      this.#wantsRoom = false;
      this.#events?.writable();
    });
  }
}
