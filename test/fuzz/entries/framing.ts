/** Framings, fragments, radio frames and codewords: what lines and radios bring. */
import { createHash } from "node:crypto";
import {
  checksummed,
  cobsFraming,
  decodeFragment,
  decodeFragmentRequest,
  decodeRadioFrame,
  encodeFragment,
  encodeFragmentRequest,
  encodeRadioFrame,
  FragmentSession,
  type FrameCodec,
  fecFraming,
  hdlcFraming,
  kissFraming,
  lengthPrefixFraming,
  ReedSolomon,
  slipFraming,
} from "waxwing/framing";
import { WaxwingError } from "#dist/base/errors.js";
import { demand, type FuzzTarget, texts } from "../target.js";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
const samples = [
  ...texts("w", "waxwing"),
  Uint8Array.from({ length: 300 }, (_, index) => index),
  new Uint8Array(40).fill(0xc0),
];
const delimiters = [[0x00], [0x7e], [0x7d, 0x5e], [0xc0], [0xdb, 0xdc], [0xff], [0x03, 0x47, 0x76, 0xc7]];

const frameBytesMax = 512;
const codecs: readonly FrameCodec[] = [
  cobsFraming({ frameBytesMax }),
  checksummed(cobsFraming({ frameBytesMax }), "crc-16"),
  slipFraming({ frameBytesMax }),
  hdlcFraming({ frameBytesMax }),
  kissFraming({ frameBytesMax }),
  lengthPrefixFraming({ frameBytesMax }),
  fecFraming({ frameBytesMax, parity: 16 }),
];

/** In one push, and cut where the bytes themselves say. */
function readStream(codec: FrameCodec, bytes: Uint8Array): void {
  const whole = read(codec, [bytes]);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieces.at(-1)!.length)
    pieces.push(bytes.subarray(at, at + 1 + (bytes[at]! % 13)));
  const cut = read(codec, pieces);
  demand(whole.frames.length === cut.frames.length, "the cuts change nothing");
  for (const [index, frame] of whole.frames.entries()) {
    demand(same(frame, cut.frames[index]!), "the cuts change nothing");
    demand(frame.length >= 1 && frame.length <= frameBytesMax, "a frame is within its bounds");
    const again = codec.decoder().push(codec.encode(frame));
    demand(again.length === 1 && same(again[0]!, frame), "what came out can be sent");
  }
  const { counters } = whole;
  demand(counters.bytes === bytes.length && counters.noiseBytes <= bytes.length, "bytes are counted");
  demand(counters.frames === whole.frames.length, "frames are counted");
  if (whole.failure !== undefined) throw whole.failure;
  if (whole.frames.length === 0) throw new WaxwingError("frame_checksum", "no frame in it");
}

function read(codec: FrameCodec, pieces: readonly Uint8Array[]) {
  const decoder = codec.decoder();
  const frames: Uint8Array[] = [];
  for (const piece of pieces) {
    try {
      frames.push(...decoder.push(piece));
    } catch (error) {
      if (error !== decoder.failure) throw error;
    }
  }
  frames.push(...decoder.flush());
  return { frames, counters: decoder.counters, failure: decoder.failure };
}

const radioFrame = encodeRadioFrame({
  destination: new Uint8Array(16),
  sequence: 1n,
  payload: samples[1]!,
});
const fragments = [...new FragmentSession({ sha256, mduBytes: 64 }).send(samples[2]!)];
const request = encodeFragmentRequest({ messageId: new Uint8Array(8), missing: [0, 7] });
const packetsMax = 64;

/** Packets as u8 lengths and bytes, each a step of the clock, into a session that must stay within its means. */
function runSession(bytes: Uint8Array): void {
  const session = new FragmentSession({ sha256, mduBytes: 64 });
  for (const packet of session.send(samples[2]!)) demand(packet.length <= 64, "packets fit");
  let delivered = 0;
  let at = 0;
  for (let step = 0; at < bytes.length && step < packetsMax; step++) {
    const packet = bytes.subarray(at + 1, at + 1 + bytes[at]!);
    at += 1 + bytes[at]!;
    const nowMs = 700 * step;
    for (const effect of [...session.receive(packet, nowMs), ...session.wake(nowMs)])
      if (effect.type === "deliver") delivered++;
      else for (const sent of effect.packets) demand(sent.length <= 64, "packets fit");
    const { wakeAtMs } = session;
    demand(wakeAtMs === undefined || wakeAtMs > nowMs, "what was due is done");
  }
  demand(session.residentBytes <= samples[2]!.length + bytes.length + 64 * packetsMax, "it holds what came");
  if (delivered === 0) throw new WaxwingError("fragment_malformed", "nothing came out");
}

const withLengths = (packets: readonly Uint8Array[]) =>
  new Uint8Array(Buffer.concat(packets.flatMap((packet) => [Uint8Array.of(packet.length), packet])));

const parity = 8;
const code = new ReedSolomon(parity);
const codewords = samples
  .filter(({ length }) => length <= 255 - parity)
  .map((data) => new Uint8Array(Buffer.concat([data, code.encode(data)])));

export const framingTargets: readonly FuzzTarget[] = [
  ...codecs.map(
    (codec): FuzzTarget => ({
      name: `decoder-${codec.name}`,
      seeds: [
        ...samples.map((frame) => codec.encode(frame)),
        new Uint8Array(Buffer.concat(samples.map((frame) => codec.encode(frame)))),
        // A frame that is not there, or not whole.
        codec.encode(samples[2]!).subarray(0, 100),
      ],
      tokens: delimiters.map((token) => Uint8Array.from(token)),
      run: (bytes) => readStream(codec, bytes),
    }),
  ),
  {
    name: "decodeRadioFrame",
    seeds: [radioFrame],
    tokens: texts("CIRP"),
    run: (bytes) => demand(same(encodeRadioFrame(decodeRadioFrame(bytes)), bytes), "one encoding a frame"),
  },
  {
    name: "decodeFragment",
    seeds: fragments,
    tokens: texts("CFRG", "\0\u0001\0\0"),
    run: (bytes) => demand(same(encodeFragment(decodeFragment(bytes)), bytes), "one encoding a fragment"),
  },
  {
    name: "decodeFragmentRequest",
    seeds: [request],
    tokens: texts("CNAK", "\0\u0001"),
    run: (bytes) => {
      // 65 535 is a u16 and no index: it is read, names nothing, and is never sent.
      const decoded = decodeFragmentRequest(bytes);
      if (decoded.missing.includes(65_535)) return;
      demand(same(encodeFragmentRequest(decoded), bytes), "one encoding a request");
    },
  },
  {
    name: "FragmentSession",
    seeds: [
      withLengths(fragments),
      withLengths([...fragments.slice(1), request]),
      withLengths(samples.slice(0, 2)),
    ],
    tokens: texts("CFRG", "CNAK"),
    run: runSession,
  },
  {
    name: "ReedSolomon",
    seeds: codewords,
    run: (bytes) => {
      if (bytes.length <= parity || bytes.length > 255)
        throw new WaxwingError("frame_checksum", "no codeword has this length");
      const word = bytes.slice();
      const corrected = code.decode(word);
      if (corrected === undefined) {
        demand(same(word, bytes), "beyond repair means unchanged");
        throw new WaxwingError("frame_checksum", "beyond repair");
      }
      demand(corrected <= parity / 2, "no more than half the parity is put right");
      demand(code.decode(word) === 0, "what came out is a codeword");
    },
  },
];
