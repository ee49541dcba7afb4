/**
 * LinkCrypto: key agreement, key derivation and sealing of native links. ML-KEM-768 and HKDF are @noble's;
 * ChaCha20-Poly1305 and X25519 are the runtime's where it has them and shows that it does, else @noble's too.
 * Loaded on first use, because a node without native links needs none of it.
 */
import { openRuntimeLinkCrypto, type RuntimeLinkCrypto } from "#bindings/crypto/runtime-link-crypto.js";
import { equalBytes } from "../base/bytes.js";
import { checkBytes, checkOptions } from "../base/check.js";
import type { LinkAead, LinkCrypto } from "../contracts/link-crypto.js";

export interface LinkCryptoOptions {
  /** @noble alone, even where the runtime has primitives of its own. */
  readonly portable?: boolean;
}

const x25519Bytes = 32;
const encapsulationKeyBytes = 1184;
const decapsulationKeyBytes = 2400;
const ciphertextBytes = 1088;
const aeadKeyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** X25519 and ChaCha20-Poly1305, whosever they are; arguments have the right lengths. */
type Primitives = RuntimeLinkCrypto;

export async function loadLinkCrypto(options: LinkCryptoOptions = {}): Promise<LinkCrypto> {
  checkOptions(options, "loadLinkCrypto", ["portable"]);
  const [{ ml_kem768 }, { hkdf }, { sha256 }] = await Promise.all([
    import("@noble/post-quantum/ml-kem.js"),
    import("@noble/hashes/hkdf.js"),
    import("@noble/hashes/sha2.js"),
  ]);
  const runtime = options.portable ? undefined : workingRuntime();
  return {
    ...checked(runtime ?? (await loadNoble())),
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
  };
}

async function loadNoble(): Promise<Primitives> {
  const [{ x25519 }, { chacha20poly1305 }] = await Promise.all([
    import("@noble/curves/ed25519.js"),
    import("@noble/ciphers/chacha.js"),
  ]);
  return {
    x25519PublicKey: (secretKey) => x25519.getPublicKey(secretKey),
    // noble throws for the all-zero output, and for nothing else of these lengths.
    x25519Shared: (secretKey, publicKey) => orUndefined(() => x25519.getSharedSecret(secretKey, publicKey)),
    aead(key) {
      const own = key.slice();
      return {
        seal: (nonce, plaintext, associated) => chacha20poly1305(own, nonce, associated).encrypt(plaintext),
        open: (nonce, sealed, associated) =>
          orUndefined(() => chacha20poly1305(own, nonce, associated).decrypt(sealed)),
      };
    },
  };
}

function checked({ aead, x25519PublicKey, x25519Shared }: Primitives): Pick<LinkCrypto, "aead" | "x25519"> {
  return {
    x25519: {
      publicKey(secretKey) {
        checkBytes(secretKey, "x25519 secretKey", x25519Bytes);
        return x25519PublicKey(secretKey);
      },
      shared(secretKey, publicKey) {
        checkBytes(secretKey, "x25519 secretKey", x25519Bytes);
        checkBytes(publicKey, "x25519 publicKey", x25519Bytes);
        const shared = x25519Shared(secretKey, publicKey);
        return shared?.some((byte) => byte !== 0) ? shared : undefined;
      },
    },
    aead(key): LinkAead {
      checkBytes(key, "aead key", aeadKeyBytes);
      const { seal, open } = aead(key);
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

/** The runtime's, if it can do what it offers: runtimes know calls whose ciphers they lack. */
function workingRuntime(): Primitives | undefined {
  return orUndefined(() => {
    const runtime = openRuntimeLinkCrypto();
    return runtime && works(runtime) ? runtime : undefined;
  });
}

function works({ aead, x25519PublicKey, x25519Shared }: Primitives): boolean {
  const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const nonce = new Uint8Array(nonceBytes);
  const { seal, open } = aead(one);
  const sealed = seal(nonce, two, one);
  const opened = open(nonce, sealed, one);
  const shared = x25519Shared(one, x25519PublicKey(two));
  const same = x25519Shared(two, x25519PublicKey(one));
  return (
    sealed.length === two.length + tagBytes &&
    opened !== undefined &&
    equalBytes(opened, two) &&
    open(nonce, sealed, two) === undefined &&
    shared !== undefined &&
    same !== undefined &&
    equalBytes(shared, same)
  );
}

function orUndefined<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
