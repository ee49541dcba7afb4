/** Frames, checksums and codewords that other programs made (framing.py): written byte for byte, and read. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import test from "ava";
import {
  checksummed,
  cobsFraming,
  crc16CcittFalse,
  crc16X25,
  crc32,
  decodeFragment,
  decodeFragmentRequest,
  decodeRadioFrame,
  encodeFragmentRequest,
  encodeRadioFrame,
  FragmentSession,
  type FrameCodec,
  fecFraming,
  hdlcFraming,
  kissFraming,
  lengthPrefixFraming,
  loraAirtimeMs,
  ReedSolomon,
  slipFraming,
} from "waxwing/framing";
import { ownVectors, readJson } from "../support/vectors.js";

interface Vectors {
  checksums: { hex: string; crc16X25: number; crc16CcittFalse: number; crc32: number }[];
  framings: { framing: string; about: string; frame: string; encoded: string }[];
  radioFrames: { destination: string; sequence: string; payload: string; encoded: string }[];
  fragments: { mduBytes: number; frame: string; packets: string[] }[];
  fragmentRequests: { messageId: string; missing: number[]; encoded: string }[];
  reedSolomon: { parity: number; data: string; encoded: string }[];
  fec: { parity: number; frame: string; encoded: string; damaged: string }[];
  loraAirtime: {
    payloadBytes: number;
    spreadingFactor: number;
    bandwidthHz: number;
    codingRate: number;
    ms: number;
  }[];
}

const vectors = readJson<Vectors>(join(ownVectors, "framing.json"));
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const hexOf = (value: Uint8Array) => Buffer.from(value).toString("hex");
const sha256 = (value: Uint8Array) => new Uint8Array(createHash("sha256").update(value).digest());

const framings: Record<string, FrameCodec> = {
  cobs: cobsFraming(),
  slip: slipFraming(),
  hdlc: hdlcFraming(),
  "hdlc+crc-16": checksummed(hdlcFraming(), "crc-16"),
  "cobs+crc-32": checksummed(cobsFraming(), "crc-32"),
  "kiss port 0": kissFraming(),
  "kiss port 12": kissFraming({ port: 12 }),
  "length-prefix": lengthPrefixFraming(),
};

test("checksums of zlib and binascii, and the catalogue's check values", (t) => {
  for (const { hex, ...expected } of vectors.checksums) {
    const data = bytes(hex);
    t.deepEqual(
      { crc16X25: crc16X25(data), crc16CcittFalse: crc16CcittFalse(data), crc32: crc32(data) },
      expected,
    );
  }
  const check = new TextEncoder().encode("123456789");
  t.deepEqual([crc16X25(check), crc16CcittFalse(check), crc32(check)], [0x906e, 0x29b1, 0xcbf43926]);
});

for (const { framing, about, frame, encoded } of vectors.framings) {
  test(`${framing}: ${about}`, (t) => {
    const codec = framings[framing]!;
    t.is(hexOf(codec.encode(bytes(frame))), encoded);
    t.deepEqual(codec.decoder().push(bytes(encoded)).map(hexOf), [frame]);
  });
}

test("CIRP frames", (t) => {
  for (const { destination, sequence, payload, encoded } of vectors.radioFrames) {
    const frame = {
      destination: bytes(destination),
      sequence: BigInt(sequence),
      payload: bytes(payload),
    };
    t.is(hexOf(encodeRadioFrame(frame)), encoded);
    t.deepEqual(decodeRadioFrame(bytes(encoded)), frame);
  }
});

test("CFRG fragments: the same packets, and the same frame from them", (t) => {
  for (const { mduBytes, frame, packets } of vectors.fragments) {
    const sender = new FragmentSession({ sha256, mduBytes });
    t.deepEqual([...sender.send(bytes(frame))].map(hexOf), packets);
    const receiver = new FragmentSession({ sha256, mduBytes });
    const effects = packets.toReversed().flatMap((packet) => receiver.receive(bytes(packet), 0));
    t.deepEqual(effects, [{ type: "deliver", frame: bytes(frame) }]);
    for (const [index, packet] of packets.entries()) t.is(decodeFragment(bytes(packet)).index, index);
  }
});

test("CNAK requests", (t) => {
  for (const { messageId, missing, encoded } of vectors.fragmentRequests) {
    t.is(hexOf(encodeFragmentRequest({ messageId: bytes(messageId), missing })), encoded);
    t.deepEqual(decodeFragmentRequest(bytes(encoded)), { messageId: bytes(messageId), missing });
  }
});

test("Reed-Solomon codewords of reedsolo", (t) => {
  for (const { parity, data, encoded } of vectors.reedSolomon) {
    const code = new ReedSolomon(parity);
    t.is(data + hexOf(code.encode(bytes(data))), encoded);
    t.is(code.decode(bytes(encoded)), 0);
  }
});

test("frames with error correction, and the same with every twentieth byte wrong", (t) => {
  for (const { parity, frame, encoded, damaged } of vectors.fec) {
    t.is(hexOf(fecFraming({ parity }).encode(bytes(frame))), encoded);
    const decoder = fecFraming().decoder();
    t.deepEqual(decoder.push(bytes(encoded + damaged)).map(hexOf), [frame, frame]);
    t.is(decoder.counters.noiseBytes, 0);
  }
});

test("time on air of LoRa packets", (t) => {
  for (const { payloadBytes, ms, ...settings } of vectors.loraAirtime)
    t.true(Math.abs(loraAirtimeMs(payloadBytes, settings) - ms) < 1e-5, JSON.stringify(settings));
  // Figures that calculators of others give: 10 bytes at SF7 and 51 at SF12, 125 kHz, 4/5.
  t.is(loraAirtimeMs(10, { spreadingFactor: 7, bandwidthHz: 125_000, codingRate: 5 }).toFixed(3), "41.216");
  t.is(
    loraAirtimeMs(51, { spreadingFactor: 12, bandwidthHz: 125_000, codingRate: 5 }).toFixed(3),
    "2465.792",
  );
});
