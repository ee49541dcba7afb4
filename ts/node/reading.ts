/**
 * Reading a node's records: pages, and subscriptions that continue where they stopped. A cursor is the
 * position of the last record read, as text; positions are never reused, so it survives restarts.
 */
import { hexDecode, type KindToken, limits, WaxwingError } from "../base/index.js";
import type { Store, StoredRecord } from "../contracts/index.js";
import type { Cursor, RecordPage, SubscribedRecord } from "./types.js";

const cursorPattern = /^\d{1,15}$/;

export function encodeCursor(position: number): Cursor {
  return String(position);
}

/** Throws `TypeError` on text that no page or subscription gave out. */
export function decodeCursor(cursor: Cursor | undefined): number {
  if (cursor === undefined) return 0;
  if (!cursorPattern.test(cursor))
    throw new TypeError(`cursor: expected one that list or subscribe gave out, got "${cursor}"`);
  return Number(cursor);
}

export function decodeHash(hash: Uint8Array | string): Uint8Array {
  const bytes = typeof hash === "string" ? hexDecode(hash) : hash;
  if (bytes.length !== 32) throw new RangeError(`hash: expected 32 bytes, got ${bytes.length}`);
  return bytes;
}

export async function listPage(
  store: Store,
  kind: KindToken,
  cursor: Cursor | undefined,
  limit: number,
): Promise<RecordPage> {
  if (limit < 1 || limit > limits.listPageMax)
    throw new RangeError(`limit: expected 1 to ${limits.listPageMax}, got ${limit}`);
  // One more than asked for tells whether there is a next page.
  const rows = await store.list(kind, { after: decodeCursor(cursor), limit: limit + 1 });
  const records = rows.slice(0, limit);
  return rows.length > limit ? { records, next: encodeCursor(records.at(-1)!.position) } : { records };
}

/** Wakes subscriptions of a kind when a record of it was admitted. */
export class AdmissionSignal {
  readonly #waiting = new Map<KindToken, Set<() => void>>();
  #closed = false;

  notify(kind: KindToken): void {
    const waiting = this.#waiting.get(kind);
    this.#waiting.delete(kind);
    for (const wake of waiting ?? []) wake();
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    for (const kind of [...this.#waiting.keys()]) this.notify(kind);
  }

  /**
   * Resolves at the next admission of the kind, at `close`, or when the signal aborts. Ask for it before reading
   * the store, so that an admission between the read and the wait is not missed.
   */
  next(kind: KindToken, signal?: AbortSignal): { arrived: Promise<void>; cancel(): void } {
    let wake: () => void = () => {};
    const arrived = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (this.#closed || signal?.aborted) wake();
    const waiting = this.#waiting.get(kind) ?? new Set();
    waiting.add(wake);
    this.#waiting.set(kind, waiting);
    signal?.addEventListener("abort", wake, { once: true });
    const cancel = () => {
      waiting.delete(wake);
      signal?.removeEventListener("abort", wake);
    };
    return { arrived: arrived.finally(cancel), cancel };
  }
}

/** Records of one read of the store while a subscriber catches up. */
const subscribePageRecords = 64;

/**
 * Records of the kind behind the cursor, then new ones. Ends when the signal aborts, the node stops or the
 * loop breaks; breaking wakes a read that is still waiting.
 */
export function subscribeKind(
  store: Store,
  admissions: AdmissionSignal,
  kind: KindToken,
  cursor: Cursor | undefined,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<SubscribedRecord> {
  const ended = new AbortController();
  const either = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  const records = follow(store, admissions, kind, decodeCursor(cursor), either);
  return {
    next: () => records.next(),
    async return() {
      ended.abort();
      await records.return();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* follow(
  store: Store,
  admissions: AdmissionSignal,
  kind: KindToken,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<SubscribedRecord, void, undefined> {
  for (let position = after; !signal.aborted; ) {
    const next = admissions.next(kind, signal);
    let page: StoredRecord[];
    try {
      page = await store.list(kind, { after: position, limit: subscribePageRecords });
    } catch (error) {
      next.cancel();
      if (admissions.closed && error instanceof WaxwingError && error.code === "store_unavailable") return;
      throw error;
    }
    for (const record of page) {
      if (signal.aborted) {
        next.cancel();
        return;
      }
      position = record.position;
      yield { record, cursor: encodeCursor(position) };
    }
    if (page.length > 0) next.cancel();
    else if (admissions.closed) return next.cancel();
    else await next.arrived;
  }
}
