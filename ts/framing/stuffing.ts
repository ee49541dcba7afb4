/**
 * Byte stuffing, as SLIP, KISS and HDLC do it: frames between delimiters, and an escape before each byte of the
 * data that would be mistaken for one.
 *
 * A delimiter is sent before and behind every frame: some readers (Reticulum's serial ones) take a shared one for
 * the end of one frame and not for the beginning of the next. Here any delimiter ends a frame and begins another.
 */
import { Counts, type FrameCounters, type FrameDecoder } from "./codec.js";
import { FrameBuffer } from "./frame-buffer.js";

export interface Stuffing {
  readonly delimiter: number;
  readonly escapeByte: number;
  /** What follows the escape for this byte of the data; undefined where it needs none. */
  readonly escaped: (byte: number) => number | undefined;
  /** What an escaped byte stands for; undefined where the pair is no escape. */
  readonly unescaped: (byte: number) => number | undefined;
  /** Bytes before the first delimiter are no frame. */
  readonly opensWithDelimiter: boolean;
}

/** At worst every byte is escaped. */
export function stuffedBytesMax(bytes: number): number {
  return 2 * bytes + 2;
}

export function stuff(data: Uint8Array, { delimiter, escapeByte, escaped }: Stuffing): Uint8Array {
  let escapes = 0;
  for (let i = 0; i < data.length; i++) if (escaped(data[i]!) !== undefined) escapes++;
  const stuffed = new Uint8Array(data.length + escapes + 2);
  let at = 0;
  stuffed[at++] = delimiter;
  for (let i = 0; i < data.length; i++) {
    const byte = data[i]!;
    const instead = escaped(byte);
    if (instead === undefined) stuffed[at++] = byte;
    else {
      stuffed[at++] = escapeByte;
      stuffed[at++] = instead;
    }
  }
  stuffed[at] = delimiter;
  return stuffed;
}

/** The frame that the unstuffed bytes between two delimiters are; undefined where it is for somebody else. */
export type Finish<Frame> = (bytes: Uint8Array) => Frame | undefined;

export class StuffingDecoder<Frame> implements FrameDecoder<Frame> {
  readonly #stuffing: Stuffing;
  readonly #finish: Finish<Frame>;
  readonly #buffer: FrameBuffer;
  readonly #counts = new Counts();
  #afterEscape = false;
  /** Up to the next delimiter nothing is kept: the frame is oversized, damaged, or none has begun. */
  #dropping: boolean;
  /** Bytes of the stream since the last delimiter. */
  #encodedBytes = 0;

  constructor(stuffing: Stuffing, bytesMax: number, finish: Finish<Frame>) {
    this.#stuffing = stuffing;
    this.#finish = finish;
    this.#buffer = new FrameBuffer(bytesMax);
    this.#dropping = stuffing.opensWithDelimiter;
  }

  push(bytes: Uint8Array): Frame[] {
    const { delimiter, escapeByte } = this.#stuffing;
    this.#counts.bytes += bytes.length;
    const frames: Frame[] = [];
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at]!;
      if (byte === delimiter) {
        this.#end(frames);
        at++;
      } else if (this.#dropping) {
        const next = bytes.indexOf(delimiter, at);
        const end = next < 0 ? bytes.length : next;
        this.#encodedBytes += end - at;
        at = end;
      } else if (this.#afterEscape || byte === escapeByte) {
        this.#encodedBytes++;
        at++;
        if (this.#afterEscape) this.#unescape(byte);
        else this.#afterEscape = true;
      } else {
        let end = at + 1;
        while (end < bytes.length && bytes[end] !== delimiter && bytes[end] !== escapeByte) end++;
        this.#encodedBytes += end - at;
        if (!this.#buffer.append(bytes, at, end)) this.#tooLong();
        at = end;
      }
    }
    return frames;
  }

  flush(): Frame[] {
    this.#abandon();
    this.#dropping = this.#stuffing.opensWithDelimiter;
    return [];
  }

  reset(): void {
    this.flush();
  }

  get counters(): FrameCounters {
    return this.#counts.snapshot();
  }

  #unescape(byte: number): void {
    this.#afterEscape = false;
    const plain = this.#stuffing.unescaped(byte);
    if (plain === undefined) this.#dropping = true;
    else if (!this.#buffer.appendByte(plain)) this.#tooLong();
  }

  #tooLong(): void {
    this.#counts.oversized++;
    this.#dropping = true;
    this.#buffer.clear();
  }

  #end(frames: Frame[]): void {
    // An escape before the delimiter: the sender aborts the frame (HDLC), or the line damaged it.
    if (!this.#dropping && !this.#afterEscape && this.#buffer.length > 0) {
      const frame = this.#finish(this.#buffer.view());
      if (frame === undefined) this.#counts.ignored++;
      else {
        this.#counts.frames++;
        frames.push(frame);
      }
      this.#encodedBytes = 0;
    }
    this.#abandon();
    this.#dropping = false;
  }

  #abandon(): void {
    this.#counts.noiseBytes += this.#encodedBytes;
    this.#encodedBytes = 0;
    this.#afterEscape = false;
    this.#buffer.clear();
  }
}
