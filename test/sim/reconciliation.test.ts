/** Federations of nodes that reconcile: what moves, how often, at what cost, and where Summaries take over. */
import test from "ava";
import { loadIdSets } from "waxwing/core";
import { cirisOfferPolicy } from "waxwing/replication";
import { createMemoryStore } from "waxwing/store";
import { describeDivergence, type SimulatedNode, simulate, World } from "waxwing/testing";
import type { OfferPolicy, StoredRecord } from "#contracts/index.js";
import {
  type ReplicationNode,
  type ReplicationNodeOptions,
  replicationNode,
} from "../support/replication-node.js";

const room = { capacity: 50_000, sets: 20 };
const replay = "npx ava test/sim/reconciliation.test.ts";
type Node = SimulatedNode<ReplicationNode>;

async function pair(
  world: World,
  a: Partial<ReplicationNodeOptions> = {},
  b: Partial<ReplicationNodeOptions> = {},
): Promise<[Node, Node]> {
  const peers = ["A", "B"];
  const base = { peers, kinds: ["note"], framing: "native", cadenceSeconds: 30 } as const;
  const nodes = [a, b].map((options, index) =>
    world.addNode(peers[index]!, replicationNode({ ...base, ...options })),
  );
  for (const node of nodes) await world.start(node);
  return nodes as [Node, Node];
}

async function put(world: World, node: Node, prefix: string, count: number, extra = {}): Promise<void> {
  const puts = Array.from({ length: count }, (_, i) =>
    node.current.put("note", `${prefix}${i}`, { pad: "x".repeat(100), ...extra }),
  );
  await world.complete(Promise.all(puts));
}

const sameRecords = (nodes: readonly Node[]) => async () =>
  (await describeDivergence(nodes.map(({ name, current }) => ({ name, store: current.store })))) ===
  undefined;

const counters = ({ current }: Node) => current.replication.counters;
const total = (nodes: readonly Node[], of: (node: Node) => number) =>
  nodes.reduce((sum, node) => sum + of(node), 0);

test("crossing rounds: both sides open one at once, and no record is moved twice", async (t) => {
  const world = new World({ seed: 3, createStore: createMemoryStore });
  await simulate(world, replay, async () => {
    const nodes = await pair(world, { cadenceSeconds: 1000 }, { cadenceSeconds: 1000 });
    await world.runFor(5000);
    await put(world, nodes[0], "a", 400);
    await put(world, nodes[1], "b", 400);
    for (const { current } of nodes) current.handle.roundNow(undefined, "note");
    await world.runUntil("all hold the same", sameRecords(nodes), { withinMs: 5000, everyMs: 20 });
    await world.runFor(2000);
    t.is(
      total(nodes, (node) => counters(node).recordsServed),
      800,
    );
    t.is(
      total(nodes, (node) => counters(node).recordsDuplicate + counters(node).recordsUnsolicited),
      0,
    );
    const protocol = total(nodes, (node) => counters(node).protocolBytesSent);
    // Twice what one round takes to compare; ids go once.
    t.true(protocol / 800 < 250, `${protocol / 800} bytes of protocol for each record`);
  });
});

test("a cold copy goes on round after round, and waits for no cadence", async (t) => {
  const world = new World({ seed: 4, createStore: createMemoryStore });
  await simulate(world, replay, async () => {
    const [idSets, others] = await Promise.all([loadIdSets(room), loadIdSets(room)]);
    const slow = { cadenceSeconds: 10_000 };
    const nodes = await pair(world, { ...slow, idSets }, { ...slow, idSets: others });
    await world.runFor(5000);
    world.network.block("A", "B");
    world.network.block("B", "A");
    await put(world, nodes[0], "a", 20_000);
    await world.runFor(500);
    world.network.heal();
    const before = world.time.nowMs;
    nodes[1].current.handle.roundNow();
    await world.runUntil("all hold the same", sameRecords(nodes), { withinMs: 60_000, everyMs: 100 });
    t.true(world.time.nowMs - before < 30_000, `${world.time.nowMs - before} ms`);
    t.is(counters(nodes[1]).recordsAdmitted, 20_000);
    t.is(
      total(nodes, (node) => counters(node).recordsDuplicate),
      0,
    );
  });
});

test("equal sets cost a hundred bytes each way a cadence, however large they are", async (t) => {
  const world = new World({ seed: 5, createStore: createMemoryStore });
  await simulate(world, replay, async () => {
    const nodes = await pair(world);
    await put(world, nodes[0], "a", 1000);
    await world.runUntil("all hold the same", sameRecords(nodes), { withinMs: 120_000 });
    await world.runFor(60_000);
    const before = total(nodes, (node) => counters(node).bytesSent);
    await world.runFor(300_000);
    const bytes = total(nodes, (node) => counters(node).bytesSent) - before;
    // Each of the two asks, and is answered.
    t.true(bytes <= 11 * 2 * 150, `${bytes} bytes in ten cadences`);
    t.true(counters(nodes[0]).ways.head >= 9);
  });
});

test("local records are in no set: they never move, and their sides call each other equal", async (t) => {
  const world = new World({ seed: 6, createStore: createMemoryStore });
  await simulate(world, replay, async () => {
    const nodes = await pair(world);
    await put(world, nodes[0], "shown", 20);
    await put(world, nodes[0], "hidden", 20, { visibility: "local" });
    await world.runFor(120_000);
    t.is((await nodes[1].current.store.stats()).records, 20);
    const before = counters(nodes[1]).ways.head;
    await world.runFor(60_000);
    t.true(counters(nodes[1]).ways.head > before, "equal by their heads");
  });
});

const consent: OfferPolicy = cirisOfferPolicy({
  self: "A",
  consent: {
    consentFor: async () => ({ permits: (record: StoredRecord) => !isSecret(record) }),
  },
});
const isSecret = ({ bytes }: StoredRecord) => new TextDecoder().decode(bytes).includes('"id":"secret');

for (const [what, a, b] of [
  ["one side keeps no sets", {}, { idsMax: 0 }],
  ["one side has room for few ids", { idsMax: 60 }, {}],
  ["one side looks at each record", { offerPolicy: consent }, {}],
] as const) {
  test(`Summaries take over where ${what}`, async (t) => {
    const world = new World({ seed: 7, createStore: createMemoryStore });
    await simulate(world, replay, async () => {
      const nodes = await pair(world, a, b);
      await put(world, nodes[0], "a", 100);
      await put(world, nodes[0], "secret", a && "offerPolicy" in a ? 10 : 0);
      await put(world, nodes[1], "b", 100);
      await world.runFor(300_000);
      const [inA, inB] = await Promise.all(nodes.map(({ current }) => current.store.stats()));
      t.is(inA?.records, "offerPolicy" in a ? 210 : 200);
      t.is(inB?.records, 200);
      t.true(total(nodes, (node) => counters(node).ways.summary) > 0);
      t.is(
        total(nodes, (node) => counters(node).rounds.error),
        0,
      );
    });
  });
}

test("a record that is refused is not asked for again until its time has come, and never makes sets equal", async (t) => {
  const world = new World({ seed: 8, createStore: createMemoryStore });
  await simulate(world, replay, async () => {
    const nodes = await pair(world);
    await put(world, nodes[0], "good", 10);
    await world.complete(nodes[0].current.plant("note", "bad", { refuse: "signature_invalid" }));
    await world.runFor(1_500_000);
    t.is((await nodes[1].current.store.stats()).records, 10);
    t.is(counters(nodes[1]).recordsRefused, 1, "fifty cadences, one Deliver");
    await world.runFor(1_000_000);
    t.is(counters(nodes[1]).recordsRefused, 2);
  });
});
