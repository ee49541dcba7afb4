/** Every framing keeps the contract of frame codecs, bare and with each checksum. */
import { checksummed, cobsFraming, type FrameCodec, lengthPrefixFraming } from "waxwing/framing";
import { frameCodecSuite } from "waxwing/testing";
import { avaReport } from "../support/ava-report.js";

const framings: Record<string, (frameBytesMax: number) => FrameCodec> = {
  cobs: (frameBytesMax) => cobsFraming({ frameBytesMax }),
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
