/** Where there is no room, or nothing may be written: a clear error, nothing lost, and on again when there is. */
import { statSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { acquireDirectoryLock, openLmdbStore, type Store, type StoreOperation } from "waxwing/store";
import { SeededRandom, suiteHash, suiteRecord } from "waxwing/testing";
import { limits } from "#dist/base/limits.js";
import { Child } from "../support/child.js";
import { mountTmpfs, remount } from "../support/mounts.js";
import { temporaryFolder } from "../support/temporary.js";
import { type Acknowledged, findDamage, lanes, work, workBatch } from "./workload.js";

const MiB = 1024 * 1024;

/** Works until the store is full in every lane. */
async function fill(t: ExecutionContext, store: Store, first: number): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  const settled = await Promise.allSettled(
    Array.from({ length: lanes }, (_, lane) =>
      work(
        store,
        first + lane * lanes * 10_000,
        () => true,
        (entry) => acknowledged.push(entry),
      ),
    ),
  );
  for (const result of settled) {
    if (result.status === "rejected") t.like(result.reason, { name: "WaxwingError", code: "store_full" });
    t.is(result.status, "rejected");
  }
  return acknowledged;
}

test("at its size limit a store answers store_full, keeps what it has, and takes more after a removal", async (t) => {
  const path = temporaryFolder();
  const store = await openLmdbStore({ path, mapBytesMax: 2 * MiB });
  const bytes = new Uint8Array(8192).fill(7);
  const admit = (number: number) => store.commit([{ op: "admit", record: suiteRecord(number, { bytes }) }]);
  const settled = await Promise.allSettled(Array.from({ length: 400 }, (_, number) => admit(number)));
  const held = settled.flatMap(({ status }, number) => (status === "fulfilled" ? [number] : []));
  t.true(held.length > 120 && held.length < 250, `${held.length} of 8 KiB in 2 MiB`);
  for (const result of settled)
    if (result.status === "rejected") t.like(result.reason, { code: "store_full", retryable: true });
  t.is((await store.stats()).records, held.length);
  const small = await store.commit([
    { op: "put", table: "marks", key: Uint8Array.of(1), value: Uint8Array.of(2) },
  ]);
  t.deepEqual(small, [null], "what still fits is taken");

  const removals = held.slice(0, 50).map((number) => suiteHash("hash", number));
  await store.commit(removals.map((hash) => ({ op: "remove", kind: "note", hash }) as const));
  for (let number = 1000; number < 1040; number++) await t.notThrowsAsync(admit(number));
  await store.close();
  const again = await openLmdbStore({ path, mapBytesMax: 2 * MiB });
  t.is((await again.stats()).records, held.length - 50 + 40);
  await again.close();
});

test("what removals gave back is used again after an opening, more of it than a commit looks through", async (t) => {
  t.timeout(120_000);
  const path = temporaryFolder();
  // Two to four pages each.
  const admit = (number: number) => {
    const bytes = new Uint8Array(4200 + ((number * 7919) % 8400)).fill(7);
    return { op: "admit", record: suiteRecord(number, { bytes }) } as const;
  };
  const remove = (number: number) =>
    ({ op: "remove", kind: "note", hash: suiteHash("hash", number) }) as const;
  const inBatches = async (
    store: Store,
    count: number,
    size: number,
    make: (index: number) => StoreOperation,
  ) => {
    for (let from = 0; from < count; from += size)
      await store.commit(Array.from({ length: Math.min(size, count - from) }, (_, at) => make(from + at)));
  };
  const fileBytes = () => statSync(join(path, "data.mdb")).size;
  const records = 14_000;
  const removed = records / 2;
  // An entry is a page, or two are a run of pages.
  t.true(2 * removed > limits.freePagesLoadedMax);

  const store = await openLmdbStore({ path });
  await inBatches(store, records, 500, admit);
  const fullBytes = fileBytes();
  // Every other one, so that runs of free pages are short.
  await inBatches(store, removed, 500, (index) => remove(2 * index));
  await store.close();

  const again = await openLmdbStore({ path });
  await inBatches(again, removed, 20, (index) => admit(records + index));
  t.is((await again.stats()).records, records);
  await again.close();
  t.true(fileBytes() < 1.1 * fullBytes, `${fullBytes} bytes before, ${fileBytes()} after`);
});

test("a batch without room does not take along those that share its flush", async (t) => {
  const store = await openLmdbStore({ path: temporaryFolder(), mapBytesMax: MiB });
  const large = suiteRecord(1, { bytes: new Uint8Array(MiB) });
  const settled = await Promise.allSettled([
    store.commit([{ op: "admit", record: suiteRecord(2) }]),
    store.commit([
      { op: "put", table: "marks", key: Uint8Array.of(1), value: Uint8Array.of(1) },
      { op: "admit", record: large },
    ]),
    store.commit([{ op: "admit", record: suiteRecord(3) }]),
  ]);
  t.deepEqual(
    settled.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  t.is(await store.read("marks", Uint8Array.of(1)), undefined, "nothing of the batch was written");
  t.is((await store.stats()).records, 2);
  await store.close();
});

test("on a full disk the store answers store_full, stays readable, and goes on when space returns", async (t) => {
  t.timeout(60_000);
  const mount = mountTmpfs(3 * MiB);
  if ("reason" in mount) {
    t.log(`skipped: ${mount.reason}`);
    return t.pass();
  }
  const path = join(mount.folder, "data");
  const random = new SeededRandom(1);
  const acknowledged: Acknowledged[] = [];
  let store = await openLmdbStore({ path });
  for (let cycle = 0, size = 3 * MiB; cycle < 6; cycle++) {
    acknowledged.push(...(await fill(t, store, cycle * 1_000_000)));
    t.deepEqual(await findDamageInOwnLanes(store, acknowledged), [], "readable while full");
    if (cycle % 2 === 1) {
      await store.close();
      store = await openLmdbStore({ path });
      t.deepEqual(await findDamageInOwnLanes(store, acknowledged), [], "and after reopening");
    }
    size += 4096 * random.integer(100, 400);
    remount(mount.folder, `size=${size}`);
    const results = await store.commit(workBatch(cycle * 1_000_000 + 999_999));
    t.like(results[0], { status: "admitted" }, "writable when space returns");
  }
  await store.close();
});

/** Lanes of several workers share their cursors and leads here, so only what else the checker says counts. */
async function findDamageInOwnLanes(store: Store, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const damage = await findDamage(store, acknowledged);
  return damage.filter((what) => !/^(cursor|lead) of/.test(what) && what !== "lastPosition");
}

test("at a file size limit of the process, where writes come out short, the store says so and loses nothing", async (t) => {
  const path = temporaryFolder();
  const worker = new Child("test/durability/worker.ts", [path, "0"], {
    prefix: ["sh", "-c", 'ulimit -f 8192; exec "$@"', "sh"],
  });
  const acknowledged: Acknowledged[] = [];
  for (let line = await worker.next<Acknowledged>(); line; line = await worker.next<Acknowledged>())
    acknowledged.push(line);
  await worker.exit;
  t.regex(worker.stderr, /store_full|store_unavailable/);
  t.true(acknowledged.length > 50, `${acknowledged.length} acknowledged; ${worker.stderr}`);
  const store = await openLmdbStore({ path });
  t.deepEqual(await findDamage(store, acknowledged), []);
  await store.close();
});

test("a directory that cannot be written is store_read_only and says what to do; reading it still works", async (t) => {
  const mount = mountTmpfs(6 * MiB);
  if ("reason" in mount) {
    t.log(`skipped: ${mount.reason}`);
    return t.pass();
  }
  const path = join(mount.folder, "data");
  const store = await openLmdbStore({ path });
  await store.commit([{ op: "admit", record: suiteRecord(1) }]);
  await store.close();
  remount(mount.folder, "ro");
  const refusal = await t.throwsAsync(openLmdbStore({ path }));
  t.like(refusal, { code: "store_read_only", detail: { path } });
  t.regex(refusal?.message ?? "", /write permission/);
  t.like(await t.throwsAsync(openLmdbStore({ path: join(mount.folder, "new") })), {
    code: "store_read_only",
  });
  t.like(await t.throwsAsync(acquireDirectoryLock(path)), { code: "store_read_only" });
  const reader = await openLmdbStore({ path, readOnly: true });
  t.is((await reader.get("note", suiteHash("hash", 1)))?.position, 1);
  await reader.close();
  remount(mount.folder, "rw");
  const writer = await openLmdbStore({ path });
  await writer.commit([{ op: "admit", record: suiteRecord(2) }]);
  await writer.close();
});

test("a second process reads what a writer at work acknowledges, and cannot write", async (t) => {
  const path = temporaryFolder();
  t.like(await t.throwsAsync(openLmdbStore({ path, readOnly: true })), { code: "store_unavailable" });
  const writer = new Child("test/durability/worker.ts", [path, "0"]);
  const first = await writer.next<Acknowledged>();
  const reader = await openLmdbStore({ path, readOnly: true });
  const seen: Acknowledged[] = [first!];
  for (let count = 0; count < 300; count++) {
    const next = await writer.next<Acknowledged>();
    if (!next) return t.fail(`the writer ended: ${writer.stderr}`);
    seen.push(next);
    if (count % 10 === 0) {
      const page = await reader.list("note", { after: next.positions[0]! - 1, limit: 1 });
      t.is(page[0]?.position, next.positions[0], "seen at once");
    }
  }
  t.like(await t.throwsAsync(reader.commit([])), { code: "store_read_only" });
  await writer.kill();
  t.deepEqual(await findDamage(reader, seen), []);
  await reader.close();
});
