/** What a process pays: time to the first verdict, bytes to load, room that kept keys take. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { loadCore } from "waxwing/core";
import { SeededRandom } from "waxwing/testing";
import type { Measured } from "../case.js";

export async function processCosts(quick: boolean): Promise<Measured[]> {
  return [...measureStart(quick ? 2 : 15), await measureSize(), ...(await measureKeys(quick ? 20 : 200))];
}

/**
 * A fresh process each: import, load, one Ed25519 verdict; the runtime's own start is not in it. Beside it, what the
 * same process takes for a first module of one line (`empty-module`), and the processor's time for ours, which a
 * busy machine stretches less than the clock's.
 */
function measureStart(runs: number): Measured[] {
  const signature =
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
  const publicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  const ours = `
    const { loadCore } = await import(${JSON.stringify(import.meta.resolve("waxwing/core"))});
    const core = await loadCore();
    const hex = (digits) => Uint8Array.from(digits.match(/../g), (pair) => Number.parseInt(pair, 16));
    if (!core.ed25519.verify(hex("${signature}"), new Uint8Array(0), hex("${publicKey}"))) throw new Error("verdict");`;
  const empty = `await import("data:text/javascript,export const nothing = 0;");`;
  const samples = Array.from({ length: runs }, () => ({ ours: timeFresh(ours), empty: timeFresh(empty) }));
  const row = (id: string, engine: string, of: (sample: (typeof samples)[0]) => number): Measured => ({
    id: `process/${id}/core`,
    engine,
    unit: "ms",
    samples: samples.map(of),
  });
  return [
    row("first-verdict", "waxwing", (sample) => sample.ours.wallMs),
    row("first-verdict", "empty-module", (sample) => sample.empty.wallMs),
    row("first-verdict-cpu", "waxwing", (sample) => sample.ours.cpuMs),
    row("first-verdict-cpu", "empty-module", (sample) => sample.empty.cpuMs),
  ];
}

function timeFresh(program: string): { wallMs: number; cpuMs: number } {
  // Deno reads no processor time; the clock's stands in for it there.
  const timed = `
    const processorMs = () => globalThis.Deno ? performance.now() : process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;
    const [startMs, startCpuMs] = [performance.now(), processorMs()];
    ${program}
    console.log(JSON.stringify({ wallMs: performance.now() - startMs, cpuMs: processorMs() - startCpuMs }));`;
  const args = "Deno" in globalThis ? ["eval", timed] : ["--input-type=module", "--eval", timed];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
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
