/**
 * Random batches against a model that a reader can check by eye: a list of records, a list of forms per
 * record, a list of table entries. Both stores must answer every batch and every read as the model does.
 */
import test from "ava";
import fc from "fast-check";
import type { RecordInput, Store, StoreOperation, StoreResult } from "waxwing/store";
import { createMemoryStore, openLmdbStore } from "waxwing/store";
import { suiteHash, suiteRecord } from "waxwing/testing";
import { temporaryFolder } from "../support/temporary.js";

const aliasesPerRecordMax = 16;
const kinds = ["key", "note"];
const forms = Array.from({ length: 24 }, (_, number) => suiteHash("form", number));
const ids = [0, 1, 2, 3].map((number) => suiteHash("id", number));
const tags = ["a", "aa", "ab"].map((text) => new TextEncoder().encode(text));
const keys = ["", "a", "ab", "b"].map((text) => new TextEncoder().encode(text));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

interface ModelRecord {
  readonly input: RecordInput;
  readonly position: number;
  readonly aliases: string[];
}

class Model {
  records: ModelRecord[] = [];
  entries: { key: string; value: string }[] = [];
  lastPosition = 0;

  /** Undefined for a batch whose condition fails; then nothing has changed. */
  commit(operations: readonly StoreOperation[]): StoreResult[] | undefined {
    const before = [this.records, this.entries, this.lastPosition] as const;
    const results: StoreResult[] = [];
    for (const operation of operations) {
      const result = this.#perform(operation);
      if (result === undefined) {
        [this.records, this.entries, this.lastPosition] = before;
        return undefined;
      }
      results.push(result);
    }
    return results;
  }

  #perform(operation: StoreOperation): StoreResult | undefined {
    if (operation.op === "admit") return this.#admit(operation);
    if (operation.op === "remove") {
      const removed = this.records.find(
        ({ input }) => input.kind === operation.kind && hex(input.hash) === hex(operation.hash),
      );
      this.records = this.records.filter((record) => record !== removed);
      return removed ? { status: "removed", recordId: removed.input.recordId } : false;
    }
    if (operation.op === "tag") return this.#tag(operation.kind, hex(operation.hash), operation.tags);
    const key = hex(operation.key);
    const entry = this.entries.find((entry) => entry.key === key);
    if (operation.op === "check")
      return (entry?.value ?? null) === (operation.value && hex(operation.value)) ? null : undefined;
    this.entries = this.entries.filter((entry) => entry.key !== key);
    if (operation.op === "delete") return entry !== undefined;
    this.entries = [...this.entries, { key, value: hex(operation.value) }];
    return null;
  }

  #tag(kind: string, hash: string, tags: readonly Uint8Array[]): boolean {
    const isMeant = ({ input }: ModelRecord) =>
      input.kind === kind && hex(input.hash) === hash && input.visibility === "federation";
    const found = this.records.some(isMeant);
    this.records = this.records.map((record) =>
      isMeant(record) ? { ...record, input: { ...record.input, tags } } : record,
    );
    return found;
  }

  #admit({ record: input, supersedes, behind }: StoreOperation & { readonly op: "admit" }): StoreResult {
    const hash = hex(input.hash);
    const ofKind = this.records.filter((record) => record.input.kind === input.kind);
    const duplicateOf = (record: ModelRecord): StoreResult => ({
      status: "duplicate",
      position: record.position,
      hash: record.input.hash,
    });
    const stored = ofKind.find((record) => hex(record.input.hash) === hash);
    if (stored) return duplicateOf(stored);
    const alias = ofKind.find((record) => record.aliases.includes(hash));
    const held = ofKind.find((record) => hex(record.input.recordId) === hex(input.recordId));
    if (alias && alias !== held) return duplicateOf(alias);
    if (behind && !held) {
      const ahead = ofKind.find((record) => hex(record.input.hash) === hex(behind));
      if (!ahead) return { status: "conflict" };
      const isFree = (name: string) =>
        !ofKind.some(({ input, aliases }) => hex(input.hash) === name || aliases.includes(name));
      const names = [hex(input.recordId), hash].filter(isFree);
      const aliases = [...ahead.aliases, ...names].slice(-aliasesPerRecordMax);
      this.records = this.records.map((record) => (record === ahead ? { ...ahead, aliases } : record));
      return duplicateOf(ahead);
    }
    const rival = ofKind.find((record) => hex(record.input.naturalKey) === hex(input.naturalKey));
    if (rival && rival !== held) {
      if (held || !supersedes || hex(supersedes) !== hex(rival.input.hash))
        return { status: "conflict", hash: rival.input.hash };
      return this.#supersede(input, rival, ofKind);
    }
    if (!rival && supersedes) {
      const old = held ? undefined : ofKind.find((record) => hex(record.input.hash) === hex(supersedes));
      return old ? this.#supersede(input, old, ofKind) : { status: "conflict" };
    }
    if (held) {
      const old = new Set(held.input.signatureIds.map(hex));
      const offered = new Set(input.signatureIds.map(hex));
      this.records = this.records.filter((record) => record !== held);
      if ([...old].every((id) => offered.has(id)) && offered.size > old.size) {
        const aliases = [...held.aliases.filter((name) => name !== hash), hex(held.input.hash)];
        return { status: "replaced", position: this.#insert(input, aliases.slice(-aliasesPerRecordMax)) };
      }
      const aliases = alias ? held.aliases : [...held.aliases, hash].slice(-aliasesPerRecordMax);
      this.records = [...this.records, { ...held, aliases }];
      return duplicateOf(held);
    }
    return { status: "admitted", position: this.#insert(input, []) };
  }

  #supersede(input: RecordInput, old: ModelRecord, ofKind: readonly ModelRecord[]): StoreResult {
    const oldId = hex(old.input.recordId);
    const isTaken = ofKind.some(({ aliases }) => aliases.includes(oldId));
    const aliases = [...old.aliases, ...(isTaken ? [] : [oldId]), hex(old.input.hash)]
      .filter((name) => name !== hex(input.hash) && name !== hex(input.recordId))
      .slice(-aliasesPerRecordMax);
    this.records = this.records.filter((record) => record !== old);
    return { status: "superseded", position: this.#insert(input, aliases), oldRecordId: old.input.recordId };
  }

  holder(kind: string, naturalKey: Uint8Array): Uint8Array | undefined {
    const name = hex(naturalKey);
    return this.records.find(({ input }) => input.kind === kind && hex(input.naturalKey) === name)?.input
      .hash;
  }

  #insert(input: RecordInput, aliases: string[]): number {
    this.records = [...this.records, { input, position: ++this.lastPosition, aliases }];
    return this.lastPosition;
  }
}

const recordInput = fc
  .record({
    kind: fc.constantFrom(...kinds),
    hash: fc.constantFrom(...forms),
    id: fc.nat(3),
    natural: fc.option(fc.nat(3), { nil: undefined }),
    signatures: fc.subarray([1, 2, 3]),
    bytes: fc.uint8Array({ maxLength: 40 }),
    visibility: fc.constantFrom("federation" as const, "local" as const),
    source: fc.option(fc.string({ maxLength: 8 }), { nil: undefined }),
    tags: fc.subarray(tags),
  })
  .map(({ id, natural, signatures, source, ...rest }) =>
    suiteRecord(id, {
      ...rest,
      naturalKey: suiteHash("natural", natural ?? id),
      signatureIds: signatures.map((number) => suiteHash("sig", number)),
      ...(source === undefined ? {} : { source }),
    }),
  );
const table = "marks" as const;
const key = fc.constantFrom(...keys);
const value = fc.constantFrom(...keys);
const operation: fc.Arbitrary<StoreOperation> = fc.oneof(
  { weight: 6, arbitrary: recordInput.map((record) => ({ op: "admit", record }) as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant("admit" as const),
      record: recordInput,
      supersedes: fc.constantFrom(forms[0]!, forms[1]!),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("admit" as const),
      record: recordInput,
      behind: fc.constantFrom(...forms),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("remove" as const),
      kind: fc.constantFrom(...kinds),
      hash: fc.constantFrom(...forms),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("tag" as const),
      kind: fc.constantFrom(...kinds),
      hash: fc.constantFrom(...forms),
      tags: fc.subarray(tags),
    }),
  },
  {
    weight: 2,
    arbitrary: key.chain((key) => value.map((value) => ({ op: "put", table, key, value }) as const)),
  },
  { weight: 1, arbitrary: key.map((key) => ({ op: "delete", table, key }) as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("check" as const),
      table: fc.constant(table),
      key,
      value: fc.option(value, { nil: null }),
    }),
  },
);
const batches = fc.array(fc.array(operation, { maxLength: 6 }), { minLength: 1, maxLength: 25 });

/** Names the holder, as a caller that has just read it would, in one of two supersessions. */
function aim(model: Model, operations: readonly StoreOperation[]): StoreOperation[] {
  return operations.map((operation) => {
    if (operation.op !== "admit" || !operation.supersedes || hex(operation.supersedes).endsWith("0"))
      return operation;
    const { kind, naturalKey } = operation.record;
    return { ...operation, supersedes: model.holder(kind, naturalKey) ?? operation.supersedes };
  });
}

/** What a store answers to a batch: results, or that a condition failed. */
async function answer(store: Store, operations: readonly StoreOperation[]): Promise<unknown> {
  return store.commit(operations).catch((error: { code?: string }) => {
    if (error.code !== "batch_conflict") throw error;
    return undefined;
  });
}

/** Everything that reads can tell, in one value. */
async function observe(store: Store): Promise<unknown> {
  const page = { after: 0, limit: 100 };
  const perKind = kinds.map(async (kind) => ({
    list: await store.list(kind, page),
    offer: await store.offerPage(kind, page),
    ids: await store.recordIds(kind, undefined, 100),
    holds: await store.holds(kind, forms),
    found: await Promise.all(forms.map(async (hash) => (await store.get(kind, hash))?.position)),
    served: (await store.getMany(kind, forms)).map((record) => record?.position),
    offered: await store.offeredIds(kind, page),
    tagged: await Promise.all(
      tags.map(async (tag) =>
        (await store.tagPage(kind, { tag, limit: 100 })).map(({ position }) => position),
      ),
    ),
    span: (await store.tagPage(kind, { tag: tags[1]!, through: tags[2]!, limit: 100 })).map(
      ({ position }) => position,
    ),
    byRecordId: (await store.getManyByRecordId(kind, ids)).map((record) => record?.position),
    known: await store.holdsRecordIds(kind, ids),
    byNaturalKey: await Promise.all(
      [0, 1, 2, 3].map(async (n) => (await store.getByNaturalKey(kind, suiteHash("natural", n)))?.position),
    ),
  }));
  const { byKind, ...totals } = await store.stats();
  return {
    perKind: await Promise.all(perKind),
    kinds: await store.kinds(),
    scan: await store.scan({ table, prefix: new Uint8Array(0), limit: 100 }),
    back: await store.scan({ table, prefix: keys[1]!, limit: 100, reverse: true }),
    stats: { ...totals, byKind: [...byKind] },
  };
}

function observeModel(model: Model): unknown {
  const byPosition = [...model.records].sort((a, b) => a.position - b.position);
  const perKind = kinds.map((kind) => {
    const records = byPosition.filter(({ input }) => input.kind === kind);
    const stored = (hash: Uint8Array) => records.find(({ input }) => hex(input.hash) === hex(hash));
    const offered = records.filter(({ input }) => input.visibility === "federation");
    const withId = (id: Uint8Array) => records.find(({ input }) => hex(input.recordId) === hex(id));
    const carrying = (tag: Uint8Array) =>
      offered.filter(({ input }) => input.tags?.includes(tag)).map(({ position }) => position);
    const known = (hash: Uint8Array) =>
      stored(hash) ?? records.find(({ aliases }) => aliases.includes(hex(hash)));
    return {
      list: records.map(({ input, position }) => {
        const { naturalKey, signatureIds, tags, ...rest } = input;
        return { ...rest, position };
      }),
      offer: offered.map(({ input: { hash, recordId, seq, bytes }, position }) => ({
        hash,
        recordId,
        seq,
        position,
        bytes: bytes.length,
      })),
      ids: records.map(({ input }) => input.recordId).sort((a, b) => (hex(a) < hex(b) ? -1 : 1)),
      holds: forms.map((hash) => known(hash) !== undefined),
      found: forms.map((hash) => known(hash)?.position),
      served: forms.map((hash) => stored(hash)?.position),
      offered: {
        ids: Buffer.concat(offered.map(({ input }) => input.recordId)),
        last: offered.at(-1)?.position ?? 0,
      },
      tagged: tags.map(carrying),
      span: tags.slice(1).flatMap(carrying),
      byRecordId: ids.map((id) => withId(id)?.position),
      known: ids.map(
        (id) => withId(id) !== undefined || records.some(({ aliases }) => aliases.includes(hex(id))),
      ),
      byNaturalKey: [0, 1, 2, 3].map(
        (n) => records.find(({ input }) => hex(input.naturalKey) === hex(suiteHash("natural", n)))?.position,
      ),
    };
  });
  const counted = kinds.flatMap((kind) => {
    const records = model.records.filter(({ input }) => input.kind === kind);
    const recordBytes = records.reduce((sum, { input }) => sum + input.bytes.length, 0);
    return records.length > 0 ? [[kind, { records: records.length, recordBytes }] as const] : [];
  });
  const entries = [...model.entries]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, value }) => ({ key: Buffer.from(key, "hex"), value: Buffer.from(value, "hex") }));
  return {
    perKind,
    kinds: counted.map(([kind]) => kind),
    scan: entries,
    back: entries.filter(({ key }) => key.toString().startsWith("a")).reverse(),
    stats: {
      records: model.records.length,
      recordBytes: counted.reduce((sum, [, { recordBytes }]) => sum + recordBytes, 0),
      lastPosition: model.lastPosition,
      byKind: counted,
    },
  };
}

/** Comparable text: bytes as hex, members in order of name. */
function render(value: unknown): string {
  return JSON.stringify(value, (_, member) => {
    if (member instanceof Uint8Array) return hex(member);
    if (member?.type === "Buffer") return hex(Uint8Array.from(member.data));
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

async function agrees(t: import("ava").ExecutionContext, create: () => Promise<Store>, numRuns: number) {
  await fc.assert(
    fc.asyncProperty(batches, async (sequence) => {
      const store = await create();
      const model = new Model();
      try {
        for (const drawn of sequence) {
          const operations = aim(model, drawn);
          const got = render(await answer(store, operations));
          const expected = render(model.commit(operations));
          if (got !== expected) throw new Error(`batch: expected ${expected}, got ${got}`);
        }
        const [got, expected] = [render(await observe(store)), render(observeModel(model))];
        if (got !== expected) throw new Error(`reads:\n${expected}\n${got}`);
      } finally {
        await store.close();
      }
    }),
    { numRuns },
  );
  t.pass();
}

test("the memory store answers any sequence of batches as the model does", (t) =>
  agrees(t, async () => createMemoryStore(), 400));

test("the LMDB store answers any sequence of batches as the model does", (t) =>
  agrees(t, () => openLmdbStore({ path: temporaryFolder() }), 60));
