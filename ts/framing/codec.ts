/**
 * The contract of every framing: bytes of a stream in, whole frames out.
 *
 * Laws (suite: `frameCodecSuite` of `waxwing/testing`):
 * 1. What `encode` makes of a frame, `push` gives back byte for byte, however the stream is cut into pushes.
 * 2. A frame has 1 to `frameBytesMax` bytes. `encode` refuses others; decoders never give them out.
 * 3. Memory is bounded: a decoder holds no more than one encoded frame, and no more than it was given.
 * 4. Noise, damage and oversized frames cost the frames that they touch. A codec that `resynchronises` gives out
 *    the next undamaged frame; one that does not sets `failure` instead, and the stream is over.
 * 5. A codec that is `checked` gives out no damaged frame, as far as its checksum can tell; one that is not leaves
 *    that to the layer above, and may give out noise as a frame.
 * 6. Frames given out are the caller's: they share no memory with what was pushed or with the decoder.
 */
import { checkBytes } from "../base/check.js";
import { WaxwingError } from "../base/errors.js";

/** A snapshot, counted since the decoder was made; `reset` keeps it. */
export interface FrameCounters {
  /** All bytes pushed. */
  readonly bytes: number;
  /** Frames given out. */
  readonly frames: number;
  /** Bytes that became part of no frame: junk, damaged, oversized and abandoned frames; delimiters never count. */
  readonly noiseBytes: number;
  /** Frames longer than `frameBytesMax`, dropped. */
  readonly oversized: number;
  /** Frames whose checksum or error correction did not hold, dropped. */
  readonly badChecksums: number;
  /** Whole frames for somebody else: another KISS port or command. */
  readonly ignored: number;
  /** Bytes that error correction put right in the frames given out. */
  readonly correctedBytes: number;
}

export interface FrameDecoder<Frame = Uint8Array> {
  /**
   * Takes the next bytes of the stream, any number of them, and returns the frames that they complete, in
   * order. Throws `failure` if there is one and no frame to return.
   */
  push(bytes: Uint8Array): Frame[];
  /**
   * The line has been silent for longer than a sender pauses within a frame: the partial frame is given up, and
   * frames that were found behind its beginning are returned. A codec that cannot resynchronise ignores it.
   */
  flush(): Frame[];
  /** A new stream begins (reconnect): forgets partial frames and `failure`, keeps the counters. */
  reset(): void;
  readonly counters: FrameCounters;
  /** Set when the stream cannot go on; close it, and `reset` before the next one. */
  readonly failure?: WaxwingError | undefined;
}

export interface FrameCodec<Frame = Uint8Array> {
  /** For logs and status: `cobs`, `hdlc+crc-16`. */
  readonly name: string;
  /** Bytes of the largest frame. */
  readonly frameBytesMax: number;
  /** Law 4. */
  readonly resynchronises: boolean;
  /** Law 5. */
  readonly checked: boolean;
  /** The most bytes that `encode` makes of a frame of so many bytes: for budgets and MTUs. */
  encodedBytesMax(frameBytes: number): number;
  /** The bytes to send, delimiters included. Throws `frame_too_large`; `RangeError` for an empty frame. */
  encode(frame: Frame): Uint8Array;
  decoder(): FrameDecoder<Frame>;
}

/** Mutable counters of a decoder. */
export class Counts {
  bytes = 0;
  frames = 0;
  noiseBytes = 0;
  oversized = 0;
  badChecksums = 0;
  ignored = 0;
  correctedBytes = 0;

  snapshot(): FrameCounters {
    return { ...this };
  }
}

/** Law 2, for encoders. */
export function checkFrame(
  frame: unknown,
  codec: string,
  frameBytesMax: number,
): asserts frame is Uint8Array {
  checkBytes(frame, `${codec}: frame`);
  if (frame.length === 0) throw new RangeError(`${codec}: a frame has at least one byte`);
  if (frame.length > frameBytesMax) {
    throw new WaxwingError("frame_too_large", `${codec}: a frame has at most ${frameBytesMax} bytes`, {
      detail: { bytes: frame.length, limit: frameBytesMax },
    });
  }
}
