/**
 * Derives all facts again from the records that are held, and mends the rows that say something else. Facts are
 * written with their records, so there is nothing to mend but what an older version stored, or what was changed behind
 * the store's back. Must not run beside admission.
 */
import { equalBytes, hexDecode, hexEncode, uint64BeEncode, utf8Encode } from "../base/bytes.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { Store, StoreOperation } from "../contracts/store.js";
import type { Kinds } from "../records/kinds.js";
import { type DecodedRecord, isRefusal, parseRecord } from "../records/parse-record.js";
import { recordNames } from "../records/signed-bytes.js";
import { introducedEntry } from "./admission-item.js";
import { factsOf, readByRecordId } from "./apply-batch.js";
import { encodeFacts, factKey, isSweepKey, withFact } from "./facts.js";
import { ruleOf } from "./rules/index.js";
import type { HeldFact, RuleView } from "./rules/rule.js";

export interface DeriveFactsOptions {
  readonly engine: Engine;
  readonly store: Store;
  readonly kinds: Kinds;
}

/** Of how facts are derived and stored: grows when that changes. */
const derivation = 2n;
const doneKey = utf8Encode("facts derived");

/** Once for each way of deriving; afterwards a look at one row. */
export async function ensureFacts(options: DeriveFactsOptions): Promise<void> {
  const done = uint64BeEncode(derivation);
  const known = await options.store.read("meta", doneKey);
  if (known && equalBytes(known, done)) return;
  await deriveFacts(options);
  await options.store.commit([{ op: "put", table: "meta", key: doneKey, value: done }]);
}

/** Returns how many rows were not as they should be. */
export async function deriveFacts({ engine, store, kinds }: DeriveFactsOptions): Promise<number> {
  const rows = new Map<string, readonly HeldFact[]>();
  const view = viewOf({ engine, store, kinds }, rows);
  // Keys first: who may withdraw one rests on its record.
  const tokens = await store.kinds();
  for (const kind of [
    ...tokens.filter((kind) => kind === "key"),
    ...tokens.filter((kind) => kind !== "key"),
  ]) {
    for (let after = 0; ; ) {
      const page = await store.list(kind, { after, limit: limits.sweepPageRecords });
      for (const { bytes, hash, position } of page) {
        after = position;
        const record = parseRecord(engine, kinds, kind, bytes, hash);
        if (isRefusal(record) || (await withdrawsOthersKey(record, view))) continue;
        for (const { name, about, numbers, keeps } of factsOf(record)) {
          const key = hexEncode(factKey(engine, name, about));
          const row = rows.get(key) ?? [];
          rows.set(key, withFact(row, { recordId: record.recordId, numbers }, keeps) ?? row);
        }
      }
      if (page.length < limits.sweepPageRecords) break;
    }
  }
  return mend(store, new Map([...rows].map(([key, facts]) => [key, encodeFacts(facts)])));
}

/** Earlier versions took revocations from anybody: one that would be refused for good withdraws nothing. */
async function withdrawsOthersKey(record: DecodedRecord, view: RuleView): Promise<boolean> {
  if (record.spec.rule !== "revocation") return false;
  const signers = record.signatures.map(({ keyId }) => keyId);
  const fault = await ruleOf(record.spec).judge?.({ ...record, signers }, view);
  return fault !== undefined && !fault.transient;
}

/** What follows from the records so far. A key is one whose record is held. */
function viewOf(
  { engine, store, kinds }: DeriveFactsOptions,
  rows: ReadonlyMap<string, readonly HeldFact[]>,
): RuleView {
  return {
    engine,
    now: { ms: Number.MAX_SAFE_INTEGER, synchronised: false },
    facts: async (name, about) => rows.get(hexEncode(factKey(engine, name, about))) ?? [],
    record: (kind, recordId) => readByRecordId({ engine, store, kinds }, kind, recordId),
    async key(keyId) {
      const values = [utf8Encode(JSON.stringify(keyId))];
      const { naturalKey } = recordNames(engine, "key", values, true, new Uint8Array(32));
      const held = await store.getByNaturalKey("key", naturalKey);
      const record = held && parseRecord(engine, kinds, "key", held.bytes, held.hash);
      return record === undefined || isRefusal(record) ? undefined : introducedEntry(record);
    },
  };
}

async function mend(store: Store, wanted: Map<string, Uint8Array>): Promise<number> {
  const table = "facts";
  const operations: StoreOperation[] = [];
  for (let after: Uint8Array | undefined; ; ) {
    const page = await store.scan({
      table,
      prefix: new Uint8Array(0),
      ...(after ? { after } : {}),
      limit: limits.sweepPageRecords,
    });
    for (const { key, value } of page) {
      after = key;
      const row = wanted.get(hexEncode(key));
      wanted.delete(hexEncode(key));
      if (row && !equalBytes(row, value)) operations.push({ op: "put", table, key, value: row });
      if (!row && !isSweepKey(key)) operations.push({ op: "delete", table, key });
    }
    if (page.length < limits.sweepPageRecords) break;
  }
  for (const [key, value] of wanted) operations.push({ op: "put", table, key: hexDecode(key), value });
  for (let from = 0; from < operations.length; from += limits.admitChunkRecordsMax)
    await store.commit(operations.slice(from, from + limits.admitChunkRecordsMax));
  return operations.length;
}
