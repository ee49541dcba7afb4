/**
 * 1/f mod p = 2^255 − 19 for public f, in variable time: the division steps of Bernstein and Yang, "Fast
 * constant-time gcd computation and modular inversion" (2019), thirty at a time on the lowest bits, so that the
 * long numbers are touched once for thirty steps. A third of the time of the power p − 2 (feInvert), which stays
 * what secrets are inverted with.
 *
 * Numbers are nine limbs of 30 bits, 32-bit words, the top one signed; p = −19 + 2^15·2^240 has two that are not
 * zero. Invariants, x the number to invert: f ≡ d·x, g ≡ e·x (mod p), d and e within (−2p, p), f odd. At the end g
 * is 0, f is 1 or −1 (or ±p for x = 0, and d is 0), and so d = ±1/x.
 */
import { feFromBytes, feToBytes } from "./field";

const LIMBS = 9;
const NUMBER_BYTES: usize = 36;
const MASK: i64 = 0x3fffffff;
/** 1/p mod 2^30. */
const P_INVERSE: i32 = 0x179435e5;
const P_LOW: i64 = -19;
const P_HIGH: i64 = 0x8000;

const D = memory.data(36, 16);
const E = memory.data(36, 16);
const F = memory.data(36, 16);
const G = memory.data(36, 16);
const BYTES = memory.data(40, 16);

/** The matrix of thirty steps: 2^30·(f, g) becomes (u·f + v·g, q·f + r·g). */
let u: i32 = 0;
let v: i32 = 0;
let q: i32 = 0;
let r: i32 = 0;

/** out = 1/f, reduced; 0 for 0. `out` may be `f`. Public values only. */
export function feInvertPublic(out: usize, f: usize): void {
  memory.fill(D, 0, NUMBER_BYTES);
  memory.fill(E, 0, NUMBER_BYTES);
  store<i32>(E, 1);
  memory.fill(F, 0, NUMBER_BYTES);
  store<i32>(F, <i32>P_LOW);
  store<i32>(F, <i32>P_HIGH, 32);
  feToBytes(BYTES, f);
  for (let i = 0; i < LIMBS; i++) {
    const bit = 30 * i;
    store<i32>(G + (<usize>i << 2), <i32>((load<u64>(BYTES + (bit >> 3)) >> (bit & 7)) & MASK));
  }
  let delta = -1;
  do {
    delta = steps(delta, load<i32>(F), load<i32>(G));
    updateDE();
    updateFG();
  } while (!isZero(G));
  toElement(out, load<i32>(F, 32) < 0);
}

/**
 * Thirty division steps on the lowest bits of f and g; `delta` is the paper's δ, negative of it and halved into
 * whole steps, as all implementations count it. Runs of zeros of g go at once, and so do several bits that a
 * multiple of f clears.
 */
function steps(delta: i32, f: i32, g: i32): i32 {
  let a = 1, b = 0, c = 0, d = 1;
  let left = 30;
  while (true) {
    const zeros = ctz<i32>(g | (-1 << left));
    g >>= zeros;
    a <<= zeros;
    b <<= zeros;
    delta -= zeros;
    left -= zeros;
    if (left == 0) break;
    let multiple: i32;
    if (delta < 0) {
      delta = -delta;
      let swap = f; f = g; g = -swap;
      swap = a; a = c; c = -swap;
      swap = b; b = d; d = -swap;
      // f·g·(f² − 2) is −g/f mod 64.
      const bits = min(delta + 1, left);
      multiple = (f * g * (f * f - 2)) & <i32>(0xffffffff >>> (32 - bits)) & 63;
    } else {
      // f + 8·[f ≡ 3 or 5 mod 8] is 1/f mod 16.
      const bits = min(delta + 1, left);
      multiple = (-(f + (((f + 1) & 4) << 1)) * g) & <i32>(0xffffffff >>> (32 - bits)) & 15;
    }
    g += f * multiple;
    c += a * multiple;
    d += b * multiple;
  }
  u = a; v = b; q = c; r = d;
  return delta;
}

/** (d, e) = (u·d + v·e, q·d + r·e) / 2^30 mod p: multiples of p are added that clear the lowest 30 bits. */
function updateDE(): void {
  const negativeD = load<i32>(D, 32) >> 31, negativeE = load<i32>(E, 32) >> 31;
  let multipleD = (u & negativeD) + (v & negativeE), multipleE = (q & negativeD) + (r & negativeE);
  const u64 = <i64>u, v64 = <i64>v, q64 = <i64>q, r64 = <i64>r;
  let d = <i64>load<i32>(D), e = <i64>load<i32>(E);
  let x = u64 * d + v64 * e, y = q64 * d + r64 * e;
  multipleD -= (P_INVERSE * <i32>x + multipleD) & <i32>MASK;
  multipleE -= (P_INVERSE * <i32>y + multipleE) & <i32>MASK;
  x = (x + P_LOW * <i64>multipleD) >> 30;
  y = (y + P_LOW * <i64>multipleE) >> 30;
  for (let i: usize = 0; i < 32; i += 4) {
    d = load<i32>(D + i, 4);
    e = load<i32>(E + i, 4);
    x += u64 * d + v64 * e;
    y += q64 * d + r64 * e;
    if (i == 28) {
      x += P_HIGH * <i64>multipleD;
      y += P_HIGH * <i64>multipleE;
    }
    store<i32>(D + i, <i32>(x & MASK));
    store<i32>(E + i, <i32>(y & MASK));
    x >>= 30;
    y >>= 30;
  }
  store<i32>(D, <i32>x, 32);
  store<i32>(E, <i32>y, 32);
}

/** (f, g) = (u·f + v·g, q·f + r·g) / 2^30, which is exact. */
function updateFG(): void {
  const u64 = <i64>u, v64 = <i64>v, q64 = <i64>q, r64 = <i64>r;
  let f = <i64>load<i32>(F), g = <i64>load<i32>(G);
  let x = (u64 * f + v64 * g) >> 30, y = (q64 * f + r64 * g) >> 30;
  for (let i: usize = 0; i < 32; i += 4) {
    f = load<i32>(F + i, 4);
    g = load<i32>(G + i, 4);
    x += u64 * f + v64 * g;
    y += q64 * f + r64 * g;
    store<i32>(F + i, <i32>(x & MASK));
    store<i32>(G + i, <i32>(y & MASK));
    x >>= 30;
    y >>= 30;
  }
  store<i32>(F, <i32>x, 32);
  store<i32>(G, <i32>y, 32);
}

function isZero(number: usize): bool {
  let bits = load<i32>(number, 32);
  for (let i: usize = 0; i < 32; i += 8) {
    if (bits != 0) return false;
    bits |= load<i32>(number + i) | load<i32>(number + i, 4);
  }
  return bits == 0;
}

/** d or −d as a field element: two times p make it positive, and what passes 2^255 comes back times 19. */
function toElement(out: usize, negative: bool): void {
  let fold: i64 = 2 * P_LOW, top: i64 = 2 * P_HIGH;
  for (let round = 0; round < 3; round++) {
    let carry = fold;
    for (let i: usize = 0; i < 36; i += 4) {
      let value = <i64>load<i32>(D + i);
      if (round == 0 && negative) value = -value;
      if (i == 32) value += top;
      value += carry;
      if (i == 32) {
        store<i32>(D, <i32>(value & 0x7fff), 32);
        fold = 19 * (value >> 15);
      } else {
        store<i32>(D + i, <i32>(value & MASK));
        carry = value >> 30;
      }
    }
    top = 0;
  }
  for (let word = 0; word < 4; word++) {
    let bits: u64 = 0;
    for (let i = 0; i < LIMBS; i++) {
      const place = 30 * i - 64 * word;
      if (place <= -30 || place >= 64) continue;
      const limb = <u64>load<u32>(D + (<usize>i << 2));
      bits |= place < 0 ? limb >> -place : limb << place;
    }
    store<u64>(BYTES + (<usize>word << 3), bits);
  }
  feFromBytes(out, BYTES);
}
