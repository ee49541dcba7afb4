/** What was chosen and why, as `waxwing doctor` prints it. */
import test from "ava";
import { loadCore } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createReferenceEngine, engineChoices } from "#dist/engine/index.js";

const relaxedHere = wasmBuilds().includes("relaxed");

test("engineChoices() names the build that was taken and why the others were not", async (t) => {
  const { builds } = engineChoices(await loadCore({ cacheBytes: 0 }));
  const [taken, ...others] = builds.filter(({ state }) => state !== "impossible");
  t.deepEqual(taken, { build: wasmBuilds()[0]!, state: "taken", reason: "the fastest that runs here" });
  for (const { state, reason } of others) {
    t.is(state, "possible");
    t.is(reason, `runs here; wasm-${taken!.build} was taken`);
  }
  const relaxed = builds.find(({ build }) => build === "relaxed")!;
  if (!relaxedHere) t.is(relaxed.reason, "WebAssembly here has no relaxed SIMD");
});

test("engineChoices() says when a slower build was asked for, or none of them was", async (t) => {
  const { builds } = engineChoices(await loadCore({ cacheBytes: 0, build: "scalar" }));
  t.deepEqual(builds.at(-1), { build: "scalar", state: "taken", reason: "asked for" });
  t.true(engineChoices(createReferenceEngine()).builds.every(({ state }) => state !== "taken"));
});

test.serial("engineChoices() says what this machine lacks", async (t) => {
  const engine = await loadCore({ cacheBytes: 0, build: "scalar" });
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    t.deepEqual(engineChoices(engine).builds, [
      { build: "relaxed", state: "impossible", reason: "WebAssembly here has no SIMD" },
      { build: "simd", state: "impossible", reason: "WebAssembly here has no SIMD" },
      { build: "scalar", state: "taken", reason: "the fastest that runs here" },
    ]);
  } finally {
    WebAssembly.validate = validate;
  }
});

test("engineChoices() says who hashes from which size on, and how large the key cache is", async (t) => {
  const hash = (await loadCore({ sha256: { afterBytes: 0 } })).sha256;
  const cacheBytes = 1 << 20;
  const given = engineChoices(
    await loadCore({ cacheBytes, sha256: { hash, fromBytes: 7, batchFromBytes: 9 } }),
  );
  t.like(given.sha256, { engine: "given", fromBytes: 7, batchFromBytes: 9 });
  t.regex(given.sha256.reason, /caller's.* from 7 bytes on, in batches from 9/);
  t.true(given.cacheBytes > 0 && given.cacheBytes <= cacheBytes);
  const own = engineChoices(await loadCore({ cacheBytes: 0, sha256: "core" }));
  t.is(own.sha256.engine, "core");
  t.is(own.cacheBytes, 0);
  t.is(engineChoices(createReferenceEngine()).cacheBytes, 0);
});
