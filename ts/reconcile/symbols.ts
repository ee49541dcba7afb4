/**
 * Coded symbols on the wire and what their numbers tell. A symbol is the XOR of ids (32 bytes), the XOR of checksums (8,
 * little-endian) and its number as a varint: the zigzag of its distance from ⌊2n ÷ (2 + i)⌋, where symbol i of n ids is
 * expected, so that it takes two bytes in a set of a million instead of eight.
 */
import { limits } from "../base/limits.js";
import type { IdSet } from "../contracts/id-set.js";
import { encodeVarint, malformed, Reader, Writer } from "./varint.js";

/** As IdSet.symbols gives them. */
export const idSymbolBytes = 48;
const bodyBytes = 40;

const expected = (index: number, count: number) => Math.floor((2 * count) / (2 + index));

/** `symbols` from index `from` on, of a set of `count` ids. */
export function packSymbols(symbols: Uint8Array, from: number, count: number): Uint8Array {
  const writer = new Writer();
  const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.length);
  for (let at = 0, index = from; at < symbols.length; at += idSymbolBytes, index++) {
    const number = Number(view.getBigInt64(at + bodyBytes, true));
    const distance = number - expected(index, count);
    writer.write(
      symbols.subarray(at, at + bodyBytes),
      encodeVarint(distance < 0 ? -2 * distance - 1 : 2 * distance),
    );
  }
  return writer.bytes();
}

/** The way back; more than `limits.sketchSymbolsMax` in all are malformed. */
export function unpackSymbols(packed: Uint8Array, from: number, count: number): Uint8Array {
  const reader = new Reader(packed);
  // A packed symbol is 41 bytes at least.
  const symbols = new Uint8Array(Math.ceil(packed.length / (bodyBytes + 1)) * idSymbolBytes);
  const view = new DataView(symbols.buffer);
  let at = 0;
  for (let index = from; !reader.isAtEnd; index++, at += idSymbolBytes) {
    if (index >= limits.sketchSymbolsMax) throw malformed("more symbols than a sketch has");
    symbols.set(reader.take(bodyBytes), at);
    const zigzag = reader.varint();
    const distance = zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
    view.setBigInt64(at + bodyBytes, BigInt(expected(index, count) + distance), true);
  }
  return symbols.slice(0, at);
}

/**
 * About how many ids differ, from symbols that are too few to say which. Each id that is in one set alone changes the
 * number of symbol i by ±1 with probability p = 1 / (1 + i/2): the squares of the differences, less what the sizes
 * of the sets explain, are p·(1 − p) times their count on average.
 */
export function estimateDifference(set: IdSet, remote: Uint8Array): number {
  const symbols = Math.floor(remote.length / idSymbolBytes);
  const local = set.symbols(0, symbols);
  const numberAt = (bytes: Uint8Array, index: number) =>
    Number(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(index * idSymbolBytes + bodyBytes, true));
  const surplus = symbols === 0 ? 0 : numberAt(remote, 0) - numberAt(local, 0);
  let sum = 0;
  for (let index = 1; index < symbols; index++) {
    const share = 1 / (1 + index / 2);
    const rest = numberAt(remote, index) - numberAt(local, index) - share * surplus;
    sum += (rest * rest) / (share * (1 - share));
  }
  return Math.max(Math.abs(surplus), symbols > 1 ? Math.round(sum / (symbols - 1)) : 0);
}
