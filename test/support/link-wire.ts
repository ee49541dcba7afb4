/**
 * A shared wire between ends of native links in simulated time, without promises: loss, repetition, reorder,
 * damage, a rate, ends that are cut off, die and start anew. All from one seed.
 */
import type { SeededRandom } from "waxwing/testing";
import type { End, PacketOnWire } from "./link-endpoints.js";

export interface WireFaults {
  readonly loss?: number;
  readonly repetition?: number;
  readonly reorder?: number;
  readonly damage?: number;
}

/** What an end may have on its way into a wire of known rate. */
const queueMs = 250;

interface Arrival {
  readonly atMs: number;
  readonly to: string;
  readonly from: string;
  readonly bytes: Uint8Array;
}

interface Tap {
  end: End;
  freeAtMs: number;
  isCut: boolean;
}

export class LinkWire {
  nowMs = 0;
  faults: WireFaults = {};
  packets = 0;
  bytes = 0;
  readonly #taps = new Map<string, Tap>();
  readonly #random: SeededRandom;
  readonly #rate: number | undefined;
  readonly #latencyMs: number;
  #arrivals: Arrival[] = [];

  constructor(random: SeededRandom, rateBitsPerSecond: number | undefined, latencyMs = 1) {
    this.#random = random;
    this.#rate = rateBitsPerSecond;
    this.#latencyMs = latencyMs;
  }

  /** Puts an end there; whoever was there is gone without a word. */
  attach(name: string, end: End): void {
    this.#taps.set(name, { end, freeAtMs: this.nowMs, isCut: false });
  }

  cut(name: string): void {
    const tap = this.#taps.get(name)!;
    tap.isCut = true;
    tap.end.endpoint.wireIsDown();
  }

  mend(name: string): void {
    const tap = this.#taps.get(name)!;
    tap.isCut = false;
    tap.end.endpoint.wireIsUp(this.nowMs);
  }

  /** Until then, or until nobody has anything to do. */
  run(untilMs: number): void {
    for (let steps = 0; ; steps++) {
      if (steps > 2_000_000) throw new Error("the ends are never quiet");
      for (const [name, tap] of this.#taps) this.#pull(name, tap);
      const nextMs = this.#nextMs();
      if (nextMs > untilMs) break;
      this.#advance(nextMs);
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #stuck = 0;

  #advance(toMs: number): void {
    this.#stuck = toMs > this.nowMs ? 0 : this.#stuck + 1;
    if (this.#stuck > 5000) {
      const held = [...this.#taps].map(
        ([name, { end }]) => `${name} ${end.endpoint.timeoutAtMs} ${JSON.stringify(end.endpoint.holdings)}`,
      );
      throw new Error(`time stands still at ${this.nowMs} ms: ${held.join(", ")}`);
    }
    this.nowMs = Math.max(this.nowMs, toMs);
    const due = this.#arrivals.filter(({ atMs }) => atMs <= this.nowMs);
    this.#arrivals = this.#arrivals.filter(({ atMs }) => atMs > this.nowMs);
    for (const { to, from, bytes } of due) {
      const tap = this.#taps.get(to)!;
      if (!tap.isCut) tap.end.packet(bytes, from, this.nowMs);
    }
    for (const { end } of this.#taps.values()) end.wake(this.nowMs);
  }

  #nextMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { atMs } of this.#arrivals) nextMs = Math.min(nextMs, atMs);
    for (const { end, freeAtMs, isCut } of this.#taps.values()) {
      nextMs = Math.min(nextMs, end.endpoint.timeoutAtMs ?? nextMs);
      // Room again: half of the queue is through.
      const roomAtMs = freeAtMs - queueMs / 2;
      if (!isCut && roomAtMs > this.nowMs) nextMs = Math.min(nextMs, roomAtMs);
    }
    return nextMs;
  }

  #pull(name: string, tap: Tap): void {
    if (tap.isCut) return;
    while (tap.freeAtMs - this.nowMs < queueMs) {
      const packet = tap.end.next(this.nowMs);
      if (!packet) return;
      this.#carry(name, tap, packet);
    }
  }

  #carry(from: string, tap: Tap, { bytes, to }: PacketOnWire): void {
    this.packets++;
    this.bytes += bytes.length;
    const onWireMs = this.#rate === undefined ? 0 : (bytes.length * 8000) / this.#rate;
    tap.freeAtMs = Math.max(tap.freeAtMs, this.nowMs) + onWireMs;
    const { loss = 0, repetition = 0, reorder = 0, damage = 0 } = this.faults;
    for (const name of this.#taps.keys()) {
      if (name === from || (to !== "*" && to !== name) || this.#random.chance(loss)) continue;
      for (let copies = this.#random.chance(repetition) ? 2 : 1; copies > 0; copies--) {
        const arrived = bytes.slice();
        if (this.#random.chance(damage))
          arrived[this.#random.integer(0, arrived.length - 1)]! ^= this.#random.integer(1, 255);
        const lateMs = this.#random.chance(reorder) ? this.#random.integer(1, 50) : 0;
        this.#arrivals.push({
          atMs: tap.freeAtMs + this.#latencyMs + lateMs,
          to: name,
          from,
          bytes: arrived,
        });
      }
    }
  }
}
