/**
 * Two invariants of what leaves a node, over every kind: nothing without both halves of its signatures gets to where
 * it could be offered, whatever the policy; and what is local is in no page, set or tag that peers are served from.
 */
import test from "ava";
import { createKinds, persistRowHash, subjectTag } from "waxwing/records";
import { createMemoryStore, withOfferedSets } from "waxwing/store";
import type { SignaturePolicy } from "waxwing/trust";
import { createReferenceIdSets } from "../../support/id-sets.js";
import {
  alice,
  attestationOf,
  authoritiesOf,
  bob,
  engine,
  keyOf,
  kinds,
  neededBy,
  recordOf,
  signableTokens,
} from "../../support/records.js";
import { openTrust, outcomes } from "../../support/trust.js";

const policies: readonly SignaturePolicy[] = [
  { name: "strict" },
  { name: "soft-freshness", windowMs: Number.MAX_SAFE_INTEGER },
  { name: "ed25519-fallback" },
];

const halves = ["scrub_signature_pqc", "mldsa65_signature_base64"];

/** Without any post-quantum half, as somebody without the key would make it: row hashes are made right again. */
function stripped(bytes: Uint8Array, wrapper: string | null): Uint8Array {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).filter(([name]) => !halves.includes(name));
    return Object.fromEntries(kept.map(([name, member]) => [name, strip(member)]));
  };
  const json = strip(JSON.parse(Buffer.from(bytes).toString("utf8"))) as Record<string, never>;
  const row: Record<string, unknown> = wrapper === null ? json : json[wrapper]!;
  if ("persist_row_hash" in row) {
    const hash = persistRowHash(engine, Buffer.from(JSON.stringify(row)));
    row.persist_row_hash = Buffer.from(hash).toString("hex");
  }
  return Buffer.from(JSON.stringify(json));
}

for (const token of signableTokens) {
  test(`${token}: refused without its post-quantum halves under every policy`, async (t) => {
    for (const policy of policies) {
      for (const classicalKey of [false, true]) {
        // A key that is known by its Ed25519 half alone is where a policy that relaxes would relax.
        const signer = classicalKey ? { ...bob, keyId: "classical" } : bob;
        const pins = classicalKey ? [{ keyId: "classical", ed25519: bob.publicKeys.ed25519 }] : [];
        const trust = openTrust({ pins, admission: { policy, authorities: authoritiesOf(signer) } });
        if (!classicalKey && token !== "key") await outcomes(trust, [await keyOf(signer)]);
        const needed = classicalKey ? [] : await neededBy(token, signer);
        await outcomes(trust, needed);
        const record = await recordOf(token, signer);
        const bytes = stripped(record.bytes, kinds.get(token)!.wrapper);
        const [verdict] = await trust.admission.admit(token, [bytes], {});
        const codes = ["pqc_missing", "pqc_fields_must_be_both", "quorum_not_reached"];
        t.true(
          verdict?.status === "refused" && codes.includes(verdict.refusal.code),
          `${policy.name}: ${JSON.stringify(verdict)}`,
        );
      }
    }
  });
}

test("no kind of the table lets a policy decide: what is federation-visible is strict", (t) => {
  const local = createKinds()
    .all()
    .filter((spec) => spec.visibility({}) !== "federation");
  t.deepEqual(local, [], "with the default members every built-in kind is visible, so strict");
});

const localMembers = [
  { tier: "local" },
  { tier: "private" },
  { cohortScope: "self" },
  { cohortScope: "family" },
  { tier: "local", cohortScope: "federation" },
];

test("what is local is in no offer page, offered set, tag page or refs, and no peer can bring it", async (t) => {
  const store = withOfferedSets(createMemoryStore(), createReferenceIdSets({ capacity: 100, sets: 4 }));
  const trust = openTrust({ store });
  await outcomes(trust, [await keyOf(alice)]);
  // Loaded before and after: commits change the set of the first, the second reads it anew.
  await store.offeredSet("attestation");
  const open = await attestationOf(alice, "open");
  const locals = await Promise.all(
    localMembers.map((more, index) => attestationOf(alice, `local ${index}`, more)),
  );
  t.deepEqual(new Set(await outcomes(trust, [open, ...locals])), new Set(["admitted"]));
  t.is((await trust.store.list("attestation", { after: 0, limit: 99 })).length, 1 + locals.length);

  const page = { after: 0, limit: 99 };
  t.deepEqual(
    (await store.offerPage("attestation", page)).map(({ recordId }) => recordId),
    [open.recordId],
  );
  t.deepEqual((await store.offeredIds("attestation", page)).ids, open.recordId);
  const tagged = await store.tagPage("attestation", { tag: subjectTag(alice.keyId), limit: 99 });
  t.deepEqual(
    tagged.map(({ recordId }) => recordId),
    [open.recordId],
  );
  t.is((await store.offeredSet("attestation"))?.size, 1);
  const again = withOfferedSets(store, createReferenceIdSets({ capacity: 100, sets: 4 }));
  t.is((await again.offeredSet("attestation"))?.size, 1);

  const fromPeer = openTrust();
  await outcomes(fromPeer, [await keyOf(alice)]);
  t.deepEqual(new Set(await outcomes(fromPeer, locals, { peerKeyId: "peer" })), new Set(["record_local"]));
});

test("a copy that says it is local neither hides nor shows the one that says it is not", async (t) => {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(alice)]);
  const local = await attestationOf(alice, "a", { tier: "local" });
  // `tier` is outside the signed bytes, so anybody can leave it out.
  const promoted = JSON.parse(Buffer.from(local.bytes).toString("utf8"));
  delete promoted.tier;
  promoted.persist_row_hash = Buffer.from(
    persistRowHash(engine, Buffer.from(JSON.stringify(promoted))),
  ).toString("hex");
  t.deepEqual(await outcomes(trust, [local]), ["admitted"]);
  t.deepEqual(
    await outcomes(trust, [{ bytes: Buffer.from(JSON.stringify(promoted)) }], { peerKeyId: "peer" }),
    ["duplicate"],
  );
  t.is((await trust.store.offerPage("attestation", { after: 0, limit: 9 })).length, 0);
});
