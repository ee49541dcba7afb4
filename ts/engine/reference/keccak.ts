/** SHA-3 and SHAKE of the reference engine: @noble/hashes behind the contract's edge checks. */
import { sha3_256, sha3_512, shake128, shake256 } from "@noble/hashes/sha3.js";
import { checkBytes, checkInteger } from "../../base/check.js";
import type { Engine } from "../../contracts/engine.js";

export function createReferenceKeccak(): Pick<Engine, "sha3_256" | "sha3_512" | "shake128" | "shake256"> {
  return {
    sha3_256(data) {
      checkBytes(data, "data");
      return sha3_256(data);
    },
    sha3_512(data) {
      checkBytes(data, "data");
      return sha3_512(data);
    },
    shake128(data, length) {
      checkBytes(data, "data");
      checkInteger(length, "length", 0);
      return shake128(data, { dkLen: length });
    },
    shake256(data, length) {
      checkBytes(data, "data");
      checkInteger(length, "length", 0);
      return shake256(data, { dkLen: length });
    },
  };
}
