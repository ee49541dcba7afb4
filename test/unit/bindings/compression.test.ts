/** Raw DEFLATE by the runtime's zlib: what a hostile stream may cost. */
import { deflateRawSync } from "node:zlib";
import test from "ava";
import { createZlibCompressor } from "#dist/bindings/compression/zlib.js";

const compressor = createZlibCompressor();

test("inflate() is the inverse of deflate(), at any length", (t) => {
  for (const length of [0, 1, 511, 512, 65_535, 65_536, 1_000_003]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * index) >>> 5);
    const deflated = compressor.deflate(bytes);
    t.deepEqual(compressor.inflate(deflated, length), bytes);
    t.is(Object.getPrototypeOf(deflated), Uint8Array.prototype);
    if (length > 0) t.is(compressor.inflate(deflated, length - 1), undefined, "one byte more than allowed");
  }
});

test("inflate() of a bomb gives nothing, and takes no memory for what it would have given", (t) => {
  const bomb = new Uint8Array(deflateRawSync(new Uint8Array(256 * 1024 * 1024), { level: 9 }));
  t.true(bomb.length < 300_000);
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  let peak = 0;
  for (let i = 0; i < 5; i++) {
    t.is(compressor.inflate(bomb, 1_000_000), undefined);
    peak = Math.max(peak, process.memoryUsage().arrayBuffers + process.memoryUsage().external - before);
  }
  t.true(peak < 64 * 1024 * 1024, `${peak} bytes`);
});

test("inflate() refuses a stream that is cut, followed by something, or none", (t) => {
  const deflated = compressor.deflate(new TextEncoder().encode("hello hello hello"));
  t.truthy(compressor.inflate(deflated, 100));
  t.is(compressor.inflate(deflated.subarray(0, -1), 100), undefined);
  t.is(compressor.inflate(new Uint8Array([...deflated, 0]), 100), undefined);
  t.is(compressor.inflate(new Uint8Array(0), 100), undefined);
  t.is(compressor.inflate(new Uint8Array(100).fill(255), 100), undefined);
});
