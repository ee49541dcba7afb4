/** A list of ids against a range of a set, by windows, so that neither has to be small. */
import { concatBytes } from "../base/bytes.js";
import type { SetDifference } from "../contracts/engine.js";
import type { IdSet } from "../contracts/id-set.js";

const idBytes = 32;
/** Ids of the set that are read at a time. */
const windowIds = 1024;

/** How far positions `from` to `to` of the set differ from `ids`, which ascend; at most `idsMax` ids. */
export function compareRange(
  set: IdSet,
  from: number,
  to: number,
  ids: Uint8Array,
  idsMax: number,
): SetDifference {
  const missing: Uint8Array[] = [];
  const extra: Uint8Array[] = [];
  let window = new Uint8Array(0);
  let at = 0;
  let next = from;
  let theirs = 0;
  while (missing.length + extra.length < idsMax) {
    if (at === window.length && next < to) {
      const end = Math.min(to, next + windowIds);
      window = set.ids(next, end) as Uint8Array<ArrayBuffer>;
      next = end;
      at = 0;
    }
    const oursEnded = at === window.length;
    const theirsEnded = theirs === ids.length;
    if (oursEnded && theirsEnded) break;
    const order = oursEnded ? 1 : theirsEnded ? -1 : compareAt(window, at, ids, theirs);
    if (order < 0) extra.push(window.subarray(at, at + idBytes));
    if (order > 0) missing.push(ids.subarray(theirs, theirs + idBytes));
    if (order <= 0) at += idBytes;
    if (order >= 0) theirs += idBytes;
  }
  return { missing: concatBytes(...missing), extra: concatBytes(...extra) };
}

function compareAt(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  for (let i = 0; i < idBytes; i++) {
    const difference = a[aAt + i]! - b[bAt + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether ids ascend strictly, from `above` (or from it on, `inclusive`) and below `below`. */
export function ascend(
  ids: Uint8Array,
  above: { readonly id: Uint8Array; readonly inclusive: boolean } | undefined,
  below?: Uint8Array,
): boolean {
  for (let at = idBytes; at < ids.length; at += idBytes)
    if (compareAt(ids, at - idBytes, ids, at) >= 0) return false;
  if (ids.length === 0) return true;
  if (above !== undefined && compareAt(ids, 0, above.id, 0) < (above.inclusive ? 0 : 1)) return false;
  return below === undefined || compareAt(ids, ids.length - idBytes, below, 0) < 0;
}
