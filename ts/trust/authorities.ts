/**
 * Who may speak where a signature alone is not enough (ciris-edge §7.9; ADR 0018): operators for organisations and
 * memberships, a quorum of stewards for partner records, a quorum of a roster for evidence of an accord. All of it
 * is the receiver's own word. Where it was not given, nothing of those kinds is taken.
 */
import { type KeyId, shortId } from "../base/ids.js";
import type { Refusal } from "../contracts/record.js";
import type { KindSpec } from "../records/kind-spec.js";
import { type DecodedRecord, refusal } from "../records/parse-record.js";
import { checkQuorum, type Quorum } from "./threshold.js";

/** The quorum as it stands now; undefined while it is not known, e.g. because its roster has not arrived. */
export type QuorumSource = () => Promise<Quorum | undefined>;

export interface Authorities {
  readonly operators?: readonly KeyId[];
  readonly stewards?: QuorumSource;
  readonly accord?: QuorumSource;
}

/** A quorum that does not change; throws `RangeError` where `checkQuorum` does. */
export function fixedQuorum(quorum: Quorum): QuorumSource {
  checkQuorum(quorum);
  return async () => quorum;
}

/** Whether records of the kind can be taken at all: nothing of the others need be asked for. */
export function isAuthorised({ authority }: KindSpec, authorities: Authorities = {}): boolean {
  if (authority === undefined) return true;
  return authority === "operators"
    ? (authorities.operators ?? []).length > 0
    : authorities[authority] !== undefined;
}

/** Found before any signature is looked at. */
export function findAuthorityFault(
  record: DecodedRecord,
  authorities: Authorities = {},
): Refusal | undefined {
  const { spec, signatures } = record;
  if (!isAuthorised(spec, authorities))
    return refusal("authority_not_configured", `${record.kind}: trust.${spec.authority} names nobody`);
  if (spec.authority !== "operators") return undefined;
  const signer = signatures[0]?.keyId;
  if (signer !== undefined && authorities.operators?.includes(signer)) return undefined;
  return refusal(
    "third_party_row",
    `${record.kind}: ${shortId(signer ?? "nobody")} is not in trust.operators`,
  );
}

/** A quorum that is configured by reference and is not known yet. */
export function authorityMissing({ kind, spec }: DecodedRecord): Refusal {
  return refusal("roster_unknown", `${kind}: the roster that trust.${spec.authority} names is not held`);
}
