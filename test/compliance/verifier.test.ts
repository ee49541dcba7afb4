/** Every BatchVerifier keeps the contract: inline, on threads, and with threads that never serve. */
import { loadCore } from "waxwing/core";
import { verifierSuite } from "waxwing/testing";
import { createVerifyPool, inlineVerifier } from "#dist/engine/index.js";
import { avaReport } from "../support/ava-report.js";

const engine = await loadCore();
const report = avaReport("verifier");
const cacheBytes = 1024 * 1024;

verifierSuite("inline", { engine, open: () => inlineVerifier(engine) }, report);
verifierSuite(
  "pool of 3 that takes the smallest batches",
  {
    engine,
    async open() {
      const pool = createVerifyPool({ engine, workers: 3, cacheBytes, itemsMin: 1 });
      await pool.warmUp();
      return pool;
    },
  },
  report,
);
verifierSuite(
  "pool of 2 that is still starting",
  { engine, open: () => createVerifyPool({ engine, workers: 2, cacheBytes }) },
  report,
);
verifierSuite(
  "pool whose module does not exist",
  {
    engine,
    async open() {
      const workerUrl = new URL("file:///nowhere/worker.js");
      const pool = createVerifyPool({ engine, workers: 2, itemsMin: 1, workerUrl });
      await pool.warmUp();
      return pool;
    },
  },
  report,
);
