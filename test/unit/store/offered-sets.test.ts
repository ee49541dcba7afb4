/** Offered sets: what is in one and when, what happens without room, after failures and after close. */
import test from "ava";
import { WaxwingError } from "waxwing/replication";
import {
  createMemoryStore,
  type RecordInput,
  type Store,
  type StoreOperation,
  withOfferedSets,
} from "waxwing/store";
import { suiteHash, suiteRecord } from "waxwing/testing";
import { createReferenceIdSets } from "../../support/id-sets.js";

const admit = (number: number, changes: Partial<RecordInput> = {}): StoreOperation => ({
  op: "admit",
  record: suiteRecord(number, changes),
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const id = (number: number) => suiteHash("id", number);

function open(capacity = 100, store: Store = createMemoryStore()) {
  const sets = createReferenceIdSets({ capacity, sets: 4 });
  return { sets, store: withOfferedSets(store, sets, { pageIds: 3 }) };
}

test("offeredSet() loads federation-visible ids alone, over pages, once", async (t) => {
  const { store } = open();
  await store.commit(range(0, 10).map((number) => admit(number)));
  await store.commit([admit(10, { visibility: "local" }), admit(11, { kind: "key" })]);
  const [set, same] = await Promise.all([store.offeredSet("note"), store.offeredSet("note")]);
  t.is(set, same);
  t.is(set?.size, 10);
  t.false(set?.has(id(10)));
  t.false(set?.has(id(11)));
  t.deepEqual(store.offeredSetsStatus(), {
    ids: 10,
    idsMax: 100,
    byKind: { note: 10 },
    loads: 1,
    fallbacks: 0,
  });
});

test("a set has the ids of a commit when the commit resolves, and loses those that leave the offer", async (t) => {
  const { store } = open();
  const set = (await store.offeredSet("note"))!;
  const has = (...numbers: number[]) => numbers.map((number) => set.has(id(number)));
  await store.commit([admit(1), admit(2), admit(3), admit(4, { visibility: "local" })]);
  t.deepEqual(has(1, 2, 3, 4), [true, true, true, false]);
  await store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 1) }, admit(1), admit(1)]);
  t.deepEqual(has(1), [true], "removed and admitted again in one batch");
  await store.commit([admit(1), { op: "remove", kind: "note", hash: suiteHash("hash", 1) }]);
  t.deepEqual(has(1), [false], "a duplicate, and then removed");
  const successor = {
    ...admit(5, { naturalKey: suiteHash("natural", 2) }),
    supersedes: suiteHash("hash", 2),
  };
  await store.commit([successor]);
  t.deepEqual(has(2, 5), [false, true], "superseded");
  const better = { hash: suiteHash("form", 3), signatureIds: [suiteHash("sig", 3), suiteHash("sig", 4)] };
  await store.commit([admit(3, { ...better, visibility: "local" })]);
  t.deepEqual(has(3), [false], "replaced by a local form");
  t.is(set.size, 1);
});

test("changes are applied in the order of calls, whatever resolves first", async (t) => {
  const inner = createMemoryStore();
  const releases: (() => void)[] = [];
  const held = {
    ...bound(inner),
    async commit(operations: readonly StoreOperation[]) {
      const committed = inner.commit(operations);
      await new Promise<void>((resolve) => releases.push(resolve));
      return committed;
    },
  };
  const { store } = open(100, held);
  const set = (await store.offeredSet("note"))!;
  const first = store.commit([admit(1)]);
  const second = store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 1) }]);
  releases[1]!();
  await new Promise((resolve) => setImmediate(resolve));
  releases[0]!();
  await Promise.all([first, second]);
  t.is(set.size, 0);
});

test("buffers that the caller reuses after commit() do not reach a set", async (t) => {
  const { store } = open();
  const set = (await store.offeredSet("note"))!;
  const record = suiteRecord(1);
  const committed = store.commit([{ op: "admit", record }]);
  record.recordId.fill(0xff);
  await committed;
  t.true(set.has(id(1)));
});

test("a set that does not fit is given up, counted, and tried again when there is an eighth more room", async (t) => {
  const { store, sets } = open(20);
  await store.commit(range(0, 15).map((number) => admit(number)));
  await store.commit(range(100, 110).map((number) => admit(number, { kind: "key" })));
  t.is((await store.offeredSet("note"))?.size, 15);
  t.is(await store.offeredSet("key"), undefined);
  t.is(await store.offeredSet("key"), undefined);
  t.like(store.offeredSetsStatus(), { ids: 15, fallbacks: 2, loads: 2 });
  const remove = (number: number): StoreOperation => ({
    op: "remove",
    kind: "note",
    hash: suiteHash("hash", number),
  });
  await store.commit(range(0, 6).map(remove));
  t.is((await store.offeredSet("key"))?.size, 10);
  t.is(sets.size, 19);
  t.is(store.offeredSetsStatus().loads, 3);
});

test("a set that can no longer follow is closed, and its kind goes without", async (t) => {
  const { store, sets } = open(5);
  const set = (await store.offeredSet("note"))!;
  await store.commit(range(0, 5).map((number) => admit(number)));
  t.is(set.size, 5);
  const [outcome] = await store.commit([admit(5)]);
  t.like(outcome, { status: "admitted" });
  t.is(set.size, 5, "whoever has just been given it makes a step with it");
  await new Promise((resolve) => setImmediate(resolve));
  t.throws(() => set.size, { instanceOf: TypeError });
  t.is(sets.size, 0);
  t.is(await store.offeredSet("note"), undefined);
  await store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 0) }]);
  await store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 1) }]);
  t.is((await store.offeredSet("note"))?.size, 4);
});

test("more kinds than sets go without, and the others stay", async (t) => {
  const { store } = open();
  for (const kind of ["a", "b", "c", "d"]) t.is((await store.offeredSet(kind))?.size, 0);
  t.is(await store.offeredSet("e"), undefined);
  await store.commit([admit(1, { kind: "a" })]);
  t.is((await store.offeredSet("a"))?.size, 1);
});

test("after a commit of unknown fate the set is read again; after a refused one it stays", async (t) => {
  const inner = createMemoryStore();
  let fault: Error | undefined;
  const failing = {
    ...bound(inner),
    async commit(operations: readonly StoreOperation[]) {
      const results = await inner.commit(operations);
      if (fault) throw fault;
      return results;
    },
  };
  const { store } = open(100, failing);
  const set = (await store.offeredSet("note"))!;
  fault = new WaxwingError("store_full", "refused");
  await t.throwsAsync(store.commit([{ op: "put", table: "meta", key: id(1), value: id(1) }]));
  t.is(await store.offeredSet("note"), set);
  await t.throwsAsync(store.commit("mistake" as never), { instanceOf: TypeError });
  await t.throwsAsync(store.commit([{ op: "admit" } as never]), { instanceOf: TypeError });
  t.is(await store.offeredSet("note"), set);
  fault = new WaxwingError("store_corrupt", "who knows");
  await t.throwsAsync(store.commit([admit(1)]), { message: "who knows" });
  await new Promise((resolve) => setImmediate(resolve));
  t.throws(() => set.size, { instanceOf: TypeError });
  t.true((await store.offeredSet("note"))?.has(id(1)));
});

test("a store that cannot be read fails the ask, and the next one reads again", async (t) => {
  const inner = createMemoryStore();
  let fault: Error | undefined = new WaxwingError("store_corrupt", "a page");
  const failing = {
    ...bound(inner),
    offeredIds: (...request: Parameters<Store["offeredIds"]>) =>
      fault ? Promise.reject(fault) : inner.offeredIds(...request),
  };
  const { store, sets } = open(100, failing);
  await store.commit([admit(1)]);
  await t.throwsAsync(store.offeredSet("note"), { message: "a page" });
  t.is(sets.size, 0);
  fault = undefined;
  t.is((await store.offeredSet("note"))?.size, 1);
});

test("id sets are opened by the first ask, once, and again where that failed", async (t) => {
  const opened: (() => Promise<ReturnType<typeof createReferenceIdSets> | undefined>)[] = [
    () => Promise.reject(new WaxwingError("wasm_unavailable", "not now")),
    async () => createReferenceIdSets({ capacity: 9 }),
  ];
  let calls = 0;
  const store = withOfferedSets(createMemoryStore(), () => opened[calls++]!());
  await store.commit([admit(1)]);
  t.is(calls, 0);
  t.like(store.offeredSetsStatus(), { ids: 0, idsMax: 0 });
  await t.throwsAsync(store.offeredSet("note"), { code: "wasm_unavailable" });
  const [note, key] = await Promise.all([store.offeredSet("note"), store.offeredSet("key")]);
  t.deepEqual([note?.size, key?.size, calls], [1, 0, 2]);
});

test("without id sets every kind goes without", async (t) => {
  const store = withOfferedSets(createMemoryStore(), async () => undefined);
  t.is(await store.offeredSet("note"), undefined);
  await store.commit([admit(1)]);
  t.is(await store.offeredSet("note"), undefined);
  t.like(store.offeredSetsStatus(), { loads: 1, fallbacks: 2 });
});

test("close() frees every set, ends loads and leaves nothing to ask", async (t) => {
  const { store, sets } = open();
  await store.commit(range(0, 10).map((number) => admit(number)));
  const set = (await store.offeredSet("note"))!;
  const loading = store.offeredSet("key");
  const committed = store.commit([admit(11)]);
  await store.close();
  await committed;
  t.throws(() => set.size, { instanceOf: TypeError });
  await t.throwsAsync(loading, { code: "store_unavailable" });
  t.is(sets.size, 0);
  await t.throwsAsync(store.offeredSet("note"), { code: "store_unavailable" });
  await t.throwsAsync(store.stats(), { code: "store_unavailable" });
});

/** Its methods, for a store of which one is another. */
function bound(store: Store): Store {
  const { name } = store;
  const target = store as unknown as Record<string, (...given: unknown[]) => unknown>;
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(store)).filter(
    (member) => member !== "constructor",
  );
  return {
    name,
    ...Object.fromEntries(
      methods.map((member) => [member, (...given: unknown[]) => target[member]!(...given)]),
    ),
  } as unknown as Store;
}
