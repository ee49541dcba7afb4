/**
 * The inbound channel of a coordinator: eight frames, and never a wait for who fills it (ciris-edge §4.4).
 * Timers, results and cancellation use the same queue, in front of frames and beside the bound, so that one reader
 * sees everything in turn.
 */
import type { ErrorCode } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { Held } from "./byte-budget.js";
import type { RunInput } from "./session-run.js";
import type { Frame } from "./wire/frame.js";

export interface Arrival {
  readonly type: "frame";
  readonly frame: Frame;
  /** Length of the frame on the wire. */
  readonly bytes: number;
  /** What it holds of what may wait; released when it is dealt with. */
  readonly held?: Held;
}

export type Interruption =
  /** A timer or a result of that round, and of no other. */
  | { readonly type: "input"; readonly of: object; readonly input: RunInput }
  | { readonly type: "cancel"; readonly code: ErrorCode };

export type InboxItem = Arrival | Interruption;

export class Inbox {
  readonly #frames: Arrival[] = [];
  readonly #interruptions: Interruption[] = [];
  #reader: ((item: InboxItem) => void) | undefined;

  get frames(): number {
    return this.#frames.length;
  }

  /** False when it is full: the frame is dropped. */
  push(arrival: Arrival): boolean {
    if (this.#frames.length >= limits.sessionInboxFrames) return false;
    this.#frames.push(arrival);
    this.#wake();
    return true;
  }

  interrupt(interruption: Interruption): void {
    this.#interruptions.push(interruption);
    this.#wake();
  }

  poll(): InboxItem | undefined {
    return this.#interruptions.shift() ?? this.#frames.shift();
  }

  /** The next item, when there is one. One reader at a time. */
  take(): Promise<InboxItem> {
    const item = this.poll();
    if (item) return Promise.resolve(item);
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  clear(): void {
    for (const { held } of this.#frames.splice(0)) held?.release();
    this.#interruptions.length = 0;
  }

  #wake(): void {
    const reader = this.#reader;
    if (!reader) return;
    this.#reader = undefined;
    reader(this.poll()!);
  }
}
