/**
 * ML-DSA-65 key generation from a seed (FIPS 204 algorithm 6).
 *
 * Seed and secret key lie in the SECRET region, as all that derives from the seed does; ρ and the matrix
 * are public. The caller reads the secret key and then calls `mlDsa65Wipe`.
 */
import {
  DOMAIN_SHAKE,
  RATE_SHAKE256,
  shake256Into,
  spongeAbsorb,
  spongeAbsorbByte,
  spongeFinish,
  spongeInit,
  spongeSqueeze,
} from "../hash/keccak";
import { expandedMatrixOf } from "./expanded-key";
import { dotProduct, nttInverse, nttVector } from "./ntt";
import { packEta, packT0, packT1 } from "./pack";
import {
  ETA_POLY_BYTES,
  K,
  L,
  POLY_BYTES,
  PUBLIC_KEY_BYTES,
  SECRET_C,
  SECRET_PRODUCT,
  SECRET_S1,
  SECRET_S2,
  SECRET_SEEDS,
  SECRET_SPONGE,
  SECRET_Z,
  SEED_BYTES,
  T0_POLY_BYTES,
  T1_POLY_BYTES,
  TR_BYTES,
} from "./params";
import { power2RoundSum } from "./poly";
import { expandS } from "./sample";

/** ρ ‖ ρ′ ‖ K, as H yields them. */
const RHO: usize = SECRET_SEEDS;
const RHO_PRIME: usize = RHO + 32;
const KEY: usize = RHO_PRIME + 64;

/** `seed` 32 bytes → `publicKey` 1952 bytes, `secretKey` 4032 bytes. */
export function mlDsa65Keygen(seed: usize, publicKey: usize, secretKey: usize): void {
  expandSeed(seed);
  expandS(SECRET_S1, <u32>(L + K), RHO_PRIME); // s2 follows s1, in memory and in the counter
  memory.copy(publicKey, RHO, SEED_BYTES);

  const tr = secretKey + 2 * SEED_BYTES;
  const s1 = tr + TR_BYTES;
  const s2 = s1 + L * ETA_POLY_BYTES;
  const t0 = s2 + K * ETA_POLY_BYTES;
  memory.copy(secretKey, RHO, SEED_BYTES);
  memory.copy(secretKey + SEED_BYTES, KEY, SEED_BYTES);
  for (let i: usize = 0; i < L; i++) packEta(s1 + i * ETA_POLY_BYTES, SECRET_S1 + i * POLY_BYTES);
  for (let i: usize = 0; i < K; i++) packEta(s2 + i * ETA_POLY_BYTES, SECRET_S2 + i * POLY_BYTES);

  const matrix = expandedMatrixOf(publicKey);
  memory.copy(SECRET_Z, SECRET_S1, L * POLY_BYTES);
  nttVector(SECRET_Z, L);
  for (let i: usize = 0; i < K; i++) {
    computeT(matrix + i * L * POLY_BYTES, SECRET_S2 + i * POLY_BYTES);
    packT1(publicKey + SEED_BYTES + i * T1_POLY_BYTES, SECRET_C);
    packT0(t0 + i * T0_POLY_BYTES, SECRET_PRODUCT);
  }
  shake256Into(SECRET_SPONGE, publicKey, PUBLIC_KEY_BYTES, tr, TR_BYTES);
}

/** (ρ, ρ′, K) = H(ξ ‖ k ‖ ℓ, 128). */
function expandSeed(seed: usize): void {
  spongeInit(SECRET_SPONGE, RATE_SHAKE256);
  spongeAbsorb(SECRET_SPONGE, seed, SEED_BYTES);
  spongeAbsorbByte(SECRET_SPONGE, <u8>K);
  spongeAbsorbByte(SECRET_SPONGE, <u8>L);
  spongeFinish(SECRET_SPONGE, DOMAIN_SHAKE);
  spongeSqueeze(SECRET_SPONGE, RHO, 128);
}

/** One row of t = A·s1 + s2, as t1 in SECRET_C and t0 in SECRET_PRODUCT. */
function computeT(row: usize, s2: usize): void {
  dotProduct(SECRET_PRODUCT, row, SECRET_Z);
  nttInverse(SECRET_PRODUCT);
  power2RoundSum(SECRET_PRODUCT, s2, SECRET_C);
}
