/**
 * Scalars of half the size: for k a u and an odd v with u ≡ k·v (mod 8·L), both near 2^128 instead of 2^253, so
 * that an equation times v has half the doublings. 8·L is the order of the whole curve, and v, being odd and not
 * a multiple of L, is invertible modulo it: times v, a point is the neutral one exactly if it was so before,
 * whatever small-order part it has. (Antipa et al., "Accelerated Verification of ECDSA Signatures", 2005, there
 * for a group of prime order.)
 *
 * Euclid's algorithm on (8·L, k), by shifts and subtractions. Invariants: a ≡ s·k and b ≡ t·k (mod 8·L), a > b ≥ 0,
 * s and t have no common divisor, and a·|t| + b·|s| = 8·L, so that |t| stays below 2^128 while a has 128 bits. Words
 * of 64 bits, the lowest first; s and t are signed. Public scalars only: nothing here takes constant time.
 */

/** 8·L. */
const ORDER_0: u64 = 0xc09318d2e7ae9f68;
const ORDER_1: u64 = 0xa6f7cef517bce6b2;
const ORDER_3: u64 = 0x8000000000000000;

/** The largest shift: with it s stays within its 191 bits, and no hash leads to a larger one by chance. */
const SHIFT_MAX: i64 = 63;

/**
 * u and |v| to 32 bytes each; true if v is negative. `k` is 32 bytes, below L. Where no short pair is found,
 * u is k and v is 1, which is right as well.
 */
export function halveScalar(u: usize, v: usize, k: usize): bool {
  let a0 = ORDER_0, a1 = ORDER_1, a2: u64 = 0, a3 = ORDER_3;
  let b0 = load<u64>(k), b1 = load<u64>(k, 8), b2 = load<u64>(k, 16), b3 = load<u64>(k, 24);
  let s0: u64 = 0, s1: u64 = 0, s2: u64 = 0;
  let t0: u64 = 1, t1: u64 = 0, t2: u64 = 0;
  while (true) {
    if ((b3 | b2) == 0) {
      if ((t0 & 1) != 0) return storeHalves(u, v, b0, b1, 0, t0, t1, t2);
      // An even t comes with an odd s; a little further down, a is short enough as well.
      if ((a3 | (a2 >> 2)) == 0) return storeHalves(u, v, a0, a1, a2, s0, s1, s2);
    }
    let shift = bitLength(a0, a1, a2, a3) - bitLength(b0, b1, b2, b3);
    if (shift > SHIFT_MAX) {
      memory.copy(u, k, 32);
      memory.fill(v, 0, 32);
      store<u8>(v, 1);
      return false;
    }
    // x = b·2^shift, the largest that is not above a.
    let x3 = (b3 << shift) | ((b2 >> 1) >> (63 - shift));
    let x2 = (b2 << shift) | ((b1 >> 1) >> (63 - shift));
    let x1 = (b1 << shift) | ((b0 >> 1) >> (63 - shift));
    let x0 = b0 << shift;
    if (x3 != a3 ? x3 > a3 : x2 != a2 ? x2 > a2 : x1 != a1 ? x1 > a1 : x0 > a0) {
      shift--;
      x0 = (x0 >> 1) | (x1 << 63);
      x1 = (x1 >> 1) | (x2 << 63);
      x2 = (x2 >> 1) | (x3 << 63);
      x3 >>= 1;
    }
    let borrow = u64(a0 < x0);
    a0 -= x0;
    let next = u64(a1 < x1) | (u64(a1 == x1) & borrow);
    a1 -= x1 + borrow;
    borrow = u64(a2 < x2) | (u64(a2 == x2) & next);
    a2 -= x2 + next;
    a3 -= x3 + borrow;

    x2 = (t2 << shift) | ((t1 >> 1) >> (63 - shift));
    x1 = (t1 << shift) | ((t0 >> 1) >> (63 - shift));
    x0 = t0 << shift;
    borrow = u64(s0 < x0);
    s0 -= x0;
    next = u64(s1 < x1) | (u64(s1 == x1) & borrow);
    s1 -= x1 + borrow;
    s2 -= x2 + next;

    if (a3 != b3 ? a3 < b3 : a2 != b2 ? a2 < b2 : a1 != b1 ? a1 < b1 : a0 < b0) {
      let word = a0; a0 = b0; b0 = word;
      word = a1; a1 = b1; b1 = word;
      word = a2; a2 = b2; b2 = word;
      word = a3; a3 = b3; b3 = word;
      word = s0; s0 = t0; t0 = word;
      word = s1; s1 = t1; t1 = word;
      word = s2; s2 = t2; t2 = word;
    }
  }
}

// @ts-ignore: decorator
@inline
function bitLength(w0: u64, w1: u64, w2: u64, w3: u64): i64 {
  if (w3 != 0) return 256 - <i64>clz(w3);
  if (w2 != 0) return 192 - <i64>clz(w2);
  if (w1 != 0) return 128 - <i64>clz(w1);
  return 64 - <i64>clz(w0);
}

function storeHalves(u: usize, v: usize, u0: u64, u1: u64, u2: u64, v0: u64, v1: u64, v2: u64): bool {
  store<u64>(u, u0);
  store<u64>(u, u1, 8);
  store<u64>(u, u2, 16);
  store<u64>(u, 0, 24);
  const isNegative = <i64>v2 < 0;
  if (isNegative) {
    v0 = ~v0 + 1;
    v1 = ~v1 + u64(v0 == 0);
    v2 = ~v2 + u64((v0 | v1) == 0);
  }
  store<u64>(v, v0);
  store<u64>(v, v1, 8);
  store<u64>(v, v2, 16);
  store<u64>(v, 0, 24);
  return isNegative;
}

/** The number of bits of a 32-byte number. */
export function scalarBits(scalar: usize): i32 {
  return <i32>bitLength(load<u64>(scalar), load<u64>(scalar, 8), load<u64>(scalar, 16), load<u64>(scalar, 24));
}
