/**
 * Polynomials as bytes (FIPS 204 §7.1, algorithms 16 to 19): little-endian bit strings of 4, 10, 13 and 20
 * bits a coefficient. Every width has a group of coefficients that fills whole bytes; loops go by groups.
 * Reading and writing touch every coefficient alike.
 */
import { D, ETA, GAMMA1, N, POLY_BYTES } from "./params";

// @ts-ignore: decorator
@inline
function coefficient(poly: usize, index: usize): i32 {
  return load<i32>(poly + 4 * index);
}

/** t1 in [0, 2¹⁰): 4 coefficients in 5 bytes. */
export function packT1(bytes: usize, poly: usize): void {
  const end = poly + POLY_BYTES;
  for (; poly < end; poly += 16) {
    const group =
      <u64>coefficient(poly, 0) |
      (<u64>coefficient(poly, 1) << 10) |
      (<u64>coefficient(poly, 2) << 20) |
      (<u64>coefficient(poly, 3) << 30);
    store<u32>(bytes, <u32>group);
    store<u8>(bytes, <u8>(group >> 32), 4);
    bytes += 5;
  }
}

/** t1·2^d, the only form that verification needs. */
export function unpackT1Shifted(poly: usize, bytes: usize): void {
  const end = poly + POLY_BYTES;
  for (; poly < end; poly += 16) {
    const group = <u64>load<u32>(bytes) | (<u64>load<u8>(bytes, 4) << 32);
    store<i32>(poly, (<i32>group & 0x3ff) << D);
    store<i32>(poly, (<i32>(group >> 10) & 0x3ff) << D, 4);
    store<i32>(poly, (<i32>(group >> 20) & 0x3ff) << D, 8);
    store<i32>(poly, (<i32>(group >> 30) & 0x3ff) << D, 12);
    bytes += 5;
  }
}

/** s1, s2 in [−η, η] as η − s: 2 coefficients a byte. */
export function packEta(bytes: usize, poly: usize): void {
  for (let i: usize = 0; i < N / 2; i++) {
    store<u8>(bytes + i, <u8>((ETA - coefficient(poly, 2 * i)) | ((ETA - coefficient(poly, 2 * i + 1)) << 4)));
  }
}

export function unpackEta(poly: usize, bytes: usize): void {
  for (let i: usize = 0; i < N / 2; i++) {
    const byte = <i32>load<u8>(bytes + i);
    store<i32>(poly + 8 * i, ETA - (byte & 15));
    store<i32>(poly + 8 * i, ETA - (byte >> 4), 4);
  }
}

/** t0 in (−2¹², 2¹²] as 2¹² − t0: 8 coefficients in 13 bytes. */
export function packT0(bytes: usize, poly: usize): void {
  const half: i32 = 1 << (D - 1);
  const end = poly + POLY_BYTES;
  for (; poly < end; poly += 32) {
    const c4 = <u64>(half - coefficient(poly, 4));
    const low =
      <u64>(half - coefficient(poly, 0)) |
      (<u64>(half - coefficient(poly, 1)) << 13) |
      (<u64>(half - coefficient(poly, 2)) << 26) |
      (<u64>(half - coefficient(poly, 3)) << 39) |
      (c4 << 52);
    const high =
      (c4 >> 12) |
      (<u64>(half - coefficient(poly, 5)) << 1) |
      (<u64>(half - coefficient(poly, 6)) << 14) |
      (<u64>(half - coefficient(poly, 7)) << 27);
    store<u64>(bytes, low);
    store<u32>(bytes, <u32>high, 8);
    store<u8>(bytes, <u8>(high >> 32), 12);
    bytes += 13;
  }
}

export function unpackT0(poly: usize, bytes: usize): void {
  const end = poly + POLY_BYTES;
  for (; poly < end; poly += 32) {
    const low = load<u64>(bytes);
    const high = <u64>load<u32>(bytes, 8) | (<u64>load<u8>(bytes, 12) << 32);
    storeT0(poly, 0, low);
    storeT0(poly, 1, low >> 13);
    storeT0(poly, 2, low >> 26);
    storeT0(poly, 3, low >> 39);
    storeT0(poly, 4, (low >> 52) | (high << 12));
    storeT0(poly, 5, high >> 1);
    storeT0(poly, 6, high >> 14);
    storeT0(poly, 7, high >> 27);
    bytes += 13;
  }
}

// @ts-ignore: decorator
@inline
function storeT0(poly: usize, index: usize, bits: u64): void {
  store<i32>(poly + 4 * index, (1 << (D - 1)) - (<i32>bits & 0x1fff));
}

/** z and y in (−γ1, γ1] as γ1 − z: 2 coefficients in 5 bytes. */
export function packZ(bytes: usize, poly: usize): void {
  const end = poly + POLY_BYTES;
  for (; poly < end; poly += 8) {
    const pair = <u64>(GAMMA1 - coefficient(poly, 0)) | (<u64>(GAMMA1 - coefficient(poly, 1)) << 20);
    store<u32>(bytes, <u32>pair);
    store<u8>(bytes, <u8>(pair >> 32), 4);
    bytes += 5;
  }
}

/** Any 20 bits are a value; who reads a signature checks the range. May read 6 bytes past the last one. */
export function unpackZ(poly: usize, bytes: usize): void {
  const end = poly + POLY_BYTES;
  if (ASC_FEATURE_SIMD) {
    for (; poly < end; poly += 16) {
      // Four times 20 bits, two of them half a byte off: a product moves the others there too.
      const ten = v128.load(bytes);
      const four = v128.shuffle<u8>(ten, ten, 0, 1, 2, 3, 2, 3, 4, 5, 5, 6, 7, 8, 7, 8, 9, 10);
      const shifted = i32x4.shr_u(i32x4.mul(four, i32x4(16, 1, 16, 1)), 4);
      v128.store(poly, i32x4.sub(i32x4.splat(GAMMA1), v128.and(shifted, i32x4.splat(0xfffff))));
      bytes += 10;
    }
  } else {
    for (; poly < end; poly += 8) {
      const pair = <u64>load<u32>(bytes) | (<u64>load<u8>(bytes, 4) << 32);
      store<i32>(poly, GAMMA1 - (<i32>pair & 0xfffff));
      store<i32>(poly, GAMMA1 - (<i32>(pair >> 20) & 0xfffff), 4);
      bytes += 5;
    }
  }
}

/** w1 in [0, 16): 2 coefficients a byte. */
export function packW1(bytes: usize, poly: usize): void {
  if (ASC_FEATURE_SIMD) {
    const end = poly + POLY_BYTES;
    for (; poly < end; poly += 64) {
      const low = i16x8.narrow_i32x4_u(v128.load(poly), v128.load(poly, 16));
      const high = i16x8.narrow_i32x4_u(v128.load(poly, 32), v128.load(poly, 48));
      const halves = i8x16.narrow_i16x8_u(low, high);
      const joined = v128.and(v128.or(halves, i16x8.shr_u(halves, 4)), i16x8.splat(0xff));
      v128.store_lane<u64>(bytes, i8x16.narrow_i16x8_u(joined, joined), 0);
      bytes += 8;
    }
  } else {
    for (let i: usize = 0; i < N / 2; i++) {
      store<u8>(bytes + i, <u8>(coefficient(poly, 2 * i) | (coefficient(poly, 2 * i + 1) << 4)));
    }
  }
}
