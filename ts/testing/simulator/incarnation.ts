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
  #alive = true;

  constructor(number: number, time: VirtualTime) {
    this.number = number;
    this.#time = time;
  }

  get alive(): boolean {
    return this.#alive;
  }

  end(): void {
    this.#alive = false;
  }

  /** Runs now if this life goes on; a dead node's code is not called. */
  wake(run: () => void): void {
    if (this.#alive) run();
  }

  after(delayMs: number, fire: () => void): TimerHandle {
    return this.#time.after(delayMs, () => this.wake(fire));
  }

  /** The timers that the node's own code sees. */
  timers(): Timers {
    return { after: (delayMs, fire) => this.after(delayMs, fire) };
  }
}
