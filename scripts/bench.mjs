/**
 * `npm run bench`: installs and builds what is missing, measures on every runtime that installs here (this Node,
 * Node 22, 24, 26 and Deno), writes bench/results and the tables of README.md and bench/README.md.
 *
 *   npm run bench -- --quick                      this Node only, just long enough to show that all of it runs
 *   npm run bench -- --budget                     fails when a kernel has lost half its speed (bench/budget.ts)
 *   npm run bench -- --only ed25519               this Node only, these cases, written nowhere
 *   npm run bench -- --demo-before <folder>       a built checkout to compare the demo with
 *   npm run bench -- --runtimes node24,deno       these and no others; `here` is this Node
 */
import { existsSync } from "node:fs";
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
    only: { type: "string" },
    "demo-before": { type: "string" },
    runtimes: { type: "string", default: "here,node22,node24,node26,deno" },
  },
});

checkNodeVersion();
installIfNeeded();
await buildIfNeeded();
if (values.budget) process.exit(runHere("budget.ts", ["--check"]));
installPeers();
if (values.quick || values.only !== undefined) {
  process.exit(
    runHere("run.ts", [
      ...(values.quick ? ["--quick"] : []),
      ...(values.only ? ["--only", values.only] : []),
    ]),
  );
}

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
  const before = values["demo-before"] ? ["--demo-before", values["demo-before"]] : [];
  const demo = name === "here" || name === "node24" ? ["--demo", ...before] : [];
  console.log(`\n=== ${label}`);
  const out = join("bench", "results", `${label}.ndjson`);
  failed += run(runtime.path, [...start, join("bench", "run.ts"), ...demo, "--out", out]) === 0 ? 0 : 1;
}
failed += runHere("report.ts", []) === 0 ? 0 : 1;
process.exit(failed === 0 ? 0 : 1);

function runHere(file, args) {
  return run(process.execPath, ["--import", "tsx", join(root, "bench", file), ...args]);
}

/** Rivals have a manifest of their own, and run no install scripts here: what is not prebuilt is absent. */
function installPeers() {
  const folder = join(root, "bench", "peers");
  if (existsSync(join(folder, "node_modules"))) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const status = run(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    quietStdout: true,
  });
  // Without a registry the runtime's own functions and plain JavaScript are still there to compare with.
  if (status !== 0) console.error("the peers do not install here: they are absent from the rows");
}
