/** Laws of the canonical forms over any JSON, and the engines as each other's judges on any bytes. */
import assert from "node:assert/strict";
import test from "ava";
import fc from "fast-check";
import { isWaxwingError } from "waxwing/core";
import { allEngines } from "../support/engines.js";
import { checkProperty } from "../support/property.js";

const engines = await allEngines();
const reference = engines.at(-1)!.engine;
const builds = engines.slice(0, -1);
const utf8 = new TextEncoder();
const show = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** Keys and strings without lone surrogates, with everything that needs an escape or sorts oddly. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('"', "\\", "/", "\b", "\n", "\u0000", "\u001f", "\u007f", "a", "é", "\uffff", "😀"),
  }),
);
const number = fc.double({ noDefaultInfinity: true, noNaN: true });
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    number,
    fc.integer(),
    text,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(text, tie("value"), { maxKeys: 8 }),
  ),
})).value;

/** White space, escapes and number texts that JSON.stringify never writes. */
const layout = fc.record({
  space: fc.constantFrom("", " ", "\n", "\t \r\n"),
  escapes: fc.constantFrom("none", "all", "upper"),
  reverse: fc.boolean(),
});

interface Layout {
  space: string;
  escapes: string;
  reverse: boolean;
}

function write(value: unknown, { space, escapes, reverse }: Layout): string {
  const string = (plain: string) => {
    if (escapes === "none") return JSON.stringify(plain);
    const units = Array.from({ length: plain.length }, (_, i) =>
      plain.charCodeAt(i).toString(16).padStart(4, "0"),
    );
    return `"${units.map((unit) => `\\u${escapes === "upper" ? unit.toUpperCase() : unit}`).join("")}"`;
  };
  const walk = (node: unknown): string => {
    if (typeof node === "string") return string(node);
    if (Array.isArray(node)) return `[${space}${node.map(walk).join(`${space},${space}`)}${space}]`;
    if (typeof node !== "object" || node === null) return Object.is(node, -0) ? "-0.0" : JSON.stringify(node);
    const members = Object.entries(node).map(
      ([key, member]) => `${string(key)}${space}:${space}${walk(member)}`,
    );
    if (reverse) members.reverse();
    return `{${space}${members.join(`${space},${space}`)}${space}}`;
  };
  return `${space}${walk(value)}${space}`;
}

for (const { name, engine } of engines) {
  test(`${name}: the JCS form parses to the same value, is its own form, and depends on the value alone`, (t) => {
    checkProperty(
      t,
      fc.property(json, layout, layout, (value, first, second) => {
        const form = engine.canonicalize(utf8.encode(write(value, first)));
        assert.deepEqual(JSON.parse(show(form)), JSON.parse(JSON.stringify(value)));
        assert.deepEqual(engine.canonicalize(form), form);
        assert.deepEqual(engine.canonicalize(utf8.encode(write(value, second))), form);
      }),
    );
  });

  test(`${name}: the Python form is ASCII, parses to the same value and is its own form`, (t) => {
    checkProperty(
      t,
      fc.property(json, layout, (value, how) => {
        const source = write(value, how);
        const form = engine.canonicalizePython(utf8.encode(source));
        assert(form.every((byte) => byte >= 0x20 && byte < 0x7f));
        assert.deepEqual(JSON.parse(show(form)), JSON.parse(source));
        assert.deepEqual(engine.canonicalizePython(form), form);
      }),
    );
  });
}

type Outcome = { bytes: string } | { code: string; offset: unknown } | { thrown: string };

function outcome(call: (json: Uint8Array) => Uint8Array, bytes: Uint8Array): Outcome {
  try {
    return { bytes: Buffer.from(call(bytes)).toString("hex") };
  } catch (error) {
    return isWaxwingError(error)
      ? { code: error.code, offset: error.detail.offset }
      : { thrown: String(error) };
  }
}

const agree = (bytes: Uint8Array) => {
  for (const form of ["canonicalize", "canonicalizePython", "envelopeHash"] as const) {
    const expected = outcome(reference[form], bytes);
    for (const { name, engine } of builds)
      assert.deepEqual(
        outcome(engine[form], bytes),
        expected,
        `${name} ${form} ${JSON.stringify(show(bytes))}`,
      );
  }
};

test("all engines give one answer on valid JSON in any layout", (t) => {
  checkProperty(
    t,
    fc.property(json, layout, (value, how) => agree(utf8.encode(write(value, how)))),
  );
});

const mutation = fc.record({
  at: fc.nat(),
  remove: fc.integer({ min: 0, max: 3 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 3 }),
    fc.constantFrom(...'{}[],:"\\-+.eE0 1u'.split("").map((character) => utf8.encode(character))),
    fc.constantFrom(
      ...["\\ud800", "\\udc00", "\\u00e", '"a":1,', "1e400", "e-5", "00", "é", "nul"].map((part) =>
        utf8.encode(part),
      ),
    ),
    fc.constantFrom(
      Uint8Array.of(0xc0, 0x80),
      Uint8Array.of(0xed, 0xa0, 0x80),
      Uint8Array.of(0xf4, 0x90),
      Uint8Array.of(0xe2, 0x82),
    ),
  ),
});

test("all engines give one answer on damaged JSON: the same code, the same byte", (t) => {
  checkProperty(
    t,
    fc.property(json, layout, fc.array(mutation, { minLength: 1, maxLength: 3 }), (value, how, mutations) => {
      let bytes = utf8.encode(write(value, how));
      for (const { at, remove, insert } of mutations) {
        const start = at % (bytes.length + 1);
        bytes = new Uint8Array(
          Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + remove)]),
        );
      }
      agree(bytes);
    }),
    3,
  );
});

test("all engines give one answer on any bytes, and on any words of JSON", (t) => {
  const words = fc
    .array(
      fc.constantFrom(
        ...'{ } [ ] , : " \\ 0 1 -  . e E + null true false "a" "b" "\\u0061" 1e309 {"a":1}'.split(" "),
      ),
      { maxLength: 20 },
    )
    .map((parts) => utf8.encode(parts.join("")));
  checkProperty(
    t,
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), words), (bytes) => agree(bytes)),
    3,
  );
});
