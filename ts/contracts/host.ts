/**
 * Host: the world outside. Clocks, randomness, timers, files and sockets reach the code only through it,
 * which is what lets one seed replay any failure in the simulator.
 *
 * Laws:
 * 1. `monotonicMs` never goes back; `wallClock` may, and says whether it is to be believed.
 * 2. A timer fires at most once, never before its delay, and not at all after `cancel`.
 * 3. `random` bytes come from the runtime's secure generator (in production).
 * 4. `files.writeAtomic` leaves either the old or the new content after a crash, and the new one once resolved.
 */

export interface Clock {
  /** Milliseconds since an arbitrary start; for intervals and timeouts. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z; `synchronised: false` on a board without a clock chip before its first sync. */
  wallClock(): { ms: number; synchronised: boolean };
}

export interface TimerHandle {
  /** Idempotent. */
  cancel(): void;
}

export interface Timers {
  after(delayMs: number, fire: () => void): TimerHandle;
}

export interface Random {
  bytes(length: number): Uint8Array;
}

export interface FileAccess {
  /** Undefined when the file does not exist. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Temporary file, flush, rename, flush of the folder. `mode` as in chmod, e.g. 0o600. */
  writeAtomic(path: string, bytes: Uint8Array, mode: number): Promise<void>;
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Permission bits, or undefined when the file does not exist. */
  mode(path: string): Promise<number | undefined>;
}

export interface HttpRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** PEM of the certification authorities to trust for https; the system's when absent. */
  readonly authorities?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Redirects are never followed. Failures are `WaxwingError` with a `transport_*` code. */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface Host {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly files: FileAccess;
  readonly http: HttpClient;
}

/** What pure planes need of it; the simulator supplies just this. */
export type SimulableHost = Pick<Host, "clock" | "timers" | "random">;
