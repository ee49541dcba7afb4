/**
 * Where the time of each path goes, on this machine: cycles of the kernels, then each path's cycles by function, from
 * V8's sampling profiler. What the report says about a missed target comes from here.
 *
 *   node --import tsx bench/account.ts [--only <text in the id>] [--build scalar|simd|relaxed] [--lines 12]
 *
 * Node alone (the profiler is its inspector's). The time of an operation is the least of many samples, so that what
 * else runs on the machine stays out; shares are those of the samples that hit the path.
 */
import { readdirSync, readFileSync } from "node:fs";
import inspector from "node:inspector";
import { parseArgs } from "node:util";
import { loadCore, type VerifyItem } from "waxwing/core";
import { createVerifyPool } from "#dist/engine/index.js";
import { measureKernels } from "./account/kernels.js";
import { type BuildName, functionNames } from "./account/names.js";
import { type Bench, type Case, type Contender, turns } from "./case.js";
import { envelopeCases } from "./flow/envelopes.js";
import { hashCases } from "./micro/hashes.js";
import { jsonCases, setCases } from "./micro/json-and-sets.js";
import { hybridItems } from "./micro/pool.js";
import { signatureCases } from "./micro/signatures.js";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    build: { type: "string" },
    lines: { type: "string", default: "12" },
  },
});
const profileMs = 1500;
const linesMax = Number(values.lines);
const chosen = values.build === undefined ? {} : { build: values.build as "scalar" };
const core = await loadCore(chosen);
const build = core.features.engine.replace("wasm-", "") as BuildName;
const bench: Bench = {
  core,
  coldCore: await loadCore({ ...chosen, cacheBytes: 0 }),
  peers: { ed25519: {}, mlDsa: {}, sha256: {}, absent: new Map() },
  quick: false,
};
const names = await functionNames(build);

console.log(`${core.features.engine}, node ${process.versions.node}`);
const { nsPerCycle, cycles } = await measureKernels(build);
console.log(`${(1 / nsPerCycle).toFixed(2)} GHz by a chain of multiplications\n`);
for (const [title, value] of cycles)
  console.log(`${Math.round(value).toString().padStart(8)} cycles  ${title}`);

const cases = [
  ...signatureCases(bench),
  ...(await envelopeCases(bench)),
  ...hashCases(bench),
  ...jsonCases(bench),
  ...setCases(bench),
].filter(({ id }) => id.includes(values.only));
for (const each of cases) await account(each);
if ("flow/verify-pool".includes(values.only)) await accountOfPool(hybridItems(core));
process.exit(0);

async function account({ id, operations, contenders }: Case): Promise<void> {
  const run = contenders.waxwing!;
  const ns = leastNs(run) / (operations?.waxwing ?? 1);
  const shares = await profile(run);
  console.log(
    `\n${id}: ${(ns / 1000).toFixed(2)} µs, ${Math.round(ns / nsPerCycle).toLocaleString("en-US")} cycles`,
  );
  console.log(`  ${grouped(shares).join(", ")}`);
  for (const [name, share] of shares.slice(0, linesMax)) {
    const part = Math.round((share * ns) / nsPerCycle).toLocaleString("en-US");
    console.log(`${(100 * share).toFixed(1).padStart(6)} % ${part.padStart(9)}  ${name}`);
  }
}

/** By folder of assembly/, by file where that is hash/, and all that is not the core's. */
function grouped(shares: readonly (readonly [string, number])[]): string[] {
  const sums = new Map<string, number>();
  for (const [name, share] of shares) {
    const parts = name.split("/");
    const isCore = parts.length > 1 && !name.includes(" ");
    const group = !isCore ? "JavaScript" : parts[0] === "hash" ? parts.slice(0, 2).join("/") : parts[0]!;
    sums.set(group, (sums.get(group) ?? 0) + share);
  }
  return [...sums]
    .sort((a, b) => b[1] - a[1])
    .filter(([, share]) => share >= 0.01)
    .map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`);
}

function leastNs(run: Contender): number {
  const times: number[] = [];
  const endMs = performance.now() + profileMs / 2;
  for (let turn = 0; performance.now() < endMs || times.length < 4 * turns; turn++) {
    const startMs = performance.now();
    run(turn % turns);
    times.push(performance.now() - startMs);
  }
  // One in ten: of rotating inputs, not the luckiest.
  return 1e6 * times.sort((a, b) => a - b)[Math.floor(times.length / 10)]!;
}

/** Function → share of the samples, largest first. */
async function profile(run: Contender): Promise<[string, number][]> {
  const session = new inspector.Session();
  session.connect();
  const post = <T>(method: string, parameters: object = {}) =>
    new Promise<T>((resolve, reject) =>
      session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result as T))),
    );
  await post("Profiler.enable");
  await post("Profiler.setSamplingInterval", { interval: 100 });
  await post("Profiler.start");
  const endMs = performance.now() + profileMs;
  for (let turn = 0; performance.now() < endMs; turn++) run(turn % turns);
  const { profile: found } = await post<{ profile: inspector.Profiler.Profile }>("Profiler.stop");
  session.disconnect();
  const nameOf = new Map(found.nodes.map(({ id, callFrame }) => [id, readable(callFrame)]));
  const sums = new Map<string, number>();
  for (const sample of found.samples ?? []) {
    const name = nameOf.get(sample)!;
    sums.set(name, (sums.get(name) ?? 0) + 1);
  }
  sums.delete("(idle)");
  const total = [...sums.values()].reduce((sum, count) => sum + count, 0);
  return [...sums]
    .map(([name, count]): [string, number] => [name, count / total])
    .sort((a, b) => b[1] - a[1]);
}

function readable({ functionName, url, lineNumber }: inspector.Runtime.CallFrame): string {
  const index = /^wasm-function\[(\d+)\]$/.exec(functionName)?.[1];
  if (index !== undefined) return names.get(Number(index)) ?? functionName;
  const file = url.split("/").slice(-2).join("/");
  return `${functionName || "(anonymous)"}${file === "" ? "" : ` (${file}:${lineNumber + 1})`}`;
}

/**
 * Processor time by thread while two workers verify, from Linux: on two idle cores a batch can end no sooner than
 * the busiest thread, nor than half of the sum; one worker, no sooner than all that workers do.
 */
async function accountOfPool(items: VerifyItem[]): Promise<void> {
  const pool = createVerifyPool({ engine: core, workers: 2 });
  await pool.warmUp();
  for (let i = 0; i < 8; i++) await pool.verifyBatch(items);
  const rounds = 40;
  const before = threadTimes();
  const startMs = performance.now();
  for (let i = 0; i < rounds; i++) await pool.verifyBatch(items);
  const wallUs = (1000 * (performance.now() - startMs)) / rounds / items.length;
  const after = threadTimes();
  await pool.close();
  const spent = [...after]
    .map(([id, ns]) => (ns - (before.get(id) ?? ns)) / 1000 / rounds / items.length)
    .filter((us) => us > 0.2)
    .sort((a, b) => b - a);
  const sum = spent.reduce((total, us) => total + us, 0);
  const [first = 0, second = 0] = spent;
  const bound = Math.max(first, sum / 2);
  console.log(`\nflow/verify-pool/${items.length}: ${wallUs.toFixed(2)} µs an item by the clock`);
  console.log(`  processor time by thread, µs an item: ${spent.map((us) => us.toFixed(2)).join(", ")}`);
  console.log(
    `  two idle cores: no less than ${bound.toFixed(2)}; one worker: no less than ${(first + second).toFixed(2)}`,
  );
  console.log(`  so two workers can be ${((first + second) / bound).toFixed(2)} × one`);
}

/** Thread → ns on a processor. */
function threadTimes(): Map<string, number> {
  const folder = "/proc/self/task";
  return new Map(
    readdirSync(folder).map((id) => [
      id,
      Number(readFileSync(`${folder}/${id}/schedstat`, "utf8").split(" ")[0]),
    ]),
  );
}
