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
import { unpackZ } from "./pack";
import { C_TILDE_BYTES, ETA, K, L, N, POLY_BYTES, Q, SEED_BYTES, TAU, Z_POLY_BYTES } from "./params";

/** Â from ρ, in the NTT domain, row after row (algorithm 32). */
export function expandA(matrix: usize, rho: usize, sponge: usize): void {
  for (let row: u8 = 0; row < <u8>K; row++) {
    for (let column: u8 = 0; column < <u8>L; column++) {
      spongeInit(sponge, RATE_SHAKE128);
      spongeAbsorb(sponge, rho, SEED_BYTES);
      spongeAbsorbByte(sponge, column);
      spongeAbsorbByte(sponge, row);
      spongeFinish(sponge, DOMAIN_SHAKE);
      rejNttPoly(matrix, sponge);
      matrix += POLY_BYTES;
    }
  }
}

/** 256 uniform coefficients in [0, q) from the blocks of a finished SHAKE128 sponge (algorithms 14 and 30). */
export function rejNttPoly(poly: usize, sponge: usize): void {
  const polyEnd = poly + POLY_BYTES;
  const blockEnd = sponge + RATE_SHAKE128;
  for (;;) {
    // Three bytes a candidate, read from the state itself; the fourth byte of each load is masked away.
    for (let p = sponge; p < blockEnd; p += 3) {
      const candidate = <i32>(load<u32>(p) & 0x7fffff);
      if (candidate < Q) {
        store<i32>(poly, candidate);
        poly += 4;
        if (poly == polyEnd) return;
      }
    }
    keccakF1600(sponge);
  }
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
