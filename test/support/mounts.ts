/** Small file systems of a test's own. Mounting needs root with CAP_SYS_ADMIN; without it such tests are skipped. */
import { spawnSync } from "node:child_process";
import { temporaryFolder } from "./temporary.js";

const mounted: string[] = [];

/** A tmpfs of `bytes`, or why there is none. */
export function mountTmpfs(bytes: number): { folder: string } | { reason: string } {
  const folder = temporaryFolder();
  const result = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder], {
    encoding: "utf8",
  });
  if (result.status !== 0)
    return {
      reason: `mount -t tmpfs: ${(result.stderr ?? String(result.error)).trim()}; run as root to include it`,
    };
  mounted.push(folder);
  return { folder };
}

export function remount(folder: string, options: string): void {
  const result = spawnSync("mount", ["-o", `remount,${options}`, folder], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`remount ${options}: ${result.stderr}`);
}

// Before the folders themselves are removed.
process.prependListener("exit", () => {
  for (const folder of mounted) spawnSync("umount", ["--lazy", folder]);
});
