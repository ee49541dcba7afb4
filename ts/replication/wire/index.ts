/** The CRPL wire: frames and messages, to and from bytes. */
export {
  decodeFrame,
  encodeFrame,
  type Frame,
  isReplicationFrame,
  type LegacyFrame,
  type RoundFrame,
} from "./frame.js";
export type * from "./message.js";
