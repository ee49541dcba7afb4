/**
 * Builders for what operators, stewards and members of a roster say: organisations, memberships, partner records,
 * evidence of an accord. Signed envelopes repeat every column. Times are Unix milliseconds from the caller.
 */
import type { Engine } from "../contracts/engine.js";
import type { Identity } from "../contracts/identity.js";
import type { JsonObject } from "./kind-spec.js";
import { createKinds } from "./kinds.js";
import type { DecodedRecord } from "./parse-record.js";
import { signByMembers, signRecord } from "./sign-record.js";
import { formatTime } from "./time.js";

interface OperationalFields {
  /** Names this statement; the same id again, with a later time or a withdrawal, takes its place. */
  readonly attestationId: string;
  readonly assertedAtMs: number;
  /** From then on the statement is taken back, for ever. */
  readonly withdrawnAtMs?: number;
  /** Further members of the signed envelope; lists of texts must be sorted sets. */
  readonly more?: JsonObject;
}

export interface OrganizationFields extends OperationalFields {
  readonly orgId: string;
  readonly name: string;
  readonly orgType: string;
  readonly status: string;
  readonly parentOrgId?: string;
  readonly partnerId?: string;
  readonly validUntilMs?: number;
}

export function buildOrganization(
  engine: Engine,
  operator: Identity,
  fields: OrganizationFields,
): Promise<DecodedRecord> {
  const row = {
    org_id: fields.orgId,
    name: fields.name,
    org_type: fields.orgType,
    status: fields.status,
    ...(fields.parentOrgId === undefined ? {} : { parent_org_id: fields.parentOrgId }),
    ...(fields.partnerId === undefined ? {} : { partner_id: fields.partnerId }),
    ...optionalTime("valid_until", fields.validUntilMs),
  };
  return signRecord(engine, kinds, kinds.get("organization")!, draftOf(row, fields), operator);
}

export interface OrgMembershipFields extends OperationalFields {
  readonly userId: string;
  readonly orgId: string;
  readonly role: string;
  readonly status: string;
  readonly validUntilMs?: number;
}

export function buildOrgMembership(
  engine: Engine,
  operator: Identity,
  fields: OrgMembershipFields,
): Promise<DecodedRecord> {
  const row = {
    user_id: fields.userId,
    org_id: fields.orgId,
    role: fields.role,
    status: fields.status,
    ...optionalTime("valid_until", fields.validUntilMs),
  };
  return signRecord(engine, kinds, kinds.get("org_membership")!, draftOf(row, fields), operator);
}

export interface PartnerRecordFields extends OperationalFields {
  readonly licenseId: string;
  readonly partnerId: string;
  readonly orgId: string;
  readonly licenseType: string;
  readonly maxAutonomyTier: "A0" | "A1" | "A2" | "A3" | "A4";
  readonly requiresSupervisor: boolean;
  readonly deploymentLimit: number;
  readonly offlineGraceHours: number;
  readonly status: "active" | "suspended" | "revoked";
  /** Only rises: a lower one of the same statement is refused. */
  readonly revision: number;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** Signed by each of the stewards over the same bytes; `threshold` is what the record says of itself. */
export function buildPartnerRecord(
  engine: Engine,
  stewards: readonly Identity[],
  fields: PartnerRecordFields,
  threshold = stewards.length,
): Promise<DecodedRecord> {
  const row = {
    license_id: fields.licenseId,
    partner_id: fields.partnerId,
    org_id: fields.orgId,
    license_type: fields.licenseType,
    max_autonomy_tier: fields.maxAutonomyTier,
    requires_supervisor: fields.requiresSupervisor,
    deployment_limit: fields.deploymentLimit,
    offline_grace_hours: fields.offlineGraceHours,
    status: fields.status,
    revision: fields.revision,
    issued_at: formatTime(fields.issuedAtMs),
    expires_at: formatTime(fields.expiresAtMs),
  };
  const draft = { ...draftOf(row, fields), wrapper: { threshold } };
  return signByMembers(engine, kinds, kinds.get("partner_record")!, draft, stewards);
}

export interface AccordEvidenceFields {
  /** What was decided: the bytes that every participant signs. */
  readonly proposal: JsonObject;
  readonly evidenceAtMs: number;
  readonly authoritySignature?: unknown;
}

export function buildAccordEvidence(
  engine: Engine,
  participants: readonly Identity[],
  fields: AccordEvidenceFields,
): Promise<DecodedRecord> {
  const record = {
    proposal: fields.proposal,
    ...(fields.authoritySignature === undefined ? {} : { authority_signature: fields.authoritySignature }),
    evidence_at: formatTime(fields.evidenceAtMs),
  };
  return signByMembers(engine, kinds, kinds.get("accord_quorum_evidence")!, { record }, participants);
}

const kinds = createKinds();

function draftOf(row: JsonObject, fields: OperationalFields): { record: JsonObject } {
  const record = {
    attestation_id: fields.attestationId,
    ...row,
    asserted_at: formatTime(fields.assertedAtMs),
    ...optionalTime("withdrawn_at", fields.withdrawnAtMs),
  };
  return { record: { ...record, signed_envelope: { ...fields.more, ...record } } };
}

function optionalTime(name: string, ms: number | undefined): JsonObject {
  return ms === undefined ? {} : { [name]: formatTime(ms) };
}
