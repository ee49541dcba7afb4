/**
 * Assertions at public edges. They throw `TypeError` or `RangeError` for the caller's mistakes, with what
 * was expected and what came; peer bytes never reach them.
 */

export function checkBytes(value: unknown, title: string, length?: number): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array))
    throw new TypeError(`${title}: expected Uint8Array, got ${describe(value)}`);
  if (length !== undefined && value.length !== length) {
    throw new RangeError(`${title}: expected ${length} bytes, got ${value.length}`);
  }
}

export function checkString(value: unknown, title: string): asserts value is string {
  if (typeof value !== "string") throw new TypeError(`${title}: expected string, got ${describe(value)}`);
}

/** An integer within [min, max]. */
export function checkInteger(
  value: unknown,
  title: string,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (typeof value !== "number") throw new TypeError(`${title}: expected number, got ${describe(value)}`);
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RangeError(`${title}: expected an integer from ${min} to ${max}, got ${value}`);
  }
}

/** A plain options object without unknown keys, so that a misspelt option cannot be ignored silently. */
export function checkOptions(
  value: unknown,
  title: string,
  known: readonly string[],
): asserts value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${title}: expected an options object, got ${describe(value)}`);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      throw new TypeError(`${title}: unknown option "${key}", expected one of ${known.join(", ")}`);
  }
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "object") return value.constructor?.name ?? "object";
  return typeof value;
}
