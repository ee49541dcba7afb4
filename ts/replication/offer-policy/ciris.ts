/**
 * `ciris`: a peer is shown what the subjects of the records consent to (ciris-edge §3.7). This is the seam
 * and its law, not the reference's grammar of consent: whoever knows about consent answers per record, and
 * everything that is not a clear yes is a no. Absent consent is an empty offer, never an error.
 */
import type { KeyId, KindToken } from "../../base/ids.js";
import type { OfferGate, OfferPolicy } from "../../contracts/offer-policy.js";
import type { StoredRecord } from "../../contracts/store.js";

/** What a peer may see of a kind. */
export interface Consent {
  /** `true` and nothing else lets the record pass. */
  permits(record: StoredRecord): boolean;
}

export interface ConsentSource {
  /** Undefined: there is no consent for this peer and kind, or it cannot be decided. */
  consentFor(peer: KeyId, kind: KindToken): Promise<Consent | undefined>;
}

const closedGate: OfferGate = { closed: true, needsRecord: false, admits: () => false };

export function cirisOfferPolicy({ consent }: { consent: ConsentSource }): OfferPolicy {
  return {
    name: "ciris",
    async gate(peer, kind) {
      const granted = await decide(consent, peer, kind);
      return granted ? consentGate(granted) : closedGate;
    },
  };
}

async function decide(source: ConsentSource, peer: KeyId, kind: KindToken): Promise<Consent | undefined> {
  try {
    return await source.consentFor(peer, kind);
  } catch {
    // A source that fails has not said yes.
    return undefined;
  }
}

function consentGate(granted: Consent): OfferGate {
  return {
    closed: false,
    needsRecord: true,
    admits(record) {
      if (!isWhole(record)) return false;
      try {
        return granted.permits(record) === true;
      } catch {
        return false;
      }
    },
  };
}

/** A gate that needs the record says no to a mere ref. */
function isWhole(record: Partial<StoredRecord>): record is StoredRecord {
  return record.bytes !== undefined && record.kind !== undefined && record.visibility === "federation";
}
