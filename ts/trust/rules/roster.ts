/**
 * `family`, `community`: the roster of a group is founded once. Another content under the same id is a fork and is
 * refused, unless the group's own key signed the newcomer and only a member signed the held one: a member can
 * found a group under any free id, its key's owner alone can speak as it.
 *
 * Their membership revocations need the roster. A member leaves by itself; the group's key may remove anybody; else
 * the signers, who stand in `witness_set` beside the first, must be members and as many as the roster's consensus asks for. Who signed when already removed
 * is not asked here: that would depend on the order of arrival, and `standings.ts` sorts it out by time.
 */
import type { ErrorCode } from "../../base/error-codes.js";
import { type KeyId, type KindToken, shortId } from "../../base/ids.js";
import type { Refusal } from "../../contracts/record.js";
import type { JsonObject } from "../../records/kind-spec.js";
import { type DecodedRecord, refusal } from "../../records/parse-record.js";
import { parseTime } from "../../records/time.js";
import { parseConsensus, signersNeeded } from "./consensus.js";
import { waitingFor } from "./related.js";
import type { ApplyRule, Ruling, VerifiedRecord } from "./rule.js";
import { signedMs } from "./version.js";

interface Group {
  readonly kind: KindToken;
  readonly idMember: string;
  readonly fork: ErrorCode;
  readonly retry: ErrorCode;
}

const family: Group = {
  kind: "family",
  idMember: "family_key_id",
  fork: "family_roster_fork",
  retry: "retry_after_family_roster",
};
const community: Group = {
  kind: "community",
  idMember: "community_key_id",
  fork: "community_roster_fork",
  retry: "retry_after_community_roster",
};

/** By the kind of the roster or of the membership revocation. */
function groupOf(kind: KindToken): Group {
  return kind.startsWith("family") ? family : community;
}

export const rosterRule: ApplyRule = {
  async judge(record) {
    const { kind, value, signers } = record;
    const consensus = parseConsensus(String(value.consensus_protocol));
    if (!consensus) return refusal("record_schema", `${kind}: consensus_protocol is not of the grammar`);
    const roster = rosterOf(record);
    if (roster.members.size !== (value.members as unknown[]).length)
      return refusal("record_schema", `${kind}: names a member twice`);
    const authority = signers[0]!;
    const may = consensus.type === "founder_only" ? roster.founders : roster.members;
    if (authority === roster.groupId || may.has(authority)) return undefined;
    return refusal("third_party_row", `${kind}: founded by ${shortId(authority)}, who may not`);
  },
  succeed(record, held): Ruling {
    const { fork } = groupOf(record.kind);
    if (isSpokenByGroup(record) && !isSpokenByGroup(held)) return { action: "supersede" };
    return refusal(fork, `${record.kind}: held with another roster`);
  },
  facts(record) {
    return [{ name: "roster", about: [record.kind, rosterOf(record).groupId], numbers: [0, 0] }];
  },
};

export const membershipRevocationRule: ApplyRule = {
  // Two who remove somebody from the same moment on, each with other witnesses, are both right.
  idPerSigner: true,
  async judge(record, view) {
    const group = groupOf(record.kind);
    const groupId = String(record.value[group.idMember]);
    const [fact] = await view.facts("roster", [group.kind, groupId]);
    const held = fact && (await view.record(group.kind, fact.recordId));
    if (!held)
      return waitingFor(
        view,
        refusal(group.retry, `${record.kind}: the roster of ${shortId(groupId)} is not here`),
        group.kind,
        [groupId],
      );
    return findWitnessFault(record) ?? findRemovalFault(record, record.signers, rosterOf(held));
  },
  facts(record) {
    const group = groupOf(record.kind);
    return [
      {
        name: "removed",
        about: [group.kind, String(record.value[group.idMember]), String(record.signatures[0]?.keyId)],
        numbers: [signedMs(record, "removed_at")!, signedMs(record, "effective_at")!],
      },
    ];
  },
};

/** Every witness must be known here, so that who signed is not asked again once the record is held. */
function findWitnessFault({ kind, signers, signatures }: VerifiedRecord): Refusal | undefined {
  const unknown = signatures.find(({ keyId }) => !signers.includes(keyId));
  if (!unknown) return undefined;
  const { keyId } = unknown;
  return refusal("key_unknown", `${kind}: the key of ${shortId(keyId)} is not here, or not trusted`, keyId);
}

/** Why these signers may not remove whom the record names from that roster. */
export function findRemovalFault(
  { kind, value }: DecodedRecord,
  signers: readonly KeyId[],
  roster: Roster,
): Refusal | undefined {
  const removed = String(value.removed_identity_key_id);
  if (signers.includes(roster.groupId) || signers.includes(removed)) return undefined;
  const voters = signers.filter((keyId) => roster.members.has(keyId));
  if (!voters.includes(signers[0]!))
    return refusal("third_party_row", `${kind}: signed by ${shortId(signers[0]!)}, who is no member`);
  const consensus = parseConsensus(roster.consensus);
  const needed = consensus && signersNeeded(consensus, roster.members.size);
  if (needed === undefined)
    return refusal("consensus_not_verifiable", `${kind}: signatures cannot prove "${roster.consensus}"`);
  const counted =
    consensus?.type === "founder_only" ? voters.filter((id) => roster.founders.has(id)) : voters;
  if (counted.length >= needed) return undefined;
  return refusal(
    "consensus_not_reached",
    `${kind}: ${counted.length} of ${needed} members signed that ${roster.consensus} asks for`,
  );
}

export interface Roster {
  readonly groupId: KeyId;
  readonly members: ReadonlySet<KeyId>;
  /** Members of that role, or, where nobody has it, those who joined first. */
  readonly founders: ReadonlySet<KeyId>;
  readonly consensus: string;
}

export function rosterOf({ kind, value }: DecodedRecord): Roster {
  const members = value.members as readonly JsonObject[];
  const named = members.filter(({ role }) => role === "founder");
  const joined = (member: JsonObject) => parseTime(String(member.joined_at))!.nanoseconds;
  const first = members.reduce<bigint | undefined>(
    (least, member) => (least === undefined || joined(member) < least ? joined(member) : least),
    undefined,
  );
  const founders = named.length > 0 ? named : members.filter((member) => joined(member) === first);
  const ids = (list: readonly JsonObject[]) => new Set(list.map(({ key_id }) => String(key_id)));
  return {
    groupId: String(value[groupOf(kind).idMember]),
    members: ids(members),
    founders: ids(founders),
    consensus: String(value.consensus_protocol),
  };
}

/** Whether the group's own key is the primary signer. */
export function isSpokenByGroup({ kind, value, signatures }: DecodedRecord): boolean {
  return signatures[0]?.keyId === value[groupOf(kind).idMember];
}
