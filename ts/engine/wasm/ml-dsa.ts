/**
 * ML-DSA-65 of the WASM engine. Messages stream through the INPUT region, whatever their size; seeds, secret
 * keys and entropy are written straight into the SECRET region, which is wiped before the call returns or
 * throws. Copies that the JavaScript engine makes of its own accord are beyond our reach.
 */
import { checkBytes } from "../../base/check.js";
import { invariant } from "../../base/errors.js";
import type { MlDsa65 } from "../../contracts/engine.js";
import {
  mlDsa65Bytes as bytes,
  checkMlDsaSecretKey,
  checkMlDsaSignOptions,
  checkMlDsaVerifyOptions,
} from "../ml-dsa-arguments.js";
import type { Linear } from "./linear.js";

export function createMlDsa65(linear: Linear): MlDsa65 {
  const { exports } = linear;
  // Public arguments and results, one after the other.
  const signatureAt = linear.args.start;
  const publicKeyAt = signatureAt + 4096;
  const contextAt = publicKeyAt + 2048;
  // Secret ones: seed or entropy, then the secret key.
  const seedAt = exports.mlDsa65SecretArgs!();
  const secretKeyAt = seedAt + bytes.seed;

  function keygen(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } {
    checkBytes(seed, "seed", bytes.seed);
    try {
      linear.write(seedAt, seed);
      exports.mlDsa65Keygen!(seedAt, publicKeyAt, secretKeyAt);
      return {
        publicKey: linear.read(publicKeyAt, bytes.publicKey),
        secretKey: linear.read(secretKeyAt, bytes.secretKey),
      };
    } finally {
      exports.mlDsa65Wipe!();
    }
  }

  const sign: MlDsa65["sign"] = (message, secretKey, options = {}) => {
    checkBytes(message, "message");
    checkMlDsaSecretKey(secretKey);
    const { context, random } = checkMlDsaSignOptions(options);
    try {
      linear.write(seedAt, random);
      linear.write(secretKeyAt, secretKey);
      linear.write(contextAt, context);
      exports.mlDsa65SignBegin!(secretKeyAt, contextAt, context.length);
      linear.stream(message, exports.mlDsa65SignUpdate!);
      const signed = exports.mlDsa65SignFinish!(secretKeyAt, seedAt, signatureAt);
      invariant(signed === 1, "ML-DSA-65: a signature within the rounds of FIPS 204 appendix C");
      return linear.read(signatureAt, bytes.signature);
    } finally {
      random.fill(0);
      exports.mlDsa65Wipe!();
    }
  };

  const verify: MlDsa65["verify"] = (signature, message, publicKey, options = {}) => {
    checkBytes(signature, "signature");
    checkBytes(message, "message");
    checkBytes(publicKey, "publicKey", bytes.publicKey);
    const context = checkMlDsaVerifyOptions(options);
    if (signature.length !== bytes.signature) return false;
    linear.write(signatureAt, signature);
    linear.write(publicKeyAt, publicKey);
    linear.write(contextAt, context);
    if (!exports.mlDsa65VerifyBegin!(signatureAt, contextAt, context.length, publicKeyAt)) return false;
    linear.stream(message, exports.mlDsa65VerifyUpdate!);
    return exports.mlDsa65VerifyFinish!() === 1;
  };

  return { keygen, sign, verify };
}
