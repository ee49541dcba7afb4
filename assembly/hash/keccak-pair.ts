/**
 * Two Keccak sponges in step, a lane of each in one vector: the SIMD builds' way to expand one seed into many
 * polynomials (FIPS 204 §7.3). Per permutation about two thirds of the time of one alone.
 *
 *   state + 16·i   lane i of the first sponge, then lane i of the second, i = x + 5y; 400 bytes
 *
 * No branch and no index depends on the state. Nothing here wipes memory.
 */
import { DOMAIN_SHAKE, ROUND_CONSTANTS } from "./keccak";

export const STATE_PAIR_BYTES: usize = 400;

/**
 * SHAKE of seed ‖ nonce for two nonces of 16 bits, up to the first block of output. The seed, `seedBytes` of
 * it, and the nonce lie within one block, and seedBytes is a multiple of 8.
 */
export function shakePairBegin(
  state: usize,
  rate: usize,
  seed: usize,
  seedBytes: usize,
  nonce0: u16,
  nonce1: u16,
): void {
  memory.fill(state, 0, STATE_PAIR_BYTES);
  for (let i: usize = 0; i < seedBytes; i += 8) {
    v128.store(state + 2 * i, i64x2.splat(load<i64>(seed + i)));
  }
  const nonces = state + 2 * seedBytes;
  const padding = <u64>DOMAIN_SHAKE << 16;
  store<u64>(nonces, <u64>nonce0 | padding);
  store<u64>(nonces, <u64>nonce1 | padding, 8);
  const last = state + 2 * (rate - 8);
  v128.store(last, v128.xor(v128.load(last), i64x2.splat(0x8000000000000000)));
  keccakF1600Pair(state);
}

/** The block that stands in the state, sponge by sponge. Writes up to 8 bytes more than `rate`. */
export function shakePairBlock(state: usize, rate: usize, target0: usize, target1: usize): void {
  const end = state + 2 * rate;
  for (; state < end; state += 32) {
    const even = v128.load(state);
    const odd = v128.load(state, 16);
    v128.store(target0, v128.shuffle<u64>(even, odd, 0, 2));
    v128.store(target1, v128.shuffle<u64>(even, odd, 1, 3));
    target0 += 16;
    target1 += 16;
  }
}

// @ts-ignore: decorator
@inline
function rotate(lanes: v128, bits: i32): v128 {
  return v128.or(i64x2.shl(lanes, bits), i64x2.shr_u(lanes, 64 - bits));
}

/** By 8 and 56 bits a rotation is a move of bytes, one instruction. */
// @ts-ignore: decorator
@inline
function rotate8(lanes: v128): v128 {
  return v128.shuffle<u8>(lanes, lanes, 7, 0, 1, 2, 3, 4, 5, 6, 15, 8, 9, 10, 11, 12, 13, 14);
}

// @ts-ignore: decorator
@inline
function rotate56(lanes: v128): v128 {
  return v128.shuffle<u8>(lanes, lanes, 1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8);
}

/** χ: a ⊕ (¬b ∧ c). */
// @ts-ignore: decorator
@inline
function chi(a: v128, b: v128, c: v128): v128 {
  return v128.xor(a, v128.andnot(c, b));
}

// @ts-ignore: decorator
@inline
function xor5(a: v128, b: v128, c: v128, d: v128, e: v128): v128 {
  return v128.xor(v128.xor(v128.xor(a, b), v128.xor(c, d)), e);
}

/** The permutation, FIPS 202 §3.3, named as in keccak.ts. Row by row, so that few lanes are live at a time. */
export function keccakF1600Pair(state: usize): void {
  let a00 = v128.load(state, 0);
  let a10 = v128.load(state, 16);
  let a20 = v128.load(state, 32);
  let a30 = v128.load(state, 48);
  let a40 = v128.load(state, 64);
  let a01 = v128.load(state, 80);
  let a11 = v128.load(state, 96);
  let a21 = v128.load(state, 112);
  let a31 = v128.load(state, 128);
  let a41 = v128.load(state, 144);
  let a02 = v128.load(state, 160);
  let a12 = v128.load(state, 176);
  let a22 = v128.load(state, 192);
  let a32 = v128.load(state, 208);
  let a42 = v128.load(state, 224);
  let a03 = v128.load(state, 240);
  let a13 = v128.load(state, 256);
  let a23 = v128.load(state, 272);
  let a33 = v128.load(state, 288);
  let a43 = v128.load(state, 304);
  let a04 = v128.load(state, 320);
  let a14 = v128.load(state, 336);
  let a24 = v128.load(state, 352);
  let a34 = v128.load(state, 368);
  let a44 = v128.load(state, 384);
  for (let constant = ROUND_CONSTANTS; constant < ROUND_CONSTANTS + 24 * 8; constant += 8) {
    const c0 = xor5(a00, a01, a02, a03, a04);
    const c1 = xor5(a10, a11, a12, a13, a14);
    const c2 = xor5(a20, a21, a22, a23, a24);
    const c3 = xor5(a30, a31, a32, a33, a34);
    const c4 = xor5(a40, a41, a42, a43, a44);
    const d0 = v128.xor(c4, rotate(c1, 1));
    const d1 = v128.xor(c0, rotate(c2, 1));
    const d2 = v128.xor(c1, rotate(c3, 1));
    const d3 = v128.xor(c2, rotate(c4, 1));
    const d4 = v128.xor(c3, rotate(c0, 1));
    const b00 = v128.xor(a00, d0);
    const b10 = rotate(v128.xor(a11, d1), 44);
    const b20 = rotate(v128.xor(a22, d2), 43);
    const b30 = rotate(v128.xor(a33, d3), 21);
    const b40 = rotate(v128.xor(a44, d4), 14);
    const n00 = v128.xor(chi(b00, b10, b20), v128.load64_splat(constant));
    const n10 = chi(b10, b20, b30);
    const n20 = chi(b20, b30, b40);
    const n30 = chi(b30, b40, b00);
    const n40 = chi(b40, b00, b10);
    const b01 = rotate(v128.xor(a30, d3), 28);
    const b11 = rotate(v128.xor(a41, d4), 20);
    const b21 = rotate(v128.xor(a02, d0), 3);
    const b31 = rotate(v128.xor(a13, d1), 45);
    const b41 = rotate(v128.xor(a24, d2), 61);
    const n01 = chi(b01, b11, b21);
    const n11 = chi(b11, b21, b31);
    const n21 = chi(b21, b31, b41);
    const n31 = chi(b31, b41, b01);
    const n41 = chi(b41, b01, b11);
    const b02 = rotate(v128.xor(a10, d1), 1);
    const b12 = rotate(v128.xor(a21, d2), 6);
    const b22 = rotate(v128.xor(a32, d3), 25);
    const b32 = rotate8(v128.xor(a43, d4));
    const b42 = rotate(v128.xor(a04, d0), 18);
    const n02 = chi(b02, b12, b22);
    const n12 = chi(b12, b22, b32);
    const n22 = chi(b22, b32, b42);
    const n32 = chi(b32, b42, b02);
    const n42 = chi(b42, b02, b12);
    const b03 = rotate(v128.xor(a40, d4), 27);
    const b13 = rotate(v128.xor(a01, d0), 36);
    const b23 = rotate(v128.xor(a12, d1), 10);
    const b33 = rotate(v128.xor(a23, d2), 15);
    const b43 = rotate56(v128.xor(a34, d3));
    const n03 = chi(b03, b13, b23);
    const n13 = chi(b13, b23, b33);
    const n23 = chi(b23, b33, b43);
    const n33 = chi(b33, b43, b03);
    const n43 = chi(b43, b03, b13);
    const b04 = rotate(v128.xor(a20, d2), 62);
    const b14 = rotate(v128.xor(a31, d3), 55);
    const b24 = rotate(v128.xor(a42, d4), 39);
    const b34 = rotate(v128.xor(a03, d0), 41);
    const b44 = rotate(v128.xor(a14, d1), 2);
    const n04 = chi(b04, b14, b24);
    const n14 = chi(b14, b24, b34);
    const n24 = chi(b24, b34, b44);
    const n34 = chi(b34, b44, b04);
    const n44 = chi(b44, b04, b14);
    a00 = n00;
    a10 = n10;
    a20 = n20;
    a30 = n30;
    a40 = n40;
    a01 = n01;
    a11 = n11;
    a21 = n21;
    a31 = n31;
    a41 = n41;
    a02 = n02;
    a12 = n12;
    a22 = n22;
    a32 = n32;
    a42 = n42;
    a03 = n03;
    a13 = n13;
    a23 = n23;
    a33 = n33;
    a43 = n43;
    a04 = n04;
    a14 = n14;
    a24 = n24;
    a34 = n34;
    a44 = n44;
  }
  v128.store(state, a00, 0);
  v128.store(state, a10, 16);
  v128.store(state, a20, 32);
  v128.store(state, a30, 48);
  v128.store(state, a40, 64);
  v128.store(state, a01, 80);
  v128.store(state, a11, 96);
  v128.store(state, a21, 112);
  v128.store(state, a31, 128);
  v128.store(state, a41, 144);
  v128.store(state, a02, 160);
  v128.store(state, a12, 176);
  v128.store(state, a22, 192);
  v128.store(state, a32, 208);
  v128.store(state, a42, 224);
  v128.store(state, a03, 240);
  v128.store(state, a13, 256);
  v128.store(state, a23, 272);
  v128.store(state, a33, 288);
  v128.store(state, a43, 304);
  v128.store(state, a04, 320);
  v128.store(state, a14, 336);
  v128.store(state, a24, 352);
  v128.store(state, a34, 368);
  v128.store(state, a44, 384);
}
