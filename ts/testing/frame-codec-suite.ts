/**
 * Compliance suite of `FrameCodec` (laws in framing/codec.ts): run it with every framing, bare and checksummed.
 */
import { concatBytes, equalBytes } from "../base/bytes.js";
import { isWaxwingError } from "../base/errors.js";
import type { FrameCodec, FrameDecoder } from "../framing/codec.js";
import { SeededRandom } from "./seeded-random.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "./suite.js";

export interface FrameCodecCase {
  /** A codec whose largest frame has so many bytes: 64 or 1024. */
  create(frameBytesMax: number): FrameCodec;
}

/** Bytes that delimit or escape in some framing, and their neighbours. */
const special = [0x00, 0x01, 0x7d, 0x7e, 0x5e, 0x5d, 0xc0, 0xdb, 0xdc, 0xdd, 0xfe, 0xff];

export function frameCodecSuite(name: string, { create }: FrameCodecCase, report: SuiteReport): void {
  const check = (law: string, run: () => void | Promise<void>) => report.check(`${name}: ${law}`, run);
  const never: typeof check = () => {};
  const random = new SeededRandom(`frame codec ${name}`);
  const largest = 1024;
  const codec = create(largest);
  const checkIfItResynchronises = codec.resynchronises ? check : never;
  const checkIfItFails = codec.resynchronises ? never : check;

  check("law 1: frames of every length and of special bytes come back", () => {
    for (const frame of samples(codec.frameBytesMax, random)) {
      const encoded = codec.encode(frame);
      assert(encoded.length <= codec.encodedBytesMax(frame.length), "encodedBytesMax is a bound");
      assertFrames(codec.decoder().push(encoded), [frame], `${frame.length} bytes`);
    }
  });

  check("law 1: the stream may be cut anywhere, and frames may follow each other in one push", () => {
    const frames = samples(codec.frameBytesMax, random).slice(0, 40);
    const stream = concatBytes(...frames.map((frame) => codec.encode(frame)));
    assertFrames(codec.decoder().push(stream), frames, "one push");
    assertFrames(
      pushAll(
        codec.decoder(),
        cut(stream, () => 1),
      ),
      frames,
      "byte by byte",
    );
    for (let round = 0; round < 20; round++) {
      const pieces = cut(stream, () => random.integer(0, 40));
      assertFrames(pushAll(codec.decoder(), pieces), frames, "random cuts");
    }
  });

  check("law 2: empty and oversized frames are refused by encode", async () => {
    await assertThrows(
      () => codec.encode(new Uint8Array(0)),
      (error) => error instanceof RangeError,
      "empty",
    );
    await assertThrows(
      () => codec.encode(new Uint8Array(codec.frameBytesMax + 1)),
      (error) => isWaxwingError(error, "frame_too_large"),
      "too large",
    );
    await assertThrows(
      () => codec.encode("text" as never),
      (error) => error instanceof TypeError,
      "no bytes",
    );
  });

  check("law 4: an oversized frame is counted and costs nothing but itself", async () => {
    const small = create(64);
    const decoder = small.decoder();
    const stream = codec.encode(random.bytes(codec.frameBytesMax));
    const frame = random.bytes(small.frameBytesMax);
    if (!small.resynchronises) {
      await assertThrows(
        () => decoder.push(stream),
        (error) => isWaxwingError(error, "frame_length"),
        "fails",
      );
      assert(isWaxwingError(decoder.failure, "frame_length"), "failure says so");
    } else {
      const got = pushAll(
        decoder,
        cut(stream, () => 50),
      );
      assertFrames(pushAll(decoder, [small.encode(frame)], got), [frame], "the next frame");
    }
    assert(decoder.counters.oversized >= 1, "counted");
  });

  checkIfItResynchronises("law 4: noise between frames costs no frame", () => {
    for (let round = 0; round < 50; round++) {
      const frames = Array.from({ length: 5 }, () => random.bytes(random.integer(1, 200)));
      const stream = concatBytes(
        ...frames.flatMap((frame) => [random.bytes(random.integer(0, 60)), codec.encode(frame)]),
      );
      const decoder = codec.decoder();
      const got = pushAll(
        decoder,
        cut(stream, () => random.integer(1, 100)),
      );
      if (codec.checked) assertFrames(got, frames, "exactly the frames");
      else assert(isSubsequence(frames, got), "every frame is among what came out");
    }
  });

  checkIfItResynchronises(
    "law 4, law 5: damage to one frame costs no other, and no damaged frame comes out if checked",
    () => {
      for (let round = 0; round < 200; round++) {
        const frames = Array.from({ length: 3 }, () => random.bytes(random.integer(1, 100)));
        const [first, second, third] = frames.map((frame) => codec.encode(frame)) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ];
        const harmed = damage(second, random);
        const decoder = codec.decoder();
        const got = [...decoder.push(concatBytes(first, harmed, third)), ...decoder.flush()];
        assert(isSubsequence([frames[0]!, frames[2]!], got), "the frames around it come out");
        if (codec.checked) assert(isSubsequence(got, frames), "only what was sent comes out");
      }
    },
  );

  check("law 6: what comes out shares no memory with what went in, or with the decoder", () => {
    const decoder = codec.decoder();
    const frame = random.bytes(100);
    const encoded = codec.encode(frame);
    const [got] = decoder.push(encoded);
    encoded.fill(0xff);
    assertEqual(got, frame, "after the input has changed");
    got!.fill(0);
    assertFrames(decoder.push(codec.encode(frame)), [frame], "after the output has changed");
  });

  check("reset forgets a partial frame and keeps the counters", () => {
    const decoder = codec.decoder();
    const frame = random.bytes(100);
    const encoded = codec.encode(frame);
    decoder.push(encoded.subarray(0, 40));
    decoder.reset();
    assertFrames(decoder.push(encoded), [frame], "a new stream");
    assertEqual(decoder.counters.bytes, 40 + encoded.length, "bytes");
  });

  check("flush gives up a partial frame where the codec resynchronises, and only there", () => {
    const decoder = codec.decoder();
    const frame = random.bytes(100);
    const encoded = codec.encode(frame);
    decoder.push(encoded.subarray(0, encoded.length - 30));
    assertFrames(decoder.flush(), [], "nothing was whole");
    const rest = codec.resynchronises ? encoded : encoded.subarray(encoded.length - 30);
    const got = decoder.push(rest);
    assert(isSubsequence([frame], got), "the next frame comes out");
  });

  check("a clean stream is counted without noise", () => {
    const decoder = codec.decoder();
    const frames = samples(codec.frameBytesMax, random).slice(0, 20);
    let bytes = 0;
    for (const frame of frames) {
      const encoded = codec.encode(frame);
      bytes += encoded.length;
      decoder.push(encoded);
    }
    const expected = {
      bytes,
      frames: frames.length,
      noiseBytes: 0,
      oversized: 0,
      badChecksums: 0,
      ignored: 0,
      correctedBytes: 0,
    };
    assertEqual(decoder.counters, expected, "counters");
  });

  check("noise alone is counted, throws nothing unknown and never exceeds what came", () => {
    for (let round = 0; round < 20; round++) {
      const decoder = codec.decoder();
      try {
        for (let i = 0; i < 30; i++) decoder.push(random.bytes(random.integer(0, 300)));
        decoder.flush();
      } catch (error) {
        assert(!codec.resynchronises && isWaxwingError(error, "frame_length"), "a typed failure");
      }
      const { bytes, noiseBytes } = decoder.counters;
      assert(noiseBytes <= bytes, "noise is part of what came");
    }
  });

  checkIfItFails("a failure ends the stream until reset", async () => {
    const decoder = codec.decoder();
    const frame = random.bytes(10);
    const bad = new Uint8Array(64).fill(0xff);
    assertFrames(decoder.push(concatBytes(codec.encode(frame), bad)), [frame], "frames before it come out");
    await assertThrows(
      () => decoder.push(codec.encode(frame)),
      (error) => error === decoder.failure,
      "throws the failure",
    );
    decoder.reset();
    assertFrames(decoder.push(codec.encode(frame)), [frame], "a new stream");
  });
}

function samples(frameBytesMax: number, random: SeededRandom): Uint8Array[] {
  const lengths = [1, 2, 3, 60, 187, 188, 253, 254, 255, 256, 508, 509, 510, 511, frameBytesMax];
  const fitting = lengths.filter((length) => length <= frameBytesMax);
  return [
    ...special.map((byte) => Uint8Array.of(byte)),
    ...fitting.map((length) => random.bytes(length)),
    ...fitting.map((length) => new Uint8Array(length).fill(random.pick(special))),
    ...fitting.map((length) => Uint8Array.from({ length }, () => random.pick(special))),
    // No zero in as many bytes as COBS puts into one block, and one around it.
    ...fitting.map((length) => Uint8Array.from({ length }, (_, index) => (index % 255) + 1)),
  ];
}

function damage(encoded: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.integer(0, encoded.length - 1);
  const harmed = encoded.slice();
  if (random.chance(0.5)) {
    harmed[at] = harmed[at]! ^ random.integer(1, 255);
    return harmed;
  }
  // A run of bytes is lost.
  const end = Math.min(encoded.length, at + random.integer(1, 20));
  return concatBytes(harmed.subarray(0, at), harmed.subarray(end));
}

function cut(stream: Uint8Array, length: () => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < stream.length; ) {
    const piece = stream.subarray(at, at + length());
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

function pushAll(decoder: FrameDecoder, pieces: readonly Uint8Array[], got: Uint8Array[] = []): Uint8Array[] {
  for (const piece of pieces) got.push(...decoder.push(piece));
  return got;
}

function assertFrames(got: readonly Uint8Array[], expected: readonly Uint8Array[], what: string): void {
  assertEqual(got, expected, what);
}

function isSubsequence(wanted: readonly Uint8Array[], among: readonly Uint8Array[]): boolean {
  let next = 0;
  for (const frame of among) if (next < wanted.length && equalBytes(frame, wanted[next]!)) next++;
  return next === wanted.length;
}
