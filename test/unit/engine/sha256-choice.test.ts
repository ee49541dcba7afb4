/** Who computes SHA-256: what loadCore() chooses, what it takes, what it refuses, and how a caller sees it. */
import { createHash } from "node:crypto";
import test from "ava";
import { type LoadCoreOptions, loadCore } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { runtimeAfterBytes, sha256Crossovers } from "#dist/engine/wasm/sha256-crossovers.js";

type Sha256Option = NonNullable<LoadCoreOptions["sha256"]>;

const { single, lanes } = sha256Crossovers.node;
const digestOf = (data: Uint8Array) => new Uint8Array(createHash("sha256").update(data).digest());

/** A right hash and the sizes that it was asked for after it was tried. */
function recorder() {
  const sizes: number[] = [];
  const hash = (data: Uint8Array) => {
    sizes.push(data.length);
    return digestOf(data);
  };
  return { hash, sizes };
}

test("loadCore() takes the runtime's SHA-256 from the measured sizes on, on every build", async (t) => {
  for (const build of wasmBuilds()) {
    const { features } = await loadCore({ build });
    const batchFromBytes = build === "scalar" ? single : lanes;
    t.deepEqual(features.sha256, { engine: "runtime", fromBytes: single, batchFromBytes }, build);
  }
});

test('loadCore() computes SHA-256 itself with "core", and says so', async (t) => {
  t.deepEqual((await loadCore({ sha256: "core" })).features.sha256, { engine: "core" });
});

test("loadCore() gives each size to who shall have it, in single calls, batches and envelopeHash()", async (t) => {
  const { hash, sizes } = recorder();
  const core = await loadCore({ sha256: { hash, fromBytes: 100, batchFromBytes: 200 } });
  t.deepEqual(core.features.sha256, { engine: "given", fromBytes: 100, batchFromBytes: 200 });
  const messages = [99, 100, 101, 199, 200, 201].map((length) => new Uint8Array(length));

  sizes.length = 0;
  for (const message of messages) t.deepEqual(core.sha256(message), digestOf(message));
  t.deepEqual(sizes, [100, 101, 199, 200, 201]);

  sizes.length = 0;
  t.deepEqual(core.sha256Batch(messages), messages.map(digestOf));
  t.deepEqual(sizes, [200, 201]);

  sizes.length = 0;
  const json = (length: number) => new TextEncoder().encode(JSON.stringify(" ".repeat(length - 2)));
  for (const length of [99, 100, 5000]) t.deepEqual(core.envelopeHash(json(length)), digestOf(json(length)));
  t.deepEqual(sizes, [100, 5000]);
});

test.serial(
  "loadCore() fetches the runtime's SHA-256 only once there was enough to hash with it",
  async (t) => {
    const { process } = globalThis;
    const fetched: string[] = [];
    const { getBuiltinModule } = process;
    process.getBuiltinModule = ((name: string) => {
      fetched.push(name);
      return getBuiltinModule.call(process, name);
    }) as typeof getBuiltinModule;
    try {
      const core = await loadCore();
      core.sha256(new Uint8Array(runtimeAfterBytes - 1));
      for (let i = 0; i < 100_000; i++) core.sha256(new Uint8Array(single - 1));
      t.deepEqual(fetched, []);
      t.deepEqual(core.sha256(new Uint8Array(single)), digestOf(new Uint8Array(single)));
      t.deepEqual(fetched, ["node:crypto"]);
      core.sha256(new Uint8Array(runtimeAfterBytes));
      t.deepEqual(fetched, ["node:crypto"]);
      await loadCore({ sha256: { afterBytes: 0 } });
      t.is(fetched.length, 2);
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  },
);

const runtimes: Record<string, unknown> = {
  "no process, as in browsers": undefined,
  "a process without built-in modules, as bundlers make one": { versions: { node: "20" }, env: {} },
  "a runtime built without OpenSSL": { versions: {}, getBuiltinModule: () => undefined },
  "no node:crypto": { versions: { openssl: "3" }, getBuiltinModule: () => undefined },
  "a hash that throws": {
    versions: { openssl: "3" },
    getBuiltinModule: () => ({
      hash: () => {
        throw new Error("FIPS");
      },
    }),
  },
  "a hash of another size": { versions: { openssl: "3" }, getBuiltinModule: () => ({ hash: () => "short" }) },
  "a hash that is wrong": {
    versions: { openssl: "3" },
    getBuiltinModule: () => ({ hash: () => "x".repeat(32) }),
  },
};
for (const [name, process] of Object.entries(runtimes))
  test.serial(`loadCore() computes SHA-256 itself where there is ${name}`, async (t) => {
    const message = new Uint8Array(300);
    const core = await withProcess(process, async () => {
      const core = await loadCore({ sha256: { afterBytes: 0 } });
      core.sha256(message);
      return core;
    });
    t.deepEqual(core.features.sha256, { engine: "core" });
    t.deepEqual(core.sha256(message), digestOf(message));
  });

test.serial(
  "loadCore() takes createHash() where a runtime lacks hash(), and hexadecimal digits in Deno",
  async (t) => {
    for (const versions of [{ openssl: "3" }, { openssl: "3", deno: "2" }]) {
      const process = { versions, getBuiltinModule: () => ({ createHash }) };
      const core = await withProcess(process, () => loadCore({ sha256: { fromBytes: 0, afterBytes: 0 } }));
      t.is(core.features.sha256.engine, "runtime");
      for (const length of [0, 1, 300]) {
        const message = new Uint8Array(length).fill(length);
        t.deepEqual(core.sha256(message), digestOf(message));
      }
    }
  },
);

/** What another runtime looks like, while `run` runs. */
async function withProcess<T>(process: unknown, run: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(globalThis, "process")!;
  Object.defineProperty(globalThis, "process", { value: process, configurable: true, writable: true });
  try {
    return await run();
  } finally {
    Object.defineProperty(globalThis, "process", before);
  }
}

test("loadCore() refuses a hash that is not SHA-256, and options that it does not know", async (t) => {
  const wrong = [
    "runtime",
    1,
    null,
    { hash: 1 },
    { hash: () => new Uint8Array(32) },
    { hash: () => new Uint8Array(31) },
    { hash: () => Promise.resolve(new Uint8Array(32)) },
    {
      hash: () => {
        throw new Error("no");
      },
    },
    { from: 1 },
    { fromBytes: "1" },
  ];
  for (const sha256 of wrong)
    await t.throwsAsync(loadCore({ sha256: sha256 as Sha256Option }), { instanceOf: TypeError });
  for (const name of ["fromBytes", "batchFromBytes", "afterBytes"])
    for (const value of [-1, 0.5, Number.POSITIVE_INFINITY])
      await t.throwsAsync(loadCore({ sha256: { [name]: value } }), { instanceOf: RangeError });
});
