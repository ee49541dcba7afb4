/**
 * What a round does with records: shows refs, asks which are missing, loads bodies, admits them. It works over the
 * contracts and what the plane remembers between rounds, and holds the round's claims.
 *
 * Two names for a record: its hash in rounds with Summaries, its record id in rounds that reconcile.
 */
import { type HashHex, hashHex, type KeyId, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { AdmitVerdict } from "../contracts/record.js";
import type { EffectResult, RecordIdResult } from "../contracts/session.js";
import type { StoredRecord } from "../contracts/store.js";
import type { Held } from "./byte-budget.js";
import type { PeerLink, ReplicationContext } from "./context.js";
import { type MessageCosts, recordBytesFor } from "./link-budget.js";
import { admittedRefs, advertisedBy, type OfferPage, type OfferPages } from "./offer-sweep.js";
import type { Claimant } from "./want-claims.js";

/** Bodies are read this many at a time, so that a Diff for everything does not load everything. */
const bodiesPerRead = 64;
const idBytes = 32;

export interface RoundRecordsOptions {
  readonly context: ReplicationContext;
  readonly peer: KeyId;
  readonly kind: KindToken;
  readonly sweep: OfferPages;
  readonly link: PeerLink | undefined;
  readonly costs: MessageCosts;
  readonly signal: AbortSignal;
}

type Result<Of> = Extract<EffectResult | RecordIdResult, { readonly effect: Of; readonly ok: true }>;

export class RoundRecords implements Claimant {
  readonly peer: KeyId;
  readonly #options: RoundRecordsOptions;
  readonly #claimed = new Map<HashHex, Uint8Array>();
  /** Bodies that were read for the peer and not sent yet, in order. */
  readonly #loaded: Held[] = [];
  #looked: Held | undefined;
  /** Frames whose records are being admitted, in order. */
  readonly #received: Held[] = [];
  /** Records asked for and not arrived: as many are no push. */
  #expected = 0;
  #page: OfferPage | undefined;
  /** Where the last `cursor_pull` of this round began. */
  #since: string | undefined;

  constructor(options: RoundRecordsOptions) {
    this.#options = options;
    this.peer = options.peer;
  }

  get costs(): MessageCosts {
    return this.#options.costs;
  }

  async readOffer(limit: number, subject: KeyId | undefined): Promise<Result<"readOffer">> {
    const { context, kind, sweep } = this.#options;
    const gate = await context.offerPolicy.gate(this.peer, kind);
    if (subject !== undefined) {
      const about = gate.closed ? [] : await context.aboutSubject.page(this.peer, kind, subject, limit);
      const refs = await admittedRefs({ store: context.store, gate }, kind, about);
      return { effect: "readOffer", ok: true, refs, more: false };
    }
    const pace = { nowMs: context.host.clock.monotonicMs(), resweepMs: context.resweepMs() };
    const page = await sweep.page({ store: context.store, gate: advertisedBy(gate) }, limit, pace);
    this.#page = page;
    return { effect: "readOffer", ok: true, refs: page.refs, more: page.more };
  }

  /** A Diff, even an empty one, says that our Summary has been read. */
  confirmPage(): void {
    if (this.#page) this.#options.sweep.confirm(this.#page, this.#options.context.host.clock.monotonicMs());
  }

  async filterMissing(hashes: readonly Uint8Array[], limit: number): Promise<Result<"filterMissing">> {
    const { context, kind } = this.#options;
    const held = await this.#heldOf(hashes, (wanted) => context.store.holds(kind, wanted));
    const backsOff = (hash: Uint8Array) => context.backoff.isBackingOff(kind, hash);
    return { effect: "filterMissing", ok: true, ...this.#claimMissing(hashes, held, backsOff, limit) };
  }

  async filterMissingIds(packed: Uint8Array, limit: number): Promise<Result<"filterMissingIds">> {
    const { context, kind, peer } = this.#options;
    const ids = idsOf(packed);
    const held = await this.#heldOf(ids, (wanted) => context.store.holdsRecordIds(kind, wanted));
    const backsOff = (id: Uint8Array) => context.idBackoff.isBackingOff(kind, id, peer);
    const { missing, ...rest } = this.#claimMissing(ids, held, backsOff, limit);
    return { effect: "filterMissingIds", ok: true, missing: packIds(missing), ...rest };
  }

  async loadBodies(hashes: readonly Uint8Array[], bytesMax: number): Promise<Result<"loadBodies">> {
    const { context, kind } = this.#options;
    const { bodies, used, isClosed } = await this.#holding(bytesMax, () =>
      this.#load(hashes.length, bytesMax, (from, to) => context.store.getMany(kind, hashes.slice(from, to))),
    );
    const deferred = isClosed ? [] : hashes.slice(used);
    if (this.#page) this.#options.sweep.settle(this.#page, hashes.slice(0, used), deferred);
    return { effect: "loadBodies", ok: true, bodies, deferred: deferred.length };
  }

  async loadBodiesById(packed: Uint8Array, bytesMax: number): Promise<Result<"loadBodiesById">> {
    const { context, kind } = this.#options;
    const count = packed.length / idBytes;
    // Ids are taken apart as they are read: a frame holds the first hundred of thousands.
    const read = (from: number, to: number) =>
      context.store.getManyByRecordId(kind, idsOf(packed.subarray(from * idBytes, to * idBytes)));
    const { bodies, used, isClosed } = await this.#holding(bytesMax, () => this.#load(count, bytesMax, read));
    return { effect: "loadBodiesById", ok: true, bodies, used: isClosed ? count : used };
  }

  async readCursor(delivered: readonly Uint8Array[] | undefined): Promise<Result<"readCursor">> {
    const { context, kind } = this.#options;
    this.#since =
      delivered === undefined || this.#since === undefined
        ? await context.byTime.firstSince(this.peer, kind)
        : context.byTime.nextSince(this.peer, kind, this.#since, delivered);
    return { effect: "readCursor", ok: true, since: this.#since };
  }

  async loadSince(since: string | undefined, bytesMax: number): Promise<Result<"loadSince">> {
    const { context, kind, link, costs } = this.#options;
    const gate = await context.offerPolicy.gate(this.peer, kind);
    const recordBytesMax = recordBytesFor(link, costs);
    const question = { peer: this.peer, kind, since, gate, bytesMax, recordBytesMax };
    const { bodies } = await this.#holding(bytesMax, async () => ({
      bodies: await context.byTime.answer(question),
    }));
    return { effect: "loadSince", ok: true, bodies };
  }

  /** The first of the bodies that were read are on their way, or never will be. */
  bodiesSent(): void {
    this.#loaded.shift()?.release();
  }

  async admit(records: readonly Uint8Array[]): Promise<Result<"admit">> {
    const { context, kind, signal } = this.#options;
    try {
      if (records.length === 0) return { effect: "admit", ok: true, verdicts: [] };
      const accepted = this.#withinBudget(records);
      const { mark } = context.lately;
      const verdicts = await context.admission.admit(kind, accepted, { peerKeyId: this.peer, signal });
      for (const verdict of verdicts) this.#remember(verdict, mark);
      return { effect: "admit", ok: true, verdicts };
    } finally {
      this.#received.shift()?.release();
    }
  }

  /** A frame of records is being looked at; `dealtWith` ends that. */
  looksAt(held: Held): void {
    this.#looked = held;
  }

  /** Its records are to be admitted, in their turn. */
  holdUntilAdmitted(): void {
    if (this.#looked) this.#received.push(this.#looked);
    this.#looked = undefined;
  }

  dealtWith(): void {
    this.#looked?.release();
    this.#looked = undefined;
  }

  /** Asked of this peer by id, and it brought nothing by that name: others may have it, this one is not asked for a while. */
  forgetIds(ids: readonly Uint8Array[]): void {
    const { context, kind, peer } = this.#options;
    for (const id of ids) context.idBackoff.refused(kind, id, { transient: true }, peer);
  }

  /** The round is over. `inVain`: it brought nothing at all. */
  release(inVain: boolean): void {
    const { context, kind } = this.#options;
    context.claims.release(this, kind, this.#claimed.values(), inVain);
    for (const held of [...this.#loaded.splice(0), ...this.#received.splice(0)]) held.release();
  }

  /** Room for bodies and for the frame that will hold them is taken before they are read. */
  async #holding<Loaded extends { readonly bodies: readonly Uint8Array[] }>(
    bytesMax: number,
    load: () => Promise<Loaded>,
  ): Promise<Loaded> {
    const { context, costs, signal } = this.#options;
    const held = await context.outgoing.take(this.peer, bytesMax * (1 + costs.bytesPerByteMax), signal);
    try {
      const loaded = await load();
      const bytes = loaded.bodies.reduce((sum, body) => sum + body.length, 0);
      held.resize(bytes * (1 + costs.bytesPerByteMax));
      if (signal.aborted) held.release();
      else this.#loaded.push(held);
      return loaded;
    } catch (error) {
      held.release();
      throw error;
    }
  }

  /** As many as were asked for, and of the others what the peer may push. */
  #withinBudget(records: readonly Uint8Array[]): readonly Uint8Array[] {
    const { context } = this.#options;
    // What is served by time is asked for without names.
    if (this.#since !== undefined) return records;
    const asked = Math.min(this.#expected, records.length);
    this.#expected -= asked;
    if (asked === records.length) return records;
    const pushed = context.pushes.take(this.peer, records.slice(asked));
    context.counters.recordsDropped += records.length - asked - pushed;
    return records.slice(0, asked + pushed);
  }

  async #heldOf(
    wanted: readonly Uint8Array[],
    holds: (wanted: readonly Uint8Array[]) => Promise<boolean[]>,
  ): Promise<boolean[] | undefined> {
    const { context, kind } = this.#options;
    return context.kinds.admitted(kind) && wanted.length > 0 ? holds(wanted) : undefined;
  }

  #claimMissing(
    wanted: readonly Uint8Array[],
    held: readonly boolean[] | undefined,
    backsOff: (id: Uint8Array) => boolean,
    limit: number,
  ): { missing: Uint8Array[]; beyondLimit: number; elsewhere: number } {
    const { context, kind } = this.#options;
    const missing: Uint8Array[] = [];
    let beyondLimit = 0;
    let elsewhere = 0;
    for (const [index, id] of (held ? wanted : []).entries()) {
      if (held?.[index] || backsOff(id)) continue;
      if (missing.length >= limit) beyondLimit++;
      else if (!context.claims.claim(this, kind, id)) elsewhere++;
      else missing.push(id);
    }
    for (const id of missing) this.#claimed.set(hashHex(id), id);
    this.#expected += missing.length;
    return { missing, beyondLimit, elsewhere };
  }

  /** The first of `count` records, as many as fit. */
  async #load(
    count: number,
    bytesMax: number,
    read: (from: number, to: number) => Promise<(StoredRecord | undefined)[]>,
  ): Promise<{ bodies: Uint8Array[]; used: number; isClosed: boolean }> {
    const { context, kind } = this.#options;
    const gate = await context.offerPolicy.gate(this.peer, kind);
    const bodies: Uint8Array[] = [];
    let bytes = 0;
    let used = 0;
    const fits = (record: StoredRecord) => bodies.length === 0 || bytes + record.bytes.length <= bytesMax;
    while (!gate.closed && used < count && bodies.length < limits.deliverRecordsAcceptedMax) {
      const records = await read(used, Math.min(count, used + bodiesPerRead));
      for (const record of records) {
        if (record && this.#mayServe(record) && gate.admits(record)) {
          if (!fits(record)) return { bodies, used, isClosed: false };
          bodies.push(record.bytes);
          bytes += record.bytes.length;
        }
        used++;
      }
    }
    return { bodies, used, isClosed: gate.closed };
  }

  #mayServe(record: StoredRecord): boolean {
    const { link, costs } = this.#options;
    return record.visibility === "federation" && record.bytes.length <= recordBytesFor(link, costs);
  }

  /** `mark`: what was admitted before the record was judged. */
  #remember(verdict: AdmitVerdict, mark: number): void {
    const { context, kind, peer } = this.#options;
    const { hash, recordId } = verdict;
    const refusal = verdict.status === "refused" ? verdict.refusal : undefined;
    const isLifted = refusal !== undefined && context.lately.hasComeSince(mark, refusal);
    const lasting = isLifted ? undefined : refusal;
    this.#arrived(hash);
    if (lasting) context.backoff.refused(kind, hash, lasting);
    else context.backoff.accepted(kind, hash);
    if (recordId !== undefined) {
      this.#arrived(recordId);
      if (lasting) context.idBackoff.refused(kind, recordId, lasting, peer);
      // Held in another form, so that its id may be asked for again and again.
      else if (verdict.status === "duplicate")
        context.idBackoff.refused(kind, recordId, { transient: true }, peer);
      else context.idBackoff.accepted(kind, recordId, peer);
    }
    if (verdict.status === "admitted") context.onAdmitted(verdict);
    if (isLifted) context.onLifted(kind);
  }

  #arrived(name: Uint8Array): void {
    this.#claimed.delete(hashHex(name));
    this.#options.context.claims.arrived(this.#options.kind, name);
  }
}

function idsOf(packed: Uint8Array): Uint8Array[] {
  return Array.from({ length: packed.length / idBytes }, (_, index) =>
    packed.subarray(index * idBytes, (index + 1) * idBytes),
  );
}

function packIds(ids: readonly Uint8Array[]): Uint8Array {
  const packed = new Uint8Array(ids.length * idBytes);
  for (const [index, id] of ids.entries()) packed.set(id, index * idBytes);
  return packed;
}
