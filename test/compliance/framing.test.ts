/** Every framing keeps the contract of frame codecs, bare and with each checksum. */
import {
  checksummed,
  cobsFraming,
  type FrameCodec,
  fecFraming,
  hdlcFraming,
  kissFraming,
  lengthPrefixFraming,
  slipFraming,
} from "waxwing/framing";
import { frameCodecSuite } from "waxwing/testing";
import { avaReport } from "../support/ava-report.js";

const framings: Record<string, (frameBytesMax: number) => FrameCodec> = {
  cobs: (frameBytesMax) => cobsFraming({ frameBytesMax }),
  slip: (frameBytesMax) => slipFraming({ frameBytesMax }),
  hdlc: (frameBytesMax) => hdlcFraming({ frameBytesMax }),
  kiss: (frameBytesMax) => kissFraming({ frameBytesMax }),
  "kiss on port 12": (frameBytesMax) => kissFraming({ frameBytesMax, port: 12 }),
  "length-prefix": (frameBytesMax) => lengthPrefixFraming({ frameBytesMax }),
};

const report = avaReport("framing");

for (const [name, create] of Object.entries(framings)) {
  frameCodecSuite(name, { create }, report);
  for (const checksum of ["crc-16", "crc-32"] as const) {
    const sealed = (frameBytesMax: number) => checksummed(create(frameBytesMax), checksum);
    frameCodecSuite(`${name} with ${checksum}`, { create: sealed }, report);
  }
}

for (const parity of [16, 64])
  frameCodecSuite(
    `fec-${parity}`,
    { create: (frameBytesMax) => fecFraming({ frameBytesMax, parity }) },
    report,
  );
