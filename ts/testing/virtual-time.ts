/**
 * Time that moves only when told: an ordered queue of events. Equal times fire in the order in which they
 * were scheduled, so a run depends on nothing but its inputs.
 */
import type { TimerHandle, Timers } from "../contracts/host.js";
import { settle } from "./settle.js";

interface ScheduledEvent {
  readonly atMs: number;
  /** Ties are broken by age. */
  readonly sequence: number;
  fire: (() => void) | undefined;
}

export class VirtualTime implements Timers {
  #nowMs = 0;
  #sequence = 0;
  /** Binary heap, earliest first. A cancelled event stays until its turn and then does nothing. */
  readonly #heap: ScheduledEvent[] = [];
  #live = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Events that are still to fire. */
  get pending(): number {
    return this.#live;
  }

  after(delayMs: number, fire: () => void): TimerHandle {
    const event: ScheduledEvent = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      sequence: this.#sequence++,
      fire,
    };
    this.#push(event);
    this.#live++;
    return {
      cancel: () => {
        if (event.fire === undefined) return;
        event.fire = undefined;
        this.#live--;
      },
    };
  }

  /** When the next event is due, or undefined when none is scheduled. */
  nextAtMs(): number | undefined {
    while (this.#heap[0] && this.#heap[0].fire === undefined) this.#pop();
    return this.#heap[0]?.atMs;
  }

  /** Moves to the next event and fires it; false when none is due until `untilMs`, where time then stands. */
  step(untilMs: number): boolean {
    const nextAtMs = this.nextAtMs();
    if (nextAtMs === undefined || nextAtMs > untilMs) {
      this.#nowMs = Math.max(this.#nowMs, untilMs);
      return false;
    }
    this.#nowMs = Math.max(this.#nowMs, nextAtMs);
    const event = this.#pop();
    const { fire } = event;
    event.fire = undefined;
    this.#live--;
    fire?.();
    return true;
  }

  /** Fires everything that falls due within `durationMs`, letting promises settle after each event. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await settle();
    while (this.step(untilMs)) await settle();
  }

  #push(event: ScheduledEvent): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): ScheduledEvent {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: ScheduledEvent, b: ScheduledEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}
