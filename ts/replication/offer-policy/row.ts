/** The members of a stored record that decide who is shown it. Read anew from its bytes, which nobody can change. */
import { utf8Decode } from "../../base/bytes.js";
import type { KeyId, KindToken } from "../../base/ids.js";
import type { StoredRecord } from "../../contracts/store.js";
import { isJsonObject, type JsonObject } from "../../records/index.js";

export interface Row {
  readonly value: JsonObject;
  /** What stands beside the record; the row itself where it is bare. */
  readonly wrapper: JsonObject;
}

/** Kinds that stand in a wrapper of another name than their own. */
const wrapperNames: Readonly<Record<KindToken, string>> = { key: "record" };
const bareKinds: readonly KindToken[] = ["attestation", "key_grant"];
/** Kinds whose signer stands in the wrapper; elsewhere such a member is nobody's word. */
const authorityKinds: readonly KindToken[] = ["family", "community", "location_proof"];

/** Where admission found it too. Throws for what is no JSON; undefined for what is no such row. */
export function readRow({ kind, bytes }: Pick<StoredRecord, "kind" | "bytes">): Row | undefined {
  const wrapper: unknown = JSON.parse(utf8Decode(bytes));
  if (!isJsonObject(wrapper)) return undefined;
  const name = wrapperNames[kind] ?? kind;
  const isBare = bareKinds.includes(kind) && !Object.hasOwn(wrapper, name);
  const value = isBare ? wrapper : wrapper[name];
  return isJsonObject(value) ? { value, wrapper } : undefined;
}

/** Members that name whose row it is. */
const ownerMembers: Readonly<Record<KindToken, readonly string[]>> = {
  key: ["key_id"],
  identity_occurrence: ["identity_key_id", "occurrence_key_id"],
  transport_destination: ["occurrence_key_id"],
  family: ["family_key_id"],
  community: ["community_key_id"],
  location_proof: ["subject_key_id"],
  attestation: ["attesting_key_id"],
  key_grant: ["attesting_key_id"],
};

export function ownersOf(kind: KindToken, { value, wrapper }: Row): KeyId[] {
  const owners = (ownerMembers[kind] ?? []).map((member) => value[member]);
  return keyIds(authorityKinds.includes(kind) ? [...owners, wrapper.authority_key_id] : owners);
}

/** Of a family or community; none for rows without a roster. */
export function membersOf({ value }: Row): KeyId[] {
  const { members } = value;
  return Array.isArray(members) ? keyIds(members.map((member) => isJsonObject(member) && member.key_id)) : [];
}

/** Whom an attestation is about. */
export function subjectsOf({ value }: Row): KeyId[] {
  const { attested_key_id, subject_key_ids } = value;
  return keyIds([attested_key_id, ...(Array.isArray(subject_key_ids) ? subject_key_ids : [])]);
}

/** `federation` where the row says nothing, as on the wire; undefined for what is no text. */
export function scopeOf({ value }: Row): string | undefined {
  const { cohort_scope = "federation" } = value;
  return typeof cohort_scope === "string" ? cohort_scope : undefined;
}

/** Traces of an agent's thinking: by the row's type, or by the dimension that it scores. */
export function isTrace({ value }: Row): boolean {
  const { attestation_type, attestation_envelope } = value;
  const dimension = isJsonObject(attestation_envelope) ? attestation_envelope.dimension : undefined;
  return [attestation_type, dimension].some((text) => typeof text === "string" && text.startsWith("trace:"));
}

function keyIds(values: readonly unknown[]): KeyId[] {
  return values.filter((value): value is KeyId => typeof value === "string" && value !== "");
}
