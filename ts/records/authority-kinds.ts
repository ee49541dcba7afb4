/**
 * Rows of the kind table for what only somebody named by the receiver may say (ciris-edge §7.3, §7.4, §7.9;
 * ADR 0018): operational records by operators, partner records by a quorum of stewards, evidence of an accord by
 * a quorum of the receiver's own roster. Whom that is stands in the node's configuration, never in a record.
 *
 * Every column must be repeated under the signature: a role, a status or a withdrawal that nobody signed would
 * be anybody's. Field order is wire order and frozen.
 */
import { findOrderFault, findPaymentId, findUnsortedList } from "./authority-checks.js";
import { common, rowHash } from "./kind-parts.js";
import {
  type Field,
  type JsonObject,
  type KindSpec,
  type MustRepeat,
  optional,
  required,
  type SignatureColumns,
} from "./kind-spec.js";

/** Operational kinds carry their own envelope and signature as columns. */
const proof: readonly Field[] = [
  required("attesting_key_id", "keyId"),
  required("signed_envelope", "object"),
  required("ed25519_signature_base64", "base64"),
  optional("mldsa65_signature_base64", "base64"),
  optional("withdrawn_at", "time"),
  rowHash,
];

const operatorSigner: SignatureColumns = {
  in: "record",
  keyId: "attesting_key_id",
  ed25519: "ed25519_signature_base64",
  mlDsa65: "mldsa65_signature_base64",
};

/** The three names of a member's signature in a list of them. */
const memberSigner = {
  keyId: "member_id",
  ed25519: "ed25519_signature_base64",
  mlDsa65: "mldsa65_signature_base64",
} as const;
const memberSignature: readonly Field[] = [
  required(memberSigner.keyId, "keyId"),
  required(memberSigner.ed25519, "base64"),
  optional(memberSigner.mlDsa65, "base64"),
];

const organizationFields: readonly Field[] = [
  required("attestation_id", "text"),
  required("org_id", "text"),
  required("name", "text"),
  required("org_type", "text"),
  optional("parent_org_id", "text"),
  optional("partner_id", "text"),
  required("status", "text"),
  required("asserted_at", "time"),
  optional("valid_until", "time"),
];
const membershipFields: readonly Field[] = [
  required("attestation_id", "text"),
  required("user_id", "text"),
  required("org_id", "text"),
  required("role", "text"),
  required("status", "text"),
  required("asserted_at", "time"),
  optional("valid_until", "time"),
];
const partnerFields: readonly Field[] = [
  required("attestation_id", "text"),
  required("license_id", "text"),
  required("partner_id", "text"),
  required("org_id", "text"),
  required("license_type", "text"),
  required("max_autonomy_tier", { oneOf: ["A0", "A1", "A2", "A3", "A4"] }),
  required("requires_supervisor", "boolean"),
  required("deployment_limit", "uint"),
  required("offline_grace_hours", "uint"),
  required("status", { oneOf: ["active", "suspended", "revoked"] }),
  required("revision", "uint"),
  required("issued_at", "time"),
  required("expires_at", "time"),
  required("asserted_at", "time"),
];

/** All columns that say something, and the withdrawal where there is one. */
function repeats(fields: readonly Field[]): MustRepeat[] {
  const names = (isOptional: boolean) =>
    fields.filter((field) => (field.optional ?? false) === isOptional).map((field) => field.name);
  return [{ at: [], members: names(false), unlessOmitted: [...names(true), "withdrawn_at"] }];
}

const operational = {
  ...common,
  wireVersion: 2,
  status: "full",
  wrapper: null,
  signed: { in: "record", member: "signed_envelope" },
  naturalKey: ["attestation_id"],
  time: "asserted_at",
} as const;

const byOperators = { ...operational, authority: "operators", signatures: operatorSigner } as const;

const findFault = (record: JsonObject) => findPaymentId(record) ?? findUnsortedList(record.signed_envelope);

export const operationalKinds: readonly KindSpec[] = [
  {
    ...byOperators,
    token: "organization",
    rule: "organization",
    alsoWrappedIn: "organization",
    mustRepeat: repeats(organizationFields),
    fields: [...organizationFields, ...proof],
    check: (record) =>
      findFault(record) ??
      (record.parent_org_id === record.org_id ? "parent_org_id is the organisation itself" : undefined),
  },
  {
    ...byOperators,
    token: "org_membership",
    rule: "orgMembership",
    alsoWrappedIn: "org_membership",
    mustRepeat: repeats(membershipFields),
    fields: [...membershipFields, ...proof],
    check: findFault,
  },
  {
    ...operational,
    token: "partner_record",
    rule: "partnerRecord",
    authority: "stewards",
    wrapper: "partner_record",
    signatures: { in: "wrapper", ...memberSigner, all: "steward_signatures" },
    // The threshold of a record is a hint: how many must sign is the receiver's to say.
    wrapperFields: [
      required("steward_signatures", { list: { struct: memberSignature } }),
      required("threshold", "uint"),
    ],
    mustRepeat: repeats(partnerFields),
    fields: [
      ...partnerFields,
      required("signed_envelope", "object"),
      optional("withdrawn_at", "time"),
      rowHash,
    ],
    check: (record) =>
      findFault(record) ?? (Number.isSafeInteger(record.revision) ? undefined : "revision is beyond 2^53"),
  },
];

/**
 * A proposal and who took part in deciding it. A participation counts as the member's signature over the
 * proposal, in the shape that steward signatures have: what it holds beyond that is not known (ADR 0018).
 */
export const accordKind: KindSpec = {
  ...common,
  token: "accord_quorum_evidence",
  authority: "accord",
  wireVersion: 2,
  cursorServed: true,
  status: "full",
  hashBasis: "none",
  wrapper: null,
  signed: { in: "record", member: "proposal" },
  signatures: { in: "record", ...memberSigner, all: "participations" },
  // One row a proposal: it is M itself, so the signatures bind it.
  naturalKey: ["proposal"],
  boundBySigner: ["proposal"],
  time: "evidence_at",
  fields: [
    required("proposal", "object"),
    optional("authority_signature", "json"),
    required("participations", { list: { struct: memberSignature } }),
    required("evidence_at", "time"),
  ],
  check: (record) => findOrderFault(record.participations, memberSigner.keyId),
};
