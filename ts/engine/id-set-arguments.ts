/** What both implementations of id sets demand of their arguments. */
import { compareBytes } from "../base/bytes.js";
import { checkBytes, checkInteger, checkOptions } from "../base/check.js";
import { WaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { SetDifference } from "../contracts/engine.js";
import { checkIds, idBytes } from "./diff-arguments.js";

/** XOR of ids, XOR of checksums, number. */
export const symbolBytes = 48;

export interface IdSetsOptions {
  /** How many ids all sets may hold together: `limits.idSetsCapacityMax` at most. */
  readonly capacity: number;
  /** How many sets may be open at once; 16 by default. */
  readonly sets?: number;
}

export function checkIdSetsOptions(
  options: IdSetsOptions,
  more: readonly string[] = [],
): Required<IdSetsOptions> {
  checkOptions(options, "options", ["capacity", "sets", ...more]);
  const { capacity, sets = 16 } = options;
  checkInteger(capacity, "capacity", 1, limits.idSetsCapacityMax);
  checkInteger(sets, "sets", 1, limits.idSetsOpenMax);
  return { capacity, sets };
}

export function checkRange(from: unknown, to: unknown, size: number): void {
  checkInteger(from, "from", 0, size);
  checkInteger(to, "to", from, size);
}

export function checkSymbolRange(from: unknown, to: unknown): void {
  checkInteger(from, "from", 0, limits.sketchSymbolsMax);
  checkInteger(to, "to", from, limits.sketchSymbolsMax);
}

/** How many there are. */
export function checkSymbols(symbols: unknown): number {
  checkBytes(symbols, "symbols");
  const count = symbols.length / symbolBytes;
  checkInteger(count, "symbols, by 48 bytes", 0, limits.sketchSymbolsMax);
  return count;
}

export function checkDifference(difference: SetDifference): void {
  if (typeof difference !== "object" || difference === null)
    throw new TypeError("difference: expected { missing, extra }");
  checkIds(difference.missing, "missing");
  checkIds(difference.extra, "extra");
  const count = (difference.missing.length + difference.extra.length) / idBytes;
  checkInteger(count, "ids of the difference", 0, limits.headAfterIdsMax);
}

/** Concatenated ids in ascending order. */
export function sortIds(ids: Uint8Array): Uint8Array {
  const list: Uint8Array[] = [];
  for (let at = 0; at < ids.length; at += idBytes) list.push(ids.subarray(at, at + idBytes));
  list.sort(compareBytes);
  const sorted = new Uint8Array(ids.length);
  for (const [index, id] of list.entries()) sorted.set(id, index * idBytes);
  return sorted;
}

/** Whether concatenated ids in ascending order are all different. */
export function areDistinct(sorted: Uint8Array): boolean {
  for (let at = idBytes; at < sorted.length; at += idBytes)
    if (compareBytes(sorted.subarray(at - idBytes, at), sorted.subarray(at, at + idBytes)) === 0)
      return false;
  return true;
}

export function closedError(): TypeError {
  return new TypeError("this id set is closed");
}

export function foreignSetError(): TypeError {
  return new TypeError("remote: expected an open id set of the same IdSets");
}

export function fullError(what: string): WaxwingError {
  return new WaxwingError("id_sets_full", `id sets: ${what}`);
}
