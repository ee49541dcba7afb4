/** Every engine that must give the same answers, the product first. */
import type { Engine } from "waxwing/core";
import { loadCore } from "waxwing/core";
import { createReferenceEngine } from "#dist/engine/index.js";

export async function allEngines(): Promise<{ name: string; engine: Engine }[]> {
  const engines = [await loadCore(), createReferenceEngine()];
  return engines.map((engine) => ({ name: engine.features.engine, engine }));
}
