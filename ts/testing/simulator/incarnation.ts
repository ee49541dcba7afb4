/**
 * One life of a node, from start to stop or crash. Everything that could wake its code (timers, frames,
 * outcomes of sends, flushes of the disk) goes through here, so a crash is exactly this: nothing wakes it
 * again. Promises that it waits for stay unsettled, as memory of a dead process does.
 */
import type { TimerHandle, Timers } from "../../contracts/host.js";
import type { VirtualTime } from "../virtual-time.js";

export class Incarnation {
  readonly number: number;
  readonly #time: VirtualTime;
  /** What would wake it: gone with it, so that a dead life leaves nothing in the queue of events. */
  readonly #waking = new Set<TimerHandle>();
  #alive = true;
  #pendingTimers = 0;

  constructor(number: number, time: VirtualTime) {
    this.number = number;
    this.#time = time;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Timers of the node's own code that are still to fire, or were when it ended: after an orderly stop none. */
  get pendingTimers(): number {
    return this.#pendingTimers;
  }

  end(): void {
    this.#alive = false;
    for (const handle of this.#waking) handle.cancel();
    this.#waking.clear();
  }

  /** Runs now if this life goes on; a dead node's code is not called. */
  wake(run: () => void): void {
    if (this.#alive) run();
  }

  after(delayMs: number, fire: () => void): TimerHandle {
    if (!this.#alive) return { cancel: () => {} };
    const inner = this.#time.after(delayMs, () => {
      this.#waking.delete(inner);
      fire();
    });
    this.#waking.add(inner);
    return {
      cancel: () => {
        this.#waking.delete(inner);
        inner.cancel();
      },
    };
  }

  /** The timers that the node's own code sees. */
  timers(): Timers {
    return { after: (delayMs, fire) => this.#nodeTimer(delayMs, fire) };
  }

  #nodeTimer(delayMs: number, fire: () => void): TimerHandle {
    let pending = true;
    const settle = () => {
      if (pending) this.#pendingTimers--;
      pending = false;
    };
    this.#pendingTimers++;
    const handle = this.after(delayMs, () => {
      settle();
      fire();
    });
    return {
      cancel: () => {
        settle();
        handle.cancel();
      },
    };
  }
}
