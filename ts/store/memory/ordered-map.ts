/**
 * A map that is read in key order: a `Map` beside a sorted array of its keys. Looking up is O(1), a page
 * costs O(log n + page), inserting moves the tail of the array, which append-mostly use seldom notices.
 */
export class OrderedMap<K extends string | number, V> {
  readonly #values = new Map<K, V>();
  readonly #keys: K[] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: K): V | undefined {
    return this.#values.get(key);
  }

  has(key: K): boolean {
    return this.#values.has(key);
  }

  set(key: K, value: V): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#firstNotBelow(key), 0, key);
    this.#values.set(key, value);
  }

  delete(key: K): boolean {
    if (!this.#values.delete(key)) return false;
    this.#keys.splice(this.#firstNotBelow(key), 1);
    return true;
  }

  /** Entries with `after` < key, ascending. `after` undefined begins at the start. */
  *ascending(after?: K): Generator<[K, V]> {
    let index = after === undefined ? 0 : this.#firstNotBelow(after);
    if (index < this.#keys.length && this.#keys[index] === after) index++;
    for (; index < this.#keys.length; index++) yield this.#entry(index);
  }

  /** Entries with key < `before`, descending. `before` undefined begins at the end. */
  *descending(before?: K): Generator<[K, V]> {
    let index = (before === undefined ? this.#keys.length : this.#firstNotBelow(before)) - 1;
    for (; index >= 0; index--) yield this.#entry(index);
  }

  #entry(index: number): [K, V] {
    const key = this.#keys[index]!;
    return [key, this.#values.get(key)!];
  }

  /** Index of the first key that is not below `key`. */
  #firstNotBelow(key: K): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
