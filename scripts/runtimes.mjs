/**
 * The other runtimes of the test matrix, from npm: Node 22, 24 and 26, and Deno. Their packages `node` and
 * `deno` only fetch a package for the platform in an install script, which newer npm does not run unasked;
 * so the platform's package is installed directly, into .cache/runtimes, once.
 *
 *   node scripts/runtimes.mjs            installs what is missing and prints where each is
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMain, root } from "./run.mjs";

const platform = `${process.platform}-${process.arch}`;

/** Name → the npm package of this platform and the program in it. */
const runtimes = {
  node22: { spec: `node-${platform}@22`, program: `node-${platform}/bin/node` },
  node24: { spec: `node-${platform}@24`, program: `node-${platform}/bin/node` },
  node26: { spec: `node-${platform}@26`, program: `node-${platform}/bin/node` },
  deno: { spec: `@deno/${platform}-glibc@2`, program: `@deno/${platform}-glibc/deno` },
};

/** The program of a runtime, installed if need be; undefined when it does not install here, after saying why. */
export function runtimeProgram(name) {
  const { spec, program } = runtimes[name];
  const path = installRuntime(name, spec, program);
  const tried = spawnSync(path, ["--version"], { encoding: "utf8" });
  if (tried.status === 0) return { path, version: tried.stdout.split("\n")[0] };
  console.error(`${name}: ${spec} does not run here: ${tried.error?.message ?? tried.stderr}`);
  return undefined;
}

/**
 * Where `program` of the npm package lies, after installing it into .cache/runtimes if it was not there.
 * `foreign`: it is for another architecture, which npm refuses unless forced.
 */
export function installRuntime(name, spec, program, { foreign = false } = {}) {
  const folder = join(root, ".cache", "runtimes", name);
  const path = join(folder, "node_modules", program);
  if (!existsSync(path)) install(folder, spec, foreign ? ["--force"] : []);
  return path;
}

/** A manifest of its own keeps npm from climbing to the project's. */
function install(folder, spec, options) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  spawnSync(npm, ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...options, spec], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
  });
}

if (isMain(import.meta.url)) {
  const found = Object.keys(runtimes).map((name) => [name, runtimeProgram(name)]);
  for (const [name, runtime] of found)
    console.log(`${name} ${runtime ? `${runtime.version} ${runtime.path}` : "missing"}`);
  process.exit(found.every(([, runtime]) => runtime) ? 0 : 1);
}
