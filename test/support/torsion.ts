/**
 * Ed25519 signatures whose key and R carry a part of small order, made with the secret: so the equation without the
 * cofactor holds exactly where the small parts cancel, k·i + j ≡ 0 (mod 8) with k = SHA-512 mod L, and the one with
 * the cofactor always. An implementation that reduces, halves or negates scalars carelessly errs on these alone.
 */
import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

const { Point } = ed25519;
const L = Point.Fn.ORDER;
/** Multiples of one point of order 8. */
const small = (() => {
  const points = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex, false));
  const generator = points.find((point) => !point.multiplyUnsafe(4n).is0())!;
  return Array.from({ length: 8 }, (_, i) => generator.multiplyUnsafe(BigInt(i)));
})();

export interface MixedOrder {
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  readonly publicKey: Uint8Array;
  /** Whether the small parts cancel. */
  readonly valid: boolean;
}

/** `keyPart`, `rPart`: multiples of the point of order 8, 0 to 7; 32 bytes each of `seed` and `nonce`. */
export function signMixedOrder(
  seed: Uint8Array,
  nonce: Uint8Array,
  message: Uint8Array,
  keyPart: number,
  rPart: number,
): MixedOrder {
  const a = scalarOf(seed);
  const r = scalarOf(nonce);
  const publicKey = Point.BASE.multiply(a).add(small[keyPart]!).toBytes();
  const encodedR = Point.BASE.multiply(r).add(small[rPart]!).toBytes();
  const k = integer(sha512(new Uint8Array([...encodedR, ...publicKey, ...message]))) % L;
  const s = (r + k * a) % L;
  const signature = new Uint8Array([...encodedR, ...littleEndian(s)]);
  const valid = (Number(k % 8n) * keyPart + rPart) % 8 === 0;
  return { signature, message, publicKey, valid };
}

/** From 1 to L − 1, so that neither point is of small order. */
function scalarOf(bytes: Uint8Array): bigint {
  return (integer(sha512(bytes)) % (L - 1n)) + 1n;
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

function littleEndian(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse());
}
