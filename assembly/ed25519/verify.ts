/**
 * Strict Ed25519 verification (RFC 8032 §5.1.7 with the cofactorless equation):
 *
 *   A and R canonical encodings of points that are not of small order, S < L, and
 *   encode([S]B + [k](−A)) = R for k = SHA-512(R ‖ A ‖ M) mod L.
 *
 * The point is negated, not the scalar, so keys with a small-order part get the verdict of the equation as written.
 *
 * A key that is kept has a comb, and the equation is taken as it stands, in three steps: compute the left side as
 * X ‖ Y ‖ Z, invert Z, settle. R is not decoded: bytes equal to an encoding that we made are canonical and on the
 * curve. A batch computes many, inverts once (Montgomery's trick) and settles each.
 *
 * For a new key, R is decoded, strictly, and [S]B − [k]A − R is computed times an odd v that makes the scalars of A
 * and R short (halve.ts): that is the neutral point exactly if the equation holds. Nothing is left to be settled.
 *
 * A message in several windows is verified by Begin, Update for each, Finish. Between Begin and Finish the
 * work area holds the expanded key: no other function of the core may be called, Update excepted; signature and
 * key stay where they are.
 */
import { cacheFind, cacheVerified, KEY_ED25519 } from "../cache/key-cache";
import { SHA512_SHARED, sha512ContextFinal, sha512ContextInit, sha512ContextUpdate } from "../hash/sha512";
import { WORK_MLDSA } from "../layout";
import { BASE_AREA, BATCH_AREA } from "./base";
import { FE_BYTES, feFromBytes, feIsNegative, feIsZero, feMul, feOne, feSub, feToBytes } from "./field";
import { halveScalar } from "./halve";
import { feInvertPublic } from "./invert";
import { expandKey, isSmallOrder, KEY_AREA_END, newKey, newR } from "./key";
import { SCALAR_SCRATCH_BYTES, scalarIsCanonical, scalarMultiplyAdd, scalarReduce } from "./scalar";
import { SUM_STORED_BYTES } from "./sum";
import { multiplyBaseAndTwo, multiplyCombs } from "./verify-multiply";

const HASH: usize = KEY_AREA_END;
const K: usize = HASH + 64;
const U: usize = K + 40; // 4 bytes behind a scalar may be read
const V: usize = U + 32;
const W: usize = V + 32;
const X: usize = W + 32;
const Y: usize = X + FE_BYTES;
const INVERSE: usize = Y + FE_BYTES;
const RUNNING: usize = INVERSE + FE_BYTES;
const ENCODED: usize = RUNNING + FE_BYTES;
const SCRATCH: usize = ENCODED + 32;
const VERIFY_AREA_END: usize = SCRATCH + 3 * SCALAR_SCRATCH_BYTES;
const ZERO = memory.data(32, 16);
if (VERIFY_AREA_END > BASE_AREA) ERROR("verification's scratch reaches into the base point's");

/** What one verification leaves: X ‖ Y ‖ Z, the product of the Z before it, was the key kept and is it to be settled. */
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
  if (!computeLeft(BATCH_AREA, signature)) return false;
  if (isKept(BATCH_AREA)) {
    feFromBytes(INVERSE, BATCH_AREA + 64);
    feInvertPublic(INVERSE, INVERSE);
    if (!encodesR(BATCH_AREA, signature)) return false;
  }
  noteGood(BATCH_AREA, key);
  return true;
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
  return computeLeft(left(index), signature);
}

export function ed25519BatchBegin(): void {
  feOne(RUNNING);
}

/** False if this one needs no inverse. */
export function ed25519BatchProduct(index: i32): bool {
  if (!isKept(left(index))) return false;
  memory.copy(left(index) + LEFT_PRODUCT, RUNNING, FE_BYTES);
  feFromBytes(INVERSE, left(index) + 64);
  // Z is never zero: the formulas are complete and the points on the curve.
  feMul(RUNNING, RUNNING, INVERSE);
  return true;
}

export function ed25519BatchInvert(): void {
  feInvertPublic(RUNNING, RUNNING);
}

/** RUNNING is the inverse of the product of all Z up to this one; it becomes that of those before. */
export function ed25519BatchSettle(index: i32, signature: usize, publicKey: usize): bool {
  if (isKept(left(index))) {
    feMul(INVERSE, RUNNING, left(index) + LEFT_PRODUCT);
    feFromBytes(X, left(index) + 64);
    feMul(RUNNING, RUNNING, X);
    if (!encodesR(left(index), signature)) return false;
  }
  noteGood(left(index), publicKey);
  return true;
}

// @ts-ignore: decorator
@inline
function left(index: i32): usize {
  return BATCH_AREA + <usize>index * LEFT_BYTES;
}

// @ts-ignore: decorator
@inline
function isKept(from: usize): bool {
  return load<u32>(from + LEFT_KEPT) != 0;
}

/** The left side for a kept key, which is to be settled; the verdict for a new one. */
function computeLeft(out: usize, signature: usize): bool {
  sha512ContextFinal(SHA512_SHARED, HASH);
  scalarReduce(K, HASH, SCRATCH);
  store<u32>(out + LEFT_KEPT, u32(comb != 0));
  if (comb != 0) {
    multiplyCombs(out, signature + 32, K, comb);
    return true;
  }
  const oddR = newR(signature);
  if (oddR == 0) return false;
  const minus = halveScalar(U, V, K);
  scalarMultiplyAdd(W, V, signature + 32, ZERO, SCRATCH);
  multiplyBaseAndTwo(out, W, U, V, odd, oddR, minus);
  return isNeutral(out);
}

/** Is X ‖ Y ‖ Z the point (0, 1)? */
function isNeutral(from: usize): bool {
  feFromBytes(X, from);
  feFromBytes(Y, from + 32);
  feFromBytes(INVERSE, from + 64);
  feSub(Y, Y, INVERSE);
  return feIsZero(X, SCRATCH) != 0 && feIsZero(Y, SCRATCH) != 0;
}

/** Is the encoding (RFC 8032 §5.1.2) of the point at `from`, 1/Z in INVERSE, that of R? */
function encodesR(from: usize, signature: usize): bool {
  feFromBytes(X, from);
  feFromBytes(Y, from + 32);
  feMul(X, X, INVERSE);
  feMul(Y, Y, INVERSE);
  feToBytes(ENCODED, Y);
  const sign = <u64>feIsNegative(X, SCRATCH) << 63;
  return (
    load<u64>(ENCODED, 0) == load<u64>(signature, 0) &&
    load<u64>(ENCODED, 8) == load<u64>(signature, 8) &&
    load<u64>(ENCODED, 16) == load<u64>(signature, 16) &&
    (load<u64>(ENCODED, 24) ^ sign) == load<u64>(signature, 24)
  );
}

/** A good signature's key may earn a comb. */
function noteGood(from: usize, publicKey: usize): void {
  const place = cacheVerified(KEY_ED25519, publicKey, isKept(from));
  if (place != 0) expandKey(place, publicKey);
}
