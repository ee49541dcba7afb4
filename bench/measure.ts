/**
 * Equal outputs first, then speed: contenders take turns by rounds in one process, so that a busy moment of the
 * machine hits all of them. A sample is the mean of as many calls as take about a tenth of a millisecond, since
 * clocks are coarser than a hash; the figure is the median of the samples, its spread the quartiles'.
 */
import { isDeepStrictEqual } from "node:util";
import { Bench as Tinybench } from "tinybench";
import { type Case, type Contender, turns } from "./case.js";

export interface Figures {
  readonly value: number;
  readonly spread: number;
  readonly samples: number;
}

export interface Effort {
  readonly rounds: number;
  readonly roundMs: number;
}

const sampleMs = 0.1;

export function measureCase(each: Case, { rounds, roundMs }: Effort): Map<string, Figures> {
  checkEqualOutput(each);
  const prepared = Object.entries(each.contenders).map(([name, run]) => {
    const loop = warmLoop(run, roundMs / 2);
    return { name, ...loop, rates: [] as number[] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { name, calls, loop, rates } of prepared) {
      const bench = new Tinybench({ time: roundMs, iterations: 2, warmup: false, retainSamples: true });
      const [task] = bench.add(name, loop).runSync();
      const result = task?.result;
      if (result?.state !== "completed")
        throw new Error(`${each.id}/${name}: ${result?.state ?? "did not run"}`);
      for (const ms of result.latency.samples ?? [])
        rates.push((1000 * calls * (each.operations?.[name] ?? 1)) / Math.max(ms, 1e-6));
    }
  }
  return new Map(prepared.map(({ name, rates }) => [name, summary(rates)]));
}

export function checkEqualOutput({ id, contenders, comparable = plain }: Case): void {
  const [first, ...others] = Object.entries(contenders);
  if (!first) throw new Error(`${id}: no contenders`);
  for (let turn = 0; turn < turns; turn++) {
    const expected = comparable(first[1](turn), turn);
    for (const [name, run] of others)
      if (!isDeepStrictEqual(comparable(run(turn), turn), expected))
        throw new Error(`${id}: ${name} and ${first[0]} give different outputs for input ${turn}`);
  }
}

/** A Buffer of node:crypto and a Uint8Array with the same bytes are the same output. */
function plain(output: unknown): unknown {
  if (Array.isArray(output)) return output.map(plain);
  return output instanceof Uint8Array ? Buffer.from(output).toString("hex") : output;
}

/** Runs until the compiler has seen enough, and finds how many calls make a sample. */
function warmLoop(run: Contender, warmMs: number): { calls: number; loop: () => void } {
  let turn = 0;
  const next = () => {
    run(turn);
    turn = (turn + 1) % turns;
  };
  const startMs = performance.now();
  let done = 0;
  do {
    next();
    done++;
  } while (performance.now() - startMs < warmMs);
  const calls = Math.max(1, Math.round((sampleMs * done) / (performance.now() - startMs)));
  return {
    calls,
    loop: () => {
      for (let i = 0; i < calls; i++) next();
    },
  };
}

export function summary(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const value = at(0.5);
  return { value, spread: (at(0.75) - at(0.25)) / 2 / value, samples: sorted.length };
}
