/**
 * Engine: everything that computes over bytes. Implemented by `engine/wasm` (the product) and
 * `engine/reference` (noble's points and plain code, the readable oracle).
 *
 * Laws (suite: `testing/engine-suite`):
 * 1. Every implementation gives the same answer on every input, adversarial ones included.
 * 2. Single, known-key and batch verification give the same verdict: it never depends on the key cache.
 * 3. Arguments of a wrong type throw `TypeError`. A signature of a wrong length is not valid: `false`.
 *    A public key of a wrong length throws `RangeError` in a single call and gives 0 in a batch.
 * 4. Results are fresh arrays; no argument is kept or changed.
 * 5. Bad JSON throws `WaxwingError` with a `json_*` code and `detail.offset`.
 * 6. All methods are synchronous and never call back.
 */

export interface EngineFeatures {
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  /** `wasm-scalar`, `reference`, … : the build that answers. */
  readonly engine: string;
  /** Who computes SHA-256. */
  readonly sha256: Sha256Features;
}

/**
 * `core`: the engine itself, for messages of every size. `runtime`, `given`: the runtime's own SHA-256, or the
 * caller's, for single messages of `fromBytes` and more and messages of a batch of `batchFromBytes` and more.
 */
export interface Sha256Features {
  readonly engine: "core" | "runtime" | "given";
  readonly fromBytes?: number;
  readonly batchFromBytes?: number;
}

/** Ed25519, RFC 8032, strict: canonical encodings, S < L, small-order A and R refused, cofactorless equation. */
export interface Ed25519 {
  /** `signature` 64 B, `publicKey` 32 B. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
  /** `secretKey` is the 32-byte seed of RFC 8032; returns 64 B. */
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  publicKey(secretKey: Uint8Array): Uint8Array;
}

export interface MlDsaVerifyOptions {
  /** FIPS 204 context string, at most 255 bytes; empty by default. */
  readonly context?: Uint8Array;
}

export interface MlDsaSignOptions extends MlDsaVerifyOptions {
  /** 32 bytes: that value. `false`: deterministic. Absent: 32 bytes from the secure generator (hedged). */
  readonly random?: Uint8Array | false;
}

/** ML-DSA-65, FIPS 204, pure mode. */
export interface MlDsa65 {
  /** `seed` 32 B → `publicKey` 1952 B, `secretKey` 4032 B in FIPS 204 encodings. */
  keygen(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array };
  /** Returns 3309 B. */
  sign(message: Uint8Array, secretKey: Uint8Array, options?: MlDsaSignOptions): Uint8Array;
  verify(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
    options?: MlDsaVerifyOptions,
  ): boolean;
}

export interface HybridPair {
  readonly ed25519: Uint8Array;
  readonly mlDsa65: Uint8Array;
}

/** Ed25519 over M; ML-DSA-65 (empty context) over M ‖ raw 64-byte Ed25519 signature. Both must hold. */
export interface Hybrid {
  verify(signatures: HybridPair, message: Uint8Array, publicKeys: HybridPair): boolean;
}

export type VerifyItem =
  | {
      readonly algorithm: "ed25519" | "ml-dsa-65";
      readonly signature: Uint8Array;
      readonly message: Uint8Array;
      readonly publicKey: Uint8Array;
    }
  | {
      readonly algorithm: "hybrid";
      readonly signatures: HybridPair;
      readonly message: Uint8Array;
      readonly publicKeys: HybridPair;
    };

export interface SetDifference {
  /** In remote only: 32-byte ids, concatenated, ascending. */
  readonly missing: Uint8Array;
  /** In local only. */
  readonly extra: Uint8Array;
}

/**
 * Public keys kept in the form that verification computes with. A key is kept from its second good signature
 * on, in the place of the least recently used one where there is no room. Verdicts never depend on it.
 */
export interface KeyCache {
  /** Lookups, one for each signature whose key was needed. */
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  /** Keys kept now, what they occupy, and what they may occupy at most. */
  readonly entries: number;
  readonly bytes: number;
  readonly bytesMax: number;
  /** Drops what is kept of a key of 32 or 1952 bytes; false if nothing was. */
  forget(publicKey: Uint8Array): boolean;
  /**
   * From now on, who causes evictions: each source has a budget of them, which good signatures refill.
   * `undefined` is the source of all calls that name none.
   */
  chargeTo(source: string | undefined): void;
}

/** What a member of a signed object must be; what does not fit makes the object unfit, not bad. */
export type SignedMemberType =
  /** Padded base64 in a string without escapes: a signature, which the signed bytes leave out. */
  | "signature"
  /** A string without escapes. */
  | "text"
  | "object"
  /** Anything but null. */
  | "value"
  /** An array of that many integers from 0 to 255; 1 to 64 of them. */
  | { readonly bytes: number };

export interface SignedMember {
  /** Letters, digits and `_`. */
  readonly name: string;
  readonly type: SignedMemberType;
  readonly optional?: true;
}

/** Members to look for, each once; the same array for the same shape, since engines remember what they made of it. */
export type SignedShape = readonly SignedMember[];

/** A signed object as it was read. Its arrays are fresh, and parts of one memory. */
export interface SignedObject {
  /** The JCS form of the object without the members that are signatures. */
  readonly signedBytes: Uint8Array;
  /** For each member of the shape where its value begins and ends in the text, two numbers; 0 and 0 if it is absent or decoded. */
  readonly places: readonly number[];
  /** For each member of the shape what a signature or a list of bytes decodes to; undefined for others and if it is absent. */
  readonly decoded: readonly (Uint8Array | undefined)[];
}

export interface Engine {
  readonly features: EngineFeatures;
  /** Absent where the engine keeps no keys. */
  readonly keyCache?: KeyCache;

  /** FIPS 180-4. */
  sha256(data: Uint8Array): Uint8Array;
  /** In the order of the messages. Digests of one call may be views of a buffer that they share. */
  sha256Batch(messages: readonly Uint8Array[]): Uint8Array[];
  sha512(data: Uint8Array): Uint8Array;
  /** FIPS 202; `length` in bytes for the extendable outputs. */
  sha3_256(data: Uint8Array): Uint8Array;
  sha3_512(data: Uint8Array): Uint8Array;
  shake128(data: Uint8Array, length: number): Uint8Array;
  shake256(data: Uint8Array, length: number): Uint8Array;

  /** RFC 8785 bytes from JSON bytes; of an object without its members `without`, if it has them; at most 64. */
  canonicalize(json: Uint8Array, without?: readonly string[]): Uint8Array;
  /**
   * `json.dumps(value, sort_keys=True, separators=(",", ":"))` bytes, but for two facts of the wire
   * (ciris-edge §7.6): number tokens are kept as written, 1e400 too, and U+007F is written as an escape.
   */
  canonicalizePython(json: Uint8Array, without?: readonly string[]): Uint8Array;
  /** sha256(canonicalize(json)). */
  envelopeHash(json: Uint8Array): Uint8Array;
  /** Throws exactly where `canonicalize` does, and makes nothing. */
  checkJson(json: Uint8Array): void;
  /**
   * Checks `json` as `canonicalize` does, and reads the object that it is in the same pass. Undefined where it is
   * JSON but not an object with members of this shape, or has more than `limits.signedMembersMax` members; members
   * that the shape does not name are signed and otherwise ignored.
   */
  readSigned(json: Uint8Array, shape: SignedShape): SignedObject | undefined;

  readonly ed25519: Ed25519;
  readonly mlDsa65: MlDsa65;
  readonly hybrid: Hybrid;

  /** 0 or 1 an item; the same verdicts as one by one, always. */
  verifyBatch(items: readonly VerifyItem[]): Uint8Array;

  /** Both inputs strictly ascending 32-byte ids, concatenated; anything else throws `RangeError`. */
  diff(local: Uint8Array, remote: Uint8Array): SetDifference;
}
