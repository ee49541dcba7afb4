/**
 * `npm run bench`: installs and builds what is missing, measures on every runtime that installs here (this Node,
 * Node 22, 24, 26 and Deno), counts instructions on arm64, writes bench/results and the tables of README.md and bench/README.md.
 *
 *   npm run bench -- --quick                      this Node only, just long enough to show that all of it runs
 *   npm run bench -- --budget                     fails when a kernel has lost half its speed (bench/budget.ts)
 *   npm run bench -- --arm64                      only the instruction counts on arm64, under qemu (bench/arm64)
 *   npm run bench -- --arm64 --check              fails where one is a quarter above what is recorded
 *   npm run bench -- --memory                     whether ten million verifications hold on to memory; some minutes
 *   npm run bench -- --memory --quick             a tenth of them, and fails when they do
 *   npm run bench -- --links                      links and devices against those of npm and Node; some minutes
 *   npm run bench -- --flow                       replication between processes (bench/flow/run.ts); half an hour
 *   npm run bench -- --flow --quick               that all of it runs, in less than a minute
 *   npm run bench -- --only ed25519               this Node only, these cases, written nowhere
 *   npm run bench -- --only ed25519 --again       these cases on all runtimes, in place of their rows in bench/results
 *   npm run bench -- --demo-before <commit|folder>   what to compare the demo with, instead of the foundation:
 *                                                 a commit, checked out and built aside, or a built checkout
 *   npm run bench -- --runtimes node24,deno       these and no others; `here` is this Node
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildIfNeeded } from "./build.mjs";
import { installIfNeeded } from "./install.mjs";
import { checkNodeVersion, root, run } from "./run.mjs";
import { runtimeProgram } from "./runtimes.mjs";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    budget: { type: "boolean", default: false },
    arm64: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    memory: { type: "boolean", default: false },
    links: { type: "boolean", default: false },
    flow: { type: "boolean", default: false },
    runs: { type: "string" },
    only: { type: "string" },
    again: { type: "boolean", default: false },
    // The foundation: the demo's records a second before the core was made fast.
    "demo-before": { type: "string", default: "7b0f374" },
    runtimes: { type: "string", default: "here,node22,node24,node26,deno" },
  },
});

checkNodeVersion();
installIfNeeded();
await buildIfNeeded();
if (values.budget) process.exit(runHere("budget.ts", ["--check"]));
if (values.arm64 && values.check) process.exit(runHere("arm64/run.ts", ["--check"]));
if (values.arm64) process.exit(countOnArm64() || runHere("report.ts", []));
if (values.memory) process.exit(measureMemory());
if (values.flow) process.exit(measureFlow());
installPeers();
if (values.links) process.exit(measureLinks());
if (values.quick || (values.only !== undefined && !values.again)) {
  process.exit(
    runHere("run.ts", [
      ...(values.quick ? ["--quick"] : []),
      ...(values.only ? ["--only", values.only] : []),
    ]),
  );
}

const before = "flow/demo".includes(values.only ?? "") ? checkout(values["demo-before"]) : undefined;
const only = values.only === undefined ? [] : ["--only", values.only];
let failed = 0;
for (const name of values.runtimes.split(",")) {
  const runtime = name === "here" ? { path: process.execPath } : runtimeProgram(name);
  if (!runtime) continue;
  const isDeno = name === "deno";
  const label = name === "here" ? `node${process.versions.node.split(".")[0]}` : name;
  const start = isDeno
    ? ["run", "--no-lock", "--unstable-sloppy-imports", "--allow-all"]
    : ["--import", "tsx"];
  // The demo starts three nodes and takes its time: the oldest Node and one in the middle are enough.
  const demo =
    name === "here" || name === "node24"
      ? ["--demo", ...(before ? ["--demo-before", before.folder] : [])]
      : [];
  console.log(`\n=== ${label}`);
  const out = join("bench", "results", `${label}.ndjson`);
  failed +=
    run(runtime.path, [...start, join("bench", "run.ts"), ...demo, ...only, "--out", out]) === 0 ? 0 : 1;
}
before?.remove();
if (values.only === undefined) failed += countOnArm64() === 0 ? 0 : 1;
failed += runHere("report.ts", []) === 0 ? 0 : 1;
process.exit(failed === 0 ? 0 : 1);

function runHere(file, args) {
  return run(process.execPath, ["--import", "tsx", join(root, "bench", file), ...args]);
}

/** Memory is read after a collection, which has to be asked for. */
function measureMemory() {
  const arguments_ = values.quick
    ? ["--verifications", "1000000", "--check"]
    : ["--out", join("bench", "results", "memory.ndjson")];
  const file = join(root, "bench", "memory.ts");
  const status = run(process.execPath, ["--expose-gc", "--import", "tsx", file, ...arguments_]);
  return values.quick || status !== 0 ? status : runHere("report.ts", []);
}

function measureFlow() {
  const out = values.quick ? ["--quick"] : ["--out", join("bench", "results", "flow.ndjson")];
  const chosen = ["only", "runs"].flatMap((name) => (values[name] ? [`--${name}`, values[name]] : []));
  const status = runHere("flow/run.ts", [...out, ...chosen]);
  return values.quick || status !== 0 ? status : runHere("report.ts", []);
}

/** A process is small and settled before it is measured against a stalled reader. */
function measureLinks() {
  compileRawSocket();
  const out = values.quick ? ["--quick"] : ["--out", join("bench", "results", "links.ndjson")];
  const file = join(root, "bench", "links", "run.ts");
  const status = run(process.execPath, ["--expose-gc", "--import", "tsx", file, ...out]);
  return values.quick || status !== 0 ? status : runHere("report.ts", []);
}

/** The one rival without prebuilt binaries; where there is no compiler it is absent. */
function compileRawSocket() {
  const folder = join(root, "bench", "peers");
  if (existsSync(join(folder, "node_modules", "raw-socket", "build", "Release", "raw.node"))) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  run(npm, ["rebuild", "raw-socket", "--ignore-scripts=false"], { cwd: folder, quietStdout: true });
}

/** Instructions, and no time: see bench/arm64/run.ts. */
function countOnArm64() {
  console.log("\n=== arm64, instructions");
  return runHere("arm64/run.ts", ["--out", join("bench", "results", "arm64.ndjson")]);
}

/** Rivals have a manifest of their own, and run no install scripts here: what is not prebuilt is absent. */
function installPeers() {
  const folder = join(root, "bench", "peers");
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (Object.keys(dependencies).every((name) => existsSync(join(folder, "node_modules", name)))) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const status = run(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    quietStdout: true,
  });
  // Without a registry the runtime's own functions and plain JavaScript are still there to compare with.
  if (status !== 0) console.error("the peers do not install here: they are absent from the rows");
}

/** A folder as it is; a commit as a worktree in a temporary folder, with this checkout's packages, built. */
function checkout(place) {
  if (existsSync(place)) return { folder: place, remove: () => {} };
  const temporary = mkdtempSync(join(tmpdir(), "waxwing-before-"));
  const folder = join(temporary, "checkout");
  const remove = () => {
    run("git", ["worktree", "remove", "--force", folder]);
    rmSync(temporary, { recursive: true, force: true });
  };
  if (run("git", ["worktree", "add", "--quiet", "--detach", folder, place]) === 0) {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
    if (run(process.execPath, [join("scripts", "build.mjs")], { cwd: folder }) === 0)
      return { folder, remove };
  }
  console.error(`${place} does not build here: the demo is measured as it is now, without a before`);
  remove();
  return undefined;
}
