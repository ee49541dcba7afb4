/**
 * Ed25519 signing (RFC 8032 §5.1.5 and §5.1.6).
 *
 * The caller puts the 32-byte seed at the start of the SECRET region and nowhere else. Everything derived
 * from it that is not public (the hash of the seed, the clamped scalar, the prefix, r, and every
 * intermediate point, scalar and hash state) stays in this frame; ed25519PublicKey, ed25519SignFinish and
 * ed25519Wipe clear it whole. No secret decides a branch or an address.
 *
 * Copies in WASM locals, in registers and on the machine stack cannot be wiped from here, nor can the
 * copy of the seed that the caller holds.
 *
 * A message is read twice, so a large one is passed twice, window by window:
 * Begin · Update… · Commit · Update… · Finish.
 */
import { sha512ContextFinal, sha512ContextInit, sha512ContextUpdate, SHA512_CONTEXT_BYTES } from "../hash/sha512";
import { SECRET_ED25519, SECRET_MLDSA } from "../layout";
import { FIXED_SCRATCH_BYTES, multiplyBase } from "./multiply";
import { POINT_BYTES, POINT_SCRATCH_BYTES, pointEncode } from "./point";
import { SCALAR_SCRATCH_BYTES, scalarMultiplyAdd, scalarReduce } from "./scalar";

const SEED: usize = SECRET_ED25519;
/** SHA-512 of the seed: the scalar a, then the prefix. */
const SCALAR: usize = SEED + 32;
const PREFIX: usize = SCALAR + 32;
const PUBLIC_KEY: usize = PREFIX + 32;
/** R ‖ S. */
const SIGNATURE: usize = PUBLIC_KEY + 32;
const NONCE: usize = SIGNATURE + 64;
const WIDE: usize = NONCE + 32;
const K: usize = WIDE + 64;
const HASH_STATE: usize = K + 32;
const POINT: usize = HASH_STATE + SHA512_CONTEXT_BYTES;
const SCRATCH: usize = POINT + POINT_BYTES;
const FRAME_END: usize = SCRATCH + FIXED_SCRATCH_BYTES + POINT_SCRATCH_BYTES + 3 * SCALAR_SCRATCH_BYTES;
if (FRAME_END > SECRET_MLDSA) ERROR("the signing frame reaches into ML-DSA's secrets");

/** Public key of the seed, 32 bytes at `out`. */
export function ed25519PublicKey(out: usize): void {
  expandSeed();
  memory.copy(out, PUBLIC_KEY, 32);
  ed25519Wipe();
}

/** Signature of a message that lies in memory whole, 64 bytes at `out`. */
export function ed25519Sign(message: usize, length: usize, out: usize): void {
  ed25519SignBegin();
  ed25519SignUpdate(message, length);
  ed25519SignCommit();
  ed25519SignUpdate(message, length);
  ed25519SignFinish(out);
}

/** §5.1.6 step 1, and the start of step 2: r = SHA-512(prefix ‖ M). */
export function ed25519SignBegin(): void {
  expandSeed();
  sha512ContextInit(HASH_STATE);
  sha512ContextUpdate(HASH_STATE, PREFIX, 32);
}

export function ed25519SignUpdate(message: usize, length: usize): void {
  sha512ContextUpdate(HASH_STATE, message, length);
}

/** Step 3, R = [r]B, and the start of step 4: k = SHA-512(R ‖ A ‖ M). */
export function ed25519SignCommit(): void {
  sha512ContextFinal(HASH_STATE, WIDE);
  scalarReduce(NONCE, WIDE, SCRATCH);
  encodeMultiple(SIGNATURE, NONCE);
  sha512ContextInit(HASH_STATE);
  sha512ContextUpdate(HASH_STATE, SIGNATURE, 32);
  sha512ContextUpdate(HASH_STATE, PUBLIC_KEY, 32);
}

/** Steps 5 and 6: S = (r + k·a) mod L. */
export function ed25519SignFinish(out: usize): void {
  sha512ContextFinal(HASH_STATE, WIDE);
  scalarReduce(K, WIDE, SCRATCH);
  scalarMultiplyAdd(SIGNATURE + 32, K, SCALAR, NONCE, SCRATCH);
  memory.copy(out, SIGNATURE, 64);
  ed25519Wipe();
}

/** Forgets the seed and all that was made of it. */
export function ed25519Wipe(): void {
  memory.fill(SEED, 0, FRAME_END - SEED);
}

/** §5.1.5: hash, clamp, multiply. */
function expandSeed(): void {
  sha512ContextInit(HASH_STATE);
  sha512ContextUpdate(HASH_STATE, SEED, 32);
  sha512ContextFinal(HASH_STATE, SCALAR);
  store<u8>(SCALAR, load<u8>(SCALAR) & 248);
  store<u8>(SCALAR, (load<u8>(SCALAR, 31) & 127) | 64, 31);
  encodeMultiple(PUBLIC_KEY, SCALAR);
}

function encodeMultiple(out: usize, scalar: usize): void {
  multiplyBase(POINT, scalar, SCRATCH);
  pointEncode(out, POINT, SCRATCH);
}
