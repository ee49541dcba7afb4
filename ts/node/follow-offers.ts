/** The node's store, with the resident id sets that reconciliation compares: as large as the configuration says. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { limits } from "../base/index.js";
import type { Store } from "../contracts/index.js";
import { loadIdSets } from "../engine/index.js";
import type { Kinds } from "../records/index.js";
import { type OfferedSetsStore, withOfferedSets } from "../store/index.js";
import type { Config } from "./config.js";
import type { Logger } from "./log.js";

/** Undefined where the configuration wants none. Nothing is loaded, and no memory taken, before the first peer asks. */
export function followOffers(
  store: Store,
  { config, kinds, log }: { readonly config: Config; readonly kinds: Kinds; readonly log: Logger },
): OfferedSetsStore | undefined {
  const { enabled, idsMax } = config.replication.reconcile;
  if (!enabled) return undefined;
  const open = async () => {
    const sets = Math.min(kinds.tokens().length, limits.idSetsOpenMax);
    try {
      return await loadIdSets({ capacity: idsMax, sets });
    } catch (error) {
      log.warn(
        { err: error, idsMax },
        "no memory for record ids: peers get Summaries; lower replication.reconcile.idsMax",
      );
      return undefined;
    }
  };
  return withOfferedSets(store, open, { pause: () => nextTurn() });
}
