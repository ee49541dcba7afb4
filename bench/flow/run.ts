/**
 * Replication between processes on loopback HTTP: bench/results/flow.ndjson, and its tables in bench/README.md.
 *
 *   npm run bench -- --flow                     half an hour; three runs of each case, taking turns
 *   npm run bench -- --flow --quick             in less than a minute that all of it runs; written nowhere
 *   npm run bench -- --flow --only cold-copy    one of differ, growth, legacy, legacy-1m, cold-copy, quiet, stock; other rows stay
 *   … --runs 1                                  fewer
 *
 * Every case proves first that the stores which are to be equal are: by a hash over all record ids, read beside the nodes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { loadCore } from "waxwing/core";
import { commitName, machineName } from "../context.js";
import { summary } from "../measure.js";
import { coldCopy } from "./cold-copy.js";
import { type DifferencesResult, measureDifferences, type Way } from "./differences.js";
import { measureQuietPeers } from "./quiet-peers.js";
import { measureStockSweep } from "./stock-sweep.js";
import type { FlowUnit } from "./targets.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    runs: { type: "string", default: "3" },
    out: { type: "string" },
  },
});
const { quick, only, out } = values;
const runs = quick ? 1 : Number(values.runs);

const samples = new Map<string, { unit: FlowUnit; values: number[] }>();
const absent = new Map<string, string>();

interface FlowCase {
  readonly name: string;
  readonly runs: number;
  run(): Promise<void>;
}

const sizes = quick
  ? ([["1k", 1000]] as const)
  : ([
      ["10k", 10_000],
      ["100k", 100_000],
      ["1m", 1_000_000],
    ] as const);
const differing = quick ? 20 : 1000;
/** One pass over 1 M refs takes a thousand rounds. */
const legacyTimeoutMs = 600_000;

const cases: readonly FlowCase[] = [
  ...sizes.map(([size, records]) => ({
    name: size === "1m" ? "differ" : "growth",
    runs,
    run: () => differ(size, records, "waxwing", 300_000),
  })),
  ...sizes.map(([size, records]) => ({
    name: size === "1m" ? "legacy-1m" : "legacy",
    runs: size === "1m" ? 1 : runs,
    run: () => differ(size, records, "crpl-v1", legacyTimeoutMs),
  })),
  { name: "cold-copy", runs, run: () => (quick ? copy("200", 200) : copy("100k", 100_000)) },
  { name: "stock", runs, run: stock },
  { name: "quiet", runs: 1, run: quiet },
];

for (let run = 0; run < runs; run++)
  for (const each of cases) {
    if (run >= each.runs || (only !== undefined && each.name !== only)) continue;
    await each.run();
  }
if (samples.size === 0 && absent.size === 0) throw new RangeError(`no case is called "${only}"`);
report();
if (out !== undefined) await write(out);
process.exit(0);

async function differ(size: string, records: number, way: Way, timeoutMs: number): Promise<void> {
  let result: DifferencesResult;
  try {
    result = await measureDifferences({ records, differing, way, timeoutMs });
  } catch (error) {
    // The old path may not end in time; that Waxwing's does is what is measured.
    if (way === "waxwing" || !/not within/.test(String(error))) throw error;
    absent.set(`flow/differ-time/${size}/${way}`, (error as Error).message);
    return;
  }
  const { differences, quiet } = result;
  const keepHere = (operation: string, unit: FlowUnit, value: number) =>
    keep(`flow/${operation}/${size}/${way}`, unit, value);
  keepHere("differ-time", "ms", differences.wallMs);
  keepHere("differ-cpu", "ms", Math.max(...differences.sides.map(({ cpuMs }) => cpuMs)));
  keepHere(
    "differ-memory",
    "bytes",
    Math.max(...differences.sides.map(({ anonymousBytes }) => anonymousBytes)),
  );
  keepHere("differ-rounds", "rounds", differences.rounds);
  keepHere("differ-trips", "round trips", differences.roundTrips);
  keepHere("differ-bytes", "bytes", differences.protocolBytes / differing);
  if (quiet === undefined) return;
  keepHere("differ-first", "ms", Math.max(...differences.firstRoundCpuMs));
  keepHere("equal-bytes", "bytes", quiet.frameBytes);
  keepHere("equal-time", "ms", quiet.wallMs);
  keepHere("equal-cpu", "ms", quiet.cpuMs);
}

async function copy(size: string, records: number): Promise<void> {
  const { recordsPerSecond, cpuMs, anonymousBytes, wireBytesPerRecord } = await coldCopy(records);
  keep(`flow/cold-copy/${size}/waxwing`, "operations/s", recordsPerSecond);
  keep(`flow/cold-copy-sender/${size}/waxwing`, "ms", cpuMs.sender / records);
  keep(`flow/cold-copy-receiver/${size}/waxwing`, "ms", cpuMs.receiver / records);
  keep(`flow/cold-copy-wire/${size}/waxwing`, "bytes", wireBytesPerRecord);
  keep(`flow/cold-copy-memory/${size}/waxwing`, "bytes", anonymousBytes.most);
  keep(`flow/cold-copy-growth/${size}/waxwing`, "bytes", anonymousBytes.growth);
}

async function stock(): Promise<void> {
  const options = quick ? { peers: 4, records: 60, rounds: 1 } : { peers: 40, records: 15_000, rounds: 15 };
  const sweep = await measureStockSweep(options);
  const size = options.peers;
  keep(`flow/stock-memory/${size}/waxwing`, "bytes", sweep.anonymousMostBytes);
  keep(`flow/stock-failed/${size}/waxwing`, "rounds", sweep.rounds - sweep.completed);
  keep(`flow/stock-longest/${size}/waxwing`, "ms", sweep.longestRoundMs);
  keep(`flow/stock-records/${size}/waxwing`, "operations/s", (1000 * sweep.records) / sweep.wallMs);
}

async function quiet(): Promise<void> {
  const options = quick
    ? { peers: 4, cadenceSeconds: 1, cadences: 2, records: 5 }
    : { peers: 100, cadenceSeconds: 30, cadences: 3, records: 50 };
  const crowd = await measureQuietPeers(options);
  const size = options.peers;
  keep(`flow/quiet-cpu/${size}/waxwing`, "share of a core", crowd.cpuShare);
  keep(`flow/quiet-failed/${size}/waxwing`, "rounds", crowd.roundsFailed);
  keep(`flow/quiet-frames/${size}/waxwing`, "operations/s", crowd.framesPerCadence / options.cadenceSeconds);
  keep(`flow/quiet-memory/${size}/waxwing`, "bytes", crowd.anonymousBytes);
}

function keep(id: string, unit: FlowUnit, value: number): void {
  const row = samples.get(id) ?? { unit, values: [] };
  samples.set(id, row);
  row.values.push(value);
  console.log(`${id.padEnd(44)} ${value.toPrecision(6)} ${unit}`);
}

function report(): void {
  console.log("\nmedians");
  for (const [id, { unit, values }] of samples)
    console.log(`${id.padEnd(44)} ${summary(values).value.toPrecision(4)} ${unit} of ${values.length}`);
  for (const [id, why] of absent) console.log(`${id.padEnd(44)} absent: ${why}`);
}

/** Rows that were not measured now stay. */
async function write(file: string): Promise<void> {
  const context = {
    build: (await loadCore()).features.engine,
    commit: commitName(),
    runtime: `node ${process.versions.node}`,
    date: new Date().toISOString(),
    machine: machineName(true),
  };
  const rows = new Map<string, object>();
  if (existsSync(file))
    for (const line of readFileSync(file, "utf8").trim().split("\n")) {
      const row = JSON.parse(line) as { id: string };
      rows.set(row.id, row);
    }
  for (const [id, { unit, values }] of samples) {
    const { value, spread } = summary(values);
    rows.set(id, {
      schema: 1,
      id,
      value: Number(value.toPrecision(6)),
      unit,
      spread: value === 0 ? 0 : Number(spread.toPrecision(3)),
      samples: values.length,
      engine: id.split("/")[3],
      ...context,
    });
  }
  for (const [id, why] of absent)
    rows.set(id, { schema: 1, id, engine: id.split("/")[3], absent: why, ...context });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, [...rows.values()].map((row) => `${JSON.stringify(row)}\n`).join(""));
}
