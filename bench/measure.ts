/**
 * Equal outputs first, then speed: contenders take turns by rounds in one process, so that a busy moment of the
 * machine hits all of them, and a ratio is the median of those within one round each. A sample is the mean of as many calls as take about a tenth of a millisecond, since
 * clocks are coarser than a hash; the figure is the median of the samples, its spread the quartiles'.
 */
import { isDeepStrictEqual } from "node:util";
import { Bench as Tinybench } from "tinybench";
import { type Case, type Contender, turns } from "./case.js";

export interface Figures {
  readonly value: number;
  readonly spread: number;
  readonly samples: number;
  /** The best sample: what it does when nobody is in the way. */
  readonly best: number;
  /** Waxwing's rate over this one, of the rounds that they took in turn: a clock that slows slows both. */
  readonly ratio?: number;
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
    return { name, ...loop, rates: [] as number[], rounds: [] as number[] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { name, calls, loop, rates, rounds } of prepared) {
      const bench = new Tinybench({ time: roundMs, iterations: 2, warmup: false, retainSamples: true });
      const [task] = bench.add(name, loop).runSync();
      const result = task?.result;
      if (result?.state !== "completed")
        throw new Error(`${each.id}/${name}: ${result?.state ?? "did not run"}`);
      const operations = each.operations?.[name] ?? 1;
      const found = (result.latency.samples ?? []).map(
        (ms) => (1000 * calls * operations) / Math.max(ms, 1e-6),
      );
      rates.push(...found);
      rounds.push(median(found));
    }
  }
  const ours = prepared.find(({ name }) => name === "waxwing")?.rounds;
  return new Map(
    prepared.map(({ name, rates, rounds }) => [
      name,
      { ...summary(rates), ...(name !== "waxwing" && ours && { ratio: ratioByRound(ours, rounds) }) },
    ]),
  );
}

/** The median of what each round gave. */
export function ratioByRound(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((rate, round) => rate / theirs[round]!));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.round(0.5 * (values.length - 1))]!;
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
  return { value, spread: (at(0.75) - at(0.25)) / 2 / value, samples: sorted.length, best: at(1) };
}
