/**
 * One LMDB environment and its sub-databases, reduced to what the store needs: point reads, ordered ranges,
 * and one write transaction at a time. All knowledge of the lmdb package is in this file.
 *
 * Settings that durability rests on: no write map (a stray pointer cannot reach the file), no `noSync`, and
 * no overlapping sync: a transaction writes its pages, flushes them, writes the meta page through an O_DSYNC
 * descriptor, and only then resolves. The pages of the previous two transactions are never overwritten, so
 * whatever a power cut tears, one intact tree remains. Writing and flushing happen on a worker thread.
 */
import type { Database, RangeOptions, RootDatabase } from "lmdb";
import { WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import { checkDataFile, dataFileBytes } from "./data-file.js";
import { type DatabaseName, databaseNames } from "./layout.js";

type Bytes = Uint8Array;

export interface EnvironmentOptions {
  readonly path: string;
  readonly mode: "read" | "write" | "create";
  /** Address space to reserve; LMDB grows the map by itself behind it. */
  readonly mapBytes: number;
}

export interface RangeRequest {
  readonly start: Bytes;
  readonly reverse?: boolean;
  /** False reads keys alone. */
  readonly values?: boolean;
}

export interface VisitRequest {
  readonly start: Bytes;
  readonly end: Bytes;
  readonly limit: number;
}

export class Environment {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #databases: ReadonlyMap<DatabaseName, Database<Buffer, Buffer>>;

  private constructor(
    root: RootDatabase<Buffer, Buffer>,
    databases: ReadonlyMap<DatabaseName, Database<Buffer, Buffer>>,
  ) {
    this.#root = root;
    this.#databases = databases;
  }

  /** Undefined when the directory holds no store; only `create` makes one. */
  static async open({ path, mode, mapBytes }: EnvironmentOptions): Promise<Environment | undefined> {
    if (mode !== "create") {
      if (dataFileBytes(path) === 0) return undefined;
      checkDataFile(path, mode);
    }
    const lmdb = await import("lmdb");
    // `permissionsMode` and `maxFreeSpaceToLoad` are understood by the addon and missing in its declarations.
    const settings = {
      path,
      readOnly: mode === "read",
      encoding: "binary",
      keyEncoding: "binary",
      noSubdir: false,
      maxDbs: databaseNames.length,
      mapSize: mapBytes,
      overlappingSync: false,
      eventTurnBatching: false,
      permissionsMode: 0o600,
      maxFreeSpaceToLoad: limits.freePagesLoadedMax,
    } as const;
    const root = lmdb.open<Buffer, Buffer>(settings);
    try {
      const databases = new Map<DatabaseName, Database<Buffer, Buffer>>();
      for (const name of databaseNames) {
        const database = root.openDB<Buffer, Buffer>({
          name,
          encoding: "binary",
          keyEncoding: "binary",
          // The declarations lack it; without it, looking into a foreign file would change the file.
          ...{ create: mode === "create" },
        });
        if (!database)
          throw new WaxwingError(
            "store_version",
            `${path}: an LMDB file of another program: no "${name}" in it`,
          );
        databases.set(name, database);
      }
      return new Environment(root, databases);
    } catch (error) {
      await root.close();
      throw error;
    }
  }

  /** The value as bytes of the caller's own, or undefined. */
  get(name: DatabaseName, key: Bytes): Bytes | undefined {
    return ownBytes(this.#database(name).getBinary(key as Buffer));
  }

  has(name: DatabaseName, key: Bytes): boolean {
    return this.#database(name).getBinaryFast(key as Buffer) !== undefined;
  }

  /** Entries from `start` on (inclusive); the caller stops by leaving the loop. */
  *range(name: DatabaseName, request: RangeRequest): Generator<{ key: Bytes; value: Bytes }> {
    const options = { start: request.start as Buffer, reverse: request.reverse === true };
    const database = this.#database(name);
    if (request.values === false) {
      for (const key of database.getKeys(options)) yield { key: ownBytes(key), value: noBytes };
    } else {
      for (const entry of database.getRange(options))
        yield { key: ownBytes(entry.key), value: ownBytes(entry.value) };
    }
  }

  /**
   * At most `limit` entries from `start` up to and without `end`, without an object of ours for any: what a million
   * entries are read with. Keys and values are the addon's, to be read and not kept.
   */
  visit(name: DatabaseName, request: VisitRequest, visitor: (key: Bytes, value: Bytes) => void): void {
    for (const { key, value } of this.#database(name).getRange(request as RangeOptions)) visitor(key, value);
  }

  /** Only inside `transaction`. */
  put(name: DatabaseName, key: Bytes, value: Bytes): void {
    this.#database(name).put(key as Buffer, value as Buffer);
  }

  /** Only inside `transaction`. */
  remove(name: DatabaseName, key: Bytes): boolean {
    return this.#database(name).removeSync(key as Buffer);
  }

  /**
   * Runs `write` inside a transaction and resolves with its result once that is on the disk. When `write`
   * throws, the transaction leaves nothing; reads inside see its own writes.
   */
  async transaction<Result>(write: () => Result): Promise<Result> {
    try {
      // A child transaction, because only these are undone when the callback throws.
      return await this.#root.childTransaction(write);
    } catch (error) {
      // The cause of a failed flush hides in a promise beside the error.
      throw await rootCause(error);
    }
  }

  /** Pages that hold data now, of all trees, the free list included; inside a transaction, as it would leave them. */
  livePages(): number {
    let pages = metaPages;
    for (const database of this.#databases.values()) pages += pagesOf(database.getStats() as TreeStats);
    const { root, free } = this.#root.getStats() as EnvironmentStats;
    return pages + pagesOf(root) + pagesOf(free);
  }

  /** Pages of the file as last committed, free ones included. */
  filePages(): number {
    return (this.#root.getStats() as EnvironmentStats).lastPageNumber + 1;
  }

  pageBytes(): number {
    return (this.#root.getStats() as EnvironmentStats).root.pageSize;
  }

  /** How long the newest meta page says that the file is. */
  claimedBytes(): number {
    const { root, lastPageNumber } = this.#root.getStats() as EnvironmentStats;
    return (lastPageNumber + 1) * root.pageSize;
  }

  /** Reads from now on see what other processes have committed until now. */
  refresh(): void {
    this.#root.resetReadTxn();
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  #database(name: DatabaseName): Database<Buffer, Buffer> {
    return this.#databases.get(name)!;
  }
}

const noBytes = new Uint8Array(0);
/** Both meta pages. */
const metaPages = 2;

interface TreeStats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

interface EnvironmentStats {
  readonly root: TreeStats;
  readonly free: TreeStats;
  readonly lastPageNumber: number;
}

function pagesOf(stats: TreeStats): number {
  return stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages;
}

/** A plain `Uint8Array`: `Buffer.slice` shares memory where `Uint8Array.slice` copies. */
function ownBytes(buffer: Buffer): Bytes;
function ownBytes(buffer: Buffer | undefined): Bytes | undefined;
function ownBytes(buffer: Buffer | undefined): Bytes | undefined {
  return buffer && new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

async function rootCause(error: unknown): Promise<unknown> {
  const commitError = (error as { commitError?: Promise<unknown> } | null)?.commitError;
  if (!commitError) return error;
  try {
    await commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
