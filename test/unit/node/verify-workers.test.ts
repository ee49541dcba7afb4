/** When a node verifies on threads, and that it says so. */
import test from "ava";
import { limits } from "waxwing";
import { chooseVerifyWorkers } from "#dist/node/verify-workers.js";
import { eventually } from "../../support/eventually.js";
import { memoryNode } from "../../support/memory-node.js";

const GiB = 1024 ** 3;

test("chooseVerifyWorkers() takes a thread a core where cores and memory allow, and a number as it is", (t) => {
  const auto = (cores: number, memoryBytes: number) =>
    chooseVerifyWorkers("auto", { cores, memoryBytes }).workers;
  t.is(auto(1, 64 * GiB), 0);
  t.is(auto(4, GiB / 2), 0, "a small board");
  t.is(auto(2, GiB), 2);
  t.is(auto(128, 512 * GiB), limits.verifyWorkersAutoMax);
  t.is(chooseVerifyWorkers(3, { cores: 1, memoryBytes: 0 }).workers, 3);
  t.is(chooseVerifyWorkers(0, { cores: 64, memoryBytes: 64 * GiB }).workers, 0);
  const reason = (cores: number, memoryBytes: number) =>
    chooseVerifyWorkers("auto", { cores, memoryBytes }).reason;
  t.is(reason(1, GiB), "one core");
  t.is(reason(2, GiB / 2), "less than 1 GiB of memory");
  t.is(reason(2, GiB), "2 cores");
});

test("a node verifies its batches on threads and its single puts itself, with verdicts in order", async (t) => {
  await using node = await memoryNode({ core: { verifyWorkers: 2, cacheBytes: 8 * 1024 * 1024 } });
  node.defineKind({ token: "note", naturalKey: ["signer_key_id", "id"] });
  await node.start();
  t.is((await node.status()).verifier.workers, 2);
  let made = 0;
  const batch = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const record = await node.sign("note", { id: String(made++) });
        if (i % 8 === 7) record[record.length - 40]! ^= 1;
        return record;
      }),
    );
  const put = async (records: Uint8Array[]) => {
    const statuses: string[] = [];
    for await (const { status } of node.putBatch(records)) statuses.push(status);
    return statuses;
  };
  const expected = Array.from({ length: 64 }, (_, i) => (i % 8 === 7 ? "refused" : "admitted"));
  t.deepEqual(await put(await batch(64)), expected, "before a thread is there");
  await eventually("both threads run", async () => (await node.status()).verifier.running === 2);
  const before = (await node.status()).verifier.itemsInline;
  t.deepEqual(await put(await batch(64)), expected, "on threads");
  await node.put((await batch(1))[0]!);
  const { itemsOnWorkers, itemsInline, restarts } = (await node.status()).verifier;
  t.true(itemsOnWorkers >= 56, `${itemsOnWorkers}`);
  t.is(itemsInline, before + 1, "the single put");
  t.is(restarts, 0);
  t.regex(await node.metrics.text(), /waxwing_core_verify_workers 2\n/);
});
