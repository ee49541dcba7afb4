/**
 * The long mode of federation.test.ts: many seeds over several processes, and one line that says what was drawn.
 *
 *   node --import tsx test/sim/federations.ts --seeds 1000 [--first 1] [--workers 2] [--nodes 3|7|30]
 *
 * A seed that fails is printed with the command that replays it, `WAXWING_SEED=n npx ava …`; the exit code is 1
 * when there is one.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Census } from "../support/federation/census.js";
import { drawPlan } from "../support/federation/plan.js";
import { runFederation } from "../support/federation/run.js";

/** What a worker tells of one seed. */
interface SeedResult {
  readonly seed: number;
  readonly failure?: string;
  readonly framesSent: number;
}

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    first: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    nodes: { type: "string" },
    /** Which of the workers this process is; absent in the one that was called. */
    worker: { type: "string" },
  },
});
const first = Number(values.first);
const count = Number(values.seeds);
const workers = Number(values.workers);
for (const value of [first, count, workers])
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError("expected integers of at least 1");

const planOf = (seed: number) => drawPlan(seed, ...(values.nodes ? [Number(values.nodes)] : []));

if (values.worker === undefined) process.exit((await runAll()) > 0 ? 1 : 0);
else await runShare(Number(values.worker));

/** Every `workers`-th seed. */
async function runShare(worker: number): Promise<void> {
  for (let seed = first + worker; seed < first + count; seed += workers) {
    const result: SeedResult = await runFederation(planOf(seed)).then(
      ({ framesSent }) => ({ seed, framesSent }),
      (error: unknown) => ({
        seed,
        framesSent: 0,
        failure: error instanceof Error ? error.message : String(error),
      }),
    );
    process.send!(result);
  }
  process.disconnect();
}

async function runAll(): Promise<number> {
  const startMs = performance.now();
  const census = new Census();
  let framesSent = 0;
  let failed = 0;
  const take = (result: SeedResult) => {
    census.add(planOf(result.seed));
    framesSent += result.framesSent;
    if (result.failure === undefined) return;
    failed++;
    console.log(`FAILED ${result.failure}`);
  };
  const shares = Array.from({ length: Math.min(workers, count) }, (_, worker) => runWorker(worker, take));
  const broken = (await Promise.all(shares)).filter((code) => code !== 0).length;
  if (broken > 0) console.log(`${broken} of ${shares.length} workers ended early`);
  const lost = count - census.runs;
  const elapsed = Math.round((performance.now() - startMs) / 1000);
  console.log(String(census));
  console.log(
    `${census.runs} federations in ${elapsed} s, ${framesSent} frames, Node ${process.versions.node}`,
  );
  console.log(
    `${census.runs - failed} passed, ${failed + lost} failed, 0 skipped (seeds ${first} to ${first + count - 1})`,
  );
  return failed + lost;
}

function runWorker(worker: number, onResult: (result: SeedResult) => void): Promise<number | null> {
  const arguments_ = [...process.argv.slice(2), "--worker", String(worker)];
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), arguments_, {
    execArgv: process.execArgv,
  });
  child.on("message", (result) => onResult(result as SeedResult));
  return new Promise((resolve) => child.once("close", resolve));
}
