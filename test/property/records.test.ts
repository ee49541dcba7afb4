/**
 * Laws of records under change: other bytes of one record keep its id, and no change of a single bit brings in
 * anything that its signer did not sign. A failure prints the seed and path that replay it.
 */
import test from "ava";
import fc from "fast-check";
import { type DecodedRecord, isRefusal, parseRecord, persistRowHash } from "waxwing/records";
import { alice, engine, keyOf, kinds, recordOf, signableTokens } from "../support/records.js";
import { openTrust } from "../support/trust.js";

const records = new Map<string, DecodedRecord>();
for (const token of signableTokens) records.set(token, await recordOf(token));

const utf8 = (text: string) => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const anyToken = fc.constantFrom(...signableTokens);

/** JSON text with members in random order and random white space. */
function rewrite(value: unknown, next: () => number): string {
  const space = () => ["", " ", "\n\t", "  \r"][Math.floor(next() * 4)]!;
  if (Array.isArray(value))
    return `[${space()}${value.map((element) => rewrite(element, next)).join(`,${space()}`)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) =>
      [next(), `${space()}${JSON.stringify(name)}${space()}:${space()}${rewrite(member, next)}`] as const,
  );
  members.sort(([a], [b]) => a - b);
  return `{${members.map(([, text]) => text).join(`${space()},`)}${space()}}`;
}

/** The same signed content, with an unsigned member more and the row hash made right. */
function withHint(record: DecodedRecord, name: string, hint: fc.JsonValue): unknown {
  const json = JSON.parse(Buffer.from(record.bytes).toString("utf8"));
  const inner = record.spec.wrapper ?? "";
  // Where M is the record itself, every member of it is signed; beside it there is room.
  const row = "without" in record.spec.signed ? json : (json[inner] ?? json);
  row[name] = hint;
  const hashed = json[inner] ?? json;
  if ("persist_row_hash" in hashed)
    hashed.persist_row_hash = hex(persistRowHash(engine, utf8(JSON.stringify(hashed))));
  return json;
}

test("re-serialised copies and copies with unsigned members have the same record id and M", (t) => {
  fc.assert(
    fc.property(
      anyToken,
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      fc.jsonValue({ maxDepth: 2 }),
      (token, stream, hint) => {
        const record = records.get(token)!;
        const next = () => stream.next().value as number;
        const bytes = utf8(rewrite(withHint(record, "x_hint", hint), next));
        const parsed = parseRecord(engine, kinds, token, bytes);
        if (isRefusal(parsed)) {
          // The hint itself may hold what no record may.
          return parsed.code === "integer_unsafe" || parsed.code === "record_malformed";
        }
        return (
          hex(parsed.recordId) === hex(record.recordId) && hex(parsed.signedBytes) === hex(record.signedBytes)
        );
      },
    ),
    { numRuns: 300 },
  );
  t.pass();
});

test("no flip of one bit in a record is admitted once the record is held", async (t) => {
  const trust = openTrust();
  await trust.admission.admit("key", [(await keyOf(alice)).bytes], {});
  for (const [token, record] of records) await trust.admission.admit(token, [record.bytes], {});
  await fc.assert(
    fc.asyncProperty(anyToken, fc.nat(), fc.nat(7), async (token, where, bit) => {
      const bytes = records.get(token)!.bytes.slice();
      bytes[where % bytes.length]! ^= 1 << bit;
      const [verdict] = await trust.admission.admit(token, [bytes], {});
      return verdict?.status !== "admitted";
    }),
    { numRuns: 1500 },
  );
  t.pass();
});

test("a flip of one bit never changes what is signed and still verifies", (t) => {
  fc.assert(
    fc.property(anyToken, fc.nat(), fc.nat(7), (token, where, bit) => {
      const record = records.get(token)!;
      const bytes = record.bytes.slice();
      bytes[where % bytes.length]! ^= 1 << bit;
      const parsed = parseRecord(engine, kinds, token, bytes);
      if (isRefusal(parsed) || hex(parsed.signedBytes) === hex(record.signedBytes)) return true;
      const { ed25519, mlDsa65 } = parsed.signatures[0]!;
      return !mlDsa65 || !engine.hybrid.verify({ ed25519, mlDsa65 }, parsed.signedBytes, alice.publicKeys);
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

test("random bytes and random JSON are only ever refused, as every kind and as none", (t) => {
  const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(utf8));
  fc.assert(
    fc.property(
      anyBytes,
      fc.option(fc.constantFrom(...kinds.tokens(), "nonsense"), { nil: undefined }),
      (bytes, kind) => isRefusal(parseRecord(engine, kinds, kind, bytes)),
    ),
    { numRuns: 2000 },
  );
  t.pass();
});

test("verdicts do not depend on how records are split into batches", async (t) => {
  const all = [await keyOf(alice), ...records.values()].map(({ bytes }) => bytes);
  const bad = all.map((bytes) => bytes.slice(0, -1));
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...all.slice(1), ...bad]),
      fc.integer({ min: 1, max: 5 }),
      async (list, size) => {
        const [whole, split] = [openTrust(), openTrust()];
        for (const trust of [whole, split]) await trust.admission.admit("key", [all[0]!], {});
        const statuses = async (trust: typeof whole, batch: Uint8Array[]) =>
          (await trust.admission.admit(undefined, batch, {})).map(({ status }) => status);
        const pieces: string[] = [];
        for (let at = 0; at < list.length; at += size)
          pieces.push(...(await statuses(split, list.slice(at, at + size))));
        return JSON.stringify(await statuses(whole, list)) === JSON.stringify(pieces);
      },
    ),
    { numRuns: 15 },
  );
  t.pass();
});
