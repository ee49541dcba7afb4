/**
 * Makes a data directory and what leads to it, for this user alone. Not `mkdir` with `recursive`, because
 * that reports a read-only file system as ENOENT, and the operator would look for the wrong thing.
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Returns the topmost folder that had to be made, if any. */
export function makeDirectory(path: string): string | undefined {
  const absolute = resolve(path);
  if (existsSync(absolute)) return undefined;
  const firstNew = makeDirectory(dirname(absolute)) ?? absolute;
  try {
    mkdirSync(absolute, { mode: 0o700 });
  } catch (error) {
    // Another starter was faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return firstNew;
}
