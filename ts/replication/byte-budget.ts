/**
 * Bytes that are held for peers at one time, bounded over all and for each. Half of the whole is kept for peers
 * that hold nothing, so that those which take much, or never let go, leave the others a way.
 *
 * A peer may always hold one thing, whatever its size, as long as the whole has room, and one thing that is
 * larger than the whole passes alone: what is bounded elsewhere to fit must not wait here for ever.
 */
import type { KeyId } from "../base/ids.js";

export interface ByteBudgetOptions {
  readonly bytesMax: number;
  readonly bytesPerPeerMax: number;
}

/** Bytes taken; given back once, whatever happens. */
export interface Held {
  readonly bytes: number;
  /** Gives back what was not needed, or takes what turned out to be more. */
  resize(bytes: number): void;
  release(): void;
}

interface Waiter {
  readonly peer: KeyId;
  readonly bytes: number;
  readonly grant: (held: Held) => void;
}

export class ByteBudget {
  readonly #options: ByteBudgetOptions;
  readonly #byPeer = new Map<KeyId, number>();
  /** First come, first served, except where the first waits for its own peer alone. */
  readonly #waiting = new Set<Waiter>();
  #bytes = 0;
  #peakBytes = 0;

  constructor(options: ByteBudgetOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Undefined when there is no room now. */
  tryTake(peer: KeyId, bytes: number): Held | undefined {
    return this.#hasRoom(peer, bytes) ? this.#take(peer, bytes) : undefined;
  }

  /** Waits for room; rejects when the signal aborts. */
  take(peer: KeyId, bytes: number, signal: AbortSignal): Promise<Held> {
    const queued = [...this.#waiting].some((waiter) => waiter.peer === peer);
    const held = queued ? undefined : this.tryTake(peer, bytes);
    if (held) return Promise.resolve(held);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        peer,
        bytes,
        grant: (granted) => {
          signal.removeEventListener("abort", onAbort);
          resolve(granted);
        },
      };
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiter);
    });
  }

  #hasRoom(peer: KeyId, bytes: number): boolean {
    const { bytesMax, bytesPerPeerMax } = this.#options;
    const ofPeer = this.#byPeer.get(peer) ?? 0;
    if (ofPeer === 0) return this.#bytes === 0 || this.#bytes + bytes <= bytesMax;
    return ofPeer + bytes <= bytesPerPeerMax && this.#bytes + bytes <= bytesMax / 2;
  }

  #take(peer: KeyId, bytes: number): Held {
    const held = { bytes: 0 };
    const change = (to: number) => {
      this.#add(peer, to - held.bytes);
      held.bytes = to;
    };
    change(bytes);
    let isReleased = false;
    return {
      get bytes() {
        return held.bytes;
      },
      resize: (to) => {
        if (isReleased) return;
        change(to);
        this.#grantWaiting();
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        change(0);
        this.#grantWaiting();
      },
    };
  }

  #add(peer: KeyId, bytes: number): void {
    this.#bytes += bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    const ofPeer = (this.#byPeer.get(peer) ?? 0) + bytes;
    if (ofPeer > 0) this.#byPeer.set(peer, ofPeer);
    else this.#byPeer.delete(peer);
  }

  #grantWaiting(): void {
    /** Peers whose first in the queue still waits: their later ones do not overtake it. */
    const passed = new Set<KeyId>();
    for (const waiter of [...this.#waiting]) {
      const { peer, bytes } = waiter;
      if (passed.has(peer)) continue;
      if (!this.#hasRoom(peer, bytes)) {
        passed.add(peer);
        continue;
      }
      this.#waiting.delete(waiter);
      waiter.grant(this.#take(peer, bytes));
    }
  }
}
