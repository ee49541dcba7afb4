/**
 * What the core's paths are made of, each in a loop of its own in WebAssembly, in cycles. The clock is a chain of
 * 64-bit multiplications that wait for each other: three cycles each on the x64 and arm64 cores of this decade.
 */
import { buildFlags } from "../../scripts/build-wasm.mjs";
import { type BuildName, compile } from "./names.js";

const source = `
import { feMul, feSq } from "./assembly/ed25519/field";
import { pairMul, pairSquare } from "./assembly/ed25519/lanes";
import { keccakF1600 } from "./assembly/hash/keccak";
import { keccakF1600Pair } from "./assembly/hash/keccak-pair";
import { sha256 } from "./assembly/hash/sha256";
import { sha512 } from "./assembly/hash/sha512";
import { INPUT } from "./assembly/layout";
import { dotProduct, ntt, nttInverse } from "./assembly/mldsa/ntt";

let state: u64 = 0x9e3779b97f4a7c15;
export function clock(n: i32): i64 {
  let x = state;
  for (let i = 0; i < n; i++) x = x * x;
  state = x | 1;
  return x;
}
const A = INPUT, B = INPUT + 4096, C = INPUT + 8192;
export function k_feMul(n: i32): void { for (let i = 0; i < n; i++) feMul(A, A, B); }
export function k_feSq(n: i32): void { for (let i = 0; i < n; i++) feSq(A, A); }
export function k_pairMul(n: i32): void { if (ASC_FEATURE_SIMD) for (let i = 0; i < n; i++) pairMul(A, A, B); }
export function k_pairSquare(n: i32): void { if (ASC_FEATURE_SIMD) for (let i = 0; i < n; i++) pairSquare(A, A); }
export function k_keccak(n: i32): void { for (let i = 0; i < n; i++) keccakF1600(A); }
export function k_keccakPair(n: i32): void { if (ASC_FEATURE_SIMD) for (let i = 0; i < n; i++) keccakF1600Pair(A); }
export function k_ntt(n: i32): void { for (let i = 0; i < n; i++) { memory.fill(A, 0, 1024); ntt(A); } }
export function k_nttInverse(n: i32): void { for (let i = 0; i < n; i++) { memory.fill(A, 0, 1024); nttInverse(A); } }
export function k_dotProduct(n: i32): void { for (let i = 0; i < n; i++) dotProduct(A, B, C); }
export function k_sha256(n: i32): void { for (let i = 0; i < n; i++) sha256(B, 64 * 63 + 55, A); }
export function k_sha512(n: i32): void { for (let i = 0; i < n; i++) sha512(B, 128 * 31 + 111, A); }
`;

/** Function, what one is, and how many of them a call of it does. */
const kernels = [
  ["feMul", "field multiplication, scalar", 1],
  ["feSq", "field squaring, scalar", 1],
  ["pairMul", "field multiplication, one of two lanes", 2],
  ["pairSquare", "field squaring, one of two lanes", 2],
  ["keccak", "Keccak-f[1600]", 1],
  ["keccakPair", "Keccak-f[1600], one of two lanes", 2],
  ["ntt", "NTT of a polynomial", 1],
  ["nttInverse", "inverse NTT", 1],
  ["dotProduct", "dot product of 5 polynomials", 1],
  ["sha256", "SHA-256 block", 64],
  ["sha512", "SHA-512 block", 32],
] as const;

const laneKernels = new Set(["pairMul", "pairSquare", "keccakPair"]);
const clockCycles = 3;

export interface Kernels {
  readonly nsPerCycle: number;
  /** Name → cycles. */
  readonly cycles: ReadonlyMap<string, number>;
}

export async function measureKernels(build: BuildName): Promise<Kernels> {
  const wasm = await compile("kernels.ts", buildFlags[build], { "kernels.ts": source });
  const memory = new WebAssembly.Memory({ initial: 28 * 16 });
  const { instance } = await WebAssembly.instantiate(wasm, { env: { memory, randomWord: () => 1 } });
  const run = instance.exports as unknown as Record<string, (times: number) => unknown>;
  const nsPerCycle = () => nsOf(run.clock!, 200_000) / clockCycles;
  const cycles = new Map<string, number>();
  for (const [name, title, each] of kernels) {
    if (build === "scalar" && laneKernels.has(name)) continue;
    cycles.set(title, nsOf(run[`k_${name}`]!, each > 2 ? 100 : 2000) / each / nsPerCycle());
  }
  return { nsPerCycle: nsPerCycle(), cycles };
}

const kernelMs = 500;

/**
 * The least of many: what else runs on the machine only ever adds. Long enough for the optimising compiler to be done,
 * which works beside the loop.
 */
function nsOf(loop: (times: number) => unknown, times: number): number {
  let least = Number.POSITIVE_INFINITY;
  const endMs = performance.now() + kernelMs;
  for (let startMs = performance.now(); startMs < endMs; ) {
    loop(times);
    const now = performance.now();
    least = Math.min(least, now - startMs);
    startMs = now;
  }
  return (1e6 * least) / times;
}
