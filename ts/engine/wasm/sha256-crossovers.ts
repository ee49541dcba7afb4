/**
 * From which size on, in bytes, SHA-256 from outside the core is the faster. `waxwing doctor` measures the same on
 * the machine it runs on; `loadCore({ sha256: { fromBytes, batchFromBytes } })` takes other values.
 */
export interface Sha256Crossovers {
  /** Against one message in the core. */
  readonly single: number;
  /** Against four messages at a time in SIMD lanes. */
  readonly lanes: number;
}

export const sha256Crossovers = {
  node: { single: 56, lanes: 248 },
  deno: { single: 320, lanes: 832 },
  given: { single: 448, lanes: 1024 },
} as const satisfies Record<string, Sha256Crossovers>;

export const runtimeAfterBytes = 1024 * 1024;
