/**
 * The laws of the Store contract, one check a claim. `create` gives an empty store; `reopen` closes one and
 * opens it again over the same data (left out where nothing survives); `destroy` cleans up.
 *
 * ```ts
 * storeSuite("lmdb", { create, reopen, destroy }, avaReport("lmdb"));
 * ```
 */
import { compareBytes, concatBytes, utf8Encode } from "../base/bytes.js";
import { isWaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { Store, StoreOperation, TableScan } from "../contracts/store.js";
import { admit, key, put, type StoreCheck, statuses, suiteHash, suiteRecord } from "./store-samples.js";
import { checkForms, checkRecords, checkRemoval, checkSupersession } from "./store-suite-records.js";
import { checkTags } from "./store-suite-tags.js";
import { assertEqual, assertThrows, type SuiteReport } from "./suite.js";

export interface StoreSuiteTarget {
  create(): Promise<Store>;
  reopen?(store: Store): Promise<Store>;
  destroy?(store: Store): Promise<void>;
}

export function storeSuite(name: string, target: StoreSuiteTarget, report: SuiteReport): void {
  const check = (claim: string, run: (store: Store) => Promise<void>) => {
    report.check(`${name}: ${claim}`, async () => {
      const store = await target.create();
      try {
        await run(store);
      } finally {
        await store.close();
        await target.destroy?.(store);
      }
    });
  };
  checkRecords(check);
  checkForms(check);
  checkSupersession(check);
  checkRemoval(check);
  checkTags(check, target);
  checkBatches(check);
  checkTables(check);
  checkPages(check);
  checkLifetime(check, target);
}

function checkBatches(check: StoreCheck): void {
  check("a failed check aborts its whole batch with batch_conflict", async (store) => {
    await store.commit([put("cursor", "one")]);
    await assertThrows(
      () =>
        store.commit([
          admit(suiteRecord(1)),
          put("cursor", "two"),
          { op: "delete", table: "marks", key: key("cursor") },
          { op: "check", table: "marks", key: key("other"), value: key("there") },
        ]),
      (error) => isWaxwingError(error, "batch_conflict") && error.detail.operation === 3,
      "batch_conflict",
    );
    assertEqual(await store.read("marks", key("cursor")), key("one"), "the cursor did not move");
    assertEqual(await store.holds("note", [suiteHash("hash", 1)]), [false], "nothing was admitted");
    assertEqual((await store.stats()).lastPosition, 0, "no position was used");
  });

  check("check holds for an equal value, and null for absence", async (store) => {
    const absent: StoreOperation = { op: "check", table: "marks", key: key("mark"), value: null };
    const equal: StoreOperation = { op: "check", table: "marks", key: key("mark"), value: key("one") };
    assertEqual(await store.commit([absent, put("mark", "one"), equal]), [null, null, null], "in one batch");
    await store.commit([equal, put("mark", "two")]);
    for (const condition of [absent, equal])
      await assertThrows(() => store.commit([condition]), isConflict, "no longer");
    await store.commit([{ op: "delete", table: "marks", key: key("mark") }, absent]);
  });

  check("a failed check leaves the batches called beside it alone", async (store) => {
    const settled = await Promise.allSettled([
      store.commit([admit(suiteRecord(1))]),
      store.commit([admit(suiteRecord(2)), { op: "check", table: "marks", key: key("x"), value: key("y") }]),
      store.commit([admit(suiteRecord(3)), put("x", "y")]),
      store.commit([{ op: "check", table: "marks", key: key("x"), value: key("y") }, admit(suiteRecord(4))]),
    ]);
    assertEqual(
      settled.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled", "fulfilled"],
      "each got its own",
    );
    const held = await store.holds(
      "note",
      [1, 2, 3, 4].map((number) => suiteHash("hash", number)),
    );
    assertEqual(held, [true, false, true, true], "held");
  });

  check("batches take effect in the order of their calls", async (store) => {
    const increments = Array.from({ length: 200 }, (_, number) =>
      store.commit([
        {
          op: "check",
          table: "marks",
          key: key("count"),
          value: number === 0 ? null : key(String(number - 1)),
        },
        put("count", String(number)),
      ]),
    );
    await Promise.all(increments);
    assertEqual(await store.read("marks", key("count")), key("199"), "the last one");
  });

  check("a batch beyond its bounds is refused before anything is written", async (store) => {
    const tooMany = Array.from({ length: limits.writeBatchOperationsMax + 1 }, () => put("mark", "value"));
    await assertThrows(() => store.commit(tooMany), isRangeError, "too many operations");
    const tooLong = suiteRecord(1, { bytes: new Uint8Array(limits.recordBytesMax + 1) });
    await assertThrows(() => store.commit([put("mark", "value"), admit(tooLong)]), isRangeError, "too long");
    assertEqual(await store.read("marks", key("mark")), undefined, "nothing was written");
    const most = Array.from({ length: limits.writeBatchOperationsMax }, (_, number) => put(`${number}`, "v"));
    assertEqual((await store.commit(most)).length, limits.writeBatchOperationsMax, "the most is taken");
  });

  check("a caller's mistake throws TypeError or RangeError and disturbs nobody", async (store) => {
    const wrong: unknown[] = [
      [{ op: "increment" }],
      [null],
      [{ op: "put", table: "nowhere", key: key("k"), value: key("v") }],
      [{ op: "put", table: "marks", key: "k", value: key("v") }],
      [{ op: "put", table: "marks", key: new Uint8Array(limits.tableKeyBytesMax + 1), value: key("v") }],
      [admit(suiteRecord(1, { hash: new Uint8Array(31) }))],
      [admit(suiteRecord(1, { kind: "" }))],
      [{ ...admit(suiteRecord(1)), supersedes: new Uint8Array(31) }],
      [{ ...admit(suiteRecord(1)), behind: new Uint8Array(31) }],
      [admit(suiteRecord(1, { kind: "a b" }))],
      [admit(suiteRecord(1, { seq: 0.5 }))],
      [admit(suiteRecord(1, { visibility: "public" as "local" }))],
      "operations",
    ];
    const beside = store.commit([put("mark", "value")]);
    for (const operations of wrong)
      await assertThrows(() => store.commit(operations as StoreOperation[]), isMistake, String(operations));
    await assertThrows(() => store.get("note", new Uint8Array(5)), isMistake, "a short hash");
    await assertThrows(() => store.list("note", { after: -1, limit: 1 }), isMistake, "a negative position");
    await beside;
    assertEqual(await store.read("marks", key("mark")), key("value"), "the neighbour's mark");
  });
}

function checkTables(check: StoreCheck): void {
  check("tables are maps from bytes to bytes, each its own", async (store) => {
    const empty = new Uint8Array(0);
    await store.commit([
      { op: "put", table: "cursors", key: empty, value: empty },
      {
        op: "put",
        table: "meta",
        key: new Uint8Array(limits.tableKeyBytesMax).fill(255),
        value: key("long"),
      },
    ]);
    assertEqual(await store.read("cursors", empty), empty, "empty key and value");
    assertEqual(await store.read("peers", empty), undefined, "another table");
    assertEqual(
      await store.read("meta", new Uint8Array(limits.tableKeyBytesMax).fill(255)),
      key("long"),
      "long",
    );
    const results = await store.commit([
      { op: "delete", table: "cursors", key: empty },
      { op: "delete", table: "cursors", key: empty },
    ]);
    assertEqual(results, [true, false], "delete says whether something was there");
    assertEqual(await store.read("cursors", empty), undefined, "deleted");
  });

  check("scan() walks a prefix in byte order, both ways, from behind a key", async (store) => {
    const names = ["", "a", "a\u0000", "aa", "ab", "b", "b\u007f", "c"];
    await store.commit([
      ...names.map((text) => put(text, `=${text}`)),
      { op: "put", table: "marks", key: Uint8Array.of(255, 255), value: key("end") },
      { op: "put", table: "peers", key: key("a"), value: key("elsewhere") },
      { op: "put", table: "cursors", key: key("a"), value: key("elsewhere") },
    ]);
    const scan = async (request: Omit<TableScan, "table">) =>
      (await store.scan({ table: "marks", ...request })).map(({ key }) => new TextDecoder().decode(key));
    const all = { prefix: key(""), limit: 100 };
    assertEqual((await scan(all)).slice(0, 8), names, "all");
    assertEqual((await scan({ ...all, reverse: true })).slice(1), [...names].reverse(), "reverse");
    assertEqual(await scan({ prefix: key("a"), limit: 9 }), ["a", "a\u0000", "aa", "ab"], "prefix");
    const backwards = { prefix: key("a"), limit: 9, reverse: true };
    assertEqual(await scan(backwards), ["ab", "aa", "a\u0000", "a"], "prefix, reverse");
    assertEqual(await scan({ prefix: key("a"), after: key("a\u0000"), limit: 9 }), ["aa", "ab"], "after");
    assertEqual(await scan({ ...backwards, after: key("aa") }), ["a\u0000", "a"], "before");
    assertEqual(
      await scan({ prefix: key("a"), after: key("a0"), limit: 9 }),
      ["aa", "ab"],
      "after an absent key",
    );
    assertEqual(
      await scan({ ...backwards, after: key("zz") }),
      ["ab", "aa", "a\u0000", "a"],
      "from far behind",
    );
    assertEqual(
      await scan({ prefix: key("b"), after: key("a"), limit: 9 }),
      ["b", "b\u007f"],
      "from far before",
    );
    assertEqual(await scan({ prefix: key("a"), after: key("b"), limit: 9 }), [], "after the prefix");
    assertEqual(await scan({ ...backwards, after: key("") }), [], "before the prefix");
    assertEqual(await scan({ ...all, limit: 2 }), ["", "a"], "limit");
    assertEqual(await scan({ ...all, limit: 0 }), [], "no limit, no entry");
    const last = await store.scan({ table: "marks", prefix: Uint8Array.of(255), limit: 9, reverse: true });
    assertEqual(last, [{ key: Uint8Array.of(255, 255), value: key("end") }], "prefix of 255");
  });
}

function checkPages(check: StoreCheck): void {
  check("offerPage() holds federation-visible records alone", async (store) => {
    const local = { visibility: "local" } as const;
    await store.commit([
      admit(suiteRecord(1)),
      admit(suiteRecord(2, local)),
      admit(suiteRecord(3)),
      admit(suiteRecord(4, { ...local, kind: "key" })),
    ]);
    const page = await store.offerPage("note", { after: 0, limit: 9 });
    const refs = [1, 3].map((number) => ({
      hash: suiteHash("hash", number),
      recordId: suiteHash("id", number),
      seq: 1000 + number,
      position: number,
      bytes: 10,
    }));
    assertEqual(page, refs, "refs");
    const ids = { ids: concatBytes(suiteHash("id", 1), suiteHash("id", 3)), last: 3 };
    assertEqual(await store.offeredIds("note", { after: 0, limit: 9 }), ids, "offeredIds");
    assertEqual(await store.offerPage("key", { after: 0, limit: 9 }), [], "a kind with local ones only");
    assertEqual((await store.offeredIds("key", { after: 0, limit: 9 })).last, 0, "offeredIds of that kind");
    assertEqual((await store.list("note", { after: 0, limit: 9 })).length, 3, "list holds them all");
  });

  check("a replaced form leaves the offer when the new one is local", async (store) => {
    await store.commit([admit(suiteRecord(1))]);
    const better = suiteRecord(1, {
      hash: suiteHash("form", 2),
      signatureIds: [suiteHash("sig", 1), suiteHash("sig", 2)],
      visibility: "local",
    });
    await store.commit([admit(better)]);
    assertEqual(await store.offerPage("note", { after: 0, limit: 9 }), [], "offer");
  });

  check("pages join up without gap or overlap", async (store) => {
    await store.commit(Array.from({ length: 300 }, (_, number) => admit(suiteRecord(number))));
    for (const read of ["offerPage", "list"] as const) {
      const positions: number[] = [];
      for (let after = 0; ; after = positions.at(-1)!) {
        const page = await store[read]("note", { after, limit: 7 });
        positions.push(...page.map(({ position }) => position));
        if (page.length < 7) break;
      }
      assertEqual(
        positions,
        Array.from({ length: 300 }, (_, index) => index + 1),
        read,
      );
    }
    const offered: Uint8Array[] = [];
    for (let after = 0; ; ) {
      const { ids, last } = await store.offeredIds("note", { after, limit: 7 });
      offered.push(ids);
      if (ids.length < 7 * 32) break;
      after = last;
    }
    const all = (await store.offerPage("note", { after: 0, limit: 300 })).map(({ recordId }) => recordId);
    assertEqual(concatBytes(...offered), concatBytes(...all), "offeredIds");
    const ids: Uint8Array[] = [];
    for (let after: Uint8Array | undefined; ; after = ids.at(-1)) {
      const page = await store.recordIds("note", after, 7);
      ids.push(...page);
      if (page.length < 7) break;
    }
    assertEqual(ids.length, 300, "record ids");
    assertEqual(ids, [...ids].sort(compareBytes), "ascending");
    assertEqual(await store.list("note", { after: 300, limit: 7 }), [], "behind the end");
    assertEqual(await store.list("note", { after: Number.MAX_SAFE_INTEGER, limit: 7 }), [], "far behind");
    assertEqual(await store.list("note", { after: 0, limit: 0 }), [], "limit 0");
  });
}

function checkLifetime(check: StoreCheck, target: StoreSuiteTarget): void {
  const { reopen } = target;
  if (reopen) {
    check("everything that was acknowledged is there after reopening, and positions go on", async (store) => {
      await store.commit([
        admit(suiteRecord(1)),
        admit(suiteRecord(1, { hash: suiteHash("form", 2) })),
        put("mark", "value"),
      ]);
      await store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 1) }, admit(suiteRecord(2))]);
      const again = await reopen(store);
      try {
        assertEqual(
          (await again.get("note", suiteHash("hash", 2)))?.bytes,
          utf8Encode('{"note":2}'),
          "record",
        );
        assertEqual(await again.holds("note", [suiteHash("hash", 1)]), [false], "removed");
        assertEqual(await again.read("marks", key("mark")), key("value"), "mark");
        assertEqual((await again.stats()).lastPosition, 2, "lastPosition");
        const [outcome] = await again.commit([admit(suiteRecord(3))]);
        assertEqual(outcome, { status: "admitted", position: 3 }, "next position");
      } finally {
        await again.close();
      }
    });
  }

  check("after close every call rejects with store_unavailable, and close is idempotent", async (store) => {
    const called = store.commit([admit(suiteRecord(1))]);
    const closed = Promise.all([store.close(), store.close()]);
    assertEqual(statuses(await called), ["admitted"], "a commit called before completes");
    await closed;
    const page = { after: 0, limit: 1 };
    const hash = suiteHash("hash", 1);
    const calls: (() => Promise<unknown>)[] = [
      () => store.commit([put("mark", "value")]),
      () => store.get("note", hash),
      () => store.getMany("note", [hash]),
      () => store.holds("note", [hash]),
      () => store.getManyByRecordId("note", [hash]),
      () => store.holdsRecordIds("note", [hash]),
      () => store.getByNaturalKey("note", hash),
      () => store.offerPage("note", page),
      () => store.offeredIds("note", page),
      () => store.tagPage("note", { tag: hash, limit: 1 }),
      () => store.list("note", page),
      () => store.recordIds("note", undefined, 1),
      () => store.kinds(),
      () => store.stats(),
      () => store.read("marks", key("mark")),
      () => store.scan({ table: "marks", prefix: key(""), limit: 1 }),
    ];
    for (const call of calls)
      await assertThrows(call, (error) => isWaxwingError(error, "store_unavailable"), String(call));
    await store.close();
  });
}

const isConflict = (error: unknown) => isWaxwingError(error, "batch_conflict");
const isRangeError = (error: unknown) => error instanceof RangeError;
const isMistake = (error: unknown) => error instanceof RangeError || error instanceof TypeError;
