/**
 * What every handle of the addon is in TypeScript: one doorbell turned into promises. Serial ports and raw
 * sockets are built on it; native/src/handle.rs is the other half.
 *
 * The addon rings at most once a burst. `#answer` then fetches everything there is: received bytes are left
 * where they are until somebody drains them, so that a reader that pauses pushes back to the descriptor.
 * While something is awaited (an open, a write, an answer, a read, a close) or a listener waits for bytes,
 * the handle keeps the process alive; otherwise it does not.
 */
import { type ErrorDetail, WaxwingError } from "#base/errors.js";
import { limits } from "#base/limits.js";
import { callNative, type NativeFailure, toWaxwingError } from "./failure.js";

/** The methods that every exported class has (`handle_methods!` in native/src/handle.rs). */
export interface NativeHandle {
  takeEvents(): number;
  write(bytes: Uint8Array): number;
  takeSettled(): { settled: number; failures: { number: number; failure: NativeFailure }[] };
  takeAnswers(): { id: number; value: number; failure?: NativeFailure | null }[];
  counters(): NativeCounters;
  ended(): { failure?: NativeFailure | null } | null;
  hold(keep: boolean): void;
  close(): void;
  release(): void;
}

interface NativeCounters {
  readonly bytesReceived: number;
  readonly bytesWaiting: number;
  readonly receiveStalls: number;
  readonly bytesSent: number;
}

export interface DeviceCounters {
  /** Taken from the kernel. */
  readonly bytesReceived: number;
  /** Received and not drained yet. */
  readonly bytesWaiting: number;
  /** How often there was no room for more, so that the kernel and then the sender had to wait. */
  readonly receiveStalls: number;
  /** Taken by the kernel. */
  readonly bytesSent: number;
  /** Writes that failed one by one, while the device stayed. */
  readonly writesFailed: number;
}

/** Bits of `takeEvents`: `doorbell::events` in native/src. */
const event = { opened: 1, readable: 2, settled: 4, answered: 8, ended: 16 } as const;

interface Write {
  readonly data: Uint8Array;
  /** Bytes that the addon has. */
  offset: number;
  /** Numbers of the first and the last piece that the addon has; 0 while it has none. */
  first: number;
  last: number;
  failure: WaxwingError | undefined;
  readonly resolve: () => void;
  readonly reject: (error: WaxwingError) => void;
}

interface Waiting<Value> {
  resolve(value: Value): void;
  reject(error: WaxwingError): void;
}

export class DeviceHandle<Native extends NativeHandle> {
  readonly native: Native;
  /** Rejects where the device cannot be opened; then the handle has ended. */
  readonly opened: Promise<void>;
  /** When the device is closed: with the reason where that was not `close`. Never rejects. */
  readonly ended: Promise<WaxwingError | undefined>;
  /** Called when bytes wait, and again only for those that come after a drain. */
  #onReadable: (() => void) | undefined;
  /** Called once after `offer` answered false, when there is room again. */
  onWritable: (() => void) | undefined;

  readonly #where: ErrorDetail;
  readonly #pieceBytesMax: number;
  readonly #writes: Write[] = [];
  readonly #answers = new Map<number, Waiting<number>>();
  readonly #readers = new Set<Waiting<void>>();
  readonly #opening = deferred<void>();
  readonly #ending = deferred<WaxwingError | undefined>();
  #over: { readonly reason: WaxwingError | undefined } | undefined;
  #closing = false;
  #refused = false;
  #writesFailed = 0;
  /** Reasons to keep the process alive. */
  #holds = 0;
  #held = false;

  /** `where` goes into the detail of every error: the path of a port, the name of an interface. */
  constructor(options: {
    readonly where: ErrorDetail;
    readonly sendBytes: number;
    /** Writes are packets, none of which is ever cut in pieces. */
    readonly isWhole?: boolean;
    readonly start: (ring: () => void) => Native;
  }) {
    this.#where = options.where;
    // A quarter of the ring: the kernel takes one piece while the next is copied in.
    const quarter = Math.max(1, Math.floor(options.sendBytes / 4));
    this.#pieceBytesMax = options.isWhole === true ? options.sendBytes : quarter;
    this.opened = this.#opening.promise;
    this.opened.catch(() => {});
    this.ended = this.#ending.promise;
    this.native = callNative(this.#where, () => options.start(() => this.#answer()));
    this.#holdUntil(this.opened);
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  get onReadable(): (() => void) | undefined {
    return this.#onReadable;
  }

  set onReadable(listener: (() => void) | undefined) {
    this.#hold(Number(listener !== undefined) - Number(this.#onReadable !== undefined));
    this.#onReadable = listener;
    // What came before the listener was told to nobody.
    if (listener !== undefined && this.counters.bytesWaiting > 0) queueMicrotask(() => this.#onReadable?.());
  }

  get counters(): DeviceCounters {
    return { ...this.native.counters(), writesFailed: this.#writesFailed };
  }

  /** Resolves when bytes wait; rejects when the handle has ended and none do. */
  async readable(): Promise<void> {
    if (this.counters.bytesWaiting > 0) return;
    if (this.#over !== undefined) throw this.#whyOver();
    const waiting = deferred<void>();
    this.#readers.add(waiting);
    await this.#holdUntil(waiting.promise);
  }

  /**
   * Resolves when the kernel has taken the bytes, after those of earlier writes; rejects with this write's own failure.
   * `data` must not change until then. Empty data takes its turn too.
   */
  write(data: Uint8Array): Promise<void> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    const { promise, resolve, reject } = deferred<void>();
    this.#writes.push({
      data,
      offset: 0,
      first: 0,
      last: 0,
      failure: undefined,
      resolve: () => resolve(),
      reject,
    });
    this.#pump();
    return this.#holdUntil(promise);
  }

  /** Copies all of `data` into the send queue now, or nothing and answers false; then `onWritable` says when. */
  offer(data: Uint8Array): boolean {
    if (this.#over !== undefined || this.#closing) return false;
    const taken = this.#writes.every(isQueued) && this.#put(data) > 0;
    this.#refused ||= !taken;
    return taken;
  }

  /** Resolves when every write so far has its outcome, whatever it is; rejects only where the handle ends before. */
  async settled(): Promise<void> {
    if (this.#writes.length === 0) return;
    try {
      await this.write(new Uint8Array(0));
    } catch (error) {
      if (this.isOver) throw error;
    }
  }

  /** Rejects what was not handed to the addon yet. */
  dropUnqueued(why: WaxwingError): void {
    for (const write of this.#writes) if (!isQueued(write)) write.failure ??= why;
  }

  /** A request and its answer. `question` calls a method of the addon that gives an id, which `asked` is told. */
  async ask(question: (native: Native) => number, asked?: (id: number) => void): Promise<number> {
    const refusal = this.#closedError();
    if (refusal !== undefined) throw refusal;
    const id = callNative(this.#where, () => question(this.native));
    const waiting = deferred<number>();
    this.#answers.set(id, waiting);
    asked?.(id);
    return this.#holdUntil(waiting.promise);
  }

  /** In any state, as often as one likes. Resolves when the descriptor is closed; what was not drained is lost. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#over === undefined) {
      this.native.close();
      await this.#holdUntil(this.ended);
    }
    this.native.release();
  }

  error(code: "canceled" | "handle_closed" | "resource_exhausted", message: string): WaxwingError {
    return new WaxwingError(code, message, { detail: this.#where });
  }

  #answer(): void {
    const events = this.native.takeEvents();
    if (events & event.opened) this.#opening.resolve();
    if (events & event.settled) this.#settle();
    if (events & event.answered) this.#takeAnswers();
    if (events & event.readable) this.#tellReaders();
    if (events & event.ended) this.#end();
  }

  #tellReaders(): void {
    for (const reader of this.#readers) reader.resolve();
    this.#readers.clear();
    this.#onReadable?.();
  }

  #pump(): void {
    for (const write of this.#writes) {
      while (!isQueued(write) && write.failure === undefined) {
        const piece = write.data.subarray(write.offset, write.offset + this.#pieceBytesMax);
        const number = this.#put(piece);
        if (number === 0) return;
        write.first ||= number;
        write.last = number;
        write.offset += piece.length;
      }
    }
  }

  /** The number of the piece; 0 where there is no room, now or because the end has come and is about to be told. */
  #put(piece: Uint8Array): number {
    try {
      return callNative(this.#where, () => this.native.write(piece));
    } catch (error) {
      if (error instanceof WaxwingError && this.native.ended() !== null) return 0;
      throw error;
    }
  }

  #settle(): void {
    const { settled, failures } = this.native.takeSettled();
    for (const { number, failure } of failures) {
      this.#writesFailed += 1;
      // Of `offer`, there is nobody to tell.
      const write = this.#writes.find(({ first, last }) => first <= number && number <= last);
      if (write !== undefined) write.failure ??= toWaxwingError(failure, this.#where);
    }
    for (
      let write = this.#writes[0];
      write !== undefined && isSettled(write, settled);
      write = this.#writes[0]
    ) {
      this.#writes.shift();
      if (write.failure === undefined) write.resolve();
      else write.reject(write.failure);
    }
    if (this.#over !== undefined || this.#closing) return;
    this.#pump();
    if (this.#refused && this.#writes.every(isQueued)) {
      this.#refused = false;
      this.onWritable?.();
    }
  }

  #takeAnswers(): void {
    for (const { id, value, failure } of this.native.takeAnswers()) {
      const waiting = this.#answers.get(id);
      this.#answers.delete(id);
      if (failure) waiting?.reject(toWaxwingError(failure, this.#where));
      else waiting?.resolve(value);
    }
  }

  #end(): void {
    const failure = this.native.ended()?.failure;
    const reason = failure ? toWaxwingError(failure, this.#where) : undefined;
    this.#over = { reason };
    this.#settle();
    this.#takeAnswers();
    const why = reason ?? this.error("canceled", "the device was closed before this was done");
    for (const write of this.#writes.splice(0)) write.reject(write.failure ?? why);
    for (const waiting of this.#answers.values()) waiting.reject(why);
    this.#answers.clear();
    for (const reader of this.#readers) reader.reject(why);
    this.#readers.clear();
    this.onReadable = undefined;
    this.#opening.reject(why);
    this.#ending.resolve(reason);
  }

  #refusal(): WaxwingError | undefined {
    if (this.#writes.length < limits.deviceWritesWaitingMax) return this.#closedError();
    return this.error("resource_exhausted", `${limits.deviceWritesWaitingMax} writes wait already`);
  }

  #closedError(): WaxwingError | undefined {
    if (this.#over !== undefined) return this.#whyOver();
    return this.#closing ? this.error("handle_closed", "the device was closed here") : undefined;
  }

  #whyOver(): WaxwingError {
    return this.#over?.reason ?? this.error("handle_closed", "the device was closed here");
  }

  #holdUntil<Value>(promise: Promise<Value>): Promise<Value> {
    this.#hold(1);
    const release = () => this.#hold(-1);
    promise.then(release, release);
    return promise;
  }

  #hold(change: number): void {
    this.#holds += change;
    const keep = this.#holds > 0;
    if (keep === this.#held) return;
    this.#held = keep;
    this.native.hold(keep);
    // A thread that has ended took its bell with it, and its last call, on the way, keeps nothing alive.
    if (keep && this.#over === undefined && this.native.ended() !== null)
      queueMicrotask(() => this.#answer());
  }
}

/** All of it is with the addon, the one piece of an empty write included. */
function isQueued({ data, offset, last }: Write): boolean {
  return last > 0 && offset === data.length;
}

function isSettled(write: Write, settled: number): boolean {
  return (isQueued(write) || write.failure !== undefined) && write.last <= settled;
}

function deferred<Value>() {
  let resolve!: (value: Value) => void;
  let reject!: (error: WaxwingError) => void;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
