/** Framings under everything a line does: any frames, cut anywhere, with noise before, between and behind. */
import test from "ava";
import fc from "fast-check";
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
import { checkProperty } from "../../support/property.js";

const resynchronising: FrameCodec[] = [
  checksummed(cobsFraming(), "crc-32"),
  checksummed(slipFraming(), "crc-32"),
  checksummed(hdlcFraming(), "crc-32"),
  checksummed(kissFraming(), "crc-32"),
  fecFraming({ parity: 8 }),
  fecFraming(),
];

/** Delimiters and escapes more often than chance would have them. */
const byte = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0x00, 0x7d, 0x7e, 0xc0, 0xdb, 0xdc, 0xdd, 0xff, 0x03, 0x47),
);
const bytes = (minLength: number, maxLength: number) =>
  fc.array(byte, { minLength, maxLength }).map((values) => Uint8Array.from(values));
const frames = fc.array(bytes(1, 300), { minLength: 1, maxLength: 6 });
const cuts = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 20 });

function read(codec: FrameCodec, stream: Uint8Array, lengths: readonly number[]): Buffer[] {
  const decoder = codec.decoder();
  const got: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) got.push(...decoder.push(stream.subarray(at, (at += length))));
  got.push(...decoder.push(stream.subarray(at)));
  return got.map((frame) => Buffer.from(frame));
}

const same = (got: readonly Buffer[], expected: readonly Uint8Array[]) =>
  got.length === expected.length && got.every((frame, index) => frame.equals(expected[index]!));

for (const codec of [...resynchronising, lengthPrefixFraming()]) {
  test(`${codec.name}: any frames, cut anywhere, come back`, (t) => {
    checkProperty(
      t,
      fc.property(frames, cuts, (sent, lengths) =>
        same(read(codec, Buffer.concat(sent.map((frame) => codec.encode(frame))), lengths), sent),
      ),
      0.3,
    );
  });
}

for (const codec of resynchronising) {
  test(`${codec.name}: noise around frames costs none, and none is made of it`, (t) => {
    const noisy = fc.array(fc.tuple(bytes(0, 80), bytes(1, 200)), { minLength: 1, maxLength: 5 });
    checkProperty(
      t,
      fc.property(noisy, bytes(0, 80), cuts, (parts, tail, lengths) => {
        const stream = Buffer.concat([
          ...parts.flatMap(([noise, frame]) => [noise, codec.encode(frame)]),
          tail,
        ]);
        const sent = parts.map(([, frame]) => frame);
        return same(read(codec, stream, lengths), sent);
      }),
      0.3,
    );
  });
}

test("an oversized frame of any length leaves a bounded decoder, and the next frame comes out", (t) => {
  const decoders = [cobsFraming, slipFraming, hdlcFraming, kissFraming].map((framing) => ({
    small: framing({ frameBytesMax: 100 }),
    large: framing(),
  }));
  checkProperty(
    t,
    fc.property(fc.integer({ min: 101, max: 20_000 }), bytes(1, 100), (length, next) =>
      decoders.every(({ small, large }) => {
        const decoder = small.decoder();
        const first = decoder.push(large.encode(new Uint8Array(length).fill(0x55)));
        const second = decoder.push(small.encode(next));
        return (
          first.length === 0 && same(second.map(Buffer.from), [next]) && decoder.counters.oversized === 1
        );
      }),
    ),
    0.3,
  );
});
