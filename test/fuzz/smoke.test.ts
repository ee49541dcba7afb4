/** Every decoder of the registry, briefly and always with the same seed; and the rig's own alarm. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "ava";
import { canaries } from "./entries/canary.js";
import { formatFinding, fuzz, runOnce } from "./fuzz.js";
import { registry } from "./registry.js";

/** Signing and mixtures take tens of milliseconds an input, on a busy machine more. */
const smoke = { seed: 1, runsMin: 30, runsMax: 20_000, secondsMax: 1.5 };

test("registry: every decoder has a name of its own and something to start from", (t) => {
  const names = registry.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  for (const { name, seeds } of registry) t.true(seeds.length > 0, name);
});

for (const target of registry) {
  test.serial(`${target.name}() survives mutated input`, async (t) => {
    let { finding, runs, outcomes } = await fuzz(target, smoke);
    // Where a busy machine came to a few inputs only, chance may have drawn one sort of them.
    if (!finding && outcomes.size < 2)
      ({ finding, runs, outcomes } = await fuzz(target, { ...smoke, runsMin: 1000 }));
    if (finding) return t.fail(formatFinding(finding));
    t.true(runs >= smoke.runsMin);
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

function runLongMode(...args: string[]) {
  const script = fileURLToPath(new URL("./run.ts", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", script, ...args], {
    encoding: "utf8",
  });
  return { status, stdout };
}

test.serial("the long mode runs a decoder in its thread and says how often", (t) => {
  const { status, stdout } = runLongMode("--seconds", "1", "--only", "hexDecode");
  t.regex(stdout, /^ok hexDecode: \d{3,} runs/m);
  t.is(status, 0);
});

test.serial("the long mode stops a decoder that hangs, prints the input and fails", (t) => {
  const { status, stdout } = runLongMode("--seconds", "30", "--hang-ms", "1000", "--only", "canary-hangs");
  t.regex(stdout, /FAILED canary-hangs failed on \d+ bytes: no answer within 1000 ms/);
  t.regex(stdout, /replay: node --import tsx test\/fuzz\/run\.ts --only canary-hangs --input [0-9a-f]+/);
  t.is(status, 1);
});

test.serial("the long mode replays an input", (t) => {
  const input = Buffer.from("LEN:0009:").toString("hex");
  const { status, stdout } = runLongMode("--only", "canary-throws", "--input", input);
  t.regex(stdout, /canary-throws: RangeError: offset is out of bounds/);
  t.is(status, 1);
});
