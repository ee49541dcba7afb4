/** What the store suite and other tests of stores put into them: all of a record follows from its number. */
import { utf8Encode } from "../base/bytes.js";
import type { RecordInput, Store, StoreOperation, StoreResult } from "../contracts/store.js";

/** 32 bytes that begin with a number, the same for the same arguments. */
export function suiteHash(space: string, number: number): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes.set(utf8Encode(space).subarray(0, 8), 0);
  new DataView(bytes.buffer).setUint32(28, number);
  return bytes;
}

/** A record of the suite: all of it follows from its number, as far as `changes` does not say otherwise. */
export function suiteRecord(number: number, changes: Partial<RecordInput> = {}): RecordInput {
  return {
    kind: "note",
    hash: suiteHash("hash", number),
    bytes: utf8Encode(`{"note":${number}}`),
    recordId: suiteHash("id", number),
    naturalKey: suiteHash("natural", number),
    signatureIds: [suiteHash("sig", number)],
    seq: 1000 + number,
    visibility: "federation",
    receivedAtMs: 5000 + number,
    ...changes,
  };
}

export const key = (text: string) => utf8Encode(text);
export const admit = (record: RecordInput): StoreOperation => ({ op: "admit", record });
export const put = (name: string, value: string): StoreOperation => ({
  op: "put",
  table: "marks",
  key: key(name),
  value: key(value),
});

/** How a suite names a claim and runs it on a fresh store. */
export type StoreCheck = (claim: string, run: (store: Store) => Promise<void>) => void;

/** The outcomes of the admissions among the results. */
export function statuses(results: readonly StoreResult[]): string[] {
  return results.flatMap((result) => (typeof result === "object" && result !== null ? [result.status] : []));
}
