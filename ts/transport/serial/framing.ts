/** Which framing a serial line uses, and how large its packets are at the line's rate. */
import { limits } from "../../base/limits.js";
import {
  type ChecksumName,
  checksummed,
  cobsFraming,
  type FrameCodec,
  fecFraming,
  hdlcFraming,
  kissFraming,
  slipFraming,
} from "../../framing/index.js";

export interface SerialFramingOptions {
  /** Absent: `cobs`. `kiss` for modems that speak it, `fec` for lines that change bytes. */
  readonly framing?: "cobs" | "slip" | "hdlc" | "kiss" | "fec";
  /** Absent: `crc-16`, which spares the link the packets that noise has changed. `fec` has its own. */
  readonly checksum?: ChecksumName | "none";
  /** Parity bytes of a 255-byte codeword of `fec`; twice the wrong bytes that are put right. Absent: 64. */
  readonly fecParity?: number;
  /** Port of a multi-port KISS modem. Absent: 0. */
  readonly kissPort?: number;
  /** Absent: what the line carries in seven tenths of a second, from 96 to 1 400. */
  readonly packetBytesMax?: number;
}

/** Long enough that heads cost little, short enough that a lost one does too and an answer is not long in coming. */
const packetSeconds = 0.7;
const checksumBytes = { "crc-16": 2, "crc-32": 4 } as const;

export function serialFraming(options: SerialFramingOptions, rateBitsPerSecond: number): FrameCodec {
  const { framing = "cobs", checksum = "crc-16", fecParity, kissPort } = options;
  const frameBytesMax = options.packetBytesMax ?? packetBytesFor(rateBitsPerSecond);
  if (framing === "fec")
    return fecFraming({ frameBytesMax, ...(fecParity === undefined ? {} : { parity: fecParity }) });
  const sum = checksum === "none" ? 0 : checksumBytes[checksum];
  const plain = {
    cobs: () => cobsFraming({ frameBytesMax: frameBytesMax + sum }),
    slip: () => slipFraming({ frameBytesMax: frameBytesMax + sum }),
    hdlc: () => hdlcFraming({ frameBytesMax: frameBytesMax + sum }),
    kiss: () =>
      kissFraming({
        frameBytesMax: frameBytesMax + sum,
        ...(kissPort === undefined ? {} : { port: kissPort }),
      }),
  }[framing]();
  return checksum === "none" ? plain : checksummed(plain, checksum);
}

function packetBytesFor(rateBitsPerSecond: number): number {
  const bytes = Math.floor((rateBitsPerSecond / 8) * packetSeconds);
  return Math.min(limits.serialPacketBytesMax, Math.max(limits.serialPacketBytesMin, bytes));
}
