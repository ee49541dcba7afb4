/** The CRPL wire: frames and messages, to and from bytes. */
export {
  decodeFrame,
  encodeFrame,
  type Frame,
  isReplicationFrame,
  type LegacyFrame,
  type NativeFrame,
  type RoundFrame,
} from "./frame.js";
export type * from "./message.js";
export { isCrplMessage } from "./message.js";
