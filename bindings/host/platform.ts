/** Timers and secure randomness as every runtime with web standards has them. */
import type { Random, Timers } from "#contracts/host.js";

/** Longest delay that `setTimeout` takes; longer ones would fire at once. */
const delayMsMax = 2 ** 31 - 1;

export const platformTimers: Timers = {
  after(delayMs, fire) {
    let timer: ReturnType<typeof setTimeout>;
    // Rounded up, because timers count whole milliseconds and may never fire early; long delays in legs.
    const wait = (leftMs: number) => {
      const legMs = Math.min(leftMs, delayMsMax);
      timer = setTimeout(() => (leftMs > legMs ? wait(leftMs - legMs) : fire()), legMs);
    };
    wait(Math.ceil(Math.max(delayMs, 0)));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** `getRandomValues` gives at most 65 536 bytes a call. */
const randomBytesPerCall = 65_536;

export const platformRandom: Random = {
  bytes(length) {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i += randomBytesPerCall)
      crypto.getRandomValues(bytes.subarray(i, i + randomBytesPerCall));
    return bytes;
  },
};
