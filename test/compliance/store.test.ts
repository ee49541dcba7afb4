/** Both stores of this package keep the laws of `ts/contracts/store.ts`. */
import { createMemoryStore, openLmdbStore, type Store } from "waxwing/store";
import { storeSuite } from "waxwing/testing";
import { avaReport } from "../support/ava-report.js";
import { temporaryFolder } from "../support/temporary.js";

storeSuite("store", { create: async () => createMemoryStore() }, avaReport("memory"));

const folders = new WeakMap<Store, string>();

async function open(path: string): Promise<Store> {
  const store = await openLmdbStore({ path });
  folders.set(store, path);
  return store;
}

storeSuite(
  "store",
  {
    create: () => open(temporaryFolder()),
    async reopen(store) {
      await store.close();
      return open(folders.get(store)!);
    },
  },
  avaReport("lmdb"),
);
