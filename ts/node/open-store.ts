/** Opens the configured store: under the directory's lock for writing, without it for looking. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import type { Store } from "../contracts/index.js";
import { acquireDirectoryLock, createMemoryStore, openLmdbStore } from "../store/index.js";
import type { Closers } from "./closers.js";
import type { Config } from "./config.js";
import { dataDirectory } from "./data-directory.js";

export type StoreAccess = "read-write" | "read-only";

export async function openStore(config: Config, access: StoreAccess, closers: Closers): Promise<Store> {
  const store =
    config.store.engine === "memory" ? createMemoryStore() : await openEmbedded(config, access, closers);
  closers.add(() => store.close());
  return store;
}

async function openEmbedded(
  { store, dataDirectory: path }: Config,
  access: StoreAccess,
  closers: Closers,
): Promise<Store> {
  const directory = dataDirectory(path);
  const mapBytesMax = store.mapBytesMax === undefined ? {} : { mapBytesMax: store.mapBytesMax };
  if (access === "read-only") {
    // A directory whose node never ran has an identity and no store yet: it holds nothing.
    if (!existsSync(directory.storeDirectory)) return createMemoryStore();
    return openLmdbStore({ path: directory.storeDirectory, readOnly: true, ...mapBytesMax });
  }
  await mkdir(directory.root, { recursive: true, mode: 0o700 });
  const lock = await acquireDirectoryLock(directory.root);
  closers.add(() => lock.release());
  return openLmdbStore({ path: directory.storeDirectory, ...mapBytesMax });
}
