/**
 * Group commit: batches that arrive while a flush is under way share the next one. A flush costs the same
 * for one batch and for a hundred, so throughput grows with the number of callers while each still gets its
 * own results, in the order of its call.
 */
import { WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";

/** How much work and room a batch is. */
export interface BatchCost {
  readonly operationCount: number;
  readonly byteCount: number;
}

export type Settled<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly error: unknown };

interface Waiting<Batch, Result> {
  readonly batch: Batch;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** `run` performs a group in order, durably, and settles every batch of it; it does not reject. */
export class GroupCommit<Batch extends BatchCost, Result> {
  readonly #run: (group: readonly Batch[]) => Promise<readonly Settled<Result>[]>;
  readonly #queue: Waiting<Batch, Result>[] = [];
  #working: Promise<void> | undefined;

  constructor(run: (group: readonly Batch[]) => Promise<readonly Settled<Result>[]>) {
    this.#run = run;
  }

  submit(batch: Batch): Promise<Result> {
    if (this.#queue.length >= limits.commitsQueuedMax) {
      return Promise.reject(
        new WaxwingError("store_busy", `${this.#queue.length} commits wait for their flush; try again later`),
      );
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    // Callers of the same turn of the event loop get into the first group.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, groupLength(this.#waitingBatches()));
      const settled = await this.#run(group.map((waiting) => waiting.batch));
      group.forEach((waiting, index) => {
        const outcome = settled[index]!;
        if (outcome.ok) waiting.resolve(outcome.result);
        else waiting.reject(outcome.error);
      });
    }
    this.#working = undefined;
  }

  *#waitingBatches(): Generator<Batch> {
    for (const waiting of this.#queue) yield waiting.batch;
  }
}

/** How many of the first batches fit one flush; always at least one. */
export function groupLength(batches: Iterable<BatchCost>): number {
  let operations = 0;
  let bytes = 0;
  let count = 0;
  for (const batch of batches) {
    operations += batch.operationCount;
    bytes += batch.byteCount;
    const fits = operations <= limits.groupCommitOperationsMax && bytes <= limits.groupCommitBytesMax;
    if (count > 0 && !fits) break;
    count++;
  }
  return count;
}
