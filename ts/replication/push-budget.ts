/**
 * What a peer may push without having been asked (ciris-edge §3.4: a self-publishing initiator sends up to
 * 262,144 bytes of records after its opening Summary). It is taken before anything is verified, so that pushing
 * is not a way around the turn of others; what exceeds it is dropped and counted, and comes again when its
 * Summary is answered. The budget fills up within one wait for an answer, for all kinds of a peer together.
 *
 * A single record above the budget passes while the budget is whole, as the sender's rule has it.
 */
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";

interface Bucket {
  bytes: number;
  atMs: number;
}

const refillPerMs = limits.pushBytesMax / limits.roundWaitMs;

export class PushBudget {
  readonly #nowMs: () => number;
  /** Buckets that are not full, in order of use; the oldest is forgotten, and counts as full then. */
  readonly #buckets = new Map<KeyId, Bucket>();

  /** `nowMs` is monotonic. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** How many of these records, from the first on, the peer may push now. */
  take(peer: KeyId, records: readonly Uint8Array[]): number {
    const nowMs = this.#nowMs();
    const { bytes, atMs } = this.#buckets.get(peer) ?? { bytes: limits.pushBytesMax, atMs: nowMs };
    const filled = Math.min(limits.pushBytesMax, bytes + (nowMs - atMs) * refillPerMs);
    let left = filled;
    let taken = 0;
    for (const { length } of records) {
      const isWhole = taken === 0 && filled === limits.pushBytesMax;
      if (length > left && !isWhole) break;
      left = Math.max(0, left - length);
      taken++;
    }
    this.#buckets.delete(peer);
    if (left < limits.pushBytesMax) this.#buckets.set(peer, { bytes: left, atMs: nowMs });
    if (this.#buckets.size > limits.peersMax) this.#buckets.delete(this.#buckets.keys().next().value!);
    return taken;
  }
}
