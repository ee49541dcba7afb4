/** A record that gains a signature is the same record: its fuller form reaches nodes that reconcile by record ids. */
import test from "ava";
import type { WaxwingNode } from "waxwing";
import { persistRowHash } from "waxwing/records";
import { eventually } from "../support/eventually.js";
import { memoryNode } from "../support/memory-node.js";
import { alice, attestationOf, bob, changed, engine, keyOf, type TestIdentity } from "../support/records.js";

async function started(): Promise<WaxwingNode> {
  const node = await memoryNode({ replication: { cadenceSeconds: 1 } });
  await node.start();
  await node.announce();
  return node;
}

async function scrubBy(identity: TestIdentity, message: Uint8Array) {
  const { ed25519, mlDsa65 } = await identity.sign(message);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  return {
    scrub_key_id: identity.keyId,
    scrub_signature_classical: base64(ed25519),
    scrub_signature_pqc: base64(mlDsa65),
  };
}

test("a form with one signature more travels from node to node, although no record id tells of it", async (t) => {
  await using a = await started();
  await using b = await started();
  await using c = await started();
  for (const [node, peers] of [
    [a, [b]],
    [b, [a, c]],
    [c, [b]],
  ] as const)
    await node.startReplication(peers.map((peer) => peer.card()));
  const record = await attestationOf(alice, "claim");
  for (const { bytes } of [await keyOf(alice), await keyOf(bob), record]) {
    const { status, message } = await a.put(bytes);
    t.is(status, "admitted", message ?? "");
  }
  const holds = async (node: WaxwingNode) => (await node.get("attestation", record.hash))?.bytes;
  await eventually("c holds the record", async () => (await holds(c)) !== undefined);
  const waysBefore = (await b.status()).replication.ways;
  t.true(waysBefore.head + waysBefore.sketch > 0, "they reconcile");

  const scrub = await scrubBy(bob, record.signedBytes);
  const unsealed = changed(record, (json) => Object.assign(json, { additional_scrubs: [scrub] }));
  const hash = Buffer.from(persistRowHash(engine, unsealed)).toString("hex");
  const fuller = changed(record, (json) =>
    Object.assign(json, { additional_scrubs: [scrub], persist_row_hash: hash }),
  );
  t.is((await a.put(fuller)).status, "admitted");
  await eventually("c holds the fuller form", async () => Buffer.compare((await holds(c))!, fuller) === 0);
  await eventually("all hold the same, in the same form", async () => {
    const hashes = await Promise.all([a, b, c].map((node) => node.storeHash()));
    return new Set(hashes.map(({ hash }) => hash)).size === 1;
  });
  t.pass();
});
