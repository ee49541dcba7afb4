/**
 * Native key ids: the hash of both public keys, so that a name cannot be squatted (DESIGN §5).
 *
 * ```
 * "wx1" ‖ lower-case hex SHA-256( "waxwing-key-id/v1" ‖ 00 ‖ Ed25519 key (32) ‖ ML-DSA-65 key (1952) )
 * ```
 */
import { concatBytes, hexEncode, utf8Encode } from "../base/bytes.js";
import { checkBytes } from "../base/check.js";
import type { KeyId } from "../base/ids.js";
import type { Engine, HybridPair } from "../contracts/engine.js";

export { isNativeKeyId } from "../base/ids.js";

const domain = utf8Encode("waxwing-key-id/v1\0");

export function nativeKeyId(engine: Pick<Engine, "sha256">, publicKeys: HybridPair): KeyId {
  checkBytes(publicKeys.ed25519, "ed25519 public key", 32);
  checkBytes(publicKeys.mlDsa65, "ml-dsa-65 public key", 1952);
  return `wx1${hexEncode(engine.sha256(concatBytes(domain, publicKeys.ed25519, publicKeys.mlDsa65)))}`;
}
