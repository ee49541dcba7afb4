/** Error correction in streams: what its marker, header and codewords forgive, and what lost bytes cost. */
import test from "ava";
import { fecFraming } from "waxwing/framing";
import { SeededRandom } from "waxwing/testing";

const random = new SeededRandom("fec");
const codec = fecFraming();
const marker = 8;
const header = 16;

/** The same with these bytes wrong. */
function wrong(encoded: Uint8Array, places: readonly number[]): Uint8Array {
  const harmed = encoded.slice();
  for (const place of places) harmed[place] = harmed[place]! ^ 0x55;
  return harmed;
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
const push = (...streams: Uint8Array[]) => codec.decoder().push(Buffer.concat(streams));

test("three bytes of the marker, six of the header and thirty-two a codeword may be wrong", (t) => {
  const frame = random.bytes(180);
  const encoded = codec.encode(frame);
  const body = marker + header;
  t.deepEqual(push(wrong(encoded, [0, 3, 7])), [frame]);
  t.deepEqual(push(wrong(encoded, range(marker, 6))), [frame]);
  t.deepEqual(push(wrong(encoded, range(body, 32))), [frame]);
  t.deepEqual(push(wrong(encoded, [1, 2, 3, ...range(marker + 5, 6), ...range(body + 150, 32)])), [frame]);
  t.deepEqual(push(wrong(encoded, range(0, 4))), []);
  t.deepEqual(push(wrong(encoded, range(marker, 7))), []);
  t.deepEqual(push(wrong(encoded, range(body, 33))), []);
});

test("a burst is shared by all codewords of a frame", (t) => {
  const frame = random.bytes(187 + 191 * 3);
  const encoded = codec.encode(frame);
  t.is(encoded.length, marker + header + frame.length + 4 + 4 * 64);
  t.deepEqual(push(wrong(encoded, range(100, 4 * 32))), [frame]);
  t.deepEqual(push(wrong(encoded, range(100, 4 * 32 + 1))), []);
});

test("bytes lost anywhere in a frame cost at most that frame, never the next", (t) => {
  const frames = [random.bytes(200), random.bytes(200), random.bytes(50)];
  const [first, second, third] = frames.map((frame) => codec.encode(frame)) as Uint8Array[];
  for (let from = 0; from < second!.length; from++) {
    for (const count of [1, 5, 30, 200]) {
      const rest = Buffer.concat([second!.subarray(0, from), second!.subarray(from + count)]);
      const decoder = codec.decoder();
      const got = [...decoder.push(Buffer.concat([first!, rest, third!])), ...decoder.flush()];
      const texts = got.map((frame) => Buffer.from(frame).toString("hex"));
      const [a, b, c] = frames.map((frame) => Buffer.from(frame).toString("hex"));
      if (String(texts) !== String([a, c]) && String(texts) !== String([a, b, c]))
        return t.fail(`${count} bytes lost from ${from}: ${got.length} frames came out`);
    }
  }
  t.pass();
});

test("the next frame is there as soon as its last byte, though bytes of the one before are missing at its end", (t) => {
  const frames = [random.bytes(100), random.bytes(100)];
  const [first, second] = frames.map((frame) => codec.encode(frame)) as [Uint8Array, Uint8Array];
  t.deepEqual(push(first.subarray(0, first.length - 20), second), frames);
});

test("flush gives the frame that was hidden behind a longer one that never ended", (t) => {
  const long = codec.encode(random.bytes(2000)).subarray(0, 500);
  const frame = random.bytes(30);
  const decoder = codec.decoder();
  t.deepEqual(decoder.push(Buffer.concat([long, codec.encode(frame)])), []);
  t.deepEqual(decoder.flush(), [frame]);
  const { bytes, noiseBytes } = decoder.counters;
  t.is(noiseBytes, bytes - codec.encode(frame).length);
});

test("a frame that contains a frame is one frame", (t) => {
  const inner = codec.encode(random.bytes(100));
  t.deepEqual(push(codec.encode(inner)), [inner]);
  t.deepEqual(push(wrong(codec.encode(inner), range(120, 20))), [inner]);
});

test("a sender's parity is read whatever ours is, and a longer frame than ours is passed over", (t) => {
  const frame = random.bytes(300);
  for (const parity of [2, 16, 128]) t.deepEqual(push(fecFraming({ parity }).encode(frame)), [frame]);
  const decoder = fecFraming({ frameBytesMax: 200 }).decoder();
  t.deepEqual(decoder.push(codec.encode(frame)), []);
  t.deepEqual(decoder.push(codec.encode(frame.subarray(0, 200))), [frame.slice(0, 200)]);
  t.is(decoder.counters.oversized, 1);
});

test("corrections are counted", (t) => {
  const decoder = codec.decoder();
  decoder.push(wrong(codec.encode(random.bytes(100)), range(30, 7)));
  t.is(decoder.counters.correctedBytes, 7);
});

test("parity is even, from 2 to 128", (t) => {
  for (const parity of [0, 3, 130, 1.5]) t.throws(() => fecFraming({ parity }), { instanceOf: RangeError });
  t.throws(() => fecFraming({ parities: 2 } as never), { instanceOf: TypeError });
  t.throws(() => fecFraming({ frameBytesMax: 65_536 }), { instanceOf: RangeError });
});
