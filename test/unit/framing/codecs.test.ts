/** What one framing does and no other: its rules at the edges, byte by byte. */
import test, { type ExecutionContext } from "ava";
import {
  checksummed,
  cobsFraming,
  type FrameCodec,
  type FrameDecoder,
  hdlcFraming,
  kissCommandFraming,
  kissFraming,
  lengthPrefixFraming,
  slipFraming,
} from "waxwing/framing";

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const hexes = (frames: readonly Uint8Array[]) => frames.map((frame) => Buffer.from(frame).toString("hex"));

/** Reads a stream given as hex; `noise` is what must have been counted. */
function reads(t: ExecutionContext, codec: FrameCodec, stream: string, frames: string[], noise = 0): void {
  const decoder = codec.decoder();
  t.deepEqual(hexes(decoder.push(bytes(stream))), frames, stream);
  t.is(decoder.counters.noiseBytes, noise, `noise in ${stream}`);
}

test("delimiters in a row are no frames and no noise", (t) => {
  reads(t, cobsFraming(), "00 00 00 02 11 00 00", ["11"]);
  reads(t, slipFraming(), "c0 c0 c0 11 c0 c0", ["11"]);
  reads(t, hdlcFraming(), "7e 7e 7e 11 7e 7e", ["11"]);
  reads(t, kissFraming(), "c0 c0 c0 00 11 c0 c0", ["11"]);
});

test("one delimiter may end a frame and begin the next", (t) => {
  reads(t, cobsFraming(), "02 11 00 02 22 00", ["11", "22"]);
  reads(t, slipFraming(), "11 c0 22 c0", ["11", "22"]);
  reads(t, hdlcFraming(), "7e 11 7e 22 7e", ["11", "22"]);
  reads(t, kissFraming(), "c0 00 11 c0 00 22 c0", ["11", "22"]);
});

test("before the first flag HDLC and KISS read nothing; SLIP and COBS a frame", (t) => {
  reads(t, hdlcFraming(), "11 7e 22 7e", ["22"], 1);
  reads(t, kissFraming(), "00 11 c0 00 22 c0", ["22"], 2);
});

test("cobs: both forms of a full last block are read, and codes beyond the frame are not", (t) => {
  const full = "11".repeat(254);
  reads(t, cobsFraming(), `00 ff ${full} 00`, [full]);
  reads(t, cobsFraming(), `00 ff ${full} 01 00`, [full]);
  reads(t, cobsFraming(), "00 05 11 22 00 02 33 00", ["33"], 3);
  reads(t, cobsFraming(), "00 01 00 02 33 00", ["33"], 1);
});

test("slip: an escape before anything but its two codes damages the frame", (t) => {
  reads(t, slipFraming(), "c0 11 db 22 c0 33 c0", ["33"], 3);
  reads(t, slipFraming(), "c0 11 db c0 33 c0", ["33"], 2);
  reads(t, slipFraming(), "c0 db dc db dd c0", ["c0db"]);
});

test("hdlc: any byte may be escaped, and an escape before the flag aborts the frame", (t) => {
  reads(t, hdlcFraming(), "7e 7d 31 7d 5e 7e", ["117e"]);
  reads(t, hdlcFraming(), "7e 11 7d 7e 22 7e", ["22"], 2);
});

test("kiss: other ports, commands and empty data frames are ignored, and are no noise", (t) => {
  const decoder = kissFraming({ port: 2 }).decoder();
  const stream = bytes("c0 20 11 c0 c0 00 22 c0 c0 21 33 c0 c0 20 c0 c0 20 44 c0");
  t.deepEqual(hexes(decoder.push(stream)), ["11", "44"]);
  t.deepEqual([decoder.counters.ignored, decoder.counters.noiseBytes], [3, 0]);
  reads(t, kissFraming({ port: "any" }), "c0 20 11 c0 c0 00 22 c0", ["11", "22"]);
  t.deepEqual(hexes([kissFraming({ port: "any" }).encode(bytes("11"))]), ["c00011c0"]);
});

test("kiss: the command framing gives every port and command, RNode's whole bytes too", (t) => {
  const codec = kissCommandFraming();
  const commands = [
    { port: 0, command: 8, data: bytes("73") },
    { port: 12, command: 0, data: bytes("c0db") },
    { port: 15, command: 15, data: new Uint8Array(0) },
  ];
  const encoded = commands.map((command) => codec.encode(command));
  t.deepEqual(hexes(encoded), ["c00873c0", "c0dbdcdbdcdbddc0", "c0ffc0"]);
  t.deepEqual(codec.decoder().push(Buffer.concat(encoded)), commands);
  t.throws(() => codec.encode({ port: 16, command: 0, data: bytes("") }), { instanceOf: RangeError });
  t.throws(() => codec.encode({ port: 0, command: 16, data: bytes("") }), { instanceOf: RangeError });
  const small = kissCommandFraming({ frameBytesMax: 1 });
  t.throws(() => small.encode({ port: 0, command: 0, data: bytes("1122") }), { code: "frame_too_large" });
});

test("length prefix: a lying length costs no memory, and a bad one ends the stream with what it was", (t) => {
  const codec = lengthPrefixFraming();
  const before = process.memoryUsage().arrayBuffers;
  const decoders: FrameDecoder[] = [];
  for (let i = 0; i < 200; i++) {
    const decoder = codec.decoder();
    decoder.push(bytes("007fffff 11"));
    decoders.push(decoder);
  }
  t.true(process.memoryUsage().arrayBuffers - before < 10_000_000, `${decoders.length} decoders`);
  for (const length of ["00000000", "00800001", "ffffffff"]) {
    const decoder = codec.decoder();
    const error = t.throws(() => decoder.push(bytes(`${length} 00`)), { code: "frame_length" });
    t.is(decoder.failure, error as never);
    t.is(decoder.counters.noiseBytes, 5);
  }
});

test("a decoder that has carried a large frame gives its memory back", (t) => {
  const codec = cobsFraming();
  const decoder = codec.decoder();
  const large = codec.encode(new Uint8Array(8 * 1024 * 1024));
  for (let at = 0; at < large.length; at += 65_536) decoder.push(large.subarray(at, at + 65_536));
  t.is(decoder.counters.frames, 1);
  t.deepEqual(hexes(decoder.push(bytes("02 11 00"))), ["11"]);
});

test("checksummed: a frame of less than its checksum is bad, and names add up", (t) => {
  const codec = checksummed(hdlcFraming({ frameBytesMax: 100 }), "crc-16");
  t.deepEqual([codec.name, codec.frameBytesMax], ["hdlc+crc-16", 98]);
  const decoder = codec.decoder();
  t.deepEqual(decoder.push(bytes("7e 11 7e 7e 11 22 7e 7e 11 22 33 7e")), []);
  const { badChecksums, frames, noiseBytes } = decoder.counters;
  t.deepEqual({ badChecksums, frames, noiseBytes }, { badChecksums: 3, frames: 0, noiseBytes: 6 });
  t.throws(() => checksummed(cobsFraming({ frameBytesMax: 4 }), "crc-32"), { instanceOf: RangeError });
  t.throws(() => checksummed(cobsFraming(), "md5" as never), { instanceOf: TypeError });
});

test("misspelt options are refused", (t) => {
  t.throws(() => cobsFraming({ frameBytes: 1 } as never), { instanceOf: TypeError });
  t.throws(() => kissFraming({ port: 16 }), { instanceOf: RangeError });
  t.throws(() => slipFraming({ frameBytesMax: 0 }), { instanceOf: RangeError });
});
