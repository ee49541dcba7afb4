/** Loading the WASM core: independent instances, options, and what a runtime without WebAssembly gets. */
import test from "ava";
import { isWaxwingError, loadCore } from "waxwing/core";
import { loadWasm } from "#bindings/wasm/load.js";

const message = new TextEncoder().encode("abc");

test("loadCore() names the build that answers", async (t) => {
  const { features } = await loadCore();
  t.deepEqual(features, { simd: false, relaxedSimd: false, engine: "wasm-scalar" });
});

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
  await t.throwsAsync(loadCore({ cacheBytes: "1" as unknown as number }), { instanceOf: TypeError });
  for (const cacheBytes of [-1, 0.5, Number.NaN, 2 ** 32])
    await t.throwsAsync(loadCore({ cacheBytes }), { instanceOf: RangeError }, `${cacheBytes}`);
});

test.serial("loadCore() says wasm_unavailable where instantiating fails", async (t) => {
  const { instantiate } = WebAssembly;
  const refuse = () => Promise.reject(new Error("forbidden by policy"));
  WebAssembly.instantiate = refuse as typeof instantiate;
  try {
    const error = await t.throwsAsync(loadCore());
    t.true(isWaxwingError(error, "wasm_unavailable"));
  } finally {
    WebAssembly.instantiate = instantiate;
  }
});
