/**
 * What counts of what operators and stewards said (ADR 0018): of all held statements about an organisation, a
 * membership or a licence the last one, whatever their ids. Derived from what is held whenever it is asked, so two nodes
 * that hold the same records answer the same at the same time.
 *
 * | about | counts | tie |
 * |---|---|---|
 * | organisation, membership | the last `asserted_at` | smallest `attestation_id` |
 * | licence | the highest `revision`; of equal ones withdrawn, revoked, suspended, active in that order | the same |
 *
 * The last word may be that it is over: `standing` says so. Nothing here looks behind it for an earlier one.
 */
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { Store } from "../contracts/store.js";
import { compareCodePoints } from "../records/encode-json.js";
import type { Kinds } from "../records/kinds.js";
import { type DecodedRecord, isRefusal, parseRecord } from "../records/parse-record.js";
import { parseTimeMs } from "../records/time.js";
import { decodeFacts, factKey } from "./facts.js";
import type { HeldFact } from "./rules/rule.js";

export interface Statement {
  readonly record: DecodedRecord;
  /** As of the time that was asked for. A partner's own status is in the record. */
  readonly standing: "stands" | "withdrawn" | "expired";
}

export interface OrganizationPath {
  /** From the organisation's parent upwards, as far as they are held. */
  readonly ancestors: readonly Statement[];
  /**
   * `root`: the last has no parent. `missing`: its parent is not held. `cycle`: its parent stands on the path
   * already. `too_deep`: there are more than `limits.organizationDepthMax`.
   */
  readonly end: "root" | "missing" | "cycle" | "too_deep";
}

export interface OperationalView {
  organization(orgId: string, atMs: number): Promise<Statement | undefined>;
  membership(userId: string, orgId: string, atMs: number): Promise<Statement | undefined>;
  partner(licenseId: string, atMs: number): Promise<Statement | undefined>;
  /** Undefined where the organisation itself is not held. */
  organizationPath(orgId: string, atMs: number): Promise<OrganizationPath | undefined>;
}

export interface OperationalViewOptions {
  readonly engine: Engine;
  readonly store: Pick<Store, "read" | "getManyByRecordId">;
  readonly kinds: Kinds;
}

const readsMax = 4;

/** Times are Unix milliseconds. */
export function createOperationalView(options: OperationalViewOptions): OperationalView {
  const current = async (
    kind: string,
    fact: string,
    about: readonly string[],
    atMs: number,
  ): Promise<Statement | undefined> => {
    // What was last when the facts were read may have been taken over before it was.
    for (let attempt = 0; attempt < readsMax; attempt++) {
      const facts = await readFacts(options, fact, about);
      const record = await lastOf(options, kind, facts);
      if (record) return { record, standing: standingOf(record, atMs) };
      if (facts.length === 0) return undefined;
    }
    return undefined;
  };
  const organization: OperationalView["organization"] = (orgId, atMs) =>
    current("organization", "organization", [orgId], atMs);
  return {
    organization,
    membership: (userId, orgId, atMs) => current("org_membership", "membership", [userId, orgId], atMs),
    partner: (licenseId, atMs) => current("partner_record", "partner", [licenseId], atMs),
    async organizationPath(orgId, atMs) {
      const own = await organization(orgId, atMs);
      return own && climb(own, (parentId) => organization(parentId, atMs));
    },
  };
}

async function climb(
  own: Statement,
  organization: (orgId: string) => Promise<Statement | undefined>,
): Promise<OrganizationPath> {
  const ancestors: Statement[] = [];
  const seen = new Set([own.record.value.org_id]);
  for (let last = own; ; ) {
    const parentId = last.record.value.parent_org_id;
    if (typeof parentId !== "string") return { ancestors, end: "root" };
    if (seen.has(parentId)) return { ancestors, end: "cycle" };
    if (ancestors.length === limits.organizationDepthMax) return { ancestors, end: "too_deep" };
    const parent = await organization(parentId);
    if (!parent) return { ancestors, end: "missing" };
    seen.add(parentId);
    ancestors.push(parent);
    last = parent;
  }
}

async function readFacts(
  { engine, store }: OperationalViewOptions,
  name: string,
  about: readonly string[],
): Promise<HeldFact[]> {
  const row = await store.read("facts", factKey(engine, name, about));
  return row ? decodeFacts(row) : [];
}

/** The numbers decide; only records that are equal in them are read to be told apart. */
async function lastOf(
  { engine, store, kinds }: OperationalViewOptions,
  kind: string,
  facts: readonly HeldFact[],
): Promise<DecodedRecord | undefined> {
  const last = facts.reduce<HeldFact | undefined>(
    (best, fact) => (best === undefined || compareNumbers(fact, best) > 0 ? fact : best),
    undefined,
  );
  if (last === undefined) return undefined;
  const equals = facts.filter((fact) => compareNumbers(fact, last) === 0);
  const stored = await store.getManyByRecordId(
    kind,
    equals.map(({ recordId }) => recordId),
  );
  const records = stored.flatMap((held) => {
    const record = held && parseRecord(engine, kinds, kind, held.bytes, held.hash);
    return record === undefined || isRefusal(record) ? [] : [record];
  });
  return records.sort((a, b) => compareCodePoints(idOf(a), idOf(b)))[0];
}

function compareNumbers({ numbers: a }: HeldFact, { numbers: b }: HeldFact): number {
  return a[0] - b[0] || a[1] - b[1];
}

const idOf = ({ value }: DecodedRecord): string => String(value.attestation_id);

function standingOf({ value }: DecodedRecord, atMs: number): Statement["standing"] {
  const isPast = (time: unknown) => typeof time === "string" && (parseTimeMs(time) ?? Infinity) <= atMs;
  if (isPast(value.withdrawn_at)) return "withdrawn";
  return isPast(value.valid_until) || isPast(value.expires_at) ? "expired" : "stands";
}
