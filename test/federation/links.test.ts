/** Whole nodes that no IP listener joins: TCP links, serial cables with a pace and faults, Ethernet and UDP. */
import test from "ava";
import type { ConfigInput, WaxwingNode } from "waxwing";
import { nativeStatus } from "waxwing/native";
import { ethernetBroadcast } from "waxwing/transport";
import { cableFor, cableTest, note } from "../support/cable.js";
import { EthernetRelay } from "../support/ethernet-relay.js";
import { eventually } from "../support/eventually.js";
import { memoryNode } from "../support/memory-node.js";
import { SerialRelay } from "../support/serial-relay.js";
import { vethNote, vethTest } from "../support/veth.js";

const noteKind = { token: "note", naturalKey: ["signer_key_id", "id"] };

/** A node that only its links lead to. */
async function linkedNode(links: ConfigInput["links"], cadenceSeconds = 1): Promise<WaxwingNode> {
  const kinds = ["key", "identity_occurrence", "note"];
  const node = await memoryNode({ listen: false, links, replication: { cadenceSeconds, kinds }, trust: {} }, [
    noteKind,
  ]);
  await node.start();
  await node.announce();
  return node;
}

async function write(node: WaxwingNode, count: number, bytes: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const verdict = await node.put(await node.sign("note", { id: String(i), text: "x".repeat(bytes) }));
    if (verdict.status !== "admitted")
      throw new Error(`a note of our own was ${verdict.status}: ${verdict.message}`);
  }
}

async function heldNotes(node: WaxwingNode): Promise<number> {
  return (await node.status()).store.byKind.note?.records ?? 0;
}

async function equalStores(nodes: readonly WaxwingNode[]): Promise<boolean> {
  const hashes = await Promise.all(nodes.map((node) => node.storeHash()));
  return new Set(hashes.map(({ hash }) => hash)).size === 1;
}

test("two nodes joined by a TCP link converge, in native frames and without a listener for HTTP", async (t) => {
  await using a = await linkedNode([{ name: "tcp", type: "tcp", hostname: "127.0.0.1" }]);
  await using b = await linkedNode([{ name: "tcp", type: "tcp" }]);
  await write(a, 20, 2000);
  await write(b, 10, 100);
  const [address] = (await a.status()).links[0]!.addresses;
  await b.startReplication([{ keyId: a.keyId, links: [{ name: "tcp", address: address! }] }]);
  await eventually(
    "both hold 30 notes",
    async () => (await heldNotes(a)) === 30 && (await heldNotes(b)) === 30,
  );
  await eventually("both hold the same", () => equalStores([a, b]));
  const [link] = (await b.status()).links;
  t.like(link, { name: "tcp", type: "tcp", isUp: true, readable: false });
  t.true(link!.counters.bytesReceived < 20 * 20_000, "no record travelled as an array of integers");
});

cableTest(
  `two nodes on a cable converge; pulled in the middle and put back, nothing is lost${note}`,
  async (t) => {
    t.timeout(120_000);
    const cable = await cableFor(t);
    const line = (path: string) => [{ name: "wire", type: "serial" as const, path, baudRate: 115_200 }];
    await using a = await linkedNode(line(cable.a));
    await using b = await linkedNode(line(cable.b));
    await write(a, 10, 4000);
    await a.startReplication([{ keyId: b.keyId, links: [{ name: "wire" }] }]);
    await b.startReplication([{ keyId: a.keyId, links: [{ name: "wire" }] }]);
    await eventually(
      "the transfer has begun",
      async () => (await b.status()).links[0]!.counters.medium.wireBytesReceived > 20_000,
    );
    await cable.unplug();
    await eventually("both see that the wire is gone", async () =>
      (await Promise.all([a.status(), b.status()])).every(({ links }) => !links[0]!.isUp),
    );
    t.true((await heldNotes(b)) < 10, "pulled in the middle");
    await cable.plug();
    await eventually("b holds all notes", async () => (await heldNotes(b)) === 10, 60_000);
    await eventually("both hold the same", () => equalStores([a, b]));
    t.true((await a.status()).links[0]!.counters.medium.reconnects > 0);
  },
);

interface Setting {
  readonly baudRate: number;
  readonly wrongBytes?: number;
  readonly lostFrames?: number;
}

/** A – B – C: what A and C write crosses both cables. */
async function threeOnCables(t: import("ava").ExecutionContext, setting: Setting): Promise<void> {
  t.timeout(620_000);
  const relays = await Promise.all([1, 2].map((seed) => new SerialRelay({ ...setting, seed }).open()));
  t.teardown(() => Promise.all(relays.map((relay) => relay.close())).then(() => {}));
  const [ab, bc] = relays as [SerialRelay, SerialRelay];
  const line = (name: string, path: string) => ({
    name,
    type: "serial" as const,
    path,
    baudRate: setting.baudRate,
    framing: "fec" as const,
  });
  const cadence = 5;
  await using a = await linkedNode([line("ab", ab.a)], cadence);
  await using b = await linkedNode([line("ab", ab.b), line("bc", bc.a)], cadence);
  await using c = await linkedNode([line("bc", bc.b)], cadence);
  const nodes = [a, b, c];
  await write(a, 5, 500);
  await write(c, 5, 500);
  const began = Date.now();
  await a.startReplication([{ keyId: b.keyId, links: [{ name: "ab" }] }]);
  await b.startReplication([
    { keyId: a.keyId, links: [{ name: "ab" }] },
    { keyId: c.keyId, links: [{ name: "bc" }] },
  ]);
  await c.startReplication([{ keyId: b.keyId, links: [{ name: "bc" }] }]);
  const all = async () =>
    (await Promise.all(nodes.map(heldNotes))).every((count) => count === 10) && equalStores(nodes);
  await eventually("all three hold the ten records", all, 600_000);
  const statuses = await Promise.all(nodes.map((node) => node.status()));
  // A note may outrun its signer's key and come again; what was damaged would be refused for another reason.
  for (const { admission } of statuses)
    t.deepEqual(
      Object.keys(admission.refusedByReason).filter((reason) => reason !== "key_unknown"),
      [],
      "nothing damaged reached admission",
    );
  const damage = relays.map(
    ({ wrongBytes, lostFrames }) => `${wrongBytes} bytes wrong, ${lostFrames} frames lost`,
  );
  t.log(`${(Date.now() - began) / 1000} s; ${damage.join("; ")}`);
  if (setting.wrongBytes !== undefined) t.true(relays.every(({ wrongBytes }) => wrongBytes > 100));
}

cableTest(`three nodes on two cables of 115 200 baud converge on ten hybrid-signed records${note}`, (t) =>
  threeOnCables(t, { baudRate: 115_200 }),
);

const isLong = process.env.WAXWING_LONG === "1";
(isLong ? cableTest : (cableTest.skip as unknown as typeof cableTest))(
  `three nodes on two cables of 9 600 baud, 5 % of the bytes wrong and 2 % of the frames lost, converge${isLong ? note : " (minutes: WAXWING_LONG=1)"}`,
  (t) => threeOnCables(t, { baudRate: 9600, wrongBytes: 0.05, lostFrames: 0.02 }),
);

/** Every two of them are peers, at an address that stands for all. */
async function meet(nodes: readonly WaxwingNode[], name: string, address: string): Promise<void> {
  for (const node of nodes) {
    const others = nodes.filter((other) => other !== node);
    await node.startReplication(others.map(({ keyId }) => ({ keyId, links: [{ name, address }] })));
  }
}

vethTest(
  `three nodes on a raw Ethernet segment with 10 % loss, reorder and duplication converge on ten hybrid-signed records${vethNote}`,
  async (t) => {
    t.timeout(310_000);
    const faults = { loss: 0.1, reorder: 0.1, duplication: 0.1 };
    const relay = await new EthernetRelay({ ports: 3, seed: 1, ...faults }).open();
    t.teardown(() => relay.close());
    const lan = (name: string) => [{ name: "lan", type: "raw" as const, interface: name }];
    const [first, second, third] = relay.interfaces as [string, string, string];
    await using a = await linkedNode(lan(first));
    await using b = await linkedNode(lan(second));
    await using c = await linkedNode(lan(third));
    const nodes = [a, b, c];
    await write(a, 5, 500);
    await write(c, 5, 500);
    const began = Date.now();
    await meet(nodes, "lan", ethernetBroadcast);
    const all = async () =>
      (await Promise.all(nodes.map(heldNotes))).every((count) => count === 10) && equalStores(nodes);
    await eventually("all three hold the ten records", all, 300_000);
    for (const { admission } of await Promise.all(nodes.map((node) => node.status())))
      t.deepEqual(
        Object.keys(admission.refusedByReason).filter((reason) => reason !== "key_unknown"),
        [],
        "nothing damaged reached admission",
      );
    t.log(`${(Date.now() - began) / 1000} s; ${JSON.stringify(relay.counts)}`);
    for (const count of Object.values(relay.counts)) t.true(count > 0);
  },
);

const withAddon = nativeStatus().loaded === undefined ? (test.skip as unknown as typeof test) : test;
withAddon("two nodes that meet in a multicast group converge over UDP", async (t) => {
  const group = `239.88.9.${process.pid % 250}:${20_000 + (process.pid % 10_000)}`;
  const udp = [{ name: "udp", type: "udp" as const, multicast: { group, interface: "lo" } }];
  await using a = await linkedNode(udp);
  await using b = await linkedNode(udp);
  await write(a, 5, 2000);
  await write(b, 5, 100);
  await meet([a, b], "udp", group);
  await eventually("both hold 10 notes", async () =>
    (await Promise.all([a, b].map(heldNotes))).every((count) => count === 10),
  );
  await eventually("both hold the same", () => equalStores([a, b]));
  t.like((await b.status()).links[0], { name: "udp", type: "udp", isUp: true });
});
