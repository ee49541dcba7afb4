/**
 * Rounds that a peer opens and never brings to an end cost a page and a search each time. After three of them in
 * a row the (peer, kind) is served once in 60 s, then once in 120 s and so on up to 900 s (ciris-edge §5, #856).
 * The first round that completes, whoever opened it, clears this, and so does a push that brought something new.
 *
 * Only openings are held back: what continues a round, and single messages, are answered as always. A stock
 * initiator that publishes itself and knows that it is in sync leaves its rounds unfinished on purpose (§4.2); it
 * is held back too, and heard again with its next push.
 */
import { limits } from "../base/limits.js";
import type { RoundReport } from "./report.js";

export class NoProgress {
  readonly #nowMs: () => number;
  #incomplete = 0;
  #windowMs = 0;
  #openedAtMs = Number.NEGATIVE_INFINITY;
  /** The round that the window allows is under way; those before it do not lengthen the window. */
  #isProbed = false;

  /** `nowMs` is monotonic. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether a round that the peer opens now is served. */
  opens(): boolean {
    const nowMs = this.#nowMs();
    if (nowMs - this.#openedAtMs < this.#windowMs) return false;
    this.#openedAtMs = nowMs;
    this.#isProbed = this.#windowMs > 0;
    return true;
  }

  ended(report: Pick<RoundReport, "role" | "outcome" | "code" | "admitted">): void {
    if (report.outcome === "completed" || (report.outcome === "served" && report.admitted > 0)) {
      this.#incomplete = 0;
      this.#windowMs = 0;
    } else if (report.role === "responder" && isPeersDoing(report)) {
      if (++this.#incomplete < limits.noProgressRoundsMax) return;
      if (this.#windowMs === 0) this.#windowMs = limits.noProgressMsMin;
      else if (this.#isProbed) this.#windowMs = Math.min(2 * this.#windowMs, limits.noProgressMsMax);
      this.#isProbed = false;
    }
  }
}

/** Not what our own store or shutdown ended. */
function isPeersDoing({ outcome, code }: Pick<RoundReport, "outcome" | "code">): boolean {
  if (outcome === "timedOut" || outcome === "refused") return true;
  if (outcome === "cancelled") return code === "no_round_in_progress";
  return outcome === "error" && (code?.startsWith("transport_") === true || code === "no_route_to_peer");
}
