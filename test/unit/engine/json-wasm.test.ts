/** The WASM canonicalizer from inside: output in windows, bounds of the index, and costs that stay in proportion. */
import test from "ava";
import { isWaxwingError } from "waxwing/core";
import { loadWasm } from "#bindings/wasm/load.js";
import { limits } from "#dist/base/limits.js";
import { createReferenceJson } from "#dist/engine/reference/json.js";
import { createHashes } from "#dist/engine/wasm/hash.js";
import { createJson } from "#dist/engine/wasm/json.js";
import { Linear } from "#dist/engine/wasm/linear.js";
import { Sha256Choice } from "#dist/engine/wasm/sha256-choice.js";

const linear = new Linear(await loadWasm({ cacheBytes: 0 }));
const hashesBy = (option: "core" | { fromBytes: number; afterBytes: number }) =>
  createHashes(linear, new Sha256Choice(option, { simd: true }));
const inCore = hashesBy("core");
const outside = hashesBy({ fromBytes: 0, afterBytes: 0 });
const wasm = createJson(linear, inCore);
const reference = createReferenceJson();
const utf8 = new TextEncoder();
const show = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** Every kind of token, all of whose pieces can fall on the end of a window. */
const mixture = JSON.stringify({
  z: [1, -0.5, 1e21, 5e-324, 1.7976931348623157e308, true, false, null, [], {}, [[{}]], ""],
  'key with "quotes" and \\ and \u0001': { nested: { b: "é€😀\u007f".repeat(30), a: "x".repeat(200) } },
  "\u{1F600}": [
    { b: 1, a: 2 },
    { d: [{ f: 3, e: 4 }], c: 5 },
  ],
  long: Array.from({ length: 60 }, (_, index) => index * 1.1),
});

test("createJson() writes the same bytes through windows of every size from 64 to 400", (t) => {
  const text = utf8.encode(` ${mixture} `);
  const jcs = show(reference.canonicalize(text));
  const python = show(reference.canonicalizePython(text));
  const signed = utf8.encode(`{"s":"AQID",${mixture.slice(1)}`);
  for (let windowBytes = 64; windowBytes <= 400; windowBytes++) {
    const windowed = createJson(linear, inCore, { windowBytes });
    t.is(show(windowed.canonicalize(text)), jcs, `JCS, ${windowBytes}`);
    t.is(show(windowed.canonicalizePython(text)), python, `Python, ${windowBytes}`);
    const read = windowed.readSigned(signed, [{ name: "s", type: "signature" }]);
    t.is(read && show(read.signedBytes), jcs, `signed bytes, ${windowBytes}`);
    t.deepEqual(read?.decoded, [Uint8Array.of(1, 2, 3)]);
    const hash = reference.envelopeHash(text);
    t.deepEqual(windowed.envelopeHash(text), hash, `hash, ${windowBytes}`);
    t.deepEqual(
      createJson(linear, outside, { windowBytes }).envelopeHash(text),
      hash,
      `outside, ${windowBytes}`,
    );
  }
});

const refusal = (call: () => unknown): [string, unknown] | string => {
  try {
    call();
    return "accepted";
  } catch (error) {
    return isWaxwingError(error) ? [error.code, error.detail.offset] : String(error);
  }
};

function members(count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"${index.toString(36)}":0`).join(",")}}`;
}

test("canonicalize() takes jsonMembersMax members and refuses one more, on both engines", (t) => {
  const full = utf8.encode(members(limits.jsonMembersMax));
  t.deepEqual(wasm.envelopeHash(full), reference.envelopeHash(full));
  const over = members(limits.jsonMembersMax + 1);
  const expected = ["json_too_large", over.lastIndexOf(",") + 1] as [string, unknown];
  for (const engine of [wasm, reference])
    t.deepEqual(
      refusal(() => engine.canonicalize(utf8.encode(over))),
      expected,
    );
});

test("canonicalize() takes jsonObjectsMax objects and refuses one more, on both engines", (t) => {
  const full = `[${'{"":0},'.repeat(limits.jsonObjectsMax - 1)}{"":0},{}]`;
  t.deepEqual(wasm.envelopeHash(utf8.encode(full)), reference.envelopeHash(utf8.encode(full)));
  const over = `${full.slice(0, -1)},{"":0}]`;
  const expected = ["json_too_large", over.length - 6] as [string, unknown];
  for (const engine of [wasm, reference])
    t.deepEqual(
      refusal(() => engine.canonicalizePython(utf8.encode(over))),
      expected,
    );
});

test("canonicalize() has index for the densest records of recordBytesMax", (t) => {
  const objects = utf8.encode(`[${'{"":0},'.repeat(Math.floor((limits.recordBytesMax - 9) / 7))}{"":0}]`);
  t.true(objects.length > limits.recordBytesMax - 8 && objects.length <= limits.recordBytesMax);
  t.notThrows(() => wasm.envelopeHash(objects));
  const letters = Array.from({ length: 26 }, (_, index) => `"${String.fromCharCode(97 + index)}":0`);
  const wide = `{${letters.join(",")}}`;
  const dense = utf8.encode(
    `[${`${wide},`.repeat(Math.floor(limits.recordBytesMax / (wide.length + 1)) - 1)}0]`,
  );
  t.notThrows(() => wasm.envelopeHash(dense));
});

test("canonicalize() walks 16 MiB of numbers, which need no index", (t) => {
  const count = Math.floor(limits.jsonInputBytesMax / 4) - 1;
  const text = utf8.encode(`[${"255,".repeat(count)}1]`);
  const result = wasm.canonicalize(text);
  t.is(Buffer.compare(result, text), 0);
  text[1] = 0x20; // no longer canonical: written in full
  text[2] = 0x35;
  t.is(wasm.canonicalize(text).length, text.length - 1);
});

/** n log n comparisons take a fraction of a second here, n² more than half a minute: the bound is far from both. */
const sortMsMax = 8000;

const object = (keys: string[]) => `{${keys.map((key) => `"${key}":0`).join(",")}}`;
const count = (n: number) => Array.from({ length: n }, (_, index) => index);
const fixed = (index: number) => index.toString().padStart(6, "0");

const layouts: readonly [name: string, build: (n: number) => string][] = [
  ["keys in reverse order", (n) => object(count(n).map((i) => fixed(n - i)))],
  [
    "keys with a shared prefix of 100 bytes, in reverse",
    (n) => object(count(n).map((i) => "p".repeat(100) + fixed(n - i))),
  ],
  [
    "keys with a shared prefix of backslashes, in reverse",
    (n) => object(count(n).map((i) => "\\\\".repeat(40) + fixed(n - i))),
  ],
  ["an organ pipe of keys", (n) => object(count(n).map((i) => (i % 2 ? fixed(n - i) : fixed(n + i))))],
  ["keys in a saw", (n) => object(count(n).map((i) => fixed(i % 1000) + fixed(i)))],
  [
    "members that are objects, in reverse",
    (n) =>
      `{${count(n)
        .map((i) => `"${fixed(n - i)}":{"b":0}`)
        .join(",")}}`,
  ],
];
for (const [name, build] of layouts)
  test.serial(`canonicalize() of 100,000 members is not quadratic: ${name}`, (t) => {
    const text = utf8.encode(build(100_000));
    const start = performance.now();
    wasm.envelopeHash(text);
    t.true(performance.now() - start < sortMsMax, `${performance.now() - start} ms`);
  });

test("canonicalize() finds a duplicate among 100,000 keys that differ late", (t) => {
  const keys = count(100_000).map((i) => "p".repeat(30) + fixed(99_999 - i));
  const text = object([...keys, keys[12_345]!]);
  t.deepEqual(
    refusal(() => wasm.canonicalize(utf8.encode(text))),
    ["json_duplicate_key", text.lastIndexOf('"ppp')],
  );
});
