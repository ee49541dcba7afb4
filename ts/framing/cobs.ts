/**
 * Consistent overhead byte stuffing (Cheshire and Baker, 1999): frames without zero bytes, one zero between them.
 * Costs a byte in 254 whatever the data: the framing of choice on a raw serial line.
 *
 * A zero is sent before a frame too, so that noise on the idle line is not joined to it.
 */
import { Counts, checkFrame, type FrameCodec, type FrameDecoder } from "./codec.js";
import { FrameBuffer } from "./frame-buffer.js";
import { type FramingOptions, readFrameBytesMax } from "./options.js";

export function cobsFraming(options: FramingOptions = {}): FrameCodec {
  const frameBytesMax = readFrameBytesMax(options, "cobs");
  return {
    name: "cobs",
    frameBytesMax,
    resynchronises: true,
    checked: false,
    encodedBytesMax: (frameBytes) => stuffedBytesMax(frameBytes) + 2,
    encode(frame) {
      checkFrame(frame, "cobs", frameBytesMax);
      return encodeCobs(frame);
    },
    decoder: () => new CobsDecoder(frameBytesMax),
  };
}

function stuffedBytesMax(bytes: number): number {
  return bytes + Math.floor(bytes / 254) + 1;
}

function encodeCobs(frame: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(stuffedBytesMax(frame.length) + 2);
  let codeAt = 1;
  let at = 2;
  for (let i = 0; i < frame.length; i++) {
    const byte = frame[i]!;
    if (byte !== 0) encoded[at++] = byte;
    const isFull = at - codeAt === 255;
    if (byte === 0 || (isFull && i + 1 < frame.length)) {
      encoded[codeAt] = at - codeAt;
      codeAt = at++;
    }
  }
  encoded[codeAt] = at - codeAt;
  return encoded.subarray(0, at + 1);
}

/** What stands between two zeros; undefined if it is no such thing. */
function decodeCobs(stuffed: Uint8Array): Uint8Array | undefined {
  const decoded = new Uint8Array(stuffed.length);
  let length = 0;
  let at = 0;
  while (at < stuffed.length) {
    const code = stuffed[at]!;
    const end = at + code;
    if (end > stuffed.length) return undefined;
    for (at++; at < end; at++) decoded[length++] = stuffed[at]!;
    if (code < 255 && at < stuffed.length) length++;
  }
  return decoded.slice(0, length);
}

class CobsDecoder implements FrameDecoder {
  readonly #frameBytesMax: number;
  readonly #buffer: FrameBuffer;
  readonly #counts = new Counts();
  /** The frame on its way is too long: drop it up to the next zero. */
  #dropping = false;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
    this.#buffer = new FrameBuffer(stuffedBytesMax(frameBytesMax));
  }

  push(bytes: Uint8Array): Uint8Array[] {
    this.#counts.bytes += bytes.length;
    const frames: Uint8Array[] = [];
    let from = 0;
    for (let zero = bytes.indexOf(0); zero >= 0; zero = bytes.indexOf(0, from)) {
      this.#append(bytes, from, zero);
      this.#end(frames);
      from = zero + 1;
    }
    this.#append(bytes, from, bytes.length);
    return frames;
  }

  flush(): Uint8Array[] {
    this.reset();
    return [];
  }

  reset(): void {
    this.#counts.noiseBytes += this.#buffer.length;
    this.#buffer.clear();
    this.#dropping = false;
  }

  get counters() {
    return this.#counts.snapshot();
  }

  #append(bytes: Uint8Array, from: number, to: number): void {
    if (this.#dropping) this.#counts.noiseBytes += to - from;
    else if (!this.#buffer.append(bytes, from, to)) {
      this.#counts.oversized++;
      this.#counts.noiseBytes += this.#buffer.length + to - from;
      this.#buffer.clear();
      this.#dropping = true;
    }
  }

  #end(frames: Uint8Array[]): void {
    const stuffed = this.#buffer.view();
    if (stuffed.length > 0) {
      const frame = decodeCobs(stuffed);
      if (frame !== undefined && frame.length >= 1 && frame.length <= this.#frameBytesMax) {
        this.#counts.frames++;
        frames.push(frame);
      } else {
        if (frame !== undefined && frame.length > 0) this.#counts.oversized++;
        this.#counts.noiseBytes += stuffed.length;
      }
    }
    this.#buffer.clear();
    this.#dropping = false;
  }
}
