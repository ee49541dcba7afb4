/** The suites of identity, key directory and admission over what `waxwing/trust` has. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { BatchVerifier } from "waxwing";
import { createKinds } from "waxwing/records";
import { createMemoryStore, openLmdbStore, type Store } from "waxwing/store";
import { admissionSuite, createFakeHost, identitySuite, keyDirectorySuite } from "waxwing/testing";
import { createAdmission, createKeyDirectory } from "waxwing/trust";
import { createVerifyPool } from "#dist/engine/index.js";
import { avaReport } from "../support/ava-report.js";
import { engine, identityOf, startMs } from "../support/records.js";

const pool = createVerifyPool({ engine, workers: 2, cacheBytes: 1024 * 1024, itemsMin: 1 });
await pool.warmUp();

identitySuite({ engine, create: async () => identityOf(7) }, avaReport("software identity, native id"));
identitySuite(
  { engine, create: async () => identityOf(7, "alice") },
  avaReport("software identity, foreign id"),
);

keyDirectorySuite(
  {
    engine,
    async open(pins = []) {
      const store = createMemoryStore();
      return {
        directory: createKeyDirectory({ engine, store, pins }),
        reopen: async () => createKeyDirectory({ engine, store }),
      };
    },
  },
  avaReport("key directory over the memory store"),
);

keyDirectorySuite(
  {
    engine,
    async open(pins = []) {
      const store = createMemoryStore();
      return {
        directory: createKeyDirectory({ engine, store, pins, cacheMax: 1 }),
        reopen: async () => createKeyDirectory({ engine, store, cacheMax: 1 }),
      };
    },
  },
  avaReport("key directory with a cache of one"),
);

/** An LMDB store in a folder of its own, and a way to close and open it again; all go when the tests end. */
const folders: string[] = [];
const stores: Store[] = [];
async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), "waxwing-trust-"));
  folders.push(path);
  const open = async () => {
    const store = await openLmdbStore({ path });
    stores.push(store);
    return store;
  };
  return { store: await open(), open };
}
test.after.always(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await Promise.all(folders.map((path) => rm(path, { recursive: true })));
});

keyDirectorySuite(
  {
    engine,
    async open(pins = []) {
      const { store, open } = await openFolder();
      return {
        directory: createKeyDirectory({ engine, store, pins }),
        reopen: async () => {
          await store.close();
          return createKeyDirectory({ engine, store: await open() });
        },
      };
    },
  },
  avaReport("key directory over LMDB"),
);

function admissionOver(store: Store, more: { verifier?: BatchVerifier } = {}) {
  const directory = createKeyDirectory({ engine, store });
  const { clock } = createFakeHost().host;
  return {
    store,
    admission: createAdmission({ engine, store, directory, kinds: createKinds(), clock, ...more }),
  };
}
const underTest = { engine, nowMs: startMs, identity: async (seed: number) => identityOf(seed) };

admissionSuite(
  { ...underTest, open: async () => admissionOver(createMemoryStore()) },
  avaReport("admission over the memory store"),
);

admissionSuite(
  { ...underTest, open: async () => admissionOver((await openFolder()).store) },
  avaReport("admission over LMDB"),
);

test.after.always(() => pool.close());

admissionSuite(
  { ...underTest, open: async () => admissionOver(createMemoryStore(), { verifier: pool }) },
  avaReport("admission that verifies on threads"),
);
