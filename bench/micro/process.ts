/** What a process pays: time to the first verdict, bytes to load, room that kept keys take. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { loadCore } from "waxwing/core";
import { SeededRandom } from "waxwing/testing";
import type { Measured } from "../case.js";

export async function processCosts(quick: boolean): Promise<Measured[]> {
  return [measureStart(quick ? 2 : 15), await measureSize(), ...(await measureKeys(quick ? 20 : 200))];
}

/** A fresh process each: import, load, one Ed25519 verdict; the runtime's own start is not in it. */
function measureStart(runs: number): Measured {
  const signature =
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
  const publicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  const program = `
    const startMs = performance.now();
    const { loadCore } = await import(${JSON.stringify(import.meta.resolve("waxwing/core"))});
    const core = await loadCore();
    const hex = (digits) => Uint8Array.from(digits.match(/../g), (pair) => Number.parseInt(pair, 16));
    if (!core.ed25519.verify(hex("${signature}"), new Uint8Array(0), hex("${publicKey}"))) throw new Error("verdict");
    console.log(performance.now() - startMs);`;
  const args = "Deno" in globalThis ? ["eval", program] : ["--input-type=module", "--eval", program];
  const samples = Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, args, { encoding: "utf8" })),
  );
  return { id: "process/first-verdict/core", engine: "waxwing", unit: "ms", samples };
}

async function measureSize(): Promise<Measured> {
  const { features } = await loadCore();
  const build = features.engine.replace("wasm-", "");
  const path = new URL(`../../dist/bindings/wasm/core.${build}.wasm`, import.meta.url);
  return {
    id: "process/wasm-gzip/core",
    engine: "waxwing",
    unit: "bytes",
    samples: [gzipSync(readFileSync(path), { level: 9 }).length],
  };
}

/** What a kept key occupies, and what is occupied after many more keys than there is room for. */
async function measureKeys(keys: number): Promise<Measured[]> {
  const random = new SeededRandom("bench/key-cache");
  const measure = async (cacheBytes: number, twice: (core: Awaited<ReturnType<typeof loadCore>>) => void) => {
    const core = await loadCore({ cacheBytes });
    for (let i = 0; i < keys; i++) twice(core);
    return core.keyCache!;
  };
  const message = random.bytes(300);
  const ed25519 = (core: Awaited<ReturnType<typeof loadCore>>) => {
    const seed = random.bytes(32);
    const [publicKey, signature] = [core.ed25519.publicKey(seed), core.ed25519.sign(message, seed)];
    for (let i = 0; i < 3; i++) core.ed25519.verify(signature, message, publicKey);
  };
  const mlDsa = (core: Awaited<ReturnType<typeof loadCore>>) => {
    const { publicKey, secretKey } = core.mlDsa65.keygen(random.bytes(32));
    const signature = core.mlDsa65.sign(message, secretKey, { random: false });
    for (let i = 0; i < 3; i++) core.mlDsa65.verify(signature, message, publicKey);
  };
  const [classic, lattice] = [await measure(64 << 20, ed25519), await measure(64 << 20, mlDsa)];
  const small = await measure(1 << 20, ed25519);
  const row = (id: string, value: number): Measured => ({
    id,
    engine: "waxwing",
    unit: "bytes",
    samples: [value],
  });
  return [
    row("process/key-cache-entry/ed25519", classic.bytes / classic.entries),
    row("process/key-cache-entry/ml-dsa-65", lattice.bytes / lattice.entries),
    row("process/key-cache-full/1mib", small.bytes),
  ];
}
