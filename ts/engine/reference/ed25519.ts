/**
 * Ed25519 of the reference engine: @noble's points and fields with the strict, cofactorless equation of
 * DESIGN §5 written out (RFC 8032 §5.1). noble's own `verify` multiplies by the cofactor and would accept
 * signatures that this contract refuses, so it is not used.
 */
import { ed25519 as noble } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes } from "../../base/bytes.js";
import { checkBytes } from "../../base/check.js";
import type { Ed25519 } from "../../contracts/engine.js";

const { Point } = noble;
type CurvePoint = InstanceType<typeof Point>;

/** The order of the base point. */
const L = Point.Fn.ORDER;

export function createReferenceEd25519(): Ed25519 {
  return { verify, sign, publicKey };
}

function verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  checkBytes(signature, "signature");
  checkBytes(message, "message");
  checkBytes(publicKey, "publicKey", 32);
  if (signature.length !== 64) return false;
  const encodedR = signature.subarray(0, 32);
  const s = decodeInteger(signature.subarray(32));
  if (s >= L) return false;
  const a = decodePoint(publicKey);
  const r = decodePoint(encodedR);
  if (a === undefined || r === undefined) return false;
  if (a.isSmallOrder() || r.isSmallOrder()) return false;
  const k = challenge(encodedR, publicKey, message);
  const expected = Point.BASE.multiplyUnsafe(s).add(a.negate().multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), encodedR);
}

function sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  checkBytes(message, "message");
  checkBytes(secretKey, "secretKey", 32);
  return noble.sign(message, secretKey);
}

function publicKey(secretKey: Uint8Array): Uint8Array {
  checkBytes(secretKey, "secretKey", 32);
  return noble.getPublicKey(secretKey);
}

/** RFC 8032 §5.1.3; `undefined` for y ≥ p, for no point, and for x = 0 with a sign. */
function decodePoint(bytes: Uint8Array): CurvePoint | undefined {
  try {
    return Point.fromBytes(bytes, false);
  } catch {
    return undefined;
  }
}

function challenge(encodedR: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint {
  return decodeInteger(sha512(concatBytes(encodedR, publicKey, message))) % L;
}

/** Little-endian. */
function decodeInteger(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of Uint8Array.from(bytes).reverse()) value = (value << 8n) | BigInt(byte);
  return value;
}
