/**
 * A checksum at the end of every frame, for framings that have none: the codec becomes `checked`.
 *
 * The checksum covers the frame and follows it, least significant byte first, inside the framing's escapes: over
 * `hdlcFraming` and `crc-16` that is the frame check sequence of HDLC and PPP (RFC 1662).
 */
import { Counts, checkFrame, type FrameCodec, type FrameCounters, type FrameDecoder } from "./codec.js";
import { crc16X25, crc32 } from "./crc.js";

/** `crc-16` is CRC-16/X-25 (the FCS-16 of HDLC), `crc-32` that of IEEE 802.3 (FCS-32); see crc.ts. */
export type ChecksumName = "crc-16" | "crc-32";

const checksums: Record<ChecksumName, { bytes: number; of(bytes: Uint8Array): number }> = {
  "crc-16": { bytes: 2, of: crc16X25 },
  "crc-32": { bytes: 4, of: crc32 },
};

/** `inner` carries frames of up to `frameBytesMax` minus the checksum's 2 or 4 bytes. */
export function checksummed(inner: FrameCodec, checksum: ChecksumName): FrameCodec {
  const known = checksums[checksum];
  if (known === undefined) throw new TypeError(`checksum: expected crc-16 or crc-32, got ${checksum}`);
  const frameBytesMax = inner.frameBytesMax - known.bytes;
  if (frameBytesMax < 1) throw new RangeError(`${inner.name}: frames have no room for a checksum`);
  const name = `${inner.name}+${checksum}`;
  return {
    name,
    frameBytesMax,
    resynchronises: inner.resynchronises,
    checked: true,
    encodedBytesMax: (frameBytes) => inner.encodedBytesMax(frameBytes + known.bytes),
    encode(frame) {
      checkFrame(frame, name, frameBytesMax);
      const sealed = new Uint8Array(frame.length + known.bytes);
      sealed.set(frame);
      const value = known.of(frame);
      for (let i = 0; i < known.bytes; i++) sealed[frame.length + i] = value >>> (8 * i);
      return inner.encode(sealed);
    },
    decoder: () => new ChecksumDecoder(inner.decoder(), known),
  };
}

class ChecksumDecoder implements FrameDecoder {
  readonly #inner: FrameDecoder;
  readonly #checksum: { bytes: number; of(bytes: Uint8Array): number };
  readonly #dropped = new Counts();

  constructor(inner: FrameDecoder, checksum: { bytes: number; of(bytes: Uint8Array): number }) {
    this.#inner = inner;
    this.#checksum = checksum;
  }

  push(bytes: Uint8Array): Uint8Array[] {
    return this.#check(this.#inner.push(bytes));
  }

  flush(): Uint8Array[] {
    return this.#check(this.#inner.flush());
  }

  reset(): void {
    this.#inner.reset();
  }

  get counters(): FrameCounters {
    const inner = this.#inner.counters;
    return {
      ...inner,
      frames: inner.frames - this.#dropped.badChecksums,
      noiseBytes: inner.noiseBytes + this.#dropped.noiseBytes,
      badChecksums: inner.badChecksums + this.#dropped.badChecksums,
    };
  }

  get failure() {
    return this.#inner.failure;
  }

  #check(frames: Uint8Array[]): Uint8Array[] {
    const good: Uint8Array[] = [];
    for (const sealed of frames) {
      const length = sealed.length - this.#checksum.bytes;
      if (length >= 1 && this.#holds(sealed, length)) good.push(sealed.slice(0, length));
      else {
        this.#dropped.badChecksums++;
        this.#dropped.noiseBytes += sealed.length;
      }
    }
    return good;
  }

  #holds(sealed: Uint8Array, length: number): boolean {
    const value = this.#checksum.of(sealed.subarray(0, length));
    for (let i = length; i < sealed.length; i++)
      if (sealed[i] !== ((value >>> (8 * (i - length))) & 0xff)) return false;
    return true;
  }
}
