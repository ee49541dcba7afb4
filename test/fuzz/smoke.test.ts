/** Every decoder of the registry, briefly and always with the same seed; and the rig's own alarm. */
import test from "ava";
import { canaries } from "./entries/canary.js";
import { formatFinding, fuzz, runOnce } from "./fuzz.js";
import { registry } from "./registry.js";

const smoke = { seed: 1, runsMax: 20_000, secondsMax: 1.5 };

test("registry: every decoder has a name of its own and something to start from", (t) => {
  const names = registry.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  for (const { name, seeds } of registry) t.true(seeds.length > 0, name);
});

for (const target of registry) {
  test.serial(`${target.name}() survives mutated input`, async (t) => {
    const { finding, runs, outcomes } = await fuzz(target, smoke);
    if (finding) return t.fail(formatFinding(finding));
    t.true(runs > 50, `only ${runs} runs in ${smoke.secondsMax} s`);
    t.true(outcomes.has("accepted"), "some inputs are well formed");
    t.true(outcomes.size > 1, "and some are not");
  });
}

for (const canary of canaries.filter(({ name }) => name !== "canary-hangs")) {
  test.serial(`the rig reports ${canary.name}, with a small input that fails again`, async (t) => {
    const { finding } = await fuzz(canary, { ...smoke, secondsMax: 20 });
    if (!finding) return t.fail("not reported: the alarm is broken");
    t.true(finding.input.length < 40);
    t.truthy((await runOnce(canary, finding.input)).failure);
    t.regex(formatFinding(finding), new RegExp(`--only ${canary.name} --input [0-9a-f]*`));
  });
}
