/**
 * The kind table: the fifteen kinds of CIRISEdge v18.5 and the four of later releases, in the order of its `ALL`
 * (ciris-edge §2.2, §7.1–7.4a). Field order is wire order and frozen: a stock peer re-serialises what it
 * stores, and bytes that differ from its form are offered and wanted for ever.
 *
 * All of them are admitted in full: `rule` names what decides beside the signatures (trust/rules, ADR 0017). The
 * kinds that operators name authorities for are in authority-kinds.ts.
 */
import { accordKind, operationalKinds } from "./authority-kinds.js";
import { findCellFault } from "./cell-check.js";
import { common, rowHash } from "./kind-parts.js";
import {
  type Field,
  type FieldType,
  type JsonObject,
  type KindSpec,
  omittedAs,
  optional,
  required,
  type SignatureColumns,
} from "./kind-spec.js";
import { laterKinds } from "./later-kinds.js";

const texts: FieldType = { list: "text" };

/** The scrub columns that key, attestation and revocation share. */
const scrub: readonly Field[] = [
  required("original_content_hash", "hash"),
  required("scrub_signature_classical", "base64"),
  optional("scrub_signature_pqc", "base64"),
  required("scrub_key_id", "keyId"),
  required("scrub_timestamp", "time"),
  optional("pqc_completed_at", "time"),
];

const scrubSignature: FieldType = {
  struct: [
    required("scrub_key_id", "keyId"),
    required("scrub_signature_classical", "base64"),
    optional("scrub_signature_pqc", "base64"),
  ],
};
const additionalScrubs = omittedAs("additional_scrubs", { list: scrubSignature }, []);

const scrubSigner: SignatureColumns = {
  in: "record",
  keyId: "scrub_key_id",
  ed25519: "scrub_signature_classical",
  mlDsa65: "scrub_signature_pqc",
};

/** `{<record>, attesting_key_id, signed_envelope, signature}`: the signature covers the envelope. */
const signatureStruct: FieldType = {
  struct: [required("ed25519_signature_base64", "base64"), optional("mldsa65_signature_base64", "base64")],
};
const envelopeWrapper: readonly Field[] = [
  required("attesting_key_id", "keyId"),
  required("signed_envelope", "object"),
  required("signature", signatureStruct),
];
const envelopeSigner: SignatureColumns = {
  in: "wrapper",
  keyId: "attesting_key_id",
  within: "signature",
  ed25519: "ed25519_signature_base64",
  mlDsa65: "mldsa65_signature_base64",
};

/** `{<record>, authority_key_id, …}`: the signature covers the record without its row hash. */
const authorityWrapper: readonly Field[] = [
  required("authority_key_id", "keyId"),
  required("scrub_signature_classical", "base64"),
  optional("scrub_signature_pqc", "base64"),
];
const authoritySigner: SignatureColumns = { ...scrubSigner, in: "wrapper", keyId: "authority_key_id" };

const members: FieldType = {
  list: { struct: [required("key_id", "keyId"), required("joined_at", "time"), optional("role", "text")] },
};

/** Rows of a lower tier, and what one keeps to oneself or one's family, never leave the node (§3.7). */
function attestationVisibility(record: JsonObject): "federation" | "local" {
  const cohort = record.cohort_scope ?? "federation";
  const tier = record.tier ?? "federation";
  return tier === "federation" && cohort !== "self" && cohort !== "family" ? "federation" : "local";
}

const overEnvelope = {
  ...common,
  wrapperFields: envelopeWrapper,
  signed: { in: "wrapper", member: "signed_envelope" },
  signatures: envelopeSigner,
} as const;

const overRecord = {
  ...common,
  wrapperFields: authorityWrapper,
  signed: { in: "record", without: ["persist_row_hash"] },
  signatures: authoritySigner,
  unsigned: ["persist_row_hash"],
} as const;

const firstKinds: readonly KindSpec[] = [
  {
    ...common,
    token: "key",
    status: "full",
    rule: "key",
    bootstrap: true,
    subjectPullable: true,
    subjects: ["key_id"],
    wrapper: "record",
    signed: { in: "record", member: "registration_envelope" },
    signatures: { ...scrubSigner, more: "additional_scrubs" },
    naturalKey: ["key_id"],
    // Stock nodes sign an empty registration envelope by default, so M cannot be asked to repeat the id. The
    // signature binds the keys, and the directory binds the id to the keys: by their hash, or by a pin.
    boundBySigner: ["key_id"],
    introducesKey: {
      keyId: "key_id",
      ed25519: "pubkey_ed25519_base64",
      mlDsa65: "pubkey_ml_dsa_65_base64",
    },
    speaker: "key_id",
    contentHash: true,
    time: "valid_from",
    expires: "valid_until",
    fields: [
      required("key_id", "keyId"),
      required("pubkey_ed25519_base64", "ed25519Key"),
      optional("pubkey_ml_dsa_65_base64", "mlDsa65Key"),
      required("algorithm", { oneOf: ["hybrid"] }),
      required("identity_type", "text"),
      required("identity_ref", "text"),
      required("valid_from", "time"),
      optional("valid_until", "time"),
      required("registration_envelope", "json"),
      ...scrub,
      rowHash,
      required("roles", texts),
      optional("attestation_evidence", "json"),
      optional("consent_role", "json"),
      additionalScrubs,
    ],
  },
  {
    ...common,
    token: "attestation",
    status: "full",
    rule: "attestation",
    subjectPullable: true,
    // The subject and the sender may pull it (ciris-edge §2.5).
    subjects: ["attested_key_id", "attesting_key_id", "subject_key_ids"],
    wrapper: null,
    alsoWrappedIn: "attestation",
    signed: { in: "record", member: "attestation_envelope" },
    signatures: { ...scrubSigner, more: "additional_scrubs" },
    repeatedAt: [[], ["row"]],
    mustRepeat: [
      { at: [], members: ["asserted_at"], fractionDigitsMax: 6 },
      {
        at: ["row"],
        members: [
          "attestation_id",
          "attesting_key_id",
          "attestation_type",
          "attested_key_id",
          "cohort_scope",
        ],
        unlessOmitted: ["subject_key_ids"],
      },
    ],
    naturalKey: ["attestation_id"],
    speaker: "attesting_key_id",
    contentHash: true,
    time: "asserted_at",
    expires: "expires_at",
    visibility: attestationVisibility,
    fields: [
      required("attestation_id", "text"),
      required("attesting_key_id", "keyId"),
      required("attested_key_id", "keyId"),
      required("attestation_type", "text"),
      optional("weight", "float"),
      required("asserted_at", "time"),
      optional("expires_at", "time"),
      required("attestation_envelope", "object"),
      ...scrub,
      rowHash,
      omittedAs("subject_key_ids", { list: "keyId" }, []),
      optional("withdraws_admission_rule", "json"),
      omittedAs("cohort_scope", "text", "federation"),
      omittedAs("tier", "text", "federation"),
      optional("promoted_at", "time"),
      additionalScrubs,
    ],
  },
  {
    ...common,
    token: "revocation",
    status: "full",
    rule: "revocation",
    hashBasis: "persist_row_hash",
    wrapper: "revocation",
    signed: { in: "record", member: "revocation_envelope" },
    signatures: scrubSigner,
    // The exact members that the reference demands are unknown: what the envelope repeats must agree.
    repeatedAt: [[], ["row"]],
    naturalKey: ["revocation_id"],
    speaker: "revoking_key_id",
    contentHash: true,
    time: "revoked_at",
    fields: [
      required("revocation_id", "text"),
      required("revoked_key_id", "keyId"),
      required("revoking_key_id", "keyId"),
      optional("reason", "text"),
      required("revoked_at", "time"),
      required("effective_at", "time"),
      required("revocation_envelope", "json"),
      ...scrub,
      omittedAs("observed_region", "text", "us"),
      optional("revoked_after", "time"),
      rowHash,
    ],
  },
  {
    ...overEnvelope,
    token: "identity_occurrence",
    status: "full",
    rule: "occurrence",
    bootstrap: true,
    subjectPullable: true,
    subjects: ["identity_key_id", "occurrence_key_id"],
    wrapper: "identity_occurrence",
    // Without these in M, a signature for one device would vouch for any other, at any time: without the time, one that
    // revokes a device would assert it.
    mustRepeat: [{ at: [], members: ["identity_key_id", "occurrence_key_id", "asserted_at"] }],
    naturalKey: ["identity_key_id", "occurrence_key_id"],
    speaker: "identity_key_id",
    time: "asserted_at",
    expires: "valid_until",
    fields: [
      required("identity_key_id", "keyId"),
      required("occurrence_key_id", "keyId"),
      required("device_class", { oneOf: ["phone", "laptop", "server", "embedded", "agent", "service"] }),
      optional("hardware_attestation", "json"),
      required("asserted_at", "time"),
      optional("valid_until", "time"),
      optional("encryption_pubkeys", {
        struct: [required("x25519_base64", "base64"), required("ml_kem_768_base64", "base64")],
      }),
      optional("transport_binding", {
        struct: [
          required("reticulum_x25519_pubkey_base64", "base64"),
          required("reticulum_ed25519_pubkey_base64", "base64"),
          required("destination_hash_base64", "base64"),
          required("app_name", "text"),
          required("aspects", texts),
        ],
      }),
      rowHash,
    ],
  },
  {
    ...overRecord,
    token: "family",
    status: "full",
    rule: "roster",
    wrapper: "family",
    naturalKey: ["family_key_id"],
    time: "founded_at",
    fields: [
      required("family_key_id", "keyId"),
      required("family_name", "text"),
      required("members", members),
      required("founded_at", "time"),
      required("consensus_protocol", "text"),
      required("consensus_protocol_entrenched", "boolean"),
      rowHash,
    ],
  },
  {
    ...overRecord,
    token: "community",
    status: "full",
    rule: "roster",
    wrapper: "community",
    naturalKey: ["community_key_id"],
    time: "founded_at",
    fields: [
      required("community_key_id", "keyId"),
      required("community_name", "text"),
      required("members", members),
      required("founded_at", "time"),
      required("consensus_protocol", "text"),
      optional("policy_blob", "json"),
      rowHash,
    ],
  },
  {
    ...overEnvelope,
    token: "identity_occurrence_revocation",
    status: "full",
    rule: "occurrenceRevocation",
    subjectPullable: true,
    subjects: ["identity_key_id", "occurrence_key_id"],
    wrapper: "identity_occurrence_revocation",
    // Without these in M, a signature that revoked one device would revoke any other, at any time.
    mustRepeat: [{ at: [], members: ["identity_key_id", "occurrence_key_id", "effective_at"] }],
    naturalKey: ["identity_key_id", "occurrence_key_id", "effective_at"],
    time: "revoked_at",
    fields: [
      required("identity_key_id", "keyId"),
      required("occurrence_key_id", "keyId"),
      required("revoked_at", "time"),
      required("effective_at", "time"),
      optional("reason", "text"),
      omittedAs("witness_set", { list: "json" }, []),
      rowHash,
    ],
  },
  {
    ...overRecord,
    token: "family_membership_revocation",
    status: "full",
    rule: "membershipRevocation",
    witnesses: "witness_set",
    wrapper: "family_membership_revocation",
    naturalKey: ["family_key_id", "removed_identity_key_id", "effective_at"],
    time: "removed_at",
    fields: membershipRevocation("family_key_id"),
  },
  {
    ...overRecord,
    token: "community_membership_revocation",
    status: "full",
    rule: "membershipRevocation",
    witnesses: "witness_set",
    wrapper: "community_membership_revocation",
    naturalKey: ["community_key_id", "removed_identity_key_id", "effective_at"],
    time: "removed_at",
    fields: membershipRevocation("community_key_id"),
  },
  {
    ...overRecord,
    token: "location_proof",
    status: "full",
    rule: "locationProof",
    wrapper: "location_proof",
    naturalKey: ["subject_key_id", "cell_id", "asserted_at"],
    speaker: "subject_key_id",
    check: findCellFault,
    time: "asserted_at",
    fields: [
      required("subject_key_id", "keyId"),
      required("cell_id", "text"),
      required("cell_resolution", "uint"),
      required("asserted_at", "time"),
      optional("valid_until", "time"),
      optional("attestation_evidence", { list: "uint" }),
      optional("withdrawn_at", "time"),
      rowHash,
    ],
  },
  ...operationalKinds,
  {
    ...overEnvelope,
    token: "transport_destination",
    status: "full",
    rule: "transportDestination",
    wireVersion: 2,
    bootstrap: true,
    subjectPullable: true,
    subjects: ["occurrence_key_id"],
    wrapper: "transport_destination",
    // What decides which destination is the newest must be signed, or anybody could outdate it.
    mustRepeat: [
      { at: [], members: ["occurrence_key_id", "transport_kind", "destination", "asserted_at", "epoch"] },
    ],
    naturalKey: ["occurrence_key_id", "transport_kind", "destination", "epoch"],
    speaker: "occurrence_key_id",
    time: "asserted_at",
    fields: [
      required("occurrence_key_id", "keyId"),
      required("transport_kind", "text"),
      required("destination", "text"),
      required("asserted_at", "time"),
      optional("last_seen_at", "time"),
      optional("transport_ed25519_pubkey_base64", "base64"),
      optional("transport_x25519_pubkey_base64", "base64"),
      required("binding_provenance", { oneOf: ["rooted", "advisory"] }),
      required("epoch", "uint"),
      optional("retired_at", "time"),
    ],
  },
  accordKind,
];

export const builtinKinds: readonly KindSpec[] = [
  ...firstKinds,
  ...laterKinds(firstKinds.find(({ token }) => token === "attestation")!),
];

function membershipRevocation(group: string): readonly Field[] {
  return [
    required(group, "keyId"),
    required("removed_identity_key_id", "keyId"),
    required("removed_at", "time"),
    required("effective_at", "time"),
    optional("reason", "text"),
    omittedAs("witness_set", { list: "json" }, []),
    rowHash,
  ];
}
