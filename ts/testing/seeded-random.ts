/**
 * Randomness that a seed replays: xoshiro128** (Blackman and Vigna, 2018), its state filled by splitmix32.
 * Fast, plain 32-bit arithmetic and the same on every runtime. For tests only; nothing here is secret.
 *
 * ```ts
 * import { SeededRandom } from "waxwing/testing";
 * const random = new SeededRandom(7);
 * random.integer(1, 6);
 * ```
 */
import type { Random } from "../contracts/host.js";

export class SeededRandom implements Random {
  readonly #seed: string;
  readonly #state: Uint32Array;

  /** `seed`: any safe integer or text; equal seeds give equal streams. */
  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#state = expandSeed(this.#seed);
  }

  /** A stream of its own for one purpose, so that drawing more in one place shifts nothing in another. */
  fork(label: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${label}`);
  }

  uint32(): number {
    const state = this.#state;
    const [s0, s1, s2, s3] = state as unknown as [number, number, number, number];
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    state[2] = s2 ^ s0;
    state[3] = s3 ^ s1;
    state[1] = s1 ^ state[2]!;
    state[0] = s0 ^ state[3]!;
    state[2] = state[2]! ^ (s1 << 9);
    state[3] = rotateLeft(state[3]!, 11);
    return result;
  }

  /** Uniform in [0, 1), in steps of 2⁻³². */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** Uniform in [min, max], both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** True with that probability. Draws nothing for 0, so that a fault that is off costs no randomness. */
  chance(probability: number): boolean {
    return probability > 0 && this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("pick: expected at least one item");
    return items[this.integer(0, items.length - 1)]!;
  }

  /** A fresh array in random order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
    }
    return shuffled;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i += 4) {
      const word = this.uint32();
      for (let j = 0; j < 4 && i + j < length; j++) bytes[i + j] = word >>> (8 * j);
    }
    return bytes;
  }
}

function rotateLeft(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}

/** Four words from the text: FNV-1a folds it into one, splitmix32 spreads that. Never all zero in practice, and forced not to be. */
function expandSeed(text: string): Uint32Array {
  const state = new Uint32Array(4);
  for (let word = 0; word < 4; word++) {
    let hash = (0x811c_9dc5 ^ word) >>> 0;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193) >>> 0;
    state[word] = splitmix32(hash);
  }
  state[0] = state[0]! | 1;
  return state;
}

function splitmix32(value: number): number {
  let mixed = (value + 0x9e37_79b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
