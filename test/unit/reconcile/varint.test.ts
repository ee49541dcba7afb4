/** Varints at the widths where 32-bit operators would lose their sign or their top. */
import test from "ava";
import { isWaxwingError } from "waxwing/core";
import { encodeVarint, Reader } from "#dist/reconcile/varint.js";

const widths = [
  0,
  1,
  127,
  128,
  16_383,
  16_384,
  2 ** 21,
  2 ** 28 - 1,
  2 ** 28,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 31 + 1,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 35,
  2 ** 49,
  Number.MAX_SAFE_INTEGER,
];

test("encodeVarint() is base 128, most significant digit first, as few digits as possible", (t) => {
  for (const value of widths) {
    const digits = value
      .toString(2)
      .padStart(Math.ceil(value.toString(2).length / 7) * 7, "0")
      .match(/.{7}/g)!;
    const expected = digits.map((bits, i) => Number.parseInt(bits, 2) + (i < digits.length - 1 ? 128 : 0));
    t.deepEqual(encodeVarint(value), expected, String(value));
    t.is(new Reader(Uint8Array.from(expected)).varint(), value);
  }
});

test("Reader.varint() refuses leading zeros, values above 2^53 and ends in the middle", (t) => {
  for (const bytes of [[0x80, 0x01], [0x80], [0xff], [0x90, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], []])
    t.throws(() => new Reader(Uint8Array.from(bytes)).varint(), {
      instanceOf: Error,
      message: /varint|ends too soon/,
    });
  try {
    new Reader(Uint8Array.of(0x80, 0)).varint();
    t.fail();
  } catch (error) {
    t.true(isWaxwingError(error, "reconcile_malformed"));
  }
});
