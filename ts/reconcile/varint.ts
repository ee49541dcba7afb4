/**
 * Varints of negentropy protocol v1: base-128 digits, most significant first, as few as possible, the high bit set on
 * all but the last. Numbers are safe integers and computed without 32-bit operators, so that nothing turns
 * negative at 2^31 or wraps at 2^32.
 */
import { WaxwingError } from "../base/errors.js";

export function malformed(what: string): WaxwingError {
  return new WaxwingError("reconcile_malformed", `reconcile: ${what}`);
}

/** `value`: a safe integer, 0 or above. */
export function encodeVarint(value: number): number[] {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift(128 + (rest % 128));
  return digits;
}

/** Bytes of a message, read from front to back; what is not there or not minimal is `reconcile_malformed`. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw malformed("a message that ends too soon");
    this.#at++;
    return value;
  }

  varint(): number {
    let value = 0;
    for (let first = true; ; first = false) {
      const digit = this.byte();
      if (first && digit === 128) throw malformed("a varint with a leading zero");
      value = value * 128 + (digit % 128);
      if (value > Number.MAX_SAFE_INTEGER) throw malformed("a varint above 2^53");
      if (digit < 128) return value;
    }
  }

  /** A view of the message. */
  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw malformed("a message that ends too soon");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

/** Bytes that grow. */
export class Writer {
  #bytes = new Uint8Array(1024);
  length = 0;

  write(...parts: readonly (Uint8Array | readonly number[])[]): void {
    for (const part of parts) {
      const needed = this.length + part.length;
      if (needed > this.#bytes.length) {
        const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
        larger.set(this.#bytes.subarray(0, this.length));
        this.#bytes = larger;
      }
      this.#bytes.set(part, this.length);
      this.length = needed;
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}
