/**
 * LinkCrypto: the primitives of native links (docs/protocol.md, "Links"), from kept libraries.
 *
 * Laws (suite: `testing/link-crypto-suite`):
 * 1. All implementations give the same bytes: X25519 (RFC 7748), ML-KEM-768 (FIPS 203), HKDF-SHA-256
 *    (RFC 5869), ChaCha20-Poly1305 (RFC 8439).
 * 2. Arguments of a wrong length throw `RangeError`; peer bytes of the right length never throw.
 * 3. `x25519.shared` of a point of small order is `undefined`, never zeros.
 */
export interface LinkCrypto {
  readonly x25519: {
    /** 32 B secret → 32 B. */
    publicKey(secretKey: Uint8Array): Uint8Array;
    /** 32 B; `undefined` when the peer's key gives the all-zero output (RFC 7748 §6.1). */
    shared(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  };
  readonly mlKem768: {
    /** 64 B seed (d ‖ z) → 1184 B encapsulation key and 2400 B decapsulation key. */
    keygen(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array };
    /** With 32 B of randomness → 1088 B ciphertext and 32 B secret; `undefined` for a key that is not reduced. */
    encapsulate(
      publicKey: Uint8Array,
      random: Uint8Array,
    ): { cipherText: Uint8Array; shared: Uint8Array } | undefined;
    /** 32 B; implicit rejection gives another secret for a wrong ciphertext. */
    decapsulate(cipherText: Uint8Array, secretKey: Uint8Array): Uint8Array;
  };
  hkdf(input: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** ChaCha20-Poly1305 with a 32-byte key. */
  aead(key: Uint8Array): LinkAead;
}

export interface LinkAead {
  /** Ciphertext ‖ 16 B tag. `nonce` 12 B. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Uint8Array;
  /** `undefined` when the tag does not hold. */
  open(nonce: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array | undefined;
}
