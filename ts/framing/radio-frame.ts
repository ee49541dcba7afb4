/**
 * The packet-radio frame `CIRP` (ciris-edge §8.3), which names its recipient and no sender:
 *
 * ```
 *  0     4  "CIRP"
 *  4    16  destination: SHA-256 of the recipient's Ed25519 public key, the first 16 bytes
 * 20     8  sequence number u64be, from 0 for each destination
 * 28     4  payload length u32be, at most 262 144
 * 32     n  payload
 * 32+n   4  CRC-32 (IEEE) u32be of all before
 * ```
 * The CRC tells noise, not an attacker: integrity and sender are the payload's matter.
 */
import { checkBytes } from "../base/check.js";
import { type ErrorCode, WaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import { crc32 } from "./crc.js";
import { hasMagic, magicOf } from "./magic.js";

export interface RadioFrame {
  /** 16 bytes. */
  readonly destination: Uint8Array;
  /** u64. */
  readonly sequence: bigint;
  readonly payload: Uint8Array;
}

const magic = magicOf("CIRP");
const destinationBytes = 16;
const headerBytes = 32;
const checksumBytes = 4;

/** Bytes that the frame adds to its payload. */
export const radioFrameOverheadBytes = headerBytes + checksumBytes;

/** Throws `frame_too_large` for a payload beyond 262 144 bytes. */
export function encodeRadioFrame({ destination, sequence, payload }: RadioFrame): Uint8Array {
  checkBytes(destination, "radio frame: destination", destinationBytes);
  checkBytes(payload, "radio frame: payload");
  if (typeof sequence !== "bigint" || sequence < 0n || sequence >= 1n << 64n)
    throw new RangeError(`radio frame: sequence: expected a u64 as bigint, got ${sequence}`);
  if (payload.length > limits.radioPayloadBytesMax) throw tooLarge(payload.length);
  const bytes = new Uint8Array(headerBytes + payload.length + checksumBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  bytes.set(destination, 4);
  view.setBigUint64(20, sequence);
  view.setUint32(28, payload.length);
  bytes.set(payload, headerBytes);
  view.setUint32(headerBytes + payload.length, crc32(bytes.subarray(0, headerBytes + payload.length)));
  return bytes;
}

/**
 * In this order: shorter than 36 bytes, another magic (`radio_frame_malformed`), a declared payload beyond the limit
 * (`frame_too_large`) or not the one that is there (`radio_frame_malformed`), a wrong CRC (`frame_checksum`).
 */
export function decodeRadioFrame(bytes: Uint8Array): RadioFrame {
  checkBytes(bytes, "radio frame");
  if (bytes.length < radioFrameOverheadBytes)
    throw refuse("radio_frame_malformed", "shorter than its header");
  if (!hasMagic(bytes, magic)) throw refuse("radio_frame_malformed", "does not begin with CIRP");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(28);
  if (length > limits.radioPayloadBytesMax) throw tooLarge(length);
  if (length !== bytes.length - radioFrameOverheadBytes)
    throw refuse("radio_frame_malformed", "declares another payload length than it has");
  const end = headerBytes + length;
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end))
    throw refuse("frame_checksum", "the checksum is another");
  return {
    destination: bytes.slice(4, 4 + destinationBytes),
    sequence: view.getBigUint64(20),
    payload: bytes.slice(headerBytes, end),
  };
}

function tooLarge(bytes: number): WaxwingError {
  return new WaxwingError("frame_too_large", "radio frame: the payload is too large", {
    detail: { bytes, limit: limits.radioPayloadBytesMax },
  });
}

function refuse(code: ErrorCode, why: string): WaxwingError {
  return new WaxwingError(code, `radio frame: ${why}`);
}
