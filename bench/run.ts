/**
 * Runs the benches in this runtime and writes one row a contender (bench/schema.json).
 *
 *   node --import tsx bench/run.ts [--quick] [--only <text in the id>] [--out <file.ndjson>]
 *                                                           with both, other rows of the file stay
 *   … [--demo] [--demo-before <folder of the foundation, built>]    the demo too, before and after
 *   … [--build scalar|simd|relaxed]                         this build of the core instead of the fastest
 *
 * `--quick` runs everything just long enough to show that it runs; its figures mean nothing.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { loadCore } from "waxwing/core";
import type { Bench, Case, Measured } from "./case.js";
import { commitName, machineName } from "./context.js";
import { envelopeCases } from "./flow/envelopes.js";
import { measureDemo, measureIngest } from "./flow/node.js";
import { type Figures, measureCase, summary } from "./measure.js";
import { hashCases } from "./micro/hashes.js";
import { idSetCases, measureReconcile } from "./micro/id-sets.js";
import { jsonCases, setCases } from "./micro/json-and-sets.js";
import { measurePool } from "./micro/pool.js";
import { processCosts } from "./micro/process.js";
import { signatureCases } from "./micro/signatures.js";
import { loadPeers } from "./peers/load.js";

/** bench/schema.json. */
interface Row {
  readonly id: string;
  readonly [field: string]: unknown;
}

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    out: { type: "string" },
    "demo-before": { type: "string" },
    demo: { type: "boolean", default: false },
    build: { type: "string" },
  },
});
const { quick, only, out } = values;
const effort = quick ? { rounds: 1, roundMs: 3 } : { rounds: 11, roundMs: 20 };
const peers = await loadPeers();
const chosen = values.build === undefined ? {} : { build: values.build as "scalar" };
const bench: Bench = {
  core: await loadCore(chosen),
  coldCore: await loadCore({ ...chosen, cacheBytes: 0 }),
  peers,
  quick,
};
const context = {
  build: bench.core.features.engine,
  commit: commitName(),
  runtime: runtimeName(),
  date: new Date().toISOString(),
  machine: machineName(out !== undefined),
};
const rows: Row[] = [];

for (const [key, reason] of peers.absent) {
  console.log(`absent: ${key}: ${reason}`);
  const [area, engine] = key.split("/");
  rows.push({ schema: 1, id: `absent/${area}/peer/${engine}`, engine, absent: reason, ...context });
}
const cases: Case[] = [
  ...signatureCases(bench),
  ...hashCases(bench),
  ...jsonCases(bench),
  ...setCases(bench),
  ...("set/".includes(only) || only.startsWith("set/") ? await idSetCases(bench) : []),
  ...(await envelopeCases(bench)),
].filter(({ id }) => id.includes(only));
for (const each of cases)
  for (const [engine, figures] of measureCase(each, effort)) record(each.id, engine, "operations/s", figures);

await selfMeasured("process", () => processCosts(quick));
await selfMeasured("flow/verify-pool", () => measurePool(bench.core, quick));
await selfMeasured("flow/reconcile", () => measureReconcile(peers.negentropy, quick));
await selfMeasured("flow/ingest", () => measureIngest(quick));
if (values.demo)
  await selfMeasured("flow/demo", async () => measureDemo(process.cwd(), values["demo-before"], 2));
if (rows.length === peers.absent.size) throw new RangeError(`no case contains "${only}"`);

if (out !== undefined) {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, [...mergedInto(out)].map((row) => `${JSON.stringify(row)}\n`).join(""));
}

/** `--only` measures some rows again: what else is in the file stays. */
function mergedInto(file: string): Iterable<Row> {
  const earlier =
    only !== "" && existsSync(file)
      ? readFileSync(file, "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Row)
      : [];
  return new Map([...earlier, ...rows].map((row) => [row.id, row])).values();
}

async function selfMeasured(area: string, measure: () => Promise<readonly Measured[]>): Promise<void> {
  if (!area.includes(only) && !only.startsWith(area)) return;
  try {
    for (const { id, engine, unit, samples, ratio } of await measure())
      record(id, engine, unit, { ...summary(samples), ...(ratio !== undefined && { ratio }) });
  } catch (error) {
    // A runtime may lack what a whole node needs (the LMDB addon); the kernels' rows stand without it.
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0]!.slice(0, 120);
    console.log(`absent: ${area}: ${reason}`);
    rows.push({
      schema: 1,
      id: `absent/${area.replace("/", "-")}/self/waxwing`,
      engine: "waxwing",
      absent: reason,
      ...context,
    });
  }
}

function record(id: string, engine: string, unit: string, figures: Figures): void {
  const { value, spread, samples, ratio } = figures;
  const shown = value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(2);
  console.log(
    `${`${id}/${engine}`.padEnd(58)} ${shown.padStart(12)} ${unit} ±${(spread * 100).toFixed(1)} %`,
  );
  rows.push({
    schema: 1,
    id: `${id}/${engine}`,
    value: Number(value.toPrecision(6)),
    unit,
    spread: Number(spread.toPrecision(3)),
    samples,
    ...(ratio !== undefined && { ratio: Number(ratio.toPrecision(4)) }),
    engine,
    ...context,
  });
}

function runtimeName(): string {
  const { Deno } = globalThis as { Deno?: { version: { deno: string } } };
  return Deno ? `deno ${Deno.version.deno}` : `node ${process.versions.node}`;
}

process.exit(0);
