/**
 * Frames on streams and radios: pure functions and state machines over bytes, in which time is an argument.
 * The contract is in codec.ts; docs/protocol.md §9 has the bytes.
 */
export { type ChecksumName, checksummed } from "./checksummed.js";
export { cobsFraming } from "./cobs.js";
export type { FrameCodec, FrameCounters, FrameDecoder } from "./codec.js";
export { crc16CcittFalse, crc16X25, crc32 } from "./crc.js";
export { lengthPrefixFraming } from "./length-prefix.js";
export type { FramingOptions } from "./options.js";
