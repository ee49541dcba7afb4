/**
 * One atomic batch of admission in the making: directory entries, facts and records, and everything that was
 * looked up for them as conditions. A record that needs to know what the batch is about to write waits for it.
 */
import { concatBytes, equalBytes, hexEncode, utf8Encode } from "../base/bytes.js";
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { DirectoryEntry } from "../contracts/key-directory.js";
import type { Store, StoreOperation } from "../contracts/store.js";
import type { Kinds } from "../records/kinds.js";
import { type DecodedRecord, isRefusal, parseRecord } from "../records/parse-record.js";
import { FactRows, revocationNames, revokedBy, sweepMark } from "./facts.js";
import type { DirectoryChange, StoreKeyDirectory } from "./key-directory.js";
import { ruleOf } from "./rules/index.js";
import type { Fact, HeldFact, RuleView } from "./rules/rule.js";

export interface ApplyParts {
  readonly engine: Engine;
  readonly store: Store;
  readonly directory: StoreKeyDirectory;
  readonly kinds: Kinds;
}

/** A record that is held, as far as succession asks for it. */
export interface Holder {
  readonly hash: Uint8Array;
  /** Undefined where what an earlier version stored is no record any more. */
  readonly record: DecodedRecord | undefined;
  /** The record itself, perhaps in another form: by another signer, where the signed bytes do not name theirs. */
  readonly isSame: boolean;
}

export class ApplyBatch<Owner> {
  readonly facts: FactRows;
  readonly #parts: ApplyParts;
  readonly #signerChecks = new Map<KeyId, readonly StoreOperation[]>();
  readonly #directory = new Map<KeyId, DirectoryChange>();
  readonly #revoked = new Set<KeyId>();
  readonly #places = new Set<string>();
  readonly #admits: { readonly owner: Owner; readonly operation: StoreOperation }[] = [];

  constructor(parts: ApplyParts) {
    this.#parts = parts;
    this.facts = new FactRows(parts.engine, parts.store);
  }

  get owners(): Owner[] {
    return this.#admits.map(({ owner }) => owner);
  }

  /** Well inside what one batch of the store may hold, whatever the next record adds. */
  get isFull(): boolean {
    const rows = 2 * (this.#signerChecks.size + this.facts.size + this.#directory.size) + this.#revoked.size;
    return rows + this.#admits.length > limits.writeBatchOperationsMax / 2;
  }

  /** Keys whose entries or revocations this batch looked up or changes. */
  get keyIds(): KeyId[] {
    return [...new Set([...this.#signerChecks.keys(), ...this.#directory.keys(), ...this.#revoked])];
  }

  get revoked(): readonly KeyId[] {
    return [...this.#revoked];
  }

  /** Checks, directory, facts, and last the records, in the order of `owners`. */
  operations(): StoreOperation[] {
    return [
      ...[...this.#signerChecks.values()].flat(),
      ...[...this.#directory.values()].flatMap(({ operations }) => operations),
      ...this.facts.operations(),
      ...[...this.#revoked].map((keyId) => sweepMark(this.#parts.engine, keyId)),
      ...this.#admits.map(({ operation }) => operation),
    ];
  }

  /** To be called once it is committed. */
  committed(): void {
    for (const change of this.#directory.values()) change.committed();
    this.#parts.directory.forget([...this.#revoked]);
  }

  /** The commit fails when the revocations of this key have changed. */
  async relyOn(keyId: KeyId): Promise<void> {
    if (!this.#signerChecks.has(keyId))
      this.#signerChecks.set(keyId, await this.#parts.directory.revocationChecks(keyId));
  }

  /** Whether this batch changes the revocations of the key. */
  withdraws(keyId: KeyId): boolean {
    return revocationNames.some((name) => this.facts.changes(name, [keyId]));
  }

  /** Puts the entry into the directory with its record; false when the directory does not take it. */
  async introduce(entry: DirectoryEntry): Promise<boolean> {
    const change = this.#directory.get(entry.keyId) ?? (await this.#parts.directory.prepare(entry));
    if (change.outcome === "refused") return false;
    this.#directory.set(entry.keyId, change);
    return true;
  }

  /** False when a fact of the record finds no room; then nothing was added. */
  async admit(
    owner: Owner,
    record: DecodedRecord,
    operation: Extract<StoreOperation, { readonly op: "admit" }>,
    holder: Holder | undefined,
  ): Promise<boolean> {
    const added: Fact[] = [];
    const old = holder?.isSame ? undefined : holder?.record;
    const removed = old ? factsOf(old) : [];
    // Of two forms the first stays held, and what follows with it.
    const held = (holder?.isSame && holder.record) || record;
    for (const fact of removed) await this.facts.remove(old!.recordId, fact);
    for (const fact of factsOf(held)) {
      if (await this.facts.add(record.recordId, fact)) added.push(fact);
      else {
        for (const fact of added) await this.facts.remove(record.recordId, fact);
        for (const fact of removed) await this.facts.add(old!.recordId, fact);
        return false;
      }
    }
    for (const keyId of revokedBy([...added, ...removed])) this.#revoked.add(keyId);
    for (const place of this.#placesOf(record)) this.#places.add(place);
    // Facts are written whatever becomes of their record, so without it nothing may be.
    const required = added.length + removed.length > 0;
    this.#admits.push({ owner, operation: required ? { ...operation, required } : operation });
    return true;
  }

  /** A record that is not admitted, only remembered. */
  remember(owner: Owner, operation: StoreOperation): void {
    this.#admits.push({ owner, operation });
  }

  /** Undefined when the rule must wait until this batch is committed. */
  view(now: RuleView["now"]): RuleView & { readonly mustWait: boolean } {
    const { engine, directory } = this.#parts;
    let mustWait = false;
    const { facts } = this;
    return {
      engine,
      now,
      get mustWait() {
        return mustWait;
      },
      key: (keyId) => directory.lookup(keyId),
      facts: async (name, about): Promise<readonly HeldFact[]> => {
        if (facts.changes(name, about)) mustWait = true;
        return facts.read(name, about);
      },
      record: (kind, recordId) => readByRecordId(this.#parts, kind, recordId),
    };
  }

  /** What holds the place of a record, or the record itself wherever it stands. */
  async holderOf(record: DecodedRecord): Promise<Holder | undefined> {
    const slot = slotFact(record);
    const [inSlot] = slot ? await this.facts.read(slot.name, slot.about) : [];
    const { store } = this.#parts;
    const byId = async (recordId: Uint8Array) => (await store.getManyByRecordId(record.kind, [recordId]))[0];
    const inPlace = inSlot
      ? await byId(inSlot.recordId)
      : await store.getByNaturalKey(record.kind, placeOf(this.#parts.engine, record));
    // A form by another signer may stand in that signer's place.
    const held = inPlace ?? (await byId(record.recordId));
    if (!held) return undefined;
    const isSame = equalBytes(held.recordId, record.recordId);
    return { hash: held.hash, record: decode(this.#parts, record.kind, held.bytes), isSame };
  }

  /** Whether this batch changes who holds the place. */
  changesPlaceOf(record: DecodedRecord): boolean {
    const slot = slotFact(record);
    if (slot !== undefined && this.facts.changes(slot.name, slot.about)) return true;
    return this.#placesOf(record).some((place) => this.#places.has(place));
  }

  /** Forms of one record have its id in common, and perhaps no more. */
  #placesOf(record: DecodedRecord): string[] {
    return [placeOf(this.#parts.engine, record), record.recordId].map(hexEncode);
  }
}

/** Under what the store keeps a record where one is to be: its natural key, or its signer's share of that (32 B). */
export function placeOf(engine: Pick<Engine, "sha256">, record: DecodedRecord): Uint8Array {
  const signer = record.signatures[0]?.keyId;
  if (signer === undefined || !ruleOf(record.spec).idPerSigner) return record.naturalKey;
  return engine.sha256(concatBytes(record.naturalKey, utf8Encode(signer)));
}

/** All facts of a record: those of its rule, and the slot that it holds. */
export function factsOf(record: DecodedRecord): readonly Fact[] {
  const facts = ruleOf(record.spec).facts?.(record) ?? [];
  const slot = slotFact(record);
  return slot ? [...facts, slot] : facts;
}

function slotFact(record: DecodedRecord): Fact | undefined {
  const slot = ruleOf(record.spec).slot?.(record);
  return slot && { name: "slot", about: [record.kind, ...slot], numbers: [0, 0] };
}

export async function readByRecordId(
  parts: Pick<ApplyParts, "engine" | "kinds"> & { readonly store: Pick<Store, "getManyByRecordId"> },
  kind: KindToken,
  recordId: Uint8Array,
): Promise<DecodedRecord | undefined> {
  const [held] = await parts.store.getManyByRecordId(kind, [recordId]);
  return held && decode(parts, kind, held.bytes);
}

function decode(
  { engine, kinds }: Pick<ApplyParts, "engine" | "kinds">,
  kind: KindToken,
  bytes: Uint8Array,
): DecodedRecord | undefined {
  const record = parseRecord(engine, kinds, kind, bytes);
  return isRefusal(record) ? undefined : record;
}
