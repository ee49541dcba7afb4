/** Attestations and occurrences: what ends them, who may, and at what time. */
import test from "ava";
import { limits } from "waxwing";
import { createMemoryStore } from "waxwing/store";
import { createStandings, deriveFacts } from "waxwing/trust";
import { alice, attestationOf, bob, carol, engine, keyOf, startMs } from "../../../support/records.js";
import { fillRowsOf, occurrenceAt, occurrenceRevocationOf } from "../../../support/rules.js";
import { openTrust, outcomes } from "../../../support/trust.js";

async function openStatements() {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(alice), await keyOf(bob), await keyOf(carol)]);
  return { ...trust, standings: createStandings({ engine, store: trust.store, kinds: trust.kinds }) };
}

const ending = (signer: typeof alice, type: string, target: unknown, id = `${type} ${String(target)}`) =>
  attestationOf(signer, id, { attestationType: type, content: { target_attestation_id: target } });

test("withdrawing goes forward only, and the strongest word stays, in any order", async (t) => {
  const records = [
    await attestationOf(alice, "a"),
    await ending(alice, "supersedes", "a"),
    await ending(alice, "withdraws", "a"),
    await ending(alice, "recants", "a"),
    await ending(alice, "withdraws", "recants a"),
  ];
  for (const order of [records, [...records].reverse()]) {
    const trust = await openStatements();
    const verdicts = await outcomes(trust, order);
    t.deepEqual([...new Set(verdicts)], ["admitted"]);
    t.is(await trust.standings.attestationEnding(alice.keyId, "a"), "recants");
  }
  const trust = await openStatements();
  await outcomes(trust, records.slice(0, 3));
  t.is(await trust.standings.attestationEnding(alice.keyId, "a"), "withdraws");
});

test("nobody ends what another said, and an end without a target ends nothing", async (t) => {
  const trust = await openStatements();
  await outcomes(trust, [
    await attestationOf(alice, "a"),
    await ending(bob, "withdraws", "a"),
    await ending(alice, "withdraws", 7),
    await ending(alice, "scores", "a"),
  ]);
  t.is(await trust.standings.attestationEnding(alice.keyId, "a"), undefined);
});

test("an attester uses an id once, and takes it from nobody else", async (t) => {
  const trust = await openStatements();
  t.deepEqual(
    await outcomes(trust, [
      await attestationOf(alice, "a"),
      await attestationOf(alice, "a", { content: { score: 1 } }),
      await attestationOf(bob, "a"),
      await ending(alice, "withdraws", "b", "a"),
    ]),
    ["admitted", "natural_key_conflict", "admitted", "natural_key_conflict"],
  );
  t.is(await trust.standings.attestationEnding(alice.keyId, "b"), undefined, "what is refused ends nothing");
});

test("an occurrence is revoked from effective_at on, if it was asserted by then", async (t) => {
  const trust = await openStatements();
  await outcomes(trust, [
    await occurrenceAt(alice, bob.keyId, -50),
    await occurrenceRevocationOf(alice, alice.keyId, bob.keyId, 20),
  ]);
  const isRevoked = (asserted: number, now: number, occurrence = bob.keyId) =>
    trust.standings.isOccurrenceRevoked(alice.keyId, occurrence, {
      assertedAtMs: startMs + 1000 * asserted,
      nowMs: startMs + 1000 * now,
    });
  t.false(await isRevoked(-50, 19));
  t.true(await isRevoked(-50, 20));
  t.true(await isRevoked(20, 20));
  t.false(await isRevoked(21, 30), "asserted anew");
  t.false(await isRevoked(-50, 20, carol.keyId), "another device");
  t.is((await trust.store.list("identity_occurrence", { after: 0, limit: 9 })).length, 1, "the record stays");
});

test("an occurrence is revoked by its identity or by the device itself", async (t) => {
  const trust = await openStatements();
  t.deepEqual(
    await outcomes(trust, [
      await occurrenceRevocationOf(alice, alice.keyId, bob.keyId, 1),
      await occurrenceRevocationOf(bob, alice.keyId, bob.keyId, 2),
      await occurrenceRevocationOf(carol, alice.keyId, bob.keyId, 3),
    ]),
    ["admitted", "admitted", "third_party_row"],
  );
});

test("a device that revokes itself as often as it can keeps its identity's word out of nothing", async (t) => {
  const trust = await openStatements();
  const own = await occurrenceRevocationOf(bob, alice.keyId, bob.keyId, 5000);
  await outcomes(trust, [own]);
  await fillRowsOf(trust.store, own, limits.factsPerRowMax);
  t.deepEqual(
    await outcomes(trust, [
      await occurrenceRevocationOf(bob, alice.keyId, bob.keyId, 1),
      await occurrenceRevocationOf(alice, alice.keyId, bob.keyId, 2),
    ]),
    ["facts_full", "admitted"],
  );
  const times = { assertedAtMs: startMs, nowMs: startMs + 9000 };
  t.true(await trust.standings.isOccurrenceRevoked(alice.keyId, bob.keyId, times));
});

test("what follows from a record whose place is taken meanwhile is written at no moment", async (t) => {
  const store = createMemoryStore();
  const taker = openTrust({ store });
  const taken = await attestationOf(alice, "a");
  let races = 0;
  let wrong = 0;
  const racing = new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (name === "getByNaturalKey")
        return async (...place: Parameters<typeof store.getByNaturalKey>) => {
          const held = await store.getByNaturalKey(...place);
          if (place[0] === "attestation" && races++ === 0) await outcomes(taker, [taken]);
          return held;
        };
      if (name === "commit")
        return async (...operations: Parameters<typeof store.commit>) => {
          const results = await store.commit(...operations);
          wrong += await deriveFacts({ engine, store, kinds: taker.kinds });
          return results;
        };
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const trust = openTrust({ store: racing });
  await outcomes(trust, [await keyOf(alice)]);
  t.deepEqual(await outcomes(trust, [await ending(alice, "withdraws", "b", "a")]), ["natural_key_conflict"]);
  t.is(wrong, 0);
  t.true(races > 1, "the place was looked at again");
});
