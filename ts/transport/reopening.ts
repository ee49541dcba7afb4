/**
 * What a medium stands on, a port or sockets, kept open: opened again by itself when it ends, as often as it takes,
 * at growing intervals. An absent device is `down` and no error; what cannot get better by waiting rejects the
 * first `open`, so that a misconfigured node says so at once.
 */
import { type ErrorCode, isWaxwingError, WaxwingError } from "../base/errors.js";
import type { SimulableHost, TimerHandle } from "../contracts/host.js";

export interface ReopeningOptions<Line> {
  readonly timers: SimulableHost["timers"];
  readonly retryMs: { readonly min: number; readonly max: number };
  /** Codes that waiting does not mend. */
  readonly hopeless: readonly ErrorCode[];
  open(): Promise<Line>;
  close(line: Line): Promise<void>;
  /** The line is there, now or again. */
  use(line: Line): void;
  /** It is not there, or no longer. */
  down(reason: WaxwingError): void;
  /** It is there again. */
  up(): void;
}

export class Reopening<Line> {
  readonly #options: ReopeningOptions<Line>;
  #line: Line | undefined;
  #retry: TimerHandle | undefined;
  #opening: Promise<void> = Promise.resolve();
  #attempts = 0;
  #closing: Promise<void> | undefined;

  constructor(options: ReopeningOptions<Line>) {
    this.#options = options;
  }

  get line(): Line | undefined {
    return this.#closing ? undefined : this.#line;
  }

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Rejects with what waiting does not mend. */
  async open(): Promise<void> {
    const failure = await this.#tryOpen();
    if (!failure) return;
    if (this.#options.hopeless.includes(failure.code)) throw failure;
    this.#options.down(failure);
    this.#openLater();
  }

  /** To be called when the line has ended. */
  ended(line: Line, reason: WaxwingError): void {
    if (this.#line !== line || this.#closing) return;
    this.#line = undefined;
    // It is gone: what its closing says helps nobody.
    this.#options.close(line).catch(() => {});
    this.#options.down(reason);
    this.#openLater();
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Why it failed. */
  async #tryOpen(): Promise<WaxwingError | undefined> {
    try {
      const line = await this.#options.open();
      if (this.#closing) await this.#options.close(line);
      else {
        this.#line = line;
        this.#attempts = 0;
        this.#options.use(line);
      }
      return undefined;
    } catch (error) {
      if (isWaxwingError(error)) return error;
      // Nobody waits for a later attempt, so nothing may be thrown by one.
      return new WaxwingError("native_io", `it cannot be opened: ${String(error)}`, { cause: error });
    }
  }

  #openLater(): void {
    if (this.#closing) return;
    const { min, max } = this.#options.retryMs;
    const delayMs = Math.min(min * 2 ** Math.min(this.#attempts++, 16), max);
    this.#retry = this.#options.timers.after(delayMs, () => {
      this.#opening = this.#openAgain();
    });
  }

  async #openAgain(): Promise<void> {
    const failure = await this.#tryOpen();
    if (this.#closing) return;
    if (failure) this.#openLater();
    else this.#options.up();
  }

  async #close(): Promise<void> {
    this.#retry?.cancel();
    await this.#opening;
    const line = this.#line;
    this.#line = undefined;
    if (line !== undefined) await this.#options.close(line);
  }
}
