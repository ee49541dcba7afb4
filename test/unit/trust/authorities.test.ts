import test from "ava";
import { type Authorities, fixedQuorum, isAuthorised } from "waxwing/trust";
import {
  accordOf,
  alice,
  authoritiesOf,
  bob,
  changed,
  identityOf,
  keyOf,
  kinds,
  organizationOf,
  orgMembershipOf,
  partnerOf,
  startMs,
} from "../../support/records.js";
import { revocationOf } from "../../support/rules.js";
import { openTrust, outcomes, type TrustOptions } from "../../support/trust.js";

/** biome-ignore lint/suspicious/noExplicitAny: tests reach into untyped JSON on purpose. */
type Any = any;

const carol = identityOf(3);
const keys = await Promise.all([alice, bob, carol].map(keyOf));

/** A node that knows the keys of all three and names whom the test says. */
async function openWith(authorities: Authorities, admission: TrustOptions["admission"] = {}) {
  const trust = openTrust({ admission: { authorities, ...admission } });
  await outcomes(trust, keys);
  return trust;
}

test("where nobody is named, nothing of these kinds is taken, however well it is signed", async (t) => {
  const trust = await openWith({});
  const records = [
    await organizationOf(alice),
    await orgMembershipOf(alice),
    await partnerOf([alice, bob, carol]),
    await accordOf([alice, bob, carol]),
  ];
  const verdicts = await trust.admission.admit(
    undefined,
    records.map(({ bytes }) => bytes),
    {},
  );
  for (const verdict of verdicts)
    t.like(verdict, { status: "refused", refusal: { code: "authority_not_configured", transient: false } });
  const named = ["organization", "org_membership", "partner_record", "accord_quorum_evidence"];
  t.deepEqual(
    kinds.tokens().filter((token) => !isAuthorised(kinds.get(token)!)),
    named,
  );
  t.true(named.every((token) => isAuthorised(kinds.get(token)!, authoritiesOf(alice))));
});

test("only operators speak for organisations", async (t) => {
  const trust = await openWith({ operators: [alice.keyId] });
  t.deepEqual(
    await outcomes(trust, [
      await organizationOf(alice),
      await organizationOf(bob, { attestationId: "other" }),
      await orgMembershipOf(bob),
    ]),
    ["admitted", "third_party_row", "third_party_row"],
  );
});

test("a partner record is taken when enough of the stewards signed it, whatever threshold it names", async (t) => {
  const trust = await openWith(authoritiesOf(alice, bob, carol));
  const one = await partnerOf([alice], {}, 1);
  const repeated = changed(one, (json: Any) => {
    json.steward_signatures.push(json.steward_signatures[0]);
  });
  const stranger = await partnerOf([alice, identityOf(9)]);
  const two = await partnerOf([alice, carol], {}, 3);
  t.deepEqual(await outcomes(trust, [one, { bytes: repeated }, stranger, two]), [
    "quorum_not_reached",
    "quorum_not_reached",
    "quorum_not_reached",
    "admitted",
  ]);
});

test("stewards sign with both halves under every policy", async (t) => {
  const stripped = changed(await partnerOf([alice, bob]), (json: Any) => {
    for (const signature of json.steward_signatures) delete signature.mldsa65_signature_base64;
  });
  for (const name of ["strict", "ed25519-fallback"] as const) {
    const trust = await openWith(authoritiesOf(alice, bob, carol), { policy: { name } });
    t.deepEqual(await outcomes(trust, [{ bytes: stripped }]), ["quorum_not_reached"]);
  }
  const fresh = await openWith(authoritiesOf(alice, bob, carol), {
    policy: { name: "soft-freshness", windowMs: 1_000_000 },
  });
  t.deepEqual(await outcomes(fresh, [{ bytes: stripped }]), ["quorum_not_reached"]);
});

test("a quorum whose keys have not arrived is waited for", async (t) => {
  const trust = openTrust({ admission: { authorities: authoritiesOf(alice, bob, carol) } });
  await outcomes(trust, [keys[0]!]);
  const record = await partnerOf([alice, bob]);
  const [verdict] = await trust.admission.admit(undefined, [record.bytes], {});
  t.like(verdict, {
    status: "refused",
    refusal: { code: "quorum_keys_missing", transient: true, waitsForKey: bob.keyId },
  });
  t.deepEqual(await outcomes(trust, [keys[1]!, record]), ["admitted", "admitted"]);
});

test("a form with more of the quorum takes the place of one with fewer, never the other way", async (t) => {
  for (const build of [partnerOf, accordOf] as const) {
    const trust = await openWith(authoritiesOf(alice, bob, carol));
    const all = await build([alice, bob, carol]);
    // The same row hash and time, so that only the signatures differ.
    const fewer = changed(all, (json: Any) => (json.steward_signatures ?? json.participations).pop());
    t.deepEqual(await outcomes(trust, [{ bytes: fewer }]), ["admitted"]);
    t.deepEqual(await outcomes(trust, [all]), ["admitted"]);
    t.deepEqual(await outcomes(trust, [{ bytes: fewer }]), ["duplicate"]);
    const [held] = await trust.store.list(all.kind, { after: 0, limit: 10 });
    t.deepEqual(held?.bytes, all.bytes);
    t.is((await trust.store.list(all.kind, { after: 0, limit: 10 })).length, 1);
  }
});

test("evidence of an accord is counted against our roster, and what it says of itself changes nothing", async (t) => {
  const trust = await openWith(authoritiesOf(alice, bob, carol));
  const outsiders = [identityOf(7), identityOf(8)];
  const evidence = await accordOf([alice, ...outsiders], {
    proposal: { proposal_id: "p", roster: outsiders.map(({ keyId }) => keyId), threshold: 1 },
    authoritySignature: { member_id: bob.keyId },
  });
  t.deepEqual(await outcomes(trust, [evidence]), ["quorum_not_reached"]);
  const borrowed = changed(await accordOf([alice, bob]), (json: Any) => (json.proposal.title = "another"));
  t.deepEqual(await outcomes(trust, [{ bytes: borrowed }]), ["quorum_not_reached"]);
  t.deepEqual(await outcomes(trust, [await accordOf([bob, carol])]), ["admitted"]);
});

test("evidence and partner records from the future wait", async (t) => {
  const trust = await openWith(authoritiesOf(alice));
  const edge = startMs + 300_000;
  t.deepEqual(
    await outcomes(trust, [
      await partnerOf([alice], { assertedAtMs: edge + 1 }),
      await accordOf([alice], { evidenceAtMs: edge + 1 }),
      await organizationOf(alice, { assertedAtMs: edge + 1 }),
      await organizationOf(alice, { assertedAtMs: edge }),
    ]),
    ["record_from_future", "record_from_future", "record_from_future", "admitted"],
  );
});

test("a roster that is not held yet is waited for; a fixed one must be a majority", async (t) => {
  const trust = await openWith({ accord: async () => undefined });
  const [verdict] = await trust.admission.admit(undefined, [(await accordOf([alice])).bytes], {});
  t.like(verdict, { status: "refused", refusal: { code: "roster_unknown", transient: true } });
  t.throws(() => fixedQuorum({ keyIds: [alice.keyId, bob.keyId], threshold: 1 }), { instanceOf: RangeError });
});

test("a partner record falls when a steward that it needs was withdrawn before it was made, in either order", async (t) => {
  const record = await partnerOf([alice, bob], { assertedAtMs: startMs - 1000 });
  const spare = await partnerOf([alice, bob, carol], {
    attestationId: "spare",
    assertedAtMs: startMs - 1000,
  });
  for (const [effective, stays] of [
    [-2, false],
    [0, true],
  ] as const) {
    const revocation = await revocationOf(bob, bob.keyId, { effective });
    const first = await openWith(authoritiesOf(alice, bob, carol));
    t.deepEqual(await outcomes(first, [record, spare, revocation]), ["admitted", "admitted", "admitted"]);
    await first.admission.sweep();
    const second = await openWith(authoritiesOf(alice, bob, carol));
    const verdict = stays ? "admitted" : "quorum_not_reached";
    t.deepEqual(await outcomes(second, [revocation]), ["admitted"]);
    t.deepEqual(await outcomes(second, [record, spare]), [verdict, "admitted"]);
    for (const { store } of [first, second])
      t.is((await store.list("partner_record", { after: 0, limit: 10 })).length, stays ? 2 : 1);
  }
});

test("evidence that was counted stands when a member's key is withdrawn later: it signs no time", async (t) => {
  const trust = await openWith(authoritiesOf(alice, bob, carol));
  await outcomes(trust, [await accordOf([alice, bob]), await revocationOf(bob, bob.keyId)]);
  await trust.admission.sweep();
  t.is((await trust.store.list("accord_quorum_evidence", { after: 0, limit: 10 })).length, 1);
  const other = await accordOf([alice, bob], { proposal: { proposal_id: "later" } });
  t.deepEqual(await outcomes(trust, [other]), ["quorum_not_reached"]);
});
