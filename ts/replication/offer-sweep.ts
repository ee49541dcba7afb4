/**
 * Which refs the next Summary to one peer shows. A Summary is a page, not an inventory (ciris-edge §3.5), so
 * somebody must remember what was shown: this does, per (peer, kind), for both roles together.
 *
 * Two watermarks over the store's positions. `fresh` follows what was admitted since the sweep was made, so
 * that news is in the very next page; `sweep` goes round and round over everything older, because a page, a
 * Deliver or a record that the peer refused may have been lost:
 *
 * ```
 *   0 ────────── sweep ▶ ─────────────── fresh ▶ ───────── last position
 *                older, again and again        never shown
 * ```
 * The first pass goes as fast as rounds follow each other; later ones fill up the page once a cadence. The
 * watermarks move only when the peer has answered.
 *
 * What the peer wanted and did not get, because its Deliver was full, comes first in every page until it is
 * served. A page that was answered with an empty Diff does not end that: two rounds cross, and the peer asks in
 * one of them for what it was shown in both. Only a ref that stays unwanted in several pages is let go.
 */
import { type HashHex, hashHex } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { OfferGate } from "../contracts/offer-policy.js";
import type { RecordRef, Store } from "../contracts/store.js";

/** Rows read per page at most, as a multiple of the page: a gate that admits little must not read the whole store. */
const rowsPerRefMax = 8;

export interface OfferPage {
  readonly refs: readonly RecordRef[];
  /** The peer was never shown what lies behind this page. */
  readonly more: boolean;
  readonly next: { readonly fresh: number; readonly sweep: number; readonly firstPassDone: boolean };
  readonly resweeps: boolean;
}

/** Pages in which a deferred ref may stay unwanted before it waits for the sweep like all others. */
const unwantedPagesMax = 4;

/** Wanted by the peer and not served yet. */
interface Deferred {
  readonly ref: RecordRef;
  unwantedPages: number;
}

/** Where the refs of a Summary come from, page by page, for one peer and kind. */
export interface OfferPages {
  page(
    source: PageSource,
    limit: number,
    pace: { readonly nowMs: number; readonly resweepMs: number },
  ): Promise<OfferPage>;
  /** The peer has seen the page: it sent a Diff, perhaps an empty one. */
  confirm(page: OfferPage, nowMs: number): void;
  /** What became of the hashes that the peer wanted of a page: in our Deliver, or left out for want of room. */
  settle(page: OfferPage, served: readonly Uint8Array[], deferred: readonly Uint8Array[]): void;
}

export interface PageSource {
  readonly store: Pick<Store, "offerPage" | "getMany">;
  readonly gate: OfferGate;
}

interface Rows {
  readonly refs: RecordRef[];
  /** Position up to which rows were read, taken or not. */
  readonly next: number;
  readonly atEnd: boolean;
}

export class OfferSweep implements OfferPages {
  readonly #kind: string;
  #fresh: number;
  #sweep = 0;
  #firstPassDone: boolean;
  #resweptAtMs = Number.NEGATIVE_INFINITY;
  /** In the order of the page that first showed them; a page of them at most. */
  readonly #deferred = new Map<HashHex, Deferred>();

  /** `position` is the store's newest when the sweep begins: all before it is swept, all after it is news. */
  constructor(kind: string, position: number) {
    this.#kind = kind;
    this.#fresh = position;
    this.#firstPassDone = position === 0;
  }

  /** Refs that the peer wanted and did not get yet. */
  get deferred(): number {
    return this.#deferred.size;
  }

  async page(
    source: PageSource,
    limit: number,
    { nowMs, resweepMs }: { nowMs: number; resweepMs: number },
  ): Promise<OfferPage> {
    const here = { fresh: this.#fresh, sweep: this.#sweep, firstPassDone: this.#firstPassDone };
    if (source.gate.closed) return { refs: [], more: false, next: here, resweeps: false };
    const waiting = [...this.#deferred.values()].slice(0, limit).map(({ ref }) => ref);
    const first = await admittedRefs(source, this.#kind, waiting);
    const fresh = await this.#rows(source, here.fresh, limit - first.length, Number.POSITIVE_INFINITY);
    const room = limit - first.length - fresh.refs.length;
    const resweeps = here.firstPassDone && nowMs - this.#resweptAtMs >= resweepMs;
    if (room === 0 || !(resweeps || !here.firstPassDone)) {
      const more = !fresh.atEnd || !here.firstPassDone;
      const refs = [...first, ...fresh.refs];
      return { refs, more, next: { ...here, fresh: fresh.next }, resweeps: false };
    }
    const older = await this.#rows(source, here.sweep, room, here.fresh);
    const firstPassDone = here.firstPassDone || older.atEnd;
    return {
      refs: [...first, ...fresh.refs, ...older.refs.filter((ref) => !this.#deferred.has(hashHex(ref.hash)))],
      more: !fresh.atEnd || !firstPassDone,
      next: { fresh: fresh.next, sweep: older.atEnd ? 0 : older.next, firstPassDone },
      resweeps,
    };
  }

  confirm(page: OfferPage, nowMs: number): void {
    if (page.resweeps) this.#resweptAtMs = nowMs;
    this.#fresh = Math.max(this.#fresh, page.next.fresh);
    this.#sweep = page.next.sweep;
    this.#firstPassDone ||= page.next.firstPassDone;
    for (const ref of page.refs) {
      const key = hashHex(ref.hash);
      const deferred = this.#deferred.get(key);
      if (deferred && ++deferred.unwantedPages >= unwantedPagesMax) this.#deferred.delete(key);
    }
  }

  settle(page: OfferPage, served: readonly Uint8Array[], deferred: readonly Uint8Array[]): void {
    for (const hash of served) this.#deferred.delete(hashHex(hash));
    if (deferred.length === 0) return;
    const left = new Set(deferred.map(hashHex));
    for (const ref of page.refs) {
      const key = hashHex(ref.hash);
      if (!left.has(key)) continue;
      const known = this.#deferred.get(key);
      if (known) known.unwantedPages = 0;
      else if (this.#deferred.size < limits.summaryRefsMax)
        this.#deferred.set(key, { ref, unwantedPages: 0 });
    }
  }

  async #rows(source: PageSource, after: number, limit: number, end: number): Promise<Rows> {
    const refs: RecordRef[] = [];
    let next = after;
    let rowsLeft = limit * rowsPerRefMax;
    while (refs.length < limit && rowsLeft > 0) {
      const wanted = Math.min(limit - refs.length, rowsLeft);
      const rows = await source.store.offerPage(this.#kind, { after: next, limit: wanted });
      const inside = rows.filter((row) => row.position <= end);
      refs.push(...(await admittedRefs(source, this.#kind, inside)));
      next = inside.at(-1)?.position ?? next;
      rowsLeft -= wanted;
      if (inside.length < wanted) return { refs, next, atEnd: true };
    }
    return { refs, next, atEnd: false };
  }
}

/** The gate of what is shown unasked. */
export function advertisedBy(gate: OfferGate): OfferGate {
  return gate.advertises === undefined ? gate : { ...gate, admits: gate.advertises };
}

/** The refs that pass the gate, in order; fails closed on records that are gone meanwhile. */
export async function admittedRefs(
  { store, gate }: PageSource,
  kind: string,
  refs: readonly RecordRef[],
): Promise<RecordRef[]> {
  if (!gate.needsRecord) return refs.filter(({ hash, recordId }) => gate.admits({ hash, recordId }));
  const records = await store.getMany(
    kind,
    refs.map((ref) => ref.hash),
  );
  return refs.filter((_, index) => {
    const record = records[index];
    return record !== undefined && gate.admits(record);
  });
}
