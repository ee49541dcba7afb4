/**
 * The store on LMDB: embedded, crash-proof, one writer process a directory (`acquireDirectoryLock`), readers
 * welcome. See `layout.ts` for what is on the disk, `environment.ts` for why it survives a power cut, and
 * `group-commit.ts` for how commits share flushes. Reads are synchronous look-ups in the mapped file; they
 * see every commit that has resolved, and may see one that is about to.
 *
 * The file never shrinks: freed pages are used again. It may grow a little past `mapBytesMax`, which bounds
 * the pages in use, because a transaction writes new pages before it frees old ones.
 *
 * Not for network file systems: a memory map is not coherent there.
 */
import { checkBytes, checkInteger, checkOptions, checkString } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import { hashBytes, type KindToken } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
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
import {
  checkHashes,
  checkKind,
  checkLimit,
  checkOperations,
  checkPage,
  checkScan,
  checkTableKey,
  checkTagPage,
} from "../check-operations.js";
import { refsOfPage, tagScan } from "../tags.js";
import { checkVersion, createIfAbsent } from "./create.js";
import { lengthenDataFile } from "./data-file.js";
import { Environment } from "./environment.js";
import { asStoreError } from "./failures.js";
import { GroupCommit } from "./group-commit.js";
import { corrupt } from "./layout.js";
import { type PreparedBatch, prepareBatch } from "./prepare.js";
import { Reader } from "./reader.js";
import { Writer } from "./writer.js";

export interface LmdbStoreOptions {
  /** The data directory; made if it is absent, with access for this user alone. */
  readonly path: string;
  /** Bytes that pages in use may take; `store_full` beyond. Default `limits.storeBytesMaxDefault`. */
  readonly mapBytesMax?: number;
  /** Open for reading beside a writer. `commit` rejects with `store_read_only`. */
  readonly readOnly?: boolean;
}

export async function openLmdb(options: LmdbStoreOptions): Promise<Store> {
  checkOptions(options, "options", ["path", "mapBytesMax", "readOnly"]);
  const { path, mapBytesMax = limits.storeBytesMaxDefault, readOnly = false } = options as LmdbStoreOptions;
  checkString(path, "options.path");
  checkInteger(mapBytesMax, "options.mapBytesMax", limits.storeBytesMin);
  if (typeof readOnly !== "boolean") throw new TypeError("options.readOnly: expected boolean");
  try {
    if (!readOnly) await createIfAbsent(path, mapBytesMax);
    const mode = readOnly ? "read" : "write";
    const environment = await Environment.open({ path, mode, mapBytes: mapBytesMax });
    if (!environment && readOnly)
      throw new WaxwingError("store_unavailable", `${path}: there is no store to read`);
    if (!environment) throw corrupt(`${path}: the data file is empty`);
    try {
      checkVersion(environment, path);
      if (!readOnly) lengthenDataFile(path, environment.claimedBytes());
      return new LmdbStore(environment, path, mapBytesMax, readOnly);
    } catch (error) {
      await environment.close();
      throw error;
    }
  } catch (error) {
    throw asStoreError(error, path);
  }
}

class LmdbStore implements Store {
  readonly name = "lmdb";
  readonly #environment: Environment;
  readonly #path: string;
  readonly #readOnly: boolean;
  readonly #reader: Reader;
  readonly #commits: GroupCommit<PreparedBatch, StoreResult[]>;
  #closing: Promise<void> | undefined;

  constructor(environment: Environment, path: string, mapBytesMax: number, readOnly: boolean) {
    this.#environment = environment;
    this.#path = path;
    this.#readOnly = readOnly;
    this.#reader = new Reader(environment);
    const writer = new Writer(environment, path, mapBytesMax);
    this.#commits = new GroupCommit((group) => writer.run(group));
  }

  async commit(operations: readonly StoreOperation[]): Promise<StoreResult[]> {
    this.#checkOpen();
    if (this.#readOnly)
      throw new WaxwingError("store_read_only", `${this.#path}: the store was opened for reading`);
    checkOperations(operations);
    return this.#commits.submit(prepareBatch(operations));
  }

  async get(kind: KindToken, hash: Uint8Array): Promise<StoredRecord | undefined> {
    checkKind(kind, "kind");
    checkBytes(hash, "hash", hashBytes);
    return this.#read((reader) => reader.get(kind, hash));
  }

  async getMany(kind: KindToken, hashes: readonly Uint8Array[]): Promise<(StoredRecord | undefined)[]> {
    checkKind(kind, "kind");
    checkHashes(hashes, "hashes");
    return this.#read((reader) => reader.getMany(kind, hashes));
  }

  async holds(kind: KindToken, hashes: readonly Uint8Array[]): Promise<boolean[]> {
    checkKind(kind, "kind");
    checkHashes(hashes, "hashes");
    return this.#read((reader) => reader.holds(kind, hashes));
  }

  async getManyByRecordId(
    kind: KindToken,
    recordIds: readonly Uint8Array[],
  ): Promise<(StoredRecord | undefined)[]> {
    checkKind(kind, "kind");
    checkHashes(recordIds, "recordIds");
    return this.#read((reader) => reader.getManyByRecordId(kind, recordIds));
  }

  async holdsRecordIds(kind: KindToken, recordIds: readonly Uint8Array[]): Promise<boolean[]> {
    checkKind(kind, "kind");
    checkHashes(recordIds, "recordIds");
    return this.#read((reader) => reader.holdsRecordIds(kind, recordIds));
  }

  async getByNaturalKey(kind: KindToken, naturalKey: Uint8Array): Promise<StoredRecord | undefined> {
    checkKind(kind, "kind");
    checkBytes(naturalKey, "naturalKey", hashBytes);
    return this.#read((reader) => reader.getByNaturalKey(kind, naturalKey));
  }

  async offerPage(kind: KindToken, page: PageRequest): Promise<RecordRef[]> {
    checkKind(kind, "kind");
    checkPage(page);
    return this.#read((reader) => reader.offerPage(kind, page));
  }

  async offeredIds(kind: KindToken, page: PageRequest): Promise<OfferedIds> {
    checkKind(kind, "kind");
    checkPage(page);
    return this.#read((reader) => reader.offeredIds(kind, page));
  }

  async tagPage(kind: KindToken, page: TagPage): Promise<RecordRef[]> {
    checkKind(kind, "kind");
    checkTagPage(page);
    return this.#read((reader) => refsOfPage(kind, page, reader.scan(tagScan(kind, page))));
  }

  async list(kind: KindToken, page: PageRequest): Promise<StoredRecord[]> {
    checkKind(kind, "kind");
    checkPage(page);
    return this.#read((reader) => reader.list(kind, page));
  }

  async recordIds(kind: KindToken, after: Uint8Array | undefined, limit: number): Promise<Uint8Array[]> {
    checkKind(kind, "kind");
    if (after !== undefined) checkBytes(after, "after", hashBytes);
    checkLimit(limit);
    return this.#read((reader) => reader.recordIds(kind, after, limit));
  }

  async kinds(): Promise<KindToken[]> {
    return this.#read((reader) => [...reader.stats().byKind.keys()]);
  }

  async stats(): Promise<StoreStats> {
    return this.#read((reader) => reader.stats());
  }

  async read(table: TableName, key: Uint8Array): Promise<Uint8Array | undefined> {
    checkTableKey(table, key, "read");
    return this.#read((reader) => reader.read(table, key));
  }

  async scan(scan: TableScan): Promise<TableEntry[]> {
    checkScan(scan);
    return this.#read((reader) => reader.scan(scan));
  }

  /** Commits that were called before it still complete. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#commits.drain();
    await this.#environment.close();
  }

  #checkOpen(): void {
    if (this.#closing) throw new WaxwingError("store_unavailable", "the store is closed");
  }

  #read<Result>(look: (reader: Reader) => Result): Result {
    this.#checkOpen();
    try {
      // A reader beside a writer in another process is told of no commit; it looks for itself.
      if (this.#readOnly) this.#environment.refresh();
      return look(this.#reader);
    } catch (error) {
      throw asStoreError(error, this.#path);
    }
  }
}
