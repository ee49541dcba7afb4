/** Bytes of a frame on its way in: grows with what arrives up to a bound, never with what a length promises. */

const smallest = 256;
/** What an idle decoder keeps for its next frame. */
const kept = 16 * 1024;

export class FrameBuffer {
  readonly #bytesMax: number;
  #bytes = new Uint8Array(smallest);
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get length(): number {
    return this.#length;
  }

  /** False, and nothing is added, when it would exceed the bound. */
  append(source: Uint8Array, from = 0, to = source.length): boolean {
    const length = this.#length + to - from;
    if (length > this.#bytesMax) return false;
    if (length > this.#bytes.length) this.#grow(length);
    // Short pieces are the rule between escapes, and a loop beats a view for them.
    if (to - from < 16) for (let i = from; i < to; i++) this.#bytes[this.#length + i - from] = source[i]!;
    else this.#bytes.set(source.subarray(from, to), this.#length);
    this.#length = length;
    return true;
  }

  appendByte(byte: number): boolean {
    if (this.#length === this.#bytesMax) return false;
    if (this.#length === this.#bytes.length) this.#grow(this.#length + 1);
    this.#bytes[this.#length++] = byte;
    return true;
  }

  /** Valid until the next change. */
  view(from = 0): Uint8Array {
    return this.#bytes.subarray(from, this.#length);
  }

  /** A copy of everything; the buffer is empty afterwards. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.clear();
    return taken;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > kept) this.#bytes = new Uint8Array(smallest);
  }

  #grow(least: number): void {
    const capacity = Math.min(this.#bytesMax, Math.max(least, 2 * this.#bytes.length));
    const grown = new Uint8Array(Math.max(capacity, least));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
