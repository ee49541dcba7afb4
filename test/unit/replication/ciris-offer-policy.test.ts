/** Who is shown what under `ciris`, over real records of every kind; and what no unsigned member can change. */
import test from "ava";
import { type CirisOfferPolicyOptions, cirisOfferPolicy } from "waxwing/replication";
import type { StoredRecord } from "#dist/contracts/store.js";
import { alice, bob, kinds, recordOf } from "../../support/records.js";

const self = alice.keyId;
const stranger = "stranger";

const stored = (kind: string, value: unknown, more: Partial<StoredRecord> = {}): StoredRecord => ({
  kind,
  bytes: value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value)),
  hash: new Uint8Array(32),
  recordId: new Uint8Array(32),
  position: 1,
  seq: 1,
  visibility: "federation",
  receivedAtMs: 0,
  ...more,
});

const consentTo = (...peers: string[]): CirisOfferPolicyOptions["consent"] => ({
  consentFor: async (peer) => (peers.includes(peer) ? { permits: () => true } : undefined),
});
const noConsent = consentTo();

/** `advertised`, `served` (when asked for) or `hidden`. */
async function shown(record: StoredRecord, peer: string, options: Partial<CirisOfferPolicyOptions> = {}) {
  const policy = cirisOfferPolicy({ self, consent: noConsent, ...options });
  const gate = await policy.gate(peer, record.kind);
  if (gate.closed || !gate.admits(record)) return "hidden";
  return (gate.advertises?.(record) ?? true) ? "advertised" : "served";
}

/** What a stranger without consent sees of a record that alice has signed, by kind. */
const toStrangers: Readonly<Record<string, string>> = {
  key: "advertised",
  identity_occurrence: "advertised",
  transport_destination: "advertised",
  attestation: "hidden",
  key_grant: "hidden",
  family: "hidden",
  community: "hidden",
  location_proof: "hidden",
  revocation: "advertised",
  identity_occurrence_revocation: "advertised",
  family_membership_revocation: "advertised",
  community_membership_revocation: "advertised",
  organization: "advertised",
  org_membership: "advertised",
  partner_record: "advertised",
  accord_quorum_evidence: "advertised",
};

for (const [kind, expected] of Object.entries(toStrangers))
  test(`${kind}: a stranger without consent finds it ${expected}`, async (t) => {
    const { bytes } = await recordOf(kind, alice);
    t.is(await shown(stored(kind, bytes), stranger), expected);
  });

test("others' keys, occurrences and destinations are not shown unasked", async (t) => {
  for (const kind of ["key", "identity_occurrence", "transport_destination"])
    t.is(await shown(stored(kind, (await recordOf(kind, alice)).bytes), stranger, { self: "me" }), "served");
});

test("every kind of the table has its place in the policy", (t) => {
  const undecoded = [
    "community_membership_widening",
    "family_membership_widening",
    "community_membership_listing",
  ];
  t.deepEqual(
    Object.keys(toStrangers).sort(),
    kinds
      .tokens()
      .filter((token) => !undecoded.includes(token))
      .sort(),
  );
});

test("a kind that the reference does not have is offered by consent alone", async (t) => {
  const note = stored("note", { note: { id: "1" } });
  t.is(await shown(note, stranger), "hidden");
  t.is(await shown(note, stranger, { consent: consentTo(stranger) }), "advertised");
});

const attestation = (more: Record<string, unknown> = {}) =>
  stored("attestation", {
    attestation_id: "1",
    attesting_key_id: "author",
    attested_key_id: "subject",
    attestation_type: "scores",
    attestation_envelope: {},
    ...more,
  });
const cohorts = { cohortOf: async (peer: string) => (peer === "friend" ? new Set(["author"]) : undefined) };
const everybody = consentTo("friend", "stranger", "subject", "author");
const attested = (
  more: Record<string, unknown>,
  peer: string,
  options: Partial<CirisOfferPolicyOptions> = {},
) => shown(attestation(more), peer, { consent: everybody, cohorts, ...options });

const scopes: readonly [scope: string | undefined, plain: string, ofRoot: string][] = [
  ["self", "hidden hidden hidden hidden", "hidden hidden hidden hidden"],
  ["family", "hidden hidden hidden hidden", "hidden hidden hidden hidden"],
  ["community", "advertised hidden served advertised", "advertised hidden served advertised"],
  ["affiliations", "advertised hidden served advertised", "advertised hidden served advertised"],
  ["species", "advertised hidden served advertised", "advertised advertised advertised advertised"],
  ["biosphere", "advertised hidden served advertised", "advertised advertised advertised advertised"],
  ["federation", "advertised hidden served advertised", "advertised advertised advertised advertised"],
  [undefined, "advertised hidden served advertised", "advertised advertised advertised advertised"],
  ["something new", "advertised hidden served advertised", "advertised hidden served advertised"],
  ["", "advertised hidden served advertised", "advertised hidden served advertised"],
];

for (const [scope, plain, ofRoot] of scopes)
  test(`attestation of scope ${scope}: cohort, stranger, subject and author see ${plain}; of a root ${ofRoot}`, async (t) => {
    const more = scope === undefined ? {} : { cohort_scope: scope };
    const seen = async (options: Partial<CirisOfferPolicyOptions>) => {
      const verdicts: string[] = [];
      for (const peer of ["friend", "stranger", "subject", "author"])
        verdicts.push(await attested(more, peer, options));
      return verdicts.join(" ");
    };
    t.is(await seen({}), plain);
    t.is(await seen({ roots: new Set(["author"]) }), ofRoot);
    t.is(await seen({ consent: noConsent, roots: new Set(["author"]) }), "hidden hidden hidden hidden");
  });

test("a scope that is no text is nobody's", async (t) => {
  for (const cohort_scope of [null, 7, ["federation"], { a: 1 }])
    t.is(await attested({ cohort_scope }, "author", { roots: new Set(["author"]) }), "hidden");
});

test("traces need the capability infra:serve besides, by type or by dimension", async (t) => {
  const roots = new Set(["author"]);
  const serving: CirisOfferPolicyOptions["consent"] = {
    consentFor: async () => ({ permits: () => true, hasCapability: (name) => name === "infra:serve" }),
  };
  for (const trace of [
    { attestation_type: "trace:component" },
    { attestation_envelope: { dimension: "trace:complete" } },
  ]) {
    t.is(await attested(trace, "friend", { roots }), "hidden");
    t.is(await attested(trace, "subject", { roots }), "hidden");
    t.is(await attested(trace, "friend", { roots, consent: serving }), "advertised");
    t.is(
      await attested({ ...trace, cohort_scope: "community" }, "stranger", { roots, consent: serving }),
      "hidden",
    );
    t.is(await attested({ ...trace, cohort_scope: "self" }, "author", { roots, consent: serving }), "hidden");
  }
  t.is(
    await attested({ attestation_envelope: { dimension: "x:trace:" } }, "friend", { roots }),
    "advertised",
  );
});

test("consent is asked for each row, and a capability that cannot be decided is none", async (t) => {
  const roots = new Set(["author"]);
  const consent: CirisOfferPolicyOptions["consent"] = {
    consentFor: async () => ({
      permits: ({ position }) => position === 1,
      hasCapability: () => {
        throw new Error("down");
      },
    }),
  };
  t.is(await shown(attestation(), "friend", { consent, roots }), "advertised");
  t.is(await shown({ ...attestation(), position: 2 }, "friend", { consent, roots }), "hidden");
  t.is(await shown(attestation({ attestation_type: "trace:x" }), "friend", { consent, roots }), "hidden");
});

test("members that nobody signed widen nothing", async (t) => {
  const roots = new Set(["root"]);
  t.is(await attested({ authority_key_id: "root" }, "stranger", { roots }), "hidden");
  t.is(
    await attested({ owner: "root", family_key_id: "root", members: [{ key_id: "stranger" }] }, "stranger", {
      roots,
    }),
    "hidden",
  );
  const key = stored("key", { record: { key_id: "other" }, authority_key_id: self, key_id: self });
  t.is(await shown(key, stranger), "served");
});

test("rosters and places are shown to members, subjects, and who shares a cohort with their authority", async (t) => {
  const community = stored("community", {
    community: { community_key_id: "C", members: [{ key_id: "member" }, null, 7] },
    authority_key_id: "author",
  });
  t.is(await shown(community, "member"), "advertised");
  t.is(await shown(community, "author"), "advertised");
  t.is(await shown(community, "C"), "advertised");
  t.is(await shown(community, "friend", { cohorts }), "advertised");
  t.is(await shown(community, "stranger", { cohorts }), "hidden");
  const place = stored("location_proof", {
    location_proof: { subject_key_id: "author" },
    authority_key_id: "author",
  });
  t.is(await shown(place, "author"), "advertised");
  t.is(await shown(place, "friend", { cohorts }), "advertised");
  t.is(await shown(place, "stranger", { cohorts, consent: everybody }), "hidden");
});

test("cohorts that cannot be decided are none", async (t) => {
  const down = {
    cohortOf: () => {
      throw new Error("down");
    },
  };
  t.is(await attested({}, "friend", { cohorts: down }), "hidden");
  t.is(await attested({}, "author", { cohorts: down }), "advertised", "one's own row needs no cohort");
});

test("a record that is local, not whole, or no row at all is not shown by a gate that looks", async (t) => {
  const roots = new Set(["author"]);
  t.is(
    await shown({ ...attestation(), visibility: "local" }, "friend", { consent: everybody, roots }),
    "hidden",
  );
  for (const bytes of ["", "null", "[]", '"text"', "{", '{"attestation":null}', '{"attestation":7}'])
    t.is(
      await shown(stored("attestation", new TextEncoder().encode(bytes)), "author", {
        consent: everybody,
        roots,
      }),
      "hidden",
      bytes,
    );
  t.is(await shown(stored("key", { key_id: self }), bob.keyId), "hidden");
});
