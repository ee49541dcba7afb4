/** Installs the locked dependencies when node_modules is missing or older than the lockfile. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { root, runOrExit } from "./run.mjs";

export function installIfNeeded({ quietStdout = false } = {}) {
  const marker = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  runOrExit(npm, ["ci", "--no-audit", "--no-fund"], { quietStdout });
}
