/**
 * `organization`, `org_membership`, `partner_record` (ciris-edge §7.9; ADR 0018). Of two statements with one id the
 * later one stays: one that is withdrawn before one that is not, since nothing takes a withdrawal back; then the higher revision
 * and the graver status; then the later time; then the smaller record id. So of any two one is later, and all
 * nodes keep the same.
 *
 * Statements with other ids about the same organisation, membership or licence are all held. Which of them counts is
 * derived (operational-view.ts): facts hold what that is decided by.
 */
import { compareBytes } from "../../base/bytes.js";
import type { DecodedRecord } from "../../records/parse-record.js";
import type { ApplyRule, Fact } from "./rule.js";
import { signedTime } from "./version.js";

/** Gravest last. */
export const partnerStatuses = ["active", "suspended", "revoked"] as const;

export const organizationRule: ApplyRule = {
  succeed: keepLater,
  facts: (record) => [dated(record, "organization", ["org_id"])],
};

export const orgMembershipRule: ApplyRule = {
  succeed: keepLater,
  facts: (record) => [dated(record, "membership", ["user_id", "org_id"])],
};

export const partnerRecordRule: ApplyRule = {
  succeed: keepLater,
  facts: (record) => [
    {
      name: "partner",
      about: [String(record.value.license_id)],
      numbers: [revisionOf(record), gravityOf(record)],
    },
  ],
};

function keepLater(record: DecodedRecord, held: DecodedRecord) {
  return compareStatements(record, held) > 0
    ? ({ action: "supersede" } as const)
    : ({ action: "duplicate", why: `${record.kind}: a later statement of that id is held` } as const);
}

/** Positive where `a` is the later one; zero only for one record. */
export function compareStatements(a: DecodedRecord, b: DecodedRecord): number {
  return (
    Number(isWithdrawn(a)) - Number(isWithdrawn(b)) ||
    revisionOf(a) - revisionOf(b) ||
    gravityOf(a) - gravityOf(b) ||
    compareTimes(assertedAt(a), assertedAt(b)) ||
    compareBytes(b.recordId, a.recordId)
  );
}

/** By when it was said: whole milliseconds, and the nanoseconds beyond them. */
function dated(record: DecodedRecord, name: string, members: readonly string[]): Fact {
  const nanoseconds = assertedAt(record);
  const beyond = ((nanoseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return {
    name,
    about: members.map((member) => String(record.value[member])),
    numbers: [Number((nanoseconds - beyond) / 1_000_000n), Number(beyond)],
  };
}

/** The kind's row has it repeated under the signature wherever it stands. */
export function isWithdrawn({ value }: DecodedRecord): boolean {
  return value.withdrawn_at !== undefined;
}

/** Organisations and memberships have none: all of theirs are equal in this. */
function revisionOf({ value }: DecodedRecord): number {
  return typeof value.revision === "number" ? value.revision : 0;
}

/** A withdrawn statement is the gravest that its revision can be. */
function gravityOf(record: DecodedRecord): number {
  if (isWithdrawn(record)) return partnerStatuses.length;
  return record.kind === "partner_record"
    ? partnerStatuses.indexOf(record.value.status as (typeof partnerStatuses)[number])
    : 0;
}

function assertedAt(record: DecodedRecord): bigint {
  return signedTime(record, "asserted_at")!;
}

function compareTimes(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
