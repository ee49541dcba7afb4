/**
 * A host for tests of one module: time stands until `advance`, randomness comes from a seed.
 *
 * ```ts
 * import { createFakeHost } from "waxwing/testing";
 * const fake = createFakeHost({ seed: 1 });
 * fake.host.timers.after(1000, () => console.log("a second later"));
 * await fake.advance(1000);
 * ```
 */
import type { SimulableHost } from "../contracts/host.js";
import { SeededRandom } from "./seeded-random.js";
import { VirtualTime } from "./virtual-time.js";

/** Where wall clocks begin: 2026-01-01T00:00:00Z, a date that no test should need. */
export const wallClockStartMs = 1_767_225_600_000;

export interface FakeHost {
  readonly host: SimulableHost;
  readonly time: VirtualTime;
  /** Fires what falls due and lets promises settle. */
  advance(durationMs: number): Promise<void>;
  /** Moves the wall clock alone, as an operator or NTP does. */
  jumpWallClock(byMs: number): void;
  setSynchronised(synchronised: boolean): void;
}

export interface FakeHostOptions {
  readonly seed?: number | string;
  readonly wallClockMs?: number;
  readonly synchronised?: boolean;
}

export function createFakeHost(options: FakeHostOptions = {}): FakeHost {
  const time = new VirtualTime();
  let offsetMs = options.wallClockMs ?? wallClockStartMs;
  let synchronised = options.synchronised ?? true;
  return {
    time,
    host: {
      clock: {
        monotonicMs: () => time.nowMs,
        wallClock: () => ({ ms: offsetMs + time.nowMs, synchronised }),
      },
      timers: time,
      random: new SeededRandom(options.seed ?? 1),
    },
    advance: (durationMs) => time.advance(durationMs),
    jumpWallClock: (byMs) => {
      offsetMs += byMs;
    },
    setSynchronised: (value) => {
      synchronised = value;
    },
  };
}
