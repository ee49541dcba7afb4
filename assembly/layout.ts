/**
 * The memory map of the core. One linear memory, its size fixed when the instance starts (initial =
 * maximum), so that views made once on the JavaScript side stay valid for ever.
 *
 *   0          STATIC    tables placed by the compiler (StaticArray, memory.data), up to __heap_base
 *   512 KiB    WORK      scratch of each primitive; what outlives a call is public and can be made anew
 *   1 MiB      SECRET    everything derived from a secret key; wiped whole after each use
 *   1.25 MiB   ARGS      small arguments and results: keys, signatures, hashes, contexts
 *   1.5 MiB    OUTPUT    results of variable size, read in windows
 *   2.5 MiB    INDEX     the JSON scanner's member index and stacks
 *   10.5 MiB   INPUT     messages and documents
 *   27 MiB     CACHE     expanded keys; from here to the end of memory, sized when the instance starts
 *
 * An instance that holds id sets (assembly/set) keeps no keys and reads no JSON: pages of sets lie from CACHE
 * on, and the sketch decoder works in INDEX.
 *
 * Sizes are bytes. The loader checks that STATIC ends before WORK; nothing overlaps by construction.
 */

const KiB: usize = 1024;
const MiB: usize = 1024 * KiB;

export const WORK: usize = 512 * KiB;
// @ts-ignore: decorator
@inline export const WORK_SHA2: usize = WORK; // 8 KiB: SHA-256 and SHA-512 state, schedule, block buffer
// @ts-ignore: decorator
@inline export const WORK_KECCAK: usize = WORK + 8 * KiB; // 8 KiB: sponge states
// @ts-ignore: decorator
@inline export const WORK_ED25519: usize = WORK + 16 * KiB; // 112 KiB: points, tables of multiples, scalars
// @ts-ignore: decorator
@inline export const WORK_MLDSA: usize = WORK + 128 * KiB; // 256 KiB: polynomials, vectors, matrix
// @ts-ignore: decorator
@inline export const WORK_JSON: usize = WORK + 384 * KiB; // 64 KiB: number conversion, emission stack

// @ts-ignore: decorator
@inline export const WORK_SET: usize = WORK + 448 * KiB; // 64 KiB: paths, sums, hashes of id sets

export const SECRET: usize = 1 * MiB;
export const SECRET_BYTES: usize = 256 * KiB;
// @ts-ignore: decorator
@inline export const SECRET_ED25519: usize = SECRET; // 16 KiB
// @ts-ignore: decorator
@inline export const SECRET_MLDSA: usize = SECRET + 16 * KiB; // 240 KiB

export const ARGS: usize = SECRET + SECRET_BYTES;
export const ARGS_BYTES: usize = 256 * KiB;

export const OUTPUT: usize = ARGS + ARGS_BYTES;
export const OUTPUT_BYTES: usize = 1 * MiB;

export const INDEX: usize = OUTPUT + OUTPUT_BYTES;
export const INDEX_BYTES: usize = 8 * MiB;

export const INPUT: usize = INDEX + INDEX_BYTES;
export const INPUT_BYTES: usize = 16 * MiB + 512 * KiB;

export const CACHE: usize = INPUT + INPUT_BYTES;

/** The loader reads the map from here, so that it is written down once. */
export function layoutArgs(): usize { return ARGS; }
export function layoutArgsBytes(): usize { return ARGS_BYTES; }
export function layoutOutput(): usize { return OUTPUT; }
export function layoutOutputBytes(): usize { return OUTPUT_BYTES; }
export function layoutInput(): usize { return INPUT; }
export function layoutInputBytes(): usize { return INPUT_BYTES; }
export function layoutSecret(): usize { return SECRET; }
export function layoutSecretBytes(): usize { return SECRET_BYTES; }
export function layoutCache(): usize { return CACHE; }
export function layoutWork(): usize { return WORK; }
export function layoutStaticEnd(): usize { return __heap_base; }
