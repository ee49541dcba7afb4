/** CIRP refusals, in the order of the fact sheet. */
import test from "ava";
import { crc32, decodeRadioFrame, encodeRadioFrame } from "waxwing/framing";

const destination = new Uint8Array(16).fill(9);
const good = encodeRadioFrame({ destination, sequence: 5n, payload: Uint8Array.of(1, 2, 3) });

/** A changed copy whose checksum fits again. */
function resealed(change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = good.slice();
  change(bytes);
  const end = bytes.length - 4;
  new DataView(bytes.buffer).setUint32(end, crc32(bytes.subarray(0, end)));
  return bytes;
}

const refusals: [string, Uint8Array, string][] = [
  ["35 bytes", good.slice(0, 35), "radio_frame_malformed"],
  ["another magic", resealed((bytes) => bytes.set([0x63])), "radio_frame_malformed"],
  ["a length beyond the limit", resealed((bytes) => bytes.set([0, 4, 0, 1], 28)), "frame_too_large"],
  ["a longer payload than is there", resealed((bytes) => bytes.set([4], 31)), "radio_frame_malformed"],
  ["a shorter one", resealed((bytes) => bytes.set([2], 31)), "radio_frame_malformed"],
  ["a wrong checksum", good.map((byte, index) => (index === 33 ? byte ^ 1 : byte)), "frame_checksum"],
];

for (const [what, bytes, code] of refusals) {
  test(`${what} is ${code}`, (t) => {
    t.throws(() => decodeRadioFrame(bytes), { code });
  });
}

test("payloads up to 262 144 bytes, u64 sequence numbers and 16-byte destinations are encoded", (t) => {
  const largest = { destination, sequence: 2n ** 64n - 1n, payload: new Uint8Array(262_144) };
  t.deepEqual(decodeRadioFrame(encodeRadioFrame(largest)), largest);
  const { sequence } = largest;
  t.throws(() => encodeRadioFrame({ ...largest, payload: new Uint8Array(262_145) }), {
    code: "frame_too_large",
  });
  t.throws(() => encodeRadioFrame({ ...largest, sequence: sequence + 1n }), { instanceOf: RangeError });
  t.throws(() => encodeRadioFrame({ ...largest, destination: new Uint8Array(15) }), {
    instanceOf: RangeError,
  });
});
