/**
 * What must survive so that a proof of the sender cannot be used twice or weakened (DESIGN §9): which keys
 * have used the native token form, and which tokens were seen. Tokens are a bounded set: when it is full of
 * tokens that are still valid, a new one is refused rather than an old one forgotten.
 */
import { concatBytes, utf8Encode } from "../base/bytes.js";
import { isWaxwingError } from "../base/errors.js";
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { AttributionMemory } from "../contracts/attribution.js";
import type { Engine } from "../contracts/engine.js";
import type { Clock } from "../contracts/host.js";
import type { Store } from "../contracts/store.js";
import { MarkSet } from "./marks.js";

export interface AttributionMemoryOptions {
  readonly engine: Pick<Engine, "sha256">;
  readonly store: Store;
  readonly clock: Clock;
  readonly tokensMax?: number;
}

/** Tokens dropped with one remembered token at most: keeps a commit small after a quiet night. */
const dropsMax = 64;

export function createStoreAttributionMemory(options: AttributionMemoryOptions): AttributionMemory {
  const { engine, store, clock, tokensMax = limits.tokensRememberedMax } = options;
  const tokens = new MarkSet(store, "jti/");
  const nativeKey = (key: KeyId) => utf8Encode(`native/${key}`);

  return {
    async hasUsedNative(key) {
      return (await store.read("peers", nativeKey(key))) !== undefined;
    },
    // One small row a key, and only keys whose token verified: the directory bounds them.
    async rememberNative(key) {
      if ((await store.read("peers", nativeKey(key))) !== undefined) return;
      await store.commit([{ op: "put", table: "peers", key: nativeKey(key), value: Uint8Array.of(1) }]);
    },
    async rememberToken(key, jti, expiresAtMs) {
      await tokens.load();
      const id = engine.sha256(concatBytes(utf8Encode(key), Uint8Array.of(0), utf8Encode(jti)));
      if (tokens.has(id)) return false;
      const drops = dropExpired(tokens, clock.wallClock().ms);
      if (tokens.size >= tokensMax) {
        if (drops.length > 0) await store.commit(drops);
        return false;
      }
      const operations = [...drops, ...tokens.add(id, expiresAtMs)];
      try {
        await store.commit(operations);
        return true;
      } catch (error) {
        tokens.forget(id);
        // Another process that shares the store was first.
        if (isWaxwingError(error, "batch_conflict")) return false;
        throw error;
      }
    },
  };
}

function dropExpired(tokens: MarkSet, nowMs: number) {
  const operations = [];
  for (let count = 0; count < dropsMax && (tokens.oldestMs() ?? nowMs) < nowMs; count++)
    operations.push(...(tokens.dropOldest()?.operations ?? []));
  return operations;
}
