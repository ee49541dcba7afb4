/**
 * `transport_destination`: of the records about one destination of one device, the newest by (epoch,
 * asserted_at) stays. The epoch is in the natural key, so the place of which there is one is wider than that.
 */
import { type DecodedRecord, refusal } from "../../records/parse-record.js";
import type { ApplyRule, Ruling } from "./rule.js";
import { signedTime } from "./version.js";

export const transportDestinationRule: ApplyRule = {
  slot: ({ value }) => [value.occurrence_key_id, value.transport_kind, value.destination].map(String),
  succeed(record, held): Ruling {
    const order = compareClocks(clockOf(record), clockOf(held));
    if (order > 0) return { action: "supersede" };
    if (order < 0) return { action: "duplicate", why: `epoch ${String(held.value.epoch)} is held` };
    return refusal("conflicting_version", "transport_destination: another one of the same clock is held");
  },
};

function clockOf(record: DecodedRecord): readonly [number, bigint] {
  return [Number(record.value.epoch), signedTime(record, "asserted_at")!];
}

function compareClocks(a: readonly [number, bigint], b: readonly [number, bigint]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1;
  return 0;
}
