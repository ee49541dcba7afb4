/**
 * `ciris`: a peer is shown what the reference would show it (ciris-edge §3.7), and nothing in doubt.
 *
 *     key, identity_occurrence, transport_destination     our own rows; others' to whoever asks
 *     revocations of all four kinds                       everybody
 *     organization, org_membership, partner_record        everybody
 *     accord_quorum_evidence                              everybody who asks
 *     family, community                                   members, and who shares a cohort with the authority
 *     location_proof                                      the subject, and who shares a cohort with it
 *     attestation, key_grant                              by consent, and then row by row:
 *         scope self, family                nobody: such rows never leave, whatever else holds
 *         type or dimension trace:*         peers with the capability infra:serve, and then by scope
 *         species, biosphere, federation    everybody if the author is a trust root, else as community
 *         community, affiliations, others   the author, and who shares a cohort with it
 *         whatever scope                    the subject of the row, when it asks
 *     kinds that the reference does not have              by consent alone
 *
 * Who consents to what, who shares a cohort and who is a root are told by sources: the reference's grammar of consent
 * is not published. Everything that is not a clear yes is a no: no consent is an empty offer and never an error, and so
 * is a source that fails, a row that cannot be read, or a ref without its row. Where the reference would serve by hash
 * what it does not advertise, this serves only the kinds that are everybody's: knowing a hash is no consent.
 */
import type { KeyId, KindToken } from "../../base/ids.js";
import type { OfferedRecord, OfferGate, OfferPolicy } from "../../contracts/offer-policy.js";
import type { StoredRecord } from "../../contracts/store.js";
import { type Advertise, planePolicies } from "./planes.js";
import { isTrace, membersOf, ownersOf, type Row, readRow, scopeOf, subjectsOf } from "./row.js";

/** What a peer may see of a kind that is offered by consent. */
export interface Consent {
  /** `true` and nothing else lets the record pass. */
  permits(record: StoredRecord): boolean;
  /** `infra:serve` is the one that is asked for; absent: none. */
  hasCapability?(capability: string): boolean;
}

export interface ConsentSource {
  /** Undefined: there is no consent for this peer and kind, or it cannot be decided. */
  consentFor(peer: KeyId, kind: KindToken): Promise<Consent | undefined>;
}

export interface CohortSource {
  /** The keys with whom the peer shares a cohort, itself not needed; undefined: none, or it cannot be decided. */
  cohortOf(peer: KeyId): Promise<Pick<ReadonlySet<KeyId>, "has"> | undefined>;
}

export interface CirisOfferPolicyOptions {
  /** This node's key id: whose rows are its own. */
  readonly self: KeyId;
  readonly consent: ConsentSource;
  /** Absent: nobody shares a cohort with anybody. */
  readonly cohorts?: CohortSource;
  /** Keys whose attestations of the widest scopes are for everybody; absent: none. */
  readonly roots?: Pick<ReadonlySet<KeyId>, "has">;
}

export function cirisOfferPolicy(options: CirisOfferPolicyOptions): OfferPolicy {
  return { name: "ciris", gate: (peer, kind) => gateFor(options, peer, kind) };
}

const closedGate: OfferGate = { closed: true, needsRecord: false, admits: () => false };
const openGate: OfferGate = { closed: false, needsRecord: false, showsAll: true, admits: () => true };

/** `key_grant` rows are attestation rows and travel on both planes; what hides one must hide the other. */
const advertiseOf = new Map<KindToken, Advertise>([
  ...planePolicies.map(({ kind, advertise }) => [kind, advertise] as const),
  ["key_grant", "per_record_projection"],
]);

async function gateFor(options: CirisOfferPolicyOptions, peer: KeyId, kind: KindToken): Promise<OfferGate> {
  const { self, consent } = options;
  const consentFor = () => noneInDoubt(() => consent.consentFor(peer, kind));
  switch (advertiseOf.get(kind)) {
    case "global":
    case "bulk_since":
    case "cursor:evidence_at":
      return openGate;
    case "self_own":
      return rowGate(
        () => true,
        (row) => ownersOf(kind, row).includes(self),
      );
    case "cohort":
      return rosterGate(kind, await cohortOf(options, peer), peer);
    case "per_record_projection":
      return attestationGate(kind, await consentFor(), options, peer);
    case undefined:
      return consentGate(await consentFor());
  }
}

/** Whether a key is the peer's own, or of somebody who shares a cohort with it. */
type SharesCohort = (keyId: KeyId) => boolean;

async function cohortOf({ cohorts }: CirisOfferPolicyOptions, peer: KeyId): Promise<SharesCohort> {
  const cohort = await noneInDoubt(async () => cohorts?.cohortOf(peer));
  return (keyId) => keyId === peer || cohort?.has(keyId) === true;
}

/** A source that fails has not said yes. */
async function noneInDoubt<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}

function rosterGate(kind: KindToken, sharesCohort: SharesCohort, peer: KeyId): OfferGate {
  return rowGate((row) => membersOf(row).includes(peer) || ownersOf(kind, row).some(sharesCohort));
}

async function attestationGate(
  kind: KindToken,
  granted: Consent | undefined,
  options: CirisOfferPolicyOptions,
  peer: KeyId,
): Promise<OfferGate> {
  if (granted === undefined) return closedGate;
  const sharesCohort = await cohortOf(options, peer);
  const isInScope = (row: Row) =>
    ownersOf(kind, row).some(
      (author) => sharesCohort(author) || (isWidest(scopeOf(row)) && options.roots?.has(author) === true),
    );
  const mayLeave = (row: Row, record: StoredRecord) =>
    !["self", "family", undefined].includes(scopeOf(row)) &&
    granted.permits(record) === true &&
    (!isTrace(row) || granted.hasCapability?.("infra:serve") === true);
  return rowGate(
    (row, record) => mayLeave(row, record) && (isInScope(row) || subjectsOf(row).includes(peer)),
    isInScope,
  );
}

function isWidest(scope: string | undefined): boolean {
  return scope === "species" || scope === "biosphere" || scope === "federation";
}

function consentGate(granted: Consent | undefined): OfferGate {
  if (granted === undefined) return closedGate;
  return wholeRecordGate((record) => granted.permits(record));
}

type Decision = (row: Row, record: StoredRecord) => boolean;

/** `advertises` narrows what is admitted. */
function rowGate(admits: Decision, advertises?: Decision): OfferGate {
  const onRow = (decision: Decision) => (record: StoredRecord) => {
    const row = readRow(record);
    return row !== undefined && decision(row, record);
  };
  return advertises === undefined
    ? wholeRecordGate(onRow(admits))
    : wholeRecordGate(
        onRow(admits),
        onRow((row, record) => admits(row, record) && advertises(row, record)),
      );
}

/** Decides over whole federation-visible records; what throws, and what is not `true`, is a no. */
function wholeRecordGate(
  admits: (record: StoredRecord) => boolean,
  advertises?: (record: StoredRecord) => boolean,
): OfferGate {
  const guarded = (decision: (record: StoredRecord) => boolean) => (record: OfferedRecord) => {
    try {
      return isWhole(record) && decision(record) === true;
    } catch {
      return false;
    }
  };
  return {
    closed: false,
    needsRecord: true,
    admits: guarded(admits),
    ...(advertises === undefined ? {} : { advertises: guarded(advertises) }),
  };
}

/** A gate that needs the record says no to a mere ref. */
function isWhole(record: Partial<StoredRecord>): record is StoredRecord {
  return record.bytes !== undefined && record.kind !== undefined && record.visibility === "federation";
}
