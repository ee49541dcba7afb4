import test from "ava";
import { buildOwnRecord, createKinds, isRefusal, type OwnKind, parseRecord } from "waxwing/records";
import { alice, bob, engine } from "../../support/records.js";

const note: OwnKind = {
  token: "note",
  naturalKey: ["signer_key_id", "id"],
  fields: { id: "text", text: "text", "at?": "time" },
};

test("define() makes a kind that has, lists and carries like a built-in one", (t) => {
  const kinds = createKinds();
  t.false(kinds.has("note"));
  kinds.define(note);
  t.true(kinds.has("note"));
  t.is(kinds.wireVersion("note"), 2);
  t.false(kinds.isBootstrap("note"));
  t.is(kinds.tokens().at(-1), "note");
  t.true(kinds.admittedTokens().includes("note"));
  t.throws(() => kinds.wireVersion("nothing"), { instanceOf: RangeError });
});

test("define() refuses tokens that are taken, malformed or members of other kinds, and unknown options", (t) => {
  const kinds = createKinds();
  for (const token of ["key", "record", "attestation_id", "signature", "Note", "", "a-b", "x".repeat(65)])
    t.throws(() => kinds.define({ ...note, token }), { instanceOf: RangeError }, token);
  t.throws(() => kinds.define({ ...note, naturalKey: [] }), { instanceOf: TypeError });
  t.throws(() => kinds.define({ ...note, naturalKey: ["at"] }), { instanceOf: RangeError });
  t.throws(() => kinds.define({ ...note, time: "text" }), { instanceOf: RangeError });
  t.throws(() => kinds.define({ ...note, extra: 1 } as OwnKind), { instanceOf: TypeError });
  kinds.define(note);
  t.throws(() => kinds.define(note), { instanceOf: RangeError });
});

test("a record of an own kind signs its token, its signer and every member", async (t) => {
  const kinds = createKinds();
  const spec = kinds.define(note);
  const record = await buildOwnRecord(engine, kinds, spec, { id: "1", text: "x" }, alice);
  t.is(
    new TextDecoder().decode(record.signedBytes),
    `{"note":{"id":"1","text":"x"},"signer_key_id":"${alice.keyId}"}`,
  );
  const again = await buildOwnRecord(engine, kinds, spec, { id: "1", text: "x" }, bob);
  t.notDeepEqual(record.naturalKey, again.naturalKey);
  t.false(isRefusal(parseRecord(engine, kinds, undefined, record.bytes)));
});

test("a record's own signer_key_id member does not stand in for the wrapper's in the natural key", async (t) => {
  const kinds = createKinds();
  const spec = kinds.define(note);
  const honest = await buildOwnRecord(engine, kinds, spec, { id: "1", text: "x" }, alice);
  const forged = await buildOwnRecord(
    engine,
    kinds,
    spec,
    { id: "1", text: "x", signer_key_id: alice.keyId },
    bob,
  );
  t.notDeepEqual(forged.naturalKey, honest.naturalKey);
});

test("an embedder's check refuses with its sentence, and one that throws refuses too", async (t) => {
  const kinds = createKinds();
  const check = (record: Readonly<Record<string, unknown>>) => {
    if (record.text === "boom") throw new Error("bug");
    return record.text === "bad" ? "text is bad" : undefined;
  };
  const spec = kinds.define({ ...note, check });
  await t.notThrowsAsync(buildOwnRecord(engine, kinds, spec, { id: "1", text: "good" }, alice));
  await t.throwsAsync(buildOwnRecord(engine, kinds, spec, { id: "1", text: "bad" }, alice), {
    message: /text is bad/,
  });
  await t.throwsAsync(buildOwnRecord(engine, kinds, spec, { id: "1", text: "boom" }, alice), {
    message: /check threw/,
  });
});

test("visibility of an own kind follows its rule", async (t) => {
  const kinds = createKinds();
  const visibility = (record: Readonly<Record<string, unknown>>) =>
    record.text === "private" ? ("local" as const) : ("federation" as const);
  const spec = kinds.define({ ...note, visibility });
  const visibilityOf = async (text: string) => {
    const record = await buildOwnRecord(engine, kinds, spec, { id: "1", text }, alice);
    return isRefusal(record) ? "refused" : record.visibility;
  };
  t.is(await visibilityOf("private"), "local");
  t.is(await visibilityOf("public"), "federation");
});
