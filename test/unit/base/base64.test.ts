import { randomBytes } from "node:crypto";
import test from "ava";
import { base64Decode, base64Encode } from "#dist/base/bytes.js";

test("base64Decode() gives what Buffer encoded, at every length from 0 to 300", (t) => {
  for (let length = 0; length <= 300; length++) {
    const bytes = randomBytes(length);
    t.deepEqual(base64Decode(bytes.toString("base64")), new Uint8Array(bytes));
    t.is(base64Encode(bytes), bytes.toString("base64"));
  }
});

test("base64Decode() refuses other alphabets, missing or misplaced padding and stray low bits", (t) => {
  const bad = "A|AA|AAA|=|====|A===|AA=A|AB==|AAB=|A A=|AAA\n|AA-_|AAAé|AAA\u0141|AA==AA==".split("|");
  for (const text of bad)
    t.throws(() => base64Decode(text), { instanceOf: RangeError }, JSON.stringify(text));
});
