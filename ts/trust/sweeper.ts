/**
 * Takes out what a withdrawn key signed too late and what was admitted before that was known, so that the records a
 * node holds do not depend on which came first. A revocation leaves a note with its commit (facts.ts); the note goes
 * when the key's records have been looked through, so a crash between repeats the work and loses nothing.
 *
 * Every record of the store is read for it: revocations are rare, and nothing is indexed by its signer.
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
import { clearSweepMark, FactRows, sweepMarks } from "./facts.js";
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
  #again = false;
  #closed = false;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
  }

  /** Looks through what is noted and has begun, and through what is noted meanwhile. Never runs twice at once. */
  run(): Promise<void> {
    this.#again = true;
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
    while (this.#again && !this.#closed) {
      this.#again = false;
      for (const keyId of await sweepMarks(this.#parts.store)) await this.#sweepKey(keyId);
    }
  }

  async #sweepKey(keyId: KeyId): Promise<void> {
    const { directory, store, engine } = this.#parts;
    const unchanged = await directory.revocationCheck(keyId);
    const entry = await directory.lookup(keyId);
    // A revocation that lies ahead keeps its note.
    if (entry && entry.standing !== "revoked" && (await this.#hasRevocation(keyId))) return;
    if (entry) for (const kind of await store.kinds()) if (!(await this.#sweepKind(keyId, kind))) return;
    try {
      await store.commit([unchanged, clearSweepMark(engine, keyId)]);
    } catch (error) {
      if (!isWaxwingError(error, "batch_conflict")) throw error;
      // Another revocation came meanwhile, and its note is the same row.
      directory.forget([keyId]);
      this.#again = true;
    }
  }

  async #hasRevocation(keyId: KeyId): Promise<boolean> {
    const rows = new FactRows(this.#parts.engine, this.#parts.store);
    return (await rows.read("revoked", [keyId])).length > 0;
  }

  /** False when it was closed meanwhile. */
  async #sweepKind(keyId: KeyId, kind: KindToken): Promise<boolean> {
    for (let after = 0; ; ) {
      if (this.#closed) return false;
      const page = await this.#parts.store.list(kind, { after, limit: limits.sweepPageRecords });
      for (const stored of page) {
        after = stored.position;
        if (mayName(keyId, stored.bytes)) await this.#sweepRecord(keyId, stored);
      }
      if (page.length < limits.sweepPageRecords) return true;
    }
  }

  async #sweepRecord(keyId: KeyId, stored: StoredRecord): Promise<void> {
    const { engine, kinds, directory } = this.#parts;
    const record = parseRecord(engine, kinds, stored.kind, stored.bytes, stored.hash);
    if (isRefusal(record)) return;
    for (let attempt = 1; ; attempt++) {
      const unchanged = await directory.revocationCheck(keyId);
      if (!(await this.#hasFallen(keyId, record))) return;
      try {
        await this.#remove(keyId, stored, record, unchanged);
        return;
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
    unchanged: StoreOperation,
  ): Promise<void> {
    const { engine, store, directory, events } = this.#parts;
    const rows = new FactRows(engine, store);
    const facts = factsOf(record);
    for (const fact of facts) await rows.remove(record.recordId, fact);
    await store.commit([unchanged, ...rows.operations(), { op: "remove", kind, hash }]);
    directory.forget(facts.filter(({ name }) => name === "revoked").map(({ about }) => about[0]!));
    events.emit({ type: "retracted", kind, hash, keyId });
  }
}

/** Cheap, and never false for a record that names the key: an escape may write it in many ways. */
function mayName(keyId: KeyId, bytes: Uint8Array): boolean {
  const text = utf8Decode(bytes);
  return text.includes(keyId) || text.includes("\\");
}
