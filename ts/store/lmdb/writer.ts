/**
 * From queued batches to durable transactions: one transaction a group; when a group fails as a whole, its
 * batches run one by one, so that a batch that does not fit never takes its neighbours along.
 */
import { WaxwingError } from "../../base/errors.js";
import type { StoreResult } from "../../contracts/store.js";
import { firstFailingCheck, isHeldAfter } from "../admission-rule.js";
import { lengthenDataFile } from "./data-file.js";
import type { Environment } from "./environment.js";
import { asStoreError } from "./failures.js";
import type { Settled } from "./group-commit.js";
import { IndexReader } from "./index-reader.js";
import { databaseNames, tableKey } from "./layout.js";
import type { PreparedBatch, PreparedOperation } from "./prepare.js";
import { unseal } from "./row.js";
import { Writing } from "./write.js";

type Outcome = Settled<StoreResult[]>;

/** A tree of 4 KiB pages with at least ten keys in each holds 10⁸ entries in eight levels. */
const treeDepthMax = 8;

export class Writer {
  readonly #environment: Environment;
  readonly #path: string;
  readonly #pageBytes: number;
  readonly #pagesMax: number;
  /** The environment refuses everything until it is opened again; LMDB would wait forever instead of saying so. */
  #broken: unknown;

  constructor(environment: Environment, path: string, storeBytesMax: number) {
    this.#environment = environment;
    this.#path = path;
    this.#pageBytes = environment.pageBytes();
    this.#pagesMax = Math.floor(storeBytesMax / this.#pageBytes);
  }

  async run(group: readonly PreparedBatch[]): Promise<Outcome[]> {
    const together = await this.#attempt(group);
    if (Array.isArray(together)) return together;
    if (group.length === 1) return [{ ok: false, error: together.error }];
    return this.#oneByOne(group);
  }

  async #oneByOne(group: readonly PreparedBatch[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let refused: { byteCount: number; error: unknown } | undefined;
    for (const batch of group) {
      // Where a batch found no room, one at least as large need not try.
      if (refused && !batch.shrinks && batch.byteCount >= refused.byteCount) {
        outcomes.push({ ok: false, error: refused.error });
        continue;
      }
      const alone = await this.#attempt([batch]);
      if (Array.isArray(alone)) outcomes.push(...alone);
      else {
        outcomes.push({ ok: false, error: alone.error });
        if (alone.error instanceof WaxwingError && alone.error.code === "store_full")
          refused = { byteCount: batch.byteCount, error: alone.error };
      }
    }
    return outcomes;
  }

  /** The outcomes, or what stopped the transaction as a whole. */
  async #attempt(group: readonly PreparedBatch[]): Promise<Outcome[] | { error: unknown }> {
    if (this.#broken) return { error: this.#broken };
    try {
      const outcomes = await this.#environment.transaction(() => this.#write(group));
      lengthenDataFile(this.#path, this.#environment.claimedBytes());
      return outcomes;
    } catch (error) {
      this.#probe();
      return { error: asStoreError(error, this.#path) };
    }
  }

  #write(group: readonly PreparedBatch[]): Outcome[] {
    const writing = new Writing(this.#environment);
    const outcomes = group.map((batch): Outcome => {
      const conflict = this.#conflict(batch);
      return conflict ? { ok: false, error: conflict } : { ok: true, result: writing.perform(batch) };
    });
    writing.finish();
    if (!group.every((batch) => batch.shrinks)) this.#checkRoom(group);
    return outcomes;
  }

  #conflict(batch: PreparedBatch): WaxwingError | undefined {
    let failing = firstFailingCheck(batch.conditions, (table, key) => {
      const row = this.#environment.get("tables", tableKey(table, key));
      return row && unseal(row);
    });
    if (failing < 0) failing = batch.operations.findIndex((operation) => this.#isUnmet(operation));
    if (failing < 0) return undefined;
    return new WaxwingError("batch_conflict", `the condition of operation ${failing} does not hold`, {
      detail: { operation: failing },
    });
  }

  #isUnmet(operation: PreparedOperation): boolean {
    if (operation.op !== "admit" || !operation.required) return false;
    const { prefix, record, succession } = operation;
    return !isHeldAfter(record, new IndexReader(this.#environment, record.kind, prefix), succession);
  }

  /** LMDB's map grows without end, so the store counts the pages in use itself. */
  #checkRoom(group: readonly PreparedBatch[]): void {
    // Counting asks every tree; far from the limit the length of the file settles it.
    const pagesAtMost = this.#environment.filePages() + this.#pagesAtMostFor(group);
    if (pagesAtMost <= this.#pagesMax) return;
    const pages = this.#environment.livePages();
    if (pages <= this.#pagesMax) return;
    throw new WaxwingError(
      "store_full",
      `${this.#path}: the batch would take the store past its size limit; nothing of it was written. ` +
        "Remove records or raise the limit, then try again",
      { detail: { path: this.#path, pagesMax: this.#pagesMax, pages } },
    );
  }

  /** Twice the bytes, because LMDB fills pages half at worst, and two paths to a leaf in each tree for every operation. */
  #pagesAtMostFor(group: readonly PreparedBatch[]): number {
    const bytes = group.reduce((sum, batch) => sum + batch.byteCount, 0);
    const operations = group.reduce((sum, batch) => sum + batch.operationCount, 0);
    return Math.ceil((2 * bytes) / this.#pageBytes) + operations * databaseNames.length * 2 * treeDepthMax;
  }

  /** After a failed flush of a meta page LMDB fails every transaction, reads included. */
  #probe(): void {
    try {
      this.#environment.refresh();
      this.#environment.get("tables", tableKey("meta", new Uint8Array(0)));
    } catch (error) {
      this.#broken = asStoreError(error, this.#path);
    }
  }
}
