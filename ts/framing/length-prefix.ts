/**
 * `u32be length ‖ frame`: for streams that lose and change nothing, such as TCP.
 *
 * It cannot resynchronise. A length of zero or beyond the bound is `frame_length`: the decoder's `failure`, after
 * which the stream must be closed.
 */
import { WaxwingError } from "../base/errors.js";
import { Counts, checkFrame, type FrameCodec, type FrameDecoder } from "./codec.js";
import { FrameBuffer } from "./frame-buffer.js";
import { type FramingOptions, readFrameBytesMax } from "./options.js";

const prefixBytes = 4;

export function lengthPrefixFraming(options: FramingOptions = {}): FrameCodec {
  const frameBytesMax = readFrameBytesMax(options, "length-prefix");
  return {
    name: "length-prefix",
    frameBytesMax,
    resynchronises: false,
    checked: false,
    encodedBytesMax: (frameBytes) => frameBytes + prefixBytes,
    encode(frame) {
      checkFrame(frame, "length-prefix", frameBytesMax);
      const encoded = new Uint8Array(prefixBytes + frame.length);
      new DataView(encoded.buffer).setUint32(0, frame.length);
      encoded.set(frame, prefixBytes);
      return encoded;
    },
    decoder: () => new LengthPrefixDecoder(frameBytesMax),
  };
}

class LengthPrefixDecoder implements FrameDecoder {
  readonly #frameBytesMax: number;
  readonly #buffer: FrameBuffer;
  readonly #counts = new Counts();
  /** Bytes of the length read so far, and its value. */
  #prefixRead = 0;
  #length = 0;
  #failure: WaxwingError | undefined;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
    this.#buffer = new FrameBuffer(frameBytesMax);
  }

  push(bytes: Uint8Array): Uint8Array[] {
    this.#counts.bytes += bytes.length;
    const frames: Uint8Array[] = [];
    let at = 0;
    while (at < bytes.length && this.#failure === undefined) {
      if (this.#prefixRead < prefixBytes) {
        this.#length = this.#length * 256 + bytes[at++]!;
        if (++this.#prefixRead === prefixBytes) this.#checkLength();
        continue;
      }
      const end = Math.min(bytes.length, at + this.#length - this.#buffer.length);
      this.#buffer.append(bytes, at, end);
      at = end;
      if (this.#buffer.length === this.#length) {
        frames.push(this.#buffer.take());
        this.#counts.frames++;
        this.#prefixRead = this.#length = 0;
      }
    }
    this.#counts.noiseBytes += bytes.length - at;
    if (this.#failure !== undefined && frames.length === 0) throw this.#failure;
    return frames;
  }

  /** A stream that loses nothing may pause anywhere. */
  flush(): Uint8Array[] {
    return [];
  }

  reset(): void {
    this.#counts.noiseBytes += this.#buffer.length;
    this.#buffer.clear();
    this.#prefixRead = this.#length = 0;
    this.#failure = undefined;
  }

  get counters() {
    return this.#counts.snapshot();
  }

  get failure() {
    return this.#failure;
  }

  #checkLength(): void {
    if (this.#length >= 1 && this.#length <= this.#frameBytesMax) return;
    if (this.#length > this.#frameBytesMax) this.#counts.oversized++;
    this.#counts.noiseBytes += prefixBytes;
    this.#failure = new WaxwingError("frame_length", "length-prefix: no frame has this length", {
      detail: { bytes: this.#length, limit: this.#frameBytesMax },
    });
  }
}
