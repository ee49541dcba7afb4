/**
 * Strict Ed25519 verification (RFC 8032 §5.1.7 with the cofactorless equation):
 *
 *   A and R canonical encodings of points that are not of small order, S < L, and
 *   encode([S]B + [k](−A)) = R for k = SHA-512(R ‖ A ‖ M) mod L.
 *
 * R is never decoded: bytes equal to an encoding that we made are canonical and on the curve. The point is
 * negated, not the scalar, so keys with a small-order part get the verdict of the equation as written.
 *
 * A message in several windows is verified by Begin, Update for each, Finish. Between Begin and Finish the
 * work area holds the expanded key: no other function of the core may be called, Update excepted.
 */
import { SHA512_SHARED, sha512ContextFinal, sha512ContextInit, sha512ContextUpdate } from "../hash/sha512";
import { BASE_AREA } from "./base";
import { expandedKey, isSmallOrder, KEY_AREA_END } from "./key";
import { DOUBLE_SCRATCH_BYTES, multiplyBaseAndPoint } from "./multiply";
import { POINT_BYTES, POINT_SCRATCH_BYTES, pointEncode } from "./point";
import { SCALAR_SCRATCH_BYTES, scalarIsCanonical, scalarReduce } from "./scalar";

const HASH: usize = KEY_AREA_END;
const K: usize = HASH + 64;
const POINT: usize = K + 32;
const ENCODED: usize = POINT + POINT_BYTES;
const SCRATCH: usize = ENCODED + 32;
const VERIFY_AREA_END: usize =
  SCRATCH + SCALAR_SCRATCH_BYTES + DOUBLE_SCRATCH_BYTES + POINT_SCRATCH_BYTES;
if (VERIFY_AREA_END > BASE_AREA) ERROR("verification's scratch reaches into the base point's");

/** The expanded key of the verification under way. */
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
  key = expandedKey(publicKey);
  if (key == 0) return false;
  sha512ContextInit(SHA512_SHARED);
  sha512ContextUpdate(SHA512_SHARED, signature, 32);
  sha512ContextUpdate(SHA512_SHARED, publicKey, 32);
  return true;
}

export function ed25519VerifyUpdate(message: usize, length: usize): void {
  sha512ContextUpdate(SHA512_SHARED, message, length);
}

export function ed25519VerifyFinish(signature: usize): bool {
  sha512ContextFinal(SHA512_SHARED, HASH);
  scalarReduce(K, HASH, SCRATCH);
  multiplyBaseAndPoint(POINT, signature + 32, K, key, SCRATCH);
  pointEncode(ENCODED, POINT, SCRATCH);
  return (
    load<u64>(ENCODED, 0) == load<u64>(signature, 0) &&
    load<u64>(ENCODED, 8) == load<u64>(signature, 8) &&
    load<u64>(ENCODED, 16) == load<u64>(signature, 16) &&
    load<u64>(ENCODED, 24) == load<u64>(signature, 24)
  );
}
