/** Whole nodes: what operators, stewards and rosters say reaches the nodes that name them, and nobody else's. */
import test from "ava";
import type { WaxwingNode } from "waxwing";
import { eventually } from "../support/eventually.js";
import { memoryNode } from "../support/memory-node.js";
import { alice, bob, keyOf, recordOf, trustConfigOf } from "../support/records.js";

const tokens = ["organization", "org_membership", "partner_record", "accord_quorum_evidence"];

const held = async (node: WaxwingNode) => {
  const { byKind } = (await node.status()).store;
  return tokens.map((token) => byKind[token]?.records ?? 0);
};

test("node: authority kinds go to who names the signers; a node that names nobody asks for none", async (t) => {
  const trust = trustConfigOf(alice);
  await using source = await memoryNode({ trust });
  await using reader = await memoryNode({ trust });
  await using bystander = await memoryNode();
  await using stranger = await memoryNode({ trust: trustConfigOf(bob) });
  const nodes = [source, reader, bystander, stranger];
  for (const node of nodes) await node.start();
  for (const record of [await keyOf(alice), ...(await Promise.all(tokens.map((token) => recordOf(token))))]) {
    const { status, reason } = await source.put(record.bytes);
    t.is(status, "admitted", reason);
  }
  for (const node of nodes.slice(1)) {
    await node.startReplication([source.card()]);
    await source.startReplication([node.card()]);
  }
  await eventually(
    "the reader holds all four",
    async () => (await held(reader)).every((count) => count === 1),
    40_000,
  );
  const hasKey = async (node: WaxwingNode) => ((await node.status()).store.byKind.key?.records ?? 0) > 0;
  await eventually(
    "the others have the key",
    async () => (await hasKey(bystander)) && (await hasKey(stranger)),
    40_000,
  );
  const rounds = async (node: WaxwingNode) => (await node.status()).replication.registered;
  t.is(await rounds(bystander), (await rounds(reader)) - tokens.length);
  t.deepEqual(await held(bystander), [0, 0, 0, 0]);
  t.deepEqual(await held(stranger), [0, 0, 0, 0]);
  const refused = (await bystander.put((await recordOf("partner_record")).bytes)).reason;
  t.is(refused, "authority_not_configured");
});
