/**
 * What the reference advertises, serves and takes of each kind: its policy manifest (ciris-edge §2.5), in the order
 * of its kinds. Its hash is a witness of agreement that never travels:
 *
 *     sha256(JCS(serveAdvertiseManifest)) = 20499cab…, at v18.5 of the reference
 *
 * Frozen: any change of a cell is a change of policy, and of the hash.
 */
import type { KindToken } from "../../base/ids.js";

/** Who is shown the rows of a kind unasked. */
export type Advertise =
  /** One's own rows only. */
  | "self_own"
  /** Everybody who shares a cohort with the row's owner. */
  | "cohort"
  /** Everybody. */
  | "global"
  /** Each row by its own scope. */
  | "per_record_projection"
  /** Everybody, in the order of the store. */
  | "bulk_since"
  /** Everybody who asks, by time. */
  | "cursor:evidence_at";

export interface PlanePolicy {
  readonly kind: KindToken;
  readonly advertise: Advertise;
  readonly serve: string;
  readonly receive: string;
}

const subjectOnly = "subject_pull:data_subject; subject-only";

const plane = (kind: KindToken, advertise: Advertise, receive: string, serve = "public"): PlanePolicy => ({
  kind,
  advertise,
  serve,
  receive,
});

export const planePolicies: readonly PlanePolicy[] = [
  plane("key", "self_own", subjectOnly),
  plane(
    "attestation",
    "per_record_projection",
    "subject_pull:data_subject+sender; subject-only; non-retainable scores-plane rows carved on data_subject axis " +
      "(G2: attestation_type==scores AND !persist::is_subject_retainable(dimension))",
    "trace:* → capability:infra:serve; else public",
  ),
  plane("revocation", "global", "none"),
  plane("identity_occurrence", "self_own", subjectOnly),
  plane("family", "cohort", "none"),
  plane("community", "cohort", "none"),
  plane("identity_occurrence_revocation", "global", subjectOnly),
  plane("family_membership_revocation", "global", "none"),
  plane("community_membership_revocation", "global", "none"),
  plane("location_proof", "cohort", "none"),
  plane("organization", "bulk_since", "none"),
  plane("org_membership", "bulk_since", "none"),
  plane("partner_record", "bulk_since", "none"),
  plane("transport_destination", "self_own", subjectOnly),
  plane(
    "accord_quorum_evidence",
    "cursor:evidence_at",
    "cursor_pull:evidence_at; re-tally admit (apply_replicated_accord_evidence)",
  ),
];

export const serveAdvertiseManifest = {
  contract: "replication_serve_advertise_policy",
  version: 2,
  policies: planePolicies,
} as const;
