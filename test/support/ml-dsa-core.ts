/** The ML-DSA exports of the WASM core below the engine: external μ, and linear memory to look into. */
import { loadWasm, type WasmBuildName } from "#bindings/wasm/load.js";
import { Linear } from "#dist/engine/wasm/linear.js";
import { createMlDsa65 } from "#dist/engine/wasm/ml-dsa.js";

export async function bindMlDsaCore(build?: WasmBuildName) {
  const wasm = await loadWasm({ cacheBytes: 0, build });
  const linear = new Linear(wasm);
  const { exports } = linear;
  const randomAt = exports.mlDsa65SecretArgs!();
  const secretKeyAt = randomAt + 32;
  const muAt = linear.args.start;
  const signatureAt = muAt + 64;

  /** Deterministic signature of a ready message representative. */
  function signMu(mu: Uint8Array, secretKey: Uint8Array): Uint8Array {
    linear.write(randomAt, new Uint8Array(32));
    linear.write(secretKeyAt, secretKey);
    linear.write(muAt, mu);
    const signed = exports.mlDsa65SignMu!(secretKeyAt, randomAt, muAt, signatureAt);
    exports.mlDsa65Wipe!();
    if (!signed) throw new Error("no signing round succeeded");
    return linear.read(signatureAt, 3309);
  }

  return { linear, exports, mlDsa65: createMlDsa65(linear), signMu };
}
