/**
 * The public edge of every store: operations and requests are checked here before anything is queued or
 * written, so that a caller's mistake can never abort the transaction that other callers share.
 */
import { utf8Encode } from "../base/bytes.js";
import { checkBytes, checkInteger, checkString } from "../base/check.js";
import { hashBytes } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type {
  PageRequest,
  RecordInput,
  StoreOperation,
  TableName,
  TableScan,
  TagPage,
} from "../contracts/store.js";

/** Every table, in the order of its number on disk: append only. */
export const tableNames: readonly TableName[] = [
  "cursors",
  "marks",
  "peers",
  "keys",
  "quarantine",
  "mailboxes",
  "outbox",
  "audit",
  "meta",
  "facts",
  "tags",
];

export function checkOperations(operations: readonly StoreOperation[]): void {
  if (!Array.isArray(operations)) throw new TypeError("operations: expected an array");
  checkInteger(operations.length, "operations.length", 0, limits.writeBatchOperationsMax);
  let bytes = 0;
  operations.forEach((operation, index) => {
    bytes += checkOperation(operation, `operations[${index}]`);
  });
  checkInteger(bytes, "bytes of the batch", 0, limits.writeBatchBytesMax);
}

/** Returns how many bytes the operation brings with it. */
function checkOperation(operation: StoreOperation, title: string): number {
  switch (operation?.op) {
    case "admit":
      if (operation.supersedes !== undefined)
        checkBytes(operation.supersedes, `${title}.supersedes`, hashBytes);
      if (operation.behind !== undefined) checkBytes(operation.behind, `${title}.behind`, hashBytes);
      if (operation.supersedes !== undefined && operation.behind !== undefined)
        throw new TypeError(`${title}: expected supersedes or behind, got both`);
      if (operation.required !== undefined && typeof operation.required !== "boolean")
        throw new TypeError(`${title}.required: expected true or false`);
      return checkRecord(operation.record, `${title}.record`);
    case "remove":
      checkKind(operation.kind, `${title}.kind`);
      checkBytes(operation.hash, `${title}.hash`, hashBytes);
      return 0;
    case "tag":
      checkKind(operation.kind, `${title}.kind`);
      checkBytes(operation.hash, `${title}.hash`, hashBytes);
      return checkTags(operation.tags, `${title}.tags`);
    case "put":
      checkTableKey(operation.table, operation.key, title);
      checkBytes(operation.value, `${title}.value`);
      return operation.key.length + operation.value.length;
    case "delete":
      checkTableKey(operation.table, operation.key, title);
      return 0;
    case "check":
      checkTableKey(operation.table, operation.key, title);
      if (operation.value !== null) checkBytes(operation.value, `${title}.value`);
      return 0;
    default:
      throw new TypeError(`${title}: expected op admit, remove, tag, put, delete or check`);
  }
}

function checkRecord(record: RecordInput, title: string): number {
  if (typeof record !== "object" || record === null) throw new TypeError(`${title}: expected a record`);
  checkKind(record.kind, `${title}.kind`);
  checkBytes(record.hash, `${title}.hash`, hashBytes);
  checkBytes(record.recordId, `${title}.recordId`, hashBytes);
  checkBytes(record.naturalKey, `${title}.naturalKey`, hashBytes);
  checkBytes(record.bytes, `${title}.bytes`);
  checkInteger(record.bytes.length, `${title}.bytes.length`, 0, limits.recordBytesMax);
  if (!Array.isArray(record.signatureIds)) throw new TypeError(`${title}.signatureIds: expected an array`);
  checkInteger(
    record.signatureIds.length,
    `${title}.signatureIds.length`,
    0,
    limits.signatureIdsPerRecordMax,
  );
  for (const id of record.signatureIds) checkBytes(id, `${title}.signatureIds[]`, hashBytes);
  checkInteger(record.seq, `${title}.seq`, Number.MIN_SAFE_INTEGER);
  checkInteger(record.receivedAtMs, `${title}.receivedAtMs`, 0);
  if (record.visibility !== "federation" && record.visibility !== "local")
    throw new RangeError(`${title}.visibility: expected federation or local, got ${record.visibility}`);
  if (record.source !== undefined) {
    checkString(record.source, `${title}.source`);
    checkInteger(utf8Encode(record.source).length, `${title}.source in bytes`, 0, limits.keyIdBytesMax);
  }
  return record.bytes.length + (record.tags === undefined ? 0 : checkTags(record.tags, `${title}.tags`));
}

function checkTags(tags: readonly Uint8Array[], title: string): number {
  if (!Array.isArray(tags)) throw new TypeError(`${title}: expected an array`);
  checkInteger(tags.length, `${title}.length`, 0, limits.tagsPerRecordMax);
  let bytes = 0;
  for (const tag of tags) {
    checkBytes(tag, `${title}[]`);
    checkInteger(tag.length, `${title}[].length`, 1, limits.tagBytesMax);
    bytes += tag.length;
  }
  return bytes;
}

/** Printable ASCII sorts the same as text and as bytes, and leaves NUL free to end the token in index keys. */
export function checkKind(kind: unknown, title: string): asserts kind is string {
  checkString(kind, title);
  checkInteger(kind.length, `${title}.length`, 1, limits.kindTokenBytesMax);
  if (!/^[!-~]+$/.test(kind)) throw new RangeError(`${title}: expected printable ASCII without spaces`);
}

export function checkHashes(hashes: readonly Uint8Array[], title: string): void {
  if (!Array.isArray(hashes)) throw new TypeError(`${title}: expected an array`);
  checkInteger(hashes.length, `${title}.length`, 0, limits.storePageMax);
  for (const hash of hashes) checkBytes(hash, `${title}[]`, hashBytes);
}

export function checkPage(page: PageRequest): void {
  checkInteger(page?.after, "page.after", 0);
  checkLimit(page.limit);
}

export function checkTagPage(page: TagPage): void {
  checkBytes(page?.tag, "page.tag");
  if (page.through !== undefined) checkBytes(page.through, "page.through", page.tag.length);
  if (page.after !== undefined) checkInteger(page.after, "page.after", 0);
  checkLimit(page.limit);
}

export function checkLimit(limit: unknown): void {
  checkInteger(limit, "limit", 0, limits.storePageMax);
}

export function checkTableKey(table: TableName, key: unknown, title: string): void {
  if (!tableNames.includes(table)) throw new RangeError(`${title}: no table "${table}"`);
  checkBytes(key, `${title}.key`);
  checkInteger(key.length, `${title}.key.length`, 0, limits.tableKeyBytesMax);
}

export function checkScan(scan: TableScan): void {
  checkTableKey(scan?.table, scan?.prefix, "scan (prefix as key)");
  if (scan.after !== undefined) checkTableKey(scan.table, scan.after, "scan (after as key)");
  checkLimit(scan.limit);
}
