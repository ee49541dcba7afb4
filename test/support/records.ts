/** Identities from fixed seeds, and a valid record of every built-in kind. */
import { type Engine, loadCore } from "waxwing/core";
import {
  buildAccordEvidence,
  buildAttestation,
  buildIdentityOccurrence,
  buildKeyRecord,
  buildOrganization,
  buildOrgMembership,
  buildPartnerRecord,
  createKinds,
  type DecodedRecord,
  isRefusal,
  type JsonObject,
  parseRecord,
  type RecordDraft,
  signRecord,
} from "waxwing/records";
import { type Authorities, createSoftwareIdentity, fixedQuorum } from "waxwing/trust";

export const engine: Engine = await loadCore();
export const kinds = createKinds();

/** 2026-01-01T00:00:00Z, where the fake host's clock begins. */
export const startMs = 1_767_225_600_000;
const time = "2026-01-01T00:00:00Z";
/** When the key of the revocation among the drafts is withdrawn: after every test. */
const later = "2027-01-01T00:00:00Z";

export type TestIdentity = ReturnType<typeof createSoftwareIdentity>;

export function identityOf(seed: number, keyId?: string): TestIdentity {
  const seeds = {
    ed25519Seed: new Uint8Array(32).fill(seed),
    mlDsa65Seed: new Uint8Array(32).fill(seed + 100),
  };
  return createSoftwareIdentity(engine, seeds, keyId === undefined ? {} : { keyId });
}

export const alice = identityOf(1);
export const bob = identityOf(2);
export const carol = identityOf(3);

export const keyOf = (identity: TestIdentity) =>
  buildKeyRecord(engine, identity, { validFromMs: startMs, identityType: "node" });

export const occurrenceOf = (identity: TestIdentity, more: JsonObject = {}) =>
  buildIdentityOccurrence(engine, identity, { deviceClass: "server", assertedAtMs: startMs, more });

export const attestationOf = (
  identity: TestIdentity,
  attestationId: string,
  more: Partial<Parameters<typeof buildAttestation>[2]> = {},
) =>
  buildAttestation(engine, identity, {
    attestationId,
    attestationType: "scores",
    assertedAtMs: startMs,
    content: { score: 0.5, note: "né — 😀" },
    ...more,
  });

/** What a signer decides for the kinds that have no builder of their own. */
export function draftOf(token: string, signerKeyId: string): RecordDraft {
  const occurrence = { identity_key_id: signerKeyId, occurrence_key_id: bob.keyId };
  const membership = {
    removed_identity_key_id: bob.keyId,
    removed_at: time,
    effective_at: time,
    reason: "left",
  };
  const member = { key_id: signerKeyId, joined_at: time, role: "founder" };
  const enveloped = (record: JsonObject): RecordDraft => ({ record, wrapper: { signed_envelope: record } });
  const drafts: Record<string, RecordDraft> = {
    revocation: {
      record: {
        revocation_id: "rev-1",
        revoked_key_id: signerKeyId,
        revoking_key_id: signerKeyId,
        reason: "rotated — later",
        revoked_at: time,
        effective_at: later,
        scrub_timestamp: time,
        pqc_completed_at: time,
        revocation_envelope: {
          revocation_id: "rev-1",
          revoked_key_id: signerKeyId,
          effective_at: later,
          z: 1.5,
          a: "é",
        },
      },
    },
    family: {
      record: {
        family_key_id: signerKeyId,
        family_name: "Household",
        members: [member],
        founded_at: time,
        consensus_protocol: "founder_only",
        consensus_protocol_entrenched: false,
      },
    },
    community: {
      record: {
        community_key_id: signerKeyId,
        community_name: "Café",
        members: [member, { key_id: carol.keyId, joined_at: time }],
        founded_at: time,
        consensus_protocol: "quorum:1/2",
        policy_blob: { z: 1, a: [true, null] },
      },
    },
    identity_occurrence_revocation: enveloped({ ...occurrence, revoked_at: time, effective_at: time }),
    family_membership_revocation: { record: { family_key_id: signerKeyId, ...membership } },
    community_membership_revocation: { record: { community_key_id: signerKeyId, ...membership } },
    location_proof: {
      record: {
        subject_key_id: signerKeyId,
        cell_id: "87283472bffffff",
        cell_resolution: 7,
        asserted_at: time,
        attestation_evidence: [1, 2, 255],
      },
    },
    transport_destination: enveloped({
      occurrence_key_id: signerKeyId,
      transport_kind: "reticulum",
      destination: "66687aadf862bd776c8fc18b8e9f8e20",
      asserted_at: time,
      binding_provenance: "rooted",
      epoch: 3,
    }),
  };
  const draft = drafts[token];
  if (!draft) throw new RangeError(`no draft for kind ${token}`);
  return draft;
}

/** Signed as an attestation, and one, read as the kind under which newer peers offer it. */
export async function keyGrantOf(identity: TestIdentity): Promise<DecodedRecord> {
  const { bytes } = await attestationOf(identity, "grant-1", { attestationType: "key_grant:epoch:v1" });
  const grant = parseRecord(engine, kinds, "key_grant", bytes);
  if (isRefusal(grant)) throw new Error(grant.message);
  return grant;
}

export const organizationOf = (
  identity: TestIdentity,
  more: Partial<Parameters<typeof buildOrganization>[2]> = {},
) =>
  buildOrganization(engine, identity, {
    attestationId: "organization-1",
    orgId: "org-1",
    name: "Org",
    orgType: "nonprofit",
    status: "active",
    assertedAtMs: startMs,
    ...more,
  });

export const orgMembershipOf = (
  identity: TestIdentity,
  more: Partial<Parameters<typeof buildOrgMembership>[2]> = {},
) =>
  buildOrgMembership(engine, identity, {
    attestationId: "org_membership-1",
    userId: "user-1",
    orgId: "org-1",
    role: "viewer",
    status: "active",
    assertedAtMs: startMs,
    ...more,
  });

export const partnerOf = (
  stewards: readonly TestIdentity[],
  more: Partial<Parameters<typeof buildPartnerRecord>[2]> = {},
  threshold = stewards.length,
) =>
  buildPartnerRecord(
    engine,
    stewards,
    {
      attestationId: "partner_record-1",
      licenseId: "license-1",
      partnerId: "partner-1",
      orgId: "org-1",
      licenseType: "standard",
      maxAutonomyTier: "A2",
      requiresSupervisor: true,
      deploymentLimit: 10,
      offlineGraceHours: 72,
      status: "active",
      revision: 1,
      issuedAtMs: startMs,
      expiresAtMs: startMs + 365 * 86_400_000,
      assertedAtMs: startMs,
      more: { capabilities: ["a", "b"] },
      ...more,
    },
    threshold,
  );

export const accordOf = (
  participants: readonly TestIdentity[],
  more: Partial<Parameters<typeof buildAccordEvidence>[2]> = {},
) =>
  buildAccordEvidence(engine, participants, {
    proposal: { proposal_id: "proposal-1", title: "Café", weight: 1.5 },
    evidenceAtMs: startMs,
    ...more,
  });

/** Tokens of the kinds that are recognised from bytes, in the reference's order: those of v18.5. */
export const signableTokens = kinds.admittedTokens().filter((token) => !kinds.get(token)!.onlyByName);

/**
 * A valid record of any kind, made by one identity. A node takes organisations, partner records and evidence of
 * accords only where it names that identity: `authoritiesOf(identity)`, or in a node's configuration
 * `trust: trustConfigOf(identity)`.
 */
export function recordOf(token: string, identity: TestIdentity = alice): Promise<DecodedRecord> {
  if (token === "key") return keyOf(identity);
  if (token === "identity_occurrence") return occurrenceOf(identity);
  if (token === "attestation") return attestationOf(identity, "att-1");
  if (token === "key_grant") return keyGrantOf(identity);
  if (token === "organization") return organizationOf(identity);
  if (token === "org_membership") return orgMembershipOf(identity);
  if (token === "partner_record") return partnerOf([identity]);
  if (token === "accord_quorum_evidence") return accordOf([identity]);
  return signRecord(engine, kinds, kinds.get(token)!, draftOf(token, identity.keyId), identity);
}

/** Authorities under which the identities may speak for every kind, each quorum being more than half of them. */
export function authoritiesOf(...identities: readonly TestIdentity[]): Authorities {
  const { operators, stewards, accord } = trustConfigOf(...identities);
  return { operators, stewards: fixedQuorum(stewards), accord: fixedQuorum(accord) };
}

/** The same as the `trust` section of a node's configuration has it. */
export function trustConfigOf(...identities: readonly TestIdentity[]) {
  const keyIds = identities.map(({ keyId }) => keyId);
  const quorum = { keyIds, threshold: Math.floor(keyIds.length / 2) + 1 };
  return { operators: keyIds, stewards: quorum, accord: quorum };
}

/** What must be held before a record of the kind is admitted, beside its signer's key. */
export async function neededBy(token: string, identity: TestIdentity = alice): Promise<DecodedRecord[]> {
  const group = /^(family|community)_membership_revocation$/.exec(token)?.[1];
  return group === undefined ? [] : [await recordOf(group, identity)];
}

/** The record's JSON with a change made to it, hashes and signatures as they were. */
export function changed(record: DecodedRecord, change: (json: Record<string, never>) => void): Uint8Array {
  const json = JSON.parse(Buffer.from(record.bytes).toString("utf8"));
  change(json);
  return Buffer.from(JSON.stringify(json));
}
