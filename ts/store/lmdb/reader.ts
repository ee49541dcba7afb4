/** The reading half of the contract over one environment. Synchronous: one call sees one state. */
import { compareBytes, concatBytes } from "../../base/bytes.js";
import { hashBytes, type KindToken } from "../../base/ids.js";
import type {
  OfferedIds,
  PageRequest,
  RecordRef,
  StoredRecord,
  StoreStats,
  TableEntry,
  TableName,
  TableScan,
} from "../../contracts/store.js";
import { type Counters, decodeCounters, kindFromKey } from "./counters.js";
import type { Environment } from "./environment.js";
import { IndexReader } from "./index-reader.js";
import {
  type DatabaseName,
  keyAfterPrefix,
  kindPrefix,
  positionBytes,
  positionFrom,
  positionKey,
  tableKey,
} from "./layout.js";
import { keyUnder } from "./prepare.js";
import { copyOfferedId, decodeOfferRow, decodeRecordRow, unseal } from "./row.js";

export class Reader {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get(kind: KindToken, hash: Uint8Array): StoredRecord | undefined {
    return this.#indexes(kind).rowStoredOrAliased(hash)?.record;
  }

  getMany(kind: KindToken, hashes: readonly Uint8Array[]): (StoredRecord | undefined)[] {
    const indexes = this.#indexes(kind);
    return hashes.map((hash) => indexes.rowStoredUnder(hash)?.record);
  }

  holds(kind: KindToken, hashes: readonly Uint8Array[]): boolean[] {
    const indexes = this.#indexes(kind);
    return hashes.map((hash) => indexes.isHeld(hash));
  }

  getManyByRecordId(kind: KindToken, recordIds: readonly Uint8Array[]): (StoredRecord | undefined)[] {
    const indexes = this.#indexes(kind);
    return recordIds.map((recordId) => indexes.rowHeldAs(recordId)?.record);
  }

  holdsRecordIds(kind: KindToken, recordIds: readonly Uint8Array[]): boolean[] {
    const indexes = this.#indexes(kind);
    return recordIds.map((recordId) => indexes.knowsRecordId(recordId));
  }

  getByNaturalKey(kind: KindToken, naturalKey: Uint8Array): StoredRecord | undefined {
    return this.#indexes(kind).rowWithNaturalKey(naturalKey)?.record;
  }

  offerPage(kind: KindToken, page: PageRequest): RecordRef[] {
    return [...this.#positions("offer", kind, page)].map(({ position, value }) =>
      decodeOfferRow(value, position),
    );
  }

  offeredIds(kind: KindToken, page: PageRequest): OfferedIds {
    const prefix = kindPrefix(kind);
    const start = concatBytes(prefix, positionBytes(page.after + 1));
    const request = { start, end: keyAfterPrefix(prefix)!, limit: page.limit };
    const ids = new Uint8Array(page.limit * hashBytes);
    let length = 0;
    let lastKey: Uint8Array | undefined;
    this.#environment.visit("offer", request, (key, row) => {
      copyOfferedId(row, ids, length);
      length += hashBytes;
      lastKey = key;
    });
    const last = lastKey === undefined ? page.after : positionFrom(lastKey, prefix.length);
    return { ids: length === ids.length ? ids : ids.slice(0, length), last };
  }

  list(kind: KindToken, page: PageRequest): StoredRecord[] {
    return [...this.#positions("records", kind, page)].map(
      ({ position, value }) => decodeRecordRow(value, kind, position).record,
    );
  }

  recordIds(kind: KindToken, after: Uint8Array | undefined, limit: number): Uint8Array[] {
    const prefix = kindPrefix(kind);
    const start = after ? keyUnder(prefix, after) : prefix;
    const ids: Uint8Array[] = [];
    for (const { key } of this.#environment.range("recordIds", { start, values: false })) {
      if (ids.length >= limit || !startsWith(key, prefix)) break;
      if (after && compareBytes(key, start) === 0) continue;
      ids.push(key.slice(prefix.length));
    }
    return ids;
  }

  stats(): StoreStats {
    const byKind = new Map<KindToken, Counters>();
    let records = 0;
    let recordBytes = 0;
    for (const { key, value } of this.#environment.range("counters", { start: Uint8Array.of(0) })) {
      const counters = decodeCounters(value);
      if (counters.records === 0) continue;
      byKind.set(kindFromKey(key), counters);
      records += counters.records;
      recordBytes += counters.recordBytes;
    }
    const position = this.#environment.get("store", positionKey);
    return { records, recordBytes, byKind, lastPosition: position ? positionFrom(unseal(position)) : 0 };
  }

  read(table: TableName, key: Uint8Array): Uint8Array | undefined {
    const row = this.#environment.get("tables", tableKey(table, key));
    return row && unseal(row);
  }

  scan(scan: TableScan): TableEntry[] {
    const prefix = tableKey(scan.table, scan.prefix);
    const after = scan.after && tableKey(scan.table, scan.after);
    const reverse = scan.reverse === true;
    const start = scanStart(prefix, after, reverse);
    const entries: TableEntry[] = [];
    for (const { key, value } of this.#environment.range("tables", { start, reverse })) {
      if (entries.length >= scan.limit) break;
      if (!startsWith(key, prefix)) {
        // In reverse the first key may lie behind the prefix: the range begins at the end of it, inclusive.
        if (reverse && compareBytes(key, prefix) > 0) continue;
        break;
      }
      if (after && (reverse ? compareBytes(key, after) >= 0 : compareBytes(key, after) <= 0)) continue;
      entries.push({ key: key.slice(1), value: unseal(value) });
    }
    return entries;
  }

  /** Entries of a kind behind `page.after`, by position. */
  *#positions(
    name: DatabaseName,
    kind: KindToken,
    page: PageRequest,
  ): Generator<{ position: number; value: Uint8Array }> {
    if (page.limit === 0) return;
    const prefix = kindPrefix(kind);
    // `after` is at most the largest safe integer, so one more still fits the key.
    const start = concatBytes(prefix, positionBytes(page.after + 1));
    let count = 0;
    for (const { key, value } of this.#environment.range(name, { start })) {
      if (!startsWith(key, prefix)) return;
      yield { position: positionFrom(key, prefix.length), value };
      if (++count >= page.limit) return;
    }
  }

  #indexes(kind: KindToken): IndexReader {
    return new IndexReader(this.#environment, kind, kindPrefix(kind));
  }
}

function scanStart(prefix: Uint8Array, after: Uint8Array | undefined, reverse: boolean): Uint8Array {
  if (!reverse) return after && compareBytes(after, prefix) > 0 ? after : prefix;
  // A table number is below 255, so something always lies behind its prefix.
  const end = keyAfterPrefix(prefix)!;
  return after && compareBytes(after, end) < 0 ? after : end;
}

function startsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  if (key.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (key[i] !== prefix[i]) return false;
  return true;
}
