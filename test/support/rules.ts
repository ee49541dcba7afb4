/** Records whose kinds have rules of their own, with what the rules look at as parameters. Times are seconds from `startMs`. */
import {
  buildKeyRecord,
  type DecodedRecord,
  formatTime,
  type JsonObject,
  signAsWitness,
  signRecord,
} from "waxwing/records";
import type { Store } from "waxwing/store";
import { draftOf, engine, kinds, startMs, type TestIdentity } from "./records.js";

export const at = (seconds: number) => formatTime(startMs + 1000 * seconds);

function sign(token: string, signer: TestIdentity, record: JsonObject, wrapper?: JsonObject) {
  const draft = wrapper === undefined ? { record } : { record, wrapper };
  return signRecord(engine, kinds, kinds.get(token)!, draft, signer);
}

/** The signed envelope repeats the whole record. */
const enveloped = (token: string, signer: TestIdentity, record: JsonObject) =>
  sign(token, signer, record, { signed_envelope: record });

export const keyAt = (
  identity: TestIdentity,
  seconds: number,
  more: { identityRef?: string; registration?: JsonObject } = {},
) =>
  buildKeyRecord(engine, identity, { validFromMs: startMs + 1000 * seconds, identityType: "node", ...more });

export function revocationOf(
  revoker: TestIdentity,
  revokedKeyId: string,
  {
    id = "rev",
    effective = 0,
    after,
    made = effective,
  }: { id?: string; effective?: number; after?: number; made?: number } = {},
): Promise<DecodedRecord> {
  const repeated = {
    revocation_id: id,
    revoked_key_id: revokedKeyId,
    revoking_key_id: revoker.keyId,
    revoked_at: at(made),
    effective_at: at(effective),
    ...(after === undefined ? {} : { revoked_after: at(after) }),
  };
  return sign("revocation", revoker, {
    ...repeated,
    scrub_timestamp: at(made),
    pqc_completed_at: at(made),
    revocation_envelope: repeated,
  });
}

export const occurrenceAt = (identity: TestIdentity, occurrenceKeyId: string, seconds: number) =>
  enveloped("identity_occurrence", identity, {
    identity_key_id: identity.keyId,
    occurrence_key_id: occurrenceKeyId,
    device_class: "phone",
    asserted_at: at(seconds),
  });

export const occurrenceRevocationOf = (
  signer: TestIdentity,
  identityKeyId: string,
  occurrenceKeyId: string,
  seconds: number,
) =>
  enveloped("identity_occurrence_revocation", signer, {
    identity_key_id: identityKeyId,
    occurrence_key_id: occurrenceKeyId,
    revoked_at: at(Math.min(0, seconds)),
    effective_at: at(seconds),
  });

export type GroupKind = "family" | "community";

export interface RosterFields {
  readonly groupId?: string;
  readonly name?: string;
  readonly members?: readonly (TestIdentity | JsonObject)[];
  readonly consensus?: string;
}

/** Members join one second after the other, so the first is the founder where nobody has the role. */
export function rosterOf(kind: GroupKind, authority: TestIdentity, fields: RosterFields = {}) {
  const { groupId = `${kind}-1`, name = "Group", members = [authority], consensus = "founder_only" } = fields;
  return sign(kind, authority, {
    [`${kind}_key_id`]: groupId,
    [`${kind}_name`]: name,
    members: members.map((member, index) =>
      "keyId" in member ? { key_id: member.keyId, joined_at: at(index - 100) } : member,
    ),
    founded_at: at(-100),
    consensus_protocol: consensus,
    ...(kind === "family" ? { consensus_protocol_entrenched: false } : {}),
  });
}

export const removalOf = async (
  kind: GroupKind,
  authority: TestIdentity,
  removedKeyId: string,
  {
    groupId = `${kind}-1`,
    made = 0,
    effective = made,
    witnesses = [],
    hints = [],
  }: {
    groupId?: string;
    made?: number;
    effective?: number;
    witnesses?: readonly TestIdentity[];
    hints?: readonly unknown[];
  } = {},
) => {
  const token = `${kind}_membership_revocation`;
  const record = {
    [`${kind}_key_id`]: groupId,
    removed_identity_key_id: removedKeyId,
    removed_at: at(made),
    effective_at: at(effective),
  };
  const words = witnesses.map((witness) => signAsWitness(engine, kinds.get(token)!, record, witness));
  return sign(token, authority, { ...record, witness_set: [...hints, ...(await Promise.all(words))] });
};

export const locationOf = (subject: TestIdentity, change: JsonObject = {}, signer: TestIdentity = subject) =>
  sign("location_proof", signer, { ...draftOf("location_proof", subject.keyId).record, ...change });

export const destinationOf = (
  occurrence: TestIdentity,
  epoch: number,
  seconds: number,
  change: JsonObject = {},
  signer: TestIdentity = occurrence,
) =>
  enveloped("transport_destination", signer, {
    ...draftOf("transport_destination", occurrence.keyId).record,
    epoch,
    asserted_at: at(seconds),
    ...change,
  });

/** As full as a signer can make every row of facts that this record is in, with others of the same that come before all. */
export async function fillRowsOf(store: Store, { recordId }: DecodedRecord, rowMax: number): Promise<void> {
  const table = "facts";
  const rows = await store.scan({ table, prefix: new Uint8Array(0), limit: 1000 });
  for (const { key, value } of rows) {
    const item = Buffer.from(value).subarray(0, 48);
    if (value.length !== 48 || !item.subarray(0, 32).equals(recordId)) continue;
    const full = Buffer.alloc(48 * rowMax);
    for (let index = 0; index < rowMax; index++) {
      item.copy(full, 48 * index);
      full.writeUInt32BE(index, 48 * index);
    }
    await store.commit([{ op: "put", table, key, value: full }]);
  }
}
