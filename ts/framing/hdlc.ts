/**
 * HDLC-like framing as Reticulum has it on TCP, serial lines and pipes: FLAG 7E around each frame, ESC 7D before
 * 7E and 7D, which are sent XOR 20. No address, no control, no check sequence; `checksummed(hdlcFraming(), "crc-16")`
 * adds that of PPP (RFC 1662). Read are all escapes but 7D 7E, which aborts a frame.
 */
import { checkFrame, type FrameCodec } from "./codec.js";
import { type FramingOptions, readFrameBytesMax } from "./options.js";
import { type Stuffing, StuffingDecoder, stuff, stuffedBytesMax } from "./stuffing.js";

const stuffing: Stuffing = {
  delimiter: 0x7e,
  escapeByte: 0x7d,
  escaped: (byte) => (byte === 0x7e || byte === 0x7d ? byte ^ 0x20 : undefined),
  unescaped: (byte) => byte ^ 0x20,
  opensWithDelimiter: true,
};

export function hdlcFraming(options: FramingOptions = {}): FrameCodec {
  const frameBytesMax = readFrameBytesMax(options, "hdlc");
  return {
    name: "hdlc",
    frameBytesMax,
    resynchronises: true,
    checked: false,
    encodedBytesMax: stuffedBytesMax,
    encode(frame) {
      checkFrame(frame, "hdlc", frameBytesMax);
      return stuff(frame, stuffing);
    },
    decoder: () => new StuffingDecoder(stuffing, frameBytesMax, (bytes) => bytes.slice()),
  };
}
