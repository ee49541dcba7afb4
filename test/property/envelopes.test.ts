/**
 * The quick way through an envelope is the plain way: whatever the text, every engine reads it, or refuses it, as
 * an envelope that is read by whole passes over the text. A failure prints the seed and path that replay it.
 */
import assert from "node:assert/strict";
import test from "ava";
import fc from "fast-check";
import type { Engine } from "waxwing/core";
import { type Envelope, parseEnvelope } from "waxwing/records";
import { isWaxwingError } from "#dist/base/errors.js";
import { allEngines } from "../support/engines.js";
import { checkProperty } from "../support/property.js";

const engines = await allEngines();
const utf8 = new TextEncoder();

/** The engine without the one pass: JSON is checked as a whole, then taken apart as values. */
const plainly = (engine: Engine): Engine => ({
  ...engine,
  readSigned(json) {
    engine.canonicalize(json);
    return undefined;
  },
});

function outcome(engine: Engine, bytes: Uint8Array): unknown {
  try {
    return parts(parseEnvelope(engine, bytes));
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    return [error.code, error.message];
  }
}

/** Named one by one: some are made on demand, and belong to no spread. */
const parts = (envelope: Envelope) => ({
  ...envelope,
  signingKeyId: envelope.signingKeyId,
  body: envelope.body,
  bodyHash: envelope.bodyHash,
  value: envelope.value,
});

/** Texts of one member's value: the usual one, odd ones that mean the same, and others that do not fit. */
const anyValue = fc.constantFrom(
  "null",
  "1",
  '""',
  '"x"',
  "[]",
  "{}",
  "[1,2]",
  "true",
  '{"a":null}',
  "1e400",
);
const bytesList = (length: number) =>
  fc
    .oneof(
      {
        weight: 20,
        arbitrary: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length }),
      },
      { weight: 1, arbitrary: fc.array(fc.integer({ min: -1, max: 300 }), { maxLength: length + 1 }) },
    )
    .chain((numbers) =>
      fc
        .array(fc.constantFrom("", "", "", ".0", "e0", " "), {
          minLength: numbers.length,
          maxLength: numbers.length,
        })
        .map((tails) => `[${numbers.map((number, index) => `${number}${tails[index]}`).join(",")}]`),
    );
const quoted = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.constantFrom(
        "as it is",
        "as it is",
        "as it is",
        "as it is",
        "as it is",
        "as it is",
        "slashes",
        "all",
      ),
    )
    .map(([plain, escapes]) => {
      if (escapes === "slashes") return JSON.stringify(plain).replaceAll("/", "\\/");
      if (escapes === "as it is") return JSON.stringify(plain);
      return `"${Array.from({ length: plain.length }, (_, i) => `\\u${plain.charCodeAt(i).toString(16).padStart(4, "0")}`).join("")}"`;
    });
const base64 = quoted(
  fc
    .tuple(
      fc.uint8Array({ maxLength: 100 }),
      fc.constantFrom(...Array<string>(40).fill(""), "=", "A", " ", "é", "-"),
      fc.nat(140),
    )
    .map(([bytes, odd, at]) => {
      const text = Buffer.from(bytes).toString("base64");
      return text.slice(0, at) + odd + text.slice(at);
    }),
);
const keyId = quoted(
  fc.constantFrom(
    "alice",
    "bob/é",
    "alice",
    "carol",
    "k".repeat(256),
    "k".repeat(256),
    "😀",
    "a b",
    "x",
    `${"k".repeat(255)}é`,
    "",
  ),
);
const time = quoted(
  fc.constantFrom(
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.5Z",
    "2024-02-29T23:59:59-08:00",
    "2026-02-30T00:00:00Z",
    "1969-12-31T23:59:59.9999+05:30",
    "now",
    "2026-01-01T00:00:00",
  ),
);
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value));

const usual: Record<string, fc.Arbitrary<string>> = {
  edge_schema_version: quoted(fc.constantFrom(...Array<string>(20).fill("v2_0_0"), "v1_0_0")),
  signing_key_id: keyId,
  destination_key_id: keyId,
  message_type: quoted(fc.string()),
  sent_at: time,
  nonce: bytesList(16),
  body: json,
  signature: base64,
  signature_pqc: base64,
  in_reply_to: bytesList(32),
  testimonial_witness: fc.constant('{"w":[1]}'),
  key_boundary_scope: json,
  cohort_scope: json,
};
const optional = [
  "signature_pqc",
  "in_reply_to",
  "testimonial_witness",
  "key_boundary_scope",
  "cohort_scope",
];

interface Member {
  readonly key: string;
  readonly value: string;
  readonly place: number;
}

const member = (name: string, rarely: number): fc.Arbitrary<Member | undefined> =>
  fc
    .record({
      present: fc.integer({ min: 1, max: optional.includes(name) ? 2 : 150 }),
      place: fc.nat(1000),
      escaped: fc.integer({ min: 1, max: 30 }),
      odd: fc.integer({ min: 1, max: rarely }),
      value: usual[name] ?? json,
      other: anyValue,
    })
    .map(({ present, place, escaped, odd, value, other }) =>
      present === 1
        ? undefined
        : {
            key:
              escaped === 1
                ? `"\\u${name.charCodeAt(0).toString(16).padStart(4, "0")}${name.slice(1)}"`
                : `"${name}"`,
            value: odd === 1 ? other : value,
            place,
          },
    );

/** Members of all kinds in any order, spaced or not, sometimes one twice, and sometimes damaged. */
const text = fc
  .record({
    members: fc.tuple(
      ...Object.keys(usual).map((name) => member(name, 150)),
      member("extra", 4),
      member("a", 4),
    ),
    order: fc.constantFrom("as written", "sorted", "random"),
    space: fc.constantFrom("", "", " ", "\n\t"),
    twice: fc.integer({ min: 0, max: 200 }),
    damage: fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.tuple(
          fc.double({ min: 0, max: 0.999, noNaN: true }),
          fc.constantFrom("", "}", '"', "\\", "\u0000"),
        ),
      },
    ),
  })
  .map(({ members, order, space, twice, damage }) => {
    const present = members.filter((each) => each !== undefined);
    if (order === "random") present.sort((a, b) => a.place - b.place);
    if (order === "sorted") present.sort((a, b) => (a.key < b.key ? -1 : 1));
    if (twice < present.length) present.push(present[twice]!);
    const written = present.map(({ key, value }) => `${space}${key}${space}:${space}${value}`);
    const whole = `${space}{${written.join(`${space},`)}${space}}${space}`;
    if (damage === undefined) return whole;
    const at = Math.floor(damage[0] * whole.length);
    return whole.slice(0, at) + damage[1] + whole.slice(at + 1);
  });

const expected = new Map(engines.map(({ name, engine }) => [name, plainly(engine)]));
const reference = engines.at(-1)!;

test("parseEnvelope() reads and refuses any text as the plain way does, with every engine", (t) => {
  const seen = new Map<string, number>();
  checkProperty(
    t,
    fc.property(text, (envelope) => {
      const bytes = utf8.encode(envelope);
      const verdict = outcome(expected.get(reference.name)!, bytes);
      for (const { name, engine } of engines) {
        assert.deepEqual(outcome(engine, bytes), verdict, name);
        assert.deepEqual(outcome(expected.get(name)!, bytes), verdict, `${name}, the plain way`);
      }
      const kind = Array.isArray(verdict) ? String(verdict[0]) : "read";
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }),
    4,
  );
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
  // Without all three outcomes the property would say little.
  for (const kind of ["read", "envelope_schema", "envelope_malformed"])
    t.true((seen.get(kind) ?? 0) >= total / 50, `${kind}: ${seen.get(kind)} of ${total}`);
});

test("parseEnvelope() keeps nothing of the bytes it was given, be they a Buffer's", (t) => {
  const envelope = {
    edge_schema_version: "v2_0_0",
    signing_key_id: "alice",
    destination_key_id: "bob",
    message_type: "OpaqueEvent",
    sent_at: "2026-01-01T00:00:00Z",
    nonce: Array(16).fill(7),
    body: { long: "x".repeat(200) },
    signature: "AQID",
    x_unknown: 1.5,
  };
  for (const [way, { engine }] of engines.entries())
    for (const each of [engine, plainly(engine)]) {
      const bytes = Buffer.from(JSON.stringify(envelope));
      const parsed = parseEnvelope(each, bytes);
      bytes.fill(0);
      t.deepEqual(parsed.value, envelope, `${way}`);
      t.is(Buffer.from(parsed.body).toString(), JSON.stringify(envelope.body));
      t.deepEqual(parsed.bodyHash, engine.sha256(utf8.encode(JSON.stringify(envelope.body))));
    }
});
