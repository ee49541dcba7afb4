/**
 * BatchVerifier: batches of signatures verified wherever that is fastest. Apart from `Engine`, because it waits and
 * can be cancelled, and the core does neither.
 */
import type { VerifyItem } from "./engine.js";

export interface VerifyBatchOptions {
  /** Aborted: the call rejects with the signal's reason, and what was not begun is not computed. */
  readonly signal?: AbortSignal;
  /** Whose budget pays for evictions from the key cache (`KeyCache.chargeTo`). */
  readonly source?: string;
}

export interface BatchVerifierStatus {
  /** Threads that the verifier may use; 0 where all is computed in the calling one. */
  readonly workers: number;
  /** Threads that take work now. They are started by the first batch that is worth it. */
  readonly running: number;
  /** Threads that were started again after they had ended by themselves. */
  readonly restarts: number;
  /** Items answered by a thread, and in the calling one. */
  readonly itemsOnWorkers: number;
  readonly itemsInline: number;
}

/**
 * Batches verified wherever that is fastest: in the calling thread (`inlineVerifier`) or on others
 * (`createVerifyPool`).
 *
 * Laws (suite: `testing/verifier-suite`):
 * 1. The verdicts of `Engine.verifyBatch`, in the order of the items, whatever happens to a thread.
 * 2. What is not an item rejects with `TypeError` before anything is computed.
 * 3. No argument is changed; the bytes of items are read until the call settles, so the caller leaves them alone.
 * 4. `close` lets calls in flight finish and is idempotent. Later calls reject with `verifier_closed`.
 */
export interface BatchVerifier {
  verifyBatch(items: readonly VerifyItem[], options?: VerifyBatchOptions): Promise<Uint8Array>;
  status(): BatchVerifierStatus;
  close(): Promise<void>;
}
