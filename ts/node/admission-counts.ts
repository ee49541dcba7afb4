/** Counts what admission said, for status and metrics. */
import type { ErrorCode } from "../base/index.js";
import type { AdmitContext, AdmitVerdict } from "../contracts/index.js";

export class AdmissionCounter {
  admitted = 0;
  duplicates = 0;
  refused = 0;
  fromPeers = 0;
  firstAdmittedAtMs: number | undefined;
  lastAdmittedAtMs: number | undefined;
  readonly #reasons = new Map<ErrorCode, number>();

  count(verdict: AdmitVerdict, context: AdmitContext, nowMs: number): void {
    if (verdict.status === "duplicate") this.duplicates++;
    else if (verdict.status === "refused") {
      this.refused++;
      this.#reasons.set(verdict.refusal.code, (this.#reasons.get(verdict.refusal.code) ?? 0) + 1);
    } else {
      this.admitted++;
      if (context.peerKeyId === undefined) return;
      this.fromPeers++;
      this.firstAdmittedAtMs ??= nowMs;
      this.lastAdmittedAtMs = nowMs;
    }
  }

  get refusedByReason(): Partial<Record<ErrorCode, number>> {
    return Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
