/** Batches share a flush, keep their order and their own results. */
import test from "ava";
import { limits } from "#dist/base/index.js";
import { GroupCommit, groupLength, type Settled } from "#dist/store/lmdb/group-commit.js";

interface Batch {
  readonly name: number;
  readonly operationCount: number;
  readonly byteCount: number;
}

const batch = (name: number, operationCount = 1, byteCount = 10): Batch => ({
  name,
  operationCount,
  byteCount,
});

test("submit() gathers what arrives during a flush into the next one, in order", async (t) => {
  const groups: number[][] = [];
  const commits = new GroupCommit<Batch, number>(async (group) => {
    groups.push(group.map(({ name }) => name));
    await new Promise((resolve) => setTimeout(resolve, 5));
    return group.map(({ name }): Settled<number> => ({ ok: true, result: name * 2 }));
  });
  const first = [commits.submit(batch(1)), commits.submit(batch(2))];
  await Promise.resolve();
  await Promise.resolve();
  const second = [3, 4, 5].map((name) => commits.submit(batch(name)));
  t.deepEqual(await Promise.all([...first, ...second]), [2, 4, 6, 8, 10]);
  t.deepEqual(groups, [
    [1, 2],
    [3, 4, 5],
  ]);
  await commits.drain();
});

test("a rejected batch rejects for its own caller alone", async (t) => {
  const commits = new GroupCommit<Batch, number>(async (group) =>
    group.map(
      ({ name }): Settled<number> =>
        name === 2 ? { ok: false, error: new Error("two") } : { ok: true, result: name },
    ),
  );
  const settled = await Promise.allSettled([1, 2, 3].map((name) => commits.submit(batch(name))));
  t.deepEqual(
    settled.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});

test("submit() answers store_busy when too many wait", async (t) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const commits = new GroupCommit<Batch, number>(async (group) => {
    await released;
    return group.map((): Settled<number> => ({ ok: true, result: 0 }));
  });
  const waiting = Array.from({ length: limits.commitsQueuedMax }, () => commits.submit(batch(1)));
  t.like(await t.throwsAsync(commits.submit(batch(1))), { code: "store_busy", retryable: true });
  release();
  await Promise.all(waiting);
  await commits.drain();
});

test("groupLength() stops at either bound and always takes one", (t) => {
  t.is(groupLength([]), 0);
  t.is(groupLength([batch(1, limits.writeBatchOperationsMax, limits.writeBatchBytesMax)]), 1);
  const half = limits.groupCommitOperationsMax / 2;
  t.is(groupLength([batch(1, half), batch(2, half), batch(3)]), 2);
  t.is(groupLength([batch(1, 1, limits.groupCommitBytesMax), batch(2, 1, 0), batch(3, 1, 1)]), 2);
});
