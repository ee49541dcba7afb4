/** Sums of ids as 256-bit little-endian numbers, modulo 2^256 (negentropy protocol v1, fingerprint algorithm). */
import { ID } from "./id";

/** sum += addend. */
export function sumAdd(sum: usize, addend: usize): void {
  let carry: u64 = 0;
  for (let i: usize = 0; i < ID; i += 8) {
    const a = load<u64>(sum + i);
    const b = load<u64>(addend + i);
    const low = a + b;
    const all = low + carry;
    carry = <u64>(low < a) | <u64>(all < low);
    store<u64>(sum + i, all);
  }
}

/** sum −= subtrahend. */
export function sumSubtract(sum: usize, subtrahend: usize): void {
  let borrow: u64 = 0;
  for (let i: usize = 0; i < ID; i += 8) {
    const a = load<u64>(sum + i);
    const b = load<u64>(subtrahend + i);
    const low = a - b;
    store<u64>(sum + i, low - borrow);
    borrow = <u64>(a < b) | <u64>(low < borrow);
  }
}

export function sumClear(sum: usize): void {
  memory.fill(sum, 0, ID);
}

/** sum += each of `count` ids side by side: fewer than 2^32 at a time, so that halves gather without carries. */
export function sumAddRun(sum: usize, ids: usize, count: u32): void {
  if (count == 0) return;
  let a: u64 = 0, b: u64 = 0, c: u64 = 0, d: u64 = 0, e: u64 = 0, f: u64 = 0, g: u64 = 0, h: u64 = 0;
  for (const end = ids + (<usize>count << 5); ids != end; ids += ID) {
    a += <u64>load<u32>(ids, 0);
    b += <u64>load<u32>(ids, 4);
    c += <u64>load<u32>(ids, 8);
    d += <u64>load<u32>(ids, 12);
    e += <u64>load<u32>(ids, 16);
    f += <u64>load<u32>(ids, 20);
    g += <u64>load<u32>(ids, 24);
    h += <u64>load<u32>(ids, 28);
  }
  let carry = addHalf(sum, 0, a, 0);
  carry = addHalf(sum, 4, b, carry);
  carry = addHalf(sum, 8, c, carry);
  carry = addHalf(sum, 12, d, carry);
  carry = addHalf(sum, 16, e, carry);
  carry = addHalf(sum, 20, f, carry);
  carry = addHalf(sum, 24, g, carry);
  addHalf(sum, 28, h, carry);
}

// @ts-ignore: decorator
@inline
function addHalf(sum: usize, at: usize, gathered: u64, carry: u64): u64 {
  const all = gathered + carry + <u64>load<u32>(sum + at);
  store<u32>(sum + at, <u32>all);
  return all >> 32;
}
