/**
 * Frames in pieces, for links whose packets are smaller (ciris-edge §8.4):
 *
 * ```
 * fragment  "CFRG" ‖ message id 8 ‖ total u16be ‖ index u16be ‖ chunk
 * request   "CNAK" ‖ message id 8 ‖ count u16be ‖ count × index u16be: send these again
 * ```
 * The message id is the first 8 bytes of the SHA-256 of the whole frame. A frame that fits a packet is sent as it is.
 */
import { checkBytes, checkInteger } from "../base/check.js";
import { WaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import { hasMagic, magicOf } from "./magic.js";

export interface Fragment {
  /** 8 bytes. */
  readonly messageId: Uint8Array;
  readonly total: number;
  readonly index: number;
  readonly chunk: Uint8Array;
}

export interface FragmentRequest {
  /** 8 bytes. */
  readonly messageId: Uint8Array;
  readonly missing: readonly number[];
}

export type Sha256 = (bytes: Uint8Array) => Uint8Array;

const fragmentMagic = magicOf("CFRG");
const requestMagic = magicOf("CNAK");
const messageIdBytes = 8;
export const fragmentHeaderBytes = 16;
export const requestHeaderBytes = 14;

export function messageIdOf(frame: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(frame).slice(0, messageIdBytes);
}

/** What a packet is by its first bytes; `undefined`: a frame as it is. */
export function packetType(packet: Uint8Array): "fragment" | "request" | undefined {
  if (hasMagic(packet, fragmentMagic)) return "fragment";
  return hasMagic(packet, requestMagic) ? "request" : undefined;
}

export function encodeFragment({ messageId, total, index, chunk }: Fragment): Uint8Array {
  checkBytes(messageId, "fragment: message id", messageIdBytes);
  checkInteger(total, "fragment: total", 1, limits.fragmentsMax);
  checkInteger(index, "fragment: index", 0, total - 1);
  checkBytes(chunk, "fragment: chunk");
  checkInteger(chunk.length, "fragment: chunk bytes", 1, limits.fragmentBytesMax - fragmentHeaderBytes);
  const bytes = new Uint8Array(fragmentHeaderBytes + chunk.length);
  const view = new DataView(bytes.buffer);
  bytes.set(fragmentMagic);
  bytes.set(messageId, 4);
  view.setUint16(12, total);
  view.setUint16(14, index);
  bytes.set(chunk, fragmentHeaderBytes);
  return bytes;
}

/** Throws `fragment_malformed`: no header, no chunk, no total, or an index beyond it. */
export function decodeFragment(bytes: Uint8Array): Fragment {
  checkBytes(bytes, "fragment");
  if (packetType(bytes) !== "fragment") throw malformed("does not begin with CFRG");
  if (bytes.length <= fragmentHeaderBytes) throw malformed("has no chunk");
  if (bytes.length > limits.fragmentBytesMax) throw malformed("is larger than a fragment may be");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const total = view.getUint16(12);
  const index = view.getUint16(14);
  if (index >= total) throw malformed("its index is beyond the total");
  return { messageId: bytes.slice(4, 12), total, index, chunk: bytes.slice(fragmentHeaderBytes) };
}

export function encodeFragmentRequest({ messageId, missing }: FragmentRequest): Uint8Array {
  checkBytes(messageId, "fragment request: message id", messageIdBytes);
  checkInteger(missing.length, "fragment request: count", 1, limits.fragmentsMax);
  const bytes = new Uint8Array(requestHeaderBytes + 2 * missing.length);
  const view = new DataView(bytes.buffer);
  bytes.set(requestMagic);
  bytes.set(messageId, 4);
  view.setUint16(12, missing.length);
  for (const [at, index] of missing.entries()) {
    checkInteger(index, "fragment request: index", 0, limits.fragmentsMax - 1);
    view.setUint16(requestHeaderBytes + 2 * at, index);
  }
  return bytes;
}

/** Throws `fragment_malformed`: no header, no index, or another number of them than declared. */
export function decodeFragmentRequest(bytes: Uint8Array): FragmentRequest {
  checkBytes(bytes, "fragment request");
  if (packetType(bytes) !== "request") throw malformed("does not begin with CNAK");
  if (bytes.length < requestHeaderBytes) throw malformed("is shorter than its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(12);
  if (count === 0 || bytes.length !== requestHeaderBytes + 2 * count)
    throw malformed("does not have as many indices as it declares");
  const missing = Array.from({ length: count }, (_, at) => view.getUint16(requestHeaderBytes + 2 * at));
  return { messageId: bytes.slice(4, 12), missing };
}

/** A frame and its packets, which are cut when they are asked for. The frame must not change meanwhile. */
export class FragmentedFrame implements Iterable<Uint8Array> {
  readonly frame: Uint8Array;
  readonly messageId: Uint8Array;
  readonly total: number;
  readonly #chunkBytes: number;

  /**
   * `mduBytes`: bytes of the largest packet, from 32; beyond 65 535 counts as that. Throws `frame_too_large` where
   * the frame has more than 8 MiB or more pieces than an index can name.
   */
  constructor(frame: Uint8Array, mduBytes: number, sha256: Sha256) {
    this.#chunkBytes = Math.min(mduBytes, limits.fragmentBytesMax) - fragmentHeaderBytes;
    this.total = Math.ceil(frame.length / this.#chunkBytes);
    if (frame.length > limits.frameBytesMax || this.total > limits.fragmentsMax) {
      throw new WaxwingError("frame_too_large", "fragments: the frame cannot be cut for this link", {
        detail: {
          bytes: frame.length,
          limit: Math.min(limits.frameBytesMax, limits.fragmentsMax * this.#chunkBytes),
        },
      });
    }
    this.frame = frame;
    this.messageId = messageIdOf(frame, sha256);
  }

  packet(index: number): Uint8Array {
    const from = index * this.#chunkBytes;
    const chunk = this.frame.subarray(from, from + this.#chunkBytes);
    return encodeFragment({ messageId: this.messageId, total: this.total, index, chunk });
  }

  *[Symbol.iterator](): Iterator<Uint8Array> {
    for (let index = 0; index < this.total; index++) yield this.packet(index);
  }
}

/** A frame that fits goes as it is, unless it would be taken for one of these packets. */
export function needsFragments(frame: Uint8Array, mduBytes: number): boolean {
  return frame.length > mduBytes || packetType(frame) !== undefined;
}

function malformed(why: string): WaxwingError {
  return new WaxwingError("fragment_malformed", `fragment: ${why}`);
}
