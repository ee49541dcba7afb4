/**
 * A bounded set of marks in the store's `marks` table, each with a time: nonces and token ids. The set is
 * held in memory too, ordered by time, so that asking costs no read and dropping finds the oldest at once.
 *
 * ```
 * key    prefix ‖ SHA-256 of what is marked (32)
 * value  time, Unix ms (u64 BE)
 * ```
 */
import { concatBytes, hexEncode, uint64BeDecode, uint64BeEncode, utf8Encode } from "../base/bytes.js";
import type { Store, StoreOperation } from "../contracts/store.js";

const pageMax = 1000;

export class MarkSet {
  readonly #store: Store;
  readonly #prefix: Uint8Array;
  readonly #times = new Map<string, number>();
  readonly #byTime: Mark[] = [];
  #loading: Promise<void> | undefined;

  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.#prefix = utf8Encode(prefix);
  }

  get size(): number {
    return this.#times.size;
  }

  /** Reads what an earlier run left behind; once. A failed read is tried again by the next call. */
  load(): Promise<void> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  has(id: Uint8Array): boolean {
    return this.#times.has(hexEncode(id));
  }

  /** Takes the mark in memory at once, so that a concurrent caller sees it; `forget` undoes that. */
  add(id: Uint8Array, timeMs: number): StoreOperation[] {
    this.#insert({ name: hexEncode(id), id, timeMs });
    const key = this.#key(id);
    return [
      { op: "check", table: "marks", key, value: null },
      { op: "put", table: "marks", key, value: uint64BeEncode(BigInt(timeMs)) },
    ];
  }

  forget(id: Uint8Array): void {
    this.#times.delete(hexEncode(id));
  }

  /** Drops the mark with the smallest time, in memory at once. */
  dropOldest(): { timeMs: number; operations: StoreOperation[] } | undefined {
    for (let mark = popSmallest(this.#byTime); mark; mark = popSmallest(this.#byTime)) {
      if (!this.#isHeld(mark)) continue;
      this.#times.delete(mark.name);
      return { timeMs: mark.timeMs, operations: [{ op: "delete", table: "marks", key: this.#key(mark.id) }] };
    }
    return undefined;
  }

  /** The smallest time held, or undefined when the set is empty. */
  oldestMs(): number | undefined {
    while (this.#byTime.length > 0 && !this.#isHeld(this.#byTime[0]!)) popSmallest(this.#byTime);
    return this.#byTime[0]?.timeMs;
  }

  /** False for what `forget` left in the heap. */
  #isHeld(mark: Mark): boolean {
    return this.#times.get(mark.name) === mark.timeMs;
  }

  async #read(): Promise<void> {
    let after: Uint8Array | undefined;
    for (;;) {
      const page = await this.#store.scan({
        table: "marks",
        prefix: this.#prefix,
        ...(after ? { after } : {}),
        limit: pageMax,
      });
      for (const { key, value } of page) {
        const id = key.slice(this.#prefix.length);
        this.#insert({ name: hexEncode(id), id, timeMs: Number(uint64BeDecode(value)) });
      }
      if (page.length < pageMax) return;
      after = page.at(-1)!.key;
    }
  }

  #insert(mark: Mark): void {
    this.#times.set(mark.name, mark.timeMs);
    pushMark(this.#byTime, mark);
  }

  #key(id: Uint8Array): Uint8Array {
    return concatBytes(this.#prefix, id);
  }
}

interface Mark {
  readonly name: string;
  readonly id: Uint8Array;
  readonly timeMs: number;
}

/** A binary heap with the smallest time at index 0. */
function pushMark(heap: Mark[], mark: Mark): void {
  let at = heap.push(mark) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.timeMs <= mark.timeMs) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = mark;
}

function popSmallest(heap: Mark[]): Mark | undefined {
  const smallest = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return smallest;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.timeMs < heap[child]!.timeMs) child++;
    if (heap[child]!.timeMs >= last.timeMs) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return smallest;
}
