/**
 * Strict Ed25519 verification (RFC 8032 §5.1.7 with the cofactorless equation):
 *
 *   A and R canonical encodings of points that are not of small order, S < L, and
 *   encode([S]B + [k](−A)) = R for k = SHA-512(R ‖ A ‖ M) mod L.
 *
 * R is never decoded: bytes equal to an encoding that we made are canonical and on the curve. The point is
 * negated, not the scalar, so keys with a small-order part get the verdict of the equation as written.
 *
 * There is one way to a verdict, in three steps: compute the left side as X ‖ Y ‖ Z, invert Z, settle. A batch
 * computes many, inverts once (Montgomery's trick) and settles each. Whether the key is new or kept in the key
 * cache decides how the left side is computed, not what it is.
 *
 * A message in several windows is verified by Begin, Update for each, Finish. Between Begin and Finish the
 * work area holds the expanded key: no other function of the core may be called, Update excepted; signature and
 * key stay where they are.
 */
import { cacheFind, cacheVerified, KEY_ED25519 } from "../cache/key-cache";
import { SHA512_SHARED, sha512ContextFinal, sha512ContextInit, sha512ContextUpdate } from "../hash/sha512";
import { WORK_MLDSA } from "../layout";
import { BASE_AREA, BATCH_AREA } from "./base";
import { FE_BYTES, feFromBytes, feIsNegative, feMul, feOne, feToBytes } from "./field";
import { expandKey, isSmallOrder, KEY_AREA_END, newKey } from "./key";
import { feInvertPublic } from "./invert";
import { SCALAR_SCRATCH_BYTES, scalarIsCanonical, scalarReduce } from "./scalar";
import { SUM_STORED_BYTES } from "./sum";
import { multiplyBaseAndPoint, multiplyCombs } from "./verify-multiply";

const HASH: usize = KEY_AREA_END;
const K: usize = HASH + 64;
const X: usize = K + 40; // 4 bytes behind a scalar may be read
const Y: usize = X + FE_BYTES;
const INVERSE: usize = Y + FE_BYTES;
const RUNNING: usize = INVERSE + FE_BYTES;
const ENCODED: usize = RUNNING + FE_BYTES;
const SCRATCH: usize = ENCODED + 32;
const VERIFY_AREA_END: usize = SCRATCH + SCALAR_SCRATCH_BYTES;
if (VERIFY_AREA_END > BASE_AREA) ERROR("verification's scratch reaches into the base point's");

/** What one verification leaves to be settled: X ‖ Y ‖ Z, the product of the Z before it, was the key kept. */
const LEFT_PRODUCT: usize = SUM_STORED_BYTES;
const LEFT_KEPT: usize = LEFT_PRODUCT + FE_BYTES;
const LEFT_BYTES: usize = LEFT_KEPT + 8;
/** Verifications that one inversion serves. */
export const LEFTS_MAX = 128;
if (BATCH_AREA + 128 * LEFT_BYTES > WORK_MLDSA) ERROR("a batch's results reach into ML-DSA's work area");

/** The verification under way. */
let odd: usize = 0;
let comb: usize = 0;
let key: usize = 0;

/** `signature` 64 bytes, `publicKey` 32. */
export function ed25519Verify(signature: usize, message: usize, length: usize, publicKey: usize): bool {
  if (!ed25519VerifyBegin(signature, publicKey)) return false;
  ed25519VerifyUpdate(message, length);
  return ed25519VerifyFinish(signature);
}

/** False: the signature does not hold, whatever the message. */
export function ed25519VerifyBegin(signature: usize, publicKey: usize): bool {
  if (!scalarIsCanonical(signature + 32)) return false;
  if (isSmallOrder(signature)) return false;
  key = publicKey;
  comb = cacheFind(KEY_ED25519, publicKey);
  if (comb == 0) {
    odd = newKey(publicKey);
    if (odd == 0) return false;
  }
  sha512ContextInit(SHA512_SHARED);
  sha512ContextUpdate(SHA512_SHARED, signature, 32);
  sha512ContextUpdate(SHA512_SHARED, publicKey, 32);
  return true;
}

export function ed25519VerifyUpdate(message: usize, length: usize): void {
  sha512ContextUpdate(SHA512_SHARED, message, length);
}

export function ed25519VerifyFinish(signature: usize): bool {
  computeLeft(BATCH_AREA, signature);
  feFromBytes(INVERSE, BATCH_AREA + 64);
  feInvertPublic(INVERSE, INVERSE);
  return settle(BATCH_AREA, signature, key);
}

/**
 * The first step of verification number `index`, below LEFTS_MAX, of a batch. False: the signature does not hold.
 * The indices that went well are then passed to ed25519BatchProduct in ascending order, and to ed25519BatchSettle
 * in descending order.
 */
export function ed25519BatchCompute(
  index: i32, signature: usize, message: usize, length: usize, publicKey: usize,
): bool {
  if (!ed25519VerifyBegin(signature, publicKey)) return false;
  ed25519VerifyUpdate(message, length);
  computeLeft(left(index), signature);
  return true;
}

export function ed25519BatchBegin(): void {
  feOne(RUNNING);
}

export function ed25519BatchProduct(index: i32): void {
  memory.copy(left(index) + LEFT_PRODUCT, RUNNING, FE_BYTES);
  feFromBytes(INVERSE, left(index) + 64);
  // Z is never zero: the formulas are complete and the points on the curve.
  feMul(RUNNING, RUNNING, INVERSE);
}

export function ed25519BatchInvert(): void {
  feInvertPublic(RUNNING, RUNNING);
}

/** RUNNING is the inverse of the product of all Z up to this one; it becomes that of those before. */
export function ed25519BatchSettle(index: i32, signature: usize, publicKey: usize): bool {
  feMul(INVERSE, RUNNING, left(index) + LEFT_PRODUCT);
  feFromBytes(X, left(index) + 64);
  feMul(RUNNING, RUNNING, X);
  return settle(left(index), signature, publicKey);
}

// @ts-ignore: decorator
@inline
function left(index: i32): usize {
  return BATCH_AREA + <usize>index * LEFT_BYTES;
}

/** [S]B + [k](−A), and whether the key was kept. */
function computeLeft(out: usize, signature: usize): void {
  sha512ContextFinal(SHA512_SHARED, HASH);
  scalarReduce(K, HASH, SCRATCH);
  if (comb != 0) multiplyCombs(out, signature + 32, K, comb);
  else multiplyBaseAndPoint(out, signature + 32, K, odd);
  store<u32>(out + LEFT_KEPT, u32(comb != 0));
}

/** Is the encoding (RFC 8032 §5.1.2) of the point at `from`, 1/Z in INVERSE, that of R? A good key may earn a comb. */
function settle(from: usize, signature: usize, publicKey: usize): bool {
  feFromBytes(X, from);
  feFromBytes(Y, from + 32);
  feMul(X, X, INVERSE);
  feMul(Y, Y, INVERSE);
  feToBytes(ENCODED, Y);
  const sign = <u64>feIsNegative(X, SCRATCH) << 63;
  if (
    load<u64>(ENCODED, 0) != load<u64>(signature, 0) ||
    load<u64>(ENCODED, 8) != load<u64>(signature, 8) ||
    load<u64>(ENCODED, 16) != load<u64>(signature, 16) ||
    (load<u64>(ENCODED, 24) ^ sign) != load<u64>(signature, 24)
  ) {
    return false;
  }
  const place = cacheVerified(KEY_ED25519, publicKey, load<u32>(from + LEFT_KEPT) != 0);
  if (place != 0) expandKey(place, publicKey);
  return true;
}
