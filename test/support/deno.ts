/**
 * Where a Deno for tests is: WAXWING_DENO, the one on the PATH, or the npm package `deno`, installed once
 * into the temporary folder. Undefined where none can be had; tests then skip and say what to provide.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const version = "2.9.6";
export const denoNote = ` (needs Deno: put it on the PATH, set WAXWING_DENO, or allow npm to install deno@${version})`;

export function findDeno(): string | undefined {
  const folder = join(tmpdir(), `waxwing-deno-${version}`);
  const installed = join(folder, "node_modules", ".bin", process.platform === "win32" ? "deno.cmd" : "deno");
  for (const candidate of [process.env.WAXWING_DENO, "deno", installed])
    if (candidate !== undefined && runs(candidate)) return candidate;
  install(folder);
  return existsSync(installed) && runs(installed) ? installed : undefined;
}

function runs(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore", timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

function install(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const options = ["--prefix", folder, "--no-audit", "--no-fund", "--no-save", `deno@${version}`];
    execFileSync("npm", ["install", ...options], { stdio: "ignore", timeout: 60_000 });
  } catch {
    // No network, no npm: the caller skips.
  }
}
