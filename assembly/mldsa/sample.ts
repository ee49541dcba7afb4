/**
 * Pseudorandom polynomials of ML-DSA-65 (FIPS 204 §7.3): the matrix, secrets, masks and challenges.
 *
 * Matrix entries derive from public ρ, so that their rejection may branch. Secret coefficients are sampled
 * without a branch on their value: every candidate is written and the place moves on only if it counts. The
 * number of candidates a polynomial takes shows in the timing; it says nothing about the accepted ones.
 */
import {
  DOMAIN_SHAKE,
  keccakF1600,
  RATE_SHAKE128,
  RATE_SHAKE256,
  spongeAbsorb,
  spongeAbsorbByte,
  spongeFinish,
  spongeInit,
  spongeSqueeze,
} from "../hash/keccak";
import { keccakF1600Pair, shakePairBegin, shakePairBlock } from "../hash/keccak-pair";
import { unpackZ } from "./pack";
import {
  C_TILDE_BYTES,
  ETA,
  K,
  L,
  MASK_BLOCKS_BYTES,
  N,
  POLY_BYTES,
  pairBlock0,
  pairBlock1,
  Q,
  SECRET_BLOCKS,
  SECRET_PAIR,
  SECRET_SPONGE,
  SEED_BYTES,
  TAU,
  WORK_PAIR,
  WORK_SPONGE,
  Z_POLY_BYTES,
} from "./params";

/** Â from ρ, in the NTT domain, row after row (algorithm 32). */
export function expandA(matrix: usize, rho: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let entry: u32 = 0; entry < <u32>(K * L); entry += 2) {
      expandEntryPair(matrix + <usize>entry * POLY_BYTES, rho, entryNonce(entry), entryNonce(entry + 1));
    }
  } else {
    for (let entry: u32 = 0; entry < <u32>(K * L); entry++) {
      expandEntry(matrix + <usize>entry * POLY_BYTES, rho, entryNonce(entry));
    }
  }
}

/** Column, then row. */
// @ts-ignore: decorator
@inline
function entryNonce(entry: u32): u16 {
  return <u16>((entry % <u32>L) | ((entry / <u32>L) << 8));
}

/** 256 uniform coefficients in [0, q) from SHAKE128(ρ ‖ nonce) (algorithms 14 and 30). */
function expandEntry(poly: usize, rho: usize, nonce: u16): void {
  spongeInit(WORK_SPONGE, RATE_SHAKE128);
  spongeAbsorb(WORK_SPONGE, rho, SEED_BYTES);
  spongeAbsorbByte(WORK_SPONGE, <u8>nonce);
  spongeAbsorbByte(WORK_SPONGE, <u8>(nonce >> 8));
  spongeFinish(WORK_SPONGE, DOMAIN_SHAKE);
  const end = poly + POLY_BYTES;
  for (;;) {
    poly = acceptCandidates(poly, end, WORK_SPONGE, WORK_SPONGE + RATE_SHAKE128);
    if (poly == end) return;
    keccakF1600(WORK_SPONGE);
  }
}

/** The same for two polynomials that follow each other. */
function expandEntryPair(poly: usize, rho: usize, nonce0: u16, nonce1: u16): void {
  const block0 = pairBlock0(WORK_PAIR), block1 = pairBlock1(WORK_PAIR);
  const end0 = poly + POLY_BYTES, end1 = end0 + POLY_BYTES;
  let poly0 = poly, poly1 = end0;
  shakePairBegin(WORK_PAIR, RATE_SHAKE128, rho, SEED_BYTES, nonce0, nonce1);
  for (;;) {
    shakePairBlock(WORK_PAIR, RATE_SHAKE128, block0, block1);
    poly0 = acceptCandidateVectors(poly0, end0, block0);
    poly1 = acceptCandidateVectors(poly1, end1, block1);
    if (poly0 == end0 && poly1 == end1) return;
    keccakF1600Pair(WORK_PAIR);
  }
}

/** Writes the candidates from `bytes` to `bytesEnd` that are below q, until the polynomial is full. */
function acceptCandidates(poly: usize, polyEnd: usize, bytes: usize, bytesEnd: usize): usize {
  // Three bytes a candidate; the fourth byte of each load is masked away.
  for (; bytes < bytesEnd && poly < polyEnd; bytes += 3) {
    const candidate = <i32>(load<u32>(bytes) & 0x7fffff);
    if (candidate < Q) {
      store<i32>(poly, candidate);
      poly += 4;
    }
  }
  return poly;
}

/** The same for a block, four candidates at a time: of 250 such groups, 249 hold no candidate to refuse. */
function acceptCandidateVectors(poly: usize, polyEnd: usize, block: usize): usize {
  const blockEnd = block + RATE_SHAKE128;
  while (block < blockEnd && poly + 16 <= polyEnd) {
    const bytes = v128.load(block);
    const four = v128.and(
      v128.shuffle<u8>(bytes, bytes, 0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9, 10, 11, 12),
      i32x4.splat(0x7fffff),
    );
    if (i32x4.all_true(i32x4.lt_s(four, i32x4.splat(Q)))) {
      v128.store(poly, four);
      poly += 16;
    } else {
      poly = acceptCandidates(poly, polyEnd, block, block + 12);
    }
    block += 12;
  }
  return acceptCandidates(poly, polyEnd, block, blockEnd);
}

/** `count` polynomials with coefficients in [−η, η] from ρ′ (64 bytes) and a counter from 0 on (algorithm 33). */
export function expandS(vector: usize, count: u32, rhoPrime: usize): void {
  let nonce: u32 = 0;
  if (ASC_FEATURE_SIMD) {
    for (; nonce + 2 <= count; nonce += 2) {
      expandBoundedPair(vector + <usize>nonce * POLY_BYTES, rhoPrime, <u16>nonce);
    }
  }
  for (; nonce < count; nonce++) expandBounded(vector + <usize>nonce * POLY_BYTES, rhoPrime, <u16>nonce);
}

function expandBounded(poly: usize, rhoPrime: usize, nonce: u16): void {
  shake256Nonce(rhoPrime, nonce);
  for (let count: usize = 0; ; ) {
    count = acceptHalfBytes(poly, count, SECRET_SPONGE);
    if (count == N) return;
    keccakF1600(SECRET_SPONGE);
  }
}

/** The same for two polynomials that follow each other. */
function expandBoundedPair(poly: usize, rhoPrime: usize, nonce: u16): void {
  const block0 = pairBlock0(SECRET_PAIR), block1 = pairBlock1(SECRET_PAIR);
  let count0: usize = 0, count1: usize = 0;
  shakePairBegin(SECRET_PAIR, RATE_SHAKE256, rhoPrime, 64, nonce, nonce + 1);
  for (;;) {
    shakePairBlock(SECRET_PAIR, RATE_SHAKE256, block0, block1);
    count0 = acceptHalfBytes(poly, count0, block0);
    count1 = acceptHalfBytes(poly + POLY_BYTES, count1, block1);
    if (count0 + count1 == 2 * N) return;
    keccakF1600Pair(SECRET_PAIR);
  }
}

/** SHAKE256 of ρ′ or ρ″ and a counter of 16 bits, in the secret sponge. */
function shake256Nonce(seed: usize, nonce: u16): void {
  spongeInit(SECRET_SPONGE, RATE_SHAKE256);
  spongeAbsorb(SECRET_SPONGE, seed, 64);
  spongeAbsorbByte(SECRET_SPONGE, <u8>nonce);
  spongeAbsorbByte(SECRET_SPONGE, <u8>(nonce >> 8));
  spongeFinish(SECRET_SPONGE, DOMAIN_SHAKE);
}

/** Algorithms 15 and 31 for η = 4: half bytes below 9 become 4 − b. From place `count` on; answers the next. */
function acceptHalfBytes(poly: usize, count: usize, block: usize): usize {
  for (let i: usize = 0; i < RATE_SHAKE256 && count < N; i++) {
    const byte = <i32>load<u8>(block + i);
    count += writeCandidate(poly, count, byte & 15);
    if (count == N) return count;
    count += writeCandidate(poly, count, byte >> 4);
  }
  return count;
}

/** Writes at place `count`, and answers 1 if the candidate may stay there; else the next one overwrites it. */
// @ts-ignore: decorator
@inline
function writeCandidate(poly: usize, count: usize, half: i32): usize {
  store<i32>(poly + 4 * count, ETA - half);
  return <usize>(<u32>(half - 9) >> 31);
}

/**
 * y from ρ″ (64 bytes) and the counter κ: ℓ polynomials with coefficients in (−γ1, γ1] (algorithm 34). Rounds
 * follow each other from κ = 0 in steps of ℓ, which is odd: in the SIMD builds an even round makes the first
 * polynomial of the next one too, behind its own.
 */
export function expandMask(vector: usize, rhoPrime: usize, kappa: i32): void {
  if (ASC_FEATURE_SIMD) {
    let i = kappa & 1;
    if (i) memory.copy(vector, vector + L * POLY_BYTES, POLY_BYTES);
    for (; i < <i32>L; i += 2) expandMaskPair(vector + i * POLY_BYTES, rhoPrime, <u16>(kappa + i));
  } else {
    for (let i: i32 = 0; i < <i32>L; i++) {
      shake256Nonce(rhoPrime, <u16>(kappa + i));
      spongeSqueeze(SECRET_SPONGE, SECRET_BLOCKS, Z_POLY_BYTES);
      unpackZ(vector + i * POLY_BYTES, SECRET_BLOCKS);
    }
  }
}

function expandMaskPair(poly: usize, rhoPrime: usize, nonce: u16): void {
  const blocks0 = SECRET_BLOCKS, blocks1 = SECRET_BLOCKS + MASK_BLOCKS_BYTES;
  shakePairBegin(SECRET_PAIR, RATE_SHAKE256, rhoPrime, 64, nonce, nonce + 1);
  for (let offset: usize = 0; ; keccakF1600Pair(SECRET_PAIR)) {
    shakePairBlock(SECRET_PAIR, RATE_SHAKE256, blocks0 + offset, blocks1 + offset);
    offset += RATE_SHAKE256;
    if (offset >= Z_POLY_BYTES) break;
  }
  unpackZ(poly, blocks0);
  unpackZ(poly + POLY_BYTES, blocks1);
}

/** The challenge: τ coefficients ±1 from c̃, the others 0 (algorithm 29). The places are public with the signature. */
export function sampleInBall(poly: usize, cTilde: usize, sponge: usize): void {
  spongeInit(sponge, RATE_SHAKE256);
  spongeAbsorb(sponge, cTilde, C_TILDE_BYTES);
  spongeFinish(sponge, DOMAIN_SHAKE);
  memory.fill(poly, 0, POLY_BYTES);
  let signs = load<u64>(sponge);
  let offset: usize = 8;
  for (let i: usize = N - TAU; i < N; i++) {
    let j: usize;
    do {
      if (offset == RATE_SHAKE256) {
        keccakF1600(sponge);
        offset = 0;
      }
      j = <usize>load<u8>(sponge + offset);
      offset += 1;
    } while (j > i);
    store<i32>(poly + 4 * i, load<i32>(poly + 4 * j));
    store<i32>(poly + 4 * j, 1 - 2 * <i32>(signs & 1));
    signs >>= 1;
  }
}
