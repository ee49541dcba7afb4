/**
 * What a fuzz target is: a decoder, where to start from, and what it may throw. One row a decoder, listed
 * in registry.ts.
 */
import { isWaxwingError } from "#dist/base/errors.js";

export interface FuzzTarget {
  /** As the function is called in the code: `decodeFrame`. */
  readonly name: string;
  /** Well-formed inputs and near misses from which mutations start; must not be empty. */
  readonly seeds: readonly Uint8Array[];
  /** Bytes that mean something to this decoder: keywords, magic numbers, member names. */
  readonly tokens?: readonly Uint8Array[];
  /**
   * Decodes, and throws if a law of the decoder breaks (a round trip that differs, say). What the decoder
   * itself refuses must satisfy `refusals`; the input must not be changed.
   */
  run(bytes: Uint8Array): unknown;
  /** Errors that are this decoder's way of saying no. `WaxwingError` unless it says otherwise. */
  readonly refusals?: (error: unknown) => boolean;
  /** A run that takes more of the processor is a failure. */
  readonly slowMs?: number;
}

export const defaultRefusals = (error: unknown): boolean => isWaxwingError(error);

/** For text: UTF-8 bytes of each string. */
export function texts(...values: readonly string[]): Uint8Array[] {
  return values.map((value) => new TextEncoder().encode(value));
}

/** A law that a target found broken; never one of its refusals. */
export function demand(condition: boolean, law: string): asserts condition {
  if (!condition) throw new Error(`law broken: ${law}`);
}
