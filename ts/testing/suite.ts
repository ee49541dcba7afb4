/**
 * Compliance suites are plain functions `(implementation, report)`: they know no test framework, so anyone
 * can run them against an implementation of their own. The report gets one named check at a time.
 */
export interface SuiteReport {
  /** Registers a check; the name is a claim about the contract. Checks of one suite run one after the other. */
  check(name: string, run: () => void | Promise<void>): void;
}

/** Thrown by a failed assertion of a suite. */
export class SuiteFailure extends Error {
  override readonly name = "SuiteFailure";
}

export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new SuiteFailure(claim);
}

/** Structural equality of what suites compare: bytes, primitives, arrays, plain objects. */
export function assertEqual(got: unknown, expected: unknown, claim: string): void {
  const left = render(got);
  const right = render(expected);
  if (left !== right) throw new SuiteFailure(`${claim}: expected ${right}, got ${left}`);
}

/** The call must throw (or reject with) an error for which `matches` holds. */
export async function assertThrows(
  call: () => unknown,
  matches: (error: unknown) => boolean,
  claim: string,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (matches(error)) return;
    throw new SuiteFailure(`${claim}: threw ${String(error)}`);
  }
  throw new SuiteFailure(`${claim}: did not throw`);
}

function render(value: unknown): string {
  if (value instanceof Uint8Array)
    return `bytes(${Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("")})`;
  if (Array.isArray(value)) return `[${value.map(render).join(",")}]`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value as Record<string, unknown>).filter(
      ([, member]) => member !== undefined,
    );
    return `{${members
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${key}:${render(member)}`)
      .join(",")}}`;
  }
  return JSON.stringify(value) ?? String(value);
}
