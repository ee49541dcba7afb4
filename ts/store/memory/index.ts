/**
 * The store in memory: the contract in its plainest form, for tests, simulations and browsers. Nothing
 * survives `close`. A batch is judged whole before its first write (`firstFailingCheck`), and after that
 * nothing can fail, so there is nothing to undo.
 */
import { hexDecode, hexEncode } from "../../base/bytes.js";
import { checkBytes } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import { hashBytes, type KindToken } from "../../base/ids.js";
import type {
  OfferedIds,
  PageRequest,
  RecordRef,
  Store,
  StoredRecord,
  StoreOperation,
  StoreResult,
  StoreStats,
  TableEntry,
  TableName,
  TableScan,
  TagPage,
} from "../../contracts/store.js";
import { firstFailingCheck, isHeldAfter } from "../admission-rule.js";
import {
  checkHashes,
  checkKind,
  checkLimit,
  checkOperations,
  checkPage,
  checkScan,
  checkTableKey,
  checkTagPage,
  tableNames,
} from "../check-operations.js";
import { refsOfPage, tagEntries, tagEntryKeys, tagScan, tagsKey } from "../tags.js";
import { OrderedMap } from "./ordered-map.js";
import { recordIdsOf, Shelf } from "./shelf.js";

export function createMemoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly name = "memory";
  readonly #shelves = new OrderedMap<KindToken, Shelf>();
  readonly #tables = new Map(tableNames.map((table) => [table, new OrderedMap<string, Uint8Array>()]));
  #lastPosition = 0;
  #closed = false;

  async commit(operations: readonly StoreOperation[]): Promise<StoreResult[]> {
    this.#checkOpen();
    checkOperations(operations);
    const failing = this.#firstFailing(operations);
    if (failing >= 0) {
      throw new WaxwingError("batch_conflict", `the condition of operation ${failing} does not hold`, {
        detail: { operation: failing },
      });
    }
    return operations.map((operation) => this.#perform(operation));
  }

  #firstFailing(operations: readonly StoreOperation[]): number {
    const failing = firstFailingCheck(operations, (table, key) => this.#table(table).get(hexEncode(key)));
    if (failing >= 0) return failing;
    return operations.findIndex(
      (operation) =>
        operation.op === "admit" &&
        operation.required &&
        !isHeldAfter(operation.record, this.#shelfFor(operation.record.kind), operation),
    );
  }

  #perform(operation: StoreOperation): StoreResult {
    switch (operation.op) {
      case "admit": {
        const { record, supersedes } = operation;
        const shelf = this.#shelfFor(record.kind);
        const displaced =
          shelf.withRecordId(record.recordId) ??
          shelf.withNaturalKey(record.naturalKey) ??
          (supersedes && shelf.storedUnder(supersedes));
        const outcome = shelf.admit(record, this.#lastPosition + 1, operation);
        if (outcome.status !== "duplicate" && outcome.status !== "conflict") {
          this.#lastPosition = outcome.position;
          if (displaced) this.#dropTags(record.kind, displaced.position);
          this.#putTags(record.kind, record.tags ?? [], shelf.storedUnder(record.hash)!.record);
        }
        return copyOutcome(outcome);
      }
      case "remove": {
        const shelf = this.#shelves.get(operation.kind);
        const held = shelf?.storedUnder(operation.hash);
        if (held) this.#dropTags(operation.kind, held.position);
        return copyOutcome(shelf?.remove(operation.hash) ?? false);
      }
      case "tag": {
        const record = this.#shelves.get(operation.kind)?.storedUnder(operation.hash)?.record;
        if (record?.visibility !== "federation") return false;
        this.#dropTags(operation.kind, record.position);
        this.#putTags(operation.kind, operation.tags, record);
        return true;
      }
      case "put":
        this.#table(operation.table).set(hexEncode(operation.key), operation.value.slice());
        return null;
      case "delete":
        return this.#table(operation.table).delete(hexEncode(operation.key));
      case "check":
        return null;
    }
  }

  #putTags(kind: KindToken, tags: readonly Uint8Array[], record: StoredRecord): void {
    if (record.visibility !== "federation") return;
    for (const { key, value } of tagEntries(kind, tags, refOf(record)))
      this.#table("tags").set(hexEncode(key), value);
  }

  #dropTags(kind: KindToken, position: number): void {
    const table = this.#table("tags");
    const key = hexEncode(tagsKey(kind, position));
    const tags = table.get(key);
    if (!tags) return;
    table.delete(key);
    for (const entry of tagEntryKeys(kind, position, tags)) table.delete(hexEncode(entry));
  }

  async get(kind: KindToken, hash: Uint8Array): Promise<StoredRecord | undefined> {
    const shelf = this.#shelfToRead(kind);
    checkBytes(hash, "hash", hashBytes);
    const held = shelf?.storedUnder(hash) ?? shelf?.aliasOf(hash);
    return held && copyRecord(held.record);
  }

  async getMany(kind: KindToken, hashes: readonly Uint8Array[]): Promise<(StoredRecord | undefined)[]> {
    const shelf = this.#shelfToRead(kind);
    checkHashes(hashes, "hashes");
    return hashes.map((hash) => {
      const held = shelf?.storedUnder(hash);
      return held && copyRecord(held.record);
    });
  }

  async holds(kind: KindToken, hashes: readonly Uint8Array[]): Promise<boolean[]> {
    const shelf = this.#shelfToRead(kind);
    checkHashes(hashes, "hashes");
    return hashes.map((hash) => (shelf?.storedUnder(hash) ?? shelf?.aliasOf(hash)) !== undefined);
  }

  async getManyByRecordId(
    kind: KindToken,
    recordIds: readonly Uint8Array[],
  ): Promise<(StoredRecord | undefined)[]> {
    const shelf = this.#shelfToRead(kind);
    checkHashes(recordIds, "recordIds");
    return recordIds.map((recordId) => {
      const held = shelf?.withRecordId(recordId);
      return held && copyRecord(held.record);
    });
  }

  async holdsRecordIds(kind: KindToken, recordIds: readonly Uint8Array[]): Promise<boolean[]> {
    const shelf = this.#shelfToRead(kind);
    checkHashes(recordIds, "recordIds");
    return recordIds.map((recordId) => shelf?.knowsRecordId(recordId) ?? false);
  }

  async getByNaturalKey(kind: KindToken, naturalKey: Uint8Array): Promise<StoredRecord | undefined> {
    const shelf = this.#shelfToRead(kind);
    checkBytes(naturalKey, "naturalKey", hashBytes);
    const held = shelf?.withNaturalKey(naturalKey);
    return held && copyRecord(held.record);
  }

  async offerPage(kind: KindToken, page: PageRequest): Promise<RecordRef[]> {
    const shelf = this.#shelfToRead(kind);
    checkPage(page);
    return [...offered(shelf, page)].map(refOf);
  }

  async offeredIds(kind: KindToken, page: PageRequest): Promise<OfferedIds> {
    const shelf = this.#shelfToRead(kind);
    checkPage(page);
    const records = [...offered(shelf, page)];
    const ids = new Uint8Array(records.length * hashBytes);
    for (const [index, { recordId }] of records.entries()) ids.set(recordId, index * hashBytes);
    return { ids, last: records.at(-1)?.position ?? page.after };
  }

  async tagPage(kind: KindToken, page: TagPage): Promise<RecordRef[]> {
    checkKind(kind, "kind");
    checkTagPage(page);
    return refsOfPage(kind, page, await this.scan(tagScan(kind, page)));
  }

  async list(kind: KindToken, page: PageRequest): Promise<StoredRecord[]> {
    const shelf = this.#shelfToRead(kind);
    checkPage(page);
    const records: StoredRecord[] = [];
    for (const [, { record }] of shelf?.byPosition.ascending(page.after) ?? []) {
      if (records.length >= page.limit) break;
      records.push(copyRecord(record));
    }
    return records;
  }

  async recordIds(kind: KindToken, after: Uint8Array | undefined, limit: number): Promise<Uint8Array[]> {
    const shelf = this.#shelfToRead(kind);
    if (after !== undefined) checkBytes(after, "after", hashBytes);
    checkLimit(limit);
    return shelf ? recordIdsOf(shelf, after, limit) : [];
  }

  async kinds(): Promise<KindToken[]> {
    this.#checkOpen();
    return [...this.#filledShelves()].map(([kind]) => kind);
  }

  async stats(): Promise<StoreStats> {
    this.#checkOpen();
    const byKind = new Map<KindToken, { records: number; recordBytes: number }>();
    for (const [kind, shelf] of this.#filledShelves())
      byKind.set(kind, { records: shelf.byPosition.size, recordBytes: shelf.recordBytes });
    const kinds = [...byKind.values()];
    return {
      records: kinds.reduce((sum, kind) => sum + kind.records, 0),
      recordBytes: kinds.reduce((sum, kind) => sum + kind.recordBytes, 0),
      byKind,
      lastPosition: this.#lastPosition,
    };
  }

  async read(table: TableName, key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#checkOpen();
    checkTableKey(table, key, "read");
    return this.#table(table).get(hexEncode(key))?.slice();
  }

  async scan(scan: TableScan): Promise<TableEntry[]> {
    this.#checkOpen();
    checkScan(scan);
    const prefix = hexEncode(scan.prefix);
    const after = scan.after && hexEncode(scan.after);
    const entries: TableEntry[] = [];
    for (const [key, value] of scanOrder(this.#table(scan.table), prefix, after, scan.reverse === true)) {
      if (entries.length >= scan.limit || !key.startsWith(prefix)) break;
      entries.push({ key: hexDecode(key), value: value.slice() });
    }
    return entries;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (this.#closed) throw new WaxwingError("store_unavailable", "the store is closed");
  }

  #table(table: TableName): OrderedMap<string, Uint8Array> {
    return this.#tables.get(table)!;
  }

  #shelfToRead(kind: KindToken): Shelf | undefined {
    this.#checkOpen();
    checkKind(kind, "kind");
    return this.#shelves.get(kind);
  }

  #shelfFor(kind: KindToken): Shelf {
    const shelf = this.#shelves.get(kind) ?? new Shelf();
    this.#shelves.set(kind, shelf);
    return shelf;
  }

  *#filledShelves(): Generator<[KindToken, Shelf]> {
    for (const entry of this.#shelves.ascending()) if (entry[1].byPosition.size > 0) yield entry;
  }
}

/** Federation-visible records of a page. */
function* offered(shelf: Shelf | undefined, page: PageRequest): Generator<StoredRecord> {
  let left = page.limit;
  for (const [, { record }] of shelf?.byPosition.ascending(page.after) ?? []) {
    if (left === 0) return;
    if (record.visibility !== "federation") continue;
    left--;
    yield record;
  }
}

/** From the edge of the prefix, or from `after` where that lies further in. "g" sorts behind every hex digit. */
function scanOrder(
  table: OrderedMap<string, Uint8Array>,
  prefix: string,
  after: string | undefined,
  reverse: boolean,
): Generator<[string, Uint8Array]> {
  if (reverse) {
    const end = `${prefix}g`;
    return table.descending(after !== undefined && after < end ? after : end);
  }
  if (after !== undefined && after >= prefix) return table.ascending(after);
  return fromInclusive(table, prefix);
}

function* fromInclusive(
  table: OrderedMap<string, Uint8Array>,
  first: string,
): Generator<[string, Uint8Array]> {
  const value = table.get(first);
  if (value) yield [first, value];
  yield* table.ascending(first);
}

function copyOutcome(outcome: StoreResult): StoreResult {
  if (typeof outcome !== "object" || outcome === null) return outcome;
  if ("oldRecordId" in outcome) return { ...outcome, oldRecordId: outcome.oldRecordId.slice() };
  if ("recordId" in outcome) return { ...outcome, recordId: outcome.recordId.slice() };
  return "hash" in outcome ? { ...outcome, hash: outcome.hash.slice() } : outcome;
}

function copyRecord(record: StoredRecord): StoredRecord {
  return {
    ...record,
    hash: record.hash.slice(),
    bytes: record.bytes.slice(),
    recordId: record.recordId.slice(),
  };
}

function refOf(record: StoredRecord): RecordRef {
  return {
    hash: record.hash.slice(),
    recordId: record.recordId.slice(),
    seq: record.seq,
    position: record.position,
    bytes: record.bytes.length,
  };
}
