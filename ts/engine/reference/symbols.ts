/**
 * Coded symbols as arXiv 2402.02668 has them (rateless invertible Bloom lookup tables), in plain BigInt and doubles:
 * the oracle of assembly/set/symbols.ts, which says which checksum and which random numbers.
 */
import { limits } from "../../base/limits.js";

export interface CodedSymbol {
  readonly xor: Uint8Array;
  readonly checksum: bigint;
  readonly count: bigint;
}

const word = 2n ** 64n - 1n;

/** The first `length` symbols of a set. */
export function encodeSymbols(ids: readonly Uint8Array[], length: number): CodedSymbol[] {
  const symbols = emptySymbols(length);
  for (const id of ids) {
    const checksum = sipHash(id);
    for (const index of placesOf(checksum, length)) symbols[index] = mix(symbols[index]!, id, checksum, 1n);
  }
  return symbols;
}

/** Ids that are in one set alone, by the symbols of both; undefined if they do not say. */
export function decodeDifference(
  ours: readonly CodedSymbol[],
  theirs: readonly CodedSymbol[],
): { ours: Uint8Array[]; theirs: Uint8Array[] } | undefined {
  const cells = theirs.map((symbol, i) => {
    const { xor, checksum, count } = mix(symbol, ours[i]!.xor, ours[i]!.checksum, 0n);
    return { xor, checksum, count: BigInt.asIntN(64, count - ours[i]!.count) };
  });
  const found = { ours: [] as Uint8Array[], theirs: [] as Uint8Array[] };
  for (let turn = 0; ; turn++) {
    const cell = cells.find(isPure);
    if (cell === undefined) break;
    if (turn === cells.length) return undefined;
    found[cell.count > 0n ? "theirs" : "ours"].push(cell.xor);
    for (const index of placesOf(cell.checksum, cells.length))
      cells[index] = mix(cells[index]!, cell.xor, cell.checksum, -cell.count);
  }
  const isEmpty = ({ xor, checksum, count }: CodedSymbol) =>
    count === 0n && checksum === 0n && xor.every((byte) => byte === 0);
  return cells.every(isEmpty) ? found : undefined;
}

/** Indexes below `length` of the symbols that hold an id. */
function* placesOf(checksum: bigint, length: number): Generator<number> {
  let state = checksum;
  for (let index = 0; index < length; ) {
    yield index;
    state = (state + 0x9e3779b97f4a7c15n) & word;
    const random = splitMix(state);
    // 1 − r, in units of 2^−53, from 1 to 2^53.
    const rest = Number((random >> 11n) + 1n);
    const gap = Math.ceil((index + 1.5) * (Math.sqrt(2 ** 53 / rest) - 1));
    index += Math.max(1, Math.min(gap, limits.sketchSymbolsMax));
  }
}

function splitMix(state: bigint): bigint {
  let z = state;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & word;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & word;
  return z ^ (z >> 31n);
}

/** SipHash-2-4 of 32 bytes under the key 00 01 … 0f. */
export function sipHash(data: Uint8Array): bigint {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const key = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n] as const;
  const v = [
    key[0] ^ 0x736f6d6570736575n,
    key[1] ^ 0x646f72616e646f6dn,
    key[0] ^ 0x6c7967656e657261n,
    key[1] ^ 0x7465646279746573n,
  ] as [bigint, bigint, bigint, bigint];
  const rotate = (x: bigint, by: bigint) => ((x << by) | (x >> (64n - by))) & word;
  const round = () => {
    v[0] = (v[0] + v[1]) & word;
    v[1] = rotate(v[1], 13n) ^ v[0];
    v[0] = rotate(v[0], 32n);
    v[2] = (v[2] + v[3]) & word;
    v[3] = rotate(v[3], 16n) ^ v[2];
    v[0] = (v[0] + v[3]) & word;
    v[3] = rotate(v[3], 21n) ^ v[0];
    v[2] = (v[2] + v[1]) & word;
    v[1] = rotate(v[1], 17n) ^ v[2];
    v[2] = rotate(v[2], 32n);
  };
  for (const m of [0, 8, 16, 24].map((at) => view.getBigUint64(at, true)).concat(32n << 56n)) {
    v[3] ^= m;
    round();
    round();
    v[0] ^= m;
  }
  v[2] ^= 0xffn;
  for (let i = 0; i < 4; i++) round();
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

function emptySymbols(length: number): CodedSymbol[] {
  return Array.from({ length }, () => ({ xor: new Uint8Array(32), checksum: 0n, count: 0n }));
}

function isPure({ xor, checksum, count }: CodedSymbol): boolean {
  return (count === 1n || count === -1n) && sipHash(xor) === checksum;
}

function mix(symbol: CodedSymbol, id: Uint8Array, checksum: bigint, sign: bigint): CodedSymbol {
  return {
    xor: symbol.xor.map((byte, i) => byte ^ id[i]!),
    checksum: symbol.checksum ^ checksum,
    count: BigInt.asIntN(64, symbol.count + sign),
  };
}
