/**
 * AttributionMemory: what has to be remembered so that a proof of the sender cannot be used twice or
 * weakened. Implemented by trust over the store; `createAttributionMemory` of the transport layer is the
 * volatile one for tests and for embedders without a store.
 *
 * Laws:
 * 1. What a resolved promise acknowledged survives a restart (the volatile one says that it does not).
 * 2. `rememberToken` answers `true` once for a (key, jti) until `expiresAtMs`, also under concurrent calls.
 *    Called only with tokens whose signature holds, so strangers cannot fill it.
 * 3. It is bounded. When full it refuses (`false`) rather than forget a token that is still valid.
 * 4. `hasUsedNative` never goes from `true` back to `false` for a key that `rememberNative` was called with.
 */
import type { KeyId } from "../base/ids.js";

export interface AttributionMemory {
  /** Whether this key ever proved itself with a native token: from then on its stock tokens are refused. */
  hasUsedNative(key: KeyId): Promise<boolean>;
  /** Idempotent. */
  rememberNative(key: KeyId): Promise<void>;
  /** `false` when this token was seen before. After `expiresAtMs` (wall clock) it may be forgotten. */
  rememberToken(key: KeyId, jti: string, expiresAtMs: number): Promise<boolean>;
}
