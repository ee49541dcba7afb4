/**
 * The JavaScript side of the key cache (assembly/cache): counters, `forget`, and whose budget pays for
 * evictions. The core holds the budget in use; the others wait here.
 */
import { checkBytes, checkString } from "../../base/check.js";
import { limits } from "../../base/limits.js";
import type { KeyCache } from "../../contracts/engine.js";
import { mlDsa65Bytes } from "../ml-dsa-arguments.js";
import { ed25519Bytes } from "../verify-item.js";
import type { Linear } from "./linear.js";

// As in assembly/cache/key-cache.ts.
const algorithms = new Map<number, number>([
  [ed25519Bytes.publicKey, 1],
  [mlDsa65Bytes.publicKey, 2],
]);

export function createKeyCache(linear: Linear): KeyCache {
  const { exports, args, cache } = linear;
  exports.keyCacheOpen!(cache.bytes);
  const slotBytes = exports.keyCacheSlotBytes!();

  /** Budgets of the sources that are not charged now, the longest unused first. */
  const waiting = new Map<string | undefined, number>();
  let charged: string | undefined;

  return {
    get hits() {
      return exports.keyCacheHits!();
    },
    get misses() {
      return exports.keyCacheMisses!();
    },
    get evictions() {
      return exports.keyCacheEvictions!();
    },
    get entries() {
      return exports.keyCacheEntries!();
    },
    get bytes() {
      return exports.keyCacheEntries!() * slotBytes;
    },
    get bytesMax() {
      return exports.keyCacheSlots!() * slotBytes;
    },
    forget(publicKey) {
      checkBytes(publicKey, "publicKey");
      const algorithm = algorithms.get(publicKey.length);
      if (algorithm === undefined)
        throw new RangeError(`publicKey: expected 32 or 1952 bytes, got ${publicKey.length}`);
      linear.write(args.start, publicKey);
      return exports.keyCacheForget!(algorithm, args.start) === 1;
    },
    chargeTo(source) {
      if (source !== undefined) checkString(source, "source");
      if (source === charged) return;
      waiting.set(charged, exports.keyCacheBudget!());
      exports.keyCacheSetBudget!(waiting.get(source) ?? exports.keyCacheBudgetStart!());
      waiting.delete(source);
      charged = source;
      if (waiting.size > limits.keyCacheSourcesMax) waiting.delete(longestUnused(waiting));
    },
  };
}

/** The source without a name is never dropped. */
function longestUnused(waiting: ReadonlyMap<string | undefined, number>): string | undefined {
  for (const source of waiting.keys()) if (source !== undefined) return source;
  return undefined;
}
