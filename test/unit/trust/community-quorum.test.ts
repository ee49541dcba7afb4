import test from "ava";
import { communityQuorum } from "waxwing/trust";
import {
  accordOf,
  alice,
  bob,
  engine,
  identityOf,
  keyOf,
  startMs,
  type TestIdentity,
} from "../../support/records.js";
import { removalOf, rosterOf } from "../../support/rules.js";
import { openTrust, outcomes, type TrustOptions } from "../../support/trust.js";

const carol = identityOf(3);
const people = [alice, bob, carol];
const keys = await Promise.all(people.map(keyOf));
/** The community speaks by alice's key. */
const group = alice.keyId;
const roster = (fields: Parameters<typeof rosterOf>[2], founder = alice) =>
  rosterOf("community", founder, { groupId: group, ...fields });

async function open(
  consensus: string,
  members: readonly TestIdentity[] = people,
  admission: TrustOptions["admission"] = {},
) {
  const trust = openTrust({ admission });
  await outcomes(trust, [...keys, await roster({ members, consensus })]);
  return { trust, quorum: communityQuorum({ engine, ...trust }, group) };
}

test("communityQuorum() reads who must sign, and how many, from the held roster", async (t) => {
  const all = people.map(({ keyId }) => keyId);
  const expected = {
    majority: { keyIds: all, threshold: 2 },
    unanimous: { keyIds: all, threshold: 3 },
    founder_only: { keyIds: [alice.keyId], threshold: 1 },
    "quorum:2/3": { keyIds: all, threshold: 2 },
    "quorum:3/3": { keyIds: all, threshold: 3 },
    "quorum:1/3": undefined,
    "weighted:x": undefined,
    "reverse_quorum:2/3:60": undefined,
  };
  for (const [consensus, quorum] of Object.entries(expected))
    t.deepEqual(await (await open(consensus)).quorum(), quorum, consensus);
  t.is(await communityQuorum({ engine, ...openTrust() }, group)(), undefined);
});

test("communityQuorum() counts who leaves until the removal takes effect, and not where the clock may be behind", async (t) => {
  const { trust, quorum } = await open("majority");
  await outcomes(trust, [
    await removalOf("community", carol, carol.keyId, { groupId: group, made: 0, effective: 60 }),
  ]);
  t.is((await quorum())?.keyIds.length, 3);
  const { clock } = trust;
  const unsure = { wallClock: () => ({ ms: startMs, synchronised: false }), monotonicMs: clock.monotonicMs };
  const careful = communityQuorum({ engine, store: trust.store, kinds: trust.kinds, clock: unsure }, group);
  t.deepEqual((await careful())?.keyIds, [alice.keyId, bob.keyId]);
  const later = {
    wallClock: () => ({ ms: startMs + 60_000, synchronised: true }),
    monotonicMs: clock.monotonicMs,
  };
  const afterwards = communityQuorum({ engine, store: trust.store, kinds: trust.kinds, clock: later }, group);
  t.deepEqual(await afterwards(), { keyIds: [alice.keyId, bob.keyId], threshold: 2 });
});

test("evidence of an accord waits for the community's roster, and is counted by it", async (t) => {
  const source: { quorum?: ReturnType<typeof communityQuorum> } = {};
  const trust = openTrust({ admission: { authorities: { accord: async () => source.quorum?.() } } });
  source.quorum = communityQuorum({ engine, ...trust }, group);
  await outcomes(trust, keys);
  const [one, two] = [await accordOf([alice]), await accordOf([alice, carol])];
  t.deepEqual(await outcomes(trust, [two]), ["roster_unknown"]);
  await outcomes(trust, [await roster({ members: people, consensus: "majority" })]);
  t.deepEqual(await outcomes(trust, [one, two]), ["quorum_not_reached", "admitted"]);
});

test("a roster that somebody else founded under the id is nobody's quorum", async (t) => {
  const trust = openTrust();
  const quorum = communityQuorum({ engine, ...trust }, group);
  const squatted = await roster({ members: [bob, carol], consensus: "majority" }, bob);
  t.deepEqual(await outcomes(trust, [...keys, squatted]), ["admitted", "admitted", "admitted", "admitted"]);
  t.is(await quorum(), undefined);
  await outcomes(trust, [await roster({ members: people, consensus: "majority" })]);
  t.deepEqual((await quorum())?.keyIds.length, 3);
});

test("a quorum is looked up once for a batch of evidence", async (t) => {
  let looks = 0;
  const accord = async () => {
    looks++;
    return { keyIds: [alice.keyId], threshold: 1 };
  };
  const trust = openTrust({ admission: { authorities: { accord } } });
  await outcomes(trust, keys);
  const evidence = await Promise.all([1, 2, 3].map((number) => accordOf([alice], { proposal: { number } })));
  t.deepEqual(await outcomes(trust, evidence), ["admitted", "admitted", "admitted"]);
  t.is(looks, 1);
});
