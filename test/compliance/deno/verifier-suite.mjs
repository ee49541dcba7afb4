/** Runs the verifier suite over threads of Deno: one line a check, exit status 1 if one failed. Called by verifier.test.ts. */
import { loadCore } from "waxwing/core";
import { verifierSuite } from "waxwing/testing";
import { createVerifyPool } from "#dist/engine/pool/index.js";

const engine = await loadCore();
const checks = [];
async function open() {
  const pool = createVerifyPool({ engine, workers: 2, cacheBytes: 1024 * 1024, itemsMin: 1 });
  await pool.warmUp();
  if (pool.status().running !== 2) throw new Error("the threads did not start");
  return pool;
}
verifierSuite("deno", { engine, open }, { check: (name, run) => checks.push({ name, run }) });
checks.push({
  name: "deno: a thread that cannot start costs no verdict",
  async run() {
    const workerUrl = new URL("./nowhere.js", import.meta.url);
    const pool = createVerifyPool({ engine, workers: 1, cacheBytes: 0, itemsMin: 1, workerUrl });
    await pool.warmUp();
    const [item] = [
      {
        algorithm: "ed25519",
        signature: new Uint8Array(64),
        message: new Uint8Array(1),
        publicKey: new Uint8Array(32),
      },
    ];
    const verdicts = await pool.verifyBatch([item, item]);
    const { running, itemsInline } = pool.status();
    if (String(verdicts) !== "0,0" || running !== 0 || itemsInline !== 2)
      throw new Error(`${verdicts} ${running} ${itemsInline}`);
    await pool.close();
  },
});

let failed = false;
for (const { name, run } of checks) {
  try {
    await run();
    console.log(`pass ${name}`);
  } catch (error) {
    failed = true;
    console.log(`FAIL ${name}: ${error.stack}`);
  }
}
Deno.exit(failed ? 1 : 0);
