/**
 * Federations drawn from a seed: whatever the network, the disks, the clocks, the versions and one liar do,
 * honest nodes end equal, hold nothing forged, lose nothing acknowledged, show nothing local, and neither
 * memory nor traffic grows. `federations.ts` runs many seeds.
 */
import test from "ava";
import { Census } from "../support/federation/census.js";
import { liarBehaviours } from "../support/federation/liar-behaviours.js";
import { drawPlan, faultNames, versions } from "../support/federation/plan.js";
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
  holds("topology", topologies, 150);
  holds("version", versions, 500);
  holds("fault", faultNames, 80);
  holds("fault", ["none"], 1);
  holds("liar", liarBehaviours, 20);
});

test("one seed gives one federation, event by event, and another another", async (t) => {
  const first = await runFederation(drawPlan(16, 3));
  t.true(first.events > 500);
  t.deepEqual(await runFederation(drawPlan(16, 3)), first);
  t.not((await runFederation(drawPlan(17, 3))).trace, first.trace);
});
