/**
 * Installs the locked dependencies when node_modules lacks one of them or holds another version. File times
 * say nothing after a checkout or a merge, so the lockfile is compared with what npm noted as installed.
 *
 * `npm install --no-save` and not `npm ci`: both take every version from the lockfile and leave it as it is,
 * but `ci` refuses a lockfile without the optional binaries of all platforms, and not every registry that
 * people install from carries all of them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, runOrExit } from "./run.mjs";

export function installIfNeeded({ quietStdout = false } = {}) {
  if (isInstalled()) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  runOrExit(npm, ["install", "--no-save", "--no-audit", "--no-fund"], { quietStdout });
}

function isInstalled() {
  const installedPath = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedPath)) return false;
  const locked = packagesOf(join(root, "package-lock.json"));
  const installed = packagesOf(installedPath);
  return Object.entries(locked).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}
