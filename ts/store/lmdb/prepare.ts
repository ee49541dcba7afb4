/**
 * Turns operations into keys and rows before they queue for a flush: the caller may reuse its buffers at
 * once, and the transaction has nothing left to do but look up and write.
 */
import { concatBytes } from "../../base/bytes.js";
import type { KindToken } from "../../base/ids.js";
import type { RecordInput, StoreOperation } from "../../contracts/store.js";
import type { Succession } from "../admission-rule.js";
import type { BatchCost } from "./group-commit.js";
import { kindPrefix, tableKey } from "./layout.js";
import { encodeOfferRow, encodeRecordRow, seal } from "./row.js";
import { copyValue } from "./values.js";

/** A record without its bytes, which are in the row. */
export interface PreparedRecord extends Omit<RecordInput, "bytes"> {
  readonly recordBytes: number;
  readonly row: Uint8Array;
  /** Only of federation-visible records. */
  readonly offerRow: Uint8Array | undefined;
  /** Of federation-visible records. */
  readonly tags: readonly Uint8Array[];
}

export type PreparedOperation =
  | {
      readonly op: "admit";
      readonly prefix: Uint8Array;
      readonly record: PreparedRecord;
      readonly succession: Succession;
      readonly required: boolean;
    }
  | {
      readonly op: "remove";
      readonly prefix: Uint8Array;
      readonly kind: KindToken;
      readonly hash: Uint8Array;
    }
  | {
      readonly op: "tag";
      readonly prefix: Uint8Array;
      readonly kind: KindToken;
      readonly hash: Uint8Array;
      readonly tags: readonly Uint8Array[];
    }
  | { readonly op: "put"; readonly key: Uint8Array; readonly row: Uint8Array }
  | { readonly op: "delete"; readonly key: Uint8Array }
  | { readonly op: "check" };

export interface PreparedBatch extends BatchCost {
  readonly operations: readonly PreparedOperation[];
  /** The operations as they were given, when there is a condition among them, else empty. */
  readonly conditions: readonly StoreOperation[];
  /** Only removals: they may run where the size limit is reached. */
  readonly shrinks: boolean;
}

export function prepareBatch(operations: readonly StoreOperation[]): PreparedBatch {
  const prefixes = new Map<KindToken, Uint8Array>();
  const prefixOf = (kind: KindToken) => {
    const prefix = prefixes.get(kind) ?? kindPrefix(kind);
    prefixes.set(kind, prefix);
    return prefix;
  };
  const prepared = operations.map((operation) => prepare(operation, prefixOf));
  return {
    operations: prepared,
    conditions: operations.some(({ op }) => op === "check") ? operations.map(copyForCheck) : [],
    shrinks: operations.every(({ op }) => op === "remove" || op === "delete" || op === "check"),
    operationCount:
      operations.length + prepared.reduce((sum, operation) => sum + tagsOf(operation).length, 0),
    byteCount: prepared.reduce((sum, operation) => sum + rowBytes(operation), 0),
  };
}

function prepare(operation: StoreOperation, prefixOf: (kind: KindToken) => Uint8Array): PreparedOperation {
  switch (operation.op) {
    case "admit":
      return {
        op: "admit",
        prefix: prefixOf(operation.record.kind),
        record: prepareRecord(operation.record),
        succession: {
          supersedes: operation.supersedes?.slice(),
          behind: operation.behind?.slice(),
        },
        required: operation.required === true,
      };
    case "remove":
      return {
        op: "remove",
        prefix: prefixOf(operation.kind),
        kind: operation.kind,
        hash: operation.hash.slice(),
      };
    case "tag":
      return {
        op: "tag",
        prefix: prefixOf(operation.kind),
        kind: operation.kind,
        hash: operation.hash.slice(),
        tags: operation.tags.map((tag) => tag.slice()),
      };
    case "put":
      return { op: "put", key: tableKey(operation.table, operation.key), row: seal(operation.value) };
    case "delete":
      return { op: "delete", key: tableKey(operation.table, operation.key) };
    case "check":
      return { op: "check" };
  }
}

function prepareRecord(record: RecordInput): PreparedRecord {
  const { bytes, ...rest } = record;
  return {
    ...rest,
    hash: record.hash.slice(),
    recordId: copyValue(record.recordId),
    naturalKey: record.naturalKey.slice(),
    signatureIds: record.signatureIds.map((id) => id.slice()),
    recordBytes: bytes.length,
    row: encodeRecordRow(record),
    offerRow: record.visibility === "federation" ? encodeOfferRow(record) : undefined,
    tags: record.visibility === "federation" ? (record.tags ?? []).map((tag) => tag.slice()) : [],
  };
}

/** Conditions look at tables alone. */
function copyForCheck(operation: StoreOperation): StoreOperation {
  switch (operation.op) {
    case "put":
      return { ...operation, key: operation.key.slice(), value: operation.value.slice() };
    case "delete":
      return { ...operation, key: operation.key.slice() };
    case "check":
      return { ...operation, key: operation.key.slice(), value: operation.value?.slice() ?? null };
    default:
      return operation;
  }
}

/** Each is a key of its own in the tree. */
function tagsOf(operation: PreparedOperation): readonly Uint8Array[] {
  if (operation.op === "admit") return operation.record.tags;
  return operation.op === "tag" ? operation.tags : [];
}

function rowBytes(operation: PreparedOperation): number {
  if (operation.op === "admit") return operation.record.row.length;
  return operation.op === "put" ? operation.row.length : 0;
}

export function keyUnder(prefix: Uint8Array, rest: Uint8Array): Uint8Array {
  return concatBytes(prefix, rest);
}
