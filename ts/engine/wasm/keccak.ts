/** SHA-3 and SHAKE (FIPS 202) of the WASM engine: input and output of any size, in windows. */
import { checkBytes, checkInteger } from "../../base/check.js";
import type { Engine } from "../../contracts/engine.js";
import type { Linear } from "./linear.js";

/** Bytes a block holds, and the domain bits with the first padding bit (FIPS 202 §6). */
const sha3 = { rate256: 136, rate512: 72, domain: 0x06 };
const shake = { rate128: 168, rate256: 136, domain: 0x1f };

export function createKeccak(
  linear: Linear,
): Pick<Engine, "sha3_256" | "sha3_512" | "shake128" | "shake256"> {
  const { exports, output } = linear;

  function hash(rate: number, domain: number, data: Uint8Array, length: number): Uint8Array {
    const digest = new Uint8Array(length);
    exports.keccakInit!(rate);
    linear.stream(data, exports.keccakUpdate!);
    exports.keccakFinal!(domain);
    for (let offset = 0; offset < length; offset += output.bytes) {
      const window = Math.min(output.bytes, length - offset);
      exports.keccakSqueeze!(output.start, window);
      digest.set(linear.memory.subarray(output.start, output.start + window), offset);
    }
    return digest;
  }

  return {
    sha3_256(data) {
      checkBytes(data, "data");
      return hash(sha3.rate256, sha3.domain, data, 32);
    },
    sha3_512(data) {
      checkBytes(data, "data");
      return hash(sha3.rate512, sha3.domain, data, 64);
    },
    shake128(data, length) {
      checkBytes(data, "data");
      checkInteger(length, "length", 0);
      return hash(shake.rate128, shake.domain, data, length);
    },
    shake256(data, length) {
      checkBytes(data, "data");
      checkInteger(length, "length", 0);
      return hash(shake.rate256, shake.domain, data, length);
    },
  };
}
