/**
 * ML-DSA-65 verification (FIPS 204 algorithms 3 and 8), pure mode.
 *
 * Everything here is public, so that it returns at the first thing that is wrong. Lengths are the caller's:
 * signature 3309 bytes, public key 1952 bytes, context at most 255. One verification at a time, from
 * `mlDsa65VerifyBegin` to `mlDsa65VerifyFinish`; `mlDsa65Verify` does all of it for messages in memory.
 */
import { cacheFind, cacheVerified, KEY_ENTRY_BYTES, KEY_ML_DSA_65 } from "../cache/key-cache";
import {
  DOMAIN_SHAKE,
  RATE_SHAKE256,
  spongeAbsorb,
  spongeFinish,
  spongeInit,
  spongeSqueeze,
} from "../hash/keccak";
import { expandedMatrix, expandedPublicKey, expandedT1, expandedTr } from "./expanded-key";
import { applyHint, hintIsSound } from "./hint";
import { muBegin, muFinish } from "./mu";
import { dotProductMinus, ntt, nttInverse, nttVector } from "./ntt";
import { packW1, unpackZ } from "./pack";
import {
  BETA,
  C_TILDE_BYTES,
  EXPANDED_KEY_BYTES,
  GAMMA1,
  HINT_BYTES,
  K,
  L,
  MU_BYTES,
  POLY_BYTES,
  W1_POLY_BYTES,
  WORK_C,
  WORK_C_TILDE,
  WORK_C_TILDE_GOT,
  WORK_EXPANDED_KEY,
  WORK_HIGH,
  WORK_HINT,
  WORK_MU,
  WORK_MU_SPONGE,
  WORK_SPONGE,
  WORK_W,
  WORK_W1,
  WORK_Z,
  Z_POLY_BYTES,
} from "./params";
import { highBitsPoly, normBelow } from "./poly";
import { sampleInBall } from "./sample";

/** M is message ‖ suffix; both may be empty. */
export function mlDsa65Verify(
  signature: usize,
  message: usize,
  messageLength: usize,
  suffix: usize,
  suffixLength: usize,
  context: usize,
  contextLength: usize,
  publicKey: usize,
): bool {
  if (!mlDsa65VerifyBegin(signature, context, contextLength, publicKey)) return false;
  mlDsa65VerifyUpdate(message, messageLength);
  mlDsa65VerifyUpdate(suffix, suffixLength);
  return mlDsa65VerifyFinish();
}

/** False if the signature is malformed: then no message makes it valid. `publicKey` stays until the end. */
export function mlDsa65VerifyBegin(
  signature: usize,
  context: usize,
  contextLength: usize,
  publicKey: usize,
): bool {
  if (!decodeSignature(signature)) return false;
  verifyingPublicKey = publicKey;
  verifyingKey = cacheFind(KEY_ML_DSA_65, publicKey);
  if (verifyingKey == 0) verifyingKey = expandedPublicKey(publicKey);
  muBegin(WORK_MU_SPONGE, expandedTr(verifyingKey), context, contextLength);
  return true;
}

export function mlDsa65VerifyUpdate(message: usize, length: usize): void {
  spongeAbsorb(WORK_MU_SPONGE, message, length);
}

export function mlDsa65VerifyFinish(): bool {
  muFinish(WORK_MU_SPONGE, WORK_MU);
  if (!commitmentHolds(verifyingKey)) return false;
  const place = cacheVerified(KEY_ML_DSA_65, verifyingPublicKey, verifyingKey != WORK_EXPANDED_KEY);
  if (place != 0) memory.copy(place, WORK_EXPANDED_KEY, EXPANDED_KEY_BYTES);
  return true;
}

/** The keys of the verification that has begun: expanded, and as its caller gave it. */
let verifyingKey: usize = WORK_EXPANDED_KEY;
let verifyingPublicKey: usize = 0;

if (EXPANDED_KEY_BYTES > KEY_ENTRY_BYTES) ERROR("an expanded key does not fit its slot");

/** c̃, z and h to WORK (algorithm 27), with ‖z‖∞ < γ1 − β (algorithm 8, line 13). */
function decodeSignature(signature: usize): bool {
  memory.copy(WORK_C_TILDE, signature, C_TILDE_BYTES);
  const z = signature + C_TILDE_BYTES;
  for (let i: usize = 0; i < L; i++) unpackZ(WORK_Z + i * POLY_BYTES, z + i * Z_POLY_BYTES);
  if (!normBelow(WORK_Z, L, GAMMA1 - BETA)) return false;
  memory.copy(WORK_HINT, z + L * Z_POLY_BYTES, HINT_BYTES);
  return hintIsSound(WORK_HINT);
}

/** c̃ = H(μ ‖ w1′) with w1′ = UseHint(h, Â·ẑ − ĉ·t̂1), row by row (algorithm 8, lines 8 to 13). */
function commitmentHolds(key: usize): bool {
  sampleInBall(WORK_C, WORK_C_TILDE, WORK_SPONGE);
  ntt(WORK_C);
  nttVector(WORK_Z, L);
  spongeInit(WORK_SPONGE, RATE_SHAKE256);
  spongeAbsorb(WORK_SPONGE, WORK_MU, MU_BYTES);
  for (let i: usize = 0; i < K; i++) {
    const row = expandedMatrix(key) + i * L * POLY_BYTES;
    const t1 = expandedT1(key) + i * POLY_BYTES;
    dotProductMinus(WORK_W, row, WORK_Z, WORK_C, t1);
    nttInverse(WORK_W);
    highBitsPoly(WORK_W, WORK_HIGH);
    applyHint(WORK_HINT, i, WORK_W, WORK_HIGH);
    packW1(WORK_W1, WORK_HIGH);
    spongeAbsorb(WORK_SPONGE, WORK_W1, W1_POLY_BYTES);
  }
  spongeFinish(WORK_SPONGE, DOMAIN_SHAKE);
  spongeSqueeze(WORK_SPONGE, WORK_C_TILDE_GOT, C_TILDE_BYTES);
  return memory.compare(WORK_C_TILDE_GOT, WORK_C_TILDE, C_TILDE_BYTES) == 0;
}
