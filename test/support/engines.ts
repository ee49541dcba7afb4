/** Every engine that must give the same answers: each build of the product that runs here, fastest first. */
import type { Engine } from "waxwing/core";
import { type LoadCoreOptions, loadCore } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createReferenceEngine } from "#dist/engine/index.js";

export async function allEngines(): Promise<{ name: string; engine: Engine }[]> {
  const engines = [...(await allCores()), createReferenceEngine()];
  return engines.map((engine) => ({ name: engine.features.engine, engine }));
}

/** The product alone, which computes everything itself: what others hash for it is in sha256-choice. */
export function allCores(options: Omit<LoadCoreOptions, "build"> = {}): Promise<Engine[]> {
  return Promise.all(wasmBuilds().map((build) => loadCore({ sha256: "core", ...options, build })));
}
