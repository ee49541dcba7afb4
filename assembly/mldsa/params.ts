/**
 * ML-DSA-65: the numbers of FIPS 204 (§4, tables 1 and 2), and where its polynomials lie in memory.
 *
 * A polynomial is 256 signed 32-bit coefficients, 1 KiB; a vector is polynomials one after the other. What
 * derives from a secret key, a seed or a mask lies in the SECRET region only, and `mlDsa65Wipe` clears all
 * of it; what anyone can compute from a public key and a signature lies in WORK.
 */
import { RATE_SHAKE128, SPONGE_BYTES } from "../hash/keccak";
import { STATE_PAIR_BYTES } from "../hash/keccak-pair";
import { SECRET, SECRET_BYTES, SECRET_MLDSA, WORK_JSON, WORK_MLDSA } from "../layout";

export const N: usize = 256;
export const Q: i32 = 8380417; // 2²³ − 2¹³ + 1
export const D: i32 = 13; // low bits of t that the public key drops
export const TAU: usize = 49; // ±1 coefficients of the challenge
export const GAMMA1: i32 = 1 << 19; // range of the mask y
export const GAMMA2: i32 = (Q - 1) / 32; // half the step of Decompose
export const K: usize = 6; // rows of A
export const L: usize = 5; // columns of A
export const ETA: i32 = 4; // range of the secret vectors
export const BETA: i32 = 196; // τ·η: how far c·s can reach
export const OMEGA: usize = 55; // hints at most

/** Largest number of signing rounds (FIPS 204 appendix C): a sound key exceeds it with probability < 2⁻²⁵⁶. */
export const SIGN_ROUNDS_MAX: i32 = 814;

export const SEED_BYTES: usize = 32;
export const TR_BYTES: usize = 64;
export const MU_BYTES: usize = 64;
export const C_TILDE_BYTES: usize = 48; // λ/4
export const ETA_POLY_BYTES: usize = 128; // 4 bits a coefficient
export const T0_POLY_BYTES: usize = 416; // 13 bits
export const T1_POLY_BYTES: usize = 320; // 10 bits
export const Z_POLY_BYTES: usize = 640; // 20 bits
export const W1_POLY_BYTES: usize = 128; // 4 bits
export const HINT_BYTES: usize = OMEGA + K;
export const PUBLIC_KEY_BYTES: usize = 1952; // ρ ‖ t1

export const POLY_BYTES: usize = 4 * N;
export const MATRIX_BYTES: usize = K * L * POLY_BYTES;

/** The blocks of SHAKE256 that one packed mask takes, 640 bytes, with room for a vector past their end. */
export const MASK_BLOCKS_BYTES: usize = 5 * 136 + 24;

/** Two sponges in step, and a block of output of each, with room for vectors that reach past its end. */
const PAIR_BLOCK_BYTES: usize = (<usize>RATE_SHAKE128) + 24;
export const PAIR_BYTES: usize = STATE_PAIR_BYTES + 2 * PAIR_BLOCK_BYTES;

// @ts-ignore: decorator
@inline
export function pairBlock0(pair: usize): usize {
  return pair + STATE_PAIR_BYTES;
}

// @ts-ignore: decorator
@inline
export function pairBlock1(pair: usize): usize {
  return pair + STATE_PAIR_BYTES + PAIR_BLOCK_BYTES;
}

/*
 * WORK: public values.
 *
 *   EXPANDED_KEY   tr ‖ Â (30 polynomials) ‖ NTT(t1·2^d) (6 polynomials): see expanded-key.ts
 *   then what one verification needs, and the sponges
 */
export const EXPANDED_KEY_BYTES: usize = TR_BYTES + MATRIX_BYTES + K * POLY_BYTES;
export const WORK_EXPANDED_KEY: usize = WORK_MLDSA;
export const WORK_Z: usize = WORK_EXPANDED_KEY + EXPANDED_KEY_BYTES;
export const WORK_C: usize = WORK_Z + L * POLY_BYTES;
export const WORK_W: usize = WORK_C + POLY_BYTES;
export const WORK_HIGH: usize = WORK_W + POLY_BYTES;
export const WORK_W1: usize = WORK_HIGH + POLY_BYTES;
export const WORK_HINT: usize = WORK_W1 + W1_POLY_BYTES; // as the signature has it, 61 bytes
export const WORK_MU: usize = WORK_HINT + 64;
export const WORK_C_TILDE: usize = WORK_MU + MU_BYTES;
export const WORK_C_TILDE_GOT: usize = WORK_C_TILDE + C_TILDE_BYTES;
export const WORK_SPONGE: usize = WORK_C_TILDE_GOT + C_TILDE_BYTES;
export const WORK_MU_SPONGE: usize = WORK_SPONGE + SPONGE_BYTES;
export const WORK_PAIR: usize = WORK_MU_SPONGE + SPONGE_BYTES;
export const WORK_SIGNING_RHO: usize = WORK_PAIR + PAIR_BYTES;
export const WORK_SIGNING_MATRIX: usize = WORK_SIGNING_RHO + SEED_BYTES; // outlives a call: see expanded-key.ts
export const WORK_END: usize = WORK_SIGNING_MATRIX + MATRIX_BYTES;
if (WORK_END > WORK_JSON) ERROR("the work area of ML-DSA reaches into that of JSON");

/*
 * SECRET: everything that a secret key or a mask went into.
 *
 *   SECRET_ARGS   where the caller puts seed or secret key and entropy, and finds the new secret key
 */
export const SECRET_ARGS: usize = SECRET_MLDSA;
export const SECRET_ARGS_BYTES: usize = 8192;
export const SECRET_EXPANDED_KEY: usize = SECRET_ARGS + SECRET_ARGS_BYTES; // ŝ1 ‖ ŝ2 ‖ t̂0
export const SECRET_S1: usize = SECRET_EXPANDED_KEY;
export const SECRET_S2: usize = SECRET_S1 + L * POLY_BYTES;
export const SECRET_T0: usize = SECRET_S2 + K * POLY_BYTES;
export const SECRET_Y: usize = SECRET_T0 + K * POLY_BYTES; // and the first polynomial of the next mask
export const SECRET_Z: usize = SECRET_Y + (L + 1) * POLY_BYTES;
export const SECRET_W0: usize = SECRET_Z + L * POLY_BYTES;
export const SECRET_W1: usize = SECRET_W0 + K * POLY_BYTES;
export const SECRET_C: usize = SECRET_W1 + K * POLY_BYTES;
export const SECRET_PRODUCT: usize = SECRET_C + POLY_BYTES;
export const SECRET_HINTS: usize = SECRET_PRODUCT + POLY_BYTES;
export const SECRET_BLOCKS: usize = SECRET_HINTS + K * N; // XOF output of two masks, or packed w1
export const SECRET_SEEDS: usize = SECRET_BLOCKS + 2 * MASK_BLOCKS_BYTES; // ρ ‖ ρ′ ‖ K of keygen; μ ‖ ρ″ ‖ c̃ of sign
export const SECRET_SPONGE: usize = SECRET_SEEDS + 256;
export const SECRET_MU_SPONGE: usize = SECRET_SPONGE + SPONGE_BYTES;
export const SECRET_PAIR: usize = SECRET_MU_SPONGE + SPONGE_BYTES;
export const SECRET_END: usize = SECRET_PAIR + PAIR_BYTES;
if (SECRET_END > SECRET + SECRET_BYTES) ERROR("secrets of ML-DSA reach past the SECRET region");

/** Clears every byte that a secret went through. The caller does it after each use of a secret, failed or not. */
export function mlDsa65Wipe(): void {
  memory.fill(SECRET_MLDSA, 0, SECRET_END - SECRET_MLDSA);
}

/** Where the JavaScript side puts and finds secret arguments. */
export function mlDsa65SecretArgs(): usize {
  return SECRET_ARGS;
}
