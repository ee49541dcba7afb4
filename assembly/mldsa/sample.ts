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
  N,
  POLY_BYTES,
  pairBlock0,
  pairBlock1,
  Q,
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

/** `count` polynomials with coefficients in [−η, η] from ρ′ (64 bytes) and a counter from `nonce` on (algorithm 33). */
export function expandS(vector: usize, count: usize, rhoPrime: usize, nonce: u8, sponge: usize): void {
  for (let i: usize = 0; i < count; i++) {
    spongeInit(sponge, RATE_SHAKE256);
    spongeAbsorb(sponge, rhoPrime, 64);
    spongeAbsorbByte(sponge, nonce + <u8>i);
    spongeAbsorbByte(sponge, 0);
    spongeFinish(sponge, DOMAIN_SHAKE);
    rejBoundedPoly(vector + i * POLY_BYTES, sponge);
  }
}

/** Algorithms 15 and 31 for η = 4: half bytes below 9 become 4 − b. */
function rejBoundedPoly(poly: usize, sponge: usize): void {
  let count: usize = 0;
  for (;;) {
    for (let i: usize = 0; i < RATE_SHAKE256; i++) {
      const byte = <i32>load<u8>(sponge + i);
      count += writeCandidate(poly, count, byte & 15);
      if (count == N) return;
      count += writeCandidate(poly, count, byte >> 4);
      if (count == N) return;
    }
    keccakF1600(sponge);
  }
}

/** Writes at place `count`, and answers 1 if the candidate may stay there; else the next one overwrites it. */
// @ts-ignore: decorator
@inline
function writeCandidate(poly: usize, count: usize, half: i32): usize {
  store<i32>(poly + 4 * count, ETA - half);
  return <usize>(<u32>(half - 9) >> 31);
}

/** y from ρ″ (64 bytes) and the counter κ: ℓ polynomials with coefficients in (−γ1, γ1] (algorithm 34). */
export function expandMask(vector: usize, rhoPrime: usize, kappa: i32, blocks: usize, sponge: usize): void {
  for (let i: usize = 0; i < L; i++) {
    const counter = kappa + <i32>i;
    spongeInit(sponge, RATE_SHAKE256);
    spongeAbsorb(sponge, rhoPrime, 64);
    spongeAbsorbByte(sponge, <u8>counter);
    spongeAbsorbByte(sponge, <u8>(counter >> 8));
    spongeFinish(sponge, DOMAIN_SHAKE);
    spongeSqueeze(sponge, blocks, Z_POLY_BYTES);
    unpackZ(vector + i * POLY_BYTES, blocks);
  }
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
