/** Loaded before every test file: what a test draws and what its child processes print must not depend on who runs it. */

// With `WAXWING_PROPERTY_SEED=n` all properties draw the same cases in every run, as `.ci/run` wants it; without it
// they draw others each time.
const seed = process.env.WAXWING_PROPERTY_SEED;
if (seed) {
  const { default: fc } = await import("fast-check");
  fc.configureGlobal({ seed: Number(seed) });
}

// Tests read what child processes print, and some terminals and CI services ask for colours even in a pipe.
delete process.env.FORCE_COLOR;
