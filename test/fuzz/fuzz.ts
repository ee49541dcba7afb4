/**
 * The loop: mutate, run, judge. A target fails when it throws anything but a refusal, changes its input, or
 * takes the processor for longer than `slowMs`. A finding is made smaller before it is reported. An input with a new outcome
 * (another refusal, or the first success) joins the corpus, so that later mutants start further in.
 *
 * A decoder that never returns cannot be stopped from here: run.ts does that from another thread.
 */
import { SeededRandom } from "waxwing/testing";
import { type Material, mutate } from "./mutate.js";
import { defaultRefusals, type FuzzTarget } from "./target.js";

/** Far above any honest decode of 64 KiB, far below what an attacker would need. */
const slowMsDefault = 2000;

export interface Finding {
  readonly target: string;
  readonly input: Uint8Array;
  readonly reason: string;
}

export interface FuzzReport {
  readonly target: string;
  readonly runs: number;
  /** Different outcomes seen: error codes, success. One alone means the mutants stopped at the door. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly finding?: Finding;
}

export interface FuzzOptions {
  readonly seed: number;
  /** At least as many, however long they take. */
  readonly runsMin?: number;
  readonly runsMax: number;
  readonly secondsMax: number;
  /** Sees every input before it runs; the watchdog of the long mode remembers it. */
  readonly onInput?: (input: Uint8Array) => void;
}

export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const random = new SeededRandom(`${options.seed}/${target.name}`);
  const corpus = [...target.seeds];
  const material: Material = { corpus, tokens: target.tokens ?? [] };
  const outcomes = new Map<string, number>();
  const endMs = performance.now() + options.secondsMax * 1000;
  let runs = 0;
  const judge = async (input: Uint8Array) => {
    options.onInput?.(input);
    runs++;
    const outcome = await runOnce(target, input);
    const seen = outcomes.get(outcome.kind) ?? 0;
    outcomes.set(outcome.kind, seen + 1);
    if (seen === 0 && runs > target.seeds.length) corpus.push(input);
    return outcome.failure;
  };
  for (const seed of target.seeds) {
    const reason = await judge(seed);
    if (reason)
      return { target: target.name, runs, outcomes, finding: { target: target.name, input: seed, reason } };
  }
  const { runsMin = 0, runsMax } = options;
  while (runs < runsMin || (runs < runsMax && performance.now() < endMs)) {
    const input = mutate(random.pick(corpus), random, material);
    const reason = await judge(input);
    if (reason) {
      const smaller = await shrink(target, input, reason);
      return { target: target.name, runs, outcomes, finding: { target: target.name, ...smaller } };
    }
  }
  return { target: target.name, runs, outcomes };
}

/** `failure` is set when the target broke a rule. */
export async function runOnce(
  target: FuzzTarget,
  input: Uint8Array,
): Promise<{ kind: string; failure?: string }> {
  const given = input.slice();
  const startMs = performance.now();
  const outcome = await attempt(target, given);
  const elapsedMs = performance.now() - startMs;
  if (outcome.failure) return outcome;
  if (Buffer.compare(given, input) !== 0) return { kind: "failed", failure: "the input was changed" };
  const slowMs = target.slowMs ?? slowMsDefault;
  const usedMs = elapsedMs > slowMs ? await processorMs(target, given) : 0;
  if (usedMs > slowMs) return { kind: "failed", failure: `took ${Math.round(usedMs)} ms of the processor` };
  return outcome;
}

/** Of one more run: what others do on the machine, or a process that was stopped, is no fault of the decoder. */
async function processorMs(target: FuzzTarget, input: Uint8Array): Promise<number> {
  const before = process.cpuUsage();
  await attempt(target, input);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function attempt(target: FuzzTarget, input: Uint8Array): Promise<{ kind: string; failure?: string }> {
  try {
    await target.run(input);
    return { kind: "accepted" };
  } catch (error) {
    const accepted = (target.refusals ?? defaultRefusals)(error);
    if (accepted) return { kind: String((error as { code?: string }).code ?? (error as Error).name) };
    return {
      kind: "failed",
      failure: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/** Removes pieces while the target still fails, for a few hundred tries or some seconds. */
async function shrink(
  target: FuzzTarget,
  input: Uint8Array,
  first: string,
): Promise<{ input: Uint8Array; reason: string }> {
  const again = (await runOnce(target, input)).failure;
  let best = { input, reason: again ?? `failed once and not again: ${first}` };
  let tries = 400;
  const endMs = performance.now() + 3000;
  for (let size = input.length >> 1; size >= 1; size >>= 1) {
    for (let start = 0; start + size <= best.input.length; tries--) {
      if (tries <= 0 || performance.now() > endMs) return best;
      const smaller = new Uint8Array(
        Buffer.concat([best.input.subarray(0, start), best.input.subarray(start + size)]),
      );
      const reason = (await runOnce(target, smaller)).failure;
      if (reason) best = { input: smaller, reason };
      else start += size;
    }
  }
  return best;
}

/** A finding as people need it: what broke, the input, and the command that shows it again. */
export function formatFinding({ target, input, reason }: Finding): string {
  const hex = Buffer.from(input).toString("hex");
  return [
    `${target} failed on ${input.length} bytes: ${reason}`,
    `input: ${hex}`,
    `replay: node --import tsx test/fuzz/run.ts --only ${target} --input ${hex}`,
  ].join("\n");
}
