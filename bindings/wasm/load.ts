/**
 * Loads the WASM core: embedded bytes, one memory of fixed size, exports as they are. No logic beyond that.
 */
import { wasmBase64 } from "./generated/core.scalar.js";

/** Exports of assembly/index.ts. Addresses and lengths are bytes in `memory`. */
export type WasmExports = Record<string, (...args: number[]) => number>;

export interface WasmCore {
  readonly name: string;
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  readonly exports: WasmExports;
  /** Never grows, so this view stays valid. */
  readonly memory: Uint8Array;
}

const pageBytes = 65_536;
/** Bytes below the key cache; asserted against `layoutCache()`. */
const fixedBytes = 27 * 1024 * 1024;

/** `cacheBytes`: room for expanded keys behind the fixed regions. */
export async function loadWasm({ cacheBytes }: { cacheBytes: number }): Promise<WasmCore> {
  const pages = Math.ceil((fixedBytes + cacheBytes) / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const module = await WebAssembly.compile(decodeBase64(wasmBase64));
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const exports = instance.exports as unknown as WasmExports;
  if (exports.layoutCache!() !== fixedBytes)
    throw new Error("wasm: layout.ts and load.ts disagree about the fixed regions");
  if (exports.layoutStaticEnd!() > exports.layoutWork!())
    throw new Error("wasm: static data reaches into the work region");
  return { name: "scalar", simd: false, relaxedSimd: false, exports, memory: new Uint8Array(memory.buffer) };
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
