import { randomBytes } from "node:crypto";
import test from "ava";
import { base64Decode, base64DecodedLength, base64Encode } from "#dist/base/bytes.js";

test("base64Decode() gives what Buffer encoded, at every length from 0 to 300", (t) => {
  for (let length = 0; length <= 300; length++) {
    const bytes = randomBytes(length);
    t.deepEqual(base64Decode(bytes.toString("base64")), new Uint8Array(bytes));
    t.is(base64Encode(bytes), bytes.toString("base64"));
    t.is(base64DecodedLength(bytes.toString("base64")), length);
  }
});

test("base64Decode() refuses other alphabets, missing or misplaced padding and stray low bits", (t) => {
  const bad = "A|AA|AAA|=|====|A===|AA=A|AB==|AAB=|A A=|AAA\n|AA-_|AAAé|AAA\u0141|AA==AA==".split("|");
  for (const text of bad)
    t.throws(() => base64Decode(text), { instanceOf: RangeError }, JSON.stringify(text));
});

test("base64DecodedLength() takes exactly what a strict encoder writes, of texts right and almost right", (t) => {
  const letters = ["A", "/", "+", "Q", "g", "=", "-", "é", " "];
  const lengthOf = (text: string) => {
    const lenient = Buffer.from(text, "base64");
    return lenient.toString("base64") === text ? lenient.length : undefined;
  };
  const texts = [""];
  for (let from = 0, round = 0; round < 5; round++) {
    const end = texts.length;
    for (; from < end; from++) for (const letter of letters) texts.push(texts[from]! + letter);
  }
  for (const text of texts) {
    if (base64DecodedLength(text) !== lengthOf(text)) t.fail(`"${text}"`);
    const longer = `AAAA${text}`;
    if (base64DecodedLength(longer) !== lengthOf(longer)) t.fail(`"${longer}"`);
  }
  t.true(texts.length > 50_000);
});
