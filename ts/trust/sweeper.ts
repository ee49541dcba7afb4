/**
 * Takes out what a withdrawn key signed too late and what was admitted before that was known, so that the records a
 * node holds do not depend on which came first. A revocation leaves a note with its commit (facts.ts); the note goes
 * when the key's records have been looked through, so a crash between repeats the work and loses nothing.
 *
 * Every record of the store is read for it, once for all keys that are due: nothing is indexed by its signer, and
 * anybody can make keys and withdraw them.
 */
import { utf8Decode } from "../base/bytes.js";
import { isWaxwingError } from "../base/errors.js";
import type { EventSource } from "../base/events.js";
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { StoredRecord, StoreOperation } from "../contracts/store.js";
import { type DecodedRecord, isRefusal, parseRecord } from "../records/parse-record.js";
import type { AdmissionEvent } from "./admission.js";
import { type ApplyParts, factsOf } from "./apply-batch.js";
import { clearSweepMark, FactRows, revokedBy, sweepMarks } from "./facts.js";
import { findKeyFault, strict } from "./policy.js";
import { entryFor } from "./signer-faults.js";
import { type VerifyOptions, verifyRecords } from "./verify-records.js";

export interface SweeperParts extends ApplyParts, Omit<VerifyOptions, "engine" | "policy"> {
  readonly events: EventSource<AdmissionEvent>;
}

/** How often a removal that lost a race against another commit is tried again. */
const attemptsMax = 4;

export class Sweeper {
  readonly #parts: SweeperParts;
  #running: Promise<void> | undefined;
  /** Withdrawn since the last pass began. */
  readonly #due = new Set<KeyId>();
  #allAreDue = false;
  #closed = false;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
  }

  /**
   * Looks through the records of these keys, or of all that are noted, as far as their revocations have begun, and of
   * those that are asked for meanwhile. Never runs twice at once.
   */
  run(keyIds?: readonly KeyId[]): Promise<void> {
    for (const keyId of keyIds ?? []) this.#due.add(keyId);
    if (keyIds === undefined || this.#due.size > limits.sweepMarksMax) this.#allAreDue = true;
    this.#running ??= this.#runAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Stops between two pages; what is left stays noted. */
  close(): void {
    this.#closed = true;
  }

  async #runAll(): Promise<void> {
    while ((this.#allAreDue || this.#due.size > 0) && !this.#closed) {
      const due = [...this.#due];
      this.#due.clear();
      if (!this.#allAreDue) await this.#sweepKeys(due);
      else {
        this.#allAreDue = false;
        for await (const keyIds of sweepMarks(this.#parts.store)) await this.#sweepKeys(keyIds);
      }
    }
  }

  async #sweepKeys(noted: readonly KeyId[]): Promise<void> {
    const { directory, store } = this.#parts;
    const checks = new Map<KeyId, readonly StoreOperation[]>();
    const withdrawn = new Set<KeyId>();
    for (const keyId of noted) {
      const unchanged = await directory.revocationChecks(keyId);
      const entry = await directory.lookup(keyId);
      const isWithdrawn = unchanged.some((check) => check.op === "check" && check.value !== null);
      // A revocation that lies ahead keeps its note.
      if (entry && entry.standing !== "revoked" && isWithdrawn) continue;
      checks.set(keyId, unchanged);
      if (entry?.standing === "revoked") withdrawn.add(keyId);
    }
    if (withdrawn.size > 0)
      for (const kind of await store.kinds()) if (!(await this.#sweepKind(withdrawn, kind))) return;
    await Promise.all([...checks].map(([keyId, unchanged]) => this.#clearNote(keyId, unchanged)));
  }

  async #clearNote(keyId: KeyId, unchanged: readonly StoreOperation[]): Promise<void> {
    const { directory, store, engine } = this.#parts;
    try {
      await store.commit([...unchanged, clearSweepMark(engine, keyId)]);
    } catch (error) {
      if (!isWaxwingError(error, "batch_conflict")) throw error;
      // Another revocation came meanwhile, and its note is the same row.
      directory.forget([keyId]);
      this.#due.add(keyId);
    }
  }

  /** False when it was closed meanwhile. */
  async #sweepKind(keyIds: ReadonlySet<KeyId>, kind: KindToken): Promise<boolean> {
    for (let after = 0; ; ) {
      if (this.#closed) return false;
      const page = await this.#parts.store.list(kind, { after, limit: limits.sweepPageRecords });
      for (const stored of page) {
        after = stored.position;
        if (mayName(keyIds, stored.bytes)) await this.#sweepRecord(keyIds, stored);
      }
      if (page.length < limits.sweepPageRecords) return true;
    }
  }

  async #sweepRecord(keyIds: ReadonlySet<KeyId>, stored: StoredRecord): Promise<void> {
    const { engine, kinds } = this.#parts;
    const record = parseRecord(engine, kinds, stored.kind, stored.bytes, stored.hash);
    if (isRefusal(record)) return;
    for (const keyId of new Set(record.signatures.map((signature) => signature.keyId)))
      if (keyIds.has(keyId) && (await this.#sweepFrom(keyId, stored, record))) return;
  }

  /** Whether the record was taken out on account of this signer. */
  async #sweepFrom(keyId: KeyId, stored: StoredRecord, record: DecodedRecord): Promise<boolean> {
    const { directory } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      const unchanged = await directory.revocationChecks(keyId);
      if (!(await this.#hasFallen(keyId, record))) return false;
      try {
        await this.#remove(keyId, stored, record, unchanged);
        return true;
      } catch (error) {
        if (!isWaxwingError(error, "batch_conflict") || attempt === attemptsMax) throw error;
        directory.forget([keyId]);
      }
    }
  }

  /** Whether the record would not be let in any more, now that the key is withdrawn. */
  async #hasFallen(keyId: KeyId, record: DecodedRecord): Promise<boolean> {
    const { authority, time } = record.spec;
    const lookup = async (id: KeyId) => entryFor(record, await this.#parts.directory.lookup(id));
    if (authority === undefined || authority === "operators") {
      if (record.signatures[0]?.keyId !== keyId) return false;
      return findKeyFault(keyId, await lookup(keyId))?.code === "key_revoked";
    }
    if (!record.signatures.some((signature) => signature.keyId === keyId)) return false;
    // Where no time is signed nobody can tell what came first, so a quorum that was counted once stands (ADR 0018).
    if (time === undefined || !record.bound.has(time)) return false;
    const [verdict] = await verifyRecords({ ...this.#parts, policy: strict }, [record], lookup);
    return verdict !== undefined && "code" in verdict && verdict.code === "quorum_not_reached";
  }

  async #remove(
    keyId: KeyId,
    { kind, hash }: StoredRecord,
    record: DecodedRecord,
    unchanged: readonly StoreOperation[],
  ): Promise<void> {
    const { engine, store, directory, events } = this.#parts;
    const rows = new FactRows(engine, store);
    const facts = factsOf(record);
    for (const fact of facts) await rows.remove(record.recordId, fact);
    await store.commit([...unchanged, ...rows.operations(), { op: "remove", kind, hash }]);
    directory.forget(revokedBy(facts));
    events.emit({ type: "retracted", kind, hash, keyId });
  }
}

/** Cheap, and never false for a record that names one of the keys: an escape may write it in many ways. */
function mayName(keyIds: ReadonlySet<KeyId>, bytes: Uint8Array): boolean {
  const text = utf8Decode(bytes);
  if (text.includes("\\")) return true;
  for (const [, string] of text.matchAll(/"([^"]*)"/g))
    if (string!.length <= limits.keyIdBytesMax && keyIds.has(string!)) return true;
  return false;
}
