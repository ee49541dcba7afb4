/**
 * CRPL frames, versions 1, 2 and 3 (ciris-edge §1). A frame has no length, no checksum, no sender and no
 * signature: boundaries and the sender come from the transport.
 *
 * ```
 * legacy  0  "CRPL"  4  version 01 | 02  5  JSON message to the end
 * v3      0  "CRPL"  4  03   5  flags: bit 0 FROM_RESPONDER, bits 1–7 zero
 *                            6  round, u64 big-endian, never 0   14  JSON message to the end
 * ```
 * WXRS frames (native-frame.ts) have the preamble of v3 under their own magic and version 1, and one more flag: with bit 1,
 * COMPRESSED, the body is the raw DEFLATE (RFC 1951) of the message.
 *
 * Frozen. The version says how the frame is laid out and nothing about the kind: every known kind is read
 * under every version (§1.2).
 */
import { concatBytes, uint64BeDecode, uint64BeEncode } from "../../base/bytes.js";
import { checkBytes } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { Compressor } from "../../contracts/compressor.js";
import type { KindCatalog, KindWireVersion } from "../kind-catalog.js";
import { decodeMessage } from "./decode-message.js";
import { encodeMessage } from "./encode-message.js";
import { decodeError } from "./json-scanner.js";
import { isCrplMessage, type NativeMessage, type ReplicationMessage } from "./message.js";
import { decodeNativeMessage, encodeNativeMessage } from "./native-frame.js";

const magic = Uint8Array.of(0x43, 0x52, 0x50, 0x4c);
const nativeMagic = Uint8Array.of(0x57, 0x58, 0x52, 0x53);
const nativeVersion = 1;
const legacyHeadBytes = 5;
const v3HeadBytes = 14;
const fromResponderFlag = 1;
const compressedFlag = 2;
const roundMax = 0xffff_ffff_ffff_ffffn;

export interface LegacyFrame {
  readonly version: KindWireVersion;
  readonly message: ReplicationMessage;
}

interface RoundPreamble {
  readonly version: 3;
  /** The sender answers; it did not open the round. */
  readonly fromResponder: boolean;
  /** 1 to 2^64 − 1. */
  readonly round: bigint;
}

export interface RoundFrame extends RoundPreamble {
  readonly native?: false;
  readonly message: ReplicationMessage;
}

/** WXRS and protobuf instead of CRPL and JSON. */
export interface NativeFrame extends RoundPreamble {
  readonly native: true;
  readonly message: NativeMessage;
}

export type Frame = LegacyFrame | RoundFrame | NativeFrame;

/** Whether the bytes claim to be CRPL or WXRS; what does not belongs to another protocol. */
export function isReplicationFrame(bytes: Uint8Array): boolean {
  return beginsWith(bytes, magic) || beginsWith(bytes, nativeMagic);
}

function beginsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, index) => bytes[index] === byte);
}

/**
 * Throws `not_a_frame`, `frame_too_large`, `frame_decode` or `frame_version`, decided in the order of §1.3:
 * magic, presence of the version, version, preamble, body. Without a compressor a compressed body is `frame_decode`.
 */
export function decodeFrame(
  bytes: Uint8Array,
  kinds: Pick<KindCatalog, "has">,
  compressor?: Pick<Compressor, "inflate">,
): Frame {
  checkBytes(bytes, "frame");
  if (!isReplicationFrame(bytes))
    throw new WaxwingError("not_a_frame", "the bytes do not begin with CRPL or WXRS");
  if (bytes.length > limits.frameBytesMax) throw frameTooLarge(bytes.length);
  const version = bytes[magic.length];
  if (version === undefined) throw decodeError("the version byte is missing", bytes.length);
  if (beginsWith(bytes, nativeMagic)) return decodeNativeFrame(bytes, version, kinds, compressor);
  if (version === 3) return decodeRoundFrame(bytes, kinds);
  if (version !== 1 && version !== 2) {
    throw new WaxwingError("frame_version", `CRPL version ${version} is not 1, 2 or 3`, {
      detail: { version },
    });
  }
  return { version, message: decodeMessage(bytes, legacyHeadBytes, kinds) };
}

function decodeNativeFrame(
  bytes: Uint8Array,
  version: number,
  kinds: Pick<KindCatalog, "has">,
  compressor: Pick<Compressor, "inflate"> | undefined,
): NativeFrame {
  if (version !== nativeVersion)
    throw new WaxwingError("frame_version", `WXRS version ${version} is not 1`, { detail: { version } });
  const preamble = decodePreamble(bytes, fromResponderFlag | compressedFlag);
  const isCompressed = (bytes[5]! & compressedFlag) !== 0;
  const message = isCompressed
    ? decodeNativeMessage(inflateBody(bytes.subarray(v3HeadBytes), compressor), 0, kinds)
    : decodeNativeMessage(bytes, v3HeadBytes, kinds);
  return { ...preamble, native: true, message };
}

/** No larger than a frame's body may be, and than what its sender paid for. */
function inflateBody(body: Uint8Array, compressor: Pick<Compressor, "inflate"> | undefined): Uint8Array {
  if (compressor === undefined) throw decodeError("a compressed body, which nothing here inflates", 5);
  const bytesMax = Math.min(limits.frameBytesMax - v3HeadBytes, body.length * limits.inflateRatioMax);
  const inflated = compressor.inflate(body, bytesMax);
  if (inflated === undefined)
    throw decodeError(`no DEFLATE stream of at most ${bytesMax} bytes`, v3HeadBytes);
  return inflated;
}

function decodeRoundFrame(bytes: Uint8Array, kinds: Pick<KindCatalog, "has">): RoundFrame {
  return {
    ...decodePreamble(bytes, fromResponderFlag),
    message: decodeMessage(bytes, v3HeadBytes, kinds),
  };
}

function decodePreamble(bytes: Uint8Array, knownFlags: number): RoundPreamble {
  if (bytes.length < v3HeadBytes) throw decodeError("a preamble cut short", bytes.length);
  const flags = bytes[5]!;
  if ((flags & ~knownFlags) !== 0) throw decodeError("reserved flags are set", 5);
  const round = uint64BeDecode(bytes, 6);
  if (round === 0n) throw decodeError("round 0", 6);
  return { version: 3, fromResponder: (flags & fromResponderFlag) !== 0, round };
}

/**
 * Throws `frame_too_large` past `limits.frameBytesMax`; a round or version out of range is a `RangeError`, a message
 * that CRPL has no form for a `TypeError`. With a compressor the body of a WXRS frame is deflated where that makes it shorter.
 */
export function encodeFrame(frame: Frame, compressor?: Pick<Compressor, "deflate">): Uint8Array {
  const { version } = frame;
  if (version !== 1 && version !== 2 && version !== 3) {
    throw new RangeError(`frame version: expected 1, 2 or 3, got ${String(version)}`);
  }
  const isNative = version === 3 && frame.native === true;
  const bytes = isNative
    ? encodeNativeMessage(frame.message, v3HeadBytes)
    : encodeMessage(crplMessage(frame.message), version === 3 ? v3HeadBytes : legacyHeadBytes);
  if (bytes.length > limits.frameBytesMax) throw frameTooLarge(bytes.length);
  bytes.set(isNative ? nativeMagic : magic);
  bytes[4] = isNative ? nativeVersion : version;
  if (version === 3) writeRound(bytes, frame);
  return isNative && compressor !== undefined ? deflateBody(bytes, compressor) : bytes;
}

/** As it is where deflating gains nothing, or so much that a receiver would take it for a bomb. */
function deflateBody(frame: Uint8Array, compressor: Pick<Compressor, "deflate">): Uint8Array {
  const body = frame.subarray(v3HeadBytes);
  if (body.length < limits.compressBytesMin) return frame;
  const deflated = compressor.deflate(body);
  if (deflated.length >= body.length || deflated.length * limits.inflateRatioMax < body.length) return frame;
  const bytes = concatBytes(frame.subarray(0, v3HeadBytes), deflated);
  bytes[5] = bytes[5]! | compressedFlag;
  return bytes;
}

function crplMessage(message: NativeMessage): ReplicationMessage {
  if (isCrplMessage(message)) return message;
  throw new TypeError(`message: CRPL has no "${(message as { type: string }).type}"`);
}

function writeRound(bytes: Uint8Array, frame: RoundPreamble): void {
  if (frame.round < 1n || frame.round > roundMax) {
    throw new RangeError(`frame round: expected 1 to 2^64 − 1, got ${frame.round}`);
  }
  bytes[5] = frame.fromResponder ? fromResponderFlag : 0;
  bytes.set(uint64BeEncode(frame.round), 6);
}

function frameTooLarge(bytes: number): WaxwingError {
  return new WaxwingError("frame_too_large", `a frame of ${bytes} bytes`, {
    detail: { bytes, limit: limits.frameBytesMax },
  });
}
