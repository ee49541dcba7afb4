/**
 * A process that is killed in the middle of ingest loses nothing that it acknowledged and leaves no batch
 * half applied. `WAXWING_KILL_ROUNDS=n` runs longer, `WAXWING_SEED=n` replays the moments of one run.
 */
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { openLmdbStore } from "waxwing/store";
import { SeededRandom } from "waxwing/testing";
import { Child } from "../support/child.js";
import { temporaryFolder } from "../support/temporary.js";
import { type Acknowledged, findDamage, lanes } from "./workload.js";

const rounds = Number(process.env.WAXWING_KILL_ROUNDS ?? 20);
const seed = Number(process.env.WAXWING_SEED ?? 1);

test(`SIGKILL during ingest, ${rounds} times: every acknowledged batch is there, whole and exact`, async (t) => {
  t.timeout(rounds * 10_000);
  t.log(`replay with WAXWING_SEED=${seed}`);
  const random = new SeededRandom(seed);
  const path = temporaryFolder();
  const acknowledged: Acknowledged[] = [];
  for (let round = 0; round < rounds; round++) {
    // Numbers never come twice: a killed round may have stored batches that nobody heard of.
    const worker = new Child("test/durability/worker.ts", [path, String(round * lanes * 10_000)]);
    const first = await worker.next<Acknowledged>();
    t.truthy(first, worker.stderr);
    acknowledged.push(first!);
    await delay(random.integer(0, 250));
    worker.process.kill("SIGKILL");
    for (let line = await readWhole(worker); line; line = await readWhole(worker)) acknowledged.push(line);
    t.is((await worker.exit).signal, "SIGKILL", worker.stderr);

    const store = await openLmdbStore({ path });
    t.deepEqual(await findDamage(store, acknowledged), [], `round ${round}, WAXWING_SEED=${seed}`);
    await store.close();
  }
  t.log(`${acknowledged.length} batches acknowledged`);
  t.true(acknowledged.length > rounds * lanes, "the kills hit a process at work");
});

/** The kill may cut the last line. */
async function readWhole(worker: Child): Promise<Acknowledged | undefined> {
  try {
    return await worker.next<Acknowledged>();
  } catch {
    return undefined;
  }
}
