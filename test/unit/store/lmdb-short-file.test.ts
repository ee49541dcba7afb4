/**
 * LMDB may commit a file that ends before its last page: pages at the end that were taken and let go of in one
 * transaction are never written. Such a store once was refused as cut. A cut one still is.
 */
import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { open as openLmdbItself } from "lmdb";
import { openLmdbStore, type StoreOperation } from "waxwing/store";
import { SeededRandom, suiteHash, suiteRecord } from "waxwing/testing";
import { isFileWhole } from "#dist/store/lmdb/page-walk.js";
import { temporaryFolder } from "../../support/temporary.js";

const pageBytes = 4096;
const bytes = new Uint8Array(3000).fill(7);
const admit = (number: number): StoreOperation => ({ op: "admit", record: suiteRecord(number, { bytes }) });
const remove = (number: number): StoreOperation => ({
  op: "remove",
  kind: "note",
  hash: suiteHash("hash", number),
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** What the newest meta page says, in bytes. */
async function claimed(path: string): Promise<number> {
  const root = openLmdbItself({
    path,
    readOnly: true,
    encoding: "binary",
    keyEncoding: "binary",
    noSubdir: false,
  });
  const { lastPageNumber } = root.getStats() as { lastPageNumber: number };
  await root.close();
  return (lastPageNumber + 1) * pageBytes;
}

/** A store whose last commit took pages at the end and let go of them; its file as far as it was ever written. */
async function withFreeTail(): Promise<{ path: string; file: string; writtenBytes: number }> {
  const path = temporaryFolder();
  const file = join(path, "data.mdb");
  const store = await openLmdbStore({ path });
  await store.commit(range(0, 51).map(admit));
  await store.commit(range(0, 48).map(remove));
  await store.close();
  const data = readFileSync(file);
  let pages = data.length / pageBytes;
  while (data.subarray((pages - 1) * pageBytes, pages * pageBytes).every((byte) => byte === 0)) pages--;
  return { path, file, writtenBytes: pages * pageBytes };
}

test("a commit that lets go of pages at the end leaves a file as long as it claims", async (t) => {
  const { path, file, writtenBytes } = await withFreeTail();
  const bytes = await claimed(path);
  t.true(bytes > writtenBytes, "this sequence still has LMDB claim pages that it does not write");
  t.true(statSync(file).size >= bytes);
  const store = await openLmdbStore({ path });
  t.is((await store.stats()).records, 3);
  await store.commit([admit(60)]);
  await store.close();
  const reader = await openLmdbStore({ path, readOnly: true });
  t.is((await reader.list("note", { after: 0, limit: 9 })).length, 4);
  await reader.close();
});

test("a file that a crash left short is opened with all that it holds", async (t) => {
  const { path, file, writtenBytes } = await withFreeTail();
  truncateSync(file, writtenBytes);
  const reader = await openLmdbStore({ path, readOnly: true });
  t.is((await reader.list("note", { after: 0, limit: 9 })).length, 3);
  await reader.close();
  t.is(statSync(file).size, writtenBytes, "who reads changes nothing");
  const store = await openLmdbStore({ path });
  const held = await store.list("note", { after: 0, limit: 99 });
  t.deepEqual(
    held.map(({ hash }) => hash),
    range(48, 51).map((number) => suiteHash("hash", number)),
  );
  for (const number of range(100, 160)) await store.commit([admit(number)]);
  await store.close();
  const again = await openLmdbStore({ path, readOnly: true });
  t.is((await again.stats()).records, 63);
  await again.close();
});

test("a file that was cut anywhere is store_corrupt and stays as it is, or nothing of it was lost", async (t) => {
  const whole = temporaryFolder();
  const store = await openLmdbStore({ path: whole });
  for (const number of range(0, 40))
    await store.commit([
      admit(number),
      { op: "put", table: "marks", key: Uint8Array.of(number), value: bytes },
    ]);
  await store.close();
  const length = readFileSync(join(whole, "data.mdb")).length;
  let refused = 0;
  for (let cut = length - pageBytes; cut >= 2 * pageBytes; cut -= pageBytes) {
    const path = temporaryFolder();
    const file = join(path, "data.mdb");
    copyFileSync(join(whole, "data.mdb"), file);
    truncateSync(file, cut);
    try {
      const opened = await openLmdbStore({ path });
      t.is((await opened.list("note", { after: 0, limit: 99 })).length, 40, `cut to ${cut}`);
      await opened.close();
    } catch (error) {
      t.like(error, { code: "store_corrupt" }, `cut to ${cut}`);
      t.is(statSync(file).size, cut);
      refused++;
    }
  }
  t.true(refused > 30, `${refused} refused of ${length / pageBytes}`);
});

test("isFileWhole() answers whatever the bytes are, and ends", async (t) => {
  const { file } = await withFreeTail();
  const data = readFileSync(file);
  const random = new SeededRandom(1);
  const answers = new Set<boolean>();
  for (let round = 0; round < 400; round++) {
    const spoilt = Buffer.from(data.subarray(0, data.length - pageBytes * random.integer(1, 8)));
    const page = pageBytes * random.integer(0, spoilt.length / pageBytes - 1);
    for (let flips = 0; flips < 20; flips++)
      spoilt[page + random.integer(0, random.integer(24, pageBytes - 1))] = random.integer(0, 255);
    writeFileSync(file, spoilt);
    answers.add(isFileWhole(file, pageBytes, random.integer(0, 9) === 0 ? 4 : 8));
  }
  t.deepEqual([...answers].sort(), [false, true]);
});
