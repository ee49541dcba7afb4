/**
 * From which size on, in bytes, SHA-256 from outside the core is the faster. Sizes are the first of a number of
 * blocks (64 n − 8): only there does the time of either side step up. `waxwing doctor` measures the same on the
 * machine it runs on; `loadCore({ sha256: { fromBytes, batchFromBytes } })` takes other values.
 *
 *   ns a message, best of 80 rounds, AMD EPYC with SHA instructions, 2026-11; "given" is createHash().digest()
 *
 *               alone:    55 B       56 B      247 B      248 B   │   lanes:   247 B      248 B    1016 B    1272 B
 *   Node 24   core   272     474        895       1098            │        469        541      1362      1754
 *          runtime   302     351        413        458            │        450        490       919      1071
 *   Deno 2.9  core   518     697       1158       1342            │        452        500      1435      1701
 *          runtime  1075     998       1166       1280            │        866        929      1442      1431
 *   Node 20  given   852     892        941        975            │        971       1009      1485      1682
 */
export interface Sha256Crossovers {
  /** Against one message in the core. */
  readonly single: number;
  /** Against four messages at a time in SIMD lanes. */
  readonly lanes: number;
}

export const sha256Crossovers = {
  node: { single: 56, lanes: 248 },
  deno: { single: 248, lanes: 1016 },
  given: { single: 248, lanes: 1272 },
} as const satisfies Record<string, Sha256Crossovers>;

/** Fetching `node:crypto` takes as long as the core needs for so many bytes: 3 to 9 ms in Node, 23 ms in Deno. */
export const runtimeAfterBytes = 1024 * 1024;
