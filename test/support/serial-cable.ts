/** A serial cable without a kernel: two ends that carry bytes at a rate, with damage from a seed, and a plug. */
import type { SeededRandom } from "waxwing/testing";
import { WaxwingError } from "#dist/base/errors.js";
import type { Timers } from "#dist/contracts/host.js";
import type { OpenSerialLine, SerialLine } from "#dist/contracts/serial.js";

export interface CableOptions {
  readonly timers: Timers;
  readonly bytesPerMs: number;
  readonly random?: SeededRandom;
  /** Probability that a byte arrives as another one. */
  readonly wrongBytes?: number;
}

export interface Cable {
  readonly open: Record<"a" | "b", OpenSerialLine>;
  pull(): void;
  plug(): void;
}

/** How much time's worth of bytes moves at once. */
const tickMs = 5;
/** A kernel's buffer. */
const bufferBytes = 16_384;

export function makeCable(options: CableOptions): Cable {
  let isPlugged = true;
  const ends: Record<"a" | "b", End | undefined> = { a: undefined, b: undefined };
  const open =
    (name: "a" | "b", other: "a" | "b"): OpenSerialLine =>
    async ({ path }) => {
      if (!isPlugged) throw new WaxwingError("device_not_found", `${path} is not there`);
      const end = new End(options, () => (isPlugged ? ends[other] : undefined));
      ends[name] = end;
      return end;
    };
  return {
    open: { a: open("a", "b"), b: open("b", "a") },
    pull() {
      isPlugged = false;
      for (const end of [ends.a, ends.b]) end?.end(new WaxwingError("disconnected", "unplugged"));
      ends.a = undefined;
      ends.b = undefined;
    },
    plug() {
      isPlugged = true;
    },
  };
}

class End implements SerialLine {
  readonly ended: Promise<WaxwingError | undefined>;
  onReadable: (() => void) | undefined;
  onWritable: (() => void) | undefined;
  readonly #options: CableOptions;
  readonly #other: () => End | undefined;
  #outgoing: number[] = [];
  readonly #received: number[] = [];
  #isMoving = false;
  #wantsRoom = false;
  #isOver = false;
  #resolve: (reason: WaxwingError | undefined) => void = () => {};

  constructor(options: CableOptions, other: () => End | undefined) {
    this.#options = options;
    this.#other = other;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  drainInto(out: Uint8Array): number {
    const bytes = this.#received.splice(0, out.length);
    out.set(bytes);
    return bytes.length;
  }

  offer(bytes: Uint8Array): boolean {
    if (this.#isOver || this.#outgoing.length + bytes.length > bufferBytes) {
      this.#wantsRoom = true;
      return false;
    }
    for (const byte of bytes) this.#outgoing.push(byte);
    this.#move();
    return true;
  }

  async close(): Promise<void> {
    this.end(undefined);
  }

  end(reason: WaxwingError | undefined): void {
    this.#isOver = true;
    this.#resolve(reason);
  }

  #move(): void {
    if (this.#isMoving || this.#outgoing.length === 0 || this.#isOver) return;
    this.#isMoving = true;
    this.#options.timers.after(tickMs, () => {
      this.#isMoving = false;
      const bytes = this.#outgoing.splice(0, Math.max(1, Math.floor(this.#options.bytesPerMs * tickMs)));
      this.#other()?.arrive(bytes);
      this.#move();
      if (this.#wantsRoom && this.#outgoing.length < bufferBytes / 2) {
        this.#wantsRoom = false;
        this.onWritable?.();
      }
    });
  }

  arrive(bytes: number[]): void {
    const { random, wrongBytes = 0 } = this.#options;
    for (const byte of bytes)
      this.#received.push(random?.chance(wrongBytes) ? byte ^ random.integer(1, 255) : byte);
    this.onReadable?.();
  }
}
