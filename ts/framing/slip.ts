/**
 * SLIP (RFC 1055): END C0 between frames, ESC DB before DC for C0 and before DD for DB. An ESC before anything else
 * damages the frame. Bytes before the first END are taken for a frame, as senders that open none expect.
 */
import { checkFrame, type FrameCodec } from "./codec.js";
import { type FramingOptions, readFrameBytesMax } from "./options.js";
import { type Stuffing, StuffingDecoder, stuff, stuffedBytesMax } from "./stuffing.js";

export const slipEscapes = {
  delimiter: 0xc0,
  escapeByte: 0xdb,
  escaped: (byte: number) => (byte === 0xc0 ? 0xdc : byte === 0xdb ? 0xdd : undefined),
  unescaped: (byte: number) => (byte === 0xdc ? 0xc0 : byte === 0xdd ? 0xdb : undefined),
};

const stuffing: Stuffing = { ...slipEscapes, opensWithDelimiter: false };

export function slipFraming(options: FramingOptions = {}): FrameCodec {
  const frameBytesMax = readFrameBytesMax(options, "slip");
  return {
    name: "slip",
    frameBytesMax,
    resynchronises: true,
    checked: false,
    encodedBytesMax: stuffedBytesMax,
    encode(frame) {
      checkFrame(frame, "slip", frameBytesMax);
      return stuff(frame, stuffing);
    },
    decoder: () => new StuffingDecoder(stuffing, frameBytesMax, (bytes) => bytes.slice()),
  };
}
