/**
 * Runs a fast-check property inside an ava test; a failure prints the seed and the path that replay it.
 * `WAXWING_PROPERTY_RUNS` sets how many cases a property gets, times its own factor.
 */
import type { ExecutionContext } from "ava";
import fc from "fast-check";

const runs = Number(process.env.WAXWING_PROPERTY_RUNS || 300);

export function checkProperty<T>(t: ExecutionContext, property: fc.IProperty<T>, factor = 1): void {
  t.notThrows(() => fc.assert(property, { numRuns: Math.ceil(runs * factor) }));
}
