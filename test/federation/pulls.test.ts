/** Pulls between whole nodes: who finds what is about them, and stores from before there were tags. */
import { isDeepStrictEqual } from "node:util";
import test from "ava";
import { createNode, type WaxwingNode } from "waxwing";
import { buildAttestation, subjectTag } from "waxwing/records";
import { openLmdbStore } from "waxwing/store";
import { eventually } from "../support/eventually.js";
import { memoryNode } from "../support/memory-node.js";
import { alice, bob, engine, identityOf, keyOf, startMs } from "../support/records.js";
import { temporaryFolder } from "../support/temporary.js";

const quiet = { replication: { cadenceSeconds: 3600 } };
/** Opens no rounds and answers those of others. */
const passive = { replication: { enabled: false } };

async function attestations(about: readonly string[]): Promise<Uint8Array[]> {
  const records = [(await keyOf(alice)).bytes];
  for (const [index, attestedKeyId] of about.entries())
    records.push(
      (
        await buildAttestation(engine, alice, {
          attestationId: `about-${index}`,
          attestationType: "scores",
          attestedKeyId,
          assertedAtMs: startMs,
          content: { score: 0.5 },
        })
      ).bytes,
    );
  return records;
}

async function putAll(node: WaxwingNode, records: readonly Uint8Array[]): Promise<void> {
  for (const record of records) {
    const { status, reason } = await node.put(record);
    if (status !== "admitted") throw new Error(`${status}: ${reason}`);
  }
}

test("node: a node pulls what others hold about it, and nothing about anybody else", async (t) => {
  await using holder = await memoryNode(passive);
  await using asker = await memoryNode(quiet);
  await holder.start();
  await asker.start();
  await holder.announce();
  await asker.announce();
  await putAll(asker, [(await keyOf(alice)).bytes]);
  await putAll(holder, await attestations([asker.keyId, asker.keyId, bob.keyId]));
  await holder.peers.add(asker.card() as never);
  const handle = await asker.startReplication([holder.card() as never]);
  // The first rounds of both bring everything; what is pulled must come without one.
  await eventually("the first rounds are over", async () => (await asker.status()).store.records >= 6);
  await putAll(
    holder,
    (await attestations([asker.keyId, asker.keyId, bob.keyId, asker.keyId, bob.keyId])).slice(-2),
  );
  const report = await handle.pull(holder.keyId);
  t.deepEqual(report.failures, []);
  t.is(report.subject, asker.keyId);
  t.is(report.admitted, 1);
  const about = report.rounds.find(({ kind }) => kind === "attestation");
  t.is(about?.shown, 3, "two that are known, and the new one");
  t.is((await handle.pull(holder.keyId, bob.keyId)).admitted, 0, "about another, who does not ask");
  t.deepEqual(
    (await handle.pullSubject()).map(({ peer, admitted }) => [peer, admitted]),
    [[holder.keyId, 0]],
  );
});

test("node: publicPull answers anybody about keys", async (t) => {
  await using holder = await memoryNode({ replication: { cadenceSeconds: 3600, publicPull: true } });
  await using asker = await memoryNode(quiet);
  await holder.start();
  await asker.start();
  await holder.peers.add(asker.card() as never);
  const handle = await asker.startReplication([]);
  await asker.peers.add(holder.card() as never);
  const carol = identityOf(77);
  await eventually(
    "they know each other",
    async () => (await handle.pull(holder.keyId)).failures.length === 0,
  );
  await putAll(holder, [(await keyOf(carol)).bytes]);
  const report = await handle.pull(holder.keyId, carol.keyId);
  t.deepEqual(report.failures, []);
  t.is(report.admitted, 1);
});

test("node: records that a store took before it kept tags are found after the next start", async (t) => {
  const dataDirectory = temporaryFolder();
  const open = () => createNode({ dataDirectory, listen: false, admin: false, log: { level: "silent" } });
  {
    await using node = await open();
    await node.start();
    await putAll(node, await attestations([bob.keyId, bob.keyId]));
  }
  const path = `${dataDirectory}/store`;
  const found = async () => {
    const store = await openLmdbStore({ path });
    const refs = await store.tagPage("attestation", { tag: subjectTag(bob.keyId), limit: 9 });
    const keys = await store.tagPage("key", { tag: subjectTag(alice.keyId), limit: 9 });
    await store.close();
    return [refs.length, keys.length];
  };
  t.deepEqual(await found(), [2, 1]);
  const store = await openLmdbStore({ path });
  for (const kind of ["attestation", "key"])
    for (const { hash } of await store.list(kind, { after: 0, limit: 9 }))
      await store.commit([{ op: "tag", kind, hash, tags: [] }]);
  await store.commit([{ op: "delete", table: "meta", key: new TextEncoder().encode("tags") }]);
  await store.close();
  t.deepEqual(await found(), [0, 0], "as an older version would have left it");
  await eventually("a node that runs for a while finds them again", async () => {
    {
      await using node = await open();
      await node.start();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return isDeepStrictEqual(await found(), [2, 1]);
  });
});
