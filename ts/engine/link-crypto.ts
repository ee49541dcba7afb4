/**
 * LinkCrypto by @noble: key agreement, key derivation and sealing of native links. Loaded on first use,
 * because a node without native links needs none of it.
 */
import { checkBytes } from "../base/check.js";
import type { LinkAead, LinkCrypto } from "../contracts/link-crypto.js";

const x25519Bytes = 32;
const encapsulationKeyBytes = 1184;
const decapsulationKeyBytes = 2400;
const ciphertextBytes = 1088;
const aeadKeyBytes = 32;
const nonceBytes = 12;

export async function loadLinkCrypto(): Promise<LinkCrypto> {
  const [{ x25519 }, { ml_kem768 }, { hkdf }, { sha256 }, { chacha20poly1305 }] = await Promise.all([
    import("@noble/curves/ed25519.js"),
    import("@noble/post-quantum/ml-kem.js"),
    import("@noble/hashes/hkdf.js"),
    import("@noble/hashes/sha2.js"),
    import("@noble/ciphers/chacha.js"),
  ]);
  return {
    x25519: {
      publicKey(secretKey) {
        checkBytes(secretKey, "x25519 secretKey", x25519Bytes);
        return x25519.getPublicKey(secretKey);
      },
      shared(secretKey, publicKey) {
        checkBytes(secretKey, "x25519 secretKey", x25519Bytes);
        checkBytes(publicKey, "x25519 publicKey", x25519Bytes);
        // noble throws for the all-zero output, and for nothing else of these lengths.
        return orUndefined(() => x25519.getSharedSecret(secretKey, publicKey));
      },
    },
    mlKem768: {
      keygen(seed) {
        checkBytes(seed, "ml-kem-768 seed", 64);
        return ml_kem768.keygen(seed);
      },
      encapsulate(publicKey, random) {
        checkBytes(publicKey, "ml-kem-768 publicKey", encapsulationKeyBytes);
        checkBytes(random, "ml-kem-768 random", 32);
        // noble throws for a key whose coefficients are not reduced (FIPS 203 §7.2).
        const result = orUndefined(() => ml_kem768.encapsulate(publicKey, random));
        return result && { cipherText: result.cipherText, shared: result.sharedSecret };
      },
      decapsulate(cipherText, secretKey) {
        checkBytes(cipherText, "ml-kem-768 cipherText", ciphertextBytes);
        checkBytes(secretKey, "ml-kem-768 secretKey", decapsulationKeyBytes);
        return ml_kem768.decapsulate(cipherText, secretKey);
      },
    },
    hkdf: (input, salt, info, length) => hkdf(sha256, input, salt, info, length),
    aead(key): LinkAead {
      checkBytes(key, "aead key", aeadKeyBytes);
      const own = key.slice();
      return {
        seal(nonce, plaintext, associated) {
          checkBytes(nonce, "aead nonce", nonceBytes);
          return chacha20poly1305(own, nonce, associated).encrypt(plaintext);
        },
        open(nonce, sealed, associated) {
          checkBytes(nonce, "aead nonce", nonceBytes);
          if (sealed.length < 16) return undefined;
          return orUndefined(() => chacha20poly1305(own, nonce, associated).decrypt(sealed));
        },
      };
    },
  };
}

function orUndefined<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
