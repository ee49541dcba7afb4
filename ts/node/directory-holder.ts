/** Which process holds a data directory, if one does: asked before a command opens the store itself. */
import { access } from "node:fs/promises";
import { isWaxwingError } from "../base/index.js";
import { acquireDirectoryLock } from "../store/index.js";
import type { DataDirectory } from "./data-directory.js";

/** Takes the lock for a moment; a directory that is not there is held by nobody. */
export async function directoryHolder(directory: DataDirectory): Promise<number | undefined> {
  try {
    await access(directory.root);
  } catch {
    return undefined;
  }
  try {
    await (await acquireDirectoryLock(directory.root)).release();
    return undefined;
  } catch (error) {
    if (isWaxwingError(error, "store_locked")) return Number(error.detail.pid ?? 0);
    if (isWaxwingError(error, "store_read_only")) return undefined;
    throw error;
  }
}
