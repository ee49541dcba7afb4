/**
 * OfferPolicy: what a peer is shown. Offer (gated, per peer) and holdings (ungated, never leave the node)
 * are two things; mixing them leaks or never converges (ciris-edge §3.2).
 *
 * Laws (suite: `testing/offer-policy-suite`):
 * 1. A policy sees only federation-visible records: the store's `offerPage` has no others.
 * 2. It fails closed: a gate that cannot be decided offers nothing, and that is not an error.
 * 3. What is not offered is not served either: a Diff for it is answered without it.
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
  admits(record: Pick<StoredRecord, "hash" | "recordId"> & Partial<StoredRecord>): boolean;
}

export interface OfferPolicy {
  readonly name: string;
  gate(peer: KeyId, kind: KindToken): Promise<OfferGate>;
}
