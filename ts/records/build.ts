/**
 * Builders for the records that a node makes itself: keys, identity occurrences, attestations and records
 * of own kinds. Times are Unix milliseconds from the caller, because this layer has no clock.
 */
import { base64Encode } from "../base/bytes.js";
import type { KeyId } from "../base/ids.js";
import type { Engine } from "../contracts/engine.js";
import type { Identity } from "../contracts/identity.js";
import type { JsonObject, KindSpec } from "./kind-spec.js";
import { createKinds, type Kinds } from "./kinds.js";
import type { DecodedRecord } from "./parse-record.js";
import { signRecord } from "./sign-record.js";
import { formatTime } from "./time.js";

export interface KeyRecordFields {
  readonly validFromMs: number;
  readonly validUntilMs?: number;
  /** `node`, `agent`, `user`, …; several are comma-joined and sorted. */
  readonly identityType: string;
  /** What the key stands for; its own id by default. */
  readonly identityRef?: string;
  readonly roles?: readonly string[];
  /** Further members of the registration envelope. */
  readonly registration?: JsonObject;
}

/** The self-signed record by which others learn this identity's keys; the envelope repeats all that matters. */
export async function buildKeyRecord(
  engine: Engine,
  identity: Identity,
  fields: KeyRecordFields,
): Promise<DecodedRecord> {
  const validFrom = formatTime(fields.validFromMs);
  const repeated = {
    key_id: identity.keyId,
    pubkey_ed25519_base64: base64Encode(identity.publicKeys.ed25519),
    pubkey_ml_dsa_65_base64: base64Encode(identity.publicKeys.mlDsa65),
    algorithm: "hybrid",
    identity_type: fields.identityType,
    identity_ref: fields.identityRef ?? identity.keyId,
    valid_from: validFrom,
    ...optionalTime("valid_until", fields.validUntilMs),
    roles: fields.roles ?? [],
  };
  const record = {
    ...repeated,
    registration_envelope: { ...fields.registration, ...repeated },
    scrub_timestamp: validFrom,
    pqc_completed_at: validFrom,
  };
  return signBuiltin(engine, "key", { record }, identity);
}

export interface IdentityOccurrenceFields {
  /** The key that runs here; the identity's own by default. */
  readonly occurrenceKeyId?: KeyId;
  readonly deviceClass: "phone" | "laptop" | "server" | "embedded" | "agent" | "service";
  readonly assertedAtMs: number;
  readonly validUntilMs?: number;
  /** Further columns of the row, e.g. `encryption_pubkeys`; they are signed too. */
  readonly more?: JsonObject;
}

/** "This key runs on a device of mine", signed by the identity; the signed envelope repeats the whole row. */
export async function buildIdentityOccurrence(
  engine: Engine,
  identity: Identity,
  fields: IdentityOccurrenceFields,
): Promise<DecodedRecord> {
  const record = {
    ...fields.more,
    identity_key_id: identity.keyId,
    occurrence_key_id: fields.occurrenceKeyId ?? identity.keyId,
    device_class: fields.deviceClass,
    asserted_at: formatTime(fields.assertedAtMs),
    ...optionalTime("valid_until", fields.validUntilMs),
  };
  return signBuiltin(
    engine,
    "identity_occurrence",
    { record, wrapper: { signed_envelope: record } },
    identity,
  );
}

export interface AttestationFields {
  readonly attestationId: string;
  /** About whom; the signer's own id by default. */
  readonly attestedKeyId?: KeyId;
  readonly attestationType: string;
  readonly assertedAtMs: number;
  readonly expiresAtMs?: number;
  /** What is attested: members of the envelope beside `asserted_at`, `expires_at` and `row`. */
  readonly content: JsonObject;
  readonly weight?: number;
  readonly subjectKeyIds?: readonly KeyId[];
  /** `self` and `family` never leave the node; `federation` by default. */
  readonly cohortScope?: string;
  /** Anything but `federation` (default) never leaves the node. */
  readonly tier?: string;
}

/** A signed statement; its envelope repeats the row, so that the signature cannot be used for another one. */
export async function buildAttestation(
  engine: Engine,
  identity: Identity,
  fields: AttestationFields,
): Promise<DecodedRecord> {
  const assertedAt = formatTime(fields.assertedAtMs);
  const expiry = optionalTime("expires_at", fields.expiresAtMs);
  const row = {
    attestation_id: fields.attestationId,
    attesting_key_id: identity.keyId,
    attestation_type: fields.attestationType,
    attested_key_id: fields.attestedKeyId ?? identity.keyId,
    cohort_scope: fields.cohortScope ?? "federation",
    ...(fields.subjectKeyIds?.length ? { subject_key_ids: fields.subjectKeyIds } : {}),
  };
  const record = {
    ...row,
    ...(fields.weight === undefined ? {} : { weight: fields.weight }),
    asserted_at: assertedAt,
    ...expiry,
    ...(fields.tier === undefined ? {} : { tier: fields.tier }),
    attestation_envelope: { ...fields.content, asserted_at: assertedAt, ...expiry, row },
    scrub_timestamp: assertedAt,
    pqc_completed_at: assertedAt,
  };
  return signBuiltin(engine, "attestation", { record }, identity);
}

/** A record of a kind that `kinds.define` returned. */
export async function buildOwnRecord(
  engine: Engine,
  kinds: Kinds,
  spec: KindSpec,
  value: JsonObject,
  identity: Identity,
): Promise<DecodedRecord> {
  return signRecord(engine, kinds, spec, { record: value }, identity);
}

const builtin = createKinds();

function signBuiltin(
  engine: Engine,
  token: string,
  draft: Parameters<typeof signRecord>[3],
  identity: Identity,
): Promise<DecodedRecord> {
  return signRecord(engine, builtin, builtin.get(token)!, draft, identity);
}

function optionalTime(name: string, ms: number | undefined): JsonObject {
  return ms === undefined ? {} : { [name]: formatTime(ms) };
}
