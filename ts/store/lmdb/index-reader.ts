/**
 * Finds records of one kind through the indexes, and insists that an index and what it leads to agree: an
 * entry that points nowhere, or at another record, is damage and not absence.
 */
import { equalBytes } from "../../base/bytes.js";
import type { KindToken } from "../../base/ids.js";
import type { HeldForm, Holdings } from "../admission-rule.js";
import type { Environment } from "./environment.js";
import {
  corrupt,
  decodeHashEntry,
  decodeRecordIdEntry,
  type HashEntry,
  positionBytes,
  type RecordIdEntry,
} from "./layout.js";
import { keyUnder } from "./prepare.js";
import { decodeRecordRow, type RecordRow } from "./row.js";

export class IndexReader implements Holdings {
  readonly #environment: Environment;
  readonly #kind: KindToken;
  readonly #prefix: Uint8Array;
  /** The last look-up: a hash is asked for as a record's and as an alias in turn. */
  #seen: { readonly hash: Uint8Array; readonly entry: HashEntry | undefined } | undefined;

  constructor(environment: Environment, kind: KindToken, prefix: Uint8Array) {
    this.#environment = environment;
    this.#kind = kind;
    this.#prefix = prefix;
  }

  hashEntry(hash: Uint8Array): HashEntry | undefined {
    if (this.#seen?.hash === hash) return this.#seen.entry;
    const bytes = this.#environment.get("hashes", keyUnder(this.#prefix, hash));
    const entry = bytes && decodeHashEntry(bytes);
    this.#seen = { hash, entry };
    return entry;
  }

  isHeld(hash: Uint8Array): boolean {
    return this.#environment.has("hashes", keyUnder(this.#prefix, hash));
  }

  /** Whether the id is held, or remembered as that of a superseded record. */
  knowsRecordId(recordId: Uint8Array): boolean {
    return (
      this.#environment.has("recordIds", keyUnder(this.#prefix, recordId)) ||
      this.hashEntry(recordId)?.type === "alias"
    );
  }

  rowStoredUnder(hash: Uint8Array): RecordRow | undefined {
    const entry = this.hashEntry(hash);
    return entry?.type === "stored" ? this.#rowWithHash(entry.position, hash) : undefined;
  }

  rowStoredOrAliased(hash: Uint8Array): RecordRow | undefined {
    const entry = this.hashEntry(hash);
    if (!entry) return undefined;
    return entry.type === "stored"
      ? this.#rowWithHash(entry.position, hash)
      : this.#rowWithRecordId(entry.recordId);
  }

  rowWithNaturalKey(naturalKey: Uint8Array): RecordRow | undefined {
    const recordId = this.#environment.get("naturalKeys", keyUnder(this.#prefix, naturalKey));
    return recordId && this.#rowWithRecordId(recordId);
  }

  recordIdEntry(recordId: Uint8Array): RecordIdEntry {
    const entry = this.#environment.get("recordIds", keyUnder(this.#prefix, recordId));
    if (!entry) throw corrupt("a record is missing from the record id index");
    return decodeRecordIdEntry(entry);
  }

  storedUnder(hash: Uint8Array): HeldForm | undefined {
    return heldForm(this.rowStoredUnder(hash));
  }

  aliasOf(hash: Uint8Array): HeldForm | undefined {
    const entry = this.hashEntry(hash);
    return entry?.type === "alias" ? heldForm(this.#rowWithRecordId(entry.recordId)) : undefined;
  }

  rowHeldAs(recordId: Uint8Array): RecordRow | undefined {
    const held = this.#environment.has("recordIds", keyUnder(this.#prefix, recordId));
    return held ? this.#rowWithRecordId(recordId) : undefined;
  }

  withRecordId(recordId: Uint8Array): HeldForm | undefined {
    return heldForm(this.rowHeldAs(recordId));
  }

  withNaturalKey(naturalKey: Uint8Array): HeldForm | undefined {
    return heldForm(this.rowWithNaturalKey(naturalKey));
  }

  #rowWithHash(position: number, hash: Uint8Array): RecordRow {
    const row = this.#rowAt(position);
    if (!equalBytes(row.record.hash, hash)) throw corrupt("the hash index leads to another record");
    return row;
  }

  #rowWithRecordId(recordId: Uint8Array): RecordRow {
    const row = this.#rowAt(this.recordIdEntry(recordId).position);
    if (!equalBytes(row.record.recordId, recordId))
      throw corrupt("the record id index leads to another record");
    return row;
  }

  #rowAt(position: number): RecordRow {
    const row = this.#environment.get("records", keyUnder(this.#prefix, positionBytes(position)));
    if (!row) throw corrupt("an index leads to a record that is not there");
    return decodeRecordRow(row, this.#kind, position);
  }
}

function heldForm(row: RecordRow | undefined): HeldForm | undefined {
  if (!row) return undefined;
  const { hash, recordId, position } = row.record;
  return { hash, recordId, position, signatureIds: row.signatureIds };
}
