/**
 * Whether a federation converges: the real session, coordinator, registry and scheduler on virtual time and a
 * faulty network. One seed gives one run; a failure prints the command that replays it.
 */
import test from "ava";
import { createMemoryStore } from "waxwing/store";
import { describeDivergence, type SimulatedNode, simulate, World } from "waxwing/testing";
import { type Bait, lyingPeer } from "../support/lying-peer.js";
import {
  type ReplicationNode,
  type ReplicationNodeOptions,
  replicationNode,
} from "../support/replication-node.js";
import { recordBytes, sha256 } from "../support/replication-store.js";
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

const noteBytes = (id: string) => recordBytes(id, { pad: "x".repeat(300) });

async function put(world: World, node: Node, kind: string, prefix: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await world.complete(node.current.put(kind, `${prefix}${i}`, { pad: "x".repeat(300) }));
}

async function size(node: Node): Promise<number> {
  return (await node.current.store.stats()).records;
}

for (const seed of seedsToRun(3)) {
  test.serial(`sync: three nodes converge over a perfect network (seed ${seed})`, async (t) => {
    const world = new World({ seed, createStore: createMemoryStore });
    await simulate(world, replay, async () => {
      const nodes = await federation(world, [{}, {}, {}]);
      await put(world, nodes[0]!, "note", "a", 300);
      await put(world, nodes[1]!, "key", "b", 20);
      await world.runUntil("all hold the same", converged(nodes), { withinMs: 60_000 });
      t.is(await size(nodes[2]!), 320);
    });
  });

  test.serial(
    `sync: three nodes converge under loss, reordering and duplication (seed ${seed})`,
    async (t) => {
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
    },
  );

  test.serial(`sync: partition 2-1, writes on both sides, heal, all converge (seed ${seed})`, async (t) => {
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

  test.serial(`sync: a node that crashes midway catches up after its restart (seed ${seed})`, async (t) => {
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

  test.serial(`sync: a lying peer stops nobody and nothing of it is kept (seed ${seed})`, async (t) => {
    const world = new World({ seed, createStore: createMemoryStore });
    await simulate(world, replay, async () => {
      const names = ["A", "B", "C"];
      const bait: Bait = { hashes: [] };
      const liar = world.addNode("L", lyingPeer(names, bait));
      await world.start(liar);
      const nodes = names.map((name) => world.addNode(name, replicationNode({ peers: [...names, "L"] })));
      for (const node of nodes) await world.start(node);
      // It claims to have what A is about to write, before anybody else can have it.
      for (let i = 0; i < 60; i++) bait.hashes.push(sha256(noteBytes(`a${i}`)));
      await world.runFor(10_000);
      await put(world, nodes[0]!, "note", "a", 60);
      await put(world, nodes[1]!, "key", "k", 5);
      await world.runUntil("the honest hold the same", converged(nodes), { withinMs: 60_000 });
      await world.runFor(20_000);
      for (const node of nodes) {
        t.is(await size(node), 65);
        t.true(node.current.replication.counters.recordsRefused > 0, "the lies did arrive");
      }
      const malformed = nodes.map(({ current }) => current.replication.counters.frames.malformed ?? 0);
      t.true(Math.max(...malformed) > 0, "and so did the garbage");
      // It ends in order, whatever the liar still has in flight.
      await world.stop(nodes[0]!);
    });
  });

  test.serial(
    `sync: five nodes of mixed framing under every fault at once converge (seed ${seed})`,
    async (t) => {
      const network = {
        lossChance: 0.05,
        reorderChance: 0.1,
        reorderDelayMsMax: 300,
        duplicateChance: 0.05,
        sendTimeoutMs: 3000,
      };
      const world = new World({ seed, network, createStore: createMemoryStore });
      await simulate(world, replay, async () => {
        const nodes = await federation(world, [
          { framing: "v3" },
          { framing: "legacy" },
          {},
          {},
          { framing: "legacy" },
        ]);
        let written = 0;
        for (let turn = 0; turn < 6; turn++) {
          const node = world.random.pick(nodes.filter(({ running }) => running));
          await put(world, node, world.random.pick(["key", "note", "attestation"]), `t${turn}-`, 20);
          written += 20;
          if (turn === 1) world.network.partition(["A", "B"], ["C", "D", "E"]);
          if (turn === 3) world.network.heal();
          const crashed = nodes.find(({ running }) => !running);
          if (crashed) await world.start(crashed);
          else if (turn % 2 === 0) world.crash(world.random.pick(nodes));
          await world.runFor(world.random.integer(0, 15_000));
        }
        for (const node of nodes) if (!node.running) await world.start(node);
        await world.runUntil("all hold the same", converged(nodes), { withinMs: 900_000 });
        t.true((await size(nodes[0]!)) <= written);
        t.true((await size(nodes[0]!)) > 0);
      });
    },
  );
}

test.serial(
  "sync: catching up is limited by the link and not by the cadence, and nothing is sent twice",
  async (t) => {
    const world = new World({ seed: 1, createStore: createMemoryStore });
    await simulate(world, replay, async () => {
      const nodes = await federation(world, [
        { cadenceSeconds: 30 },
        { cadenceSeconds: 30 },
        { cadenceSeconds: 30 },
      ]);
      await world.runFor(60_000);
      const before = world.time.nowMs;
      const puts = Array.from({ length: 3000 }, (_, i) =>
        nodes[0]!.current.put("note", `r${i}`, { pad: "x".repeat(300) }),
      );
      await world.complete(Promise.all(puts));
      await world.runUntil("all hold the same", converged(nodes), { withinMs: 29_000, everyMs: 50 });
      t.true(world.time.nowMs - before < 5000, `${world.time.nowMs - before} ms for three pages of 1 MB`);
      // Rounds count what they moved when they end.
      await world.runFor(1000);
      const counters = nodes.map(({ current }) => current.replication.counters);
      const sum = (of: (one: (typeof counters)[number]) => number) =>
        counters.reduce((total, one) => total + of(one), 0);
      t.is(
        sum(({ recordsDuplicate }) => recordsDuplicate),
        0,
      );
      t.is(
        sum(({ recordsServed }) => recordsServed),
        6000,
      );
      t.true(sum(({ ways }) => ways.sketch + ways.ranges) > 0, "by reconciliation");
      for (const { current } of nodes) {
        const { incomingBytes, outgoingBytes, claimsHeld } = current.replication.holdings();
        t.deepEqual([incomingBytes, outgoingBytes, claimsHeld], [0, 0, 0], "nothing is held when it is done");
      }
    });
  },
);

test.serial("sync: one seed gives one run, event by event", async (t) => {
  const run = async () => {
    const network = { lossChance: 0.1, duplicateChance: 0.1, reorderChance: 0.2, reorderDelayMsMax: 200 };
    const world = new World({ seed: 11, network, createStore: createMemoryStore });
    const nodes = await federation(world, [{}, { framing: "legacy" }, {}]);
    await put(world, nodes[0]!, "note", "n", 20);
    await world.runFor(60_000);
    return { digest: world.trace.digest(), events: world.trace.events };
  };
  const first = await run();
  t.true(first.events > 60, `${first.events}`);
  t.deepEqual(await run(), first);
});
