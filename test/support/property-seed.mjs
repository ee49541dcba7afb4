/**
 * Loaded before every test file. With `WAXWING_PROPERTY_SEED=n` all properties draw the same cases in every run, as
 * `.ci/run` wants it; without it they draw others each time.
 */
const seed = process.env.WAXWING_PROPERTY_SEED;
if (seed) {
  const { default: fc } = await import("fast-check");
  fc.configureGlobal({ seed: Number(seed) });
}
