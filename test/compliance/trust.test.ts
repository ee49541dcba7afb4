/** The suites of identity, key directory and admission over what `waxwing/trust` has. */
import { createKinds } from "waxwing/records";
import { createMemoryStore } from "waxwing/store";
import { admissionSuite, createFakeHost, identitySuite, keyDirectorySuite } from "waxwing/testing";
import { createAdmission, createKeyDirectory } from "waxwing/trust";
import { avaReport } from "../support/ava-report.js";
import { engine, identityOf, startMs } from "../support/records.js";

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

admissionSuite(
  {
    engine,
    nowMs: startMs,
    identity: async (seed) => identityOf(seed),
    async open() {
      const store = createMemoryStore();
      const directory = createKeyDirectory({ engine, store });
      const { clock } = createFakeHost().host;
      return { store, admission: createAdmission({ engine, store, directory, kinds: createKinds(), clock }) };
    },
  },
  avaReport("admission over the memory store"),
);
