/**
 * Notices a kernel that lost half its speed. Each kernel's time is divided by that of a loop of plain JavaScript
 * in the same run, the best sample of each, so that the machine and its load cancel out; a ratio below half the recorded one fails, after
 * five tries, and nothing less does. Held are the kernels, on the build that loads here with its own
 * SHA-256, by runtime: other compilers make other ratios.
 *
 *   node --import tsx bench/budget.ts --check
 *   node --import tsx bench/budget.ts --record      after a kernel became faster, with each Node that the tests
 *                                                   run on: writes bench/budget.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import { loadCore } from "waxwing/core";
import type { Bench, Case } from "./case.js";
import { measureCase } from "./measure.js";
import { hashCases } from "./micro/hashes.js";
import { jsonCases, setCases } from "./micro/json-and-sets.js";
import { signatureCases } from "./micro/signatures.js";

const file = new URL("./budget.json", import.meta.url);
const effort = { rounds: 3, roundMs: 15 };
const tries = 5;
const shareMin = 0.5;

const core = await loadCore({ sha256: "core" });
const bench: Bench = {
  core,
  coldCore: await loadCore({ cacheBytes: 0, sha256: "core" }),
  peers: { ed25519: {}, mlDsa: {}, sha256: {}, absent: new Map() },
  quick: true,
};
/** A budget holds for one build and one generation of the compiler under it. */
const key = `${core.features.engine}, node ${process.versions.node.split(".")[0]}`;
/** Larger inputs wait for memory, which is as fast as the neighbours leave it. */
const waitsForMemory = /\/(100k|1m)$/;
const cases = [...signatureCases(bench), ...hashCases(bench), ...jsonCases(bench), ...setCases(bench)].filter(
  ({ id }) => !waitsForMemory.test(id),
);

function ratioOf(each: Case): number {
  const { operations = {}, id } = each;
  const figures = measureCase(
    { id, operations, contenders: { waxwing: each.contenders.waxwing!, calibration }, comparable: () => 0 },
    effort,
  );
  return figures.get("waxwing")!.best / figures.get("calibration")!.best;
}

/** Of as many measurements as a check tries. */
function middle(each: Case): number {
  const ratios = Array.from({ length: tries }, () => ratioOf(each)).sort((a, b) => a - b);
  return ratios[tries >> 1]!;
}

/** FNV-1a over 16 KiB: multiplications that each wait for the last, as kernels do. */
const food = Uint8Array.from({ length: 16_384 }, (_, index) => index * 31);
function calibration(): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < food.length; i++) hash = Math.imul(hash ^ food[i]!, 0x01000193);
  return hash;
}

const budgets = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, number>>;
if (process.argv.includes("--record")) {
  budgets[key] = Object.fromEntries(cases.map((each) => [each.id, Number(middle(each).toPrecision(3))]));
  writeFileSync(file, `${JSON.stringify(budgets, null, 2)}\n`);
  process.exit(0);
}

const budget = budgets[key];
if (!budget) {
  console.log(`no budget is recorded for ${key}`);
  console.log("0 passed, 0 failed, 1 skipped");
  process.exit(0);
}
let failed = 0;
for (const each of cases) {
  const recorded = budget[each.id];
  if (recorded === undefined) continue;
  let best = 0;
  for (let attempt = 0; attempt < tries && best < shareMin; attempt++)
    best = Math.max(best, ratioOf(each) / recorded);
  if (best >= shareMin) continue;
  failed++;
  console.log(`✘ ${each.id} runs at ${(100 * best).toFixed(0)} % of its recorded speed`);
}
const held = Object.keys(budget).length;
console.log(`${held - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
