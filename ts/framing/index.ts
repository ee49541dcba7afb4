/**
 * Frames on streams and radios: pure functions and state machines over bytes, in which time is an argument.
 * The contract is in codec.ts; docs/protocol.md §9 has the bytes.
 */
export {
  AirtimeBudget,
  type AirtimeBudgetOptions,
  type AirtimeRule,
  type AirtimeVerdict,
  eu868Rule,
  type LoraSettings,
  loraAirtimeMs,
} from "./airtime.js";
export { type ChecksumName, checksummed } from "./checksummed.js";
export { cobsFraming } from "./cobs.js";
export type { FrameCodec, FrameCounters, FrameDecoder } from "./codec.js";
export { crc16CcittFalse, crc16X25, crc32 } from "./crc.js";
export { type FecFramingOptions, fecFraming } from "./fec.js";
export {
  decodeFragment,
  decodeFragmentRequest,
  encodeFragment,
  encodeFragmentRequest,
  type Fragment,
  FragmentedFrame,
  type FragmentRequest,
  fragmentHeaderBytes,
  messageIdOf,
  packetType,
  type Sha256,
} from "./fragment.js";
export {
  type FragmentEffect,
  FragmentSession,
  type FragmentSessionCounters,
  type FragmentSessionOptions,
} from "./fragment-session.js";
export { hdlcFraming } from "./hdlc.js";
export {
  type KissFrame,
  type KissFramingOptions,
  kissCommandFraming,
  kissCommands,
  kissFraming,
} from "./kiss.js";
export { lengthPrefixFraming } from "./length-prefix.js";
export type { FramingOptions } from "./options.js";
export {
  decodeRadioFrame,
  encodeRadioFrame,
  type RadioFrame,
  radioFrameOverheadBytes,
} from "./radio-frame.js";
export { type PartialFrame, Reassembler, type Reassembly, type ReassemblyCounters } from "./reassembler.js";
export { ReedSolomon } from "./reed-solomon.js";
export { slipFraming } from "./slip.js";
