/** A data directory that is damaged, foreign, or of another version is refused or reported, never believed. */
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { open as openLmdbItself } from "lmdb";
import { openLmdbStore } from "waxwing/store";
import { suiteHash, suiteRecord } from "waxwing/testing";
import { seal } from "#dist/store/lmdb/row.js";
import { temporaryFolder } from "../../support/temporary.js";

async function filled(): Promise<{ path: string; file: string; bytes: Uint8Array }> {
  const path = temporaryFolder();
  const store = await openLmdbStore({ path });
  const bytes = Uint8Array.from({ length: 9000 }, (_, index) => (index * 37) % 251);
  await store.commit([
    { op: "admit", record: suiteRecord(1, { bytes }) },
    { op: "admit", record: suiteRecord(2) },
    { op: "put", table: "marks", key: Uint8Array.of(1), value: Buffer.from("a value to be found") },
  ]);
  await store.close();
  return { path, file: join(path, "data.mdb"), bytes };
}

test("a record whose bytes changed on the disk is store_corrupt, and its neighbour is still served", async (t) => {
  const { path, file, bytes } = await filled();
  const data = readFileSync(file);
  const at = data.indexOf(bytes.subarray(4000, 4100));
  t.true(at > 0);
  data[at]! ^= 1;
  writeFileSync(file, data);
  const store = await openLmdbStore({ path });
  t.like(await t.throwsAsync(store.get("note", suiteHash("hash", 1))), { code: "store_corrupt" });
  t.like(await t.throwsAsync(store.list("note", { after: 0, limit: 1 })), { code: "store_corrupt" });
  t.is((await store.get("note", suiteHash("hash", 2)))?.position, 2);
  t.like(await t.throwsAsync(store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 1) }])), {
    code: "store_corrupt",
  });
  await t.notThrowsAsync(store.commit([{ op: "admit", record: suiteRecord(3) }]));
  await store.close();
});

test("a table value that changed on the disk is store_corrupt", async (t) => {
  const { path, file } = await filled();
  const data = readFileSync(file);
  for (let at = data.indexOf("a value to be"); at >= 0; at = data.indexOf("a value to be", at + 1))
    data[at] = 66;
  writeFileSync(file, data);
  const store = await openLmdbStore({ path });
  t.like(await t.throwsAsync(store.read("marks", Uint8Array.of(1))), { code: "store_corrupt" });
  await store.close();
});

test("a data file that was cut is store_corrupt", async (t) => {
  const { path, file } = await filled();
  truncateSync(file, readFileSync(file).length - 4096);
  t.like(await t.throwsAsync(openLmdbStore({ path })), { code: "store_corrupt" });
  for (const length of [5000, 100, 0]) {
    truncateSync(file, length);
    t.like(await t.throwsAsync(openLmdbStore({ path })), { code: "store_corrupt" }, `cut to ${length}`);
  }
});

test("a file that is no LMDB file is store_corrupt, and stays as it is", async (t) => {
  const path = temporaryFolder();
  const file = join(path, "data.mdb");
  writeFileSync(file, Buffer.alloc(20_000, 7));
  t.like(await t.throwsAsync(openLmdbStore({ path })), { code: "store_corrupt" });
  t.deepEqual(readFileSync(file), Buffer.alloc(20_000, 7));
});

test("an LMDB file of another program is refused", async (t) => {
  const path = temporaryFolder();
  const other = openLmdbItself({ path, noSubdir: false });
  await other.put("theirs", 1);
  await other.close();
  const error = await t.throwsAsync<Error & { code: string }>(openLmdbStore({ path }));
  t.is(error?.code, "store_version", error?.message);
});

test("a store of another format is store_version and says which", async (t) => {
  const { path } = await filled();
  const settings = { encoding: "binary", keyEncoding: "binary" } as const;
  const root = openLmdbItself({ path, noSubdir: false, overlappingSync: false, ...settings });
  const store = root.openDB<Buffer, Buffer>({ name: "store", ...settings });
  await store.put(Buffer.from("version"), Buffer.from(seal(Uint8Array.of(0, 0, 0, 2))));
  await root.close();
  const error = await t.throwsAsync(openLmdbStore({ path }));
  t.like(error, { code: "store_version", detail: { found: 2, expected: 1 } });
});

test("openLmdbStore() rejects a misspelt option and a size that cannot work", async (t) => {
  const path = temporaryFolder();
  await t.throwsAsync(openLmdbStore({ path, mapByteMax: 1 } as never), { instanceOf: TypeError });
  await t.throwsAsync(openLmdbStore({ path, mapBytesMax: 4096 }), { instanceOf: RangeError });
  await t.throwsAsync(openLmdbStore({ path: 7 as never }), { instanceOf: TypeError });
});

test("files of a store are for this user alone", async (t) => {
  const { file } = await filled();
  const { statSync } = await import("node:fs");
  t.is(statSync(file).mode & 0o077, 0);
});
