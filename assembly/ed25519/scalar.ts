/**
 * Scalars modulo the group order L = 2^252 + 27742317777372353535851937790883648493 (RFC 8032 §5.1), in
 * signed limbs of 21 bits, 64-bit each, in the caller's memory.
 *
 * 2^252 ≡ −27742…, and that number in digits of 21 bits is (666643, 470296, 654183, −997805, 136657,
 * −683901) with its sign turned: a limb from place 12 up folds into the six places twelve below.
 *
 * Reduction and multiplication do not branch on values; scalarDigits and scalarIsCanonical do, and are for
 * public scalars only.
 */

const LIMBS = 24;
const LIMB_BYTES: usize = 8;
/** Room of scalarReduce; scalarMultiplyAdd takes three times that. */
export const SCALAR_SCRATCH_BYTES: usize = 24 * LIMB_BYTES;

/** L, little-endian words. */
const L0: u64 = 0x5812631a5cf5d3ed;
const L1: u64 = 0x14def9dea2f79cd6;
const L3: u64 = 0x1000000000000000;

/** The 32 bytes at `s` are below L (RFC 8032 §5.1.7 step 1). */
export function scalarIsCanonical(s: usize): bool {
  const s3 = load<u64>(s, 24);
  if (s3 != L3) return s3 < L3;
  if (load<u64>(s, 16) != 0) return false;
  const s1 = load<u64>(s, 8);
  return s1 != L1 ? s1 < L1 : load<u64>(s) < L0;
}

/** out = the 64 bytes at `wide` mod L, 32 bytes below L. */
export function scalarReduce(out: usize, wide: usize, scratch: usize): void {
  for (let i = 0; i < LIMBS - 1; i++) set(scratch, i, limbAt(wide, i));
  set(scratch, LIMBS - 1, topAt(wide, LIMBS - 1));
  reduceLimbs(out, scratch);
}

/** out = (a·b + c) mod L for 32-byte a, b and c. `scratch`: 3 · SCALAR_SCRATCH_BYTES. */
export function scalarMultiplyAdd(out: usize, a: usize, b: usize, c: usize, scratch: usize): void {
  const left = scratch + SCALAR_SCRATCH_BYTES, right = left + SCALAR_SCRATCH_BYTES;
  for (let i = 0; i < 11; i++) {
    set(left, i, limbAt(a, i));
    set(right, i, limbAt(b, i));
    set(scratch, i, limbAt(c, i));
  }
  set(left, 11, topAt(a, 11));
  set(right, 11, topAt(b, 11));
  set(scratch, 11, topAt(c, 11));
  for (let i = 12; i < LIMBS; i++) set(scratch, i, 0);
  for (let i = 0; i < 12; i++)
    for (let j = 0; j < 12; j++) set(scratch, i + j, get(scratch, i + j) + get(left, i) * get(right, j));
  for (let i = 0; i < LIMBS - 1; i += 2) carryRounded(scratch, i);
  for (let i = 1; i < LIMBS - 1; i += 2) carryRounded(scratch, i);
  reduceLimbs(out, scratch);
}

/**
 * Signed digits of the scalar in non-adjacent form of the given width: out[i] is 0 or odd with |out[i]| <
 * 2^(width−1), one byte each for `places`, of which there is one more than the scalar has bits, 254 at most. Width
 * 2 to 8. `scratch`: 40 bytes.
 */
export function scalarDigits(out: usize, scalar: usize, width: i32, places: i32, scratch: usize): void {
  memory.copy(scratch, scalar, 32);
  store<u64>(scratch, 0, 32);
  memory.fill(out, 0, places);
  const size = 1 << width;
  let carry = 0;
  for (let i = 0; i < places; ) {
    const window = carry + <i32>(load<u16>(scratch + (i >> 3)) >> (i & 7) & (size - 1));
    if ((window & 1) == 0) {
      i++;
      continue;
    }
    carry = i32(window >= size >> 1);
    store<i8>(out + i, <i8>(window - (carry << width)));
    i += width;
  }
}

// @ts-ignore: decorator
@inline function get(limbs: usize, i: i32): i64 { return load<i64>(limbs + <usize>i * LIMB_BYTES); }
// @ts-ignore: decorator
@inline function set(limbs: usize, i: i32, value: i64): void { store<i64>(limbs + <usize>i * LIMB_BYTES, value); }

/** Bits 21·i to 21·i + 20. */
// @ts-ignore: decorator
@inline function limbAt(bytes: usize, i: i32): i64 { return topAt(bytes, i) & 0x1fffff; }

/** The 32-bit word that begins at bit 21·i: all that is left, for the last limb. */
// @ts-ignore: decorator
@inline function topAt(bytes: usize, i: i32): i64 {
  const bit = 21 * i;
  return <i64>(load<u32>(bytes + <usize>(bit >> 3)) >> (bit & 7));
}

/** Balanced: the limb ends within ±2^20. */
// @ts-ignore: decorator
@inline function carryRounded(limbs: usize, i: i32): void {
  const carry = (get(limbs, i) + (1 << 20)) >> 21;
  set(limbs, i + 1, get(limbs, i + 1) + carry);
  set(limbs, i, get(limbs, i) - (carry << 21));
}

/** The limb ends within [0, 2^21). */
// @ts-ignore: decorator
@inline function carryFloor(limbs: usize, i: i32): void {
  const carry = get(limbs, i) >> 21;
  set(limbs, i + 1, get(limbs, i + 1) + carry);
  set(limbs, i, get(limbs, i) - (carry << 21));
}

function fold(limbs: usize, i: i32): void {
  const x = get(limbs, i);
  set(limbs, i - 12, get(limbs, i - 12) + x * 666643);
  set(limbs, i - 11, get(limbs, i - 11) + x * 470296);
  set(limbs, i - 10, get(limbs, i - 10) + x * 654183);
  set(limbs, i - 9, get(limbs, i - 9) - x * 997805);
  set(limbs, i - 8, get(limbs, i - 8) + x * 136657);
  set(limbs, i - 7, get(limbs, i - 7) - x * 683901);
  set(limbs, i, 0);
}

/** 24 limbs → 32 bytes below L. Carries lie between the folds so that no 64-bit limb overflows. */
function reduceLimbs(out: usize, limbs: usize): void {
  for (let i = 23; i >= 18; i--) fold(limbs, i);
  for (let i = 6; i <= 16; i += 2) carryRounded(limbs, i);
  for (let i = 7; i <= 15; i += 2) carryRounded(limbs, i);
  for (let i = 17; i >= 12; i--) fold(limbs, i);
  for (let i = 0; i <= 10; i += 2) carryRounded(limbs, i);
  for (let i = 1; i <= 11; i += 2) carryRounded(limbs, i);
  fold(limbs, 12);
  for (let i = 0; i <= 11; i++) carryFloor(limbs, i);
  fold(limbs, 12);
  for (let i = 0; i <= 10; i++) carryFloor(limbs, i);

  const s3 = get(limbs, 3), s6 = get(limbs, 6), s9 = get(limbs, 9);
  store<i64>(out, get(limbs, 0) | (get(limbs, 1) << 21) | (get(limbs, 2) << 42) | (s3 << 63), 0);
  store<i64>(out, (s3 >> 1) | (get(limbs, 4) << 20) | (get(limbs, 5) << 41) | (s6 << 62), 8);
  store<i64>(out, (s6 >> 2) | (get(limbs, 7) << 19) | (get(limbs, 8) << 40) | (s9 << 61), 16);
  store<i64>(out, (s9 >> 3) | (get(limbs, 10) << 18) | (get(limbs, 11) << 39), 24);
}
