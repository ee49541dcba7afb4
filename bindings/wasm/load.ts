/**
 * Loads the WASM core: chooses the fastest build that this runtime validates, gives it a memory of fixed size
 * and hands out its exports as they are. No logic beyond that.
 *
 * Each build is a generated module with the bytes embedded (scripts/build-wasm.mjs), so that Node, Deno,
 * browsers and bundlers need no file access; dynamic import fetches only the one that is chosen.
 */

/** Exports of assembly/index.ts. Addresses and lengths are bytes in `memory`. */
export type WasmExports = Record<string, (...args: number[]) => number>;

/** One source, three builds (scripts/build-wasm.mjs). */
export type WasmBuildName = "scalar" | "simd" | "relaxed";

export interface WasmCore {
  readonly name: WasmBuildName;
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  readonly exports: WasmExports;
  /** Never grows, so this view stays valid. */
  readonly memory: Uint8Array;
}

interface WasmBuild {
  readonly name: WasmBuildName;
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  /** Why it does not run here; undefined where it does. */
  obstacle(): string | undefined;
  load(): Promise<{ readonly wasmBase64: string }>;
}

/** Fastest first. */
const builds: readonly WasmBuild[] = [
  {
    name: "relaxed",
    simd: true,
    relaxedSimd: true,
    obstacle: () =>
      vectorObstacle() ??
      (!probe(fusedProbe)
        ? "WebAssembly here has no relaxed SIMD"
        : !multiplyAddIsFused()
          ? "the processor's multiply-add rounds twice"
          : undefined),
    load: () => import("./generated/core.relaxed.js"),
  },
  {
    name: "simd",
    simd: true,
    relaxedSimd: false,
    obstacle: vectorObstacle,
    load: () => import("./generated/core.simd.js"),
  },
  {
    name: "scalar",
    simd: false,
    relaxedSimd: false,
    obstacle: () => undefined,
    load: () => import("./generated/core.scalar.js"),
  },
];

const pageBytes = 65_536;
/** Bytes below the key cache; asserted against `layoutCache()`. */
const fixedBytes = 27 * 1024 * 1024;

/** The builds that this runtime runs, fastest first. */
export function wasmBuilds(): WasmBuildName[] {
  return builds.filter((build) => build.obstacle() === undefined).map(({ name }) => name);
}

/** All builds, fastest first, and why each does not run here, where that is so. */
export function wasmObstacles(): { name: WasmBuildName; obstacle: string | undefined }[] {
  return builds.map(({ name, obstacle }) => ({ name, obstacle: obstacle() }));
}

/**
 * A new instance with a memory of its own. `cacheBytes`: room for expanded keys behind the fixed regions.
 * `build`: that one, not the fastest. Throws what WebAssembly throws where it is missing, forbidden or out of
 * memory, and an Error where the build asked for does not run.
 */
export async function loadWasm({
  cacheBytes,
  build: wanted,
}: {
  cacheBytes: number;
  build?: WasmBuildName | undefined;
}): Promise<WasmCore> {
  const build = builds.find(
    (each) => (wanted === undefined || each.name === wanted) && each.obstacle() === undefined,
  );
  if (build === undefined) throw new Error(`wasm: the ${wanted} build does not run here`);
  const { wasmBase64 } = await build.load();
  const pages = Math.ceil((fixedBytes + cacheBytes) / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(await compile(decodeBase64(wasmBase64)), {
    env: { memory, randomWord },
  });
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

/** (func (result v128) i32.const 0, i8x16.splat, i8x16.popcnt), as a module. */
const vectorProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);

/** (func (export "f") (param f64 f64 f64) (result f64)): f64x2.relaxed_madd of the three, lane 0. */
const fusedProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 124, 124, 124, 1, 124, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0],
  ...[10, 22, 1, 20, 0, 32, 0, 253, 20, 32, 1, 253, 20, 32, 2, 253, 20, 253, 135, 2, 253, 33, 0, 11],
);

function vectorObstacle(): string | undefined {
  return probe(vectorProbe) ? undefined : "WebAssembly here has no SIMD";
}

function probe(module: Uint8Array<ArrayBuffer>): boolean {
  return WebAssembly.validate(module);
}

/**
 * A relaxed multiply-add may round once or twice, as the processor does best; our arithmetic needs once.
 * (1 + 2⁻³⁰)² − (1 + 2⁻²⁹) is 2⁻⁶⁰, and 0 where the product is rounded first.
 */
function multiplyAddIsFused(): boolean {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fusedProbe));
  const multiplyAdd = exports.f as (a: number, b: number, c: number) => number;
  return multiplyAdd(1 + 2 ** -30, 1 + 2 ** -30, -1 - 2 ** -29) === 2 ** -60;
}

/** The key cache draws its secret from here, when it first keeps a key. */
function randomWord(): number {
  return globalThis.crypto.getRandomValues(new Uint32Array(1))[0]!;
}

/**
 * At once where nobody watches: V8 only checks the bytes and compiles a function when it is first called, so
 * handing them to other threads takes longer than doing it (0.7 against 2 ms). A page is not held up.
 */
async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  return "document" in globalThis ? WebAssembly.compile(bytes) : new WebAssembly.Module(bytes);
}

/** Decoders that runtimes bring; a loop over `atob` takes 2 ms of a fresh process, before it is optimised. */
interface Decoders {
  readonly Uint8Array: { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
  readonly Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const runtime = globalThis as unknown as Decoders;
  if (runtime.Uint8Array.fromBase64) return runtime.Uint8Array.fromBase64(text);
  if (runtime.Buffer) return runtime.Buffer.from(text, "base64");
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
