/**
 * The hint of a signature as bytes (FIPS 204 algorithms 20 and 21): ω places, polynomial after polynomial,
 * then for each polynomial the number of places so far.
 *
 *   0 … 54   places of the ones, strictly ascending within a polynomial; unused ones are 0
 *   55 … 60  count after polynomial 0 … 5, never falling, at most ω
 *
 * Reading is strict: a hint has one encoding, so that nobody can turn a signature into another valid one.
 * In memory a hint is one byte a coefficient, 0 or 1. Hints are public; branches on them are.
 */
import { HINT_BYTES, K, N, OMEGA } from "./params";

/** Writes at most ω ones; the signer has counted them. */
export function packHint(bytes: usize, hints: usize): void {
  memory.fill(bytes, 0, HINT_BYTES);
  let count: usize = 0;
  for (let i: usize = 0; i < K; i++) {
    for (let place: usize = 0; place < N; place++) {
      if (load<u8>(hints + i * N + place)) store<u8>(bytes + count++, <u8>place);
    }
    store<u8>(bytes + OMEGA + i, <u8>count);
  }
}

/** False for every byte string that `packHint` cannot have made. */
export function unpackHint(hints: usize, bytes: usize): bool {
  memory.fill(hints, 0, K * N);
  let index: usize = 0;
  for (let i: usize = 0; i < K; i++) {
    const end = <usize>load<u8>(bytes + OMEGA + i);
    if (end < index || end > OMEGA) return false;
    for (let first = index; index < end; index++) {
      const place = load<u8>(bytes + index);
      if (index > first && load<u8>(bytes + index - 1) >= place) return false;
      store<u8>(hints + i * N + place, 1);
    }
  }
  for (; index < OMEGA; index++) if (load<u8>(bytes + index) != 0) return false;
  return true;
}
