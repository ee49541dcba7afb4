/**
 * `createVerifyPool`: batches verified by worker threads, each with a WASM core of its own, with the verdicts
 * of the engine in the calling thread.
 *
 * Threads start with the first batch that is worth them, and until they are ready, where a batch is small,
 * and when no thread is left, the calling thread computes: the pool can be slower or faster and never wrong
 * or stuck. A job whose thread ended goes to another thread once, and then to the calling thread.
 *
 * ```ts
 * const pool = createVerifyPool({ engine: await loadCore(), workers: 2 });
 * const verdicts = await pool.verifyBatch(items, { signal });
 * await pool.close();
 * ```
 */
import { checkInteger, checkOptions } from "../../base/check.js";
import { limits } from "../../base/limits.js";
import type {
  BatchVerifier,
  BatchVerifierStatus,
  VerifyBatchOptions,
} from "../../contracts/batch-verifier.js";
import type { Engine, VerifyItem } from "../../contracts/engine.js";
import { type CheckedItem, checkItems, toVerifyItem } from "../verify-item.js";
import { closedError } from "./inline.js";
import { type Job, Lane } from "./lane.js";
import { packedItemBytes } from "./packed-items.js";
import { routeItems } from "./route.js";

export interface VerifyPoolOptions {
  /** Computes what the threads do not. */
  readonly engine: Engine;
  readonly workers: number;
  /** Room for expanded keys, over all threads: each signer's key is in one. */
  readonly cacheBytes?: number;
  /** Smaller batches stay in the calling thread; `limits.verifyPoolItemsMin` by default. */
  readonly itemsMin?: number;
  /** The WASM build that threads load; their own choice by default. */
  readonly build?: string;
  /** The module that threads run, for tests of what happens when it fails. */
  readonly workerUrl?: URL;
}

export interface VerifyPool extends BatchVerifier {
  /** Starts the threads, unless they are, and resolves when each is ready or given up. */
  warmUp(): Promise<void>;
}

/** A job that two threads ended over is computed where its fault is seen by the caller. */
const jobAttemptsMax = 2;

export function createVerifyPool(options: VerifyPoolOptions): VerifyPool {
  checkOptions(options, "options", ["engine", "workers", "cacheBytes", "itemsMin", "build", "workerUrl"]);
  checkInteger(options.workers, "workers", 1, limits.verifyWorkersMax);
  return new Pool(options);
}

class Pool implements VerifyPool {
  readonly #engine: Engine;
  readonly #options: VerifyPoolOptions;
  readonly #itemsMin: number;
  #lanes: Lane[] = [];
  #calls = 0;
  #itemsOnWorkers = 0;
  #itemsInline = 0;
  #closing: Promise<void> | undefined;
  /** Resolved when the last call in flight has settled, for `close`. */
  #onIdle: (() => void) | undefined;

  constructor(options: VerifyPoolOptions) {
    this.#engine = options.engine;
    this.#options = options;
    this.#itemsMin = options.itemsMin ?? limits.verifyPoolItemsMin;
  }

  async verifyBatch(items: readonly VerifyItem[], options: VerifyBatchOptions = {}): Promise<Uint8Array> {
    if (this.#closing !== undefined) throw closedError();
    options.signal?.throwIfAborted();
    const lanes = this.#lanesFor(items);
    if (lanes.length === 0) return this.#verifyInline(items, options.source);
    this.#calls++;
    try {
      return await this.#verifyOn(lanes, items, options);
    } finally {
      this.#calls--;
      if (this.#calls === 0) this.#onIdle?.();
    }
  }

  status(): BatchVerifierStatus {
    return {
      workers: this.#options.workers,
      running: this.#readyLanes().length,
      restarts: this.#lanes.reduce((sum, lane) => sum + lane.restarts, 0),
      itemsOnWorkers: this.#itemsOnWorkers,
      itemsInline: this.#itemsInline,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  async warmUp(): Promise<void> {
    this.#startLanes();
    await Promise.all(this.#lanes.map((lane) => lane.settled));
  }

  async #finish(): Promise<void> {
    if (this.#calls > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    for (const lane of this.#lanes) lane.close();
  }

  /** None where the calling thread is as good. */
  #lanesFor(items: readonly VerifyItem[]): readonly Lane[] {
    // What is no array is refused by the engine.
    if (!Array.isArray(items) || items.length < this.#itemsMin) return [];
    if (this.#calls >= limits.verifyCallsMax) return [];
    this.#startLanes();
    return this.#readyLanes();
  }

  #readyLanes(): Lane[] {
    return this.#lanes.filter((lane) => lane.ready);
  }

  #startLanes(): void {
    if (this.#lanes.length > 0) return;
    const { workers, build, workerUrl, cacheBytes = limits.keyCacheBytesDefault } = this.#options;
    this.#lanes = Array.from(
      { length: workers },
      () =>
        new Lane({
          url: workerUrl ?? new URL("./worker.js", import.meta.url),
          cacheBytes: Math.floor(cacheBytes / workers),
          ...(build === undefined ? {} : { build }),
          onIdle: () => this.#giveWaiting(),
          onReturned: (jobs) => this.#placeAgain(jobs),
        }),
    );
  }

  #verifyInline(items: readonly VerifyItem[], source: string | undefined): Uint8Array {
    this.#engine.keyCache?.chargeTo(source);
    const verdicts = this.#engine.verifyBatch(items);
    this.#itemsInline += verdicts.length;
    return verdicts;
  }

  #verifyOn(
    lanes: readonly Lane[],
    items: readonly VerifyItem[],
    { signal, source }: VerifyBatchOptions,
  ): Promise<Uint8Array> {
    const checked = checkItems(items);
    const call = new Call(checked.length, signal);
    const itemsMax = jobItems(checked.length, lanes.length);
    for (const [index, route] of routeItems(checked, lanes.length).entries()) {
      for (const positions of jobSlices(checked, route, itemsMax))
        lanes[index]!.take(call.job(checked, positions, source));
    }
    this.#itemsOnWorkers += call.itemsOpen;
    this.#send();
    return call.verdicts();
  }

  /** One job to each thread before the second to any. */
  #send(): void {
    for (let turn = 0; turn < limits.verifyJobsInFlightMax; turn++)
      for (const lane of this.#lanes) lane.send();
  }

  /** Of the longest queue, so that no thread is idle while jobs wait for another. */
  #giveWaiting(): Job | undefined {
    return this.#lanes.reduce((longest, lane) => (lane.waiting > longest.waiting ? lane : longest)).give();
  }

  /** Jobs that lost their thread: to another one, once; then here. */
  #placeAgain(jobs: readonly Job[]): void {
    const here: Job[] = [];
    for (const job of jobs) {
      const lane = job.attempts < jobAttemptsMax ? this.#openLane(job.attempts) : undefined;
      if (lane === undefined) here.push(job);
      else lane.take(job);
    }
    this.#send();
    void this.#settleHere(here);
  }

  /** A ready one, else one whose thread is on its way. */
  #openLane(number: number): Lane | undefined {
    const ready = this.#readyLanes();
    const open = ready.length > 0 ? ready : this.#lanes.filter((lane) => lane.open);
    return open[number % open.length];
  }

  async #settleHere(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      if (job.isAbandoned()) continue;
      this.#itemsOnWorkers -= job.items.length;
      try {
        job.settle(this.#verifyInline(job.items.map(toVerifyItem), job.source));
      } catch (error) {
        job.fail(error);
      }
      await nextTurn();
    }
  }
}

/** What else waits for this thread gets its turn between two jobs. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Small enough that threads which run at different speeds end a call at about the same time. */
function jobItems(items: number, lanes: number): number {
  const even = Math.ceil(items / (lanes * limits.verifyJobsPerLane));
  return Math.min(Math.max(even, limits.verifyJobItemsMin), limits.verifyJobItemsMax);
}

/** Runs of positions that fit one message to a thread. */
function* jobSlices(
  items: readonly (CheckedItem | undefined)[],
  route: readonly number[],
  itemsMax: number,
): Generator<number[]> {
  let slice: number[] = [];
  let bytes = 0;
  for (const position of route) {
    const more = packedItemBytes(items[position]!);
    if (slice.length === itemsMax || (slice.length > 0 && bytes + more > limits.verifyJobBytesMax)) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(position);
    bytes += more;
  }
  if (slice.length > 0) yield slice;
}

/** One call: its verdicts as its jobs bring them, in any order. */
class Call {
  readonly #verdicts: Uint8Array;
  readonly #signal: AbortSignal | undefined;
  readonly #settled: Promise<Uint8Array>;
  #resolve!: (verdicts: Uint8Array) => void;
  #reject!: (reason: unknown) => void;
  #itemsOpen = 0;
  #over = false;

  constructor(items: number, signal: AbortSignal | undefined) {
    this.#verdicts = new Uint8Array(items);
    this.#signal = signal;
    this.#settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get itemsOpen(): number {
    return this.#itemsOpen;
  }

  job(
    items: readonly (CheckedItem | undefined)[],
    positions: readonly number[],
    source: string | undefined,
  ): Job {
    this.#itemsOpen += positions.length;
    return {
      items: positions.map((position) => items[position]!),
      source,
      attempts: 0,
      isAbandoned: () => this.#over,
      settle: (found) => this.#settle(positions, found),
      fail: (error) => {
        this.#end();
        this.#reject(error);
      },
    };
  }

  /** After all jobs are made; lengths may have answered every item already. */
  verdicts(): Promise<Uint8Array> {
    if (this.#itemsOpen === 0) this.#finish();
    return this.#settled;
  }

  #settle(positions: readonly number[], found: Uint8Array): void {
    for (const [index, position] of positions.entries()) this.#verdicts[position] = found[index]!;
    this.#itemsOpen -= positions.length;
    if (this.#itemsOpen === 0) this.#finish();
  }

  #finish(): void {
    this.#end();
    this.#resolve(this.#verdicts);
  }

  #end(): void {
    this.#over = true;
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => {
    this.#end();
    this.#reject(this.#signal!.reason);
  };
}
