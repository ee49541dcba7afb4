/**
 * Admission as the rest of the node sees it: the same verdicts, and whoever waits for them is told: counters,
 * events, subscribers, and replication, which passes news on before the next cadence.
 */
import { type EventSource, hashHex, type KindToken } from "../base/index.js";
import type { Admission, AdmitContext, AdmitVerdict, Clock } from "../contracts/index.js";
import type { AdmissionCounter } from "./admission-counts.js";
import type { AdmissionSignal } from "./reading.js";
import type { NodeEvent } from "./types.js";

export interface AdmissionObservers {
  readonly clock: Clock;
  readonly counter: AdmissionCounter;
  readonly signal: AdmissionSignal;
  readonly events: EventSource<NodeEvent>;
  onNews(verdicts: readonly AdmitVerdict[], context: AdmitContext): void;
}

export function observeAdmission(inner: Admission, observers: AdmissionObservers): Admission {
  return {
    async admit(kind, records, context) {
      const verdicts = await inner.admit(kind, records, context);
      const nowMs = observers.clock.wallClock().ms;
      const news = new Set<KindToken>();
      for (const verdict of verdicts) {
        observers.counter.count(verdict, context, nowMs);
        emit(observers.events, verdict, context);
        if (verdict.status === "admitted") news.add(verdict.kind);
      }
      for (const token of news) observers.signal.notify(token);
      if (news.size > 0) observers.onNews(verdicts, context);
      return verdicts;
    },
  };
}

function emit(events: EventSource<NodeEvent>, verdict: AdmitVerdict, { peerKeyId }: AdmitContext): void {
  if (verdict.status === "duplicate") return;
  const peer = peerKeyId === undefined ? {} : { peerKeyId };
  const hash = hashHex(verdict.hash);
  if (verdict.status === "admitted")
    events.emit({ type: "admitted", kind: verdict.kind, hash, position: verdict.position, ...peer });
  else
    events.emit({
      type: "refused",
      hash,
      reason: verdict.refusal.code,
      ...(verdict.kind ? { kind: verdict.kind } : {}),
      ...peer,
    });
}
