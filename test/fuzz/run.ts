/**
 * The long mode: every decoder for a share of the time, each in a thread that a watchdog can stop.
 *
 *   node --import tsx test/fuzz/run.ts --seconds 90 --seed 7 [--only decodeFrame] [--input <hex>]
 *        [--differential] [--hang-ms 10000]
 *
 * `--seconds` is for the whole run. `--differential`: the core's targets alone, which hold every build to the
 * reference engine and to node:crypto (RECORD.md says how long that has run). `--input` runs one input of the `--only` target here and now. Findings
 * are printed with their replay command and kept in .cache/fuzz; the exit code is 1 when there is one.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { canaries } from "./entries/canary.js";
import { type Finding, formatFinding, runOnce } from "./fuzz.js";
import { differential, registry } from "./registry.js";
import type { WorkerOutput } from "./worker.js";

const inputBytesMax = 64 * 1024;
/** Of `--hang-ms` each, after which a run that does nothing hangs as well: it waits for what never comes. */
const silencesMax = 6;

/** A thread does not inherit tsx on every Node that we support, so it registers it itself. */
const workerScript = `import("tsx/esm/api").then(({ register }) => {
  register();
  return import(${JSON.stringify(new URL("./worker.ts", import.meta.url).href)});
})`;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    only: { type: "string" },
    input: { type: "string" },
    "hang-ms": { type: "string", default: "10000" },
    differential: { type: "boolean", default: false },
  },
});
/** One input runs for a microsecond to some milliseconds; a thread that is silent for this long hangs. */
const hangMs = Number(values["hang-ms"]);
const seed = Number(values.seed ?? process.env.WAXWING_SEED ?? 1);
const targets = values.only
  ? [...registry, ...canaries].filter(({ name }) => name === values.only)
  : values.differential
    ? differential
    : registry;
if (targets.length === 0) throw new RangeError(`no fuzz target is called ${values.only}`);

const failed = values.input === undefined ? await fuzzAll() : await replay(values.input);
process.exit(failed > 0 ? 1 : 0);

async function fuzzAll(): Promise<number> {
  let findings = 0;
  let inputs = 0;
  const startMs = performance.now();
  for (const { name } of targets) {
    const seconds = Number(values.seconds) / targets.length;
    const result = await fuzzInThread(name, seconds);
    inputs += result.runs;
    if (result.finding) {
      findings++;
      console.log(`FAILED ${formatFinding(result.finding)}\nkept: ${keep(result.finding)}`);
    } else {
      const outcomes = result.outcomes.map(([kind, count]) => `${kind} ${count}`).join(", ");
      console.log(`ok ${name}: ${result.runs} runs (${outcomes})`);
    }
  }
  const elapsed = Math.round((performance.now() - startMs) / 1000);
  console.log(`${inputs} inputs in ${elapsed} s, Node ${process.versions.node}`);
  console.log(`${targets.length - findings} passed, ${findings} failed, 0 skipped (seed ${seed})`);
  return findings;
}

function fuzzInThread(target: string, seconds: number): Promise<WorkerOutput> {
  const shared = new SharedArrayBuffer(8 + inputBytesMax);
  const words = new Int32Array(shared, 0, 2);
  const worker = new Worker(workerScript, { eval: true, workerData: { target, seed, seconds, shared } });
  return new Promise((resolve, reject) => {
    let seen = -1;
    let silences = 0;
    let used = process.cpuUsage();
    const watchdog = setInterval(() => {
      const runs = Atomics.load(words, 0);
      const { user, system } = process.cpuUsage(used);
      used = process.cpuUsage();
      // Loading the targets takes its time too; only a run that began can hang.
      silences = runs === 0 || runs !== seen ? 0 : silences + 1;
      seen = runs;
      // A loop uses the processor; without that, the process itself was kept waiting, for some time at most.
      const isLooping = (user + system) / 1000 > hangMs / 2;
      if (silences === 0 || (!isLooping && silences < silencesMax)) return;
      clearInterval(watchdog);
      const input = new Uint8Array(shared, 8, Atomics.load(words, 1)).slice();
      void worker.terminate();
      resolve({ runs, outcomes: [], finding: { target, input, reason: `no answer within ${hangMs} ms` } });
    }, hangMs);
    worker.once("message", (output: WorkerOutput) => {
      clearInterval(watchdog);
      resolve(output);
    });
    worker.once("error", (error) => {
      clearInterval(watchdog);
      reject(error);
    });
  });
}

async function replay(hex: string): Promise<number> {
  let failures = 0;
  for (const target of targets) {
    const { kind, failure } = await runOnce(target, new Uint8Array(Buffer.from(hex, "hex")));
    console.log(`${target.name}: ${failure ?? kind}`);
    if (failure) failures++;
  }
  return failures;
}

function keep({ target, input }: Finding): string {
  const folder = join(".cache", "fuzz");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${target}-${createHash("sha256").update(input).digest("hex").slice(0, 12)}.bin`);
  writeFileSync(path, input);
  return path;
}
