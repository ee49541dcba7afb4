import test from "ava";
import {
  buildAttestation,
  buildKeyRecord,
  encodeJson,
  parseRecord,
  persistRowHash,
  signRecord,
} from "waxwing/records";
import { createMemoryStore, type Store } from "waxwing/store";
import {
  alice,
  attestationOf,
  authoritiesOf,
  bob,
  changed,
  engine,
  identityOf,
  keyOf,
  kinds,
  neededBy,
  occurrenceOf,
  recordOf,
  signableTokens,
  startMs,
} from "../../support/records.js";
import { openTrust, outcomes, pinOf } from "../../support/trust.js";

/** biome-ignore lint/suspicious/noExplicitAny: tests reach into untyped JSON on purpose. */
type Any = any;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** A record edited by somebody without the key: the row hash is made right again. */
function edited(bytes: Uint8Array, change: (json: Any) => void, inner?: string): { bytes: Uint8Array } {
  const json = JSON.parse(Buffer.from(bytes).toString("utf8"));
  const row = inner === undefined ? json : json[inner];
  change(row);
  if ("persist_row_hash" in row)
    row.persist_row_hash = hex(persistRowHash(engine, bytesOf(JSON.stringify(row))));
  return { bytes: bytesOf(JSON.stringify(json)) };
}

async function scrubBy(identity: typeof alice, signedBytes: Uint8Array) {
  const pair = await identity.sign(signedBytes);
  return {
    scrub_key_id: identity.keyId,
    scrub_signature_classical: b64(pair.ed25519),
    scrub_signature_pqc: b64(pair.mlDsa65),
  };
}

for (const token of signableTokens) {
  test(`${token}: admitted once its signer's key is known, and refused with a flipped signature`, async (t) => {
    const trust = openTrust({ admission: { authorities: authoritiesOf(bob) } });
    const record = await recordOf(token, bob);
    if (token !== "key") await outcomes(trust, [await keyOf(bob), ...(await neededBy(token, bob))]);
    const good = b64(record.signatures[0]!.ed25519);
    const flipped = Buffer.from(record.bytes)
      .toString("utf8")
      .replace(good, `${good[0] === "A" ? "B" : "A"}${good.slice(1)}`);
    const inner = kinds.get(token)!.wrapper ?? undefined;
    const isQuorum = kinds.get(token)?.signatures?.all !== undefined;
    t.deepEqual(await outcomes(trust, [edited(bytesOf(flipped), () => undefined, inner)]), [
      isQuorum ? "quorum_not_reached" : "signature_invalid",
    ]);
    t.deepEqual(await outcomes(trust, [record, record]), ["admitted", "duplicate"]);
  });
}

test("a key record and its directory entry come together, and survive a restart", async (t) => {
  const store = createMemoryStore();
  const trust = openTrust({ store });
  t.deepEqual(await outcomes(trust, [await keyOf(alice)]), ["admitted"]);
  const again = openTrust({ store });
  t.is((await again.directory.lookup(alice.keyId))?.standing, "native");
  t.deepEqual(await outcomes(again, [await attestationOf(alice, "a")]), ["admitted"]);
});

test("a failed commit leaves neither the key record nor its directory entry", async (t) => {
  const store = createMemoryStore();
  const failing = withCommit(store, () => Promise.reject(new Error("disk")));
  const trust = openTrust({ store: failing });
  await t.throwsAsync(outcomes(trust, [await keyOf(alice)]), { message: "disk" });
  t.is(await trust.directory.lookup(alice.keyId), undefined);
  t.is((await store.stats()).records, 0);
});

/** The store with another `commit`. */
function withCommit(store: Store, commit: Store["commit"]): Store {
  return new Proxy(store, {
    get(target, name) {
      const member = name === "commit" ? commit : Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

test("a native id with other keys is refused", async (t) => {
  const trust = openTrust();
  const impostor = { ...bob, keyId: alice.keyId };
  const record = await keyOf(impostor);
  t.deepEqual(await outcomes(trust, [record]), ["key_id_mismatch"]);
});

test("a key record signed by another key is refused", async (t) => {
  const trust = openTrust();
  const record = await keyOf(alice);
  const scrub = await scrubBy(bob, record.signedBytes);
  const rescrubbed = edited(record.bytes, (row) => Object.assign(row, scrub), "record");
  t.deepEqual(await outcomes(trust, [rescrubbed]), ["third_party_row"]);
});

test("a foreign key waits in quarantine, is released by its pin, and survives a restart there", async (t) => {
  const store = createMemoryStore();
  const foreign = identityOf(5, "steward-key");
  const trust = openTrust({ store });
  const record = await keyOf(foreign);
  const [verdict] = await trust.admission.admit("key", [record.bytes], { peerKeyId: "peer" });
  t.like(verdict, {
    status: "refused",
    refusal: { code: "key_not_trusted", transient: true, waitsForKey: "steward-key" },
  });
  t.deepEqual(await outcomes(trust, [await attestationOf(foreign, "a")]), ["key_unknown"]);
  t.is((await trust.admission.quarantineSize()).records, 1);

  const pinned = openTrust({ store, pins: [pinOf(foreign)] });
  const released = await pinned.admission.release("steward-key");
  t.is(released[0]?.status, "admitted");
  t.is((await pinned.admission.quarantineSize()).records, 0);
  t.deepEqual(await outcomes(pinned, [await attestationOf(foreign, "a")]), ["admitted"]);
});

test("a pinned foreign id with other keys is refused", async (t) => {
  const foreign = identityOf(5, "steward-key");
  const impostor = identityOf(6, "steward-key");
  const trust = openTrust({ pins: [pinOf(foreign)] });
  t.deepEqual(await outcomes(trust, [await keyOf(impostor), await keyOf(foreign)]), [
    "key_id_mismatch",
    "admitted",
  ]);
});

test("the quarantine is bounded by count and bytes and drops the oldest", async (t) => {
  const trust = openTrust({ admission: { quarantine: { recordsMax: 2 } } });
  for (const seed of [5, 6, 7]) await outcomes(trust, [await keyOf(identityOf(seed, `foreign-${seed}`))]);
  t.is((await trust.admission.quarantineSize()).records, 2);
  t.deepEqual(await trust.admission.release("foreign-5"), []);
  t.is((await trust.admission.release("foreign-7")).length, 1);

  const tiny = openTrust({ admission: { quarantine: { bytesMax: 100 } } });
  t.deepEqual(await outcomes(tiny, [await keyOf(identityOf(5, "foreign"))]), ["quarantine_full"]);
});

test("a revoked key verifies nothing and is not brought back by its record", async (t) => {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(alice)]);
  await trust.directory.revoke(alice.keyId);
  t.deepEqual(await outcomes(trust, [await attestationOf(alice, "a")]), ["key_revoked"]);
  const otherKey = await buildKeyRecord(engine, alice, { validFromMs: startMs, identityType: "agent" });
  t.deepEqual(await outcomes(trust, [otherKey]), ["key_revoked"]);
});

test("more signers replace the stored form, fewer and repeated ones do not", async (t) => {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(alice), await keyOf(bob)]);
  const one = await attestationOf(alice, "a");
  const scrub = await scrubBy(bob, one.signedBytes);
  const own = await scrubBy(alice, one.signedBytes);
  const stranger = await scrubBy(identityOf(9), one.signedBytes);
  const withScrubs = (scrubs: unknown[]) => edited(one.bytes, (json) => (json.additional_scrubs = scrubs));
  t.deepEqual(await outcomes(trust, [one]), ["admitted"]);
  t.deepEqual(
    await outcomes(trust, [withScrubs([own])]),
    ["duplicate"],
    "a repeated signer is no further one",
  );
  t.deepEqual(
    await outcomes(trust, [withScrubs([stranger])]),
    ["duplicate"],
    "an unknown signer proves nothing",
  );
  const broken = { ...scrub, scrub_signature_classical: own.scrub_signature_classical };
  t.deepEqual(await outcomes(trust, [withScrubs([broken])]), ["signature_invalid"]);
  const two = withScrubs([scrub]);
  t.deepEqual(await outcomes(trust, [two]), ["admitted"]);
  t.deepEqual(await outcomes(trust, [one]), ["duplicate"]);
  const parsed = parseRecord(engine, kinds, "attestation", two.bytes) as Any;
  const stored = await trust.store.get("attestation", one.hash);
  t.deepEqual(stored?.hash, parsed.hash, "the replaced form's hash finds the new one");
});

test("federation-tier records are strict whatever the policy; local ones follow it", async (t) => {
  const strip = (bytes: Uint8Array) => edited(bytes, (json) => delete json.scrub_signature_pqc);
  const classical = { keyId: "classical", ed25519: alice.publicKeys.ed25519 };
  const signer = { ...alice, keyId: "classical" };
  const local = { tier: "local" };
  const at = async (policy: Any, id: string, more: object, advanceMs = 0) => {
    const trust = openTrust({ pins: [classical], admission: { policy } });
    await trust.fake.advance(advanceMs);
    return (await outcomes(trust, [strip((await attestationOf(signer, id, more)).bytes)]))[0];
  };
  const fallback = { name: "ed25519-fallback" };
  const soft = { name: "soft-freshness", windowMs: 60_000 };
  t.is(await at({ name: "strict" }, "a", local), "pqc_missing");
  t.is(await at(fallback, "a", {}), "pqc_missing");
  t.is(await at(soft, "a", {}), "pqc_missing");
  t.is(await at(fallback, "a", local), "admitted");
  t.is(await at(soft, "a", local, 59_999), "admitted");
  t.is(await at(soft, "a", local, 60_000), "pqc_missing");
});

test("a stripped half counts for nothing, and half a pair is refused under every policy", async (t) => {
  const fallback = { name: "ed25519-fallback" } as const;
  const trust = openTrust({
    admission: { policy: fallback },
    pins: [{ keyId: "classical", ed25519: alice.publicKeys.ed25519 }],
  });
  await outcomes(trust, [await keyOf(alice)]);
  const local = await attestationOf(alice, "a", { tier: "local" });
  const stripped = edited(local.bytes, (json) => delete json.scrub_signature_pqc);
  t.deepEqual(await outcomes(trust, [stripped]), ["pqc_fields_must_be_both"]);
  const underClassical = await attestationOf({ ...alice, keyId: "classical" }, "b", { tier: "local" });
  t.deepEqual(await outcomes(trust, [underClassical]), ["pqc_fields_must_be_both"]);
});

test("records from the future are refused past the skew, and told apart from a clock that is not set", async (t) => {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(alice)]);
  const at = (id: string, aheadMs: number) => attestationOf(alice, id, { assertedAtMs: startMs + aheadMs });
  t.deepEqual(await outcomes(trust, [await at("a", 300_000), await at("b", 300_001)]), [
    "admitted",
    "record_from_future",
  ]);
  trust.fake.setSynchronised(false);
  t.deepEqual(await outcomes(trust, [await at("c", 300_001), await at("d", 0)]), [
    "clock_not_synchronised",
    "admitted",
  ]);
});

test("an end of validity counts when it is signed, and is a hint when it is not", async (t) => {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(alice)]);
  const signed = await attestationOf(alice, "a", { assertedAtMs: startMs - 10, expiresAtMs: startMs });
  const alive = await attestationOf(alice, "b", { expiresAtMs: startMs + 1 });
  t.deepEqual(await outcomes(trust, [signed, alive]), ["record_expired", "admitted"]);
  const hinted = edited((await attestationOf(alice, "c")).bytes, (json) => {
    json.expires_at = "2020-01-01T00:00:00Z";
  });
  t.deepEqual(await outcomes(trust, [hinted]), ["admitted"]);
});

test("only the identity itself may say which devices it has", async (t) => {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(alice), await keyOf(bob)]);
  const { value } = await occurrenceOf(alice);
  const spec = kinds.get("identity_occurrence")!;
  const forged = await signRecord(
    engine,
    kinds,
    spec,
    { record: value, wrapper: { signed_envelope: value } },
    bob,
  );
  t.deepEqual(await outcomes(trust, [forged]), ["third_party_row"]);
});

test("an unproven peer's bootstrap records go to quarantine, verified; others are not taken at all", async (t) => {
  const trust = openTrust();
  const context = { unprovenPeer: true };
  t.deepEqual(await outcomes(trust, [await keyOf(alice), await attestationOf(alice, "a")], context), [
    "key_not_trusted",
    "key_not_trusted",
  ]);
  t.is((await trust.admission.quarantineSize()).records, 1);
  t.is(await trust.directory.lookup(alice.keyId), undefined);
  t.deepEqual(await outcomes(trust, [await keyOf(alice)], { peerKeyId: bob.keyId }), ["admitted"]);
});

test("own kinds go the same way as built-in ones", async (t) => {
  const trust = openTrust();
  const spec = trust.admission.defineKind({
    token: "note",
    naturalKey: ["signer_key_id", "id"],
    fields: { id: "text" },
  });
  const note = (text: string) => signRecord(engine, trust.kinds, spec, { record: { id: "1", text } }, alice);
  const first = await note("x");
  t.deepEqual(await outcomes(trust, [first, await keyOf(alice)]), ["admitted", "admitted"]);
  t.deepEqual(await outcomes(trust, [await note("y")]), ["natural_key_conflict"]);
  t.deepEqual(await outcomes(trust, [{ bytes: changed(first, (json: Any) => (json.note.text = "z")) }]), [
    "signature_invalid",
  ]);
});

test("a batch larger than a chunk gets its verdicts in order", async (t) => {
  const trust = openTrust();
  const good = await attestationOf(alice, "a");
  const records = Array.from({ length: 600 }, (_, index) =>
    index === 300 ? good : { bytes: bytesOf(encodeJson({ index })) },
  );
  const verdicts = await outcomes(trust, [...records, await keyOf(alice)]);
  t.is(verdicts.length, 601);
  t.deepEqual(
    [...new Set(verdicts.map((verdict, index) => (index === 300 || index === 600 ? "good" : verdict)))],
    ["kind_unknown", "good"],
  );
  t.deepEqual([verdicts[300], verdicts[600]], ["admitted", "admitted"]);
});

test("admission tells its subscribers what came, once it is stored", async (t) => {
  const trust = openTrust();
  const events = trust.admission.events.subscribe();
  await outcomes(trust, [await keyOf(alice)]);
  trust.admission.close();
  const seen = [];
  for await (const event of events) seen.push(event.type);
  t.deepEqual(seen, ["admitted", "keyAdmitted"]);
});

test("an aborted call rejects and stores nothing", async (t) => {
  const trust = openTrust();
  const signal = AbortSignal.abort(new Error("stopped"));
  await t.throwsAsync(trust.admission.admit("key", [(await keyOf(alice)).bytes], { signal }), {
    message: "stopped",
  });
  t.is((await trust.store.stats()).records, 0);
});

test("a revocation is named by its row hash on the way in and when it comes again", async (t) => {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(alice)]);
  const record = await recordOf("revocation");
  const [verdict] = await trust.admission.admit("revocation", [record.bytes], {});
  t.deepEqual(verdict?.hash, record.hash);
  const copy = {
    bytes: bytesOf(JSON.stringify(JSON.parse(Buffer.from(record.bytes).toString("utf8")), null, 2)),
  };
  t.deepEqual(await outcomes(trust, [record, copy]), ["duplicate", "duplicate"]);
});

test("builders refuse what a receiver would refuse", async (t) => {
  await t.throwsAsync(
    buildAttestation(engine, alice, {
      attestationId: "a",
      attestationType: "scores",
      assertedAtMs: startMs,
      content: { attested_key_id: "somebody else" },
    }),
    { message: /attested_key_id/ },
  );
});
