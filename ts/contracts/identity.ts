/**
 * Identity: who this node is. Signs; never shows a secret.
 *
 * Laws (suite: `testing/identity-suite`):
 * 1. `keyId` is the native id of `publicKeys`, or the foreign id under which an operator registered them.
 * 2. `sign(m)` verifies under `publicKeys` by `Engine.hybrid`; `signEd25519(m)` by `Engine.ed25519`.
 * 3. Signatures are deterministic in their Ed25519 half; the ML-DSA half is hedged.
 */
import type { KeyId } from "../base/ids.js";
import type { HybridPair } from "./engine.js";

export interface Identity {
  readonly keyId: KeyId;
  readonly publicKeys: HybridPair;
  /** Hybrid signature: Ed25519 over M, ML-DSA-65 over M ‖ that signature. */
  sign(message: Uint8Array): Promise<HybridPair>;
  /** For tokens and links whose format has only room for Ed25519. */
  signEd25519(message: Uint8Array): Promise<Uint8Array>;
}
