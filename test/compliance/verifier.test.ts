/** Every BatchVerifier keeps the contract: inline, on threads, and with threads that never serve. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "ava";
import { loadCore } from "waxwing/core";
import { verifierSuite } from "waxwing/testing";
import { createVerifyPool, inlineVerifier } from "#dist/engine/index.js";
import { avaReport } from "../support/ava-report.js";
import { denoNote, findDeno } from "../support/deno.js";

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

const deno = findDeno();
if (deno === undefined) test.skip(`verifier: deno${denoNote}`, () => {});
else {
  test("verifier: deno: every check of the suite passes over Deno's workers", (t) => {
    const script = fileURLToPath(new URL("deno/verifier-suite.mjs", import.meta.url));
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const run = spawnSync(deno, ["run", "--no-prompt", "--allow-read", "--allow-env", script], {
      cwd: root,
      encoding: "utf8",
      timeout: 120_000,
    });
    t.is(run.status, 0, `${run.stdout}${run.stderr}`);
    t.regex(run.stdout, /pass deno/);
  });
}
