/**
 * Coded symbols of an id set: rateless invertible Bloom lookup table (Yang, Gilad, Alizadeh, arXiv 2402.02668).
 * Symbol i is the XOR of the ids that are mapped to it, the XOR of their checksums, and their number. Every
 * id is in symbol 0, and in symbol i with probability 1 / (1 + i/2): the gap from one symbol of an id to its
 * next is ⌈(i + 3/2)·((1 − r)^(−1/2) − 1)⌉ for uniform r (§4.2 there), and 1 at least.
 *
 * The checksum is SipHash-2-4 under a public key, and r comes from SplitMix64 seeded with it: both sides of any
 * session have the same symbols, so that a set keeps them as ids come and go. Whoever chooses ids can spoil a
 * sketch, and a session then goes another way.
 *
 *   symbol   +0 XOR of ids   +32 XOR of checksums   +40 number (i64)   +48 waits to be looked at (decoder)
 */
import { siphash32 } from "../hash/siphash";
import { copyId } from "./id";
import { freePage, PAGE, takePage } from "./pages";
import { firstLeaf, LEAF_IDS, nextLeaf, pageCount } from "./tree";

export const SYMBOL: usize = 64;
/** What a symbol is outside: without the mark. */
export const SYMBOL_OUT: usize = 48;
const PER_PAGE: u32 = 64;
const KEPT: usize = 20;
const PAGES: usize = 64;
/** 128 pages of 64 symbols. */
export const SYMBOLS_MAX: u32 = 8192;

export function symbolsMax(): u32 {
  return SYMBOLS_MAX;
}

/** SplitMix64 (Steele, Lea, Flood 2014): adds the golden ratio, then mixes. */
// @ts-ignore: decorator
@inline
function mixed(state: u64): u64 {
  let z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** How far from symbol `index` the next one is; beyond all symbols, some large number. */
// @ts-ignore: decorator
@inline
function gap(index: u32, random: u64): u32 {
  // 1 − r, in units of 2^−53, from 1 to 2^53.
  const rest = <f64>((random >> 11) + 1);
  const distance = ceil<f64>((<f64>index + 1.5) * (sqrt<f64>(9007199254740992.0 / rest) - 1.0));
  return <u32>max<f64>(1.0, min<f64>(distance, <f64>SYMBOLS_MAX));
}

// @ts-ignore: decorator
@inline
function symbolAt(set: usize, index: u32): usize {
  return load<usize>(set + PAGES + (<usize>(index >> 6) << 2)) + <usize>(index & 63) * SYMBOL;
}

// @ts-ignore: decorator
@inline
function mix(symbol: usize, id: usize, checksum: u64, sign: i64): void {
  store<u64>(symbol, load<u64>(symbol, 0) ^ load<u64>(id, 0), 0);
  store<u64>(symbol, load<u64>(symbol, 8) ^ load<u64>(id, 8), 8);
  store<u64>(symbol, load<u64>(symbol, 16) ^ load<u64>(id, 16), 16);
  store<u64>(symbol, load<u64>(symbol, 24) ^ load<u64>(id, 24), 24);
  store<u64>(symbol, load<u64>(symbol, 32) ^ checksum, 32);
  store<i64>(symbol, load<i64>(symbol, 40) + sign, 40);
}

/** An id has come (1) or gone (−1). */
export function symbolsTouch(set: usize, id: usize, sign: i64): void {
  const kept = load<u32>(set + KEPT);
  if (kept > 0) mixFrom(set, id, sign, 0, kept);
}

function mixFrom(set: usize, id: usize, sign: i64, from: u32, to: u32): void {
  const checksum = siphash32(id);
  let state = checksum;
  for (let index: u32 = 0; index < to; ) {
    if (index >= from) mix(symbolAt(set, index), id, checksum, sign);
    state += 0x9e3779b97f4a7c15;
    index += gap(index, mixed(state));
  }
}

/** From now on the set keeps at least this many symbols; false where there is no memory for them. */
export function symbolsKeep(set: usize, wanted: u32): bool {
  const kept = load<u32>(set + KEPT);
  if (wanted <= kept) return true;
  wanted = (wanted + PER_PAGE - 1) & ~(PER_PAGE - 1);
  for (let page = kept >> 6; page < wanted >> 6; page++) {
    const symbols = takePage();
    if (symbols == 0) {
      while (page-- > kept >> 6) freePage(load<usize>(set + PAGES + (<usize>page << 2)));
      return false;
    }
    memory.fill(symbols, 0, PAGE);
    store<usize>(set + PAGES + (<usize>page << 2), symbols);
  }
  for (let leaf = firstLeaf(set); leaf != 0; leaf = nextLeaf(leaf)) {
    const end = leaf + LEAF_IDS + (<usize>pageCount(leaf) << 5);
    for (let id = leaf + LEAF_IDS; id != end; id += 32) mixFrom(set, id, 1, kept, wanted);
  }
  store<u32>(set + KEPT, wanted);
  return true;
}

/** Copies symbols, which are kept, to `target`. */
export function symbolsCopy(set: usize, from: u32, to: u32, target: usize): void {
  for (let index = from; index < to; index++, target += SYMBOL_OUT)
    memory.copy(target, symbolAt(set, index), SYMBOL_OUT);
}

export function symbolsFree(set: usize): void {
  const pages = load<u32>(set + KEPT) >> 6;
  for (let page: u32 = 0; page < pages; page++) freePage(load<usize>(set + PAGES + (<usize>page << 2)));
  store<u32>(set + KEPT, 0);
}

/** cell = theirs − ours. */
export function symbolDifference(set: usize, index: u32, theirs: usize, cell: usize): void {
  const ours = symbolAt(set, index);
  copyId(cell, theirs);
  mix(cell, ours, load<u64>(ours, 32), 0);
  store<u64>(cell, load<u64>(theirs, 32) ^ load<u64>(ours, 32), 32);
  store<i64>(cell, load<i64>(theirs, 40) - load<i64>(ours, 40), 40);
  store<u64>(cell, 0, 48);
}

/** Whether the cell holds one id alone, as far as number and checksum can tell. */
// @ts-ignore: decorator
@inline
export function isPure(cell: usize): bool {
  const number = load<i64>(cell, 40);
  return (number == 1 || number == -1) && siphash32(cell) == load<u64>(cell, 32);
}

export function isEmpty(cell: usize): bool {
  let all = load<u64>(cell, 32) | load<u64>(cell, 40);
  for (let i: usize = 0; i < 32; i += 8) all |= load<u64>(cell + i);
  return all == 0;
}

/**
 * Takes the id at `id` out of all `count` cells that it is mapped to; those that may be pure now are
 * marked and their numbers written to `stack`. Returns the new end of the stack.
 */
export function peel(cells: usize, count: u32, id: usize, sign: i64, stack: usize): usize {
  const checksum = siphash32(id);
  let state = checksum;
  for (let index: u32 = 0; index < count; ) {
    const cell = cells + <usize>index * SYMBOL;
    mix(cell, id, checksum, -sign);
    const number = load<i64>(cell, 40);
    if ((number == 1 || number == -1) && load<u64>(cell, 48) == 0) {
      store<u64>(cell, 1, 48);
      store<u32>(stack, index);
      stack += 4;
    }
    state += 0x9e3779b97f4a7c15;
    index += gap(index, mixed(state));
  }
  return stack;
}
