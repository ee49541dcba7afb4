/**
 * Ed25519 of the WASM engine: edge checks, arguments in, verdict or bytes out. Messages larger than the
 * INPUT region pass through it window by window (for signing twice, as RFC 8032 reads them twice).
 */
import { checkBytes } from "../../base/check.js";
import type { Ed25519 } from "../../contracts/engine.js";
import type { Linear } from "./linear.js";

export function createEd25519(linear: Linear): Ed25519 {
  const { exports, input, args, secret } = linear;
  const signatureAt = args.start;
  const publicKeyAt = args.start + 64;

  /** The seed lies in the SECRET region alone, where the assembly expects it and wipes it. */
  function withSeed(secretKey: Uint8Array, outputBytes: number, compute: (out: number) => void): Uint8Array {
    linear.write(secret.start, secretKey);
    try {
      compute(args.start);
    } finally {
      exports.ed25519Wipe!();
    }
    return linear.read(args.start, outputBytes);
  }

  return {
    verify(signature, message, publicKey) {
      checkBytes(signature, "signature");
      checkBytes(message, "message");
      checkBytes(publicKey, "publicKey", 32);
      if (signature.length !== 64) return false;
      linear.write(signatureAt, signature);
      linear.write(publicKeyAt, publicKey);
      if (message.length <= input.bytes) {
        linear.write(input.start, message);
        return exports.ed25519Verify!(signatureAt, input.start, message.length, publicKeyAt) === 1;
      }
      if (exports.ed25519VerifyBegin!(signatureAt, publicKeyAt) === 0) return false;
      linear.stream(message, exports.ed25519VerifyUpdate!);
      return exports.ed25519VerifyFinish!(signatureAt) === 1;
    },

    sign(message, secretKey) {
      checkBytes(message, "message");
      checkBytes(secretKey, "secretKey", 32);
      return withSeed(secretKey, 64, (out) => {
        if (message.length <= input.bytes) {
          linear.write(input.start, message);
          exports.ed25519Sign!(input.start, message.length, out);
          return;
        }
        const stable = unshared(message);
        exports.ed25519SignBegin!();
        linear.stream(stable, exports.ed25519SignUpdate!);
        exports.ed25519SignCommit!();
        linear.stream(stable, exports.ed25519SignUpdate!);
        exports.ed25519SignFinish!(out);
      });
    },

    publicKey(secretKey) {
      checkBytes(secretKey, "secretKey", 32);
      return withSeed(secretKey, 32, (out) => {
        exports.ed25519PublicKey!(out);
      });
    },
  };
}

/** Two readings that differ would sign two messages with one nonce and give the key away, so shared memory is copied. */
function unshared(message: Uint8Array): Uint8Array {
  return message.buffer instanceof ArrayBuffer ? message : message.slice();
}
