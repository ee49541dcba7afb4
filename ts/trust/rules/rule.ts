/**
 * What a kind adds to admission once the signatures hold (DESIGN §5; ciris-edge §7.9; ADR 0017). A kind's row in
 * the kind table names its rule (`KindSpec.rule`), `rules/index.ts` gives the rule of that name, and a kind
 * without one is admitted as long as nobody else holds its natural key.
 *
 * Admission runs a rule before the commit, and again when what it looked at changed before the commit was through:
 * ```
 * judge     may this record be held at all, given what follows from others?      → Refusal or undefined
 * succeed   another record holds its place: which of the two stays?              → Ruling
 * facts     what follows from the record being held                              → written in the same commit
 * ```
 * Laws:
 * 1. A rule reads through its view and nothing else: no clock, no store, no memory of its own.
 * 2. `succeed` is decided by the two records alone, and of two records it prefers the same one whichever came
 *    first; so which record stays does not depend on the order of arrival. Where it cannot prefer, it refuses.
 * 3. `facts` is a function of the record alone, so what holds follows from the set of held records and can be
 *    derived again from it.
 */
import type { KeyId, KindToken } from "../../base/ids.js";
import type { Engine } from "../../contracts/engine.js";
import type { DirectoryEntry } from "../../contracts/key-directory.js";
import type { Refusal } from "../../contracts/record.js";
import type { DecodedRecord } from "../../records/parse-record.js";

/** A record whose signatures hold. */
export interface VerifiedRecord extends DecodedRecord {
  /** Whose signatures hold under keys that are trusted here; each once, the primary signer first. */
  readonly signers: readonly KeyId[];
}

/** What is done with a record whose place another one holds. */
export type Ruling =
  /** It takes the place of the held one. */
  | { readonly action: "supersede" }
  /** It says nothing that the held one does not say, or says it no more; `why` is for people. */
  | { readonly action: "duplicate"; readonly why: string }
  | Refusal;

/** What follows from a held record. Found by name and subject; gone when the record is. */
export interface Fact {
  /** What sort of fact, e.g. `revoked`; a few letters. */
  readonly name: string;
  /** What it is about: ids, in an order that belongs to the name. */
  readonly about: readonly string[];
  /** Two numbers that belong to the name: safe integers, mostly Unix ms. */
  readonly numbers: readonly [number, number];
  /** Where a row holds no more, those with the smallest numbers stay; else its record is refused (`facts_full`). */
  readonly keeps?: "smallest";
}

/** A fact as it is held. */
export interface HeldFact {
  readonly recordId: Uint8Array;
  readonly numbers: readonly [number, number];
}

/** What a rule may ask. What was answered still holds when the record is committed, or the rule is asked again. */
export interface RuleView {
  readonly engine: Engine;
  /** The wall clock of this admission. */
  readonly now: { readonly ms: number; readonly synchronised: boolean };
  key(keyId: KeyId): Promise<DirectoryEntry | undefined>;
  /** What follows from held records. The way to other records, too: a fact names the record that it follows from. */
  facts(name: string, about: readonly string[]): Promise<readonly HeldFact[]>;
  record(kind: KindToken, recordId: Uint8Array): Promise<DecodedRecord | undefined>;
}

export interface ApplyRule {
  /** Why it may not be held, now or ever. */
  readonly judge?: (record: VerifiedRecord, view: RuleView) => Promise<Refusal | undefined>;
  /**
   * The place of which there is one, where that is not the natural key: e.g. an organization, whatever the ids of
   * the attestations about it. Undefined where the record claims none.
   */
  readonly slot?: (record: DecodedRecord) => readonly string[] | undefined;
  /**
   * Each signer has natural keys of its own: two who chose the same do not meet, so that nobody can keep a record
   * out by taking its id first.
   */
  readonly idPerSigner?: true;
  /** Without it the newcomer is refused as `natural_key_conflict`. */
  readonly succeed?: (record: VerifiedRecord, held: DecodedRecord, view: RuleView) => Ruling;
  /** One row must not be anybody's to fill: what it is about names the signer, or nobody else may write there. */
  readonly facts?: (record: DecodedRecord) => readonly Fact[];
  /** It holds although the key that signed it was withdrawn: a key's own revocation. */
  readonly outlivesKey?: (record: DecodedRecord) => boolean;
}
