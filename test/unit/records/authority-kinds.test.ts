import test from "ava";
import { isRefusal, parseRecord, persistRowHash, signRecord } from "waxwing/records";
import {
  accordOf,
  alice,
  bob,
  changed,
  engine,
  identityOf,
  kinds,
  organizationOf,
  orgMembershipOf,
  partnerOf,
  startMs,
} from "../../support/records.js";

/** biome-ignore lint/suspicious/noExplicitAny: tests reach into untyped JSON on purpose. */
type Any = any;

const carol = identityOf(3);
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

test("field order is the wire's: members come out as the sheet lists them", async (t) => {
  const partner = JSON.parse(textOf((await partnerOf([bob, alice], { withdrawnAtMs: startMs })).bytes));
  t.deepEqual(Object.keys(partner), ["partner_record", "steward_signatures", "threshold"]);
  t.deepEqual(Object.keys(partner.partner_record), [
    ..."attestation_id license_id partner_id org_id license_type max_autonomy_tier requires_supervisor".split(
      " ",
    ),
    ..."deployment_limit offline_grace_hours status revision issued_at expires_at asserted_at".split(" "),
    ..."signed_envelope withdrawn_at persist_row_hash".split(" "),
  ]);
  t.deepEqual(Object.keys(partner.steward_signatures[0]), [
    "member_id",
    "ed25519_signature_base64",
    "mldsa65_signature_base64",
  ]);
  const evidence = JSON.parse(textOf((await accordOf([alice], { authoritySignature: "x" })).bytes));
  t.deepEqual(Object.keys(evidence), ["proposal", "authority_signature", "participations", "evidence_at"]);
  const organization = await organizationOf(alice, {
    parentOrgId: "org-0",
    partnerId: "p",
    validUntilMs: startMs,
  });
  t.deepEqual(Object.keys(JSON.parse(textOf(organization.bytes))), [
    ..."attestation_id org_id name org_type parent_org_id partner_id status asserted_at valid_until".split(
      " ",
    ),
    ..."attesting_key_id signed_envelope ed25519_signature_base64 mldsa65_signature_base64 persist_row_hash".split(
      " ",
    ),
  ]);
});

test("signatures of several stand sorted by member, each over the same bytes", async (t) => {
  const orders = [
    [alice, bob, carol],
    [carol, bob, alice],
  ];
  for (const stewards of orders) {
    const record = await partnerOf(stewards);
    t.deepEqual(
      record.signatures.map(({ keyId }) => keyId),
      stewards.map(({ keyId }) => keyId).sort(),
    );
    for (const { keyId, ed25519, mlDsa65 } of record.signatures) {
      const { publicKeys } = stewards.find((steward) => steward.keyId === keyId)!;
      t.true(engine.hybrid.verify({ ed25519, mlDsa65: mlDsa65! }, record.signedBytes, publicKeys));
    }
  }
});

test("ids that a payment processor gave out are refused in every member that names something", async (t) => {
  const builders: Record<string, () => Promise<unknown>> = {
    cus_: () => organizationOf(alice, { orgId: "cus_9" }),
    sub_: () => organizationOf(alice, { parentOrgId: "sub_9" }),
    prod_: () => organizationOf(alice, { partnerId: "prod_9" }),
    ii_: () => organizationOf(alice, { attestationId: "ii_9" }),
    pm_: () => orgMembershipOf(alice, { userId: "pm_9" }),
    ch_: () => partnerOf([alice], { licenseId: "ch_9" }),
  };
  for (const [prefix, build] of Object.entries(builders))
    await t.throwsAsync(build(), { code: "record_schema", message: new RegExp(`begins with ${prefix}`) });
  await t.notThrowsAsync(organizationOf(identityOf(4, "in_house"), { orgId: "custom" }));
});

test("sets in the signed envelope, and participations, must be in order", async (t) => {
  for (const capabilities of [
    ["b", "a"],
    ["a", "a"],
    ["\u{1f600}", "\uff5e"],
  ])
    await t.throwsAsync(partnerOf([alice], { more: { capabilities } }), { message: /not a sorted set/ });
  await t.notThrowsAsync(
    partnerOf([alice], { more: { capabilities: ["", "a", "\uff5e", "\u{1f600}"], n: [2, 1] } }),
  );
  const evidence = await accordOf([alice, bob]);
  const unsorted = changed(evidence, (json: Any) => json.participations.reverse());
  const refused = parseRecord(engine, kinds, undefined, unsorted);
  t.like(refused, {
    code: "record_schema",
    message: "accord_quorum_evidence: the list is not sorted by member_id",
  });
});

test("a column that the signed envelope does not repeat refuses the record", async (t) => {
  const record = await orgMembershipOf(alice);
  for (const name of ["role", "status", "user_id", "org_id", "asserted_at", "attestation_id"]) {
    const { signed_envelope: envelope, ...row } = record.value as Any;
    const { [name]: _, ...rest } = envelope;
    await t.throwsAsync(
      signRecord(
        engine,
        kinds,
        kinds.get("org_membership")!,
        { record: { ...row, signed_envelope: rest } },
        alice,
      ),
      { code: "member_unbound" },
      name,
    );
  }
});

test("nobody but a signer withdraws, and nobody changes what is signed", async (t) => {
  const record = await organizationOf(alice);
  const codes = [
    (json: Any) => (json.withdrawn_at = "2026-01-01T00:00:00Z"),
    (json: Any) => (json.status = "inactive"),
    (json: Any) => (json.parent_org_id = "org-2"),
  ].map((change) => {
    const json = JSON.parse(textOf(changed(record, change)));
    json.persist_row_hash = Buffer.from(
      persistRowHash(engine, new TextEncoder().encode(JSON.stringify(json))),
    ).toString("hex");
    const parsed = parseRecord(engine, kinds, undefined, new TextEncoder().encode(JSON.stringify(json)));
    return isRefusal(parsed) ? parsed.code : "parsed";
  });
  t.deepEqual(codes, ["member_unbound", "member_mismatch", "member_unbound"]);
});

test("an organisation is not its own parent, and a partner's status is one of three", async (t) => {
  await t.throwsAsync(organizationOf(alice, { parentOrgId: "org-1" }), { message: /itself/ });
  await t.throwsAsync(partnerOf([alice], { status: "paused" as "active" }), { code: "record_schema" });
  await t.throwsAsync(partnerOf([alice], { revision: -1 }), { code: "record_schema" });
});

test("evidence of one proposal is one record, whoever took part and whenever it was gathered", async (t) => {
  const [one, two] = [await accordOf([alice]), await accordOf([alice, bob], { evidenceAtMs: startMs + 5 })];
  t.deepEqual(one.recordId, two.recordId);
  t.deepEqual(one.naturalKey, two.naturalKey);
  t.notDeepEqual(one.hash, two.hash);
  const other = await accordOf([alice], { proposal: { proposal_id: "proposal-2" } });
  t.notDeepEqual(one.naturalKey, other.naturalKey);
});
