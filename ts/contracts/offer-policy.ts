/**
 * OfferPolicy: what a peer is shown. Offer (gated, per peer) and holdings (ungated, never leave the node)
 * are two things; mixing them leaks or never converges (ciris-edge §3.2).
 *
 * Laws (suite: `testing/offer-policy-suite`):
 * 1. A policy sees only federation-visible records: the store's `offerPage` has no others.
 * 2. It fails closed: a gate that cannot be decided offers nothing, and that is not an error.
 * 3. What a gate does not admit never leaves, whoever asks for it: no Summary, Deliver, pull or reconciliation has it.
 * 4. What is advertised is admitted too; what is admitted and not advertised is given to those who ask for it.
 * 5. A gate decides by what it was given when it was made, and the same way for the same record.
 */
import type { KeyId, KindToken } from "../base/ids.js";
import type { StoredRecord } from "./store.js";

export interface OfferGate {
  /** Whether nothing of this kind can pass, so that the store need not be read. */
  readonly closed: boolean;
  /** Whether the gate must see a record's bytes; if not, `admits` is given refs only. */
  readonly needsRecord: boolean;
  /**
   * Every federation-visible record of the kind passes, so that the set of all their ids is what this peer may see. Only such
   * a kind is reconciled by id sets; a gate that decides per record leaves it to Summaries.
   */
  readonly showsAll?: true;
  admits(record: OfferedRecord): boolean;
  /** Which of the admitted are shown unasked, in Summaries; all when absent. */
  advertises?(record: OfferedRecord): boolean;
}

/** A ref, or the whole record where the gate needs it. */
export type OfferedRecord = Pick<StoredRecord, "hash" | "recordId"> & Partial<StoredRecord>;

export interface OfferPolicy {
  readonly name: string;
  gate(peer: KeyId, kind: KindToken): Promise<OfferGate>;
}
