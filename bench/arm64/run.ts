/**
 * Instructions a call takes on arm64, for every build of the core: the cases of bench/micro in an arm64 Node under
 * qemu's user emulation, counted by a plugin. No time follows from them and no target is judged by them; they
 * repeat to the per cent on any machine, so that a kernel that got slower shows.
 *
 *   node --import tsx bench/arm64/run.ts --out bench/results/arm64.ndjson
 *   node --import tsx bench/arm64/run.ts --check        fails where a count is a quarter above the recorded one
 *
 * Where qemu, its plugins, the arm64 Node or a C compiler cannot be had, it says so and ends well: `--check` counts
 * that as skipped. WebAssembly is compiled by TurboFan from the start (--no-liftoff), as it ends up in a process
 * that stays.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build as bundle } from "esbuild";
import { countingCommand } from "../../scripts/native/qemu-counting.mjs";
import { commitName, machineName } from "../context.js";
import { summary } from "../measure.js";
import { type CountRow, grownCounts } from "./compare.js";
import type { Counted } from "./program.js";

const builds = ["scalar", "simd", "relaxed"] as const;
const runtimeMsMax = 600_000;
const { values } = parseArgs({
  options: { out: { type: "string" }, check: { type: "boolean", default: false } },
});
const root = fileURLToPath(new URL("../..", import.meta.url));
const recorded = new URL("../results/arm64.ndjson", import.meta.url);

process.exit(await main());

async function main(): Promise<number> {
  const counting = prepare();
  if (typeof counting === "string") {
    console.log(`instruction counts on arm64: skipped, ${counting}`);
    if (values.check) console.log("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  const program = await bundleProgram();
  const context = {
    commit: commitName(),
    runtime: `node ${counting.version.replace(/^v/, "")} arm64`,
    date: new Date().toISOString(),
    machine: machineName(values.out !== undefined),
  };
  const rows = builds.flatMap((build) =>
    countBuild(counting.command, program, build).map((row) => ({ schema: 1, ...row, ...context })),
  );
  if (values.out !== undefined) {
    mkdirSync(dirname(values.out), { recursive: true });
    writeFileSync(values.out, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
  return values.check ? compare(rows) : 0;
}

function prepare(): { command: string[]; version: string } | string {
  try {
    return countingCommand("arm64-node24", join(root, "bench", "arm64", "count-instructions.c"));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Under emulation nothing compiles TypeScript. The package itself is resolved where the program lies. */
async function bundleProgram(): Promise<string> {
  const outfile = join(root, ".cache", "arm64", "program.mjs");
  await bundle({
    entryPoints: [join(root, "bench", "arm64", "program.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["waxwing/*"],
    logLevel: "warning",
  });
  return outfile;
}

function countBuild(command: readonly string[], program: string, build: (typeof builds)[number]) {
  const [qemu, ...options] = command;
  const flags = ["--no-liftoff", "--no-wasm-lazy-compilation"];
  const { status, signal, stdout, stderr, error } = spawnSync(qemu!, [...options, ...flags, program, build], {
    cwd: root,
    encoding: "utf8",
    timeout: runtimeMsMax,
  });
  if (status !== 0)
    throw new Error(`the ${build} build: ${error?.message ?? signal ?? `code ${status}`}\n${stderr}`);
  const marks = [...stderr.matchAll(/^mark (\d+)$/gm)].map(([, count]) => Number(count));
  const counted = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Counted);
  const wanted = counted.reduce((sum, { samples }) => sum + samples + 1, 2);
  if (marks.length !== wanted) throw new Error(`${marks.length} marks instead of ${wanted}`);
  const ofAMark = marks[1]! - marks[0]!;
  let next = 2;
  return counted.map(({ id, samples, calls, operations }) => {
    const own = marks.slice(next, (next += samples + 1));
    const counts = own.slice(1).map((count, index) => (count - own[index]! - ofAMark) / (calls * operations));
    const figures = summary(counts);
    console.log(`${`${id} ${build}`.padEnd(50)} ${Math.round(figures.value).toLocaleString("en-US")}`);
    return {
      id: `${id}/waxwing`,
      value: Number(figures.value.toPrecision(6)),
      unit: "instructions",
      spread: Number(figures.spread.toPrecision(3)),
      samples: figures.samples,
      engine: "waxwing",
      build: `wasm-${build}`,
    };
  });
}

function compare(rows: readonly CountRow[]): number {
  if (!existsSync(recorded)) throw new Error("no counts are recorded: npm run bench -- --arm64");
  const known = readFileSync(recorded, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as CountRow);
  const grown = grownCounts(rows, known);
  for (const line of grown) console.log(line);
  console.log(`${rows.length - grown.length} passed, ${grown.length} failed, 0 skipped`);
  return grown.length === 0 ? 0 : 1;
}
