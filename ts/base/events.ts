/**
 * Bounded event streams. A subscriber is an async iterator with a queue of its own; a slow one loses its
 * oldest events (counted in `dropped`), and a closed one never stops who emits.
 */

export interface EventStream<T> extends AsyncIterable<T> {
  /** Ends when `signal` aborts, the source closes, or the loop breaks. */
  subscribe(options?: {
    signal?: AbortSignal;
    queueMax?: number;
  }): AsyncIterableIterator<T> & { readonly dropped: number };
}

export class EventSource<T> implements EventStream<T> {
  readonly #queueMax: number;
  readonly #subscribers = new Set<Subscription<T>>();
  #closed = false;

  constructor(queueMax: number) {
    this.#queueMax = queueMax;
  }

  emit(event: T): void {
    for (const subscriber of this.#subscribers) subscriber.push(event);
  }

  subscribe(options: { signal?: AbortSignal; queueMax?: number } = {}): Subscription<T> {
    const subscription = new Subscription<T>(options.queueMax ?? this.#queueMax, () => {
      this.#subscribers.delete(subscription);
      options.signal?.removeEventListener("abort", onAbort);
    });
    const onAbort = () => subscription.close();
    if (this.#closed || options.signal?.aborted) {
      subscription.close();
      return subscription;
    }
    this.#subscribers.add(subscription);
    options.signal?.addEventListener("abort", onAbort, { once: true });
    return subscription;
  }

  [Symbol.asyncIterator](): Subscription<T> {
    return this.subscribe();
  }

  /** Lets every subscriber drain what it holds and then end. */
  close(): void {
    this.#closed = true;
    for (const subscriber of [...this.#subscribers]) subscriber.close();
  }
}

class Subscription<T> implements AsyncIterableIterator<T> {
  dropped = 0;
  readonly #queue: T[] = [];
  readonly #waiting: ((result: IteratorResult<T>) => void)[] = [];
  #closed = false;

  readonly #queueMax: number;
  readonly #onClose: () => void;

  constructor(queueMax: number, onClose: () => void) {
    this.#queueMax = queueMax;
    this.#onClose = onClose;
  }

  push(event: T): void {
    const waiter = this.#waiting.shift();
    if (waiter) {
      waiter({ value: event, done: false });
      return;
    }
    if (this.#queue.length >= this.#queueMax) {
      this.#queue.shift();
      this.dropped++;
    }
    this.#queue.push(event);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    for (const waiter of this.#waiting.splice(0)) waiter({ value: undefined, done: true });
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.#queue.length > 0) return { value: this.#queue.shift()!, done: false };
    if (this.#closed) return { value: undefined, done: true };
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async return(): Promise<IteratorResult<T>> {
    this.close();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
