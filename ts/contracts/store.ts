/**
 * Store: records, and ordered tables of bytes for everything else that must survive (cursors, dedup
 * marks, mailboxes, outboxes, peers, audit). Implemented by `store/memory`, `store/lmdb`, `store/postgres`.
 *
 * Laws (suite: `testing/store-suite`):
 * 1. `commit` is atomic: all operations of a batch or none, seen by every later read at once.
 * 2. **Acknowledged means durable**: `commit` resolves after the flush, never before. Batches of several
 *    callers may share a flush (group commit).
 * 3. Batches are serialised in the order of their calls.
 * 4. `admit` decides inside the transaction: see `AdmitOutcome`. A failed `check` aborts the whole batch
 *    with `batch_conflict`.
 * 5. Bytes come back exactly as they went in. A record that does not hash to what was stored is `store_corrupt`.
 * 6. Positions grow by admission order, are never reused, and survive restarts: cursors rest on them.
 * 7. `store_full` leaves the store as it was and usable for reads.
 * 8. After `close` every call rejects with `store_unavailable`; `close` is idempotent, and commits called
 *    before it still complete.
 * 9. Byte arrays are copied in before `commit` returns and copied out: nobody's buffer reaches the store later.
 * 10. A caller's mistake (wrong type, a batch beyond its bounds) is `TypeError` or `RangeError` and writes nothing.
 *
 * Kind tokens are printable ASCII (at most `limits.kindTokenBytesMax`); hashes, record ids, natural keys and
 * signature ids have 32 bytes; a page has at most `limits.storePageMax` entries.
 */
import type { KeyId, KindToken } from "../base/ids.js";
import type { Visibility } from "./record.js";

/** A record as `admit` takes it. */
export interface RecordInput {
  readonly kind: KindToken;
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
  readonly recordId: Uint8Array;
  readonly naturalKey: Uint8Array;
  /** One id a verified signature (32 B each): equal for the same signer and signature, whatever the form. */
  readonly signatureIds: readonly Uint8Array[];
  readonly seq: number;
  readonly visibility: Visibility;
  readonly receivedAtMs: number;
  readonly source?: KeyId;
  /**
   * What `tagPage` finds it by: keys that it is about, its time. At most `limits.tagsPerRecordMax` of
   * `limits.tagBytesMax`. Written in the same commit, and only where the record is federation-visible.
   */
  readonly tags?: readonly Uint8Array[];
}

/**
 * The de-duplication rule (DESIGN §5), decided per record inside the transaction:
 * - `admitted`: neither the hash nor the record id was held.
 * - `replaced`: the record id is held, and this form carries every verified signature of the stored one and at
 *   least one more: it takes the stored one's place at a new position; the old hash becomes an alias.
 * - `duplicate`: the hash is held, or another form of the same record is; its hash is remembered as an alias
 *   (at most `limits.aliasesPerRecordMax`, oldest dropped).
 * - `conflict`: the natural key is held by another record id; `hash` is the holder's. Nothing is written for it,
 *   the rest of the batch stands.
 * - `superseded`: `supersedes` named the natural key's holder, or, where nobody holds it, another record of the kind;
 *   this record took its place at a new position. The old record is gone from every read; its hash, its record id and
 *   its aliases are aliases of the new one, so that nobody's old copy is wanted again. Where the holder is another
 *   record, or nothing is stored under that hash (no `hash` then), the outcome is `conflict`: what was decided about a
 *   holder holds for that holder alone.
 * - With `behind` nothing is admitted: the hash and the record id become aliases of the record that it names, and the
 *   outcome is `duplicate`, or `conflict` without `hash` where that record is not stored.
 * An alias whose form comes back with more verified signatures (a key has arrived since) may replace.
 */
export type AdmitOutcome =
  | { readonly status: "admitted" | "replaced"; readonly position: number }
  | { readonly status: "superseded"; readonly position: number; readonly oldRecordId: Uint8Array }
  | {
      readonly status: "duplicate";
      readonly position: number /** Hash under which the record is stored. */;
      readonly hash: Uint8Array;
    }
  | { readonly status: "conflict"; readonly hash?: Uint8Array };

/** What `remove` took away. */
export interface RemoveOutcome {
  readonly status: "removed";
  readonly recordId: Uint8Array;
}

/** Each table is an ordered map from bytes to bytes. Keys are at most 1,024 bytes. */
export type TableName =
  | "cursors" // durable read positions: subscribers, peers' feeds
  | "marks" // dedup marks: nonces, token ids, message ids; value begins with expiry (u64 BE ms)
  | "peers" // peer book: address, capabilities, attribution form last seen
  | "keys" // key directory: pins, attestations, operator's word, standing
  | "quarantine" // bootstrap records from unproven peers
  | "mailboxes" // relay: messages by mailbox
  | "outbox" // messages and relay: what is still to be sent
  | "audit" // append-only log, keyed by position
  | "meta" // format version, node-wide counters
  | "facts" // what follows from held records: revocations, removed members, places of which there is one
  | "tags"; // written by the store itself: tags of records, see `tagPage`

export type StoreOperation =
  /**
   * `supersedes`: the hash of the record whose place this one is to take. `behind`: the hash of a record that leaves
   * this one nothing to say. At most one of them. `required`: where the record would not be held, in this form or
   * another, the batch fails with `batch_conflict` and nothing of it is written; judged before the first write.
   */
  | {
      readonly op: "admit";
      readonly record: RecordInput;
      readonly required?: boolean;
      readonly supersedes?: Uint8Array;
      readonly behind?: Uint8Array;
    }
  /** By the hash a record is stored under; an alias removes nothing. Its aliases are forgotten with it. */
  | { readonly op: "remove"; readonly kind: KindToken; readonly hash: Uint8Array }
  /** Gives the record stored under the hash these tags instead of those it has; false where there is none to offer. */
  | {
      readonly op: "tag";
      readonly kind: KindToken;
      readonly hash: Uint8Array;
      readonly tags: readonly Uint8Array[];
    }
  | { readonly op: "put"; readonly table: TableName; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly op: "delete"; readonly table: TableName; readonly key: Uint8Array }
  /** Holds when the key's value equals `value`, or is absent where `value` is null; sees the batch's own earlier writes. */
  | {
      readonly op: "check";
      readonly table: TableName;
      readonly key: Uint8Array;
      readonly value: Uint8Array | null;
    };

/**
 * One result an operation, in order: an outcome for `admit`; one for `remove`, false where nothing was there; whether
 * something was there for `tag` and `delete`; else null.
 */
export type StoreResult = AdmitOutcome | RemoveOutcome | boolean | null;

export interface StoredRecord {
  readonly kind: KindToken;
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
  readonly recordId: Uint8Array;
  readonly position: number;
  readonly seq: number;
  readonly visibility: Visibility;
  readonly receivedAtMs: number;
  readonly source?: KeyId;
}

/** What a Summary needs of a record, without its bytes. */
export interface RecordRef {
  readonly hash: Uint8Array;
  readonly recordId: Uint8Array;
  readonly seq: number;
  readonly position: number;
  readonly bytes: number;
}

export interface PageRequest {
  /** Return what lies behind this position; 0 begins at the start. */
  readonly after: number;
  readonly limit: number;
}

/** Record ids by position, concatenated. */
export interface OfferedIds {
  readonly ids: Uint8Array;
  /** Position of the last one: where the next page goes on. `after` of the request when there is none. */
  readonly last: number;
}

/**
 * Federation-visible records that carry a tag, by position; with `through`, those of every tag of the same
 * length from `tag` through that one, by tag and position.
 */
export interface TagPage {
  readonly tag: Uint8Array;
  readonly through?: Uint8Array;
  /** Return what lies behind this position of `tag`. Not in reverse. */
  readonly after?: number;
  readonly limit: number;
  /** The last first. */
  readonly reverse?: true;
}

export interface StoreStats {
  readonly records: number;
  readonly recordBytes: number;
  readonly byKind: ReadonlyMap<KindToken, { readonly records: number; readonly recordBytes: number }>;
  /** Position of the newest admission ever, also when that record is gone; 0 before the first. */
  readonly lastPosition: number;
}

export interface TableEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface TableScan {
  readonly table: TableName;
  /** Keys that begin with these bytes; empty for all. */
  readonly prefix: Uint8Array;
  /** Only keys strictly greater (or, in reverse, smaller) than this one. */
  readonly after?: Uint8Array;
  readonly limit: number;
  readonly reverse?: boolean;
}

export interface Store {
  readonly name: "memory" | "lmdb" | "postgres";

  commit(operations: readonly StoreOperation[]): Promise<StoreResult[]>;

  /** By wire hash; an alias finds the record under its stored form. */
  get(kind: KindToken, hash: Uint8Array): Promise<StoredRecord | undefined>;
  /** Bodies in request order, undefined where nothing is held. Aliases are not served: a body must hash to what was asked. */
  getMany(kind: KindToken, hashes: readonly Uint8Array[]): Promise<(StoredRecord | undefined)[]>;
  /** Whether each hash is held as a record or as an alias: the receiver's side of a diff. */
  holds(kind: KindToken, hashes: readonly Uint8Array[]): Promise<boolean[]>;
  /** Records in request order, of any visibility, undefined where nothing is held; superseded ids find nothing. */
  getManyByRecordId(kind: KindToken, recordIds: readonly Uint8Array[]): Promise<(StoredRecord | undefined)[]>;
  /**
   * Whether each record id is held, whatever its visibility, or is remembered as superseded: the receiver's side of a
   * reconciliation. It tells of local records, so answers stay on this node.
   */
  holdsRecordIds(kind: KindToken, recordIds: readonly Uint8Array[]): Promise<boolean[]>;
  /** By natural key: the record that holds it. */
  getByNaturalKey(kind: KindToken, naturalKey: Uint8Array): Promise<StoredRecord | undefined>;

  /** Federation-visible refs by position: the only source of a Summary. Local records are not in it, by construction. */
  offerPage(kind: KindToken, page: PageRequest): Promise<RecordRef[]>;
  /** The record ids of the same refs, without an object for each: what an id set is loaded from. */
  offeredIds(kind: KindToken, page: PageRequest): Promise<OfferedIds>;
  /** Like `offerPage`, by what records are about or of; the answer to a `pull` or `cursor_pull`. */
  tagPage(kind: KindToken, page: TagPage): Promise<RecordRef[]>;
  /** All records of a kind by position, bytes included. */
  list(kind: KindToken, page: PageRequest): Promise<StoredRecord[]>;
  /** Record ids of a kind, ascending, strictly after `after`; for reconciliation and equality statements. */
  recordIds(kind: KindToken, after: Uint8Array | undefined, limit: number): Promise<Uint8Array[]>;
  kinds(): Promise<KindToken[]>;
  stats(): Promise<StoreStats>;

  read(table: TableName, key: Uint8Array): Promise<Uint8Array | undefined>;
  scan(scan: TableScan): Promise<TableEntry[]>;

  close(): Promise<void>;
}
