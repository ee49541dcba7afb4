/**
 * The WASM scanner from inside: it looks at 8 or 16 bytes at a time, copies what is canonical whole and
 * rewrites numbers in place. Every build against the reference engine, with everything at every offset.
 */
import test from "ava";
import { type Engine, isWaxwingError } from "waxwing/core";
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../../support/engines.js";

const cores = await allCores({ cacheBytes: 0 });
const reference = createReferenceEngine();
const forms = ["canonicalize", "canonicalizePython", "envelopeHash"] as const;
type Form = (typeof forms)[number];

function answer(engine: Engine, form: Form, bytes: Uint8Array): string {
  try {
    return Buffer.from(engine[form](bytes)).toString("latin1");
  } catch (error) {
    return isWaxwingError(error) ? `${error.code} at ${error.detail.offset}` : String(error);
  }
}

/** What the builds answer otherwise than the reference; empty if nothing. */
function differences(inputs: readonly Uint8Array[]): string[] {
  const found: string[] = [];
  for (const bytes of inputs)
    for (const form of forms) {
      const expected = answer(reference, form, bytes);
      for (const core of cores)
        if (answer(core, form, bytes) !== expected)
          found.push(`${core.features.engine} ${form} ${Buffer.from(bytes).toString("hex")}`);
    }
  return found;
}

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const utf8 = (text: string) => new Uint8Array(Buffer.from(text));

test("canonicalize() finds every byte that a string may not hold as it is, at every offset of a block", (t) => {
  const inputs: Uint8Array[] = [];
  for (let byte = 0; byte < 256; byte++)
    for (const offset of [0, 1, 7, 8, 9, 15, 16, 17, 31, 33])
      inputs.push(latin1(`["${"x".repeat(offset)}${String.fromCharCode(byte)}${"y".repeat(20)}"]`));
  t.deepEqual(differences(inputs), []);
});

test("canonicalize() reads sequences and escapes across the edges of blocks", (t) => {
  const pieces = [
    "é",
    "€",
    "😀",
    "é€😀é",
    "\u007f",
    "\\n",
    "\\u00e9",
    "\\u001f",
    "\\u001F",
    "\\ud83d\\ude00",
    "\\/",
  ];
  const broken = ["\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80", "\x80"];
  const inputs: Uint8Array[] = [];
  for (let offset = 0; offset <= 34; offset++) {
    const lead = "a".repeat(offset);
    for (const piece of pieces) inputs.push(utf8(`{"${lead}${piece}":"${lead}${piece}${lead}"}`));
    for (const piece of broken)
      inputs.push(latin1(`["${lead}\xc3\xa9${piece}"]`), latin1(`["${lead}${piece}${lead}"]`));
  }
  t.deepEqual(differences(inputs), []);
});

test("canonicalize() refuses a text that ends in the middle of any token", (t) => {
  const text = utf8('{"abc":[true,false,null,-1.25e+10,"é\\u00e9\\ud83d\\ude00"],"b":{"c":[{}]}}');
  t.deepEqual(differences(Array.from({ length: text.length }, (_, end) => text.subarray(0, end))), []);
});

test("canonicalize() copies what is canonical and writes what is not, in every mixture", (t) => {
  const values = ["1", "1.0", "1e5", "99999999999999999", '"x"', '"\\u0078"', '"\u007f"', "[1, 2]", "[1,2]"];
  const objects = [
    '{"a":1,"b":2}',
    '{"b":1,"a":2}',
    '{"a":1 }',
    '{"a" :1}',
    "{ }",
    "{}",
    '{"a":[{"d":1,"c":2}]}',
  ];
  const parts = [...values, ...objects];
  const inputs: Uint8Array[] = [];
  for (const first of parts)
    for (const second of parts)
      inputs.push(
        utf8(`[${first},${second},${first}]`),
        utf8(`{"k":${first},"l":${second}}`),
        utf8(`{"l":${first},"k":${second}}`),
        utf8(`{"l":{"n":${first},"m":${second}},"k":[${second},${first}]}`),
        utf8(`{"a":{"n":[${first} ,{"x":${second}}]},"b":${first}}`),
      );
  t.deepEqual(differences(inputs), []);
});

test("canonicalize() recognises canonical numbers, and rewrites the others, whatever their length", (t) => {
  const numbers = [
    "-0",
    "0",
    "0.0",
    "-0.0",
    "0e5",
    "1E0",
    "0.000001",
    "0.0000001",
    "0.0000012",
    "1e-6",
    "1e-7",
  ];
  numbers.push("1e20", "1e21", "1e+21", "1E21", "123456789012345678901", "1234567890123456789012", "0.10");
  for (let count = 14; count <= 23; count++)
    for (const digit of ["1", "9", "5"])
      numbers.push(
        digit.repeat(count),
        `-${digit.repeat(count)}`,
        `0.${digit.repeat(count)}`,
        `0.00000${digit.repeat(count)}`,
        `0.000000${digit.repeat(count)}`,
        `1.${digit.repeat(count)}`,
        `${digit.repeat(count)}.5`,
        `${digit}.${digit.repeat(count)}e-30`,
      );
  t.deepEqual(
    differences([...numbers.map(utf8), utf8(`[${numbers.join()}]`), utf8(`[${numbers.join(" , ")}]`)]),
    [],
  );
});

test("canonicalize() refuses a repeated key among many, at the first that repeats", (t) => {
  const inputs: Uint8Array[] = [];
  for (const count of [2, 3, 12, 24, 25, 60])
    for (const repeated of [1, count >> 1, count - 1]) {
      const keys = Array.from({ length: count }, (_, index) => `key-${(index * 7919) % 1009}`);
      keys[repeated] = keys[0]!;
      inputs.push(utf8(`{${keys.map((key) => `"${key}":0`).join()}}`));
      inputs.push(
        utf8(
          `{${[...keys]
            .sort()
            .map((key) => `"${key}":0`)
            .join()}}`,
        ),
      );
    }
  t.deepEqual(differences(inputs), []);
});

test("canonicalize() ends a number at its second point, however long it is: a fuzz finding", (t) => {
  const texts = [
    '{"":31348.623197693134848.e308',
    "[1.2345678901234567890.5]",
    "12345678901234567890.12345678901234567890.e308",
    `[${"1".repeat(900)}.5.e308]`,
    "1..e308",
    "1.5e3.5",
  ];
  t.deepEqual(differences(texts.map((text) => Buffer.from(text))), []);
});
