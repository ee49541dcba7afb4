/**
 * Which seeds a simulation or fuzz test runs. `WAXWING_SEED=n` replays one; `WAXWING_SEEDS=n` runs that many,
 * which `.ci/run` sets high. Without either the count that the test names, always from the same first seed.
 */
export function seedsToRun(defaultCount: number): number[] {
  const one = readInteger("WAXWING_SEED");
  if (one !== undefined) return [one];
  const count = readInteger("WAXWING_SEEDS") ?? defaultCount;
  return Array.from({ length: count }, (_, index) => index + 1);
}

function readInteger(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name}: expected an integer, got ${text}`);
  return value;
}
