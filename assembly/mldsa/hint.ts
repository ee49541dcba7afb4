/**
 * The hint of a signature as bytes (FIPS 204 algorithms 20 and 21): ω places, polynomial after polynomial,
 * then for each polynomial the number of places so far.
 *
 *   0 … 54   places of the ones, strictly ascending within a polynomial; unused ones are 0
 *   55 … 60  count after polynomial 0 … 5, never falling, at most ω
 *
 * Reading is strict: a hint has one encoding, so that nobody can turn a signature into another valid one.
 * The signer has its hint as one byte a coefficient, 0 or 1. Hints are public; branches on them are.
 */
import { HINT_BYTES, K, N, OMEGA } from "./params";
import { addQIfNegative } from "./reduce";
import { useHint } from "./rounding";

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
export function hintIsSound(bytes: usize): bool {
  let index: usize = 0;
  for (let i: usize = 0; i < K; i++) {
    const end = <usize>load<u8>(bytes + OMEGA + i);
    if (end < index || end > OMEGA) return false;
    for (let first = index; index < end; index++) {
      if (index > first && load<u8>(bytes + index - 1) >= load<u8>(bytes + index)) return false;
    }
  }
  for (; index < OMEGA; index++) if (load<u8>(bytes + index) != 0) return false;
  return true;
}

/** Corrects `high`, the high bits of polynomial `row` as `w` in (−q, q) has them, where a sound hint says so. */
export function applyHint(bytes: usize, row: usize, w: usize, high: usize): void {
  const end = <usize>load<u8>(bytes + OMEGA + row);
  let index: usize = row == 0 ? 0 : <usize>load<u8>(bytes + OMEGA + row - 1);
  for (; index < end; index++) {
    const place = <usize>load<u8>(bytes + index) << 2;
    store<i32>(high + place, useHint(addQIfNegative(load<i32>(w + place))));
  }
}
