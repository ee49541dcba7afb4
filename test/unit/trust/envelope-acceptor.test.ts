import test from "ava";
import { buildEnvelope, type EnvelopeFields, parseEnvelope } from "waxwing/records";
import { createMemoryStore } from "waxwing/store";
import { createEnvelopeAcceptor, createReplayWindow, type SignaturePolicy } from "waxwing/trust";
import { limits } from "#dist/base/limits.js";
import { alice, bob, engine, identityOf, keyOf, startMs } from "../../support/records.js";
import { openTrust, outcomes, pinOf } from "../../support/trust.js";

const utf8 = new TextEncoder();

async function openAcceptor(
  options: {
    store?: ReturnType<typeof createMemoryStore>;
    entriesMax?: number;
    policy?: SignaturePolicy;
  } = {},
) {
  const trust = openTrust({ ...(options.store ? { store: options.store } : {}), pins: [pinOf(alice)] });
  const { store, directory, clock } = trust;
  const { entriesMax, policy } = options;
  const replay = createReplayWindow({ engine, store, ...(entriesMax === undefined ? {} : { entriesMax }) });
  const acceptor = createEnvelopeAcceptor({
    engine,
    directory,
    clock,
    replay,
    ownKeyIds: [bob.keyId],
    ...(policy ? { policy } : {}),
  });
  const accept = async (bytes: Uint8Array) => {
    const verdict = await acceptor.accept(bytes);
    return verdict.status === "refused" ? verdict.refusal.code : verdict.status;
  };
  return { ...trust, acceptor, replay, accept };
}

let nonces = 0;
const envelopeOf = (fields: Partial<EnvelopeFields> = {}, signer = alice) =>
  buildEnvelope(engine, signer, {
    destinationKeyId: bob.keyId,
    messageType: "OpaqueEvent",
    sentAtMs: startMs,
    nonce: engine.sha256(utf8.encode(`nonce ${++nonces}`)).subarray(0, 16),
    body: { kind: 7, payload: [1, 2, 3] },
    ...fields,
  });

const edited = (bytes: Uint8Array, change: (json: Record<string, unknown>) => void) => {
  const json = JSON.parse(Buffer.from(bytes).toString("utf8"));
  change(json);
  return utf8.encode(JSON.stringify(json));
};

test("accept() takes a signed envelope once and yields its parts", async (t) => {
  const { accept, acceptor } = await openAcceptor();
  const bytes = await envelopeOf({ inReplyTo: new Uint8Array(32).fill(9) });
  const verdict = await acceptor.accept(bytes);
  if (verdict.status === "refused") return t.fail(verdict.refusal.message);
  t.is(verdict.envelope.signingKeyId, alice.keyId);
  t.deepEqual(verdict.envelope.bodyHash, engine.sha256(utf8.encode('{"kind":7,"payload":[1,2,3]}')));
  t.deepEqual(verdict.envelope.inReplyTo, new Uint8Array(32).fill(9));
  t.is(await accept(bytes), "envelope_replayed");
});

test("accept() refuses each step's fault with its code", async (t) => {
  const { accept } = await openAcceptor();
  const good = await envelopeOf();
  t.is(await accept(new Uint8Array(limits.envelopeBytesMax + 1)), "envelope_too_large");
  t.is(await accept(utf8.encode("{")), "envelope_malformed");
  t.is(await accept(utf8.encode("[]")), "envelope_malformed");
  t.is(await accept(utf8.encode("{}")), "envelope_schema");
  t.is(
    await accept(edited(good, (json) => Reflect.set(json, "edge_schema_version", "v1_0_0"))),
    "envelope_schema",
  );
  t.is(await accept(edited(good, (json) => Reflect.set(json, "nonce", [1, 2]))), "envelope_schema");
  t.is(
    await accept(edited(good, (json) => Reflect.set(json, "nonce", Array(16).fill(256)))),
    "envelope_schema",
  );
  t.is(
    await accept(edited(good, (json) => Reflect.set(json, "destination_key_id", "x"))),
    "envelope_misrouted",
  );
  t.is(await accept(await envelopeOf({ sentAtMs: startMs - 300_001 })), "envelope_stale");
  t.is(await accept(await envelopeOf({ sentAtMs: startMs + 300_001 })), "envelope_stale");
  t.is(await accept(await envelopeOf({}, identityOf(9))), "key_unknown");
  t.is(await accept(edited(good, (json) => Reflect.set(json, "body", { kind: 8 }))), "signature_invalid");
  t.is(await accept(edited(good, (json) => Reflect.set(json, "extra", 1))), "signature_invalid");
  t.is(await accept(edited(good, (json) => Reflect.deleteProperty(json, "signature_pqc"))), "pqc_missing");
  t.is(await accept(good), "accepted", "none of these burnt the nonce");
});

test("accept() refuses while the clock is not synchronised", async (t) => {
  const { accept, fake } = await openAcceptor();
  fake.setSynchronised(false);
  const envelope = await envelopeOf();
  t.is(await accept(envelope), "clock_not_synchronised");
  fake.setSynchronised(true);
  t.is(await accept(envelope), "accepted");
});

test("a replay is refused after a restart, and by a second copy that arrives at the same time", async (t) => {
  const store = createMemoryStore();
  const { acceptor } = await openAcceptor({ store });
  const bytes = await envelopeOf();
  const verdicts = await Promise.all([
    acceptor.accept(bytes),
    acceptor.accept(bytes),
    acceptor.accept(bytes),
  ]);
  t.is(verdicts.filter((verdict) => verdict.status === "accepted").length, 1);
  t.is(await (await openAcceptor({ store })).accept(bytes), "envelope_replayed");
});

test("evicting by count raises the low-water mark, below which nothing is accepted, also after a restart", async (t) => {
  const store = createMemoryStore();
  const { accept, replay } = await openAcceptor({ store, entriesMax: 2 });
  const at = (ms: number) => envelopeOf({ sentAtMs: startMs + ms });
  const first = await at(10);
  t.is(await accept(first), "accepted");
  t.is(await accept(await at(20)), "accepted");
  t.is(await replay.lowWaterMs(), -1);
  t.is(await accept(await at(30)), "accepted");
  t.is(await replay.lowWaterMs(), startMs + 10);
  t.is(await accept(first), "envelope_replayed");
  t.is(await accept(await at(9)), "envelope_replayed", "honest, and below the mark");
  const again = await openAcceptor({ store, entriesMax: 2 });
  t.is(await again.replay.lowWaterMs(), startMs + 10);
  t.is(await again.accept(first), "envelope_replayed");
  t.is(await again.accept(await at(40)), "accepted");
});

test("entries too old to be fresh are dropped, and a clock that steps back does not let them in again", async (t) => {
  const { accept, fake } = await openAcceptor();
  const old = await envelopeOf();
  t.is(await accept(old), "accepted");
  await fake.advance(300_001);
  t.is(await accept(await envelopeOf({ sentAtMs: startMs + 300_001 })), "accepted");
  fake.jumpWallClock(-300_001);
  t.is(await accept(old), "envelope_replayed");
});

test("effects are committed with the mark, once", async (t) => {
  const { acceptor, store } = await openAcceptor();
  const bytes = await envelopeOf();
  const key = utf8.encode("effect");
  const effects = () => [{ op: "put", table: "outbox", key, value: Uint8Array.of(1) }] as const;
  t.is((await acceptor.accept(bytes, effects)).status, "accepted");
  t.deepEqual(await store.read("outbox", key), Uint8Array.of(1));
  await store.commit([{ op: "delete", table: "outbox", key }]);
  t.is((await acceptor.accept(bytes, effects)).status, "refused");
  t.is(await store.read("outbox", key), undefined);
});

test("the configured policy holds for envelopes", async (t) => {
  const { acceptor, directory } = await openAcceptor({ policy: { name: "ed25519-fallback" } });
  await directory.put({ keyId: "classical", ed25519: alice.publicKeys.ed25519, standing: "operator" });
  const bytes = await envelopeOf({}, { ...alice, keyId: "classical" });
  const without = edited(bytes, (json) => Reflect.deleteProperty(json, "signature_pqc"));
  t.is((await acceptor.accept(without)).status, "accepted");
});

test("an admitted key may sign envelopes", async (t) => {
  const trust = await openAcceptor();
  const signer = identityOf(8);
  t.is(await trust.accept(await envelopeOf({}, signer)), "key_unknown");
  t.deepEqual(await outcomes(trust, [await keyOf(signer)]), ["admitted"]);
  t.is(await trust.accept(await envelopeOf({}, signer)), "accepted");
});

test("parseEnvelope() signs over everything but the two signatures", async (t) => {
  const { signedBytes } = parseEnvelope(engine, await envelopeOf());
  const members = Object.keys(JSON.parse(Buffer.from(signedBytes).toString("utf8")));
  t.false(members.includes("signature") || members.includes("signature_pqc"));
  t.true(members.includes("body") && members.includes("nonce"));
});
