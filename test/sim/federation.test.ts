/**
 * Federations drawn from a seed: whatever the network, the disks, the clocks, the versions and one liar do,
 * honest nodes end equal, hold nothing forged, lose nothing acknowledged, show nothing local, and neither
 * memory nor traffic grows. `federations.ts` runs many seeds.
 */
import test from "ava";
import { loadIdSets } from "waxwing/core";
import { Census } from "../support/federation/census.js";
import { liarBehaviours } from "../support/federation/liar-behaviours.js";
import {
  drawPlan,
  type FederationPlan,
  faultNames,
  type Version,
  versions,
} from "../support/federation/plan.js";
import { runFederation } from "../support/federation/run.js";
import { topologies } from "../support/federation/topology.js";
import { seedsToRun } from "../support/seeds.js";

const seedsPerTest = 10;
const seeds = seedsToRun(60);

for (let index = 0; index < seeds.length; index += seedsPerTest) {
  const some = seeds.slice(index, index + seedsPerTest);
  test.serial(`federations converge, seeds ${some[0]} to ${some.at(-1)}`, async (t) => {
    const census = new Census();
    for (const seed of some) {
      const plan = drawPlan(seed);
      const { records } = await runFederation(plan);
      t.true(records >= plan.nodes.length);
      census.add(plan);
    }
    t.log(String(census));
  });
}

test("the draw: a thousand seeds hold every size, topology, version, fault and lie many times", (t) => {
  const census = new Census();
  for (let seed = 1; seed <= 1000; seed++) census.add(drawPlan(seed));
  const holds = (aspect: string, values: readonly string[], least: number) => {
    for (const value of values) t.true(census.count(aspect, value) >= least, `${aspect} ${value}: ${census}`);
  };
  holds("nodes", ["3"], 800);
  holds("nodes", ["7"], 80);
  holds("nodes", ["30"], 5);
  holds("topology", topologies, 120);
  holds("version", versions, 300);
  holds("fault", faultNames, 80);
  holds("fault", ["none"], 1);
  holds("liar", liarBehaviours, 10);
});

test("one seed gives one federation, event by event, and another another", async (t) => {
  const first = await runFederation(drawPlan(16, 3));
  t.true(first.events > 200);
  t.deepEqual(await runFederation(drawPlan(16, 3)), first);
  t.not((await runFederation(drawPlan(17, 3))).trace, first.trace);
});

/** The same start and the same faults, in one version; without crashes, which lose what was not acknowledged yet. */
function allIn(version: Version, plan: FederationPlan): FederationPlan {
  const keepsAll = ({ type }: FederationPlan["events"][number]) =>
    type !== "crash" && type !== "restart" && type !== "diskCapacity";
  const nodes = plan.nodes.map((node) => ({ ...node, version }));
  return { ...plan, nodes, events: plan.events.filter(keepsAll) };
}

test("Summaries in any framing and reconciliation bring the same federation to the same set", async (t) => {
  for (const seed of seedsToRun(12)) {
    const plan = drawPlan(seed, 3);
    const sets: (readonly string[])[] = [];
    for (const version of ["legacy", "v3", "waxwing", "reconciling"] as const)
      sets.push((await runFederation(allIn(version, plan))).offered);
    const writes = plan.events.filter((event) => event.type === "write" && !event.local);
    // A node that is still starting takes nothing.
    const sure = writes.filter(({ atMs }) => atMs >= 1000);
    for (const set of sets) {
      t.deepEqual(set, sets[0], `seed ${seed}`);
      t.true(set.length >= plan.nodes.length + sure.length, `seed ${seed}`);
      t.true(set.length <= plan.nodes.length + writes.length, `seed ${seed}`);
    }
  }
});

test("the product's own id sets take a federation where the reference's take it, event by event", async (t) => {
  for (const seed of [3, 5]) {
    const plan = allIn("reconciling", drawPlan(seed, 3));
    const made = await Promise.all(plan.nodes.map(() => loadIdSets({ capacity: 20_000, sets: 16 })));
    const product = await runFederation(plan, { makeIdSets: () => made.pop()! });
    t.deepEqual(product, await runFederation(plan));
  }
});
