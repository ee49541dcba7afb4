/**
 * SHA-2 of the WASM engine: inputs of any size through the INPUT region, one window after the other; a
 * batch in as few crossings as fit.
 */
import { checkBytes } from "../../base/check.js";
import type { Engine } from "../../contracts/engine.js";
import type { Linear } from "./linear.js";

export function createHashes(linear: Linear): Pick<Engine, "sha256" | "sha256Batch"> {
  const { exports } = linear;
  const out = linear.args.start;

  function sha256(data: Uint8Array): Uint8Array {
    checkBytes(data, "data");
    if (data.length <= linear.input.bytes) {
      linear.write(linear.input.start, data);
      exports.sha256!(linear.input.start, data.length, out);
    } else {
      exports.sha256Init!();
      linear.stream(data, exports.sha256Update!);
      exports.sha256Final!(out);
    }
    return linear.read(out, 32);
  }

  function sha256Batch(messages: readonly Uint8Array[]): Uint8Array[] {
    return messages.map(sha256);
  }

  return { sha256, sha256Batch };
}
