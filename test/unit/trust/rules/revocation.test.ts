/** Revocations of keys: who may, from when, what becomes of what was signed before and after. */
import test from "ava";
import { limits } from "waxwing";
import { type DecodedRecord, signRecord } from "waxwing/records";
import { createMemoryStore } from "waxwing/store";
import { deriveFacts } from "waxwing/trust";
import { alice, attestationOf, bob, carol, engine, keyOf, kinds, startMs } from "../../../support/records.js";
import { fillRowsOf, keyAt, locationOf, occurrenceAt, revocationOf } from "../../../support/rules.js";
import { openTrust, outcomes } from "../../../support/trust.js";

/** A statement of bob's, made so many seconds from the start. */
const statement = (seconds: number, id = `at ${seconds}`) =>
  attestationOf(bob, id, { assertedAtMs: startMs + 1000 * seconds });

/** A node whose clock stands `seconds` behind the start, and that knows alice and bob. */
async function openAt(seconds: number, store = createMemoryStore()) {
  const trust = openTrust({ store });
  await trust.fake.advance(1000 * seconds);
  await outcomes(trust, [await keyOf(alice), await keyOf(bob)]);
  return trust;
}

const heldIds = async (trust: Awaited<ReturnType<typeof openAt>>, kind = "attestation") =>
  (await trust.store.list(kind, { after: 0, limit: 99 }))
    .map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString("utf8")).attestation_id)
    .sort();

test("from effective_at on what is signed later is refused, what was signed before is not", async (t) => {
  const trust = await openAt(100);
  t.deepEqual(
    await outcomes(trust, [
      await revocationOf(bob, bob.keyId, { effective: 50 }),
      await statement(49),
      await statement(50),
      await statement(99),
    ]),
    ["admitted", "admitted", "key_revoked", "key_revoked"],
  );
  const entry = await trust.directory.lookup(bob.keyId);
  t.is(entry?.standing, "revoked");
  t.deepEqual(entry?.withdrawn, { standing: "native", signedBeforeMs: startMs + 50_000 });
});

test("what was signed too late and came before the revocation is taken out again", async (t) => {
  const trust = await openAt(100);
  const events = trust.admission.events.subscribe();
  await outcomes(trust, [
    await statement(49),
    await statement(50),
    await statement(99),
    await locationOf(alice),
  ]);
  await outcomes(trust, [await revocationOf(bob, bob.keyId, { effective: 50 })]);
  await trust.admission.sweep();
  t.deepEqual(await heldIds(trust), ["at 49"]);
  t.is((await trust.store.list("location_proof", { after: 0, limit: 9 })).length, 1, "others' records stay");
  t.deepEqual(await trust.store.list("revocation", { after: 0, limit: 9 }).then((list) => list.length), 1);
  trust.admission.close();
  const retracted = [];
  for await (const event of events) if (event.type === "retracted") retracted.push(event.keyId);
  t.deepEqual(retracted, [bob.keyId, bob.keyId]);
});

test("revoked_after reaches further back than effective_at, and never forward", async (t) => {
  const trust = await openAt(100);
  t.deepEqual(
    await outcomes(trust, [
      await revocationOf(bob, bob.keyId, { effective: 50, after: 20 }),
      await statement(19),
      await statement(20),
    ]),
    ["admitted", "admitted", "key_revoked"],
  );
  const other = await openAt(100);
  t.deepEqual(
    await outcomes(other, [
      await revocationOf(bob, bob.keyId, { effective: 50, after: 70 }),
      await statement(50),
    ]),
    ["admitted", "key_revoked"],
  );
});

test("of several revocations the earliest counts, in any order", async (t) => {
  const [early, late] = [
    await revocationOf(bob, bob.keyId, { id: "early", effective: 20 }),
    await revocationOf(bob, bob.keyId, { id: "late", effective: 60 }),
  ];
  for (const order of [
    [early, late],
    [late, early],
  ]) {
    const trust = await openAt(100);
    for (const record of order) await outcomes(trust, [record]);
    t.deepEqual(await outcomes(trust, [await statement(19), await statement(20)]), [
      "admitted",
      "key_revoked",
    ]);
  }
});

test("a revocation that lies ahead takes effect by the clock, and then takes out what came between", async (t) => {
  const trust = await openAt(0);
  t.deepEqual(
    await outcomes(trust, [
      await revocationOf(bob, bob.keyId, { effective: 60, made: 0 }),
      await statement(59),
    ]),
    ["admitted", "admitted"],
  );
  t.is((await trust.directory.lookup(bob.keyId))?.standing, "native");
  // Within the allowed skew of clocks a statement may be from the future.
  t.deepEqual(await outcomes(trust, [await statement(61)]), ["admitted"]);
  await trust.admission.sweep();
  t.deepEqual(await heldIds(trust), ["at 59", "at 61"]);
  await trust.fake.advance(60_000);
  t.is((await trust.directory.lookup(bob.keyId))?.standing, "revoked");
  t.deepEqual(await outcomes(trust, [await statement(60), await statement(58)]), ["key_revoked", "admitted"]);
  await trust.admission.sweep();
  t.deepEqual(await heldIds(trust), ["at 58", "at 59"]);
});

test("by a clock that is not synchronised a revocation ahead makes what it would hit wait", async (t) => {
  const trust = await openAt(0);
  await outcomes(trust, [await revocationOf(bob, bob.keyId, { effective: 60, made: 0 })]);
  trust.fake.setSynchronised(false);
  t.deepEqual(await outcomes(trust, [await statement(59), await statement(60)]), [
    "admitted",
    "clock_not_synchronised",
  ]);
  trust.fake.setSynchronised(true);
  t.deepEqual(await outcomes(trust, [await statement(60)]), ["admitted"]);
});

test("a record that tells no time counts as signed now", async (t) => {
  const store = createMemoryStore();
  const trust = await openAt(0, store);
  const spec = trust.admission.defineKind({ token: "note", naturalKey: ["id"] });
  const note = (id: string) => signRecord(engine, trust.kinds, spec, { record: { id } }, bob);
  t.deepEqual(await outcomes(trust, [await note("a")]), ["admitted"]);
  await outcomes(trust, [await revocationOf(bob, bob.keyId, { effective: 60, made: 0 })]);
  t.deepEqual(await outcomes(trust, [await note("b")]), ["admitted"]);
  await trust.fake.advance(60_000);
  t.deepEqual(await outcomes(trust, [await note("c")]), ["key_revoked"]);
  await trust.admission.sweep();
  t.is((await store.list("note", { after: 0, limit: 9 })).length, 0);
});

test("the record of a revoked key shows its keys, unless it says that it is too late", async (t) => {
  const trust = openTrust();
  await trust.fake.advance(100_000);
  t.deepEqual(
    await outcomes(trust, [await keyAt(bob, 10), await revocationOf(bob, bob.keyId, { effective: 50 })]),
    ["admitted", "admitted"],
  );
  t.deepEqual(await outcomes(trust, [await keyAt(bob, 50), await keyAt(bob, 49)]), [
    "key_revoked",
    "admitted",
  ]);
  // Who hears of the revocation first learns the keys all the same, and what they are worth.
  const late = openTrust();
  await late.fake.advance(100_000);
  const revocation = await revocationOf(bob, bob.keyId, { effective: 50 });
  t.deepEqual(await outcomes(late, [revocation]), ["key_unknown"]);
  t.deepEqual(await outcomes(late, [await keyAt(bob, 50)]), ["admitted"], "nothing is known of a revocation");
  t.deepEqual(await outcomes(late, [revocation]), ["admitted"]);
  await late.admission.sweep();
  t.is((await late.store.list("key", { after: 0, limit: 9 })).length, 0);
  t.is((await late.directory.lookup(bob.keyId))?.standing, "revoked");
  t.deepEqual(await outcomes(late, [await keyAt(bob, 10), await statement(10)]), ["admitted", "admitted"]);
});

test("a key's own revocations outlive it; those it made of others are judged by their time", async (t) => {
  const trust = openTrust();
  await trust.fake.advance(100_000);
  const ofCarol = { identityRef: bob.keyId };
  await outcomes(trust, [await keyOf(alice), await keyOf(bob), await keyAt(carol, -50, ofCarol)]);
  const revocations: DecodedRecord[] = [
    await revocationOf(bob, carol.keyId, { id: "in time", effective: 40 }),
    await revocationOf(bob, carol.keyId, { id: "too late", effective: 30, made: 70 }),
    await revocationOf(bob, bob.keyId, { id: "own", effective: 50, made: 90 }),
  ];
  t.deepEqual(await outcomes(trust, revocations), ["admitted", "admitted", "admitted"]);
  await trust.admission.sweep();
  const { withdrawn } = (await trust.directory.lookup(carol.keyId))!;
  t.is(withdrawn?.signedBeforeMs, startMs + 40_000, "what followed from the late one is gone with it");
  t.deepEqual(await outcomes(trust, revocations), ["duplicate", "key_revoked", "duplicate"]);
});

test("a key is withdrawn by itself or by the identity that its record signs, by nobody else", async (t) => {
  const trust = await openAt(100);
  const unknown = await revocationOf(alice, carol.keyId);
  const [verdict] = await trust.admission.admit("revocation", [unknown.bytes], {});
  t.like(verdict, { refusal: { code: "key_unknown", transient: true, waitsForKey: carol.keyId } });
  await outcomes(trust, [await keyAt(carol, -50, { identityRef: alice.keyId })]);
  t.deepEqual(await outcomes(trust, [await revocationOf(bob, carol.keyId, { id: "bob's" }), unknown]), [
    "third_party_row",
    "admitted",
  ]);
  t.is((await trust.directory.lookup(carol.keyId))?.standing, "revoked");
  // Claiming a key as a device of one's own gives no say over it.
  await outcomes(trust, [await occurrenceAt(bob, alice.keyId, 0)]);
  t.deepEqual(await outcomes(trust, [await revocationOf(bob, alice.keyId, { id: "claim" })]), [
    "third_party_row",
  ]);
});

test("nobody keeps a revocation out by taking its id first", async (t) => {
  const trust = await openAt(100);
  t.deepEqual(
    await outcomes(trust, [await revocationOf(alice, alice.keyId), await revocationOf(bob, bob.keyId)]),
    ["admitted", "admitted"],
  );
  t.is((await trust.directory.lookup(bob.keyId))?.standing, "revoked");
});

test("a revocation that does not sign whom it concerns and from when is refused", async (t) => {
  const trust = await openAt(100);
  for (const member of ["revoked_key_id", "effective_at"]) {
    const json = JSON.parse(Buffer.from((await revocationOf(bob, bob.keyId)).bytes).toString("utf8"));
    const { [member]: _left, ...envelope } = json.revocation.revocation_envelope;
    const record = { ...json.revocation, revocation_envelope: envelope };
    const unbound = await signRecord(engine, kinds, kinds.get("revocation")!, { record }, bob);
    t.deepEqual(await outcomes(trust, [unbound]), ["member_unbound"], member);
  }
  t.is((await trust.directory.lookup(bob.keyId))?.standing, "native");
});

test("an operator's word withdraws everything, and no record brings it back", async (t) => {
  const trust = await openAt(100);
  await trust.directory.revoke(bob.keyId);
  t.deepEqual(await outcomes(trust, [await statement(-50), await keyAt(bob, -50)]), [
    "key_revoked",
    "key_revoked",
  ]);
});

test("a revocation, its fact and its note are one commit, and hold after a restart", async (t) => {
  const store = createMemoryStore();
  const trust = await openAt(100, store);
  await outcomes(trust, [await statement(60), await statement(40)]);
  // Stopped before its sweep could begin.
  trust.admission.close();
  await outcomes(trust, [await revocationOf(bob, bob.keyId, { effective: 50 })]);
  t.deepEqual(await heldIds(trust), ["at 40", "at 60"]);
  const again = openTrust({ store });
  await again.fake.advance(100_000);
  t.is((await again.directory.lookup(bob.keyId))?.standing, "revoked");
  await again.admission.sweep();
  t.deepEqual(await heldIds(again), ["at 40"]);
  t.deepEqual(await store.scan({ table: "facts", prefix: new TextEncoder().encode("sweep"), limit: 9 }), []);
});

test("a commit that fails leaves neither the revocation nor what follows from it", async (t) => {
  const store = createMemoryStore();
  const trust = await openAt(100, store);
  const facts = () => store.scan({ table: "facts", prefix: new Uint8Array(0), limit: 9 });
  const before = await facts();
  const failing = openTrust({
    store: new Proxy(store, {
      get: (target, name) =>
        name === "commit" ? () => Promise.reject(new Error("disk")) : Reflect.get(target, name).bind(target),
    }),
  });
  await failing.fake.advance(100_000);
  const revocation = await revocationOf(bob, bob.keyId, { effective: 50 });
  await t.throwsAsync(outcomes(failing, [revocation]), { message: "disk" });
  t.deepEqual(await facts(), before);
  t.is((await failing.directory.lookup(bob.keyId))?.standing, "native");
  t.deepEqual(await outcomes(trust, [revocation]), ["admitted"]);
});

test("a key id that is written with escapes is swept like any other", async (t) => {
  const trust = await openAt(100);
  const record = await statement(60);
  const escaped = Buffer.from(record.bytes)
    .toString("utf8")
    .replaceAll(bob.keyId, `\\u0077${bob.keyId.slice(1)}`);
  t.deepEqual(await outcomes(trust, [{ bytes: Buffer.from(escaped) }]), ["admitted"]);
  await outcomes(trust, [await revocationOf(bob, bob.keyId, { effective: 50 })]);
  await trust.admission.sweep();
  t.deepEqual(await heldIds(trust), []);
});

test("who has stolen a key keeps no revocation out, however many revocations of it they make", async (t) => {
  for (const revoker of [alice, carol]) {
    const trust = await openAt(100);
    const far = await revocationOf(carol, carol.keyId, { id: "far", effective: 5000, made: 0 });
    await outcomes(trust, [await keyAt(carol, -90, { identityRef: alice.keyId }), far]);
    await fillRowsOf(trust.store, far, limits.factsPerRowMax);
    t.deepEqual(await outcomes(trust, [await revocationOf(revoker, carol.keyId, { effective: 50 })]), [
      "admitted",
    ]);
    t.deepEqual((await trust.directory.lookup(carol.keyId))?.withdrawn, {
      standing: "native",
      signedBeforeMs: startMs + 50_000,
    });
  }
});

test("revocations that lie ahead, however many, keep no other from being swept", async (t) => {
  const trust = await openAt(0);
  await outcomes(trust, [
    await revocationOf(alice, alice.keyId, { effective: 5000, made: 0 }),
    await revocationOf(bob, bob.keyId, { effective: 60, made: 0 }),
    await statement(65),
  ]);
  for (let number = 0; number <= limits.sweepMarksMax; number++) {
    const key = Buffer.alloc(38);
    key.write("sweep\0");
    key.writeUInt32BE(number, 6);
    await trust.store.commit([{ op: "put", table: "facts", key, value: Buffer.from(alice.keyId) }]);
  }
  await trust.fake.advance(100_000);
  await trust.admission.sweep();
  t.deepEqual(await heldIds(trust), []);
});

test("one look through the store serves all keys that are withdrawn", async (t) => {
  const store = createMemoryStore();
  let lists = 0;
  const list: typeof store.list = (kind, page) => {
    if (kind === "attestation") lists++;
    return store.list(kind, page);
  };
  const counting = new Proxy(store, {
    get(target, name) {
      const member = name === "list" ? list : Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const trust = await openAt(100, counting);
  const byAlice = await attestationOf(alice, "alice", { assertedAtMs: startMs + 90_000 });
  await outcomes(trust, [await statement(90), byAlice]);
  t.is((await heldIds(trust)).length, 2);
  lists = 0;
  await outcomes(trust, [
    await revocationOf(bob, bob.keyId, { effective: 50 }),
    await revocationOf(alice, alice.keyId, { effective: 60 }),
  ]);
  await trust.admission.sweep();
  t.is(lists, 1);
  t.deepEqual(await heldIds(trust), []);
});

test("a revocation that the key and its identity signed in the same words is one, and counts as the first said it", async (t) => {
  const trust = await openAt(100);
  const { value } = await revocationOf(carol, carol.keyId, { effective: 50 });
  const { revoking_key_id: _, ...envelope } = value.revocation_envelope as Record<string, unknown>;
  const by = (signer: typeof alice) =>
    signRecord(
      engine,
      kinds,
      kinds.get("revocation")!,
      { record: { ...value, revoking_key_id: signer.keyId, revocation_envelope: envelope } },
      signer,
    );
  await outcomes(trust, [await keyAt(carol, -90, { identityRef: alice.keyId })]);
  t.deepEqual(await outcomes(trust, [await by(carol), await by(alice)]), ["admitted", "duplicate"]);
  t.is(await deriveFacts({ engine, store: trust.store, kinds: trust.kinds }), 0);
  t.is((await trust.directory.lookup(carol.keyId))?.standing, "revoked");
});

test("facts that are derived again believe no revocation that would not be let in", async (t) => {
  const trust = await openAt(100);
  await outcomes(trust, [await keyAt(carol, -90, { identityRef: alice.keyId })]);
  const store = ({ kind, hash, bytes, recordId, naturalKey, seq, visibility }: DecodedRecord) =>
    trust.store.commit([
      {
        op: "admit",
        record: {
          kind,
          hash,
          bytes,
          recordId,
          naturalKey,
          seq,
          visibility,
          signatureIds: [],
          receivedAtMs: 0,
        },
      },
    ]);
  const { value } = await revocationOf(alice, alice.keyId, { id: "unbound" });
  const unbound = await signRecord(
    engine,
    kinds,
    kinds.get("revocation")!,
    { record: { ...value, revocation_envelope: {} } },
    alice,
  );
  for (const record of [
    unbound,
    await revocationOf(alice, bob.keyId, { id: "stranger" }),
    await revocationOf(alice, carol.keyId, { id: "identity" }),
  ])
    await store(record);
  t.is(await deriveFacts({ engine, store: trust.store, kinds: trust.kinds }), 1);
  trust.directory.forget([alice.keyId, bob.keyId, carol.keyId]);
  const standing = async ({ keyId }: typeof alice) => (await trust.directory.lookup(keyId))?.standing;
  t.deepEqual(await Promise.all([alice, bob, carol].map(standing)), ["native", "native", "revoked"]);
});
