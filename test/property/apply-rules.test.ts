/**
 * The law of the apply rules (ADR 0017): the same records in any order and any batches, each offered until nothing
 * changes, lead to the same held records and the same facts, which are those that can be derived from the held
 * records. No signer of the universe below says two things for one natural key at one time. A failure prints the
 * seed and path that replay it.
 */
import test from "ava";
import fc from "fast-check";
import { buildOwnRecord, type DecodedRecord } from "waxwing/records";
import { createMemoryStore, openLmdbStore, type Store } from "waxwing/store";
import { deriveFacts } from "waxwing/trust";
import { alice, attestationOf, bob, carol, engine, identityOf, startMs } from "../support/records.js";
import {
  at,
  destinationOf,
  keyAt,
  locationOf,
  occurrenceAt,
  occurrenceRevocationOf,
  removalOf,
  revocationOf,
  rosterOf,
} from "../support/rules.js";
import { temporaryFolder } from "../support/temporary.js";
import { openTrust } from "../support/trust.js";

const dave = identityOf(4);
const ofAlice = { identityRef: alice.keyId };
const statement = (signer: typeof alice, seconds: number, content = {}, attestationType = "scores") =>
  attestationOf(signer, `${signer.keyId.slice(0, 9)} ${seconds} ${attestationType}`, {
    assertedAtMs: startMs + 1000 * seconds,
    attestationType,
    content,
  });

/** A kind whose records tell no time. */
const profile = {
  token: "profile",
  naturalKey: ["signer_key_id"],
  fields: { version: "uint" },
  supersedes: (record, held) => Number(record.version) > Number(held.version),
} as const satisfies Parameters<ReturnType<typeof openTrust>["admission"]["defineKind"]>[0];
const own = openTrust();
const profileSpec = own.admission.defineKind(profile);
const profileOf = (signer: typeof alice, version: number) =>
  buildOwnRecord(engine, own.kinds, profileSpec, { version }, signer);

const universe: readonly DecodedRecord[] = await Promise.all([
  keyAt(alice, -90),
  keyAt(bob, -90),
  keyAt(bob, -80, { registration: { note: "anew" } }),
  keyAt(bob, 60, { registration: { note: "after its revocation" } }),
  keyAt(carol, -90, ofAlice),
  keyAt(carol, -70, { ...ofAlice, registration: { note: "anew" } }),
  keyAt(dave, -90),
  // bob is withdrawn from 50 on, carol from 40 on; what alice says after 80 does not count.
  revocationOf(bob, bob.keyId, { id: "bob, late", effective: 70 }),
  revocationOf(bob, bob.keyId, { id: "bob", effective: 60, after: 50 }),
  revocationOf(alice, carol.keyId, { id: "carol", effective: 40 }),
  revocationOf(bob, carol.keyId, { id: "third party", effective: 1, made: 1 }),
  revocationOf(alice, alice.keyId, { id: "alice", effective: 80 }),
  revocationOf(alice, carol.keyId, { id: "too late", effective: 5, made: 85 }),
  ...[bob, carol, alice].flatMap((signer) =>
    [5, 30, 49, 50, 90].map((seconds) => statement(signer, seconds)),
  ),
  statement(bob, 31, { target_attestation_id: "x" }, "withdraws"),
  statement(bob, 91, { target_attestation_id: "x" }, "recants"),
  occurrenceAt(alice, dave.keyId, -20),
  occurrenceAt(alice, dave.keyId, 20),
  occurrenceAt(alice, dave.keyId, 88),
  occurrenceRevocationOf(alice, alice.keyId, dave.keyId, 10),
  occurrenceRevocationOf(dave, alice.keyId, dave.keyId, 300),
  rosterOf("family", alice, { members: [alice, bob, dave], consensus: "quorum:1/3" }),
  removalOf("family", bob, dave.keyId, { made: 20 }),
  removalOf("family", dave, bob.keyId, { made: 30 }),
  removalOf("family", alice, bob.keyId, { made: 95 }),
  removalOf("family", carol, bob.keyId, { made: 21 }),
  rosterOf("community", dave, { groupId: alice.keyId, members: [dave] }),
  rosterOf("community", alice, { groupId: alice.keyId, members: [alice, dave] }),
  removalOf("community", alice, dave.keyId, { groupId: alice.keyId, made: 30 }),
  locationOf(dave),
  locationOf(dave, { withdrawn_at: at(-1) }),
  locationOf(dave, { withdrawn_at: at(-2) }),
  locationOf(dave, { asserted_at: at(-3) }),
  ...[3, 4, 5].flatMap((epoch) => [-9, 9].map((seconds) => destinationOf(dave, epoch, seconds))),
  destinationOf(bob, 1, 10),
  destinationOf(bob, 2, 55),
  destinationOf(bob, 2, 55, { transport_kind: "http" }),
  ...[1, 2, 3].map((version) => profileOf(dave, version)),
  profileOf(bob, 1),
]);

interface Plan {
  /** Positions in the universe, in the order of arrival. */
  readonly order: readonly number[];
  readonly batches: readonly number[];
  /** Whether what is noted is swept while records come, and not only at the end. */
  readonly sweeps: readonly boolean[];
  /** Whether all batches of a pass are offered at once. */
  readonly together: boolean;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  order: fc.shuffledSubarray(
    universe.map((_, index) => index),
    { minLength: universe.length },
  ),
  batches: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
  sweeps: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
  together: fc.boolean(),
});

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

async function stateOf(store: Store): Promise<unknown> {
  const held: Record<string, string[]> = {};
  for (const kind of await store.kinds())
    held[kind] = (await store.recordIds(kind, undefined, 1000)).map(hex);
  const facts = await store.scan({ table: "facts", prefix: new Uint8Array(0), limit: 1000 });
  return { held, facts: facts.map(({ key, value }) => `${hex(key)} ${hex(value)}`) };
}

/** Offers everything in that order again and again until nothing changes any more. */
async function run(store: Store, { order, batches, sweeps, together }: Plan): Promise<unknown> {
  const trust = openTrust({ store });
  trust.admission.defineKind(profile);
  await trust.fake.advance(100_000);
  let batch = 0;
  for (let pass = 0, before = ""; ; pass++) {
    if (pass === 12) throw new Error("it does not settle");
    const offers: Promise<unknown>[] = [];
    for (let from = 0; from < order.length; ) {
      const size = batches[batch % batches.length]!;
      const records = order.slice(from, from + size).map((index) => universe[index]!.bytes);
      const offer = trust.admission.admit(undefined, records, {});
      offers.push(offer);
      if (!together) await offer;
      if (sweeps[batch % sweeps.length]) await trust.admission.sweep();
      from += size;
      batch++;
    }
    await Promise.all(offers);
    await trust.admission.sweep();
    const after = JSON.stringify(await stateOf(store));
    if (after === before) break;
    before = after;
  }
  const state = await stateOf(store);
  const mended = await deriveFacts({ engine, store, kinds: trust.kinds });
  if (mended > 0) throw new Error(`${mended} facts do not follow from the held records`);
  trust.admission.close();
  return state;
}

const inOrder: Plan = {
  together: false,
  order: universe.map((_, index) => index),
  batches: [universe.length],
  sweeps: [true],
};
const expected = await run(createMemoryStore(), inOrder);

test("the universe holds and leaves out what it should", (t) => {
  const { held } = expected as { held: Record<string, string[]> };
  const counts = Object.fromEntries(Object.entries(held).map(([kind, ids]) => [kind, ids.length]));
  t.deepEqual(counts, {
    attestation: 10,
    community: 1,
    community_membership_revocation: 1,
    family: 1,
    family_membership_revocation: 2,
    identity_occurrence: 1,
    identity_occurrence_revocation: 2,
    key: 4,
    location_proof: 2,
    profile: 1,
    revocation: 4,
    transport_destination: 2,
  });
});

test("any order and any batches lead to the same records and facts, over the memory store", async (t) => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      t.deepEqual(await run(createMemoryStore(), plan), expected);
    }),
    { numRuns: 25 },
  );
});

test("any order and any batches lead to the same records and facts, over LMDB", async (t) => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const store = await openLmdbStore({ path: temporaryFolder() });
      try {
        t.deepEqual(await run(store, plan), expected);
      } finally {
        await store.close();
      }
    }),
    { numRuns: 4 },
  );
});
