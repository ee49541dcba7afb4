/** All records of one kind in memory, and the indexes that find them. Every change keeps the indexes in step. */
import { hexDecode } from "../../base/bytes.js";
import { type HashHex, hashHex } from "../../base/ids.js";
import type { AdmitOutcome, RecordInput, RemoveOutcome, StoredRecord } from "../../contracts/store.js";
import {
  aliasesAfterReplace,
  aliasesAfterSupersede,
  decideAdmission,
  type HeldForm,
  type Holdings,
  rememberAliases,
  type Succession,
} from "../admission-rule.js";
import { OrderedMap } from "./ordered-map.js";

export interface ShelvedRecord extends HeldForm {
  readonly record: StoredRecord;
  readonly naturalKey: Uint8Array;
  /** Hashes of other forms, oldest first. */
  readonly aliases: readonly Uint8Array[];
}

export class Shelf implements Holdings {
  readonly byPosition = new OrderedMap<number, ShelvedRecord>();
  readonly byRecordId = new OrderedMap<HashHex, ShelvedRecord>();
  readonly #byHash = new Map<HashHex, ShelvedRecord>();
  readonly #byNaturalKey = new Map<HashHex, ShelvedRecord>();
  /** Alias → record id. */
  readonly #aliases = new Map<HashHex, HashHex>();
  recordBytes = 0;

  storedUnder(hash: Uint8Array): ShelvedRecord | undefined {
    return this.#byHash.get(hashHex(hash));
  }

  aliasOf(hash: Uint8Array): ShelvedRecord | undefined {
    const recordId = this.#aliases.get(hashHex(hash));
    return recordId === undefined ? undefined : this.byRecordId.get(recordId);
  }

  withRecordId(recordId: Uint8Array): ShelvedRecord | undefined {
    return this.byRecordId.get(hashHex(recordId));
  }

  withNaturalKey(naturalKey: Uint8Array): ShelvedRecord | undefined {
    return this.#byNaturalKey.get(hashHex(naturalKey));
  }

  /** Whether the id is held, or remembered as that of a superseded record. */
  knowsRecordId(recordId: Uint8Array): boolean {
    const name = hashHex(recordId);
    return this.byRecordId.has(name) || this.#aliases.has(name);
  }

  /** Admits at `position`, which is used up only when the outcome has it as its own. */
  admit(record: RecordInput, position: number, succession: Succession = {}): AdmitOutcome {
    const decision = decideAdmission(record, this, succession);
    if (decision.action === "nothing") return decision.outcome;
    if (decision.action === "insert") {
      this.#put(shelve(record, position, []));
      return { status: "admitted", position };
    }
    const held = this.byPosition.get(decision.held.position)!;
    if (decision.action === "remember") {
      const { kept } = rememberAliases(held.aliases, decision.names);
      this.#take(held);
      this.#put({ ...held, aliases: kept.map((alias) => alias.slice()) });
      return decision.outcome;
    }
    if (decision.action === "supersede") {
      const aliases = aliasesAfterSupersede(held.aliases, record, held, this);
      this.#take(held);
      this.#put(shelve(record, position, aliases));
      return { status: "superseded", position, oldRecordId: held.recordId };
    }
    const { kept } = aliasesAfterReplace(held.aliases, record.hash, held.hash);
    this.#take(held);
    this.#put(shelve(record, position, kept));
    return { status: "replaced", position };
  }

  remove(hash: Uint8Array): RemoveOutcome | false {
    const held = this.storedUnder(hash);
    if (!held) return false;
    this.#take(held);
    return { status: "removed", recordId: held.recordId };
  }

  #put(entry: ShelvedRecord): void {
    this.byPosition.set(entry.position, entry);
    this.byRecordId.set(hashHex(entry.recordId), entry);
    this.#byHash.set(hashHex(entry.hash), entry);
    this.#byNaturalKey.set(hashHex(entry.naturalKey), entry);
    for (const alias of entry.aliases) this.#aliases.set(hashHex(alias), hashHex(entry.recordId));
    this.recordBytes += entry.record.bytes.length;
  }

  #take(entry: ShelvedRecord): void {
    this.byPosition.delete(entry.position);
    this.byRecordId.delete(hashHex(entry.recordId));
    this.#byHash.delete(hashHex(entry.hash));
    this.#byNaturalKey.delete(hashHex(entry.naturalKey));
    for (const alias of entry.aliases) this.#aliases.delete(hashHex(alias));
    this.recordBytes -= entry.record.bytes.length;
  }
}

/** Copies every byte array, so that what the caller does to its own later does not reach the store. */
function shelve(record: RecordInput, position: number, aliases: readonly Uint8Array[]): ShelvedRecord {
  const stored: StoredRecord = {
    kind: record.kind,
    hash: record.hash.slice(),
    bytes: record.bytes.slice(),
    recordId: record.recordId.slice(),
    position,
    seq: record.seq,
    visibility: record.visibility,
    receivedAtMs: record.receivedAtMs,
    ...(record.source === undefined ? {} : { source: record.source }),
  };
  return {
    record: stored,
    position,
    hash: stored.hash,
    recordId: stored.recordId,
    naturalKey: record.naturalKey.slice(),
    signatureIds: record.signatureIds.map((id) => id.slice()),
    aliases: aliases.map((alias) => alias.slice()),
  };
}

/** Record ids in ascending order, strictly after `after`. */
export function recordIdsOf(shelf: Shelf, after: Uint8Array | undefined, limit: number): Uint8Array[] {
  const ids: Uint8Array[] = [];
  for (const [id] of shelf.byRecordId.ascending(after && hashHex(after))) {
    if (ids.length >= limit) break;
    ids.push(hexDecode(id));
  }
  return ids;
}
