/**
 * ML-DSA-65 signing (FIPS 204 algorithms 2 and 7), pure mode.
 *
 * Secret key, entropy, mask, every intermediate and the sponges lie in the SECRET region; the caller calls
 * `mlDsa65Wipe` afterwards, whatever the outcome. Work does not depend on secrets except through what
 * FIPS 204 lets show: how often a round is rejected, and for which of its reasons. Norms are summed up over
 * a whole vector before one branch. The challenge hash of a rejected round steers memory places in
 * SampleInBall; it is a hash of a mask that is thrown away.
 */
import {
  DOMAIN_SHAKE,
  RATE_SHAKE256,
  spongeAbsorb,
  spongeFinish,
  spongeInit,
  spongeSqueeze,
} from "../hash/keccak";
import { expandSecretKey, signingMatrixOf } from "./expanded-key";
import { packHint } from "./hint";
import { muBegin, muFinish } from "./mu";
import { dotProduct, multiply, ntt, nttInverse, nttVector } from "./ntt";
import { packW1, packZ } from "./pack";
import {
  BETA,
  C_TILDE_BYTES,
  GAMMA1,
  GAMMA2,
  K,
  L,
  MU_BYTES,
  N,
  OMEGA,
  POLY_BYTES,
  SECRET_BLOCKS,
  SECRET_C,
  SECRET_HINTS,
  SECRET_MU_SPONGE,
  SECRET_PRODUCT,
  SECRET_S1,
  SECRET_S2,
  SECRET_SEEDS,
  SECRET_SPONGE,
  SECRET_T0,
  SECRET_W0,
  SECRET_W1,
  SECRET_Y,
  SECRET_Z,
  SEED_BYTES,
  SIGN_ROUNDS_MAX,
  W1_POLY_BYTES,
  Z_POLY_BYTES,
} from "./params";
import { addReduced, decompose, makeHints, normBelow, reducePoly, subtractReduced } from "./poly";
import { expandMask, sampleInBall } from "./sample";

const MU: usize = SECRET_SEEDS;
const RHO_SECOND: usize = MU + MU_BYTES; // ρ″
const C_TILDE: usize = RHO_SECOND + 64;

/** `secretKey` 4032 bytes, in the SECRET region; `contextLength` at most 255. */
export function mlDsa65SignBegin(secretKey: usize, context: usize, contextLength: usize): void {
  muBegin(SECRET_MU_SPONGE, secretKey + 2 * SEED_BYTES, context, contextLength);
}

export function mlDsa65SignUpdate(message: usize, length: usize): void {
  spongeAbsorb(SECRET_MU_SPONGE, message, length);
}

/** Signs what has been absorbed since `mlDsa65SignBegin`; arguments and result as for `mlDsa65SignMu`. */
export function mlDsa65SignFinish(secretKey: usize, random: usize, signature: usize): bool {
  muFinish(SECRET_MU_SPONGE, MU);
  return signMu(secretKey, random, signature);
}

/** Signs a message representative of 64 bytes that was made elsewhere (FIPS 204 algorithm 7, external μ). */
export function mlDsa65SignMu(secretKey: usize, random: usize, mu: usize, signature: usize): bool {
  memory.copy(MU, mu, MU_BYTES);
  return signMu(secretKey, random, signature);
}

/**
 * `random` 32 bytes (zeros: deterministic) → `signature` 3309 bytes. False, and nothing written, if every
 * round within the bound of appendix C was rejected: for a key with s1 and s2 in range that does not happen.
 */
function signMu(secretKey: usize, random: usize, signature: usize): bool {
  deriveRhoSecond(secretKey + SEED_BYTES, random);
  expandSecretKey(secretKey);
  const matrix = signingMatrixOf(secretKey);
  for (let round: i32 = 0; round < SIGN_ROUNDS_MAX; round++) {
    if (tryRound(matrix, round * <i32>L)) {
      encodeSignature(signature);
      return true;
    }
  }
  return false;
}

/** ρ″ = H(K ‖ rnd ‖ μ, 64). */
function deriveRhoSecond(key: usize, random: usize): void {
  spongeInit(SECRET_SPONGE, RATE_SHAKE256);
  spongeAbsorb(SECRET_SPONGE, key, SEED_BYTES);
  spongeAbsorb(SECRET_SPONGE, random, SEED_BYTES);
  spongeAbsorb(SECRET_SPONGE, MU, MU_BYTES);
  spongeFinish(SECRET_SPONGE, DOMAIN_SHAKE);
  spongeSqueeze(SECRET_SPONGE, RHO_SECOND, 64);
}

/** One pass of the rejection loop; true leaves c̃, z and h ready (algorithm 7, lines 11 to 31). */
function tryRound(matrix: usize, kappa: i32): bool {
  expandMask(SECRET_Y, RHO_SECOND, kappa);
  commit(matrix);
  sampleInBall(SECRET_C, C_TILDE, SECRET_SPONGE);
  ntt(SECRET_C);
  if (!respond()) return false;
  if (!subtractS2()) return false;
  return hintT0();
}

/** w = A·y; its high bits to W1, its low bits to W0; c̃ = H(μ ‖ w1Encode(w1)). */
function commit(matrix: usize): void {
  memory.copy(SECRET_Z, SECRET_Y, L * POLY_BYTES);
  nttVector(SECRET_Z, L);
  spongeInit(SECRET_SPONGE, RATE_SHAKE256);
  spongeAbsorb(SECRET_SPONGE, MU, MU_BYTES);
  for (let i: usize = 0; i < K; i++) {
    const low = SECRET_W0 + i * POLY_BYTES;
    const high = SECRET_W1 + i * POLY_BYTES;
    dotProduct(low, matrix + i * L * POLY_BYTES, SECRET_Z);
    nttInverse(low);
    decompose(low, high);
    packW1(SECRET_BLOCKS, high);
    spongeAbsorb(SECRET_SPONGE, SECRET_BLOCKS, W1_POLY_BYTES);
  }
  spongeFinish(SECRET_SPONGE, DOMAIN_SHAKE);
  spongeSqueeze(SECRET_SPONGE, C_TILDE, C_TILDE_BYTES);
}

/** z = y + c·s1; false if ‖z‖∞ ≥ γ1 − β. */
function respond(): bool {
  for (let i: usize = 0; i < L; i++) {
    const z = SECRET_Z + i * POLY_BYTES;
    multiply(z, SECRET_C, SECRET_S1 + i * POLY_BYTES);
    nttInverse(z);
    addReduced(z, SECRET_Y + i * POLY_BYTES);
  }
  return normBelow(SECRET_Z, L, GAMMA1 - BETA);
}

/** W0 = LowBits(w) − c·s2; false if its norm reaches γ2 − β, which is where LowBits(w − c·s2) does. */
function subtractS2(): bool {
  for (let i: usize = 0; i < K; i++) {
    const w0 = SECRET_W0 + i * POLY_BYTES;
    multiply(SECRET_PRODUCT, SECRET_C, SECRET_S2 + i * POLY_BYTES);
    nttInverse(SECRET_PRODUCT);
    subtractReduced(w0, SECRET_PRODUCT);
  }
  return normBelow(SECRET_W0, K, GAMMA2 - BETA);
}

/**
 * h = MakeHint over W0 + c·t0; false if ‖c·t0‖∞ ≥ γ2 or there are more than ω ones. The first cannot happen in
 * this parameter set (τ·2¹² < γ2); the standard asks for it.
 */
function hintT0(): bool {
  let small = true;
  let ones: i32 = 0;
  for (let i: usize = 0; i < K; i++) {
    const w0 = SECRET_W0 + i * POLY_BYTES;
    const w1 = SECRET_W1 + i * POLY_BYTES;
    multiply(SECRET_PRODUCT, SECRET_C, SECRET_T0 + i * POLY_BYTES);
    nttInverse(SECRET_PRODUCT);
    reducePoly(SECRET_PRODUCT);
    small = small & normBelow(SECRET_PRODUCT, 1, GAMMA2);
    ones += makeHints(SECRET_HINTS + i * N, w0, SECRET_PRODUCT, w1);
  }
  return small & (ones <= <i32>OMEGA);
}

/** c̃ ‖ z ‖ h (algorithm 26). */
function encodeSignature(signature: usize): void {
  memory.copy(signature, C_TILDE, C_TILDE_BYTES);
  const z = signature + C_TILDE_BYTES;
  for (let i: usize = 0; i < L; i++) packZ(z + i * Z_POLY_BYTES, SECRET_Z + i * POLY_BYTES);
  packHint(z + L * Z_POLY_BYTES, SECRET_HINTS);
}
