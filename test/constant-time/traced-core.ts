/** A build of the core as it ships, under the tracer. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestFn } from "ava";
import { type WasmBuildName, type WasmExports, wasmBuilds } from "#bindings/wasm/load.js";
import { createEd25519 } from "#dist/engine/wasm/ed25519.js";
import { Linear } from "#dist/engine/wasm/linear.js";
import { createMlDsa65 } from "#dist/engine/wasm/ml-dsa.js";
import { repository } from "../support/consumer.js";
import { Tracer } from "./trace.js";

const memoryPages = (27 * 1024 * 1024) / 65_536;

export function traceBuild(build: WasmBuildName) {
  const wasm = readFileSync(join(repository, "dist", "bindings", "wasm", `core.${build}.wasm`));
  const map = join(repository, "bindings", "wasm", "generated", `core.${build}.wasm.map`);
  return traceCore(wasm, readFileSync(map, "utf8"));
}

export function traceCore(wasm: Uint8Array, map: string) {
  const tracer = new Tracer(wasm, map);
  const memory = new WebAssembly.Memory({ initial: memoryPages, maximum: memoryPages });
  const env = { memory, randomWord: () => 1, trace: tracer.record };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(tracer.module), { env });
  const linear = new Linear({
    name: "scalar",
    simd: false,
    relaxedSimd: false,
    exports: instance.exports as unknown as WasmExports,
    memory: new Uint8Array(memory.buffer),
  });
  return { tracer, linear, ed25519: createEd25519(linear), mlDsa65: createMlDsa65(linear) };
}

export const builds = ["scalar", "simd", "relaxed"] as const;

/** What does not run here is skipped, with the reason in the title. */
export function runsHere(
  build: WasmBuildName,
  test: TestFn,
): { test: TestFn | TestFn["skip"]; note: string } {
  if (wasmBuilds().includes(build)) return { test, note: "" };
  return { test: test.skip, note: ` (needs a runtime with ${build} SIMD, Node 22 or newer)` };
}
