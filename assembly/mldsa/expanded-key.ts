/**
 * Keys in the form that verification and signing compute with. This is the seam for known keys: callers ask
 * for the expanded form of a key and get an address; that it is computed anew each time is known only here.
 *
 *   public, EXPANDED_KEY_BYTES   0 tr = H(pk) · 64 Â, 30 polynomials · 30784 NTT(t1·2^d), 6 polynomials
 *   secret                       ŝ1, 5 polynomials · ŝ2, 6 · t̂0, 6; in the SECRET region
 */
import { shake256Into } from "../hash/keccak";
import { ntt, nttVector } from "./ntt";
import { unpackEta, unpackT0, unpackT1Shifted } from "./pack";
import {
  ETA_POLY_BYTES,
  K,
  L,
  MATRIX_BYTES,
  POLY_BYTES,
  PUBLIC_KEY_BYTES,
  SECRET_EXPANDED_KEY,
  SECRET_S1,
  SECRET_S2,
  SECRET_T0,
  SEED_BYTES,
  T0_POLY_BYTES,
  T1_POLY_BYTES,
  TR_BYTES,
  WORK_EXPANDED_KEY,
  WORK_SIGNING_MATRIX,
  WORK_SIGNING_RHO,
  WORK_SPONGE,
} from "./params";
import { expandA } from "./sample";

// @ts-ignore: decorator
@inline
export function expandedTr(key: usize): usize {
  return key;
}

// @ts-ignore: decorator
@inline
export function expandedMatrix(key: usize): usize {
  return key + TR_BYTES;
}

// @ts-ignore: decorator
@inline
export function expandedT1(key: usize): usize {
  return key + TR_BYTES + MATRIX_BYTES;
}

/** The expanded form of the public key (1952 bytes) at `publicKey`; valid until the next call. */
export function expandedPublicKey(publicKey: usize): usize {
  const key = WORK_EXPANDED_KEY;
  shake256Into(WORK_SPONGE, publicKey, PUBLIC_KEY_BYTES, expandedTr(key), TR_BYTES);
  expandA(expandedMatrix(key), publicKey);
  for (let i: usize = 0; i < K; i++) {
    const poly = expandedT1(key) + i * POLY_BYTES;
    unpackT1Shifted(poly, publicKey + SEED_BYTES + i * T1_POLY_BYTES);
    ntt(poly);
  }
  return key;
}

/** Â alone; valid until the next call of either function. */
export function expandedMatrixOf(rho: usize): usize {
  const matrix = expandedMatrix(WORK_EXPANDED_KEY);
  expandA(matrix, rho);
  return matrix;
}

let signingMatrixIsReady = false;

/**
 * Â of a key that signs, kept for its next signature: who signs, signs often, with one key. ρ and Â are public;
 * what derives from the secret part of a key is made anew and wiped each time.
 */
export function signingMatrixOf(rho: usize): usize {
  if (!signingMatrixIsReady || memory.compare(rho, WORK_SIGNING_RHO, SEED_BYTES) != 0) {
    memory.copy(WORK_SIGNING_RHO, rho, SEED_BYTES);
    expandA(WORK_SIGNING_MATRIX, rho);
    signingMatrixIsReady = true;
  }
  return WORK_SIGNING_MATRIX;
}

/** ŝ1, ŝ2 and t̂0 of the secret key (4032 bytes) at `secretKey`, where `params.ts` places them. */
export function expandSecretKey(secretKey: usize): void {
  let bytes = secretKey + 2 * SEED_BYTES + TR_BYTES;
  for (let i: usize = 0; i < L; i++) {
    unpackEta(SECRET_S1 + i * POLY_BYTES, bytes);
    bytes += ETA_POLY_BYTES;
  }
  for (let i: usize = 0; i < K; i++) {
    unpackEta(SECRET_S2 + i * POLY_BYTES, bytes);
    bytes += ETA_POLY_BYTES;
  }
  for (let i: usize = 0; i < K; i++) {
    unpackT0(SECRET_T0 + i * POLY_BYTES, bytes);
    bytes += T0_POLY_BYTES;
  }
  nttVector(SECRET_EXPANDED_KEY, L + K + K);
}
