/** One target in a thread of its own: writes each input where the watchdog sees it, then runs it. */
import { parentPort, workerData } from "node:worker_threads";
import { canaries } from "./entries/canary.js";
import { type FuzzReport, fuzz } from "./fuzz.js";
import { registry } from "./registry.js";

export interface WorkerInput {
  readonly target: string;
  readonly seed: number;
  readonly seconds: number;
  /** Two 32-bit words: runs begun, length of the current input. The input follows at byte 8. */
  readonly shared: SharedArrayBuffer;
}

export type WorkerOutput = Pick<FuzzReport, "runs" | "finding"> & { readonly outcomes: [string, number][] };

const { target: name, seed, seconds, shared } = workerData as WorkerInput;
const target = [...registry, ...canaries].find((row) => row.name === name);
if (!target) throw new RangeError(`no fuzz target is called ${name}`);
const words = new Int32Array(shared, 0, 2);
const window = new Uint8Array(shared, 8);

const report = await fuzz(target, {
  seed,
  runsMax: Number.POSITIVE_INFINITY,
  secondsMax: seconds,
  onInput: (input) => {
    window.set(input.subarray(0, window.length));
    Atomics.store(words, 1, Math.min(input.length, window.length));
    Atomics.add(words, 0, 1);
  },
});
const output: WorkerOutput = {
  runs: report.runs,
  outcomes: [...report.outcomes],
  ...(report.finding ? { finding: report.finding } : {}),
};
parentPort!.postMessage(output);
