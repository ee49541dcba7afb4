/**
 * IdSet: ids of 32 bytes that are kept in order, and what comparing two such sets takes. Implemented by
 * `engine/wasm` (resident in WebAssembly memory) and `engine/reference` (plain code, the readable oracle).
 *
 * Laws (suite: `testing/id-set-suite`):
 * 1. Every implementation gives the same answer on every input: fingerprints, heads and symbols depend on the ids
 *    alone, and never on the order in which they came.
 * 2. Positions count ids in ascending order from 0; a range is `from` up to and without `to`.
 * 3. Arguments of a wrong type throw `TypeError`; lengths and positions out of range throw `RangeError`.
 * 4. Results are fresh arrays; no argument is kept or changed.
 * 5. A batch that does not fit throws `WaxwingError` with code `id_sets_full` and changes nothing.
 * 6. After `close`, every call throws `TypeError`.
 */
import type { SetDifference } from "./engine.js";

/** Sets that share memory, and so can be compared. */
export interface IdSets {
  /** How many ids all sets may hold together. */
  readonly capacity: number;
  /** How many they hold. */
  readonly size: number;
  /** An empty set. Throws `WaxwingError` with code `id_sets_full` when as many are open as were asked for. */
  create(): IdSet;
}

export interface IdSet {
  readonly size: number;
  /** Another number after each change of the set, so that answers which must belong together can be seen to. */
  readonly version: number;
  /** `ids`: 32-byte ids, concatenated, in any order; ascending ones are fastest. Returns how many were new. */
  insert(ids: Uint8Array): number;
  /** Returns how many were there. */
  delete(ids: Uint8Array): number;
  has(id: Uint8Array): boolean;
  /** How many ids are below `id`: its position, or where it would be. */
  lowerBound(id: Uint8Array): number;
  /** The ids of a range, concatenated, ascending. */
  ids(from: number, to: number): Uint8Array;
  /**
   * 16 bytes that stand for a range (negentropy protocol v1): SHA-256 of the sum of the ids and their number. Anyone who
   * chooses ids can make two ranges look equal; heads are for what must be sure.
   */
  fingerprint(from: number, to: number): Uint8Array;
  /** 32 bytes that stand for the whole set: a SHA-256 tree (docs/adr/0011-id-set-heads.md). */
  head(): Uint8Array;
  /** Against another set of the same `IdSets`. `missing`: in `remote` only. */
  diff(remote: IdSet): SetDifference;
  /**
   * Coded symbols `from` to `to` (arXiv 2402.02668), `idSymbolBytes` each: XOR of ids, 32 bytes; XOR of
   * their checksums, 8 bytes, and their number, 8 bytes signed, both little-endian. Asking for symbols makes the set keep
   * all before `to` from then on, `limits.sketchSymbolsMax` at most.
   */
  symbols(from: number, to: number): Uint8Array;
  /**
   * The difference from a remote set of which the first symbols are given. Undefined where they do not say it: too
   * few, or ids chosen to that end. What comes out is no proof: `headAfter` tells.
   */
  decode(symbols: Uint8Array): SetDifference | undefined;
  /**
   * The head that this set would have with `missing` and without `extra`, `limits.headAfterIdsMax` ids at most together;
   * undefined where a missing id is there, an extra one is not, or one is given twice. Nothing changes.
   */
  headAfter(difference: SetDifference): Uint8Array | undefined;
  /** Gives the memory back. */
  close(): void;
}
