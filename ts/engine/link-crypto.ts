/**
 * LinkCrypto by @noble: key agreement, key derivation and sealing of native links; packets are sealed by the
 * runtime's own cipher where it has one. Loaded on first use, because a node without native links needs none.
 */
import { runtimeAead } from "#bindings/crypto/runtime-aead.js";
import { checkBytes } from "../base/check.js";
import type { LinkAead, LinkCrypto } from "../contracts/link-crypto.js";

const x25519Bytes = 32;
const encapsulationKeyBytes = 1184;
const decapsulationKeyBytes = 2400;
const ciphertextBytes = 1088;
const aeadKeyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

export interface LinkCryptoOptions {
  /** Seal in JavaScript even where the runtime has the cipher. */
  readonly portable?: boolean;
}

export async function loadLinkCrypto(options: LinkCryptoOptions = {}): Promise<LinkCrypto> {
  const native = options.portable ? undefined : runtimeAead();
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
      const { seal, open } = native ? bound(native(key)) : nobleAead(chacha20poly1305, key.slice());
      return {
        seal(nonce, plaintext, associated) {
          checkBytes(nonce, "aead nonce", nonceBytes);
          return seal(nonce, plaintext, associated);
        },
        open(nonce, sealed, associated) {
          checkBytes(nonce, "aead nonce", nonceBytes);
          return sealed.length < tagBytes ? undefined : open(nonce, sealed, associated);
        },
      };
    },
  };
}

function bound(aead: LinkAead): LinkAead {
  return { seal: aead.seal.bind(aead), open: aead.open.bind(aead) };
}

type NobleCipher = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
) => { encrypt(plaintext: Uint8Array): Uint8Array; decrypt(sealed: Uint8Array): Uint8Array };

function nobleAead(cipher: NobleCipher, key: Uint8Array): LinkAead {
  return {
    seal: (nonce, plaintext, associated) => cipher(key, nonce, associated).encrypt(plaintext),
    open: (nonce, sealed, associated) => orUndefined(() => cipher(key, nonce, associated).decrypt(sealed)),
  };
}

function orUndefined<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
