/** A node under `ciris` with two peers: what each of them comes to hold. */
import test from "ava";
import { createNode, type WaxwingNode } from "waxwing";
import { eventually } from "../support/eventually.js";
import { alice, attestationOf, identityOf, keyOf, type TestIdentity } from "../support/records.js";

const bob = identityOf(2);
const carol = identityOf(3);

async function start(identity: TestIdentity, replication: object = {}): Promise<WaxwingNode> {
  const node = await createNode(
    {
      store: { engine: "memory" },
      listen: { hostname: "127.0.0.1", port: 0 },
      admin: false,
      log: { level: "silent" },
      core: { verifyWorkers: 0 },
      replication: { cadenceSeconds: 0.5, kinds: ["key", "attestation"], ...replication },
    },
    { identity },
  );
  await node.start();
  return node;
}

const idsOf = async (node: WaxwingNode) =>
  (await node.list("attestation")).records
    .map(
      ({ bytes }) =>
        (JSON.parse(new TextDecoder().decode(bytes)) as { attestation_id: string }).attestation_id,
    )
    .sort();

test("attestations go to whom the operator names, traces to whom serves, and families' to nobody", async (t) => {
  await using a = await start(alice, {
    offerPolicy: "ciris",
    ciris: { consents: [{ peer: bob.keyId }], roots: [alice.keyId] },
  });
  await using b = await start(bob);
  await using c = await start(carol);
  const records = await Promise.all([
    attestationOf(alice, "for all"),
    attestationOf(alice, "family", { cohortScope: "family" }),
    attestationOf(alice, "community", { cohortScope: "community" }),
    attestationOf(alice, "trace", { attestationType: "trace:component" }),
  ]);
  for (const { bytes } of [await keyOf(alice), ...records]) t.is((await a.put(bytes)).status, "admitted");
  t.is((await idsOf(a)).length, 4);
  for (const node of [b, c]) {
    await node.startReplication([a.card()]);
    await a.startReplication([node.card()]);
  }
  await eventually("both hold the key", async () =>
    (await Promise.all([b, c].map((node) => node.list("key")))).every(({ records: keys }) =>
      keys.some(({ bytes }) => new TextDecoder().decode(bytes).includes(alice.keyId)),
    ),
  );
  await eventually("bob holds what is for all", async () => (await idsOf(b)).length > 0);
  // Several cadences: what was to come would have come.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  t.deepEqual(await idsOf(b), ["for all"]);
  t.deepEqual(await idsOf(c), []);
});
