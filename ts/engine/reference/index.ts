/**
 * The reference engine: the contract in plain, readable code over @noble's hashes and points. It judges the
 * WASM engine in tests and serves runtimes without WebAssembly; speed is no goal, and `waxwing/core` never
 * imports it.
 */
import type { Engine } from "../../contracts/engine.js";
import { createReferenceDiff } from "./diff.js";
import { createReferenceEd25519 } from "./ed25519.js";
import { createReferenceHashes } from "./hash.js";
import { createReferenceJson } from "./json.js";
import { createReferenceKeccak } from "./keccak.js";
import { createReferenceMlDsa65 } from "./ml-dsa.js";
import { createReferenceVerify } from "./verify.js";

export function createReferenceEngine(): Engine {
  const ed25519 = createReferenceEd25519();
  const mlDsa65 = createReferenceMlDsa65();
  return {
    features: { simd: false, relaxedSimd: false, engine: "reference", sha256: { engine: "core" } },
    ...createReferenceHashes(),
    ...createReferenceKeccak(),
    ...createReferenceJson(),
    ...createReferenceDiff(),
    ed25519,
    mlDsa65,
    ...createReferenceVerify(ed25519, mlDsa65),
  };
}
