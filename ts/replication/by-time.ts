/**
 * Kinds that are served by time (`cursor_pull`, ciris-edge §2.1): what to answer, and where to ask from.
 *
 * An answer holds the oldest first and never parts records of one millisecond while they fit a frame, so that
 * whoever asks on from the newest of it misses none. Who names no `since`, as stock peers do, gets the next
 * page each time, and the first again behind the last.
 *
 * We ask from the newest record that we hold, on until nothing comes. From the beginning at first and every
 * `cursorSweepRounds`: a record older than our newest may have reached the peer after we last asked.
 */
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { OfferGate } from "../contracts/offer-policy.js";
import type { RecordRef, Store, StoredRecord } from "../contracts/store.js";
import { lastTimeTag, parseTime, timeTag } from "../records/index.js";
import type { KindCatalog } from "./kind-catalog.js";
import { Rotation } from "./rotation.js";

/** Bodies are read this many at a time. */
const recordsPerRead = 16;
const beginning = "1970-01-01T00:00:00Z";

/** A place in the order of time; positions tell records of one millisecond apart. */
type TimePlace = Pick<RecordRef, "seq" | "position">;

/** Whom the answers are for. */
export interface TimeQuestion {
  readonly peer: KeyId;
  readonly kind: KindToken;
  readonly since: string | undefined;
  readonly gate: OfferGate;
  readonly bytesMax: number;
  /** A frame to the peer holds no more. */
  readonly recordBytesMax: number;
}

interface Walk {
  /** Rounds since the last that began at the beginning. */
  rounds: number;
  /** How far a sweep from the beginning has come; undefined when none is under way. */
  sweptTo: string | undefined;
}

export interface ByTimeParts {
  readonly store: Pick<Store, "tagPage" | "getMany">;
  readonly kinds: Pick<KindCatalog, "timeOf">;
}

export class ByTime {
  readonly #parts: ByTimeParts;
  readonly #answered = new Rotation<TimePlace>();
  readonly #walks = new Map<string, Walk>();

  constructor(parts: ByTimeParts) {
    this.#parts = parts;
  }

  /** Records later than `since`, the oldest first. */
  async answer(question: TimeQuestion): Promise<Uint8Array[]> {
    const { peer, kind, since, gate } = question;
    if (gate.closed) return [];
    const asker = askerOf(peer, kind);
    const isFollowed = since !== undefined && parseTime(since) !== undefined;
    const from = isFollowed ? undefined : this.#answered.placeOf(asker);
    const page = await this.#page(question, from);
    // Behind the last page comes the first.
    const { bodies, end } = page.bodies.length === 0 && from ? await this.#page(question, undefined) : page;
    if (!isFollowed) this.#answered.moved(asker, end);
    return bodies;
  }

  /** Where the first `cursor_pull` of a round begins. */
  async firstSince(peer: KeyId, kind: KindToken): Promise<string> {
    const walk = this.#walkOf(peer, kind);
    if (walk.sweptTo === undefined && walk.rounds++ % limits.cursorSweepRounds !== 0)
      return (await this.#newestHeld(kind)) ?? beginning;
    walk.sweptTo ??= beginning;
    return walk.sweptTo;
  }

  /** Where the next one begins; undefined where the Deliver brought nothing later. */
  nextSince(
    peer: KeyId,
    kind: KindToken,
    since: string,
    delivered: readonly Uint8Array[],
  ): string | undefined {
    const walk = this.#walkOf(peer, kind);
    let latest = since;
    for (const record of delivered) {
      const time = this.#parts.kinds.timeOf(kind, record);
      if (time !== undefined && isLater(time, latest)) latest = time;
    }
    if (latest === since) walk.sweptTo = undefined;
    else if (walk.sweptTo !== undefined) walk.sweptTo = latest;
    return latest === since ? undefined : latest;
  }

  async #page(
    { kind, since, gate, bytesMax, recordBytesMax }: TimeQuestion,
    from: TimePlace | undefined,
  ): Promise<{ bodies: Uint8Array[]; end: TimePlace | undefined }> {
    const sinceMs = since === undefined ? undefined : floorMs(since);
    const bodies: Uint8Array[] = [];
    let bytes = 0;
    let place = from ?? { seq: sinceMs ?? 0, position: 0 };
    for (;;) {
      const refs = await this.#refs(kind, place);
      const records = await this.#parts.store.getMany(
        kind,
        refs.map(({ hash }) => hash),
      );
      for (const [index, ref] of refs.entries()) {
        const record = records[index];
        if (record && record.bytes.length <= recordBytesMax && gate.admits(record)) {
          if (sinceMs === undefined || timeOf(ref) > sinceMs || this.#isLater(record, since!)) {
            const budget = timeOf(ref) === timeOf(place) ? recordBytesMax : bytesMax;
            if (bodies.length > 0 && bytes + record.bytes.length > budget) return { bodies, end: place };
            bodies.push(record.bytes);
            bytes += record.bytes.length;
          }
        }
        place = ref;
      }
      if (refs.length < recordsPerRead) return { bodies, end: undefined };
    }
  }

  #refs(kind: KindToken, { seq, position }: TimePlace): Promise<RecordRef[]> {
    const page = { tag: timeTag(seq), through: lastTimeTag, after: position, limit: recordsPerRead };
    return this.#parts.store.tagPage(kind, page);
  }

  /** Of records within the millisecond of `since`: by what they say themselves. */
  #isLater({ kind, bytes }: StoredRecord, since: string): boolean {
    const time = this.#parts.kinds.timeOf(kind, bytes);
    return time !== undefined && isLater(time, since);
  }

  async #newestHeld(kind: KindToken): Promise<string | undefined> {
    const last = { tag: timeTag(0), through: lastTimeTag, limit: 1, reverse: true } as const;
    const [ref] = await this.#parts.store.tagPage(kind, last);
    const [record] = ref ? await this.#parts.store.getMany(kind, [ref.hash]) : [];
    return record && this.#parts.kinds.timeOf(kind, record.bytes);
  }

  #walkOf(peer: KeyId, kind: KindToken): Walk {
    const name = askerOf(peer, kind);
    const walk = this.#walks.get(name) ?? { rounds: 0, sweptTo: undefined };
    this.#walks.delete(name);
    this.#walks.set(name, walk);
    if (this.#walks.size > limits.peersMax) this.#walks.delete(this.#walks.keys().next().value!);
    return walk;
  }
}

/** As tags have it: earlier times count as 1970. */
function timeOf({ seq }: TimePlace): number {
  return Math.max(0, seq);
}

function floorMs(time: string): number | undefined {
  const instant = parseTime(time);
  return instant && Math.max(0, Number(instant.nanoseconds / 1_000_000n));
}

function isLater(time: string, than: string): boolean {
  const [a, b] = [parseTime(time), parseTime(than)];
  return a !== undefined && b !== undefined && a.nanoseconds > b.nanoseconds;
}

function askerOf(peer: KeyId, kind: KindToken): string {
  return `${kind} ${peer}`;
}
