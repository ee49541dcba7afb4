/** Times one thing for a short while. Other work on the machine only ever slows a round, so the best one counts. */

/** Short, so that some rounds run without a break even where other work shares the core. */
const roundMs = 0.25;
/** However long they take: the first ones meet code that is still being compiled and keys that are new. */
const roundsMin = 5;

/** Calls a second. */
export function bestRate(run: () => unknown, { forMs }: { forMs: number }): number {
  let calls = 1;
  let bestMs = Number.POSITIVE_INFINITY;
  const endMs = performance.now() + forMs;
  for (let round = 0; round < roundsMin || performance.now() < endMs; round++) {
    const startMs = performance.now();
    for (let i = 0; i < calls; i++) run();
    const ms = Math.max(performance.now() - startMs, 1e-4);
    bestMs = Math.min(bestMs, ms / calls);
    // Long enough for the clock.
    if (ms < roundMs) calls *= 2;
  }
  return 1000 / bestMs;
}
