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
 * watermarks move only when the peer has answered, and stop before what did not fit its Deliver.
 */
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

interface PageSource {
  readonly store: Pick<Store, "offerPage" | "getMany">;
  readonly gate: OfferGate;
}

interface Rows {
  readonly refs: RecordRef[];
  /** Position up to which rows were read, taken or not. */
  readonly next: number;
  readonly atEnd: boolean;
}

export class OfferSweep {
  readonly #kind: string;
  #fresh: number;
  #sweep = 0;
  #firstPassDone: boolean;
  #resweptAtMs = Number.NEGATIVE_INFINITY;

  /** `position` is the store's newest when the sweep begins: all before it is swept, all after it is news. */
  constructor(kind: string, position: number) {
    this.#kind = kind;
    this.#fresh = position;
    this.#firstPassDone = position === 0;
  }

  async page(
    source: PageSource,
    limit: number,
    { nowMs, resweepMs }: { nowMs: number; resweepMs: number },
  ): Promise<OfferPage> {
    const here = { fresh: this.#fresh, sweep: this.#sweep, firstPassDone: this.#firstPassDone };
    if (source.gate.closed) return { refs: [], more: false, next: here, resweeps: false };
    const fresh = await this.#rows(source, here.fresh, limit, Number.POSITIVE_INFINITY);
    const room = limit - fresh.refs.length;
    const resweeps = here.firstPassDone && nowMs - this.#resweptAtMs >= resweepMs;
    if (room === 0 || !(resweeps || !here.firstPassDone)) {
      const more = !fresh.atEnd || !here.firstPassDone;
      return { refs: fresh.refs, more, next: { ...here, fresh: fresh.next }, resweeps: false };
    }
    const older = await this.#rows(source, here.sweep, room, here.fresh);
    const firstPassDone = here.firstPassDone || older.atEnd;
    return {
      refs: [...fresh.refs, ...older.refs],
      more: !fresh.atEnd || !firstPassDone,
      next: { fresh: fresh.next, sweep: older.atEnd ? 0 : older.next, firstPassDone },
      resweeps,
    };
  }

  /** The peer has seen the page. `deferredFrom`: the first position whose record it wanted and did not get. */
  confirm(page: OfferPage, nowMs: number, deferredFrom = Number.POSITIVE_INFINITY): void {
    if (page.resweeps) this.#resweptAtMs = nowMs;
    if (deferredFrom > this.#fresh) {
      this.#fresh = Math.max(this.#fresh, Math.min(page.next.fresh, deferredFrom - 1));
      this.#sweep = page.next.sweep;
      this.#firstPassDone ||= page.next.firstPassDone;
    } else {
      this.#sweep = deferredFrom - 1;
      // What was deferred lies before the watermark of news: another pass, without waiting for the cadence.
      this.#firstPassDone = false;
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
