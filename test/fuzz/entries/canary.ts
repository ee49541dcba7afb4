/**
 * The alarm's test: decoders that are wrong on purpose. The rig must report each of them; they are not in
 * the registry. Each bug hides behind a little luck, as real ones do.
 */
import type { Engine } from "waxwing/core";
import { stepReconcileRound } from "waxwing/replication";
import { WaxwingError } from "#dist/base/errors.js";
import { createReferenceEngine } from "#dist/engine/index.js";
import { Scheduler, type SchedulerOptions } from "#dist/replication/scheduler.js";
import { type FuzzTarget, texts } from "../target.js";
import { everyPathSays } from "./honest.js";
import { roundTarget, schedulerTarget } from "./rounds.js";

const seeds = texts("LEN:0004:abcd", "LEN:0000:");

const reference = createReferenceEngine();
/** A core whose batches look at no more than 30 bytes of a message. */
const shortSighted: Engine = {
  ...reference,
  verifyBatch: (items) =>
    reference.verifyBatch(items.map((item) => ({ ...item, message: item.message.subarray(0, 30) }))),
};
const secretKey = new Uint8Array(32);
const publicKey = reference.ed25519.publicKey(secretKey);

/** Goes on after it has been told that the peer does not reconcile. */
const stubbornStep: typeof stepReconcileRound = (state, input, set) => {
  const step = stepReconcileRound(state, input, set);
  if (state.phase !== "finished" || input.type !== "timer") return step;
  return { ...step, effects: [{ type: "armTimer", id: 1, delayMs: 1 }] };
};

/** Forgets to cancel the pause of a peer that was removed. */
class ForgetfulScheduler extends Scheduler {
  readonly #host: SchedulerOptions["host"];

  constructor(options: SchedulerOptions) {
    super(options);
    this.#host = options.host;
  }

  override pause(peer: string, ms: number): void {
    super.pause(peer, ms);
    this.#host.timers.after(1e9, () => {});
  }
}

function declaredLength(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString("latin1");
  const header = /^LEN:(\d{4}):/.exec(text);
  if (!header) throw new WaxwingError("not_a_frame", "no length header");
  return Number(header[1]);
}

export const canaries: readonly FuzzTarget[] = [
  {
    name: "canary-throws",
    seeds,
    run: (bytes) => {
      const length = declaredLength(bytes);
      // Trusts the length, as a careless decoder does.
      if (length > bytes.length - 9) throw new RangeError("offset is out of bounds");
    },
  },
  {
    name: "canary-changes-input",
    seeds,
    run: (bytes) => {
      if (declaredLength(bytes) !== 4) bytes[0] = 0;
    },
  },
  {
    name: "canary-is-slow",
    seeds,
    slowMs: 50,
    run: (bytes) => {
      if (declaredLength(bytes) < 1000) return;
      const before = process.cpuUsage();
      while (process.cpuUsage(before).user < 60_000);
    },
  },
  {
    name: "canary-hangs",
    seeds,
    run: (bytes) => {
      if (declaredLength(bytes) > 4) for (;;);
    },
  },
  {
    name: "canary-differs",
    seeds,
    run: (message) => {
      const signature = reference.ed25519.sign(message, secretKey);
      everyPathSays(shortSighted, true, { algorithm: "ed25519", signature, message, publicKey });
      if (message.length % 2 === 1) throw new WaxwingError("not_a_frame", "odd");
    },
  },
  roundTarget("canary-round", stubbornStep),
  schedulerTarget("canary-scheduler", (options) => new ForgetfulScheduler(options)),
];
