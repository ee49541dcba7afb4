/**
 * AttributionMemory in the process's own memory, for tests and for embedders without a store. It forgets at
 * a restart: a native token of the last minute could then be used a second time, and stock tokens of a key
 * are accepted again. A node keeps this memory in its store instead (trust).
 */
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { AttributionMemory } from "../contracts/attribution.js";
import type { Clock } from "../contracts/host.js";

export interface AttributionMemoryBounds {
  readonly tokensMax?: number;
  readonly nativeKeysMax?: number;
}

export function createAttributionMemory(
  clock: Pick<Clock, "wallClock">,
  bounds: AttributionMemoryBounds = {},
): AttributionMemory {
  const tokensMax = bounds.tokensMax ?? limits.tokensRememberedMax;
  const nativeKeysMax = bounds.nativeKeysMax ?? limits.nativeKeysRememberedMax;
  const nativeKeys = new Set<KeyId>();
  let nativeKeysOverflowed = false;
  const tokens = new Map<string, number>();

  /** The map keeps the order of arrival, and lifetimes are alike, so the expired ones are at its front. */
  function forgetExpired(nowMs: number): void {
    for (const [token, expiresAtMs] of tokens) {
      if (expiresAtMs > nowMs) return;
      tokens.delete(token);
    }
  }

  return {
    // Too many keys to remember each: then every key counts as one that has used the native form.
    hasUsedNative: async (key) => nativeKeysOverflowed || nativeKeys.has(key),
    async rememberNative(key) {
      if (nativeKeys.has(key)) return;
      if (nativeKeys.size < nativeKeysMax) nativeKeys.add(key);
      else nativeKeysOverflowed = true;
    },
    async rememberToken(key, jti, expiresAtMs) {
      forgetExpired(clock.wallClock().ms);
      // A key id may hold any character, so the pair is joined as JSON, which cannot be read two ways.
      const token = JSON.stringify([key, jti]);
      if (tokens.has(token) || tokens.size >= tokensMax) return false;
      tokens.set(token, expiresAtMs);
      return true;
    },
  };
}
