/**
 * Loads the WASM core: chooses the fastest build that this runtime validates, gives it a memory of fixed size
 * and hands out its exports as they are. No logic beyond that.
 *
 * Each build is a generated module with the bytes embedded (scripts/build-wasm.mjs), so that Node, Deno,
 * browsers and bundlers need no file access; dynamic import fetches only the one that is chosen.
 */

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

interface WasmBuild {
  readonly name: string;
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  /** A smallest module that uses what the build needs; absent where any WebAssembly will do. */
  readonly probe?: Uint8Array<ArrayBuffer>;
  load(): Promise<{ readonly wasmBase64: string }>;
}

/** Fastest first. */
const builds: readonly WasmBuild[] = [
  { name: "scalar", simd: false, relaxedSimd: false, load: () => import("./generated/core.scalar.js") },
];

const pageBytes = 65_536;
/** Bytes below the key cache; asserted against `layoutCache()`. */
const fixedBytes = 27 * 1024 * 1024;

/**
 * A new instance with a memory of its own. `cacheBytes`: room for expanded keys behind the fixed regions.
 * Throws what WebAssembly throws where it is missing, forbidden or out of memory.
 */
export async function loadWasm({ cacheBytes }: { cacheBytes: number }): Promise<WasmCore> {
  const build = builds.find(({ probe }) => probe === undefined || WebAssembly.validate(probe));
  if (build === undefined) throw new Error("wasm: no build validates in this runtime");
  const { wasmBase64 } = await build.load();
  const pages = Math.ceil((fixedBytes + cacheBytes) / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { instance } = await WebAssembly.instantiate(decodeBase64(wasmBase64), { env: { memory } });
  const exports = instance.exports as unknown as WasmExports;
  checkLayout(exports);
  const { name, simd, relaxedSimd } = build;
  return { name, simd, relaxedSimd, exports, memory: new Uint8Array(memory.buffer) };
}

/** The compiler places static data, and this file the end of the fixed regions: neither may surprise layout.ts. */
function checkLayout(exports: WasmExports): void {
  if (exports.layoutCache!() !== fixedBytes)
    throw new Error("wasm: layout.ts and load.ts disagree about the fixed regions");
  if (exports.layoutStaticEnd!() > exports.layoutWork!())
    throw new Error("wasm: static data reaches into the work region");
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
