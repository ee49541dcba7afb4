/** Families and communities: who founds them, what a fork is, who removes whom, and who is a member when. */
import test from "ava";
import { limits } from "waxwing";
import { createStandings, deriveFacts } from "waxwing/trust";
import { alice, bob, carol, engine, identityOf, keyOf, startMs } from "../../../support/records.js";
import { fillRowsOf, type GroupKind, removalOf, rosterOf } from "../../../support/rules.js";
import { openTrust, outcomes } from "../../../support/trust.js";

const dave = identityOf(4);
const eve = identityOf(5);
const all = [alice, bob, carol, dave];

async function openGroups() {
  const trust = openTrust();
  await outcomes(trust, await Promise.all([...all, eve].map(keyOf)));
  const standings = createStandings({ engine, store: trust.store, kinds: trust.kinds });
  const memberNames = async (kind: GroupKind, seconds: number) =>
    (await standings.members(kind, `${kind}-1`, startMs + 1000 * seconds))?.map(
      (keyId) => ["alice", "bob", "carol", "dave"][all.findIndex((one) => one.keyId === keyId)],
    );
  return { ...trust, memberNames };
}

for (const kind of ["family", "community"] as const) {
  test(`${kind}: another roster under the id is a fork and is refused, in either order`, async (t) => {
    const [one, other] = [await rosterOf(kind, alice), await rosterOf(kind, alice, { name: "Other" })];
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      const trust = await openGroups();
      t.deepEqual(await outcomes(trust, [first, second, first]), [
        "admitted",
        `${kind}_roster_fork`,
        "duplicate",
      ]);
      const [verdict] = await trust.admission.admit(kind, [second.bytes], {});
      t.like(verdict, { refusal: { transient: false } });
      t.deepEqual((await trust.store.getByNaturalKey(kind, first.naturalKey))?.hash, first.hash);
    }
  });

  test(`${kind}: a removal waits for the roster, names it, and passes once it came`, async (t) => {
    const trust = await openGroups();
    const roster = await rosterOf(kind, alice, { members: all });
    const removal = await removalOf(kind, alice, bob.keyId);
    const [verdict] = await trust.admission.admit(removal.kind, [removal.bytes], {});
    t.like(verdict, {
      refusal: {
        code: `retry_after_${kind}_roster`,
        transient: true,
        waitsForRecord: { kind, naturalKey: roster.naturalKey },
      },
    });
    const [admitted] = await trust.admission.admit(kind, [roster.bytes], {});
    t.like(admitted, { status: "admitted", naturalKey: roster.naturalKey });
    t.deepEqual(await outcomes(trust, [removal]), ["admitted"]);
    t.deepEqual(await trust.memberNames(kind, -1), ["alice", "bob", "carol", "dave"]);
    t.deepEqual(await trust.memberNames(kind, 0), ["alice", "carol", "dave"]);
  });

  test(`${kind}: in one batch the roster serves the removals behind it`, async (t) => {
    const trust = await openGroups();
    const roster = await rosterOf(kind, alice, { members: all });
    t.deepEqual(
      await outcomes(trust, [
        await removalOf(kind, alice, bob.keyId),
        roster,
        await removalOf(kind, alice, carol.keyId),
        await removalOf(kind, eve, carol.keyId, { made: 1 }),
      ]),
      [`retry_after_${kind}_roster`, "admitted", "admitted", "third_party_row"],
    );
  });
}

test("a roster is founded by a member, by a founder alone where the consensus says so, or by the group's own key", async (t) => {
  const cases: [string, Parameters<typeof rosterOf>[1], Parameters<typeof rosterOf>[2]][] = [
    ["third_party_row", eve, { members: all, consensus: "majority" }],
    ["admitted", bob, { members: all, consensus: "majority" }],
    ["third_party_row", bob, { members: all, consensus: "founder_only" }],
    ["admitted", alice, { members: all, consensus: "founder_only" }],
    ["admitted", eve, { members: all, groupId: eve.keyId }],
  ];
  for (const [expected, authority, fields] of cases)
    t.deepEqual(await outcomes(await openGroups(), [await rosterOf("family", authority, fields)]), [
      expected,
    ]);
});

test("a roster names nobody twice, and its consensus is of the grammar", async (t) => {
  const trust = await openGroups();
  t.deepEqual(await outcomes(trust, [await rosterOf("family", alice, { members: [alice, bob, alice] })]), [
    "record_schema",
  ]);
  const good = ["unanimous", "majority", "quorum:2/3", "weighted:a=1", "custom:x", "reverse_quorum:1/2:3600"];
  const bad = [
    "",
    "Majority",
    "quorum:3/2",
    "quorum:0/2",
    "quorum:1/2:3",
    "quorum:01/2",
    "weighted:",
    "reverse_quorum:1/2",
  ];
  for (const [list, expected] of [
    [good, "admitted"],
    [bad, "record_schema"],
  ] as const) {
    for (const consensus of list) {
      const roster = await rosterOf("community", alice, {
        members: all,
        consensus,
        groupId: `id ${consensus}`,
      });
      t.deepEqual(await outcomes(trust, [roster]), [expected], consensus);
    }
  }
});

test("a roster that the group's own key signs takes the place of one that a member signed, in either order", async (t) => {
  const squatted = await rosterOf("community", eve, { groupId: alice.keyId, members: [eve] });
  const own = await rosterOf("community", alice, { groupId: alice.keyId, members: [alice, bob] });
  for (const order of [
    [squatted, own],
    [own, squatted],
  ]) {
    const trust = await openGroups();
    for (const record of order) await outcomes(trust, [record]);
    t.deepEqual((await trust.store.getByNaturalKey("community", own.naturalKey))?.hash, own.hash);
    const standings = createStandings({ engine, store: trust.store, kinds: trust.kinds });
    t.deepEqual(await standings.members("community", alice.keyId, startMs), [alice.keyId, bob.keyId]);
  }
});

/** Consensus, who signs the removal of carol from alice (founder), bob, carol and dave, and what becomes of it. */
const removals: readonly [string, typeof alice, string][] = [
  ["founder_only", alice, "admitted"],
  ["founder_only", bob, "consensus_not_reached"],
  ["founder_only", carol, "admitted"],
  ["founder_only", eve, "third_party_row"],
  ["quorum:1/4", bob, "admitted"],
  ["quorum:1/4", eve, "third_party_row"],
  ["quorum:1/2", bob, "consensus_not_reached"],
  ["majority", alice, "consensus_not_reached"],
  ["unanimous", alice, "consensus_not_reached"],
  ["unanimous", carol, "admitted"],
  ["weighted:alice=9", alice, "consensus_not_verifiable"],
  ["custom:ask", alice, "consensus_not_verifiable"],
  ["reverse_quorum:1/4:60", alice, "consensus_not_verifiable"],
  ["custom:ask", carol, "admitted"],
];
for (const [consensus, signer, expected] of removals) {
  const name = ["alice", "bob", "carol"][all.indexOf(signer)] ?? "a stranger";
  test(`removal of carol signed by ${name} under ${consensus}: ${expected}`, async (t) => {
    const trust = await openGroups();
    await outcomes(trust, [await rosterOf("community", alice, { members: all, consensus })]);
    t.deepEqual(await outcomes(trust, [await removalOf("community", signer, carol.keyId)]), [expected]);
  });
}

test("members sign a removal as witnesses, each once, and are counted where their keys are here", async (t) => {
  const trust = await openGroups();
  await outcomes(trust, [await rosterOf("community", alice, { members: all, consensus: "majority" })]);
  const verdictOf = async (witnesses: (typeof alice)[], hints: unknown[] = []) =>
    (await outcomes(trust, [await removalOf("community", alice, carol.keyId, { witnesses, hints })]))[0];
  const hints = [
    { key_id: bob.keyId },
    bob.keyId,
    { scrub_key_id: bob.keyId, scrub_signature_classical: "AAAA" },
  ];
  t.is(await verdictOf([bob]), "consensus_not_reached");
  t.is(await verdictOf([bob, bob, alice]), "consensus_not_reached");
  t.is(await verdictOf([bob, eve]), "consensus_not_reached", "a stranger does not count");
  t.is(await verdictOf([bob], hints), "consensus_not_reached", "what is no signature is a hint");
  t.is(await verdictOf([bob, { ...dave, sign: eve.sign }]), "signature_invalid");
  t.is(await verdictOf([bob, dave], hints), "admitted");
  t.deepEqual(await trust.memberNames("community", 0), ["alice", "bob", "dave"]);
});

test("a witness whose key is not here makes the removal wait for it", async (t) => {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(alice), await keyOf(bob)]);
  await outcomes(trust, [
    await rosterOf("family", alice, { members: [alice, bob, dave], consensus: "unanimous" }),
  ]);
  const removal = await removalOf("family", alice, bob.keyId, { witnesses: [dave] });
  const [verdict] = await trust.admission.admit(removal.kind, [removal.bytes], {});
  t.like(verdict, { refusal: { code: "key_unknown", transient: true, waitsForKey: dave.keyId } });
  t.deepEqual(await outcomes(trust, [await keyOf(dave), removal]), ["admitted", "admitted"]);
});

test("two who remove somebody from the same moment on are both held", async (t) => {
  const trust = await openGroups();
  await outcomes(trust, [await rosterOf("family", alice, { members: all, consensus: "quorum:1/4" })]);
  const removals = [
    await removalOf("family", alice, carol.keyId, { witnesses: [dave] }),
    await removalOf("family", bob, carol.keyId),
  ];
  t.deepEqual(await outcomes(trust, removals), ["admitted", "admitted"]);
  t.deepEqual(await trust.memberNames("family", 0), ["alice", "bob", "dave"]);
});

test("a witness's word is for one removal and no other", async (t) => {
  const trust = await openGroups();
  await outcomes(trust, [await rosterOf("family", alice, { members: all, consensus: "majority" })]);
  const signed = await removalOf("family", alice, carol.keyId, { witnesses: [bob, dave] });
  const borrowed = await removalOf("family", alice, bob.keyId, {
    hints: signed.value.witness_set as unknown[],
  });
  t.deepEqual(await outcomes(trust, [borrowed]), ["signature_invalid"]);
});

test("the group's own key removes whomever it wants", async (t) => {
  const trust = await openGroups();
  const groupId = eve.keyId;
  await outcomes(trust, [await rosterOf("family", eve, { groupId, members: all, consensus: "unanimous" })]);
  t.deepEqual(await outcomes(trust, [await removalOf("family", eve, alice.keyId, { groupId })]), [
    "admitted",
  ]);
});

test("two members of two who remove each other: the first by time counts, in any order", async (t) => {
  const roster = await rosterOf("family", alice, { members: [alice, bob], consensus: "quorum:1/2" });
  const [first, second] = [
    await removalOf("family", alice, bob.keyId, { made: 1 }),
    await removalOf("family", bob, alice.keyId, { made: 2 }),
  ];
  for (const order of [
    [first, second],
    [second, first],
  ]) {
    const trust = await openGroups();
    t.deepEqual(await outcomes(trust, [roster, ...order]), ["admitted", "admitted", "admitted"]);
    t.deepEqual(await trust.memberNames("family", 9), ["alice"]);
    t.deepEqual(await trust.memberNames("family", 0), ["alice", "bob"]);
  }
});

test("a removal that lies ahead takes effect at its time", async (t) => {
  const trust = await openGroups();
  await outcomes(trust, [
    await rosterOf("family", alice, { members: [alice, bob] }),
    await removalOf("family", alice, bob.keyId, { made: 0, effective: 60 }),
  ]);
  t.deepEqual(await trust.memberNames("family", 59), ["alice", "bob"]);
  t.deepEqual(await trust.memberNames("family", 60), ["alice"]);
  t.is(await trust.memberNames("community", 60), undefined);
});

test("what a squatter of the id removed counts for nothing under the group's own roster", async (t) => {
  const groupId = alice.keyId;
  const trust = await openGroups();
  const records = [
    await rosterOf("community", eve, { groupId, members: [eve, bob] }),
    await removalOf("community", eve, bob.keyId, { groupId }),
    await rosterOf("community", alice, { groupId, members: [alice, bob, eve] }),
  ];
  t.deepEqual(await outcomes(trust, records), ["admitted", "admitted", "admitted"]);
  const standings = createStandings({ engine, store: trust.store, kinds: trust.kinds });
  t.deepEqual(await standings.members("community", groupId, startMs + 9000), [
    alice.keyId,
    bob.keyId,
    eve.keyId,
  ]);
});

for (const [who, other] of [
  ["a stranger", eve],
  ["a member", bob],
] as const)
  test(`${who} who leaves as often as it can keeps no removal out`, async (t) => {
    const trust = await openGroups();
    const left = await removalOf("family", other, other.keyId, { made: 0, effective: 5000 });
    const removal = await removalOf("family", alice, bob.keyId, { made: 1 });
    await outcomes(trust, [await rosterOf("family", alice, { members: all }), left]);
    await fillRowsOf(trust.store, left, limits.factsPerRowMax);
    t.deepEqual(
      await outcomes(trust, [await removalOf("family", other, other.keyId, { made: 2 })]),
      ["facts_full"],
      "its own row is full",
    );
    t.deepEqual(await outcomes(trust, [removal]), ["admitted"]);
    t.deepEqual(await trust.memberNames("family", 2), ["alice", "carol", "dave"]);
  });

test("what follows from a removal that two signed in the same words is of the form that is held", async (t) => {
  const trust = await openGroups();
  const [one, other] = [
    await removalOf("family", alice, bob.keyId, { made: 1 }),
    await removalOf("family", bob, bob.keyId, { made: 1 }),
  ];
  t.deepEqual(one.recordId, other.recordId);
  const roster = await rosterOf("family", alice, { members: all });
  t.deepEqual(await outcomes(trust, [roster, one, other]), ["admitted", "admitted", "duplicate"]);
  t.is(await deriveFacts({ engine, store: trust.store, kinds: trust.kinds }), 0);
  t.deepEqual(await trust.memberNames("family", 1), ["alice", "carol", "dave"]);
});
