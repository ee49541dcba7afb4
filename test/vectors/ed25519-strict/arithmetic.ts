/**
 * Ed25519 in plain BigInt arithmetic (RFC 8032 §5.1), affine and slow: what the crafted vectors are made
 * with, and their first oracle. It shares no code with the engines. Secret scalars are used as they are, not
 * as hashed seeds, so that points and nonces can be chosen.
 */
import { createHash } from "node:crypto";

export const p = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const d = mod(-121665n * inverse(121666n));

export interface AffinePoint {
  readonly x: bigint;
  readonly y: bigint;
}

export const identity: AffinePoint = { x: 0n, y: 1n };
export const B: AffinePoint = decompress(mod(4n * inverse(5n)), 0n)!;

export function mod(value: bigint, modulus = p): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), bits = exponent; bits > 0n; bits >>= 1n, square = mod(square * square))
    if (bits & 1n) result = mod(result * square);
  return result;
}

export function inverse(value: bigint): bigint {
  return power(value, p - 2n);
}

export function add(a: AffinePoint, b: AffinePoint): AffinePoint {
  const twist = mod(d * a.x * b.x * a.y * b.y);
  return {
    x: mod((a.x * b.y + b.x * a.y) * inverse(1n + twist)),
    y: mod((a.y * b.y + a.x * b.x) * inverse(1n - twist)),
  };
}

export function negate({ x, y }: AffinePoint): AffinePoint {
  return { x: mod(-x), y };
}

/**
 * Double and add over fractions x = X/Z, y = Y/Z, so that the one inversion comes last. The sum of two such
 * points is the affine law with the denominators multiplied out.
 */
export function multiply(scalar: bigint, point: AffinePoint): AffinePoint {
  let sum = { X: 0n, Y: 1n, Z: 1n };
  for (const bit of scalar.toString(2)) {
    sum = addFractions(sum, sum);
    if (bit === "1") sum = addFractions(sum, { X: point.x, Y: point.y, Z: 1n });
  }
  const denominator = inverse(sum.Z);
  return { x: mod(sum.X * denominator), y: mod(sum.Y * denominator) };
}

type Fraction = { X: bigint; Y: bigint; Z: bigint };

function addFractions(a: Fraction, b: Fraction): Fraction {
  const zz = mod(a.Z * b.Z);
  const xx = mod(a.X * b.X);
  const yy = mod(a.Y * b.Y);
  const square = mod(zz * zz);
  const twist = mod(d * xx * yy);
  return {
    X: mod(mod(a.X * b.Y + b.X * a.Y) * zz * mod(square - twist)),
    Y: mod(mod(yy + xx) * zz * mod(square + twist)),
    Z: mod((square + twist) * (square - twist)),
  };
}

export function same(a: AffinePoint, b: AffinePoint): boolean {
  return a.x === b.x && a.y === b.y;
}

/** x of the point with that y and sign, by the square root of RFC 8032 §5.1.3; a sign on x = 0 is let pass. */
export function decompress(y: bigint, sign: bigint): AffinePoint | undefined {
  const square = mod((y * y - 1n) * inverse(d * y * y + 1n));
  let x = power(square, (p + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * power(2n, (p - 1n) / 4n));
  if (mod(x * x) !== square) return undefined;
  return { x: (x & 1n) === sign ? x : mod(-x), y: mod(y) };
}

export function toBytes(value: bigint, length = 32): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

export function toInteger(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function encode({ x, y }: AffinePoint): Uint8Array {
  return toBytes(y | ((x & 1n) << 255n));
}

/** The eight points of small order, as multiples of one of order 8. */
export const torsion: readonly AffinePoint[] = (() => {
  for (let y = 2n; ; y++) {
    const point = decompress(y, 0n);
    if (point === undefined) continue;
    const generator = multiply(L, point);
    if (!same(multiply(4n, generator), identity))
      return Array.from({ length: 8 }, (_, i) => multiply(BigInt(i), generator));
  }
})();

export function challenge(encodedR: Uint8Array, encodedA: Uint8Array, message: Uint8Array): bigint {
  const hash = createHash("sha512").update(encodedR).update(encodedA).update(message);
  return mod(toInteger(hash.digest()), L);
}

export interface Verdicts {
  /** DESIGN §5: what every engine must answer. */
  readonly strict: boolean;
  /** The cofactorless equation alone: any y mod p, any S, any order. */
  readonly cofactorless: boolean;
  /** The same times eight. */
  readonly cofactored: boolean;
}

/** Lengths are right: 64 and 32 bytes. */
export function judge(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Verdicts {
  const a = read(publicKey);
  const r = read(signature.subarray(0, 32));
  const s = toInteger(signature.subarray(32));
  if (a === undefined || r === undefined) return { strict: false, cofactorless: false, cofactored: false };
  const k = challenge(signature.subarray(0, 32), publicKey, message);
  const left = multiply(s, B);
  const right = add(r.point, multiply(k, a.point));
  const cofactorless = same(left, right);
  const sound = a.canonical && r.canonical && s < L && !isSmall(a.point) && !isSmall(r.point);
  return {
    strict: sound && cofactorless,
    cofactorless,
    cofactored: same(multiply(8n, left), multiply(8n, right)),
  };
}

function read(bytes: Uint8Array): { point: AffinePoint; canonical: boolean } | undefined {
  const value = toInteger(bytes);
  const sign = value >> 255n;
  const y = value & ((1n << 255n) - 1n);
  const point = decompress(y, sign);
  if (point === undefined) return undefined;
  return { point, canonical: y < p && !(point.x === 0n && sign === 1n) };
}

function isSmall(point: AffinePoint): boolean {
  return same(multiply(8n, point), identity);
}
