/**
 * Which numbers have been seen: packet counters of a session (replay window and acknowledgements in one),
 * ids of messages that ended. A bounded list of ranges, newest first; when it is full, the oldest range and
 * all below it count as seen, so that nothing is ever taken twice.
 */
import { ackRangesMax, type CounterRange } from "./wire.js";

export class Received {
  readonly #ranges: { first: number; last: number }[] = [];
  #floor = 0;

  get ranges(): readonly CounterRange[] {
    return this.#ranges;
  }

  has(value: number): boolean {
    if (value < this.#floor) return true;
    for (const { first, last } of this.#ranges) {
      if (value > last) return false;
      if (value >= first) return true;
    }
    return false;
  }

  /** `false` when it was seen, or may have been. */
  add(value: number): boolean {
    if (this.has(value)) return false;
    const at = this.#ranges.findIndex((range) => range.last < value);
    const index = at === -1 ? this.#ranges.length : at;
    const above = this.#ranges[index - 1];
    const below = this.#ranges[index];
    const joinsAbove = above?.first === value + 1;
    const joinsBelow = below?.last === value - 1;
    if (joinsAbove && joinsBelow) {
      above.first = below.first;
      this.#ranges.splice(index, 1);
    } else if (joinsAbove) above.first = value;
    else if (joinsBelow) below.last = value;
    else this.#insert(index, value);
    return true;
  }

  #insert(index: number, value: number): void {
    this.#ranges.splice(index, 0, { first: value, last: value });
    if (this.#ranges.length <= ackRangesMax) return;
    const oldest = this.#ranges.pop()!;
    this.#floor = oldest.last + 1;
  }
}
