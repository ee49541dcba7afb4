/**
 * Runs the micro benches: equal output first, then speed, contenders taking turns so that a busy moment of
 * the machine hits all of them.
 *
 *   node --import tsx bench/run.ts [--quick] [--only <text in the id>] [--out bench/results/<name>.ndjson]
 *
 * `--quick` runs everything just long enough to show that it runs; its figures mean nothing and are only
 * written where `--out` says.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { Bench } from "tinybench";
import { type MicroCase, microCases } from "./micro/cases.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    out: { type: "string" },
  },
});
const rounds = values.quick ? 1 : 5;
const roundMs = values.quick ? 5 : 200;
const context = {
  commit: commitName(),
  runtime: `node ${process.versions.node}`,
  date: new Date().toISOString(),
  machine: {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
  },
};
const out = values.out ?? (values.quick ? undefined : join("bench/results", `${context.commit}.ndjson`));

const cases = (await microCases()).filter(({ id }) => id.includes(values.only));
if (cases.length === 0) throw new RangeError(`no case contains "${values.only}"`);
for (const each of cases) {
  checkEqualOutput(each);
  for (const row of await measure(each)) {
    console.log(`${row.id.padEnd(44)} ${format(row.value)}/s ±${(row.spread * 100).toFixed(1)} %`);
    if (out) write(out, row);
  }
}

function checkEqualOutput({ id, contenders }: MicroCase): void {
  const [[firstName, first] = fail(id), ...others] = Object.entries(contenders);
  const expected = comparable(first());
  for (const [name, run] of others)
    if (!isDeepStrictEqual(comparable(run()), expected))
      throw new Error(`${id}: ${name} and ${firstName} give different outputs`);
}

/** A Buffer of node:crypto and a Uint8Array with the same bytes are the same output. */
function comparable(output: unknown): unknown {
  return output instanceof Uint8Array ? Buffer.from(output).toString("hex") : output;
}

async function measure({ id, contenders }: MicroCase) {
  const samples = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const bench = new Bench({
        time: roundMs,
        warmupTime: roundMs / 4,
        retainSamples: true,
        iterations: values.quick ? 1 : 10,
        warmupIterations: 1,
      });
      bench.add(name, () => void run());
      const [task] = await bench.run();
      const result = task?.result;
      if (result?.state !== "completed") throw new Error(`${id}/${name}: ${result?.state ?? "did not run"}`);
      const taken = result.latency.samples ?? [result.latency.mean];
      // Not spread into push(): a quick case takes more samples than a call takes arguments.
      samples.set(name, samples.get(name)!.concat(taken));
    }
  }
  return [...samples].map(([engine, latencies]) => ({
    schema: 1,
    id: `${id}/${engine}`,
    ...summary(latencies),
    unit: "operations/s",
    engine,
    ...context,
  }));
}

/** From milliseconds a call: median and quartiles, robust against the pauses of a shared machine. */
function summary(latencies: readonly number[]): { value: number; spread: number; samples: number } {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share: number) => Math.max(sorted[Math.floor(share * (sorted.length - 1))]!, 1e-6);
  const value = 1000 / at(0.5);
  return { value, spread: (1000 / at(0.25) - 1000 / at(0.75)) / 2 / value, samples: sorted.length };
}

function format(value: number): string {
  return Math.round(value).toLocaleString("en-US").padStart(12);
}

function write(path: string, row: object): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(row)}\n`);
}

function commitName(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
  } catch {
    return "unknown";
  }
}

function fail(id: string): never {
  throw new Error(`${id}: no contenders`);
}
