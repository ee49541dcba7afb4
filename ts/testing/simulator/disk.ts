/**
 * A modelled disk below a store: what is committed is readable at once and durable only after a flush of
 * modelled length; `commit` resolves after that flush. Batches that wait share the next one (group commit).
 *
 * A crash loses every batch that no flush has finished with. The flush under way may be torn: a prefix of
 * its batches survives, none of them acknowledged. Whole batches live or die, because the store contract
 * makes them atomic; what a torn page does to a real engine is tested below that contract, on LMDB.
 *
 * The image on disk is the list of flushed batches; opening replays it into a fresh store, which gives the
 * same positions since batches are replayed in their order.
 */
import { WaxwingError } from "../../base/errors.js";
import type { KindToken } from "../../base/ids.js";
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
import type { SeededRandom } from "../seeded-random.js";
import type { Incarnation } from "./incarnation.js";

export type StoreFactory = () => Store | Promise<Store>;

export interface DiskFaults {
  /** One flush, uniform in [min, max]. A slow disk is a large number here. */
  readonly flushDelayMsMin: number;
  readonly flushDelayMsMax: number;
  /** Commits that would make the image larger fail with `store_full`; 0 fills the disk now. */
  readonly capacityBytes: number;
}

export const goodDisk: DiskFaults = {
  flushDelayMsMin: 1,
  flushDelayMsMax: 4,
  capacityBytes: Number.POSITIVE_INFINITY,
};

interface Batch {
  readonly operations: readonly StoreOperation[];
  readonly bytes: number;
  acknowledge(): void;
}

/** The disk of one node; it outlives the node's incarnations. */
export class SimDisk {
  faults: DiskFaults;
  readonly #random: SeededRandom;
  readonly #factory: StoreFactory;
  readonly #durable: Batch[] = [];
  #flushing: Batch[] = [];
  #waiting: Batch[] = [];
  #imageBytes = 0;

  constructor(random: SeededRandom, factory: StoreFactory, faults: Partial<DiskFaults> = {}) {
    this.#random = random;
    this.#factory = factory;
    this.faults = { ...goodDisk, ...faults };
  }

  setFaults(faults: Partial<DiskFaults>): void {
    this.faults = { ...this.faults, ...faults };
  }

  get durableBatches(): number {
    return this.#durable.length;
  }

  /** Batches that a crash would take. */
  get unflushedBatches(): number {
    return this.#flushing.length + this.#waiting.length;
  }

  async open(incarnation: Incarnation): Promise<DiskStore> {
    const store = await this.#factory();
    for (const batch of this.#durable) await store.commit(batch.operations);
    return new DiskStore(this, store, incarnation);
  }

  /** Called by the world when the node crashes. Returns how many batches were lost. */
  losePower(): number {
    const survivors = this.#random.integer(0, this.#flushing.length);
    this.#append(this.#flushing.slice(0, survivors));
    const lost = this.unflushedBatches - survivors;
    this.#flushing = [];
    this.#waiting = [];
    return lost;
  }

  hasRoomFor(bytes: number): boolean {
    const unflushed = [...this.#flushing, ...this.#waiting].reduce((sum, batch) => sum + batch.bytes, 0);
    return this.#imageBytes + unflushed + bytes <= this.faults.capacityBytes;
  }

  write(batch: Batch, incarnation: Incarnation): void {
    this.#waiting.push(batch);
    if (this.#flushing.length === 0) this.#flush(incarnation);
  }

  #flush(incarnation: Incarnation): void {
    this.#flushing = this.#waiting;
    this.#waiting = [];
    const { flushDelayMsMin, flushDelayMsMax } = this.faults;
    incarnation.after(this.#random.integer(flushDelayMsMin, flushDelayMsMax), () => {
      const flushed = this.#flushing;
      this.#append(flushed);
      this.#flushing = [];
      if (this.#waiting.length > 0) this.#flush(incarnation);
      for (const batch of flushed) batch.acknowledge();
    });
  }

  #append(batches: readonly Batch[]): void {
    for (const batch of batches) {
      this.#durable.push(batch);
      this.#imageBytes += batch.bytes;
    }
  }
}

/** One opening of a disk. Reads see every commit of this life; after a crash or `close` all calls reject. */
export class DiskStore implements Store {
  readonly name: Store["name"];
  readonly #disk: SimDisk;
  readonly #store: Store;
  readonly #incarnation: Incarnation;
  /** Commits apply one after the other, in the order of their calls. */
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(disk: SimDisk, store: Store, incarnation: Incarnation) {
    this.name = store.name;
    this.#disk = disk;
    this.#store = store;
    this.#incarnation = incarnation;
  }

  async commit(operations: readonly StoreOperation[]): Promise<StoreResult[]> {
    this.#checkOpen();
    const copied = operations.map(copyOperation);
    const bytes = copied.reduce((sum, operation) => sum + operationBytes(operation), 0);
    const turn = this.#tail.then(() => this.#commitNow(copied, bytes));
    this.#tail = turn.catch(() => undefined);
    const { results, durable } = await turn;
    await durable;
    return results;
  }

  async #commitNow(operations: readonly StoreOperation[], bytes: number) {
    if (!this.#disk.hasRoomFor(bytes)) {
      throw new WaxwingError("store_full", "the modelled disk is full", { detail: { bytes } });
    }
    const results = await this.#store.commit(operations);
    const durable = new Promise<void>((acknowledge) => {
      this.#disk.write({ operations, bytes, acknowledge }, this.#incarnation);
    });
    return { results, durable };
  }

  async get(kind: KindToken, hash: Uint8Array): Promise<StoredRecord | undefined> {
    return this.#open().get(kind, hash);
  }

  async getMany(kind: KindToken, hashes: readonly Uint8Array[]): Promise<(StoredRecord | undefined)[]> {
    return this.#open().getMany(kind, hashes);
  }

  async holds(kind: KindToken, hashes: readonly Uint8Array[]): Promise<boolean[]> {
    return this.#open().holds(kind, hashes);
  }

  async getManyByRecordId(
    kind: KindToken,
    recordIds: readonly Uint8Array[],
  ): Promise<(StoredRecord | undefined)[]> {
    return this.#open().getManyByRecordId(kind, recordIds);
  }

  async holdsRecordIds(kind: KindToken, recordIds: readonly Uint8Array[]): Promise<boolean[]> {
    return this.#open().holdsRecordIds(kind, recordIds);
  }

  async getByNaturalKey(kind: KindToken, naturalKey: Uint8Array): Promise<StoredRecord | undefined> {
    return this.#open().getByNaturalKey(kind, naturalKey);
  }

  async offerPage(kind: KindToken, page: PageRequest): Promise<RecordRef[]> {
    return this.#open().offerPage(kind, page);
  }

  async offeredIds(kind: KindToken, page: PageRequest): Promise<OfferedIds> {
    return this.#open().offeredIds(kind, page);
  }

  async tagPage(kind: KindToken, page: TagPage): Promise<RecordRef[]> {
    return this.#open().tagPage(kind, page);
  }

  async list(kind: KindToken, page: PageRequest): Promise<StoredRecord[]> {
    return this.#open().list(kind, page);
  }

  async recordIds(kind: KindToken, after: Uint8Array | undefined, limit: number): Promise<Uint8Array[]> {
    return this.#open().recordIds(kind, after, limit);
  }

  async kinds(): Promise<KindToken[]> {
    return this.#open().kinds();
  }

  async stats(): Promise<StoreStats> {
    return this.#open().stats();
  }

  async read(table: TableName, key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#open().read(table, key);
  }

  async scan(scan: TableScan): Promise<TableEntry[]> {
    return this.#open().scan(scan);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#tail;
    // An empty batch behind all others: when it is flushed, so are they.
    await new Promise<void>((acknowledge) => {
      this.#disk.write({ operations: [], bytes: 0, acknowledge }, this.#incarnation);
    });
    await this.#store.close();
  }

  #open(): Store {
    this.#checkOpen();
    return this.#store;
  }

  #checkOpen(): void {
    if (this.#closed || !this.#incarnation.alive) {
      throw new WaxwingError("store_unavailable", "the store is closed, or its node has crashed");
    }
  }
}

/** The log must not change when a caller reuses its buffers. */
function copyOperation(operation: StoreOperation): StoreOperation {
  switch (operation.op) {
    case "admit": {
      const { record, supersedes, behind, required } = operation;
      return {
        op: "admit",
        ...(required === undefined ? {} : { required }),
        ...(supersedes === undefined ? {} : { supersedes: supersedes.slice() }),
        ...(behind === undefined ? {} : { behind: behind.slice() }),
        record: {
          ...record,
          hash: record.hash.slice(),
          bytes: record.bytes.slice(),
          recordId: record.recordId.slice(),
          naturalKey: record.naturalKey.slice(),
          signatureIds: record.signatureIds.map((id) => id.slice()),
          ...(record.tags === undefined ? {} : { tags: record.tags.map((tag) => tag.slice()) }),
        },
      };
    }
    case "remove":
      return { ...operation, hash: operation.hash.slice() };
    case "tag":
      return { ...operation, hash: operation.hash.slice(), tags: operation.tags.map((tag) => tag.slice()) };
    case "put":
      return { ...operation, key: operation.key.slice(), value: operation.value.slice() };
    case "delete":
      return { ...operation, key: operation.key.slice() };
    case "check":
      return { ...operation, key: operation.key.slice(), value: operation.value?.slice() ?? null };
  }
}

/** What an operation adds to the image; deletions add nothing and free nothing, as in a log. */
function operationBytes(operation: StoreOperation): number {
  if (operation.op === "admit") return operation.record.bytes.length;
  if (operation.op === "put") return operation.key.length + operation.value.length;
  return 0;
}
