/**
 * Clock of Node.js and Deno. Whether the wall clock is to be believed:
 *
 * - systemd-timesyncd runs (Raspberry Pi OS, Debian): its flag file `/run/systemd/timesync/synchronized`
 *   decides. Before the first sync such a board shows the time at which it was switched off, which looks
 *   plausible and is wrong.
 * - otherwise (containers, chrony, other systems): a year before 2025 is a board without a clock chip that
 *   counts from 1970 or from its image; anything later is taken as set. `adjtimex` would tell more, but
 *   JavaScript has no way to it and a process a minute is too much for a small board.
 *
 * Once synchronised, the answer stays: the host's clock then drifts slowly enough for every rule that asks.
 */
import type { Clock } from "#contracts/host.js";

/** 2025-01-01T00:00:00Z: no build of this software is older. */
const plausibleMs = Date.UTC(2025, 0, 1);
/** How long a "not yet" is kept before the flag file is looked at again. */
const recheckMs = 5000;
const timesyncFolder = "/run/systemd/timesync";

export function createWallClock(exists: (path: string) => boolean, now: () => number = Date.now): Clock {
  let synchronised = false;
  let checkedAt = Number.NEGATIVE_INFINITY;
  return {
    monotonicMs: () => performance.now(),
    wallClock() {
      const ms = now();
      if (!synchronised && performance.now() - checkedAt >= recheckMs) {
        checkedAt = performance.now();
        synchronised = isSynchronised(exists, ms);
      }
      return { ms, synchronised };
    },
  };
}

function isSynchronised(exists: (path: string) => boolean, ms: number): boolean {
  if (ms < plausibleMs) return false;
  return exists(timesyncFolder) ? exists(`${timesyncFolder}/synchronized`) : true;
}
