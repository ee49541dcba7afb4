/**
 * Performs batches inside one write transaction. Nothing here is asynchronous: between the first look-up and
 * the last write of a group no other code runs, and nobody else can write.
 */
import { uint64BeEncode } from "../../base/bytes.js";
import type { KindToken } from "../../base/ids.js";
import type { AdmitOutcome, RecordRef, RemoveOutcome, StoreResult } from "../../contracts/store.js";
import {
  aliasesAfterReplace,
  aliasesAfterSupersede,
  decideAdmission,
  rememberAliases,
  type Succession,
} from "../admission-rule.js";
import { tagEntries, tagEntryKeys, tagsKey } from "../tags.js";
import { type Counters, decodeCounters, encodeCounters, kindKey } from "./counters.js";
import type { Environment } from "./environment.js";
import { IndexReader } from "./index-reader.js";
import {
  encodeHashEntry,
  encodeRecordIdEntry,
  positionBytes,
  positionFrom,
  positionKey,
  type RecordIdEntry,
  tableKey,
} from "./layout.js";
import { keyUnder, type PreparedBatch, type PreparedOperation, type PreparedRecord } from "./prepare.js";
import { seal, unseal } from "./row.js";

export class Writing {
  readonly #environment: Environment;
  readonly #counters = new Map<KindToken, Counters>();
  #lastPosition: number;
  #positionMoved = false;

  constructor(environment: Environment) {
    this.#environment = environment;
    const position = environment.get("store", positionKey);
    this.#lastPosition = position ? positionFrom(unseal(position)) : 0;
  }

  perform(batch: PreparedBatch): StoreResult[] {
    return batch.operations.map((operation) => this.#perform(operation));
  }

  /** Writes what was counted along the way; the last call of a transaction. */
  finish(): void {
    if (this.#positionMoved)
      this.#environment.put("store", positionKey, seal(uint64BeEncode(BigInt(this.#lastPosition))));
    for (const [kind, counters] of this.#counters)
      this.#environment.put("counters", kindKey(kind), encodeCounters(counters));
  }

  #perform(operation: PreparedOperation): StoreResult {
    switch (operation.op) {
      case "admit":
        return this.#admit(operation.prefix, operation.record, operation.succession);
      case "remove":
        return this.#removeRecord(operation.prefix, operation.kind, operation.hash);
      case "tag":
        return this.#tagRecord(operation.prefix, operation.kind, operation.hash, operation.tags);
      case "put":
        this.#environment.put("tables", operation.key, operation.row);
        return null;
      case "delete":
        return this.#environment.remove("tables", operation.key);
      case "check":
        return null;
    }
  }

  #admit(prefix: Uint8Array, record: PreparedRecord, succession: Succession): AdmitOutcome {
    const reader = new IndexReader(this.#environment, record.kind, prefix);
    const decision = decideAdmission(record, reader, succession);
    if (decision.action === "nothing") return decision.outcome;
    if (decision.action === "insert") {
      const position = this.#nextPosition();
      this.#insert(prefix, record, { position, aliases: [] });
      return { status: "admitted", position };
    }
    const { held } = decision;
    const { aliases } = reader.recordIdEntry(held.recordId);
    if (decision.action === "remember") {
      const changed = rememberAliases(aliases, decision.names);
      this.#dropAliases(prefix, changed.dropped);
      for (const name of decision.names) this.#putAlias(prefix, name, held.recordId);
      const entry = { position: held.position, aliases: changed.kept };
      this.#environment.put("recordIds", keyUnder(prefix, held.recordId), encodeRecordIdEntry(entry));
      return decision.outcome;
    }
    if (decision.action === "supersede") {
      const kept = aliasesAfterSupersede(aliases, record, held, reader);
      const position = this.#insertInPlaceOf(prefix, record, held.hash, kept);
      return { status: "superseded", position, oldRecordId: held.recordId };
    }
    const { kept } = aliasesAfterReplace(aliases, record.hash, held.hash);
    return { status: "replaced", position: this.#insertInPlaceOf(prefix, record, held.hash, kept) };
  }

  #insertInPlaceOf(
    prefix: Uint8Array,
    record: PreparedRecord,
    oldHash: Uint8Array,
    aliases: readonly Uint8Array[],
  ): number {
    this.#removeRecord(prefix, record.kind, oldHash);
    for (const alias of aliases) this.#putAlias(prefix, alias, record.recordId);
    const position = this.#nextPosition();
    this.#insert(prefix, record, { position, aliases });
    return position;
  }

  #insert(prefix: Uint8Array, record: PreparedRecord, entry: RecordIdEntry): void {
    const environment = this.#environment;
    const { position } = entry;
    const positioned = keyUnder(prefix, positionBytes(position));
    environment.put("records", positioned, record.row);
    environment.put("hashes", keyUnder(prefix, record.hash), encodeHashEntry({ type: "stored", position }));
    environment.put("recordIds", keyUnder(prefix, record.recordId), encodeRecordIdEntry(entry));
    environment.put("naturalKeys", keyUnder(prefix, record.naturalKey), record.recordId);
    if (record.offerRow) environment.put("offer", positioned, record.offerRow);
    this.#putTags(record.kind, record.tags, { ...record, position, bytes: record.recordBytes });
    this.#count(record.kind, 1, record.recordBytes);
  }

  /** Takes a stored record out of every index, its aliases included. */
  #removeRecord(prefix: Uint8Array, kind: KindToken, hash: Uint8Array): RemoveOutcome | false {
    const environment = this.#environment;
    const reader = new IndexReader(environment, kind, prefix);
    const row = reader.rowStoredUnder(hash);
    if (!row) return false;
    const { record, naturalKey } = row;
    const positioned = keyUnder(prefix, positionBytes(record.position));
    this.#dropAliases(prefix, reader.recordIdEntry(record.recordId).aliases);
    environment.remove("records", positioned);
    environment.remove("offer", positioned);
    environment.remove("hashes", keyUnder(prefix, hash));
    environment.remove("recordIds", keyUnder(prefix, record.recordId));
    environment.remove("naturalKeys", keyUnder(prefix, naturalKey));
    this.#dropTags(kind, record.position);
    this.#count(kind, -1, -record.bytes.length);
    return { status: "removed", recordId: record.recordId };
  }

  #tagRecord(prefix: Uint8Array, kind: KindToken, hash: Uint8Array, tags: readonly Uint8Array[]): boolean {
    const record = new IndexReader(this.#environment, kind, prefix).rowStoredUnder(hash)?.record;
    if (record?.visibility !== "federation") return false;
    this.#dropTags(kind, record.position);
    this.#putTags(kind, tags, { ...record, bytes: record.bytes.length });
    return true;
  }

  #putTags(kind: KindToken, tags: readonly Uint8Array[], ref: RecordRef): void {
    for (const { key, value } of tagEntries(kind, tags, ref))
      this.#environment.put("tables", tableKey("tags", key), seal(value));
  }

  #dropTags(kind: KindToken, position: number): void {
    const key = tableKey("tags", tagsKey(kind, position));
    const row = this.#environment.get("tables", key);
    if (!row) return;
    this.#environment.remove("tables", key);
    for (const entry of tagEntryKeys(kind, position, unseal(row)))
      this.#environment.remove("tables", tableKey("tags", entry));
  }

  #putAlias(prefix: Uint8Array, hash: Uint8Array, recordId: Uint8Array): void {
    this.#environment.put("hashes", keyUnder(prefix, hash), encodeHashEntry({ type: "alias", recordId }));
  }

  #dropAliases(prefix: Uint8Array, aliases: readonly Uint8Array[]): void {
    for (const alias of aliases) this.#environment.remove("hashes", keyUnder(prefix, alias));
  }

  #nextPosition(): number {
    this.#positionMoved = true;
    return ++this.#lastPosition;
  }

  #count(kind: KindToken, records: number, recordBytes: number): void {
    let counters = this.#counters.get(kind);
    if (!counters) {
      const stored = this.#environment.get("counters", kindKey(kind));
      counters = stored ? decodeCounters(stored) : { records: 0, recordBytes: 0 };
    }
    this.#counters.set(kind, {
      records: counters.records + records,
      recordBytes: counters.recordBytes + recordBytes,
    });
  }
}
