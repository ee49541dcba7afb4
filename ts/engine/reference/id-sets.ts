/** Id sets of the reference engine: an ascending list, and everything computed from it when it is asked for. */
import { sha256 } from "@noble/hashes/sha2.js";
import { compareBytes, concatBytes, equalBytes } from "../../base/bytes.js";
import { checkBytes } from "../../base/check.js";
import type { SetDifference } from "../../contracts/engine.js";
import type { IdSet, IdSets } from "../../contracts/id-set.js";
import { checkIds, idBytes } from "../diff-arguments.js";
import {
  areDistinct,
  checkDifference,
  checkIdSetsOptions,
  checkRange,
  checkSymbolRange,
  checkSymbols,
  closedError,
  foreignSetError,
  fullError,
  type IdSetsOptions,
  sortIds,
  symbolBytes,
} from "../id-set-arguments.js";
import { createReferenceDiff } from "./diff.js";
import { type CodedSymbol, decodeDifference, encodeSymbols } from "./symbols.js";

const { diff } = createReferenceDiff();
/** Ids that a leaf of the hash tree holds at most. */
const bucketIds = 32;

export function createReferenceIdSets(options: IdSetsOptions): IdSets {
  const { capacity, sets } = checkIdSetsOptions(options);
  const open = new Set<ReferenceIdSet>();
  const group: IdSets = {
    capacity,
    get size() {
      return [...open].reduce((sum, set) => sum + set.size, 0);
    },
    create() {
      if (open.size === sets) throw fullError(`${sets} sets are open`);
      const set = new ReferenceIdSet(group, (closed) => open.delete(closed));
      open.add(set);
      return set;
    },
  };
  return group;
}

class ReferenceIdSet implements IdSet {
  readonly #group: IdSets;
  readonly #onClose: (set: ReferenceIdSet) => void;
  #list: Uint8Array[] | undefined = [];
  #version = 0;

  constructor(group: IdSets, onClose: (set: ReferenceIdSet) => void) {
    this.#group = group;
    this.#onClose = onClose;
  }

  get size(): number {
    return this.#ids().length;
  }

  get version(): number {
    this.#ids();
    return this.#version;
  }

  insert(ids: Uint8Array): number {
    checkIds(ids, "ids");
    const given = split(ids);
    if (this.#group.size + given.filter((id) => !this.has(id)).length > this.#group.capacity)
      throw fullError(`they hold ${this.#group.capacity} ids at most`);
    const before = this.size;
    for (const id of given) if (!this.has(id)) this.#ids().splice(this.lowerBound(id), 0, id.slice());
    if (this.size > before) this.#version++;
    return this.size - before;
  }

  delete(ids: Uint8Array): number {
    checkIds(ids, "ids");
    const before = this.size;
    for (const id of split(ids)) if (this.has(id)) this.#ids().splice(this.lowerBound(id), 1);
    if (this.size < before) this.#version++;
    return before - this.size;
  }

  has(id: Uint8Array): boolean {
    checkBytes(id, "id", idBytes);
    const found = this.#ids()[this.lowerBound(id)];
    return found !== undefined && equalBytes(found, id);
  }

  lowerBound(id: Uint8Array): number {
    checkBytes(id, "id", idBytes);
    const list = this.#ids();
    let low = 0;
    for (let high = list.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (compareBytes(list[middle]!, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  ids(from: number, to: number): Uint8Array {
    checkRange(from, to, this.size);
    return concatBytes(...this.#ids().slice(from, to));
  }

  fingerprint(from: number, to: number): Uint8Array {
    checkRange(from, to, this.size);
    let sum = 0n;
    for (const id of this.#ids().slice(from, to)) sum += littleEndian(id);
    const bytes = new Uint8Array(idBytes);
    for (let i = 0; i < idBytes; i++) bytes[i] = Number((sum >> BigInt(8 * i)) & 255n);
    const digits = [(to - from) % 128];
    for (let rest = Math.floor((to - from) / 128); rest > 0; rest = Math.floor(rest / 128))
      digits.unshift(128 + (rest % 128));
    return sha256(concatBytes(bytes, Uint8Array.from(digits))).slice(0, 16);
  }

  head(): Uint8Array {
    return treeHash(this.#ids());
  }

  diff(remote: IdSet): SetDifference {
    const ours = concatBytes(...this.#ids());
    if (!(remote instanceof ReferenceIdSet) || remote.#group !== this.#group || remote.#list === undefined)
      throw foreignSetError();
    return diff(ours, concatBytes(...remote.#list));
  }

  symbols(from: number, to: number): Uint8Array {
    checkSymbolRange(from, to);
    return concatBytes(...encodeSymbols(this.#ids(), to).slice(from).map(symbolToBytes));
  }

  decode(symbols: Uint8Array): SetDifference | undefined {
    const count = checkSymbols(symbols);
    const theirs = Array.from({ length: count }, (_, i) => symbolOf(symbols.subarray(symbolBytes * i)));
    const found = decodeDifference(encodeSymbols(this.#ids(), count), theirs);
    if (found === undefined) return undefined;
    const missing = sortIds(concatBytes(...found.theirs));
    const extra = sortIds(concatBytes(...found.ours));
    return areDistinct(missing) && areDistinct(extra) ? { missing, extra } : undefined;
  }

  headAfter(difference: SetDifference): Uint8Array | undefined {
    checkDifference(difference);
    const missing = split(difference.missing);
    const extra = split(difference.extra);
    if (!areDistinct(sortIds(difference.missing)) || !areDistinct(sortIds(difference.extra)))
      return undefined;
    if (!extra.every((id) => this.has(id)) || missing.some((id) => this.has(id))) return undefined;
    const kept = this.#ids().filter((id) => !extra.some((gone) => equalBytes(gone, id)));
    return treeHash([...kept, ...missing].sort(compareBytes));
  }

  close(): void {
    this.#ids();
    this.#onClose(this);
    this.#list = undefined;
  }

  #ids(): Uint8Array[] {
    if (this.#list === undefined) throw closedError();
    return this.#list;
  }
}

/** The hash tree of docs/adr/0011-id-set-heads.md, over ascending ids. */
function treeHash(ids: readonly Uint8Array[]): Uint8Array {
  if (ids.length <= bucketIds) return sha256(concatBytes(Uint8Array.of(0), ...ids));
  const [first, last] = [ids[0]!, ids.at(-1)!];
  let bit = 0;
  while (bitOf(first, bit) === bitOf(last, bit)) bit++;
  const middle = ids.findIndex((id) => bitOf(id, bit) === 1);
  return sha256(concatBytes(Uint8Array.of(1), treeHash(ids.slice(0, middle)), treeHash(ids.slice(middle))));
}

const bitOf = (id: Uint8Array, index: number) => (id[index >> 3]! >> (7 - (index & 7))) & 1;

function split(ids: Uint8Array): Uint8Array[] {
  return Array.from({ length: ids.length / idBytes }, (_, i) => ids.subarray(idBytes * i, idBytes * (i + 1)));
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function symbolToBytes({ xor, checksum, count }: CodedSymbol): Uint8Array {
  const bytes = new Uint8Array(symbolBytes);
  bytes.set(xor);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(32, checksum, true);
  view.setBigInt64(40, count, true);
  return bytes;
}

function symbolOf(bytes: Uint8Array): CodedSymbol {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    xor: bytes.slice(0, idBytes),
    checksum: view.getBigUint64(32, true),
    count: view.getBigInt64(40, true),
  };
}
