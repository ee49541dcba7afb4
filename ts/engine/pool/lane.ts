/**
 * One thread of the pool and the jobs that wait for it. A lane packs a job only when it sends it, into memory of
 * its own that the thread reads, and holds at most `verifyJobsInFlightMax` of them there. It gives back what the
 * thread had not answered when that ends by itself; then it starts another one, a bounded number of times.
 */
import { startThread, type Thread } from "#bindings/threads/spawn.js";
import { limits } from "../../base/limits.js";
import type { CheckedItem } from "../verify-item.js";
import type { FromWorker, ToWorker } from "./messages.js";
import { copyPacked, packedBytes, packItems, readVerdicts, roomFor } from "./packed-items.js";

/** Part of one call, for one thread. */
export interface Job {
  readonly items: readonly CheckedItem[];
  readonly source: string | undefined;
  /** Nobody waits for it any more. */
  isAbandoned(): boolean;
  settle(verdicts: Uint8Array): void;
  fail(error: unknown): void;
  /** How often a thread ended while it had this job. */
  attempts: number;
}

export interface LaneOptions {
  readonly url: URL;
  readonly cacheBytes: number;
  readonly build?: string;
  /** A job that waits for another lane, when none waits for this one. */
  onIdle(): Job | undefined;
  /** Takes back jobs whose thread ended, and all jobs of a lane that is given up; the oldest first. */
  onReturned(jobs: readonly Job[]): void;
}

/** The calling thread's own, for one job at a time. */
let packed = new ArrayBuffer(0);

interface Sent {
  readonly job: Job;
  readonly slot: number;
}

type Phase = "starting" | "ready" | "given-up" | "closed";

export class Lane {
  readonly #options: LaneOptions;
  readonly #waiting: Job[] = [];
  /** In the thread, in the order of their answers. */
  readonly #sent: Sent[] = [];
  /** Of as many jobs as may be in the thread; each grows with what it held. */
  readonly #slots: (SharedArrayBuffer | undefined)[] = [];
  #freeSlots: number[] = [];
  readonly #onSettled: (() => void)[] = [];
  #phase: Phase = "starting";
  #thread: Thread | undefined;
  #restarts = 0;
  #restartsInARow = 0;
  #jobsSinceRestart = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    void this.#start();
  }

  get ready(): boolean {
    return this.#phase === "ready";
  }

  /** It takes jobs: its thread is there, or will be. */
  get open(): boolean {
    return this.#phase === "ready" || this.#phase === "starting";
  }

  /** Resolves when the thread is ready, or there will be none. */
  get settled(): Promise<void> {
    if (this.#phase !== "starting") return Promise.resolve();
    return new Promise((resolve) => {
      this.#onSettled.push(resolve);
      this.#holdIfAwaited();
    });
  }

  get restarts(): number {
    return this.#restarts;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Only while open. `send` starts it. */
  take(job: Job): void {
    this.#waiting.push(job);
    this.#holdIfAwaited();
  }

  /** The oldest job that waits, for another lane. */
  give(): Job | undefined {
    const job = this.#next();
    this.#holdIfAwaited();
    return job;
  }

  /** Puts one more job into the thread, if there is one and the thread has room. */
  send(): void {
    if (!this.ready || this.#sent.length === limits.verifyJobsInFlightMax) return;
    const job = this.#next() ?? this.#options.onIdle();
    if (job !== undefined) this.#sendJob(job);
    this.#holdIfAwaited();
  }

  close(): void {
    this.#become("closed");
    this.#thread?.terminate();
    this.#thread = undefined;
  }

  async #start(): Promise<void> {
    const { url, cacheBytes, build } = this.#options;
    this.#phase = "starting";
    try {
      const thread = await startThread(url, {
        onMessage: (message) => this.#receive(message as FromWorker),
        onEnd: () => this.#ended(),
      });
      if (this.#isClosed()) return thread.terminate();
      this.#thread = thread;
      this.#freeSlots = Array.from({ length: limits.verifyJobsInFlightMax }, (_, slot) => slot);
      this.#slots.length = 0;
      this.#holdIfAwaited();
      this.#post({ type: "open", cacheBytes, ...(build === undefined ? {} : { build }) });
    } catch {
      // No thread to be had: an old runtime, a forbidden one, or no memory.
      this.#ended();
    }
  }

  #receive(message: FromWorker): void {
    if (this.#isClosed()) return;
    if (message.type === "ready") this.#become("ready");
    else this.#settle(this.#sent.shift()!);
    for (let room = limits.verifyJobsInFlightMax - this.#sent.length; room > 0; room--) this.send();
  }

  #settle({ job, slot }: Sent): void {
    this.#countJob();
    job.settle(readVerdicts(this.#slots[slot]!, job.items.length));
    if (this.#slots[slot]!.byteLength > limits.verifyJobBytesMax) this.#slots[slot] = undefined;
    this.#freeSlots.push(slot);
  }

  #next(): Job | undefined {
    for (;;) {
      const job = this.#waiting.shift();
      if (!job?.isAbandoned()) return job;
    }
  }

  #sendJob(job: Job): void {
    const slot = this.#freeSlots.pop()!;
    const bytes = packedBytes(job.items);
    const known = this.#slots[slot];
    const memory =
      known !== undefined && known.byteLength >= bytes ? known : new SharedArrayBuffer(roomFor(bytes));
    if (packed.byteLength < bytes) packed = new ArrayBuffer(roomFor(bytes));
    packItems(job.items, packed);
    copyPacked(packed, memory, bytes);
    if (packed.byteLength > limits.verifyJobBytesMax) packed = new ArrayBuffer(0);
    this.#slots[slot] = memory;
    this.#sent.push({ job, slot });
    this.#post({ type: "verify", slot, bytes, source: job.source, ...(memory === known ? {} : { memory }) });
  }

  /** A thread that somebody waits for keeps the process alive; an idle one does not. */
  #holdIfAwaited(): void {
    this.#thread?.hold(this.#sent.length + this.#waiting.length + this.#onSettled.length > 0);
  }

  #post(message: ToWorker): void {
    this.#thread!.post(message);
  }

  /** The thread ended, or none could be started. */
  #ended(): void {
    if (this.#isClosed()) return;
    this.#thread = undefined;
    const returned = this.#sent.splice(0).map(({ job }) => job);
    for (const job of returned) job.attempts++;
    this.#jobsSinceRestart = 0;
    if (this.#restartsInARow < limits.verifyWorkerRestartsMax) {
      this.#restarts++;
      this.#restartsInARow++;
      void this.#start();
    } else {
      this.#become("given-up");
      returned.push(...this.#waiting.splice(0));
    }
    this.#options.onReturned(returned);
  }

  #become(phase: Phase): void {
    this.#phase = phase;
    for (const resolve of this.#onSettled.splice(0)) resolve();
  }

  #countJob(): void {
    this.#jobsSinceRestart++;
    if (this.#jobsSinceRestart === limits.verifyRestartForgivenJobs) this.#restartsInARow = 0;
  }

  #isClosed(): boolean {
    return this.#phase === "closed";
  }
}
