import test from "ava";
import { isRefusal, parseRecord, persistRowHash } from "waxwing/records";
import {
  createDelegationView,
  findProvenance,
  type Provenance,
  strict,
  verifierOf,
  verifyRecords,
} from "waxwing/trust";
import { limits } from "#dist/base/limits.js";
import {
  alice,
  attestationOf,
  bob,
  engine,
  identityOf,
  keyOf,
  startMs,
  type TestIdentity,
} from "../../support/records.js";
import { openTrust, outcomes } from "../../support/trust.js";

const carol = identityOf(3);
const day = 86_400_000;

const delegationOf = (from: TestIdentity, to: TestIdentity, id: string, expiresAtMs?: number) =>
  attestationOf(from, id, {
    attestationType: "delegates_to",
    attestedKeyId: to.keyId,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  });
const endingOf = (by: TestIdentity, target: string, attestationType: string, assertedAtMs: number) =>
  attestationOf(by, `${attestationType} ${target} ${by.keyId.slice(0, 5)}`, {
    attestationType,
    assertedAtMs,
    content: { target_attestation_id: target },
  });

/** alice delegates to bob, and bob to carol. */
async function open() {
  const trust = openTrust();
  await outcomes(trust, await Promise.all([alice, bob, carol].map(keyOf)));
  const { store, kinds, directory } = trust;
  const view = createDelegationView({ engine, store, kinds, directory });
  const ask = (atMs = startMs): Promise<Provenance> =>
    findProvenance(view, { signers: [carol.keyId], roots: new Set([alice.keyId]), atMs });
  const chain = [await delegationOf(alice, bob, "1", startMs + day), await delegationOf(bob, carol, "2")];
  return { trust, ask, chain };
}

test("a signer is rooted by the delegations that are held, until one of them expires", async (t) => {
  const { trust, ask, chain } = await open();
  t.deepEqual(await ask(), { rooted: false, why: "no_chain" });
  t.deepEqual(await outcomes(trust, chain), ["admitted", "admitted"]);
  const found = await ask();
  if (!found.rooted) return t.fail(found.why);
  t.deepEqual([found.signer, found.root], [carol.keyId, alice.keyId]);
  t.deepEqual(
    found.chain.map(({ attestationId }) => attestationId),
    ["2", "1"],
  );
  t.true((await ask(startMs + day - 1)).rooted);
  t.false((await ask(startMs + day)).rooted);
  t.false((await ask(startMs - 1)).rooted);
});

test("a delegation ends when its own attester takes it back, and was never one when recanted", async (t) => {
  for (const [type, before, after] of [
    ["withdraws", true, false],
    ["supersedes", true, false],
    ["recants", false, false],
  ] as const) {
    const { trust, ask, chain } = await open();
    await outcomes(trust, chain);
    await outcomes(trust, [await endingOf(carol, "2", type, startMs + 10)]);
    t.true((await ask(startMs + 20)).rooted, `${type} by somebody else`);
    t.deepEqual(await outcomes(trust, [await endingOf(bob, "2", type, startMs + 10)]), ["admitted"]);
    t.is((await ask(startMs + 9)).rooted, before, type);
    t.is((await ask(startMs + 10)).rooted, after, type);
  }
});

test("a key that was withdrawn vouches for nothing from then on, and neither does one that is not known", async (t) => {
  const { trust, ask, chain } = await open();
  await outcomes(trust, chain);
  await trust.directory.revoke(bob.keyId);
  t.deepEqual(await ask(), { rooted: false, why: "no_chain" });
  const { store, kinds } = trust;
  const strangers = createDelegationView({
    engine,
    store,
    kinds,
    directory: { lookup: async () => undefined },
  });
  t.is(await strangers.trustedUntilMs(alice.keyId), -Infinity);
  const withdrawn = { keyId: "k", ed25519: new Uint8Array(32), standing: "revoked" } as const;
  const dated = createDelegationView({
    engine,
    store,
    kinds,
    directory: {
      lookup: async () => ({ ...withdrawn, withdrawn: { standing: "pinned", signedBeforeMs: 7 } }),
    },
  });
  t.is(await dated.trustedUntilMs("k"), 7);
});

test("what is about a key is read page by page, and a crowd of it ends the reading", async (t) => {
  const { trust, chain } = await open();
  const { store, kinds, directory } = trust;
  let pages = 0;
  const page = Array.from({ length: 128 }, (_, i) => ({ position: i + 1 }) as never);
  const crowded = {
    read: store.read.bind(store),
    tagPage: async () => {
      pages++;
      return page;
    },
    getMany: async () => [{ bytes: chain[1]!.bytes, hash: chain[1]!.hash } as never],
  };
  const view = createDelegationView({ engine, store: crowded, kinds, directory });
  const found = await view.delegationsTo([carol.keyId]);
  t.is(pages, limits.delegationRecordsMax / 128);
  t.is(found.length, pages);
});

test("a record is rooted through whichever of its cosigners is, and not through one whose half was stripped", async (t) => {
  const { trust } = await open();
  const { clock, directory, kinds, store } = trust;
  await outcomes(trust, [await delegationOf(alice, bob, "1")]);
  const record = await attestationOf(carol, "claim");
  const { ed25519, mlDsa65 } = await bob.sign(record.signedBytes);
  const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const scrub = { scrub_key_id: bob.keyId, scrub_signature_classical: b64(ed25519) };
  const verify = async (scrubs: readonly object[]) => {
    const json = JSON.parse(Buffer.from(record.bytes).toString("utf8"));
    json.additional_scrubs = scrubs;
    delete json.persist_row_hash;
    const row = Buffer.from(JSON.stringify(json));
    json.persist_row_hash = Buffer.from(persistRowHash(engine, row)).toString("hex");
    const cosigned = parseRecord(engine, kinds, "attestation", Buffer.from(JSON.stringify(json)));
    if (isRefusal(cosigned)) throw new Error(cosigned.message);
    const options = { engine, verifier: verifierOf(engine), clock, policy: strict };
    const [verdict] = await verifyRecords(options, [cosigned], directory.lookup);
    return verdict!;
  };
  const cosigned = await verify([{ ...scrub, scrub_signature_pqc: b64(mlDsa65) }]);
  if ("code" in cosigned) return t.fail(cosigned.message);
  t.deepEqual(cosigned.signers, [carol.keyId, bob.keyId]);
  const view = createDelegationView({ engine, store, kinds, directory });
  const roots = new Set([alice.keyId]);
  t.like(await findProvenance(view, { signers: cosigned.signers, roots, atMs: startMs }), {
    rooted: true,
    signer: bob.keyId,
  });
  t.like(await verify([scrub]), { code: "pqc_missing" });
  const alone = await verify([]);
  if ("code" in alone) return t.fail(alone.message);
  t.false((await findProvenance(view, { signers: alone.signers, roots, atMs: startMs })).rooted);
});
