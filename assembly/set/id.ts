/** Ids: 32 bytes, ordered as byte strings. */

export const ID: usize = 32;

export function compareIds(a: usize, b: usize): i32 {
  const x = load<u64>(a);
  const y = load<u64>(b);
  // Ids are hashes: the first eight bytes decide nearly always.
  return x == y ? compareRest(a, b) : bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
}

/** The order of two ids whose first eight bytes agree. */
export function compareRest(a: usize, b: usize): i32 {
  for (let i: usize = 8; i < ID; i += 8) {
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
export function copyId(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from), 0);
  store<u64>(to, load<u64>(from, 8), 8);
  store<u64>(to, load<u64>(from, 16), 16);
  store<u64>(to, load<u64>(from, 24), 24);
}

/** Bit `index` of an id, 0 being the highest of the first byte. */
// @ts-ignore: decorator
@inline
export function idBit(id: usize, index: u32): u32 {
  return (load<u8>(id + (index >> 3)) >> <u8>(7 - (index & 7))) & 1;
}

/** The first bit in which two ids differ; 256 if none. */
export function firstDifference(a: usize, b: usize): u32 {
  for (let i: usize = 0; i < ID; i += 8) {
    const difference = load<u64>(a + i) ^ load<u64>(b + i);
    if (difference != 0) return (<u32>i << 3) + <u32>clz<u64>(bswap<u64>(difference));
  }
  return 256;
}
