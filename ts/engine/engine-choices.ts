/** What was chosen for an engine and why not something else, as data: for `waxwing doctor` and reports. */
import { type WasmBuildName, wasmObstacles } from "#bindings/wasm/load.js";
import type { Engine, Sha256Features } from "../contracts/engine.js";

export interface BuildChoice {
  readonly build: WasmBuildName;
  readonly state: "taken" | "possible" | "impossible";
  readonly reason: string;
}

export interface EngineChoices {
  /** Fastest first. */
  readonly builds: readonly BuildChoice[];
  readonly sha256: Sha256Features & { readonly reason: string };
  /** Room for expanded keys; 0 where the engine keeps none. */
  readonly cacheBytes: number;
}

export function engineChoices({ features, keyCache }: Engine): EngineChoices {
  return {
    builds: buildChoices(features.engine),
    sha256: { ...features.sha256, reason: sha256Reason(features.sha256) },
    cacheBytes: keyCache?.bytesMax ?? 0,
  };
}

function buildChoices(engine: string): BuildChoice[] {
  const states = wasmObstacles();
  const fastest = states.find(({ obstacle }) => obstacle === undefined)?.name;
  return states.map(({ name, obstacle }) => {
    if (obstacle !== undefined) return { build: name, state: "impossible", reason: obstacle };
    if (engine !== `wasm-${name}`)
      return { build: name, state: "possible", reason: `runs here; ${engine} was taken` };
    const reason = name === fastest ? "the fastest that runs here" : "asked for";
    return { build: name, state: "taken", reason };
  });
}

function sha256Reason({ engine, fromBytes, batchFromBytes }: Sha256Features): string {
  if (engine === "core") return "the runtime has no synchronous SHA-256, or it was not wanted";
  const whose = engine === "runtime" ? "the runtime's own" : "the caller's";
  return `${whose} where it is the faster: from ${fromBytes} bytes on, in batches from ${batchFromBytes}`;
}
