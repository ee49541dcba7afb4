/**
 * Frames with forward error correction, for lines that change bytes: a framing without delimiters, since those are
 * changed as often as anything else.
 *
 * ```
 * SYNC   8         03 47 76 c7 27 28 95 b0; found where at least 5 of 8 bytes fit
 * HEADER 4 + 12    version 01 ‖ parity p ‖ frame length u16be, and 12 parity bytes: a Reed-Solomon codeword
 * DATA   n         frame ‖ CRC-32 of the frame, u32be
 * PARITY m × p     of m = ⌈n ÷ (255 − p)⌉ codewords; byte i of DATA belongs to codeword i mod m, in order,
 *                  and byte j of the parity of codeword c stands at j × m + c
 * ```
 * Codewords are interleaved over the whole frame, so that a burst of b wrong bytes costs each ⌈b ÷ m⌉ of its p ÷ 2.
 * With bytes wrong at random, one in twenty, p = 64 (the default) leaves less than one codeword of 255 in 10⁶
 * beyond repair. Any sender's p is read.
 */
import { checkInteger } from "../base/check.js";
import { limits } from "../base/limits.js";
import { Counts, checkFrame, type FrameCodec, type FrameCounters, type FrameDecoder } from "./codec.js";
import { crc32 } from "./crc.js";
import { type FramingOptions, readFrameBytesMax } from "./options.js";
import { codewordBytesMax, ReedSolomon } from "./reed-solomon.js";

export interface FecFramingOptions extends FramingOptions {
  /** Parity bytes a codeword: even, 2 to 128; 64 unless given. Half as many wrong bytes are put right. */
  readonly parity?: number;
}

/** The 64-bit marker of CCSDS 131.0-B: all bytes differ, so that it resembles no shift of itself. */
const sync = Uint8Array.of(0x03, 0x47, 0x76, 0xc7, 0x27, 0x28, 0x95, 0xb0);
/**
 * Wrong bytes forgiven in SYNC. At one wrong byte in twenty 3 miss one frame in 2,700; noise passes once in 2 × 10¹⁰
 * bytes, and then fails in the header.
 */
const syncWrongMax = 3;
const version = 1;
const headerDataBytes = 4;
const headerCode = new ReedSolomon(12);
const headerEnd = sync.length + headerDataBytes + headerCode.parity;
const checksumBytes = 4;

export function fecFraming(options: FecFramingOptions = {}): FrameCodec {
  const { frameBytesMax = limits.fecFrameBytesDefault, parity = 64, ...unknown } = options;
  readFrameBytesMax({ ...unknown, frameBytesMax }, "fec");
  checkInteger(frameBytesMax, "fec: frameBytesMax", 1, limits.fecFrameBytesMax);
  checkInteger(parity, "fec: parity", 2, limits.fecParityMax);
  if (parity % 2 !== 0) throw new RangeError(`fec: parity: expected an even number, got ${parity}`);
  const code = new ReedSolomon(parity);
  const name = `fec-${parity}`;
  return {
    name,
    frameBytesMax,
    resynchronises: true,
    checked: true,
    encodedBytesMax: (frameBytes) => layoutOf(frameBytes, parity).bytes,
    encode(frame) {
      checkFrame(frame, name, frameBytesMax);
      return encodeFec(frame, code);
    },
    decoder: () => new FecDecoder(frameBytesMax),
  };
}

interface Layout {
  readonly parity: number;
  readonly frameBytes: number;
  readonly dataBytes: number;
  readonly codewords: number;
  /** All of it, from SYNC to the last parity byte. */
  readonly bytes: number;
}

function layoutOf(frameBytes: number, parity: number): Layout {
  const dataBytes = frameBytes + checksumBytes;
  const codewords = Math.ceil(dataBytes / (codewordBytesMax - parity));
  return { parity, frameBytes, dataBytes, codewords, bytes: headerEnd + dataBytes + codewords * parity };
}

function encodeFec(frame: Uint8Array, code: ReedSolomon): Uint8Array {
  const layout = layoutOf(frame.length, code.parity);
  const encoded = new Uint8Array(layout.bytes);
  const header = Uint8Array.of(version, code.parity, frame.length >> 8, frame.length & 0xff);
  encoded.set(sync);
  encoded.set(header, sync.length);
  encoded.set(headerCode.encode(header), sync.length + headerDataBytes);
  const body = encoded.subarray(headerEnd);
  body.set(frame);
  new DataView(encoded.buffer).setUint32(headerEnd + frame.length, crc32(frame));
  for (let c = 0; c < layout.codewords; c++) {
    const codeword = gather(body, layout, c);
    scatter(body, layout, c, code.encode(codeword.subarray(0, codeword.length - code.parity)));
  }
  return encoded;
}

/** Codeword `c` of a body; the parity is zero while it is being made. */
function gather(body: Uint8Array, { dataBytes, codewords, parity }: Layout, c: number): Uint8Array {
  const ownBytes = Math.ceil((dataBytes - c) / codewords);
  const codeword = new Uint8Array(ownBytes + parity);
  for (let i = 0; i < ownBytes; i++) codeword[i] = body[i * codewords + c]!;
  for (let j = 0; j < parity; j++) codeword[ownBytes + j] = body[dataBytes + j * codewords + c]!;
  return codeword;
}

/** Writes the end of a codeword back: its parity alone, or all of it. */
function scatter(
  body: Uint8Array,
  { dataBytes, codewords, parity }: Layout,
  c: number,
  part: Uint8Array,
): void {
  const ownBytes = part.length - parity;
  for (let i = 0; i < ownBytes; i++) body[i * codewords + c] = part[i]!;
  for (let j = 0; j < parity; j++) body[dataBytes + j * codewords + c] = part[ownBytes + j]!;
}

class FecDecoder implements FrameDecoder {
  readonly #frameBytesMax: number;
  readonly #counts = new Counts();
  /** Codes by parity, as senders use them. */
  readonly #codes = new Map<number, ReedSolomon>();
  /** Bytes not yet judged are from `#start` to `#end`. */
  #buffer = new Uint8Array(1024);
  #start = 0;
  #end = 0;
  /** Of the frame that begins at `#start`, once its header is read. */
  #layout: Layout | undefined;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  push(bytes: Uint8Array): Uint8Array[] {
    this.#counts.bytes += bytes.length;
    const frames: Uint8Array[] = [];
    // In steps, so that the buffer stays within a frame and a step whatever the size of a push.
    for (let at = 0; at < bytes.length; at += step) {
      this.#append(bytes.subarray(at, at + step));
      this.#read(frames, false);
    }
    return frames;
  }

  flush(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    this.#read(frames, true);
    this.reset();
    return frames;
  }

  reset(): void {
    this.#counts.noiseBytes += this.#end - this.#start;
    this.#start = this.#end = 0;
    this.#layout = undefined;
  }

  get counters(): FrameCounters {
    return this.#counts.snapshot();
  }

  #append(bytes: Uint8Array): void {
    const held = this.#end - this.#start;
    if (this.#end + bytes.length > this.#buffer.length) {
      const target =
        held + bytes.length > this.#buffer.length ? new Uint8Array(2 * (held + bytes.length)) : this.#buffer;
      if (target === this.#buffer) target.copyWithin(0, this.#start, this.#end);
      else target.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = target;
      this.#start = 0;
      this.#end = held;
    }
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** `isOver`: nothing more comes for now, so what is incomplete is given up. */
  #read(frames: Uint8Array[], isOver: boolean): void {
    while (this.#seek()) {
      this.#layout ??= this.#readHeader();
      const needed = this.#layout?.bytes ?? headerEnd;
      if (this.#end - this.#start < needed) {
        if (!isOver) return;
        this.#skip(1);
      } else if (this.#layout === undefined) this.#skip(1);
      else this.#readBody(this.#layout, frames);
    }
  }

  /** Moves to the next SYNC; false where there is none yet. */
  #seek(): boolean {
    if (this.#layout !== undefined) return true;
    const last = this.#end - sync.length;
    let at = this.#start;
    while (at <= last && !isSync(this.#buffer, at)) at++;
    this.#skip(at - this.#start);
    return at <= last;
  }

  /** These bytes are no frame, or not the beginning of one. */
  #skip(count: number): void {
    this.#counts.noiseBytes += count;
    this.#start += count;
    this.#layout = undefined;
  }

  #readHeader(): Layout | undefined {
    if (this.#end - this.#start < headerEnd) return undefined;
    const header = this.#buffer.slice(this.#start + sync.length, this.#start + headerEnd);
    if (headerCode.decode(header) === undefined) return undefined;
    const [first, parity, high, low] = header as unknown as [number, number, number, number];
    const isParity = parity >= 2 && parity <= limits.fecParityMax && parity % 2 === 0;
    const frameBytes = high * 256 + low;
    if (first !== version || !isParity || frameBytes === 0) return undefined;
    if (frameBytes > this.#frameBytesMax) {
      this.#counts.oversized++;
      return undefined;
    }
    return layoutOf(frameBytes, parity);
  }

  #readBody(layout: Layout, frames: Uint8Array[]): void {
    const received = this.#buffer.subarray(this.#start + headerEnd, this.#start + layout.bytes);
    const body = received.slice();
    const corrected = this.#correct(body, layout);
    const frame = body.slice(0, layout.frameBytes);
    const isGood =
      corrected !== undefined && crc32(frame) === new DataView(body.buffer).getUint32(layout.frameBytes);
    if (!isGood) {
      // Perhaps bytes were lost, and the next frame begins within what was taken for this one.
      this.#counts.badChecksums++;
      this.#skip(1);
      return;
    }
    frames.push(frame);
    this.#counts.frames++;
    this.#counts.correctedBytes += corrected;
    this.#start += corrected === 0 ? layout.bytes : headerEnd + this.#nextBeginning(body);
    this.#layout = undefined;
  }

  /** Gives up at the first codeword beyond repair, so that a false beginning costs little. */
  #correct(body: Uint8Array, layout: Layout): number | undefined {
    let code = this.#codes.get(layout.parity);
    if (code === undefined) this.#codes.set(layout.parity, (code = new ReedSolomon(layout.parity)));
    let corrected = 0;
    for (let c = 0; c < layout.codewords; c++) {
      const codeword = gather(body, layout, c);
      const changed = code.decode(codeword);
      if (changed === undefined) return undefined;
      if (changed > 0) scatter(body, layout, c, codeword);
      corrected += changed;
    }
    return corrected;
  }

  /**
   * Where reading goes on behind a body that was put right: its end; or earlier, where bytes near the end were
   * lost and the next SYNC, taken for them, was corrected away. Only the body is looked at, never what happens to
   * have come behind it, so that the cuts of the stream change nothing.
   */
  #nextBeginning(body: Uint8Array): number {
    const from = this.#start + headerEnd;
    for (let at = 0; at < body.length; at++) {
      const length = Math.min(sync.length, body.length - at);
      let wrongReceived = 0;
      let wrongCorrected = 0;
      for (let i = 0; i < length; i++) {
        if (this.#buffer[from + at + i] !== sync[i]) wrongReceived++;
        if (body[at + i] !== sync[i]) wrongCorrected++;
      }
      if (wrongReceived * sync.length <= syncWrongMax * length && wrongReceived < wrongCorrected) return at;
    }
    return body.length;
  }
}

/** Bytes of a push that are looked at together. */
const step = 4096;

function isSync(bytes: Uint8Array, at: number): boolean {
  let wrong = 0;
  for (let i = 0; i < sync.length; i++) if (bytes[at + i] !== sync[i] && ++wrong > syncWrongMax) return false;
  return true;
}
