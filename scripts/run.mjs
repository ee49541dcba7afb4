/**
 * What every script shares: the repository root, running a tool from node_modules, and deciding
 * whether an output is older than what it is made from. Plain .mjs because some scripts run before
 * anything is installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The oldest Node that Waxwing supports; older ones stop here with a sentence instead of a stack. */
const nodeMinimum = [20, 19];

export function checkNodeVersion() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < nodeMinimum[0] || (major === nodeMinimum[0] && minor < nodeMinimum[1])) {
    console.error(`Waxwing needs Node ${nodeMinimum.join(".")} or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
}

/** Runs a command with inherited streams; its stdout goes to stderr when `quietStdout`, so that `--json` output stays clean. */
export function run(command, args, { quietStdout = false, env = {}, cwd = root } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    stdio: ["inherit", quietStdout ? 2 : "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

export function runOrExit(command, args, options) {
  const status = run(command, args, options);
  if (status !== 0) process.exit(status);
}

/** Runs the JavaScript entry of an installed tool with the Node that runs this script. */
export function runTool(entry, args, options) {
  return run(process.execPath, [join(root, "node_modules", entry), ...args], options);
}

/** The newest modification time (ms) below the given files and folders. */
export function newestMtime(paths) {
  let newest = 0;
  for (const path of paths) {
    const full = join(root, path);
    if (!existsSync(full)) continue;
    const stat = statSync(full);
    if (!stat.isDirectory()) newest = Math.max(newest, stat.mtimeMs);
    else {
      for (const entry of readdirSync(full)) {
        if (entry === "node_modules" || entry === "dist" || entry === "generated") continue;
        newest = Math.max(newest, newestMtime([join(path, entry)]));
      }
    }
  }
  return newest;
}

/** Whether the module is the script that was started, and not imported by another. */
export function isMain(moduleUrl) {
  return process.argv[1] !== undefined && fileURLToPath(moduleUrl) === realpathSync(process.argv[1]);
}
