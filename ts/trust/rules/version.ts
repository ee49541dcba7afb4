/** Of two records with one natural key the later one stays; times count only as far as they are signed. */
import { type DecodedRecord, refusal } from "../../records/parse-record.js";
import { parseTime } from "../../records/time.js";
import type { Ruling } from "./rule.js";

/** A signed time in nanoseconds; undefined where the record has none, or the signature does not cover it. */
export function signedTime({ bound, value }: DecodedRecord, member: string): bigint | undefined {
  const text = value[member];
  return bound.has(member) && typeof text === "string" ? parseTime(text)?.nanoseconds : undefined;
}

/** The same in whole milliseconds, rounded towards the past. */
export function signedMs(record: DecodedRecord, member: string): number | undefined {
  const nanoseconds = signedTime(record, member);
  return nanoseconds === undefined ? undefined : floorMs(nanoseconds);
}

function floorMs(nanoseconds: bigint): number {
  const ms = nanoseconds / 1_000_000n;
  return Number(nanoseconds < 0n && ms * 1_000_000n !== nanoseconds ? ms - 1n : ms);
}

/** A time that is signed is later than none. */
export function laterStays(record: DecodedRecord, held: DecodedRecord, member: string): Ruling {
  const [ours, theirs] = [signedTime(record, member), signedTime(held, member)];
  if (ours === theirs)
    return refusal("conflicting_version", `${record.kind}: another one with the same ${member} is held`);
  if (theirs === undefined || (ours !== undefined && ours > theirs)) return { action: "supersede" };
  return { action: "duplicate", why: `a later one is held: ${member} ${String(held.value[member])}` };
}
