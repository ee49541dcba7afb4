/**
 * KISS, between a host and a radio modem: SLIP's escapes, and a first byte that names port and command.
 *
 * `kissFraming` carries data frames of one port. `kissCommandFraming` gives every command of every port, for
 * drivers that set up a modem; RNodes use the whole byte for the command, which is `port * 16 + command` here.
 */
import { checkBytes, checkInteger } from "../base/check.js";
import { WaxwingError } from "../base/errors.js";
import { checkFrame, type FrameCodec } from "./codec.js";
import { type FramingOptions, readFrameBytesMax } from "./options.js";
import { slipEscapes } from "./slip.js";
import { type Finish, type Stuffing, StuffingDecoder, stuff, stuffedBytesMax } from "./stuffing.js";

export interface KissFrame {
  /** High nibble, 0 to 15. */
  readonly port: number;
  /** Low nibble, 0 to 15: one of `kissCommands`, or the modem's own. */
  readonly command: number;
  /** May be empty. */
  readonly data: Uint8Array;
}

export const kissCommands = {
  data: 0,
  txDelay: 1,
  persistence: 2,
  slotTime: 3,
  txTail: 4,
  fullDuplex: 5,
  setHardware: 6,
  ready: 15,
} as const;

export interface KissFramingOptions extends FramingOptions {
  /** The port whose frames are sent and taken, 0 unless given; `any` takes all and sends on 0, as Reticulum does. */
  readonly port?: number | "any";
}

const stuffing: Stuffing = { ...slipEscapes, opensWithDelimiter: true };

export function kissFraming(options: KissFramingOptions = {}): FrameCodec {
  const frameBytesMax = readFrameBytesMax(options, "kiss", ["port"]);
  const { port = 0 } = options;
  if (port !== "any") checkInteger(port, "kiss: port", 0, 15);
  const first = port === "any" ? 0 : port << 4;
  const finish: Finish<Uint8Array> = (bytes) => {
    const isOurs = (bytes[0]! & 0x0f) === kissCommands.data && (port === "any" || bytes[0] === first);
    return isOurs && bytes.length > 1 ? bytes.slice(1) : undefined;
  };
  return {
    name: "kiss",
    frameBytesMax,
    resynchronises: true,
    checked: false,
    encodedBytesMax: (frameBytes) => stuffedBytesMax(frameBytes + 1),
    encode(frame) {
      checkFrame(frame, "kiss", frameBytesMax);
      return stuff(withCommand(first, frame), stuffing);
    },
    decoder: () => new StuffingDecoder(stuffing, frameBytesMax + 1, finish),
  };
}

export function kissCommandFraming(options: FramingOptions = {}): FrameCodec<KissFrame> {
  const frameBytesMax = readFrameBytesMax(options, "kiss-command");
  return {
    name: "kiss-command",
    frameBytesMax,
    resynchronises: true,
    checked: false,
    encodedBytesMax: (frameBytes) => stuffedBytesMax(frameBytes + 1),
    encode({ port, command, data }) {
      checkInteger(port, "kiss: port", 0, 15);
      checkInteger(command, "kiss: command", 0, 15);
      checkBytes(data, "kiss: data");
      if (data.length > frameBytesMax) {
        throw new WaxwingError("frame_too_large", `kiss: a frame has at most ${frameBytesMax} bytes`, {
          detail: { bytes: data.length, limit: frameBytesMax },
        });
      }
      return stuff(withCommand((port << 4) | command, data), stuffing);
    },
    decoder: () =>
      new StuffingDecoder<KissFrame>(stuffing, frameBytesMax + 1, (bytes) => ({
        port: bytes[0]! >> 4,
        command: bytes[0]! & 0x0f,
        data: bytes.slice(1),
      })),
  };
}

function withCommand(first: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + data.length);
  bytes[0] = first;
  bytes.set(data, 1);
  return bytes;
}
