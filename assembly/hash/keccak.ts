/**
 * Keccak-f[1600] and the sponge of SHA-3 and SHAKE (FIPS 202), over byte strings.
 *
 * A sponge lives at an address its caller chooses, so that hashing over secrets stays in the SECRET
 * region and several sponges exist side by side. Absorbing and squeezing go on in parts of any length.
 * Nothing here wipes memory: who hashes a secret wipes the sponge. The permutation has no branch and no
 * index that depends on the state.
 *
 *   sponge + 0     25 lanes of 8 bytes, little-endian, lane (x, y) at 8·(x + 5y)
 *   sponge + 200   u32 rate: bytes a block holds
 *   sponge + 204   u32 offset: bytes of the current block already absorbed or squeezed
 */

import { WORK_KECCAK } from "../layout";

export const SPONGE_BYTES: usize = 208;

/** Rates in bytes, FIPS 202 §6: 200 − 2·security. */
export const RATE_SHAKE128: u32 = 168;
export const RATE_SHAKE256: u32 = 136;

/** Domain bits, then the first bit of pad10*1, FIPS 202 §6.2 and §5.1, least significant first. */
export const DOMAIN_SHAKE: u8 = 0x1f;

const RATE_OFFSET: usize = 200;
const FILL_OFFSET: usize = 204;

/** ι constants of the 24 rounds, FIPS 202 §3.2.5. */
// prettier-ignore
export const ROUND_CONSTANTS: usize = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);

export function spongeInit(sponge: usize, rate: u32): void {
  memory.fill(sponge, 0, 200);
  store<u32>(sponge, rate, RATE_OFFSET);
  store<u32>(sponge, 0, FILL_OFFSET);
}

/** May be called any number of times before `spongeFinish`. */
export function spongeAbsorb(sponge: usize, data: usize, length: usize): void {
  const rate = <usize>load<u32>(sponge, RATE_OFFSET);
  let offset = <usize>load<u32>(sponge, FILL_OFFSET);
  while (length > 0) {
    const taken = min(rate - offset, length);
    xorInto(sponge + offset, data, taken);
    data += taken;
    length -= taken;
    offset += taken;
    if (offset == rate) {
      keccakF1600(sponge);
      offset = 0;
    }
  }
  store<u32>(sponge, <u32>offset, FILL_OFFSET);
}

export function spongeAbsorbByte(sponge: usize, byte: u8): void {
  const offset = <usize>load<u32>(sponge, FILL_OFFSET);
  store<u8>(sponge + offset, load<u8>(sponge + offset) ^ byte);
  store<u32>(sponge, <u32>offset + 1, FILL_OFFSET);
  if (<u32>offset + 1 == load<u32>(sponge, RATE_OFFSET)) {
    keccakF1600(sponge);
    store<u32>(sponge, 0, FILL_OFFSET);
  }
}

/** Pads and permutes: the first block of output then stands at `sponge` (FIPS 202 §5.1, §4). */
export function spongeFinish(sponge: usize, domain: u8): void {
  const rate = <usize>load<u32>(sponge, RATE_OFFSET);
  const end = sponge + <usize>load<u32>(sponge, FILL_OFFSET);
  store<u8>(end, load<u8>(end) ^ domain);
  const last = sponge + rate - 1;
  store<u8>(last, load<u8>(last) ^ 0x80);
  keccakF1600(sponge);
  store<u32>(sponge, 0, FILL_OFFSET);
}

/** After `spongeFinish`, any number of times: the output goes on where it ended. */
export function spongeSqueeze(sponge: usize, target: usize, length: usize): void {
  const rate = <usize>load<u32>(sponge, RATE_OFFSET);
  let offset = <usize>load<u32>(sponge, FILL_OFFSET);
  while (length > 0) {
    if (offset == rate) {
      keccakF1600(sponge);
      offset = 0;
    }
    const taken = min(rate - offset, length);
    memory.copy(target, sponge + offset, taken);
    target += taken;
    length -= taken;
    offset += taken;
  }
  store<u32>(sponge, <u32>offset, FILL_OFFSET);
}

/** SHAKE256 of one string: H of FIPS 204 §3.7. */
export function shake256Into(
  sponge: usize,
  data: usize,
  length: usize,
  target: usize,
  targetLength: usize,
): void {
  spongeInit(sponge, RATE_SHAKE256);
  spongeAbsorb(sponge, data, length);
  spongeFinish(sponge, DOMAIN_SHAKE);
  spongeSqueeze(sponge, target, targetLength);
}

/** Lanes first, then bytes: WASM loads need no alignment. */
function xorInto(target: usize, data: usize, length: usize): void {
  const lanesEnd = data + (length & ~7);
  const end = data + length;
  while (data < lanesEnd) {
    store<u64>(target, load<u64>(target) ^ load<u64>(data));
    target += 8;
    data += 8;
  }
  while (data < end) {
    store<u8>(target, load<u8>(target) ^ load<u8>(data));
    target += 1;
    data += 1;
  }
}

/**
 * The permutation, FIPS 202 §3.3. All lanes are locals: lane (x, y) is `axy`, after θ, ρ and π `bxy`.
 * One round a turn of the loop, formulas as in the standard: unrolling by 2 to 24 rounds and lane
 * complementing gain up to 5 % on Node 20 and 17 % on Node 24 in some mixtures, and lose on the other.
 */
export function keccakF1600(state: usize): void {
  let a00 = load<u64>(state, 0);
  let a10 = load<u64>(state, 8);
  let a20 = load<u64>(state, 16);
  let a30 = load<u64>(state, 24);
  let a40 = load<u64>(state, 32);
  let a01 = load<u64>(state, 40);
  let a11 = load<u64>(state, 48);
  let a21 = load<u64>(state, 56);
  let a31 = load<u64>(state, 64);
  let a41 = load<u64>(state, 72);
  let a02 = load<u64>(state, 80);
  let a12 = load<u64>(state, 88);
  let a22 = load<u64>(state, 96);
  let a32 = load<u64>(state, 104);
  let a42 = load<u64>(state, 112);
  let a03 = load<u64>(state, 120);
  let a13 = load<u64>(state, 128);
  let a23 = load<u64>(state, 136);
  let a33 = load<u64>(state, 144);
  let a43 = load<u64>(state, 152);
  let a04 = load<u64>(state, 160);
  let a14 = load<u64>(state, 168);
  let a24 = load<u64>(state, 176);
  let a34 = load<u64>(state, 184);
  let a44 = load<u64>(state, 192);
  for (let constant = ROUND_CONSTANTS; constant < ROUND_CONSTANTS + 24 * 8; constant += 8) {
    // θ: every lane takes the parities of two columns.
    const c0 = a00 ^ a01 ^ a02 ^ a03 ^ a04;
    const c1 = a10 ^ a11 ^ a12 ^ a13 ^ a14;
    const c2 = a20 ^ a21 ^ a22 ^ a23 ^ a24;
    const c3 = a30 ^ a31 ^ a32 ^ a33 ^ a34;
    const c4 = a40 ^ a41 ^ a42 ^ a43 ^ a44;
    const d0 = c4 ^ rotl<u64>(c1, 1);
    const d1 = c0 ^ rotl<u64>(c2, 1);
    const d2 = c1 ^ rotl<u64>(c3, 1);
    const d3 = c2 ^ rotl<u64>(c4, 1);
    const d4 = c3 ^ rotl<u64>(c0, 1);
    // ρ and π: rotate, and move lane (x, y) to (y, 2x + 3y).
    const b00 = a00 ^ d0;
    const b10 = rotl<u64>(a11 ^ d1, 44);
    const b20 = rotl<u64>(a22 ^ d2, 43);
    const b30 = rotl<u64>(a33 ^ d3, 21);
    const b40 = rotl<u64>(a44 ^ d4, 14);
    const b01 = rotl<u64>(a30 ^ d3, 28);
    const b11 = rotl<u64>(a41 ^ d4, 20);
    const b21 = rotl<u64>(a02 ^ d0, 3);
    const b31 = rotl<u64>(a13 ^ d1, 45);
    const b41 = rotl<u64>(a24 ^ d2, 61);
    const b02 = rotl<u64>(a10 ^ d1, 1);
    const b12 = rotl<u64>(a21 ^ d2, 6);
    const b22 = rotl<u64>(a32 ^ d3, 25);
    const b32 = rotl<u64>(a43 ^ d4, 8);
    const b42 = rotl<u64>(a04 ^ d0, 18);
    const b03 = rotl<u64>(a40 ^ d4, 27);
    const b13 = rotl<u64>(a01 ^ d0, 36);
    const b23 = rotl<u64>(a12 ^ d1, 10);
    const b33 = rotl<u64>(a23 ^ d2, 15);
    const b43 = rotl<u64>(a34 ^ d3, 56);
    const b04 = rotl<u64>(a20 ^ d2, 62);
    const b14 = rotl<u64>(a31 ^ d3, 55);
    const b24 = rotl<u64>(a42 ^ d4, 39);
    const b34 = rotl<u64>(a03 ^ d0, 41);
    const b44 = rotl<u64>(a14 ^ d1, 2);
    // χ along each row, and ι on lane (0, 0).
    a00 = b00 ^ (~b10 & b20) ^ load<u64>(constant);
    a10 = b10 ^ (~b20 & b30);
    a20 = b20 ^ (~b30 & b40);
    a30 = b30 ^ (~b40 & b00);
    a40 = b40 ^ (~b00 & b10);
    a01 = b01 ^ (~b11 & b21);
    a11 = b11 ^ (~b21 & b31);
    a21 = b21 ^ (~b31 & b41);
    a31 = b31 ^ (~b41 & b01);
    a41 = b41 ^ (~b01 & b11);
    a02 = b02 ^ (~b12 & b22);
    a12 = b12 ^ (~b22 & b32);
    a22 = b22 ^ (~b32 & b42);
    a32 = b32 ^ (~b42 & b02);
    a42 = b42 ^ (~b02 & b12);
    a03 = b03 ^ (~b13 & b23);
    a13 = b13 ^ (~b23 & b33);
    a23 = b23 ^ (~b33 & b43);
    a33 = b33 ^ (~b43 & b03);
    a43 = b43 ^ (~b03 & b13);
    a04 = b04 ^ (~b14 & b24);
    a14 = b14 ^ (~b24 & b34);
    a24 = b24 ^ (~b34 & b44);
    a34 = b34 ^ (~b44 & b04);
    a44 = b44 ^ (~b04 & b14);
  }
  store<u64>(state, a00, 0);
  store<u64>(state, a10, 8);
  store<u64>(state, a20, 16);
  store<u64>(state, a30, 24);
  store<u64>(state, a40, 32);
  store<u64>(state, a01, 40);
  store<u64>(state, a11, 48);
  store<u64>(state, a21, 56);
  store<u64>(state, a31, 64);
  store<u64>(state, a41, 72);
  store<u64>(state, a02, 80);
  store<u64>(state, a12, 88);
  store<u64>(state, a22, 96);
  store<u64>(state, a32, 104);
  store<u64>(state, a42, 112);
  store<u64>(state, a03, 120);
  store<u64>(state, a13, 128);
  store<u64>(state, a23, 136);
  store<u64>(state, a33, 144);
  store<u64>(state, a43, 152);
  store<u64>(state, a04, 160);
  store<u64>(state, a14, 168);
  store<u64>(state, a24, 176);
  store<u64>(state, a34, 184);
  store<u64>(state, a44, 192);
}

/**
 * For the JavaScript side: one hash at a time over public bytes, in the shared sponge. `rate` and `domain`
 * choose the function; `keccakSqueeze` may follow `keccakFinal` any number of times.
 */
export function keccakInit(rate: u32): void {
  spongeInit(WORK_KECCAK, rate);
}

export function keccakUpdate(data: usize, length: usize): void {
  spongeAbsorb(WORK_KECCAK, data, length);
}

export function keccakFinal(domain: u8): void {
  spongeFinish(WORK_KECCAK, domain);
}

export function keccakSqueeze(target: usize, length: usize): void {
  spongeSqueeze(WORK_KECCAK, target, length);
}
