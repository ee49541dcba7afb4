/** The laws of the store contract that concern records: admission, forms and aliases, removal, positions. */
import { utf8Encode } from "../base/bytes.js";
import { isWaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { RecordInput, Store, StoreOperation } from "../contracts/store.js";
import { admit, key, put, type StoreCheck, statuses, suiteHash, suiteRecord } from "./store-samples.js";
import { assert, assertEqual, assertThrows } from "./suite.js";

export function checkRecords(check: StoreCheck): void {
  check("an empty store holds nothing", async (store) => {
    assertEqual(await store.get("note", suiteHash("hash", 1)), undefined, "get");
    assertEqual(await store.getMany("note", [suiteHash("hash", 1)]), [undefined], "getMany");
    assertEqual(await store.holds("note", [suiteHash("hash", 1)]), [false], "holds");
    assertEqual(await store.getManyByRecordId("note", [suiteHash("id", 1)]), [undefined], "by record id");
    assertEqual(await store.holdsRecordIds("note", [suiteHash("id", 1)]), [false], "holdsRecordIds");
    assertEqual(await store.kinds(), [], "kinds");
    assertEqual(await store.list("note", { after: 0, limit: 10 }), [], "list");
    const noIds = { ids: new Uint8Array(0), last: 7 };
    assertEqual(await store.offeredIds("note", { after: 7, limit: 10 }), noIds, "offeredIds");
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
    const ids = [suiteHash("id", 9), record.recordId, record.recordId];
    assertEqual(await store.getManyByRecordId("note", ids), [undefined, stored, stored], "by record id");
    assertEqual(await store.holdsRecordIds("note", ids), [false, true, true], "holdsRecordIds");
    assertEqual(await store.holdsRecordIds("other", [record.recordId]), [false], "ids of another kind");
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

export function checkForms(check: StoreCheck): void {
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

export function checkSupersession(check: StoreCheck): void {
  /** Records of one natural key. */
  const epoch = (number: number, changes: Partial<RecordInput> = {}) =>
    suiteRecord(number, { naturalKey: suiteHash("natural", 0), ...changes });
  const supersede = (record: RecordInput, old: Uint8Array): StoreOperation => ({
    op: "admit",
    record,
    supersedes: old,
  });
  const holder = async (store: Store) => (await store.getByNaturalKey("note", suiteHash("natural", 0)))?.hash;

  check("a record takes the place of the holder that it names, in every index", async (store) => {
    await store.commit([
      admit(epoch(1)),
      admit(epoch(1, { hash: suiteHash("form", 1) })),
      admit(suiteRecord(7)),
    ]);
    const bytes = utf8Encode("epoch two");
    const results = await store.commit([supersede(epoch(2, { bytes }), suiteHash("hash", 1))]);
    assertEqual(results, [{ status: "superseded", position: 3, oldRecordId: suiteHash("id", 1) }], "outcome");
    assertEqual(await holder(store), suiteHash("hash", 2), "natural key");
    const positions = (await store.list("note", { after: 0, limit: 9 })).map(({ position }) => position);
    assertEqual(positions, [2, 3], "list");
    const offered = (await store.offerPage("note", { after: 0, limit: 9 })).map(({ hash }) => hash);
    assertEqual(offered, [suiteHash("hash", 7), suiteHash("hash", 2)], "offer");
    const ids = await store.recordIds("note", undefined, 9);
    assertEqual(ids, [suiteHash("id", 2), suiteHash("id", 7)], "record ids");
    const { records, recordBytes, lastPosition } = await store.stats();
    assertEqual([records, recordBytes, lastPosition], [2, 10 + bytes.length, 3], "stats");
  });

  check("what a superseded record was known by is held, and finds the new one", async (store) => {
    await store.commit([admit(epoch(1)), admit(epoch(1, { hash: suiteHash("form", 1) }))]);
    await store.commit([supersede(epoch(2), suiteHash("hash", 1))]);
    for (const old of [suiteHash("hash", 1), suiteHash("form", 1)]) {
      assertEqual((await store.get("note", old))?.hash, suiteHash("hash", 2), "get");
      assertEqual(await store.holds("note", [old]), [true], "holds");
      assertEqual(await store.getMany("note", [old]), [undefined], "never served");
      assertEqual(statuses(await store.commit([admit(epoch(1, { hash: old }))])), ["duplicate"], "again");
    }
    const ids = [1, 2].map((number) => suiteHash("id", number));
    assertEqual(await store.holdsRecordIds("note", ids), [true, true], "holdsRecordIds");
    const byId = await store.getManyByRecordId("note", ids);
    assertEqual(
      byId.map((record) => record?.hash),
      [undefined, suiteHash("hash", 2)],
      "by record id",
    );
    await store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 2) }]);
    assertEqual(await store.holdsRecordIds("note", ids), [false, false], "forgotten with the new one");
    assertEqual(statuses(await store.commit([admit(epoch(1))])), ["admitted"], "the old one is new again");
  });

  check("a holder other than the one named, or none, is a conflict that writes nothing", async (store) => {
    const none = await store.commit([supersede(epoch(2), suiteHash("hash", 1))]);
    assertEqual(none, [{ status: "conflict" }], "none");
    await store.commit([admit(epoch(1))]);
    const results = await store.commit([
      supersede(epoch(2), suiteHash("hash", 1)),
      supersede(epoch(3), suiteHash("hash", 1)),
    ]);
    assertEqual(
      results,
      [
        { status: "superseded", position: 2, oldRecordId: suiteHash("id", 1) },
        { status: "conflict", hash: suiteHash("hash", 2) },
      ],
      "the first of two decides",
    );
    assertEqual(await store.holdsRecordIds("note", [suiteHash("id", 3)]), [false], "not held");
    assertEqual((await store.stats()).lastPosition, 2, "no position is used");
  });

  check("a batch whose required record would not be held writes nothing", async (store) => {
    await store.commit([admit(epoch(1))]);
    const require = (record: RecordInput, more: object = {}) =>
      ({ op: "admit", record, required: true, ...more }) as const;
    const failing: StoreOperation[] = [
      require(epoch(2)),
      require(epoch(2), { supersedes: suiteHash("hash", 7) }),
      require(epoch(2), { behind: suiteHash("hash", 1) }),
    ];
    for (const operation of failing) {
      await assertThrows(
        () => store.commit([put("lost", "fact"), admit(suiteRecord(9)), operation]),
        (error) => isWaxwingError(error, "batch_conflict") && error.detail.operation === 2,
        "batch_conflict",
      );
      assertEqual(await store.read("marks", key("lost")), undefined, "nothing else is written");
      assertEqual(await store.holds("note", [suiteHash("hash", 9)]), [false], "no record either");
    }
    const held = [
      require(epoch(1)),
      require(epoch(1, { hash: suiteHash("form", 1) })),
      require(epoch(2), { supersedes: suiteHash("hash", 1) }),
      require(suiteRecord(9)),
    ];
    assertEqual(
      statuses(await store.commit(held)),
      ["duplicate", "duplicate", "superseded", "admitted"],
      "what is held, or will be",
    );
  });

  check(
    "a record takes the place of one with another natural key, where nobody holds its own",
    async (store) => {
      await store.commit([admit(suiteRecord(1)), admit(suiteRecord(2))]);
      const results = await store.commit([
        supersede(suiteRecord(3), suiteHash("hash", 1)),
        supersede(suiteRecord(2, { hash: suiteHash("form", 2) }), suiteHash("hash", 3)),
      ]);
      assertEqual(
        results,
        [
          { status: "superseded", position: 3, oldRecordId: suiteHash("id", 1) },
          { status: "duplicate", position: 2, hash: suiteHash("hash", 2) },
        ],
        "outcomes",
      );
      assertEqual(
        await store.getByNaturalKey("note", suiteHash("natural", 1)),
        undefined,
        "the old natural key",
      );
      assertEqual(await store.holds("note", [suiteHash("hash", 1)]), [true], "the old hash");
      assertEqual((await store.stats()).records, 2, "records");
    },
  );

  const behind = (record: RecordInput, hash: Uint8Array): StoreOperation => ({
    op: "admit",
    record,
    behind: hash,
  });

  check("a record behind another is not admitted, and is known from then on", async (store) => {
    await store.commit([admit(suiteRecord(1))]);
    const results = await store.commit([
      behind(suiteRecord(2), suiteHash("hash", 1)),
      behind(suiteRecord(2), suiteHash("hash", 1)),
      behind(suiteRecord(3), suiteHash("hash", 9)),
    ]);
    const duplicate = { status: "duplicate", position: 1, hash: suiteHash("hash", 1) };
    assertEqual(results, [duplicate, duplicate, { status: "conflict" }], "outcomes");
    assertEqual(
      await store.holds("note", [suiteHash("hash", 2), suiteHash("hash", 3)]),
      [true, false],
      "holds",
    );
    assertEqual(
      await store.holdsRecordIds("note", [suiteHash("id", 2), suiteHash("id", 3)]),
      [true, false],
      "holdsRecordIds",
    );
    assertEqual(await store.getByNaturalKey("note", suiteHash("natural", 2)), undefined, "natural key");
    assertEqual((await store.stats()).records, 1, "records");
  });

  check("a record id held under another natural key supersedes nothing", async (store) => {
    await store.commit([admit(epoch(1)), admit(suiteRecord(2))]);
    const results = await store.commit([
      supersede(epoch(2, { hash: suiteHash("form", 2) }), suiteHash("hash", 1)),
    ]);
    assertEqual(results, [{ status: "conflict", hash: suiteHash("hash", 1) }], "outcome");
    assertEqual((await store.stats()).records, 2, "both are there");
  });

  check("`supersedes` changes nothing for a form of the holder itself", async (store) => {
    const signatureIds = [suiteHash("sig", 1), suiteHash("sig", 2)];
    await store.commit([admit(epoch(1))]);
    const results = await store.commit([
      supersede(epoch(1), suiteHash("hash", 1)),
      supersede(epoch(1, { hash: suiteHash("form", 1) }), suiteHash("hash", 1)),
      supersede(epoch(1, { hash: suiteHash("form", 2), signatureIds }), suiteHash("hash", 1)),
    ]);
    assertEqual(statuses(results), ["duplicate", "duplicate", "replaced"], "outcomes");
  });

  check(
    "a superseded record leaves the offer when the new one is local, and comes back with the next",
    async (store) => {
      await store.commit([admit(epoch(1))]);
      await store.commit([supersede(epoch(2, { visibility: "local" }), suiteHash("hash", 1))]);
      assertEqual(await store.offerPage("note", { after: 0, limit: 9 }), [], "offer");
      await store.commit([supersede(epoch(3), suiteHash("hash", 2))]);
      const { ids } = await store.offeredIds("note", { after: 0, limit: 9 });
      assertEqual(ids, suiteHash("id", 3), "ids");
    },
  );

  check("a chain of supersessions remembers a bounded number of aliases, newest last", async (store) => {
    const length = limits.aliasesPerRecordMax;
    await store.commit([admit(epoch(0))]);
    for (let number = 1; number <= length; number++)
      await store.commit([supersede(epoch(number), suiteHash("hash", number - 1))]);
    const hashes = Array.from({ length: length + 1 }, (_, number) => suiteHash("hash", number));
    // Each supersession leaves a hash and a record id.
    const expected = hashes.map((_, number) => number >= length / 2);
    assertEqual(await store.holds("note", hashes), expected, "hashes");
    const ids = hashes.map((_, number) => suiteHash("id", number));
    assertEqual(await store.holdsRecordIds("note", ids), expected, "record ids");
    assertEqual((await store.stats()).records, 1, "one record");
  });
}

export function checkRemoval(check: StoreCheck): void {
  check("remove takes a record and its aliases out of every index", async (store) => {
    const other = suiteRecord(1, { hash: suiteHash("form", 2) });
    await store.commit([admit(suiteRecord(1)), admit(other), admit(suiteRecord(2))]);
    const results = await store.commit([
      { op: "remove", kind: "note", hash: suiteHash("hash", 1) },
      { op: "remove", kind: "note", hash: suiteHash("hash", 1) },
      { op: "remove", kind: "other", hash: suiteHash("hash", 2) },
    ]);
    assertEqual(results, [{ status: "removed", recordId: suiteHash("id", 1) }, false, false], "results");
    assertEqual(await store.holds("note", [suiteHash("hash", 1), other.hash]), [false, false], "holds");
    assertEqual(await store.holdsRecordIds("note", [suiteHash("id", 1)]), [false], "holdsRecordIds");
    assertEqual(await store.getManyByRecordId("note", [suiteHash("id", 1)]), [undefined], "by record id");
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
