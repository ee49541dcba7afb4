/**
 * What ML-DSA-65 takes (FIPS 204 tables 2 and §3.6.2), checked at the edge of every engine, so that the same
 * mistake is the same error everywhere. Lengths of signatures are no mistake: they are simply not valid.
 */
import { checkBytes, checkOptions } from "../base/check.js";
import type { MlDsaSignOptions, MlDsaVerifyOptions } from "../contracts/engine.js";

export const mlDsa65Bytes = {
  seed: 32,
  random: 32,
  publicKey: 1952,
  secretKey: 4032,
  signature: 3309,
} as const;

const contextBytesMax = 255;
const noContext = new Uint8Array(0);

/** What to sign or verify with; `random` is ready to use. */
export interface SignArguments {
  readonly context: Uint8Array;
  readonly random: Uint8Array;
}

export function checkMlDsaSignOptions(options: MlDsaSignOptions): SignArguments {
  checkOptions(options, "options", ["context", "random"]);
  return { context: checkContext(options.context), random: chooseRandom(options.random) };
}

/** The context to verify with. */
export function checkMlDsaVerifyOptions(options: MlDsaVerifyOptions): Uint8Array {
  checkOptions(options, "options", ["context"]);
  return checkContext(options.context);
}

/**
 * A secret key as `keygen` makes it. Its s1 and s2 hold half bytes from 0 to 2η = 8; others have no meaning
 * (FIPS 204 algorithm 25 trusts its input, we do not). Every byte is looked at, so that timing tells only
 * whether the key is sound.
 */
export function checkMlDsaSecretKey(secretKey: unknown): asserts secretKey is Uint8Array {
  checkBytes(secretKey, "secretKey", mlDsa65Bytes.secretKey);
  const start = 32 + 32 + 64;
  const end = start + (5 + 6) * 128;
  let tooLarge = 0;
  for (let i = start; i < end; i++) {
    const byte = secretKey[i]!;
    tooLarge |= (8 - (byte & 15)) | (8 - (byte >> 4));
  }
  if (tooLarge < 0) throw new RangeError("secretKey: expected s1 and s2 with coefficients from −4 to 4");
}

function checkContext(context: unknown): Uint8Array {
  if (context === undefined) return noContext;
  checkBytes(context, "context");
  if (context.length > contextBytesMax)
    throw new RangeError(`context: expected at most ${contextBytesMax} bytes, got ${context.length}`);
  return context;
}

/** FIPS 204 §3.4: fresh entropy is the default, and zeros stand for deterministic signing. Always a copy. */
function chooseRandom(random: unknown): Uint8Array {
  if (random === false) return new Uint8Array(mlDsa65Bytes.random);
  if (random === undefined) return globalThis.crypto.getRandomValues(new Uint8Array(mlDsa65Bytes.random));
  checkBytes(random, "random", mlDsa65Bytes.random);
  return Uint8Array.from(random);
}
