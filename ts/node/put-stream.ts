/**
 * Streaming ingest: verdicts come out in the order of the records that went in, and no more than
 * `limits.putBatchInFlight` records are read ahead of the verdict that is taken next.
 *
 * Records are gathered as long as the source has them ready, so that they share verification and flush. A
 * source that pauses is not waited for: what it has given is submitted at once, and its verdicts come out
 * while it thinks, so a source may wait for the verdict of one record before it gives the next.
 */
import { checkBytes, limits } from "../base/index.js";
import type { PutResult } from "./types.js";

/** Verified and flushed together: large enough to share a flush, small enough to answer soon. */
const chunkRecords = 64;

type Records = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
type Put = (chunk: readonly Uint8Array[]) => Promise<readonly PutResult[]>;

/** What was submitted and not yet yielded, in order. */
class InFlight {
  readonly #put: Put;
  readonly #batches: Promise<readonly PutResult[]>[] = [];
  #chunk: Uint8Array[] = [];

  constructor(put: Put) {
    this.#put = put;
  }

  get isFull(): boolean {
    return this.#batches.length * chunkRecords >= limits.putBatchInFlight;
  }

  get oldest(): Promise<readonly PutResult[]> | undefined {
    return this.#batches[0];
  }

  /** Copied, so that a source may reuse its buffer. */
  add(record: Uint8Array): void {
    checkBytes(record, "record");
    this.#chunk.push(record.slice());
    if (this.#chunk.length === chunkRecords) this.submit();
  }

  submit(): void {
    if (this.#chunk.length === 0) return;
    const results = this.#put(this.#chunk);
    // The failure is thrown where the verdicts are taken; until then it must not count as unhandled.
    results.catch(() => {});
    this.#batches.push(results);
    this.#chunk = [];
  }

  async take(): Promise<readonly PutResult[]> {
    return (await this.#batches.shift()) ?? [];
  }
}

export async function* putStream(records: Records, put: Put): AsyncGenerator<PutResult, void, undefined> {
  const source = iteratorOf(records);
  const inFlight = new InFlight(put);
  let failure: { readonly error: unknown } | undefined;
  try {
    for (let next = source.next(); ; ) {
      const read = await readyOrPaused(next);
      if (read === "paused") {
        inFlight.submit();
        if (await verdictsComeFirst(next, inFlight.oldest)) yield* await inFlight.take();
        continue;
      }
      if ("error" in read) failure = read;
      if ("error" in read || read.done) break;
      inFlight.add(read.value);
      next = source.next();
      if (inFlight.isFull) yield* await inFlight.take();
    }
    inFlight.submit();
    while (inFlight.oldest !== undefined) yield* await inFlight.take();
  } finally {
    if (failure === undefined) await source.return?.();
  }
  if (failure !== undefined) throw failure.error;
}

interface Source {
  next(): Promise<IteratorResult<Uint8Array>>;
  return?(): Promise<unknown>;
}

function iteratorOf(records: Records): Source {
  if (Symbol.asyncIterator in records) {
    const iterator = records[Symbol.asyncIterator]();
    return { next: () => iterator.next(), return: async () => iterator.return?.() };
  }
  const iterator = records[Symbol.iterator]();
  return { next: async () => iterator.next(), return: async () => iterator.return?.() };
}

type Read = IteratorResult<Uint8Array> | { readonly error: unknown };

/** The next record; `paused` when the source does not have it within one turn of the event loop. */
function readyOrPaused(next: Promise<IteratorResult<Uint8Array>>): Promise<Read | "paused"> {
  const read = next.catch((error: unknown) => ({ error }));
  return Promise.race([read, new Promise<"paused">((resolve) => setImmediate(resolve, "paused"))]);
}

/** Waits for whichever comes first, the source or the oldest verdicts; false when no verdicts are under way. */
async function verdictsComeFirst(
  next: Promise<unknown>,
  oldest: Promise<unknown> | undefined,
): Promise<boolean> {
  const settledAs = (promise: Promise<unknown>, verdicts: boolean) =>
    promise.then(
      () => verdicts,
      () => verdicts,
    );
  return oldest === undefined
    ? settledAs(next, false)
    : Promise.race([settledAs(oldest, true), settledAs(next, false)]);
}
