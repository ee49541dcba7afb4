/**
 * Legacy frames do not say who opened a round. A Summary that answers a round which is over, or that the
 * network has doubled, looks like an opening; answered with a Summary, it looks like an opening to the peer
 * too, and two responders would answer each other for ever. This tells, per (peer, kind), when a legacy
 * Summary gets a Diff alone, which ends such a loop and costs an honest round its first half at worst.
 *
 * - A round of ours ended in silence: the next Summary is taken for its answer, come late.
 * - Rounds follow each other without a pause and move nothing, many times over: that is a loop.
 */
import { limits } from "../base/limits.js";

export class LegacyLoopGuard {
  readonly #nowMs: () => number;
  #answerDueUntilMs = Number.NEGATIVE_INFINITY;
  #openedAtMs = Number.NEGATIVE_INFINITY;
  #idleOpens = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A legacy round that we opened heard nothing at all: its answers may still be on their way. */
  endedInSilence(): void {
    this.#answerDueUntilMs = this.#nowMs() + limits.strayReplyMs;
  }

  /** A round moved records, so it was a real one. */
  madeProgress(): void {
    this.#idleOpens = 0;
  }

  /** Whether this legacy Summary, which no round of ours waits for, is answered with a Summary. */
  isOpening(): boolean {
    const nowMs = this.#nowMs();
    const pauseMs = nowMs - this.#openedAtMs;
    this.#openedAtMs = nowMs;
    this.#idleOpens = pauseMs < limits.legacyOpenGapMs ? this.#idleOpens + 1 : 0;
    if (nowMs < this.#answerDueUntilMs) {
      this.#answerDueUntilMs = Number.NEGATIVE_INFINITY;
      return false;
    }
    return this.#idleOpens <= limits.legacyOpensInARowMax;
  }
}
