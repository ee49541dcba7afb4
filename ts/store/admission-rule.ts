/**
 * What becomes of a record that is offered to a store (DESIGN §5, contract `AdmitOutcome`). Pure: a store
 * answers what it holds, and performs what is decided. Also the conditions of a batch, which concern tables
 * alone and can therefore all be judged before the first write; a batch that fails leaves nothing to undo.
 */
import { equalBytes, hexEncode } from "../base/bytes.js";
import { limits } from "../base/limits.js";
import type { AdmitOutcome, RecordInput, StoreOperation, TableName } from "../contracts/store.js";

/** A stored record as far as the rule looks at it. */
export interface HeldForm {
  readonly position: number;
  readonly hash: Uint8Array;
  readonly recordId: Uint8Array;
  readonly signatureIds: readonly Uint8Array[];
}

/** What a store holds of the kind in question. */
export interface Holdings {
  storedUnder(hash: Uint8Array): HeldForm | undefined;
  /** The record that remembers the hash as another form of itself. */
  aliasOf(hash: Uint8Array): HeldForm | undefined;
  withRecordId(recordId: Uint8Array): HeldForm | undefined;
  withNaturalKey(naturalKey: Uint8Array): HeldForm | undefined;
}

export type AdmissionDecision =
  | { readonly action: "insert" }
  | { readonly action: "replace"; readonly held: HeldForm }
  /** The holder of the natural key goes, and this record comes in its place. */
  | { readonly action: "supersede"; readonly held: HeldForm }
  /** Remember these as aliases of the held record. */
  | {
      readonly action: "remember";
      readonly held: HeldForm;
      readonly names: readonly Uint8Array[];
      readonly outcome: AdmitOutcome;
    }
  | { readonly action: "nothing"; readonly outcome: AdmitOutcome };

/** What a caller decided about the record that is there: see the `admit` operation. */
export interface Succession {
  readonly supersedes?: Uint8Array | undefined;
  readonly behind?: Uint8Array | undefined;
}

export function decideAdmission(
  record: Pick<RecordInput, "hash" | "recordId" | "naturalKey" | "signatureIds">,
  holdings: Holdings,
  { supersedes, behind }: Succession = {},
): AdmissionDecision {
  const stored = holdings.storedUnder(record.hash);
  if (stored) return { action: "nothing", outcome: duplicateOf(stored) };
  const alias = holdings.aliasOf(record.hash);
  // A hash belongs to one record at a time, also when two records claim it.
  if (alias && !equalBytes(alias.recordId, record.recordId))
    return { action: "nothing", outcome: duplicateOf(alias) };
  // Judged before the record id: an id that comes with another record's natural key must not get past it.
  const holder = holdings.withNaturalKey(record.naturalKey);
  const held = holdings.withRecordId(record.recordId);
  if (behind && !held) return decideBehind(record, holdings, behind);
  if (holder && !equalBytes(holder.recordId, record.recordId)) {
    // An id that is held under another natural key must not come in a second time.
    if (!held && supersedes && equalBytes(holder.hash, supersedes))
      return { action: "supersede", held: holder };
    return { action: "nothing", outcome: { status: "conflict", hash: holder.hash } };
  }
  if (!holder && supersedes) {
    // A rule's place may be wider than the natural key: the newest of several.
    const old = held ? undefined : holdings.storedUnder(supersedes);
    return old ? { action: "supersede", held: old } : noHolder;
  }
  if (held && outsigns(record.signatureIds, held.signatureIds)) return { action: "replace", held };
  if (alias) return { action: "nothing", outcome: duplicateOf(alias) };
  if (held) return { action: "remember", held, names: [record.hash], outcome: duplicateOf(held) };
  return { action: "insert" };
}

const noHolder: AdmissionDecision = { action: "nothing", outcome: { status: "conflict" } };

/** Whether the store holds the record, in whatever form, once it was offered. */
export function isHeldAfter(
  record: Pick<RecordInput, "hash" | "recordId" | "naturalKey" | "signatureIds">,
  holdings: Holdings,
  succession?: Succession,
): boolean {
  const { action } = decideAdmission(record, holdings, succession);
  const comes = action === "insert" || action === "replace" || action === "supersede";
  return comes || holdings.withRecordId(record.recordId) !== undefined;
}

function decideBehind(
  record: Pick<RecordInput, "hash" | "recordId">,
  holdings: Holdings,
  behind: Uint8Array,
): AdmissionDecision {
  const held = holdings.storedUnder(behind);
  if (!held) return noHolder;
  const names = [record.recordId, record.hash].filter((name) => isFree(holdings, name));
  return { action: "remember", held, names, outcome: duplicateOf(held) };
}

/** Whether nothing is found under it. */
function isFree(holdings: Holdings, name: Uint8Array): boolean {
  return !holdings.storedUnder(name) && !holdings.aliasOf(name);
}

function duplicateOf(held: HeldForm): AdmitOutcome {
  return { status: "duplicate", position: held.position, hash: held.hash };
}

/** Every signature of the stored form and at least one more; a repeated id counts once. */
export function outsigns(offered: readonly Uint8Array[], stored: readonly Uint8Array[]): boolean {
  const offeredIds = new Set(offered.map(hexEncode));
  const storedIds = new Set(stored.map(hexEncode));
  if (offeredIds.size <= storedIds.size) return false;
  for (const id of storedIds) if (!offeredIds.has(id)) return false;
  return true;
}

/** Adds names to a record's aliases, oldest first; what no longer fits is dropped and must leave the index. */
export function rememberAliases(
  aliases: readonly Uint8Array[],
  names: readonly Uint8Array[],
): { kept: Uint8Array[]; dropped: Uint8Array[] } {
  const all = [...aliases, ...names];
  const excess = Math.max(0, all.length - limits.aliasesPerRecordMax);
  return { kept: all.slice(excess), dropped: all.slice(0, excess) };
}

/** The aliases of a record whose stored hash changes: the new one leaves the list, the old one joins it. */
export function aliasesAfterReplace(
  aliases: readonly Uint8Array[],
  newHash: Uint8Array,
  oldHash: Uint8Array,
): { kept: Uint8Array[]; dropped: Uint8Array[] } {
  return rememberAliases(
    aliases.filter((alias) => !equalBytes(alias, newHash)),
    [oldHash],
  );
}

/**
 * The aliases of a record that takes the place of `held`: what that was known by, its record id included, as far as
 * nothing else is found under it.
 */
export function aliasesAfterSupersede(
  aliases: readonly Uint8Array[],
  record: Pick<RecordInput, "hash" | "recordId">,
  held: HeldForm,
  holdings: Holdings,
): readonly Uint8Array[] {
  const all = [...aliases, ...(isFree(holdings, held.recordId) ? [held.recordId] : []), held.hash].filter(
    (alias) => !equalBytes(alias, record.hash) && !equalBytes(alias, record.recordId),
  );
  return all.slice(Math.max(0, all.length - limits.aliasesPerRecordMax));
}

/**
 * Index of the first `check` that does not hold, or −1. A check sees what the operations before it in the
 * batch would have written.
 */
export function firstFailingCheck(
  operations: readonly StoreOperation[],
  read: (table: TableName, key: Uint8Array) => Uint8Array | undefined,
): number {
  if (!operations.some((operation) => operation.op === "check")) return -1;
  const written = new Map<string, Uint8Array | null>();
  return operations.findIndex((operation) => {
    if (operation.op === "admit" || operation.op === "remove" || operation.op === "tag") return false;
    const name = `${operation.table}:${hexEncode(operation.key)}`;
    if (operation.op === "put") written.set(name, operation.value);
    if (operation.op === "delete") written.set(name, null);
    if (operation.op !== "check") return false;
    const earlier = written.get(name);
    const current = earlier !== undefined ? earlier : (read(operation.table, operation.key) ?? null);
    if (current === null || operation.value === null) return current !== operation.value;
    return !equalBytes(current, operation.value);
  });
}
