/**
 * Judging records without keeping them: admission runs over a store in memory, with the keys of a data
 * directory (if there is one) beneath, so that verdicts are those a node would give.
 */
import { type ErrorCode, hashHex, isWaxwingError, type KindToken } from "../base/index.js";
import type { KeyDirectory, Store } from "../contracts/index.js";
import { loadCore } from "../core.js";
import { createKinds } from "../records/index.js";
import { createMemoryStore } from "../store/index.js";
import { createHost } from "../transport/index.js";
import { createAdmission, createKeyDirectory, type StoreKeyDirectory } from "../trust/index.js";
import { Closers } from "./closers.js";
import type { Config } from "./config.js";
import { openStore } from "./open-store.js";
import { pinsOf } from "./peer-keys.js";
import { recordAuthoritiesOf } from "./record-authorities.js";
import { openVerifier } from "./verify-workers.js";

export interface VerifyVerdict {
  readonly valid: boolean;
  /** Hex. */
  readonly hash: string;
  readonly reason?: ErrorCode;
  readonly message?: string;
}

/** One verdict a record, in order; key records among them count as known for the others. */
export async function verifyRecords(
  config: Config,
  records: readonly Uint8Array[],
  kind?: KindToken,
): Promise<VerifyVerdict[]> {
  const closers = new Closers();
  try {
    const engine = await loadCore({ cacheBytes: config.core.cacheBytes });
    const verifier = openVerifier(config, engine);
    closers.add(() => verifier.close());
    const host = await createHost();
    closers.add(() => host.http.close());
    const known = await openKnownKeys(config, closers);
    const store = createMemoryStore();
    const own = createKeyDirectory({ engine, store, pins: pinsOf(config), clock: host.clock });
    const directory =
      known === undefined
        ? own
        : layered(own, createKeyDirectory({ engine, store: known, clock: host.clock }));
    const kinds = createKinds();
    const admission = createAdmission({
      engine,
      verifier,
      store,
      directory,
      kinds,
      clock: host.clock,
      authorities: recordAuthoritiesOf(config, {
        engine,
        store: known ?? store,
        kinds,
        clock: host.clock,
      }),
    });
    closers.add(() => admission.close());
    const verdicts = await admission.admit(kind, records, {});
    return verdicts.map((verdict) =>
      verdict.status === "refused"
        ? {
            valid: false,
            hash: hashHex(verdict.hash),
            reason: verdict.refusal.code,
            message: verdict.refusal.message,
          }
        : { valid: true, hash: hashHex(verdict.hash) },
    );
  } finally {
    await closers.close();
  }
}

/** The keys a node of this directory knows; none where there is no store yet. Readers do not disturb a running node. */
async function openKnownKeys(config: Config, closers: Closers): Promise<Store | undefined> {
  if (config.store.engine === "memory") return undefined;
  try {
    return await openStore(config, "read-only", closers);
  } catch (error) {
    if (isWaxwingError(error, "store_unavailable")) return undefined;
    throw error;
  }
}

/**
 * Writes go to the upper directory; what it does not know is looked up in the lower one, whose word that a key was
 * withdrawn outranks it.
 */
function layered(upper: StoreKeyDirectory, lower: KeyDirectory): StoreKeyDirectory {
  return {
    ...upper,
    async lookup(keyId) {
      const known = await lower.lookup(keyId);
      if (known?.withdrawn || known?.standing === "revoked") return known;
      return (await upper.lookup(keyId)) ?? known;
    },
  };
}
