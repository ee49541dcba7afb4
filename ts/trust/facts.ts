/**
 * Facts: what follows from held records, kept where it is looked up by. Rows of the store's `facts` table:
 *
 * ```
 * key    name ‖ 00 ‖ SHA-256( JCS array of what it is about )
 * value  n × ( record id (32) ‖ first number (i64 BE) ‖ second number (i64 BE) ), by record id
 * ```
 * A row holds one item a record, so the bytes of a row follow from the set of records and not from the order in
 * which they came. Items are written in the commit that admits, supersedes or removes their record.
 *
 * Rows named `sweep` are notes to the sweeper (sweeper.ts) instead: the value is the id of a key whose records are to be
 * looked through.
 */
import { compareBytes, concatBytes, equalBytes, utf8Decode, utf8Encode } from "../base/bytes.js";
import { WaxwingError } from "../base/errors.js";
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { Store, StoreOperation } from "../contracts/store.js";
import type { Fact, HeldFact } from "./rules/rule.js";

const table = "facts";
/** Rows by which a key is withdrawn: by the identity that it stands for, and by itself (rules/revocation.ts). */
export const revocationNames = ["revoked", "revokedByItself"] as const;
const itemBytes = 48;

export function factKey(
  engine: Pick<Engine, "sha256" | "canonicalize">,
  name: string,
  about: readonly string[],
): Uint8Array {
  const subject = engine.canonicalize(utf8Encode(JSON.stringify(about)));
  return concatBytes(utf8Encode(name), Uint8Array.of(0), engine.sha256(subject));
}

export function decodeFacts(row: Uint8Array): HeldFact[] {
  if (row.length % itemBytes !== 0)
    throw new WaxwingError("store_corrupt", `facts: a row of ${row.length} bytes`);
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  const facts: HeldFact[] = [];
  for (let at = 0; at < row.length; at += itemBytes) {
    const numbers = [Number(view.getBigInt64(at + 32)), Number(view.getBigInt64(at + 40))] as const;
    facts.push({ recordId: row.slice(at, at + 32), numbers });
  }
  return facts;
}

/** The keys that are withdrawn by what follows from a record. */
export function revokedBy(facts: readonly Fact[]): KeyId[] {
  const names: readonly string[] = revocationNames;
  return facts.filter(({ name }) => names.includes(name)).map(({ about }) => about[0]!);
}

/** Adds a fact to those of a row; undefined where there is no room for it. */
export function withFact(
  facts: readonly HeldFact[],
  fact: HeldFact,
  keeps: Fact["keeps"],
): readonly HeldFact[] | undefined {
  const all = [...facts.filter(({ recordId }) => !equalBytes(recordId, fact.recordId)), fact];
  if (all.length <= limits.factsPerRowMax) return all;
  return keeps && all.sort(compareFacts).slice(0, limits.factsPerRowMax);
}

function compareFacts(a: HeldFact, b: HeldFact): number {
  const [[first, second], [otherFirst, otherSecond]] = [a.numbers, b.numbers];
  return first - otherFirst || second - otherSecond || compareBytes(a.recordId, b.recordId);
}

export function encodeFacts(facts: readonly HeldFact[]): Uint8Array {
  const sorted = [...facts].sort((a, b) => compareBytes(a.recordId, b.recordId));
  const row = new Uint8Array(sorted.length * itemBytes);
  const view = new DataView(row.buffer);
  sorted.forEach(({ recordId, numbers }, index) => {
    row.set(recordId, index * itemBytes);
    view.setBigInt64(index * itemBytes + 32, BigInt(numbers[0]));
    view.setBigInt64(index * itemBytes + 40, BigInt(numbers[1]));
  });
  return row;
}

const sweepPrefix = utf8Encode("sweep\0");

export function isSweepKey(key: Uint8Array): boolean {
  return equalBytes(key.subarray(0, sweepPrefix.length), sweepPrefix);
}

/** Notes, durably, that records of this key are to be looked through. */
export function sweepMark(engine: Pick<Engine, "sha256" | "canonicalize">, keyId: KeyId): StoreOperation {
  return { op: "put", table, key: factKey(engine, "sweep", [keyId]), value: utf8Encode(keyId) };
}

export function clearSweepMark(
  engine: Pick<Engine, "sha256" | "canonicalize">,
  keyId: KeyId,
): StoreOperation {
  return { op: "delete", table, key: factKey(engine, "sweep", [keyId]) };
}

/** All that is noted, some at a time: those that lie ahead stay and must not stand before the others. */
export async function* sweepMarks(store: Pick<Store, "scan">): AsyncGenerator<KeyId[]> {
  for (let after = sweepPrefix; ; ) {
    const rows = await store.scan({ table, prefix: sweepPrefix, after, limit: limits.sweepMarksMax });
    if (rows.length > 0) yield rows.map(({ value }) => utf8Decode(value));
    if (rows.length < limits.sweepMarksMax) return;
    after = rows.at(-1)!.key;
  }
}

interface Row {
  readonly key: Uint8Array;
  /** As the store has it; null where it has none. */
  readonly stored: Uint8Array | null;
  facts: readonly HeldFact[];
  changed: boolean;
}

/** The rows that one batch reads and writes. What was read must still stand when the batch is committed. */
export class FactRows {
  readonly #engine: Pick<Engine, "sha256" | "canonicalize">;
  readonly #store: Pick<Store, "read">;
  readonly #rows = new Map<string, Row>();

  constructor(engine: Pick<Engine, "sha256" | "canonicalize">, store: Pick<Store, "read">) {
    this.#engine = engine;
    this.#store = store;
  }

  get size(): number {
    return this.#rows.size;
  }

  async read(name: string, about: readonly string[]): Promise<readonly HeldFact[]> {
    return (await this.#row(name, about)).facts;
  }

  /** Whether this batch changes that row. */
  changes(name: string, about: readonly string[]): boolean {
    return this.#rows.get(rowName(name, about))?.changed === true;
  }

  /** False when the row has no room for it. */
  async add(recordId: Uint8Array, { name, about, numbers, keeps }: Fact): Promise<boolean> {
    const row = await this.#row(name, about);
    const facts = withFact(row.facts, { recordId, numbers }, keeps);
    if (facts) this.#set(row, facts);
    return facts !== undefined;
  }

  async remove(recordId: Uint8Array, { name, about }: Fact): Promise<void> {
    const row = await this.#row(name, about);
    this.#set(
      row,
      row.facts.filter((fact) => !equalBytes(fact.recordId, recordId)),
    );
  }

  operations(): StoreOperation[] {
    const rows = [...this.#rows.values()];
    return [
      ...rows.map(({ key, stored }): StoreOperation => ({ op: "check", table, key, value: stored })),
      ...rows
        .filter(({ changed }) => changed)
        .map(
          ({ key, facts }): StoreOperation =>
            facts.length === 0
              ? { op: "delete", table, key }
              : { op: "put", table, key, value: encodeFacts(facts) },
        ),
    ];
  }

  #set(row: Row, facts: readonly HeldFact[]): void {
    row.facts = facts;
    row.changed = !equalBytes(encodeFacts(facts), row.stored ?? new Uint8Array(0));
  }

  async #row(name: string, about: readonly string[]): Promise<Row> {
    const id = rowName(name, about);
    const known = this.#rows.get(id);
    if (known) return known;
    const key = factKey(this.#engine, name, about);
    const stored = (await this.#store.read(table, key)) ?? null;
    const row: Row = { key, stored, facts: stored ? decodeFacts(stored) : [], changed: false };
    this.#rows.set(id, row);
    return row;
  }
}

function rowName(name: string, about: readonly string[]): string {
  return JSON.stringify([name, ...about]);
}
