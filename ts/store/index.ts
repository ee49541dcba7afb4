/**
 * `waxwing/store`: where records and durable tables live. `createMemoryStore` runs anywhere;
 * `openLmdbStore` loads the LMDB addon when it is called, so that importing this costs nothing without it.
 *
 * ```ts
 * import { openLmdbStore } from "waxwing/store";
 * const store = await openLmdbStore({ path: "/var/lib/waxwing" });
 * ```
 */
import type { Store } from "../contracts/store.js";
import type { DirectoryLock, DirectoryLockOptions } from "./directory-lock.js";
import type { LmdbStoreOptions } from "./lmdb/index.js";

export type * from "../contracts/store.js";
export type { DirectoryLock, DirectoryLockOptions } from "./directory-lock.js";
export type { LmdbStoreOptions } from "./lmdb/index.js";
export { createMemoryStore } from "./memory/index.js";
export {
  type OfferedSetsOptions,
  type OfferedSetsStatus,
  type OfferedSetsStore,
  type OpenIdSets,
  withOfferedSets,
} from "./offered-sets.js";

/** Opens or creates the store in a directory. Rejects with a `store_*` code that says what is in the way. */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<Store> {
  const { openLmdb } = await import("./lmdb/index.js");
  return openLmdb(options);
}

/** The process that holds the directory now; undefined when none does. Takes nothing and writes nothing. */
export async function findDirectoryHolder(
  path: string,
): Promise<{ readonly pid: number; readonly purpose: string } | undefined> {
  const { findHolder } = await import("./directory-lock.js");
  return findHolder(path);
}

/** Takes the directory for this process alone, or rejects with `store_locked` and `detail.pid` of who has it. */
export async function acquireDirectoryLock(
  path: string,
  options: DirectoryLockOptions = {},
): Promise<DirectoryLock> {
  const { lockDirectory } = await import("./directory-lock.js");
  return lockDirectory(path, options);
}
