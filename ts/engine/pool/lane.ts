/**
 * One thread of the pool and the jobs that wait for it. A lane packs a job only when it sends it, holds at
 * most `verifyJobsInFlightMax` of them in the thread, and gives back what it had not answered when its thread
 * ends by itself; then it starts another one, a bounded number of times.
 */
import { startThread, type Thread } from "#bindings/threads/spawn.js";
import { limits } from "../../base/limits.js";
import type { CheckedItem } from "../verify-item.js";
import type { FromWorker, ToWorker } from "./messages.js";
import { packItems, readVerdicts } from "./packed-items.js";

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
  /** Takes back jobs whose thread ended, and all jobs of a lane that is given up; the oldest first. */
  onReturned(jobs: readonly Job[]): void;
}

type Phase = "starting" | "ready" | "given-up" | "closed";

export class Lane {
  readonly #options: LaneOptions;
  readonly #waiting: Job[] = [];
  /** In the thread, in the order of their answers. */
  readonly #sent: Job[] = [];
  /** Of the last answer, for the next job. */
  #spare: ArrayBuffer | undefined;
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

  /** Only while open. */
  take(job: Job): void {
    this.#waiting.push(job);
    this.#pump();
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
      this.#holdIfAwaited();
      this.#post({ type: "open", cacheBytes, ...(build === undefined ? {} : { build }) });
    } catch {
      // No thread to be had: an old runtime, a forbidden one, or no memory.
      this.#ended();
    }
  }

  #receive(message: FromWorker): void {
    if (this.#isClosed()) return;
    if (message.type === "ready") {
      this.#become("ready");
      this.#pump();
      return;
    }
    const job = this.#sent.shift()!;
    this.#countJob();
    job.settle(readVerdicts(message.buffer, job.items.length));
    if (message.buffer.byteLength <= limits.verifyJobBytesMax) this.#spare = message.buffer;
    this.#pump();
  }

  #pump(): void {
    while (this.ready && this.#sent.length < limits.verifyJobsInFlightMax) {
      const job = this.#waiting.shift();
      if (job === undefined) break;
      if (job.isAbandoned()) continue;
      const buffer = packItems(job.items, this.#spare);
      if (buffer === this.#spare) this.#spare = undefined;
      this.#sent.push(job);
      this.#post({ type: "verify", buffer, source: job.source }, [buffer]);
    }
    this.#holdIfAwaited();
  }

  /** A thread that somebody waits for keeps the process alive; an idle one does not. */
  #holdIfAwaited(): void {
    this.#thread?.hold(this.#sent.length + this.#waiting.length + this.#onSettled.length > 0);
  }

  #post(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#thread!.post(message, transfer);
  }

  /** The thread ended, or none could be started. */
  #ended(): void {
    if (this.#isClosed()) return;
    this.#thread = undefined;
    const returned = this.#sent.splice(0);
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
