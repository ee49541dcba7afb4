/**
 * Whether verification holds on to memory: many millions of verdicts in one process, with what it occupies read
 * after a collection at equal distances. Keys are those of a node's life: mostly known signers, some of ML-DSA-65,
 * and a stream of new ones, more than the key cache has room for, so that it is full and evicts all the while.
 *
 *   node --expose-gc --import tsx bench/memory.ts --out bench/results/memory.ndjson     10^7, some five minutes
 *   node --expose-gc --import tsx bench/memory.ts --verifications 1000000 --check       fails when it grows
 *   … --leak 64                             keeps that many bytes a verification, which must be noticed
 *
 * Growth is the lowest reading of the last quarter over the lowest of the second: the first quarter fills pools
 * and caches, and a leak lifts the floor, while a reading at a busy moment lifts one value only.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { loadCore } from "waxwing/core";
import { SeededRandom } from "waxwing/testing";
import { commitName, machineName } from "./context.js";
import { memoryGrowthMax } from "./targets.js";

const { values } = parseArgs({
  options: {
    verifications: { type: "string", default: "10000000" },
    leak: { type: "string", default: "0" },
    out: { type: "string" },
    check: { type: "boolean", default: false },
  },
});
const verifications = Number(values.verifications);
const leakBytes = Number(values.leak);
const readings = 40;

type Kind = keyof typeof memoryGrowthMax;
const kinds = Object.keys(memoryGrowthMax) as Kind[];

const knownSigners = 64;
const latticeSigners = 8;
/** The default cache has room for some 1600 keys. */
const newSigners = 4000;

const { gc } = globalThis;
if (gc === undefined) throw new Error("memory is read after a collection: node --expose-gc");
const core = await loadCore();
const random = new SeededRandom("bench/memory");
const message = random.bytes(300);
const signers = (count: number) =>
  Array.from({ length: count }, () => {
    const seed = random.bytes(32);
    return { publicKey: core.ed25519.publicKey(seed), signature: core.ed25519.sign(message, seed) };
  });
const known = signers(knownSigners);
const fresh = signers(newSigners);
const lattice = Array.from({ length: latticeSigners }, () => {
  const { publicKey, secretKey } = core.mlDsa65.keygen(random.bytes(32));
  return { publicKey, signature: core.mlDsa65.sign(message, secretKey, { random: false }) };
});
const leaked: Uint8Array[] = [];

// A full key cache from the start: every page of it that will ever be touched is.
for (const each of fresh) for (let i = 0; i < 2; i++) verifyEd25519(each);

const series: Record<Kind, number[]> = { rss: [], heap: [], external: [] };
let done = 0;
for (let reading = 1; reading <= readings; reading++) {
  const until = Math.round((verifications * reading) / readings);
  for (; done < until; done++) verifyOne(done);
  gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  series.rss.push(rss);
  series.heap.push(heapUsed);
  series.external.push(external);
}

const growth = Object.fromEntries(
  kinds.map((kind) => [kind, Math.max(0, lowest(kind, 3) - lowest(kind, 1))]),
) as Record<Kind, number>;
const { bytes: cacheBytes, bytesMax, evictions } = core.keyCache!;
for (const kind of kinds)
  console.log(
    `${kind.padEnd(8)} ${mebibytes(series[kind][0]!)} after the first readings, ${mebibytes(series[kind].at(-1)!)} at the end, grown by ${growth[kind]} bytes`,
  );
console.log(`key cache ${cacheBytes} of ${bytesMax} bytes, ${evictions} evictions`);

if (values.out !== undefined) writeRows(values.out);
if (values.check) {
  const faults = kinds.filter((kind) => growth[kind] > memoryGrowthMax[kind]);
  for (const kind of faults) console.log(`${kind} has grown by more than ${memoryGrowthMax[kind]} bytes`);
  const cacheIsBounded = cacheBytes <= bytesMax && evictions > 0;
  if (!cacheIsBounded) console.log("the key cache is not bounded, or was never full");
  process.exit(faults.length === 0 && cacheIsBounded ? 0 : 1);
}
process.exit(0);

/** Of forty: thirty-six under known Ed25519 keys, two under a new one, which earns it a place, two ML-DSA-65. */
function verifyOne(index: number): void {
  const turn = index % 40;
  const good =
    turn < 2
      ? verifyEd25519(fresh[Math.floor(index / 40) % newSigners]!)
      : turn === 13 || turn === 26
        ? verifyMlDsa(lattice[index % latticeSigners]!)
        : verifyEd25519(known[index % knownSigners]!);
  if (!good) throw new Error(`verification ${index}: a good signature was refused`);
  if (leakBytes > 0) leaked.push(new Uint8Array(leakBytes));
}

function verifyEd25519({ signature, publicKey }: (typeof known)[0]): boolean {
  return core.ed25519.verify(signature, message, publicKey);
}

function verifyMlDsa({ signature, publicKey }: (typeof lattice)[0]): boolean {
  return core.mlDsa65.verify(signature, message, publicKey);
}

function lowest(kind: Kind, quarter: 1 | 3): number {
  const length = readings / 4;
  return Math.min(...series[kind].slice(quarter * length, (quarter + 1) * length));
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function writeRows(out: string): void {
  const context = {
    engine: "waxwing",
    build: core.features.engine,
    commit: commitName(),
    runtime: `node ${process.versions.node}`,
    date: new Date().toISOString(),
    machine: machineName(true),
  };
  const row = (id: string, value: number) => ({
    schema: 1,
    id: `memory/${id}/${verifications}/waxwing`,
    value,
    unit: "bytes",
    spread: 0,
    samples: 1,
    ...context,
  });
  const rows = [
    ...kinds.flatMap((kind) => [
      row(`${kind}-start`, series[kind][0]!),
      row(`${kind}-end`, series[kind].at(-1)!),
      row(`${kind}-growth`, growth[kind]),
    ]),
    row("key-cache-end", cacheBytes),
  ];
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, rows.map((each) => `${JSON.stringify(each)}\n`).join(""));
}
