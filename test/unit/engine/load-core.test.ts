/** Loading the WASM core: independent instances, options, and what a runtime without WebAssembly gets. */
import test from "ava";
import { type Engine, isWaxwingError, loadCore } from "waxwing/core";
import { loadWasm, wasmBuilds } from "#bindings/wasm/load.js";

const message = new TextEncoder().encode("abc");

const features = {
  relaxed: { simd: true, relaxedSimd: true, engine: "wasm-relaxed" },
  simd: { simd: true, relaxedSimd: false, engine: "wasm-simd" },
  scalar: { simd: false, relaxedSimd: false, engine: "wasm-scalar" },
} as const;
/** Who hashes is test/unit/engine/sha256-choice.test.ts. */
const buildOf = ({ features: { sha256, ...build } }: Engine) => build;

test("loadCore() takes the fastest build that runs, and names it", async (t) => {
  const [fastest] = wasmBuilds();
  t.deepEqual(buildOf(await loadCore()), features[fastest!]);
  t.is(wasmBuilds().at(-1), "scalar");
});

test("loadCore() takes the build that it is told, and says wasm_unavailable where that does not run", async (t) => {
  for (const build of ["relaxed", "simd", "scalar"] as const) {
    if (wasmBuilds().includes(build)) t.deepEqual(buildOf(await loadCore({ build })), features[build]);
    else t.true(isWaxwingError(await t.throwsAsync(loadCore({ build })), "wasm_unavailable"));
  }
});

test.serial("loadCore() falls back to scalar where no vector module validates", async (t) => {
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    t.deepEqual(buildOf(await loadCore()), features.scalar);
    const error = await t.throwsAsync(loadCore({ build: "simd" }));
    t.true(isWaxwingError(error, "wasm_unavailable"));
  } finally {
    WebAssembly.validate = validate;
  }
});

test.serial("loadCore() leaves the relaxed build where the multiply-add rounds twice", async (t) => {
  const { Instance, Module, validate } = WebAssembly;
  const roundsTwice = (a: number, b: number, c: number) => a * b + c;
  const instance = { exports: { f: roundsTwice } } as unknown as WebAssembly.Instance;
  Object.assign(WebAssembly, { validate: () => true, Module: Object, Instance: instanceOf(instance) });
  try {
    t.deepEqual(wasmBuilds(), ["simd", "scalar"]);
  } finally {
    Object.assign(WebAssembly, { Instance, Module, validate });
  }
});

/** A constructor that yields `value`. */
function instanceOf(value: object): () => object {
  return function construct() {
    return value;
  };
}

test("loadCore() gives engines that share no memory", async (t) => {
  const [one, other] = await Promise.all([loadWasm({ cacheBytes: 0 }), loadWasm({ cacheBytes: 0 })]);
  one.memory.fill(0xff);
  t.true(other.memory.subarray(other.exports.layoutWork!()).every((byte) => byte === 0));
  const [first, second] = await Promise.all([loadCore(), loadCore()]);
  t.not(first, second);
  t.deepEqual(first.sha256(message), second.sha256(message));
});

test("loadCore() gives memory that cannot grow", async (t) => {
  const { memory } = await loadWasm({ cacheBytes: 65_536 });
  t.is(memory.length, 27 * 1024 * 1024 + 65_536);
});

test("loadCore() takes a cache of no bytes", async (t) => {
  const core = await loadCore({ cacheBytes: 0 });
  t.is(core.sha256(message).length, 32);
});

test("loadCore() rejects unknown options and cache sizes out of range", async (t) => {
  await t.throwsAsync(loadCore({ cachebytes: 1 } as object), { instanceOf: TypeError });
  await t.throwsAsync(loadCore({ build: "fastest" as "simd" }), { instanceOf: TypeError });
  await t.throwsAsync(loadCore({ cacheBytes: "1" as unknown as number }), { instanceOf: TypeError });
  for (const cacheBytes of [-1, 0.5, Number.NaN, 2 ** 32])
    await t.throwsAsync(loadCore({ cacheBytes }), { instanceOf: RangeError }, `${cacheBytes}`);
});

test.serial("loadCore() says wasm_unavailable where instantiating fails", async (t) => {
  const { Instance } = WebAssembly;
  Object.assign(WebAssembly, {
    Instance: function refuse() {
      throw new Error("forbidden by policy");
    },
  });
  try {
    const error = await t.throwsAsync(loadCore());
    t.true(isWaxwingError(error, "wasm_unavailable"));
  } finally {
    Object.assign(WebAssembly, { Instance });
  }
});

test.serial("loadCore() compiles away from the thread of a page", async (t) => {
  const { Module, compile } = WebAssembly;
  const compiled: BufferSource[] = [];
  const { memory } = await loadWasm({ cacheBytes: 0, build: "scalar" });
  Object.assign(globalThis, { document: {} });
  Object.assign(WebAssembly, {
    Module: undefined,
    compile: (bytes: BufferSource) => {
      compiled.push(bytes);
      return compile(bytes);
    },
  });
  try {
    const paged = await loadWasm({ cacheBytes: 0, build: "scalar" });
    t.is(paged.memory.length, memory.length);
    t.is(compiled.length, 1);
  } finally {
    Object.assign(WebAssembly, { Module, compile });
    Reflect.deleteProperty(globalThis, "document");
  }
});

test.serial("loadCore() decodes alike with each decoder that a runtime may have", async (t) => {
  const { Buffer } = globalThis;
  const { fromBase64 } = Uint8Array as { fromBase64?: unknown };
  const used: string[] = [];
  const decoder = (name: string) => (text: string) => {
    used.push(name);
    return new Uint8Array(Buffer.from(text, "base64"));
  };
  try {
    Object.assign(Uint8Array, { fromBase64: decoder("fromBase64") });
    t.deepEqual((await loadCore({ build: "scalar" })).sha256(message).length, 32);
    Object.assign(Uint8Array, { fromBase64: undefined });
    Object.assign(globalThis, { Buffer: { from: decoder("Buffer") } });
    t.deepEqual((await loadCore({ build: "scalar" })).sha256(message).length, 32);
    Object.assign(globalThis, { Buffer: undefined });
    t.deepEqual((await loadCore({ build: "scalar" })).sha256(message).length, 32);
  } finally {
    Object.assign(globalThis, { Buffer });
    if (fromBase64 === undefined) Reflect.deleteProperty(Uint8Array, "fromBase64");
    else Object.assign(Uint8Array, { fromBase64 });
  }
  t.deepEqual(used, ["fromBase64", "Buffer"]);
});
