/** Pulls and kinds served by time, on virtual time and a faulty network. */
import test from "ava";
import { createMemoryStore } from "waxwing/store";
import { describeDivergence, type SimulatedNode, simulate, World } from "waxwing/testing";
import { limits } from "#dist/base/limits.js";
import {
  type ReplicationNode,
  type ReplicationNodeOptions,
  replicationNode,
} from "../support/replication-node.js";
import { seedsToRun } from "../support/seeds.js";

const replay = "npx ava test/sim/questions.test.ts";
type Node = SimulatedNode<ReplicationNode>;

const evidence = "accord_quorum_evidence";
const faults = {
  lossChance: 0.1,
  reorderChance: 0.2,
  reorderDelayMsMax: 400,
  duplicateChance: 0.1,
  sendTimeoutMs: 3000,
};
const cadenceSeconds = 5;

async function start(world: World, name: string, options: ReplicationNodeOptions): Promise<Node> {
  const node = world.addNode(name, replicationNode({ cadenceSeconds, ...options }), {
    waxwing: options.framing === undefined || options.framing === "native",
  });
  await world.start(node);
  return node;
}

const converged = (nodes: readonly Node[]) => async () =>
  (await describeDivergence(nodes.map(({ name, current }) => ({ name, store: current.store })))) ===
  undefined;

const at = (minute: number, fraction = "") =>
  `2026-01-01T${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}:00${fraction}Z`;

/** What stands at the ends of a line; in its middle is a Waxwing node. */
const lines: Record<string, readonly [Partial<ReplicationNodeOptions>, Partial<ReplicationNodeOptions>]> = {
  "mixed framing": [{ framing: "v3" }, { framing: "legacy" }],
  "Waxwing nodes, one without room for sets,": [{}, { idsMax: 0 }],
};

for (const seed of seedsToRun(3)) {
  for (const [title, ends] of Object.entries(lines))
    test.serial(
      `evidence: a line of ${title} converges, whatever the order of times (seed ${seed})`,
      async (t) => {
        const world = new World({ seed, network: faults, createStore: createMemoryStore });
        await simulate(world, replay, async () => {
          const kinds = [evidence];
          const a = await start(world, "A", { peers: ["B"], kinds, ...ends[0] });
          const b = await start(world, "B", { peers: ["A", "C"], kinds });
          const c = await start(world, "C", { peers: ["B"], kinds, ...ends[1] });
          for (let i = 0; i < 40; i++) {
            const node = world.random.pick([a, b, c]);
            // Some share a millisecond, some a second to the last digit, and none come in order.
            const fraction = world.random.pick(["", ".5", ".5000001", ".5000002"]);
            const time = at(world.random.integer(0, 30), fraction);
            await world.complete(node.current.put(evidence, `e${i}`, { at: time, pad: "x".repeat(20_000) }));
            if (i % 10 === 0) await world.runFor(world.random.integer(0, 8000));
          }
          await world.runUntil("all hold the same", converged([a, b, c]), { withinMs: 900_000 });
          // What is older than the newest of everybody is found by the next sweep.
          await world.complete(a.current.put(evidence, "late", { at: at(0) }));
          const sweepMs = (limits.cursorSweepRounds + 4) * cadenceSeconds * 1000;
          await world.runUntil("the late one is everywhere", converged([a, b, c]), { withinMs: 4 * sweepMs });
          t.is((await c.current.store.stats()).records, 41);
          t.is(c.current.replication.counters.recordsRefused, 0);
        });
      },
    );

  test.serial(
    `pull: what is about a node comes through loss, in every framing, and nothing else (seed ${seed})`,
    async (t) => {
      const world = new World({
        seed,
        network: { ...faults, lossChance: 0.05 },
        createStore: createMemoryStore,
      });
      await simulate(world, replay, async () => {
        const holder = await start(world, "A", { peers: [] });
        for (let i = 0; i < 90; i++) {
          const about = i % 3 === 0 ? ["V", "L", "N"] : ["somebody"];
          await world.complete(
            holder.current.put("attestation", `r${i}`, { about, pad: "x".repeat(40_000) }),
          );
        }
        for (const [name, framing] of Object.entries({ V: "v3", L: "legacy", N: "native" } as const)) {
          const asker = await start(world, name, { peers: [], framing });
          let pulls = 0;
          for (; pulls < 40; pulls++) {
            const report = await world.complete(asker.current.replication.pull("A"));
            if (report.failures.length === 0) break;
          }
          t.true(pulls < 40, `${name}: ${pulls} pulls`);
          t.is((await asker.current.store.stats()).records, 30, name);
          // A late frame of the pull may have begun a round of its own, which ends when nothing follows.
          const isOver = async () => asker.current.replication.holdings().rounds === 0;
          await world.runUntil("no round is left", isOver, { withinMs: 60_000 });
        }
      });
    },
  );
}
