/**
 * Points of edwards25519, −x² + y² = 1 + d·x²·y² (RFC 8032 §5.1.4), in the coordinates of Hisil, Wong,
 * Carter and Dawson, "Twisted Edwards Curves Revisited" (2008). The formulas are complete: they hold for
 * every pair of points of the curve, small-order ones included.
 *
 *   extended   X Y Z T   160 bytes   x = X/Z, y = Y/Z, x·y = T/Z     (T is stale after completedToProjective)
 *   completed  X Y Z T   160 bytes   x = X/Z, y = Y/T: what an addition or doubling leaves
 *   cached     Y+X Y−X Z 2dT 160 bytes   an addend
 *   niels      y+x y−x 2dxy  120 bytes   an affine addend
 *
 * Nothing branches on coordinates, except pointDecode, which reads public encodings.
 */
import {
  FE_BYTES,
  FE_POWER_SCRATCH_BYTES,
  feAdd,
  feCopy,
  feFromBytes,
  feInvert,
  feIsNegative,
  feIsZero,
  feMul,
  feNeg,
  feOne,
  fePow22523,
  feSq,
  feSq2,
  feSub,
  feToBytes,
  feZero,
} from "./field";

export const POINT_BYTES: usize = 160;
export const NIELS_BYTES: usize = 120;
/** Room that pointEncode and pointDecode need. */
export const POINT_SCRATCH_BYTES: usize = 6 * FE_BYTES + FE_POWER_SCRATCH_BYTES;

// @ts-ignore: decorator
@inline const X: usize = 0;
// @ts-ignore: decorator
@inline const Y: usize = 40;
// @ts-ignore: decorator
@inline const Z: usize = 80;
// @ts-ignore: decorator
@inline const T: usize = 120;

/** −121665/121666. */
const D = memory.data<i32>([
  -10913610, 13857413, -15372611, 6949391, 114729, -8787816, -6275908, -3247719, -18696448, -12055116,
]);
/** 2·D. */
const D2 = memory.data<i32>([
  -21827239, -5839606, -30745221, 13898782, 229458, 15978800, -12551817, -6495438, 29715968, 9444199,
]);
/** 2^((p − 1)/4). */
const SQRT_MINUS_ONE = memory.data<i32>([
  -32595792, -7943725, 9377950, 3500415, 12389472, -272473, -25146209, -2005654, 326686, 11406482,
]);

export function pointIdentity(out: usize): void {
  feZero(out + X);
  feOne(out + Y);
  feOne(out + Z);
  feZero(out + T);
}

export function pointNegate(out: usize, p: usize): void {
  feNeg(out + X, p + X);
  feCopy(out + Y, p + Y);
  feCopy(out + Z, p + Z);
  feNeg(out + T, p + T);
}

/** 4 squarings. Reads X, Y and Z only. `out` must not be `p`. */
export function pointDouble(out: usize, p: usize): void {
  feSq(out + X, p + X); //                XX
  feSq(out + Z, p + Y); //                YY
  feAdd(out + Y, p + X, p + Y);
  feSq2(out + T, p + Z); //               2·ZZ
  feSq(out + Y, out + Y); //              (X + Y)²
  doubleSums(out);
}

/** X3 = (X+Y)² − (YY+XX), Y3 = YY+XX, Z3 = YY−XX, T3 = 2·ZZ − (YY−XX). */
// @ts-ignore: decorator
@inline
function doubleSums(out: usize): void {
  for (let i = out, end = out + FE_BYTES; i < end; i += 8) {
    doubleLimb(i);
    doubleLimb(i + 4);
  }
}

// @ts-ignore: decorator
@inline
function doubleLimb(at: usize): void {
  const xx = load<i32>(at, X), yy = load<i32>(at, Z);
  const sum = yy + xx, difference = yy - xx;
  store<i32>(at, load<i32>(at, Y) - sum, X);
  store<i32>(at, sum, Y);
  store<i32>(at, difference, Z);
  store<i32>(at, load<i32>(at, T) - difference, T);
}

/** 3 multiplications: enough for a doubling to follow. */
export function completedToProjective(out: usize, c: usize): void {
  feMul(out + X, c + X, c + T);
  feMul(out + Y, c + Y, c + Z);
  feMul(out + Z, c + Z, c + T);
}

/** 4 multiplications. `out` must not be `c`. */
export function completedToExtended(out: usize, c: usize): void {
  completedToProjective(out, c);
  feMul(out + T, c + X, c + Y);
}

export function extendedToCached(out: usize, p: usize): void {
  feAdd(out + X, p + Y, p + X);
  feSub(out + Y, p + Y, p + X);
  feCopy(out + Z, p + Z);
  feMul(out + T, p + T, D2);
}

/** out = p ± q for a cached q; the sign is public. `out` must not be `p`. */
export function addCached(out: usize, p: usize, q: usize, minus: bool): void {
  feMul(out + T, q + T, p + T);
  feMul(out + Z, p + Z, q + Z);
  feAdd(out + Z, out + Z, out + Z);
  addRest(out, p, q, minus);
}

/** out = p ± q for an affine q; the sign is public. `out` must not be `p`. */
export function addNiels(out: usize, p: usize, q: usize, minus: bool): void {
  feMul(out + T, q + Z, p + T); // 2dxy lies where a cached point has its Z
  feAdd(out + Z, p + Z, p + Z);
  addRest(out, p, q, minus);
}

/**
 * The half that both additions share. In: out.Z = 2·Z1·Z2, out.T = 2d·T1·T2. Subtracting q means
 * exchanging y+x with y−x and turning the sign of T.
 */
// @ts-ignore: decorator
@inline
function addRest(out: usize, p: usize, q: usize, minus: bool): void {
  feAdd(out + X, p + Y, p + X);
  feSub(out + Y, p + Y, p + X);
  feMul(out + X, out + X, q + (minus ? Y : X));
  feMul(out + Y, out + Y, q + (minus ? X : Y));
  for (let i: usize = 0; i < FE_BYTES; i += 4) {
    const a = load<i32>(out + X + i), b = load<i32>(out + Y + i);
    const c = load<i32>(out + Z + i), t = load<i32>(out + T + i);
    store<i32>(out + X + i, a - b);
    store<i32>(out + Y + i, a + b);
    store<i32>(out + Z + i, minus ? c - t : c + t);
    store<i32>(out + T + i, minus ? c + t : c - t);
  }
}

/** RFC 8032 §5.1.2: y, with the sign of x in bit 255. */
export function pointEncode(out: usize, p: usize, scratch: usize): void {
  const x = scratch, inverse = scratch + FE_BYTES;
  feInvert(inverse, p + Z, scratch + 2 * FE_BYTES);
  feMul(x, p + X, inverse);
  feMul(inverse, p + Y, inverse);
  const sign = feIsNegative(x, scratch + 2 * FE_BYTES);
  feToBytes(out, inverse);
  store<u8>(out, load<u8>(out, 31) | <u8>(sign << 7), 31);
}

/**
 * RFC 8032 §5.1.3, strict: false if y ≥ p, if no x fits, or if x = 0 carries a sign.
 * Variable time: encodings are public.
 */
export function pointDecode(out: usize, bytes: usize, scratch: usize): bool {
  const u = scratch, v = scratch + FE_BYTES, v3 = scratch + 2 * FE_BYTES;
  const check = scratch + 3 * FE_BYTES, rest = scratch + 4 * FE_BYTES;
  const x = out + X, y = out + Y;

  feFromBytes(y, bytes);
  feToBytes(rest, y);
  const canonical =
    load<u64>(rest, 0) == load<u64>(bytes, 0) &&
    load<u64>(rest, 8) == load<u64>(bytes, 8) &&
    load<u64>(rest, 16) == load<u64>(bytes, 16) &&
    load<u64>(rest, 24) == (load<u64>(bytes, 24) & 0x7fffffffffffffff);
  if (!canonical) return false;

  feOne(out + Z);
  feSq(u, y);
  feMul(v, u, D);
  feSub(u, u, out + Z); //              u = y² − 1
  feAdd(v, v, out + Z); //              v = d·y² + 1

  feSq(v3, v);
  feMul(v3, v3, v); //                  v³
  feSq(x, v3);
  feMul(x, x, v);
  feMul(x, x, u); //                    u·v⁷
  fePow22523(x, x, rest);
  feMul(x, x, v3);
  feMul(x, x, u); //                    x = u·v³·(u·v⁷)^((p−5)/8)

  feSq(check, x);
  feMul(check, check, v); //            v·x² is u, −u, or neither
  feSub(rest, check, u);
  if (!feIsZero(rest, rest + FE_BYTES)) {
    feAdd(rest, check, u);
    if (!feIsZero(rest, rest + FE_BYTES)) return false;
    feMul(x, x, SQRT_MINUS_ONE);
  }
  const sign = <i32>(load<u8>(bytes, 31) >> 7);
  if (sign != 0 && feIsZero(x, rest)) return false;
  if (feIsNegative(x, rest) != sign) feNeg(x, x);
  feMul(out + T, x, y);
  return true;
}

/** Affine niels form of `count` points at once: one inversion for all (Montgomery's trick). Room for `count` elements at `products`. */
export function extendedToNiels(table: usize, points: usize, count: i32, products: usize, scratch: usize): void {
  const running = scratch, inverse = scratch + FE_BYTES, rest = scratch + 2 * FE_BYTES;
  feOne(running);
  for (let i = 0; i < count; i++) {
    feCopy(products + <usize>i * FE_BYTES, running);
    feMul(running, running, points + <usize>i * POINT_BYTES + Z);
  }
  feInvert(running, running, rest);
  for (let i = count - 1; i >= 0; i--) {
    const point = points + <usize>i * POINT_BYTES;
    const niels = table + <usize>i * NIELS_BYTES;
    feMul(inverse, running, products + <usize>i * FE_BYTES);
    feMul(running, running, point + Z);
    feMul(rest, point + X, inverse);
    feMul(inverse, point + Y, inverse);
    feAdd(niels, inverse, rest);
    feSub(niels + Y, inverse, rest);
    feMul(niels + Z, inverse, rest);
    feMul(niels + Z, niels + Z, D2);
  }
}
