/**
 * Links and devices against what npm and Node have: frames a second, processor time a frame, latency of a
 * round trip, and how a process grows against a reader that does not read.
 *
 *   npm run bench -- --links                some minutes, into bench/results/links.ndjson and the tables
 *   npm run bench -- --links --quick        every contender once, written nowhere
 *
 * Contenders of a row take turns; a figure is the median of the turns. Bytes that arrive are counted, so a
 * contender that loses some is not faster for it. A link encrypts and acknowledges every frame; the plain
 * contenders do neither, and `node-tls` encrypts with the same cipher.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { commitName, machineName } from "../context.js";
import { ethernetWire, ipWire, udpWire } from "./datagram.js";
import { latencies, stalledGrowth, throughput } from "./measure.js";
import { Absent, type Pipe, type Wire } from "./pipe.js";
import { ptyWire } from "./pty.js";
import { tcpWire } from "./tcp.js";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string" }, out: { type: "string" } },
});
const wires: readonly Wire[] = [tcpWire, ptyWire, udpWire, ipWire, ethernetWire];
const rounds = values.quick ? 1 : 3;
const durationMs = values.quick ? 100 : 700;
const roundTrips = values.quick ? 20 : 300;
const stallMs = values.quick ? 100 : 2000;

type Samples = Map<string, number[]>;
const units: Record<string, string> = {
  frames: "operations/s",
  cpu: "ms",
  "latency-p50": "ms",
  "latency-p99": "ms",
  stalled: "bytes",
};
const samples: Samples = new Map();
const absent = new Map<string, string>();

for (const wire of wires.filter(({ name }) => values.only === undefined || name === values.only))
  for (let round = 0; round < rounds; round++)
    for (const [name, open] of Object.entries(wire.contenders)) await measure(wire, name, open);
report();
if (values.out !== undefined) write(values.out);
process.exit(0);

async function measure(wire: Wire, name: string, open: () => Promise<Pipe>): Promise<void> {
  const id = (metric: string, size: number) => `${wire.name}/${metric}/${size}/${name}`;
  if (absent.has(`${wire.name}/${name}`)) return;
  try {
    for (const size of wire.sizes) {
      const { framesPerSecond, cpuMsPerFrame } = await using(open, (pipe) =>
        throughput(pipe, size, durationMs),
      );
      keep(id("frames", size), framesPerSecond);
      keep(id("cpu", size), cpuMsPerFrame);
    }
    const trips = await using(open, (pipe) => latencies(pipe, 64, roundTrips));
    keep(id("latency-p50", 64), trips[Math.floor(trips.length / 2)]!);
    keep(id("latency-p99", 64), trips[Math.floor(trips.length * 0.99)]!);
    const size = wire.sizes.at(-1)!;
    keep(id("stalled", size), await using(open, (pipe) => stalledGrowth(pipe, size, stallMs)));
  } catch (error) {
    if (!(error instanceof Absent)) throw error;
    absent.set(`${wire.name}/${name}`, error.message);
  }
}

async function using<T>(open: () => Promise<Pipe>, run: (pipe: Pipe) => Promise<T>): Promise<T> {
  const pipe = await open();
  try {
    return await run(pipe);
  } finally {
    await pipe.close();
  }
}

function keep(id: string, value: number): void {
  const values = samples.get(id) ?? [];
  samples.set(id, values);
  values.push(value);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

function report(): void {
  for (const [id, taken] of samples) {
    const sorted = [...taken].sort((a, b) => a - b);
    console.log(`${id.padEnd(44)} ${quantile(sorted, 0.5).toPrecision(4)} ${units[id.split("/")[1]!]}`);
  }
  for (const [name, why] of absent) console.log(`${name.padEnd(44)} absent: ${why}`);
}

function write(out: string): void {
  const context = {
    schema: 1,
    build: "none",
    commit: commitName(),
    runtime: `node ${process.versions.node}`,
    date: new Date().toISOString(),
    machine: machineName(true),
  };
  const rows = [...samples].map(([id, taken]) => {
    const sorted = [...taken].sort((a, b) => a - b);
    const median = quantile(sorted, 0.5);
    const spread = median === 0 ? 0 : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / median;
    const [, metric, , engine] = id.split("/") as [string, string, string, string];
    return { ...context, id, engine, value: median, unit: units[metric], spread, samples: taken.length };
  });
  const missing = [...absent].map(([name, why]) => {
    const [wire, engine] = name.split("/") as [string, string];
    return { ...context, id: `${wire}/frames/0/${engine}`, engine, absent: why };
  });
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, [...rows, ...missing].map((row) => `${JSON.stringify(row)}\n`).join(""));
}
