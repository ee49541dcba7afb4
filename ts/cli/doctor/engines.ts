/**
 * The engines of this machine: which build of the core is taken and why not another, who hashes, and how fast
 * each is here. All get the same inputs, and their answers are compared with the reference engine's.
 */
import { type Engine, type LoadCoreOptions, loadCore } from "../../core.js";
import { createReferenceEngine, type EngineChoices, engineChoices } from "../../engine/index.js";
import { type Config, type VerifyWorkers, verifyWorkersHere } from "../../node/index.js";
import type { Finding } from "../doctor.js";
import { type MeasuredCrossovers, measureCrossovers } from "./hash-crossovers.js";
import { bestRate } from "./measure.js";
import { answersOf, operations, type Sample, sampleOf } from "./sample.js";

interface EngineFindings extends EngineChoices {
  readonly verifyWorkers: VerifyWorkers;
  /** Operations a second, by engine. */
  readonly speeds: Record<string, Record<string, number>>;
  /** Engines whose answers differ from those of the reference. */
  readonly wrong: readonly string[];
  /** Beside what was chosen, in `sha256`, what would be here; absent where the runtime has no SHA-256. */
  readonly sha256Here?: MeasuredCrossovers;
}

/** All together take less than five seconds. */
const operationMs = 13;
/** In the first, code is still being compiled. */
const passes = 3;
/** Enough for the few keys here. */
const timedCacheBytes = 1024 * 1024;

export async function inspectEngines(config: Config): Promise<Finding> {
  const { cacheBytes } = config.core;
  const choices = engineChoices(await loadCore({ cacheBytes }));
  const reference = createReferenceEngine();
  const sample = sampleOf(reference);
  const expected = answersOf(reference, sample);
  const speeds: Record<string, Record<string, number>> = {};
  const wrong: string[] = [];
  const here = await enginesHere(choices);
  for (const { name, engines } of here)
    if (engines.some((engine) => answersOf(engine, sample) !== expected)) wrong.push(name);
  for (let pass = 0; pass < passes; pass++)
    for (const { name, engines } of here) speeds[name] = bestOf(speeds[name], speedsOf(engines, sample));
  const found: EngineFindings = {
    ...choices,
    verifyWorkers: verifyWorkersHere(config),
    speeds,
    wrong,
    ...(choices.sha256.engine === "core" ? {} : { sha256Here: await measureCrossovers() }),
  };
  return { isHealthy: wrong.length === 0, value: found, lines: linesOf(found) };
}

/** Each with one that keeps keys last, where it keeps any: the others are timed with new keys. */
async function enginesHere({
  builds,
  sha256,
}: EngineChoices): Promise<{ name: string; engines: Engine[] }[]> {
  const cores = (options: LoadCoreOptions) =>
    Promise.all([
      loadCore({ ...options, cacheBytes: 0 }),
      loadCore({ ...options, cacheBytes: timedCacheBytes }),
    ]);
  const found: { name: string; engines: Engine[] }[] = [];
  for (const { build, state } of builds)
    if (state !== "impossible")
      found.push({ name: `wasm-${build}`, engines: await cores({ build, sha256: "core" }) });
  if (sha256.engine !== "core")
    found.unshift({ name: "as taken", engines: await cores({ sha256: { afterBytes: 0 } }) });
  return [...found, { name: "reference", engines: [createReferenceEngine()] }];
}

function speedsOf(engines: readonly Engine[], sample: Sample): Record<string, number> {
  const speeds: Record<string, number> = {};
  for (const [id, run] of Object.entries(operations)) {
    const [fresh, keeping] = engines;
    const speed = (engine: Engine) => Math.round(bestRate(() => run(engine, sample), { forMs: operationMs }));
    if (!id.includes("/verify/")) {
      speeds[id] = speed(fresh!);
      continue;
    }
    speeds[id.replace("/verify/", "/verify-new/")] = speed(fresh!);
    if (keeping !== undefined) speeds[id.replace("/verify/", "/verify-known/")] = speed(keeping);
  }
  return speeds;
}

function bestOf(
  before: Record<string, number> | undefined,
  now: Record<string, number>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(now).map(([id, speed]) => [id, Math.max(speed, before?.[id] ?? 0)]),
  );
}

function linesOf(found: EngineFindings): string[] {
  const { builds, sha256, sha256Here, cacheBytes, verifyWorkers, speeds, wrong } = found;
  const here = ({ fromBytes, batchFromBytes }: MeasuredCrossovers) =>
    [fromBytes, batchFromBytes].map((bytes) => (bytes === undefined ? "no size" : `${bytes} bytes`));
  return [
    "engines",
    ...builds.map(({ build, state, reason }) => `  ${build.padEnd(12)} ${state}: ${reason}`),
    `  sha256       ${sha256.engine}: ${sha256.reason}`,
    ...(sha256Here
      ? [`               measured just now: from ${here(sha256Here).join(", in batches from ")}`]
      : []),
    `  key cache    ${(cacheBytes / 1024 ** 2).toFixed(1)} MiB of expanded keys`,
    `  verify pool  ${verifyWorkers.workers} workers: ${verifyWorkers.reason}`,
    "",
    ...tableOf(speeds),
    ...wrong.map((name) => `\nWRONG: ${name} does not give the answers of the reference engine`),
  ];
}

/** Operations down, engines across. */
function tableOf(speeds: Record<string, Record<string, number>>): string[] {
  const engines = Object.keys(speeds);
  const rows = [...new Set(engines.flatMap((engine) => Object.keys(speeds[engine]!)))];
  const line = (head: string, cells: readonly string[]) =>
    `  ${head.padEnd(28)}${cells.map((cell) => cell.padStart(14)).join("")}`;
  return [
    line("operations a second", engines),
    ...rows.map((row) =>
      line(
        row,
        engines.map((engine) => speeds[engine]![row]?.toLocaleString("en-US") ?? "–"),
      ),
    ),
  ];
}
