/**
 * The laws of the Store contract, one check a claim. `create` gives an empty store; `reopen` closes one and
 * opens it again over the same data (left out where nothing survives); `destroy` cleans up.
 *
 * ```ts
 * storeSuite("lmdb", { create, reopen, destroy }, avaReport("lmdb"));
 * ```
 */
import { compareBytes, utf8Encode } from "../base/bytes.js";
import { isWaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { RecordInput, Store, StoreOperation, StoreResult, TableScan } from "../contracts/store.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "./suite.js";

export interface StoreSuiteTarget {
  create(): Promise<Store>;
  reopen?(store: Store): Promise<Store>;
  destroy?(store: Store): Promise<void>;
}

/** 32 bytes that begin with a number, the same for the same arguments. */
export function suiteHash(space: string, number: number): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes.set(utf8Encode(space).subarray(0, 8), 0);
  new DataView(bytes.buffer).setUint32(28, number);
  return bytes;
}

/** A record of the suite: all of it follows from its number, as far as `changes` does not say otherwise. */
export function suiteRecord(number: number, changes: Partial<RecordInput> = {}): RecordInput {
  return {
    kind: "note",
    hash: suiteHash("hash", number),
    bytes: utf8Encode(`{"note":${number}}`),
    recordId: suiteHash("id", number),
    naturalKey: suiteHash("natural", number),
    signatureIds: [suiteHash("sig", number)],
    seq: 1000 + number,
    visibility: "federation",
    receivedAtMs: 5000 + number,
    ...changes,
  };
}

const key = (text: string) => utf8Encode(text);
const admit = (record: RecordInput): StoreOperation => ({ op: "admit", record });
const put = (name: string, value: string): StoreOperation => ({
  op: "put",
  table: "marks",
  key: key(name),
  value: key(value),
});

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
  checkRemoval(check);
  checkBatches(check);
  checkTables(check);
  checkPages(check);
  checkLifetime(check, target);
}

type Check = (claim: string, run: (store: Store) => Promise<void>) => void;

function checkRecords(check: Check): void {
  check("an empty store holds nothing", async (store) => {
    assertEqual(await store.get("note", suiteHash("hash", 1)), undefined, "get");
    assertEqual(await store.getMany("note", [suiteHash("hash", 1)]), [undefined], "getMany");
    assertEqual(await store.holds("note", [suiteHash("hash", 1)]), [false], "holds");
    assertEqual(await store.kinds(), [], "kinds");
    assertEqual(await store.list("note", { after: 0, limit: 10 }), [], "list");
    const { records, recordBytes, lastPosition, byKind } = await store.stats();
    assertEqual([records, recordBytes, lastPosition, byKind.size], [0, 0, 0, 0], "stats");
    assertEqual(await store.commit([]), [], "an empty batch");
  });

  check("commit() admits a record and every read gives back its exact bytes", async (store) => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) & 0xff);
    const record = suiteRecord(1, { bytes, source: "wx1sender", visibility: "local", seq: -5 });
    assertEqual(await store.commit([admit(record)]), [{ status: "admitted", position: 1 }], "outcome");
    const stored = {
      kind: "note",
      hash: record.hash,
      bytes,
      recordId: record.recordId,
      position: 1,
      seq: -5,
      visibility: "local",
      receivedAtMs: record.receivedAtMs,
      source: "wx1sender",
    };
    assertEqual(await store.get("note", record.hash), stored, "get");
    assertEqual(await store.getMany("note", [record.hash]), [stored], "getMany");
    assertEqual(await store.getByNaturalKey("note", record.naturalKey), stored, "getByNaturalKey");
    assertEqual(await store.list("note", { after: 0, limit: 10 }), [stored], "list");
    assertEqual(await store.get("other", record.hash), undefined, "another kind");
  });

  check("a record of no bytes and one without a source are stored as they are", async (store) => {
    await store.commit([admit(suiteRecord(1, { bytes: new Uint8Array(0), signatureIds: [] }))]);
    const stored = await store.get("note", suiteHash("hash", 1));
    assertEqual(stored?.bytes, new Uint8Array(0), "bytes");
    assert(stored && !("source" in stored), "no source");
  });

  check(
    "what the caller does to its buffers later does not reach the store, nor the reverse",
    async (store) => {
      const record = suiteRecord(1);
      const operations = [admit(record), put("mark", "value")];
      const committed = store.commit(operations);
      record.bytes.fill(0);
      record.hash.fill(0);
      (operations[1] as { value: Uint8Array }).value.fill(0);
      await committed;
      const stored = await store.get("note", suiteHash("hash", 1));
      assertEqual(stored?.bytes, utf8Encode('{"note":1}'), "bytes");
      stored?.bytes.fill(0);
      stored?.hash.fill(0);
      (await store.read("marks", key("mark")))?.fill(0);
      assertEqual((await store.get("note", suiteHash("hash", 1)))?.bytes, utf8Encode('{"note":1}'), "again");
      assertEqual(await store.read("marks", key("mark")), key("value"), "the mark");
    },
  );

  check("records of one hash, id and key in two kinds are two records", async (store) => {
    const results = await store.commit([admit(suiteRecord(1)), admit(suiteRecord(1, { kind: "notes" }))]);
    assertEqual(statuses(results), ["admitted", "admitted"], "outcomes");
    assertEqual((await store.list("note", { after: 0, limit: 9 })).length, 1, "list of one kind");
    assertEqual((await store.recordIds("notes", undefined, 9)).length, 1, "ids of the other");
    assertEqual([...(await store.kinds())].sort(), ["note", "notes"], "kinds");
  });

  check("stats() counts records and bytes by kind", async (store) => {
    await store.commit([
      admit(suiteRecord(1)),
      admit(suiteRecord(2)),
      admit(suiteRecord(3, { kind: "key" })),
    ]);
    await store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 1) }]);
    const { records, recordBytes, byKind, lastPosition } = await store.stats();
    assertEqual([records, recordBytes, lastPosition], [2, 20, 3], "totals");
    assertEqual(byKind.get("note"), { records: 1, recordBytes: 10 }, "of note");
    assertEqual(byKind.get("key"), { records: 1, recordBytes: 10 }, "of key");
  });
}

function checkForms(check: Check): void {
  const form = (number: number, ...signatures: number[]) =>
    suiteRecord(1, {
      hash: suiteHash("form", number),
      bytes: utf8Encode(`form ${number}`),
      signatureIds: signatures.map((signature) => suiteHash("sig", signature)),
    });

  check("a hash that is held is a duplicate and writes nothing", async (store) => {
    await store.commit([admit(suiteRecord(1))]);
    const results = await store.commit([admit(suiteRecord(1)), admit(suiteRecord(1))]);
    const duplicate = { status: "duplicate", position: 1, hash: suiteHash("hash", 1) };
    assertEqual(results, [duplicate, duplicate], "outcomes");
    assertEqual((await store.stats()).lastPosition, 1, "no position is used");
  });

  check(
    "another form of a record is a duplicate, found and held by its hash, and never served",
    async (store) => {
      await store.commit([admit(form(1, 1))]);
      const [outcome] = await store.commit([admit(form(2, 1))]);
      assertEqual(outcome, { status: "duplicate", position: 1, hash: suiteHash("form", 1) }, "outcome");
      assertEqual(await store.holds("note", [suiteHash("form", 2)]), [true], "holds");
      assertEqual((await store.get("note", suiteHash("form", 2)))?.bytes, utf8Encode("form 1"), "get");
      assertEqual(await store.getMany("note", [suiteHash("form", 2)]), [undefined], "getMany");
      assertEqual((await store.list("note", { after: 0, limit: 9 })).length, 1, "list");
      assertEqual((await store.stats()).records, 1, "one record");
    },
  );

  check("a form with every stored signature and one more replaces it at a new position", async (store) => {
    await store.commit([admit(form(1, 1)), admit(form(2, 1)), admit(suiteRecord(9))]);
    assertEqual(await store.commit([admit(form(3, 2, 1))]), [{ status: "replaced", position: 3 }], "outcome");
    assertEqual((await store.get("note", suiteHash("form", 3)))?.bytes, utf8Encode("form 3"), "new form");
    assertEqual((await store.get("note", suiteHash("form", 1)))?.bytes, utf8Encode("form 3"), "old hash");
    assertEqual((await store.get("note", suiteHash("form", 2)))?.position, 3, "older alias");
    const positions = (await store.list("note", { after: 0, limit: 9 })).map(({ position }) => position);
    assertEqual(positions, [2, 3], "positions");
    const offered = (await store.offerPage("note", { after: 0, limit: 9 })).map(({ hash }) => hash);
    assertEqual(offered, [suiteHash("hash", 9), suiteHash("form", 3)], "offer");
    assertEqual((await store.stats()).recordBytes, 16, "bytes of the new form count");
  });

  check("a form with other, equal or fewer signatures replaces nothing", async (store) => {
    await store.commit([admit(form(1, 1, 2))]);
    const results = await store.commit([
      admit(form(2, 1, 2)),
      admit(form(3, 1)),
      admit(form(4, 1, 3, 4)),
      admit(form(5, 2, 2, 2)),
      admit(form(6)),
    ]);
    assertEqual(new Set(statuses(results)).size, 1, "all alike");
    assertEqual(statuses(results)[0], "duplicate", "outcome");
  });

  check("a remembered form replaces the stored one once more of its signatures verify", async (store) => {
    await store.commit([admit(form(1, 1)), admit(form(2, 1))]);
    assertEqual(statuses(await store.commit([admit(form(2, 1, 2))])), ["replaced"], "outcome");
    assertEqual(statuses(await store.commit([admit(form(2, 1, 2))])), ["duplicate"], "again");
    assertEqual((await store.getMany("note", [suiteHash("form", 2)]))[0]?.position, 2, "served now");
    assertEqual(await store.getMany("note", [suiteHash("form", 1)]), [undefined], "the old one is an alias");
  });

  check("aliases are bounded, and the oldest is forgotten first", async (store) => {
    const count = limits.aliasesPerRecordMax + 2;
    await store.commit([admit(form(0, 1))]);
    for (let number = 1; number <= count; number++) await store.commit([admit(form(number, 1))]);
    const hashes = Array.from({ length: count }, (_, index) => suiteHash("form", index + 1));
    const expected = hashes.map((_, index) => index >= 2);
    assertEqual(await store.holds("note", hashes), expected, "held");
  });

  check("the alias of a replaced form joins the bounded list", async (store) => {
    const max = limits.aliasesPerRecordMax;
    await store.commit([admit(form(0, 1))]);
    for (let number = 1; number <= max; number++) await store.commit([admit(form(number, 1))]);
    await store.commit([admit(form(max + 1, 1, 2))]);
    assertEqual(
      await store.holds("note", [suiteHash("form", 1), suiteHash("form", 2), suiteHash("form", 0)]),
      [false, true, true],
      "the oldest made room",
    );
  });

  check(
    "a natural key held by another record is a conflict that names the holder and writes nothing",
    async (store) => {
      await store.commit([admit(suiteRecord(1))]);
      const rival = suiteRecord(2, { naturalKey: suiteHash("natural", 1) });
      const results = await store.commit([admit(rival), put("mark", "set")]);
      assertEqual(results, [{ status: "conflict", hash: suiteHash("hash", 1) }, null], "outcome");
      assertEqual(await store.holds("note", [rival.hash]), [false], "not held");
      assertEqual((await store.stats()).lastPosition, 1, "no position is used");
      assertEqual(await store.read("marks", key("mark")), key("set"), "the rest of the batch stands");
    },
  );

  check("the rule sees what the same batch admitted before", async (store) => {
    const results = await store.commit([
      admit(form(1, 1)),
      admit(form(2, 1)),
      admit(form(3, 1, 2)),
      admit(suiteRecord(5, { naturalKey: suiteHash("natural", 1) })),
    ]);
    assertEqual(statuses(results), ["admitted", "duplicate", "replaced", "conflict"], "outcomes");
  });

  check("one record admitted by many callers at once is admitted exactly once", async (store) => {
    const results = await Promise.all(
      Array.from({ length: 50 }, () => store.commit([admit(suiteRecord(1))])),
    );
    const outcomes = statuses(results.flat());
    assertEqual(outcomes.filter((status) => status === "admitted").length, 1, "admitted once");
    assertEqual(outcomes[0], "admitted", "by the first call");
  });
}

function checkRemoval(check: Check): void {
  check("remove takes a record and its aliases out of every index", async (store) => {
    const other = suiteRecord(1, { hash: suiteHash("form", 2) });
    await store.commit([admit(suiteRecord(1)), admit(other), admit(suiteRecord(2))]);
    const results = await store.commit([
      { op: "remove", kind: "note", hash: suiteHash("hash", 1) },
      { op: "remove", kind: "note", hash: suiteHash("hash", 1) },
      { op: "remove", kind: "other", hash: suiteHash("hash", 2) },
    ]);
    assertEqual(results, [true, false, false], "results");
    assertEqual(await store.holds("note", [suiteHash("hash", 1), other.hash]), [false, false], "holds");
    assertEqual(await store.getByNaturalKey("note", suiteHash("natural", 1)), undefined, "natural key");
    assertEqual((await store.recordIds("note", undefined, 9)).length, 1, "record ids");
    assertEqual((await store.offerPage("note", { after: 0, limit: 9 })).length, 1, "offer");
    assertEqual((await store.list("note", { after: 0, limit: 9 })).length, 1, "list");
    assertEqual(statuses(await store.commit([admit(other)])), ["admitted"], "its forms are new again");
  });

  check("an alias does not remove the record that remembers it", async (store) => {
    await store.commit([admit(suiteRecord(1)), admit(suiteRecord(1, { hash: suiteHash("form", 2) }))]);
    const results = await store.commit([{ op: "remove", kind: "note", hash: suiteHash("form", 2) }]);
    assertEqual(results, [false], "result");
    assertEqual((await store.stats()).records, 1, "still there");
  });

  check("positions grow in order of admission and are never used again", async (store) => {
    await store.commit([
      admit(suiteRecord(1)),
      admit(suiteRecord(2, { kind: "key" })),
      admit(suiteRecord(3)),
    ]);
    await store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 3) }]);
    const [again] = await store.commit([admit(suiteRecord(3))]);
    assertEqual(again, { status: "admitted", position: 4 }, "outcome");
    assertEqual((await store.stats()).lastPosition, 4, "lastPosition");
  });
}

function checkBatches(check: Check): void {
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

function checkTables(check: Check): void {
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

function checkPages(check: Check): void {
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
    assertEqual(await store.offerPage("key", { after: 0, limit: 9 }), [], "a kind with local ones only");
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

function checkLifetime(check: Check, target: StoreSuiteTarget): void {
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
      () => store.getByNaturalKey("note", hash),
      () => store.offerPage("note", page),
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

function statuses(results: readonly StoreResult[]): string[] {
  return results.flatMap((result) => (typeof result === "object" && result !== null ? [result.status] : []));
}

const isConflict = (error: unknown) => isWaxwingError(error, "batch_conflict");
const isRangeError = (error: unknown) => error instanceof RangeError;
const isMistake = (error: unknown) => error instanceof RangeError || error instanceof TypeError;
