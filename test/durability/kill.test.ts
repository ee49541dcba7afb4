/**
 * A process that is killed in the middle of ingest loses nothing that it acknowledged and leaves no batch
 * half applied. `WAXWING_KILL_ROUNDS=n` runs longer, `WAXWING_SEED=n` replays the moments of one run.
 */
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { createMemoryStore, openLmdbStore, type StoreOperation } from "waxwing/store";
import { SeededRandom, suiteHash } from "waxwing/testing";
import { Child } from "../support/child.js";
import { temporaryFolder } from "../support/temporary.js";
import { type Acknowledged, findDamage, kind, lanes, work, workRecord } from "./workload.js";

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

test("the checker notices a lost record, a lost mark, a stale cursor and changed bytes", async (t) => {
  const key = (text: string) => new TextEncoder().encode(text);
  const spoil: [string, StoreOperation[]][] = [
    ["record 3", [{ op: "remove", kind, hash: workRecord(3).hash }]],
    ["acknowledged batch 1", [{ op: "delete", table: "marks", key: key("batch 1") }]],
    ["lead of lane 1", [{ op: "remove", kind: "lead", hash: suiteHash("hash", 1) }]],
    ["cursor of lane 1", [{ op: "put", table: "cursors", key: key("lane 1"), value: key("0") }]],
    [
      "record 3",
      [
        { op: "remove", kind, hash: workRecord(3).hash },
        { op: "admit", record: { ...workRecord(3), bytes: key("changed") } },
      ],
    ],
  ];
  for (const [what, operations] of spoil) {
    const store = createMemoryStore();
    const acknowledged: Acknowledged[] = [];
    await work(
      store,
      0,
      (batch) => batch < lanes,
      (entry) => acknowledged.push(entry),
    );
    t.deepEqual(await findDamage(store, acknowledged), []);
    await store.commit(operations);
    const damage = await findDamage(store, acknowledged);
    t.true(
      damage.some((line) => line.startsWith(what)),
      `${what}: ${damage.join("; ")}`,
    );
    await store.close();
  }
});

/** The kill may cut the last line. */
async function readWhole(worker: Child): Promise<Acknowledged | undefined> {
  try {
    return await worker.next<Acknowledged>();
  } catch {
    return undefined;
  }
}
