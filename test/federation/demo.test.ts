/** The demo is the project's main job: run whole, as a newcomer does, and held to what it prints. */
import { fileURLToPath } from "node:url";
import test from "ava";
import { waxwing } from "../support/program.js";

const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));

test("waxwing demo --once --json: three nodes converge on at least 300 real records and refuse the liar", async (t) => {
  t.timeout(120_000);
  const { code, stdout, stderr } = await waxwing(["demo", "--once", "--json", "--packages", packages]);
  t.is(code, 0, stderr);
  const result = JSON.parse(stdout.toString().trim().split("\n").at(-1)!);
  t.true(result.converged);
  t.is(result.nodes, 3);
  t.true(result.records >= 300, `${result.records} records`);
  t.is(result.refused, 6, "a tampered and an unsigned record at each of three nodes");
  t.true(result.recordsPerSecond > 0);
  t.true(result.wireBytesPerRecord > 0);
  t.regex(result.storeHashes.A, /^[0-9a-f]{64}$/);
  t.is(new Set(Object.values(result.storeHashes)).size, 1);
  t.regex(stderr, /kill -9 C/);
  t.regex(stderr, /re-serialised copy recognised as a duplicate/);
});
