/**
 * Unsigned integers of up to some thousand bits for the exact number paths: a count of 32-bit limbs, then
 * the limbs, least significant first. The caller gives the address and the room.
 *
 *   0      4       8
 *   count  limb 0  limb 1 …
 */

export function bigSet(big: usize, value: u64): void {
  store<u32>(big + 4, <u32>value);
  store<u32>(big + 8, <u32>(value >> 32));
  store<u32>(big, value >> 32 != 0 ? 2 : value != 0 ? 1 : 0);
}

/** big = big × factor + addend. */
export function bigMultiplyAdd(big: usize, factor: u32, addend: u32): void {
  const count = <usize>load<u32>(big);
  let carry: u64 = addend;
  for (let i: usize = 0; i < count; i++) {
    const limb = big + 4 + (i << 2);
    carry += <u64>load<u32>(limb) * <u64>factor;
    store<u32>(limb, <u32>carry);
    carry >>= 32;
  }
  if (carry != 0) {
    store<u32>(big + 4 + (count << 2), <u32>carry);
    store<u32>(big, <u32>count + 1);
  }
}

/** big = ⌊big ÷ divisor⌋. */
export function bigDivide(big: usize, divisor: u32): void {
  let count = <usize>load<u32>(big);
  let rest: u64 = 0;
  for (let i = count; i > 0; i--) {
    const limb = big + (i << 2);
    const part = (rest << 32) | <u64>load<u32>(limb);
    store<u32>(limb, <u32>(part / divisor));
    rest = part % divisor;
  }
  while (count > 0 && load<u32>(big + (count << 2)) == 0) count--;
  store<u32>(big, <u32>count);
}

/** big = big × 5^power. */
export function bigMultiplyPow5(big: usize, power: u32): void {
  while (power >= 13) {
    bigMultiplyAdd(big, 1220703125, 0); // 5^13, the largest power in 32 bits
    power -= 13;
  }
  while (power > 0) {
    bigMultiplyAdd(big, 5, 0);
    power--;
  }
}

/** big = big × 2^bits. */
export function bigShiftLeft(big: usize, bits: u32): void {
  const count = <usize>load<u32>(big);
  if (count == 0 || bits == 0) return;
  const limbs = <usize>(bits >> 5);
  const within = bits & 31;
  memory.copy(big + 4 + (limbs << 2), big + 4, count << 2);
  memory.fill(big + 4, 0, limbs << 2);
  store<u32>(big, <u32>(count + limbs));
  if (within != 0) bigMultiplyAdd(big, 1 << within, 0);
}

/** −1, 0 or 1. */
export function bigCompare(a: usize, b: usize): i32 {
  const count = load<u32>(a);
  const other = load<u32>(b);
  if (count != other) return count < other ? -1 : 1;
  for (let i = <usize>count; i > 0; i--) {
    const x = load<u32>(a + (i << 2));
    const y = load<u32>(b + (i << 2));
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

/** Limb `index`, or 0 beyond either end. */
// @ts-ignore: decorator
@inline
function limb(big: usize, index: i32): u64 {
  return <u32>index < load<u32>(big) ? <u64>load<u32>(big + 4 + ((<usize>index) << 2)) : 0;
}

/** Bits 127…64 (`low` = false) or 63…0 of the number shifted so that its top bit is bit 127; what is below is cut off. */
export function bigTop(big: usize, low: bool): u64 {
  const top = <i32>load<u32>(big) - 1;
  const first = top - (low ? 2 : 0);
  const shift = <u64>clz(load<u32>(big + 4 + ((<usize>top) << 2)));
  const word = (limb(big, first) << 32) | limb(big, first - 1);
  return shift == 0 ? word : (word << shift) | (limb(big, first - 2) >> (32 - shift));
}
