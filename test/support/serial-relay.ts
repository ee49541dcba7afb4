/**
 * A cable with a character: two socat cables and a relay between their inner ends that passes bytes at a
 * baud rate, changes some and drops whole frames, from a seed. What is plugged in at `a` and `b` sees a pty.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type FrameCodec, fecFraming } from "waxwing/framing";
import { openSerialPort, type SerialPort } from "waxwing/native";
import { SeededRandom } from "waxwing/testing";
import { Cable } from "./cable.js";

export interface RelayOptions {
  readonly baudRate: number;
  readonly seed: number;
  /** Probabilities; frames are those of `fecFraming`. */
  readonly wrongBytes?: number;
  readonly lostFrames?: number;
}

export class SerialRelay {
  readonly left = new Cable();
  readonly right = new Cable();
  readonly #options: RelayOptions;
  #inner: SerialPort[] = [];
  #isOpen = true;
  wrongBytes = 0;
  lostFrames = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  get a(): string {
    return this.left.a;
  }

  get b(): string {
    return this.right.b;
  }

  async open(): Promise<this> {
    await Promise.all([this.left.plug(), this.right.plug()]);
    const ends = [this.left.b, this.right.a].map((path) =>
      openSerialPort({ path, baudRate: this.#options.baudRate }),
    );
    this.#inner = await Promise.all(ends);
    const [a, b] = this.#inner as [SerialPort, SerialPort];
    const random = new SeededRandom(this.#options.seed);
    void this.#pass(a, b, random.fork("a"));
    void this.#pass(b, a, random.fork("b"));
    return this;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.all(this.#inner.map((port) => port.close()));
    await Promise.all([this.left.unplug(), this.right.unplug()]);
  }

  async #pass(from: SerialPort, to: SerialPort, random: SeededRandom): Promise<void> {
    const bytesPerMs = this.#options.baudRate / 10_000;
    const frames =
      this.#options.lostFrames === undefined ? undefined : new FrameDropper(this.#options.lostFrames, random);
    const buffer = new Uint8Array(Math.max(16, Math.ceil(bytesPerMs * 10)));
    let freeAt = performance.now();
    while (this.#isOpen) {
      const length = await from.read(buffer).catch(() => 0);
      if (length === 0) return;
      const bytes = frames ? frames.pass(buffer.subarray(0, length)) : buffer.slice(0, length);
      this.lostFrames += frames?.takeLost() ?? 0;
      for (let i = 0; i < bytes.length; i++) {
        if (!random.chance(this.#options.wrongBytes ?? 0)) continue;
        bytes[i]! ^= random.integer(1, 255);
        this.wrongBytes++;
      }
      // The line is busy for as long as the bytes that came in take, whether they arrive or not.
      freeAt = Math.max(freeAt, performance.now()) + length / bytesPerMs;
      await delay(freeAt - performance.now());
      await to.write(bytes).catch(() => {});
    }
  }
}

/** Finds the frames of the sender's stream, which has no errors yet, and leaves some of them out. */
class FrameDropper {
  readonly #codec: FrameCodec = fecFraming();
  readonly #decoder = this.#codec.decoder();
  readonly #share: number;
  readonly #random: SeededRandom;
  #lost = 0;

  constructor(share: number, random: SeededRandom) {
    this.#share = share;
    this.#random = random;
  }

  pass(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const kept = this.#decoder.push(bytes).filter(() => {
      const isLost = this.#random.chance(this.#share);
      if (isLost) this.#lost++;
      return !isLost;
    });
    return new Uint8Array(Buffer.concat(kept.map((frame) => this.#codec.encode(frame))));
  }

  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }
}
