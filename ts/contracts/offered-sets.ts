/**
 * OfferedSets: the record ids of a kind's federation-visible records, as a resident id set that follows the store.
 * Implemented by `store/offered-sets`.
 *
 * Laws:
 * 1. A set holds exactly the record ids of `Store.offerPage`: local records are in none, by construction.
 * 2. Whatever was committed before the call is in the set that it resolves with, and every later commit is in the set
 *    by the time that the commit resolves.
 * 3. A set is valid until its holder next awaits: it changes with every commit, and is closed when it can no longer
 *    follow or its store is closed. Ask again for each step.
 * 4. Nobody but the implementation changes or closes a set.
 */
import type { KindToken } from "../base/ids.js";
import type { IdSet } from "./id-set.js";

export interface OfferedSets {
  /** Undefined where the set has no room: reconcile by Summary instead. Loads the kind at its first use. */
  offeredSet(kind: KindToken): Promise<IdSet | undefined>;
}
