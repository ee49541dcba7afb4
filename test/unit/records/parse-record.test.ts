import test from "ava";
import {
  builtinKinds,
  detectKind,
  isRefusal,
  parseRecord,
  persistRowHash,
  signRecord,
} from "waxwing/records";
import { limits } from "#dist/base/limits.js";
import {
  alice,
  attestationOf,
  changed,
  draftOf,
  engine,
  identityOf,
  keyOf,
  kinds,
  occurrenceOf,
  recordOf,
  signableTokens,
} from "../../support/records.js";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** biome-ignore lint/suspicious/noExplicitAny: tests reach into untyped JSON on purpose. */
type Any = any;

function codeOf(kind: string | undefined, bytes: Uint8Array): string {
  const result = parseRecord(engine, kinds, kind, bytes);
  return isRefusal(result) ? result.code : "parsed";
}

/** Recomputes the row hash after a change, as anybody can. */
function rehashed(bytes: Uint8Array, inner?: string): Uint8Array {
  const json = JSON.parse(Buffer.from(bytes).toString("utf8"));
  const row = inner === undefined ? json : json[inner];
  row.persist_row_hash = hex(persistRowHash(engine, bytesOf(JSON.stringify(row))));
  return bytesOf(JSON.stringify(json));
}

/** Kinds 16 to 19. */
const laterTokens = [
  "key_grant",
  "community_membership_widening",
  "family_membership_widening",
  "community_membership_listing",
];

test("the kind table has the kinds of the reference in the order of ALL", (t) => {
  t.deepEqual(
    builtinKinds.map((spec) => spec.token),
    [
      "key",
      "attestation",
      "revocation",
      "identity_occurrence",
      "family",
      "community",
      "identity_occurrence_revocation",
      "family_membership_revocation",
      "community_membership_revocation",
      "location_proof",
      "organization",
      "org_membership",
      "partner_record",
      "transport_destination",
      "accord_quorum_evidence",
      ...laterTokens,
    ],
  );
});

test("the kind table gives flags and wire versions as the fact sheet does", (t) => {
  const tokensWhere = (flag: (spec: (typeof builtinKinds)[number]) => boolean) =>
    builtinKinds.filter(flag).map((spec) => spec.token);
  t.deepEqual(
    tokensWhere((spec) => spec.bootstrap),
    ["key", "identity_occurrence", "transport_destination"],
  );
  t.deepEqual(
    tokensWhere((spec) => spec.subjectPullable),
    ["key", "attestation", "identity_occurrence", "identity_occurrence_revocation", "transport_destination"],
  );
  t.deepEqual(
    tokensWhere((spec) => spec.cursorServed),
    ["accord_quorum_evidence"],
  );
  t.deepEqual(
    tokensWhere((spec) => spec.hashBasis === "persist_row_hash"),
    ["revocation"],
  );
  t.deepEqual(
    tokensWhere((spec) => spec.wireVersion === 2),
    [
      ..."organization org_membership partner_record transport_destination accord_quorum_evidence".split(" "),
      ...laterTokens,
    ],
  );
});

for (const token of signableTokens) {
  test(`${token}: a signed record parses, with and without its kind given`, async (t) => {
    const record = await recordOf(token);
    for (const kind of [token, undefined]) {
      const parsed = parseRecord(engine, kinds, kind, record.bytes);
      if (isRefusal(parsed)) return t.fail(`${parsed.code}: ${parsed.message}`);
      t.is(parsed.kind, token);
      t.deepEqual(parsed.recordId, record.recordId);
      t.is(parsed.signatures[0]?.keyId, alice.keyId);
    }
    t.is(detectKind(kinds, record.bytes), token);
  });
}

test("persistRowHash() gives the derived hash of the fact sheet's revocation row", (t) => {
  const at = "2026-01-01T00:00:00Z";
  const row = {
    revocation_id: "rev-1",
    revoked_key_id: "alice",
    revoking_key_id: "alice",
    reason: "rotated — now",
    revoked_at: at,
    effective_at: at,
    revocation_envelope: { z: 1.5, a: "é" },
    original_content_hash: "0".repeat(64),
    scrub_signature_classical: "AA==",
    scrub_key_id: "alice",
    scrub_timestamp: at,
    persist_row_hash: "gone before hashing",
    consent_role: "gone too",
  };
  t.is(
    hex(persistRowHash(engine, bytesOf(JSON.stringify(row)))),
    "92c6e4dea40c4ed5f0f8c6f9bf4bb9d55e723e75861cae2e6f432d27a821e967",
  );
});

test("parseRecord() names revocations by their row hash and all others by their bytes", async (t) => {
  for (const token of signableTokens) {
    const { bytes, hash, value } = await recordOf(token);
    t.is(
      hex(hash),
      token === "revocation" ? (value.persist_row_hash as string) : hex(engine.sha256(bytes)),
      token,
    );
  }
});

test("parseRecord() takes attestation, organization and org_membership bare or wrapped", async (t) => {
  for (const token of ["attestation", "organization", "org_membership"]) {
    const bare = await recordOf(token);
    const wrapped = bytesOf(`{"${token}":${Buffer.from(bare.bytes).toString("utf8")}}`);
    const parsed = parseRecord(engine, kinds, undefined, wrapped);
    if (isRefusal(parsed)) return t.fail(`${token}: ${parsed.message}`);
    t.is(parsed.kind, token);
    t.deepEqual(parsed.recordId, bare.recordId);
    t.notDeepEqual(parsed.hash, bare.hash);
  }
});

test("parseRecord() refuses what is too large, not JSON, not an object and of no kind", (t) => {
  t.is(codeOf(undefined, new Uint8Array(limits.recordBytesMax + 1).fill(0x20)), "record_too_large");
  for (const text of ["", "{", '{"a":1}x', '{"a":1,"a":2}', '{"a":"\\ud800"}', "[1]", "null", '"x"'])
    t.is(codeOf(undefined, bytesOf(text)), "record_malformed", text);
  t.is(codeOf(undefined, Uint8Array.of(0x22, 0xff, 0x22)), "record_malformed");
  t.is(codeOf(undefined, bytesOf("{}")), "kind_unknown");
  t.is(codeOf("nonsense", bytesOf("{}")), "kind_unknown");
  t.is(codeOf("key", bytesOf("{}")), "record_schema");
  t.is(codeOf("attestation", bytesOf("[]")), "record_schema");
});

test("parseRecord() refuses missing members, wrong types and null where a member is omitted", async (t) => {
  const record = await attestationOf(alice, "a");
  t.is(
    codeOf(
      "attestation",
      changed(record, (json: Any) => delete json.attested_key_id),
    ),
    "record_schema",
  );
  t.is(
    codeOf(
      "attestation",
      changed(record, (json: Any) => (json.weight = "1")),
    ),
    "record_schema",
  );
  t.is(
    codeOf(
      "attestation",
      changed(record, (json: Any) => (json.asserted_at = "yesterday")),
    ),
    "record_schema",
  );
  t.is(
    codeOf(
      "attestation",
      changed(record, (json: Any) => (json.expires_at = null)),
    ),
    "record_schema",
  );
  t.is(
    codeOf(
      "attestation",
      changed(record, (json: Any) => (json.attested_key_id = "")),
    ),
    "record_schema",
  );
  t.is(
    codeOf(
      "attestation",
      changed(record, (json: Any) => (json.scrub_signature_classical = "AAA")),
    ),
    "record_schema",
  );
});

test("parseRecord() refuses more signers than a record may have", async (t) => {
  const record = await attestationOf(alice, "a");
  const scrub = { scrub_key_id: "x", scrub_signature_classical: "AA==" };
  const withScrubs = (count: number) =>
    rehashed(changed(record, (json: Any) => (json.additional_scrubs = Array(count).fill(scrub))));
  t.is(codeOf("attestation", withScrubs(limits.recordSignaturesMax - 1)), "parsed");
  t.is(codeOf("attestation", withScrubs(limits.recordSignaturesMax)), "record_schema");
});

test("parseRecord() refuses integers that a double cannot hold, wherever they stand", async (t) => {
  const record = await attestationOf(alice, "a");
  const text = Buffer.from(record.bytes).toString("utf8");
  const withNumber = (number: string) => bytesOf(text.replace('"score":0.5', `"score":${number}`));
  for (const number of ["9007199254740993", "-9007199254740993", "123456789012345678901234567891"])
    t.is(codeOf("attestation", withNumber(number)), "integer_unsafe", number);
  // These survive, so the next check is the one that refuses the changed envelope.
  for (const number of ["9007199254740992", "10000000000000000000", "9007199254740993.0"])
    t.is(codeOf("attestation", withNumber(number)), "content_hash_mismatch", number);
});

test("parseRecord() refuses a hash that is not of what it names", async (t) => {
  const record = await attestationOf(alice, "a");
  const zeros = "0".repeat(64);
  t.is(
    codeOf("attestation", rehashed(changed(record, (json: Any) => (json.original_content_hash = zeros)))),
    "content_hash_mismatch",
  );
  t.is(
    codeOf(
      "attestation",
      changed(record, (json: Any) => (json.persist_row_hash = zeros)),
    ),
    "content_hash_mismatch",
  );
  t.is(
    codeOf(
      "attestation",
      changed(record, (json: Any) => (json.weight = 2)),
    ),
    "content_hash_mismatch",
  );
});

test("parseRecord() refuses columns that disagree with the signed envelope, row hash mended or not", async (t) => {
  const record = await attestationOf(alice, "a", { expiresAtMs: 1_800_000_000_000 });
  const changes: Record<string, (json: Any) => void> = {
    attestation_id: (json) => (json.attestation_id = "b"),
    attested_key_id: (json) => (json.attested_key_id = "mallory"),
    attestation_type: (json) => (json.attestation_type = "withdraws"),
    cohort_scope: (json) => (json.cohort_scope = "self"),
    subject_key_ids: (json) => (json.subject_key_ids = ["mallory"]),
    asserted_at: (json) => (json.asserted_at = "2026-01-02T00:00:00Z"),
    expires_at: (json) => (json.expires_at = "2036-01-01T00:00:00Z"),
    "expires_at stripped": (json) => delete json.expires_at,
  };
  for (const [name, change] of Object.entries(changes)) {
    const code = codeOf("attestation", rehashed(changed(record, change)));
    t.is(code, name === "subject_key_ids" ? "member_unbound" : "member_mismatch", name);
  }
});

test("parseRecord() compares repeated times as instants", async (t) => {
  const record = await attestationOf(alice, "a");
  const plus = rehashed(changed(record, (json: Any) => (json.asserted_at = "2026-01-01T01:00:00+01:00")));
  t.is(codeOf("attestation", plus), "parsed");
});

test("parseRecord() demands that an attestation's envelope repeats asserted_at and the row", async (t) => {
  const spec = kinds.get("attestation")!;
  const { value } = await attestationOf(alice, "a");
  const envelope = value.attestation_envelope as Any;
  const sign = (attestation_envelope: object) =>
    signRecord(engine, kinds, spec, { record: { ...value, attestation_envelope } }, alice);
  const { row, asserted_at: _assertedAt, ...rest } = envelope;
  await t.throwsAsync(sign({ ...rest, row }), { message: /asserted_at/ });
  await t.throwsAsync(sign({ ...rest, asserted_at: envelope.asserted_at }), { message: /row/ });
  for (const name of Object.keys(row)) {
    const { [name]: _removed, ...others } = row;
    await t.throwsAsync(sign({ ...envelope, row: others }), { message: new RegExp(name) });
  }
  await t.throwsAsync(sign({ ...envelope, asserted_at: "2026-01-01T00:00:00.000000000Z" }), {
    message: /sub-second/,
  });
  await t.notThrowsAsync(sign({ ...envelope, asserted_at: "2026-01-01T00:00:00.000000Z" }));
});

test("parseRecord() demands that an identity occurrence's envelope names both keys", async (t) => {
  const record = await occurrenceOf(alice);
  const spec = kinds.get("identity_occurrence")!;
  await t.throwsAsync(
    signRecord(engine, kinds, spec, { record: record.value, wrapper: { signed_envelope: {} } }, alice),
    { message: /identity_key_id/ },
  );
  const other = changed(record, (json: Any) => (json.identity_occurrence.occurrence_key_id = "mallory"));
  t.is(codeOf("identity_occurrence", rehashed(other, "identity_occurrence")), "member_mismatch");
});

test("a signature that revokes an occurrence asserts none", async (t) => {
  const revocation = await recordOf("identity_occurrence_revocation");
  const { attesting_key_id, signed_envelope, signature } = JSON.parse(
    Buffer.from(revocation.bytes).toString(),
  );
  const { value } = await occurrenceOf(alice);
  const { identity_key_id, occurrence_key_id } = signed_envelope;
  const forged = {
    identity_occurrence: { ...value, identity_key_id, occurrence_key_id },
    attesting_key_id,
    signed_envelope,
    signature,
  };
  t.is(
    codeOf("identity_occurrence", rehashed(bytesOf(JSON.stringify(forged)), "identity_occurrence")),
    "member_unbound",
  );
});

test("naturalKey leaves out what M does not repeat, and such records do not claim one key", async (t) => {
  const spec = kinds.get("revocation")!;
  const draft = draftOf("revocation", alice.keyId).record;
  const signed = () =>
    signRecord(engine, kinds, spec, { record: { ...draft, revocation_envelope: { a: 1 } } }, alice);
  const [one, two] = [await signed(), await signed()];
  t.deepEqual(one.recordId, two.recordId);
  const M = engine.sha256(bytesOf('{"a":1}'));
  t.deepEqual(one.recordId, engine.sha256(Buffer.concat([bytesOf("revocation\0[]"), M])));
  t.deepEqual(one.naturalKey, one.recordId);
  const full = await recordOf("revocation");
  t.deepEqual(full.naturalKey, engine.sha256(bytesOf('revocation\0["rev-1"]')));
});

test("two keys with the same registration envelope are two records", async (t) => {
  const spec = kinds.get("key")!;
  const empty = async (seed: number) => {
    const identity = identityOf(seed);
    const { value } = await keyOf(identity);
    return signRecord(engine, kinds, spec, { record: { ...value, registration_envelope: {} } }, identity);
  };
  const [one, two] = [await empty(1), await empty(2)];
  t.notDeepEqual(one.recordId, two.recordId);
  t.notDeepEqual(one.naturalKey, two.naturalKey);
});

test("later kinds: key_grant is an attestation under another name, and the others are known and not decoded", async (t) => {
  const grant = await recordOf("key_grant");
  t.is(grant.kind, "key_grant");
  t.is(detectKind(kinds, grant.bytes), "attestation");
  const [asGrant, asAttestation] = [grant, parseRecord(engine, kinds, undefined, grant.bytes)];
  if (isRefusal(asAttestation)) return t.fail(asAttestation.message);
  t.deepEqual(asGrant.hash, asAttestation.hash);
  t.notDeepEqual(asGrant.recordId, asAttestation.recordId);
  t.is(codeOf("key_grant", (await recordOf("attestation")).bytes), "record_schema");
  for (const token of laterTokens.slice(1)) {
    t.is(codeOf(token, bytesOf("{}")), "kind_not_supported");
    t.is(codeOf(token, bytesOf(`{"${token}":{}}`)), "kind_not_supported");
    t.is(codeOf(undefined, bytesOf(`{"${token}":{}}`)), "kind_unknown");
  }
  t.deepEqual(
    builtinKinds.filter((spec) => spec.onlyByName).map((spec) => spec.token),
    laterTokens,
  );
});
