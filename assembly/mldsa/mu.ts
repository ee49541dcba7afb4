/**
 * The message representative of pure ML-DSA (FIPS 204 algorithms 2, 3, 7 and 8):
 *
 *   μ = H(tr ‖ 0x00 ‖ |ctx| ‖ ctx ‖ M, 64)
 *
 * M is absorbed in as many parts as the caller likes, so that its size is not bounded by memory and a
 * message with a suffix needs no joined copy.
 */
import {
  DOMAIN_SHAKE,
  RATE_SHAKE256,
  spongeAbsorb,
  spongeAbsorbByte,
  spongeFinish,
  spongeInit,
  spongeSqueeze,
} from "../hash/keccak";
import { MU_BYTES, TR_BYTES } from "./params";

/** `contextLength` is at most 255; the caller has checked it. */
export function muBegin(sponge: usize, tr: usize, context: usize, contextLength: usize): void {
  spongeInit(sponge, RATE_SHAKE256);
  spongeAbsorb(sponge, tr, TR_BYTES);
  spongeAbsorbByte(sponge, 0);
  spongeAbsorbByte(sponge, <u8>contextLength);
  spongeAbsorb(sponge, context, contextLength);
}

export function muFinish(sponge: usize, mu: usize): void {
  spongeFinish(sponge, DOMAIN_SHAKE);
  spongeSqueeze(sponge, mu, MU_BYTES);
}
