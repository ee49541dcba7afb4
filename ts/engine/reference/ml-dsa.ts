/**
 * ML-DSA-65 of the reference engine: @noble/post-quantum behind the contract's edge checks. Its argument order
 * is the contract's; its `extraEntropy` is our `random`.
 */
import { ml_dsa65 } from "@noble/post-quantum/ml-dsa.js";
import { checkBytes } from "../../base/check.js";
import type { MlDsa65 } from "../../contracts/engine.js";
import {
  mlDsa65Bytes as bytes,
  checkMlDsaSecretKey,
  checkMlDsaSignOptions,
  checkMlDsaVerifyOptions,
} from "../ml-dsa-arguments.js";

export function createReferenceMlDsa65(): MlDsa65 {
  return {
    keygen(seed) {
      checkBytes(seed, "seed", bytes.seed);
      const { publicKey, secretKey } = ml_dsa65.keygen(seed);
      return { publicKey, secretKey };
    },
    sign(message, secretKey, options = {}) {
      checkBytes(message, "message");
      checkMlDsaSecretKey(secretKey);
      const { context, random } = checkMlDsaSignOptions(options);
      return ml_dsa65.sign(message, secretKey, { context, extraEntropy: random });
    },
    verify(signature, message, publicKey, options = {}) {
      checkBytes(signature, "signature");
      checkBytes(message, "message");
      checkBytes(publicKey, "publicKey", bytes.publicKey);
      const context = checkMlDsaVerifyOptions(options);
      return ml_dsa65.verify(signature, message, publicKey, { context });
    },
  };
}
