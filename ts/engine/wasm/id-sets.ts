/**
 * Id sets in WebAssembly memory (assembly/set): an instance of the core of their own, whose memory is as large
 * as the ids that it was asked to hold (docs/adr/0012-id-sets-have-an-instance.md).
 */
import { loadWasm, type WasmBuildName } from "#bindings/wasm/load.js";
import { checkBytes } from "../../base/check.js";
import { invariant, WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
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
import { Gathered } from "./gathered.js";
import { Linear } from "./linear.js";

export interface LoadIdSetsOptions extends IdSetsOptions {
  /** This build and no other, for tests and diagnosis; by default the fastest that runs here. */
  readonly build?: WasmBuildName;
}

const pageBytes = 4096;
/** Pages are at least half full, but for the last of a level (assembly/set/tree.ts). */
const leafIdsMin = 63;
/** Inner pages for 27 leaves in all levels together. */
const leavesPerInnerPage = 27;
/** The page of the set itself, a leaf, and the last page of each level. */
const pagesPerSet = 10;
const symbolsPerPage = 64;
/** Nodes that keep hashes, a page holds 32: about one for 20 ids that are hashes, and slack. */
const idsPerNodePage = 16 * 32;

/**
 * Makes room for sets of 32-byte ids that are compared without being copied. Memory for `capacity` ids is
 * reserved at once, some 80 bytes an id, and used as ids come. Throws `WaxwingError` with code `wasm_unavailable`
 * where WebAssembly is missing, forbidden, or has no memory to give.
 *
 * ```ts
 * import { loadIdSets } from "waxwing/core";
 * const sets = await loadIdSets({ capacity: 1000 });
 * const [mine, theirs] = [sets.create(), sets.create()];
 * mine.insert(new Uint8Array(32).fill(1));
 * console.log(theirs.diff(mine).missing.length); // 32
 * ```
 */
export async function loadIdSets(options: LoadIdSetsOptions): Promise<IdSets> {
  const { capacity, sets } = checkIdSetsOptions(options, ["build"]);
  const leaves = Math.ceil(capacity / leafIdsMin);
  const nodePages = Math.ceil(capacity / idsPerNodePage) + sets;
  const setPages = pagesPerSet + limits.sketchSymbolsMax / symbolsPerPage;
  const pages = leaves + Math.ceil(leaves / leavesPerInnerPage) + nodePages + sets * setPages;
  const core = await loadWasm({ cacheBytes: pages * pageBytes, build: options.build }).catch(
    (cause: unknown) => {
      throw new WaxwingError("wasm_unavailable", "the WebAssembly core cannot be loaded", { cause });
    },
  );
  invariant(
    core.exports.symbolsMax!() === limits.sketchSymbolsMax,
    "the core keeps sketchSymbolsMax symbols",
  );
  core.exports.idSetsOpen!(core.memory.length, nodePages);
  return new WasmIdSets(new Linear(core), capacity, sets);
}

class WasmIdSets implements IdSets {
  readonly capacity: number;
  readonly #linear: Linear;
  readonly #setsMax: number;
  #open = 0;
  size = 0;

  constructor(linear: Linear, capacity: number, setsMax: number) {
    this.#linear = linear;
    this.capacity = capacity;
    this.#setsMax = setsMax;
  }

  create(): IdSet {
    if (this.#open === this.#setsMax) throw fullError(`${this.#setsMax} sets are open`);
    const address = this.#linear.exports.idSetCreate!();
    invariant(address !== 0, "there are pages for every set");
    this.#open++;
    return new WasmIdSet(this, this.#linear, address);
  }

  closed(ids: number): void {
    this.#open--;
    this.size -= ids;
  }
}

class WasmIdSet implements IdSet {
  readonly #group: WasmIdSets;
  readonly #linear: Linear;
  #address: number;
  #version = 0;

  constructor(group: WasmIdSets, linear: Linear, address: number) {
    this.#group = group;
    this.#linear = linear;
    this.#address = address;
  }

  get size(): number {
    return this.#linear.exports.idSetSize!(this.#at());
  }

  get version(): number {
    this.#at();
    return this.#version;
  }

  insert(ids: Uint8Array): number {
    checkIds(ids, "ids");
    const at = this.#at();
    const room = this.#group.capacity - this.#group.size;
    if (ids.length / idBytes > room && ids.length / idBytes - this.#present(ids) > room)
      throw fullError(`they hold ${this.#group.capacity} ids at most`);
    const inserted = this.#batch(ids, (count) => this.#linear.exports.idSetInsert!(at, count));
    this.#group.size += inserted;
    if (inserted > 0) this.#version++;
    return inserted;
  }

  delete(ids: Uint8Array): number {
    checkIds(ids, "ids");
    const at = this.#at();
    const deleted = this.#batch(ids, (count) => this.#linear.exports.idSetDelete!(at, count));
    this.#group.size -= deleted;
    if (deleted > 0) this.#version++;
    return deleted;
  }

  has(id: Uint8Array): boolean {
    checkBytes(id, "id", idBytes);
    return this.#present(id) === 1;
  }

  lowerBound(id: Uint8Array): number {
    checkBytes(id, "id", idBytes);
    const at = this.#at();
    this.#linear.write(this.#linear.input.start, id);
    return this.#linear.exports.idSetLowerBound!(at);
  }

  ids(from: number, to: number): Uint8Array {
    checkRange(from, to, this.size);
    const { exports, output, memory } = this.#linear;
    const ids = new Uint8Array((to - from) * idBytes);
    const windowIds = output.bytes / idBytes;
    for (let next = from; next < to; next += windowIds) {
      const end = Math.min(to, next + windowIds);
      exports.idSetCopy!(this.#address, next, end);
      ids.set(memory.subarray(output.start, output.start + (end - next) * idBytes), (next - from) * idBytes);
    }
    return ids;
  }

  fingerprint(from: number, to: number): Uint8Array {
    checkRange(from, to, this.size);
    const { exports, args } = this.#linear;
    exports.setFingerprint!(this.#address, from, to, args.start);
    return this.#linear.read(args.start, 16);
  }

  head(): Uint8Array {
    const { exports, args } = this.#linear;
    exports.setHead!(this.#at(), args.start);
    return this.#linear.read(args.start, 32);
  }

  diff(remote: IdSet): SetDifference {
    const local = this.#at();
    if (!(remote instanceof WasmIdSet) || remote.#group !== this.#group || remote.#address === 0)
      throw foreignSetError();
    const { exports, memory } = this.#linear;
    const extra = new Gathered(this.size * idBytes);
    const missing = new Gathered(remote.size * idBytes);
    exports.residentBegin!(local, remote.#address);
    for (let more = 1; more !== 0; ) {
      more = exports.residentStep!();
      extra.append(memory, exports.residentFirst!(), exports.residentFirstBytes!());
      missing.append(memory, exports.residentSecond!(), exports.residentSecondBytes!());
    }
    return { missing: missing.bytes(), extra: extra.bytes() };
  }

  symbols(from: number, to: number): Uint8Array {
    checkSymbolRange(from, to);
    this.#keepSymbols(to);
    const { exports, output } = this.#linear;
    exports.symbolsCopy!(this.#address, from, to, output.start);
    return this.#linear.read(output.start, (to - from) * symbolBytes);
  }

  decode(symbols: Uint8Array): SetDifference | undefined {
    const count = checkSymbols(symbols);
    this.#keepSymbols(count);
    const { exports, input } = this.#linear;
    this.#linear.write(input.start, symbols);
    if (exports.decodeSymbols!(this.#address, count) === 0) return undefined;
    const missing = sortIds(
      this.#linear.read(exports.decodeTheirs!(), exports.decodeTheirsCount!() * idBytes),
    );
    const extra = sortIds(this.#linear.read(exports.decodeOurs!(), exports.decodeOursCount!() * idBytes));
    return areDistinct(missing) && areDistinct(extra) ? { missing, extra } : undefined;
  }

  headAfter(difference: SetDifference): Uint8Array | undefined {
    checkDifference(difference);
    const [missing, extra] = [sortIds(difference.missing), sortIds(difference.extra)];
    if (!areDistinct(missing) || !areDistinct(extra)) return undefined;
    this.head();
    const { exports, input, args } = this.#linear;
    this.#linear.write(input.start, extra);
    this.#linear.write(input.start + extra.length, missing);
    const [going, coming] = [extra.length / idBytes, missing.length / idBytes];
    if (exports.setHeadAfter!(this.#address, going, coming, args.start) === 0) return undefined;
    return this.#linear.read(args.start, 32);
  }

  close(): void {
    const { size } = this;
    this.#linear.exports.idSetFree!(this.#at());
    this.#address = 0;
    this.#group.closed(size);
  }

  #at(): number {
    if (this.#address === 0) throw closedError();
    return this.#address;
  }

  #keepSymbols(count: number): void {
    const kept = this.#linear.exports.symbolsKeep!(this.#at(), count);
    invariant(kept !== 0, "there are pages for the symbols of every set");
  }

  #present(ids: Uint8Array): number {
    const at = this.#at();
    return this.#batch(ids, (count) => this.#linear.exports.idSetCountPresent!(at, count));
  }

  /** Passes ids through the INPUT region, and adds up what `run` says of each window. */
  #batch(ids: Uint8Array, run: (count: number) => number): number {
    const { input } = this.#linear;
    const windowBytes = input.bytes - (input.bytes % idBytes);
    let sum = 0;
    for (let offset = 0; offset < ids.length; offset += windowBytes) {
      const window = ids.subarray(offset, offset + windowBytes);
      this.#linear.write(input.start, window);
      sum += run(window.length / idBytes);
    }
    return sum;
  }
}
