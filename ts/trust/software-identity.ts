/**
 * A software identity: both secret keys in this process's memory. Whoever reads that memory has them; wiping
 * the buffers we own shortens the exposure and cannot end it, because the runtime may have copied them.
 */
import { concatBytes } from "../base/bytes.js";
import { checkBytes, checkString } from "../base/check.js";
import type { KeyId } from "../base/ids.js";
import type { Engine, HybridPair } from "../contracts/engine.js";
import type { Random } from "../contracts/host.js";
import type { Identity } from "../contracts/identity.js";
import { isNativeKeyId, nativeKeyId } from "../records/native-key-id.js";

export interface IdentitySeeds {
  /** RFC 8032 seed, 32 B. */
  readonly ed25519Seed: Uint8Array;
  /** FIPS 204 key-generation seed, 32 B. */
  readonly mlDsa65Seed: Uint8Array;
}

export interface SoftwareIdentityOptions {
  /** A foreign id under which an operator registered these keys; the native id by default. */
  readonly keyId?: KeyId;
}

/** The seeds are copied; the caller may wipe its own. */
export function createSoftwareIdentity(
  engine: Engine,
  seeds: IdentitySeeds,
  options: SoftwareIdentityOptions = {},
): Identity {
  checkBytes(seeds.ed25519Seed, "ed25519 seed", 32);
  checkBytes(seeds.mlDsa65Seed, "ml-dsa-65 seed", 32);
  const ed25519Secret = seeds.ed25519Seed.slice();
  const mlDsa = engine.mlDsa65.keygen(seeds.mlDsa65Seed);
  const publicKeys: HybridPair = {
    ed25519: engine.ed25519.publicKey(ed25519Secret),
    mlDsa65: mlDsa.publicKey,
  };
  return {
    keyId: chooseKeyId(nativeKeyId(engine, publicKeys), options.keyId),
    publicKeys,
    async sign(message) {
      const ed25519 = engine.ed25519.sign(message, ed25519Secret);
      // No `random` option: hedged with 32 fresh bytes, so that a fault during signing leaks no key.
      return { ed25519, mlDsa65: engine.mlDsa65.sign(concatBytes(message, ed25519), mlDsa.secretKey) };
    },
    async signEd25519(message) {
      return engine.ed25519.sign(message, ed25519Secret);
    },
  };
}

/** Fresh seeds from the host's secure generator. */
export function generateIdentitySeeds(random: Random): IdentitySeeds {
  return { ed25519Seed: random.bytes(32), mlDsa65Seed: random.bytes(32) };
}

/** A foreign id is allowed; a native-looking one that is not the hash of these keys would never verify anywhere. */
function chooseKeyId(native: KeyId, wanted: KeyId | undefined): KeyId {
  if (wanted === undefined || wanted === native) return native;
  checkString(wanted, "key id");
  if (isNativeKeyId(wanted))
    throw new RangeError(`key id: ${wanted} is not the hash of these keys (${native})`);
  return wanted;
}
