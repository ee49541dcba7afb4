/**
 * Whether a federation converges: the real session, coordinator, registry and scheduler on virtual time and a
 * faulty network. One seed gives one run; a failure prints the command that replays it.
 */
import test from "ava";
import { createMemoryStore } from "waxwing/store";
import { describeDivergence, type SimulatedNode, simulate, World } from "waxwing/testing";
import {
  type ReplicationNode,
  type ReplicationNodeOptions,
  replicationNode,
} from "../support/replication-node.js";
import { seedsToRun } from "../support/seeds.js";

const replay = "npx ava test/sim/replication.test.ts";
type Node = SimulatedNode<ReplicationNode>;

const converged = (nodes: Node[]) => async () =>
  (await describeDivergence(
    nodes.filter(({ running }) => running).map(({ name, current }) => ({ name, store: current.store })),
  )) === undefined;

async function federation(world: World, options: Partial<ReplicationNodeOptions>[]): Promise<Node[]> {
  const names = options.map((_, index) => "ABCDEFG"[index]!);
  const nodes = names.map((name, index) =>
    world.addNode(name, replicationNode({ peers: names, ...options[index] }), {
      waxwing: options[index]?.framing !== "legacy",
    }),
  );
  for (const node of nodes) await world.start(node);
  return nodes;
}

async function put(world: World, node: Node, kind: string, prefix: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await world.complete(node.current.put(kind, `${prefix}${i}`, { pad: "x".repeat(300) }));
}

async function size(node: Node): Promise<number> {
  return (await node.current.store.stats()).records;
}

for (const seed of seedsToRun(3)) {
  test(`sync: three nodes converge over a perfect network (seed ${seed})`, async (t) => {
    const world = new World({ seed, createStore: createMemoryStore });
    await simulate(world, replay, async () => {
      const nodes = await federation(world, [{}, {}, {}]);
      await put(world, nodes[0]!, "note", "a", 300);
      await put(world, nodes[1]!, "key", "b", 20);
      await world.runUntil("all hold the same", converged(nodes), { withinMs: 60_000 });
      t.is(await size(nodes[2]!), 320);
    });
  });

  test(`sync: three nodes converge under loss, reordering and duplication (seed ${seed})`, async (t) => {
    const network = {
      lossChance: 0.1,
      reorderChance: 0.2,
      reorderDelayMsMax: 400,
      duplicateChance: 0.1,
      sendTimeoutMs: 3000,
    };
    const world = new World({ seed, network, createStore: createMemoryStore });
    await simulate(world, replay, async () => {
      const nodes = await federation(world, [{ framing: "v3" }, {}, { framing: "legacy" }]);
      for (const node of nodes) await put(world, node, "note", node.name, 50);
      await world.runUntil("all hold the same", converged(nodes), { withinMs: 600_000 });
      t.is(await size(nodes[0]!), 150);
    });
  });

  test(`sync: partition 2-1, writes on both sides, heal, all converge (seed ${seed})`, async (t) => {
    const world = new World({ seed, createStore: createMemoryStore, network: { sendTimeoutMs: 2000 } });
    await simulate(world, replay, async () => {
      const nodes = await federation(world, [{}, {}, {}]);
      world.network.partition(["A", "B"], ["C"]);
      for (const node of nodes) await put(world, node, "note", node.name, 30);
      await world.runFor(60_000);
      t.is(await size(nodes[1]!), 60);
      t.is(await size(nodes[2]!), 30);
      world.network.heal();
      await world.runUntil("all hold the same", converged(nodes), { withinMs: 120_000 });
      t.is(await size(nodes[2]!), 90);
    });
  });

  test(`sync: a node that crashes midway catches up after its restart (seed ${seed})`, async (t) => {
    const world = new World({ seed, createStore: createMemoryStore });
    await simulate(world, replay, async () => {
      const nodes = await federation(world, [{}, {}, {}]);
      const [a, , c] = nodes as [Node, Node, Node];
      await put(world, a, "note", "a", 500);
      world.crash(c);
      await put(world, a, "note", "later", 100);
      await world.runFor(20_000);
      await world.start(c);
      await world.runUntil("all hold the same", converged(nodes), { withinMs: 60_000 });
      t.is(await size(c), 600);
    });
  });
}
