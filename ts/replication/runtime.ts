/**
 * The running plane: registry, scheduler and what they share, behind one object that a node wires to its
 * transports, store and trust.
 *
 * ```ts
 * import { createKindCatalog, createReplication, openOfferPolicy, receiveVerdict } from "waxwing/replication";
 * import { createMemoryStore } from "waxwing/store";
 * import { createFakeHost } from "waxwing/testing";
 * const replication = await createReplication({
 *   selfKeyId: "me",
 *   kinds: createKindCatalog([{ token: "note" }]),
 *   store: createMemoryStore(),
 *   admission: { admit: async () => [] }, // waxwing/trust has the real one
 *   offerPolicy: openOfferPolicy(),
 *   host: createFakeHost().host,
 *   send: async () => ({ status: "queued" }),
 * });
 * const handle = replication.start(["you"], { cadenceSeconds: 30 });
 * const frame = { bytes: new Uint8Array(3), transport: "memory" as const, peerKeyId: "you" };
 * console.log(handle.registeredCount, receiveVerdict(replication.deliverInbound(frame))); // 1 accepted
 * await replication.close();
 * ```
 */
import { checkOptions, checkString } from "../base/check.js";
import { type ErrorCode, WaxwingError } from "../base/errors.js";
import { EventSource, type EventStream } from "../base/events.js";
import { type KeyId, type KindToken, shortId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { TimerHandle } from "../contracts/host.js";
import type { Admitted, AdmitVerdict } from "../contracts/record.js";
import type { InboundFrame, ReceiveVerdict } from "../contracts/transport.js";
import { AboutSubject } from "./about-subject.js";
import { ByTime } from "./by-time.js";
import { ByteBudget } from "./byte-budget.js";
import {
  countReport,
  createCounters,
  type ReplicationContext,
  type ReplicationCounters,
  type ReplicationHoldings,
  type ReplicationOptions,
} from "./context.js";
import { FairAdmission } from "./fair-admission.js";
import { type ComparisonReport, compareHeads } from "./heads.js";
import { LatelyAdmitted } from "./lately-admitted.js";
import { PeerFraming } from "./peer-framing.js";
import { PullDesk, type PullReport, pullFromAll } from "./pull-desk.js";
import { PushBudget } from "./push-budget.js";
import { RefusalBackoff } from "./refusal-backoff.js";
import { Registry, type RouteOutcome } from "./registry.js";
import { ReplacedForms } from "./replaced-forms.js";
import { type RoundReport, wantsFollowUp } from "./report.js";
import { Scheduler } from "./scheduler.js";
import { WantClaims } from "./want-claims.js";

/** How a round ended. `refused`: the peer's door did not take our frame. */
export type RoundEvent =
  | { readonly type: "completed" | "timedOut"; readonly report: RoundReport }
  | {
      readonly type: "refused" | "error";
      readonly report: RoundReport;
      readonly code: ErrorCode | undefined;
      readonly message: string;
    };

export interface ReplicationPeer {
  readonly keyId: KeyId;
  /** Kinds replicated with this peer; by default all that are admitted. */
  readonly kinds?: readonly KindToken[];
}

export interface StartOptions {
  /** Time between rounds when nothing is missing; fractions allowed. */
  readonly cadenceSeconds?: number;
}

/** The initiating side while it runs. */
export interface ReplicationHandle {
  /** How many (peer, kind) rounds are opened for. */
  readonly registeredCount: number;
  readonly events: EventStream<RoundEvent>;
  /** Without a kind: every kind that is replicated by default. False when it was registered already. */
  registerPeer(peer: KeyId, kind?: KindToken): boolean;
  removePeer(peer: KeyId, kind?: KindToken): boolean;
  /** Exactly these kinds from now on with every peer; adds before it removes. */
  setKinds(kinds: readonly KindToken[]): void;
  /** Asks a peer for everything about a key, ourselves by default, of the kinds that answer that. Never rejects. */
  pull(peer: KeyId, subject?: KeyId): Promise<PullReport>;
  /** The same of every peer that rounds are opened with. */
  pullSubject(subject?: KeyId): Promise<PullReport[]>;
  /** Opens rounds at once: all, those with a peer, or those of a kind. */
  roundNow(peer?: KeyId, kind?: KindToken): void;
  /** Idempotent. Resolves when no round that it opened is in flight. */
  stop(): Promise<void>;
}

export interface Replication {
  readonly counters: ReplicationCounters;
  readonly events: EventStream<RoundEvent>;
  /** What is in memory now; walks over all streams. */
  holdings(): ReplicationHoldings;
  /** Takes a frame that a transport received. Never waits, never throws on peer bytes, never answers the peer. */
  deliverInbound(frame: InboundFrame): RouteOutcome;
  /** Bytes of that peer are arriving, though no whole frame yet: its rounds go on waiting. */
  noteActivity(peer: KeyId): void;
  /** As `ReplicationHandle.pull`, of any peer. */
  pull(peer: KeyId, subject?: KeyId): Promise<PullReport>;
  start(peers: readonly (KeyId | ReplicationPeer)[], options?: StartOptions): ReplicationHandle;
  /**
   * Asks a peer for its signed state heads of these kinds; it leaves out what it does not reconcile with us. Nothing is verified.
   * Rejects with what kept the peer from answering, e.g. `round_timed_out` where it is no Waxwing node.
   */
  requestStateHeads(
    peer: KeyId,
    kinds: readonly KindToken[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<readonly Uint8Array[]>;
  /** Something of this kind was stored here: offer it soon, instead of at the next tick. */
  hint(kind: KindToken): void;
  /** That key verifies from now on: what was refused for want of it is asked for again. */
  keyAdmitted(keyId: KeyId): void;
  /** The same for a record that was stored here, and for the key that it brought. */
  admitted(verdict: Admitted): void;
  /** Stops opening and answering. Idempotent. */
  close(): Promise<void>;
}

export async function createReplication(options: ReplicationOptions): Promise<Replication> {
  const { lastPosition } = await options.store.stats();
  return new Runtime(options, lastPosition);
}

/** What a transport's receiver answers for an outcome. */
export function receiveVerdict(outcome: RouteOutcome): ReceiveVerdict {
  if (outcome.outcome === "back_pressure" || outcome.outcome === "held_back") return "busy";
  return outcome.outcome === "stopped" ? "closed" : "accepted";
}

class Runtime implements Replication {
  readonly counters = createCounters();
  readonly #events = new EventSource<RoundEvent>(limits.eventQueueMax);
  readonly #context: ReplicationContext;
  readonly #registry: Registry;
  readonly #bootstrap: { kind: KindToken; records: readonly Uint8Array[] }[] = [];
  #bootstrapping: Promise<void> | undefined;
  readonly #hinted = new Map<KindToken, TimerHandle>();
  readonly #pulls: PullDesk;
  #cadenceMs = limits.cadenceMsDefault;
  #running: Handle | undefined;
  #closed = false;

  constructor(options: ReplicationOptions, position: number) {
    const nowMs = () => options.host.clock.monotonicMs();
    this.#context = {
      ...options,
      admission: new FairAdmission(options.admission),
      backoff: new RefusalBackoff(nowMs),
      idBackoff: new RefusalBackoff(nowMs, limits.refusalBackoffIdsMax),
      lately: new LatelyAdmitted(),
      claims: new WantClaims(nowMs),
      forms: new ReplacedForms(),
      framing: new PeerFraming((peer) => options.peerFraming?.(peer), nowMs),
      counters: this.counters,
      outgoing: new ByteBudget({
        bytesMax: limits.outgoingBytesMax,
        bytesPerPeerMax: limits.outgoingBytesPerPeerMax,
      }),
      incoming: new ByteBudget({
        bytesMax: limits.incomingBytesMax,
        bytesPerPeerMax: limits.incomingBytesPerPeerMax,
      }),
      pushes: new PushBudget(nowMs),
      byTime: new ByTime(options),
      aboutSubject: new AboutSubject(options.store),
      onAdmitted: (verdict) => this.admitted(verdict),
      onLifted: (kind) => this.hint(kind),
      resweepMs: () => this.#cadenceMs,
    };
    const hooks = {
      onReport: (report: RoundReport) => this.#responderReport(report),
      onBootstrap: (kind: KindToken, records: readonly Uint8Array[]) => this.#takeBootstrap(kind, records),
      onHeard: (peer: KeyId) => this.#running?.scheduler.heard(peer),
    };
    this.#registry = new Registry(this.#context, hooks, position);
    this.#pulls = new PullDesk({
      kinds: options.kinds,
      run: (peer, kind, subject, signal) => this.#registry.pull(peer, kind, subject, signal),
      onReport: (report) => this.#report(report),
    });
  }

  get events(): EventStream<RoundEvent> {
    return this.#events;
  }

  holdings(): ReplicationHoldings {
    const { claims, backoff, idBackoff, outgoing, incoming } = this.#context;
    return {
      ...this.#registry.holdings(),
      claims: claims.size,
      claimsHeld: claims.held,
      outgoingBytes: outgoing.bytes,
      incomingBytes: incoming.bytes,
      refusals: backoff.size + idBackoff.size,
    };
  }

  deliverInbound(frame: InboundFrame): RouteOutcome {
    const outcome: RouteOutcome = this.#closed ? { outcome: "stopped" } : this.#registry.route(frame);
    this.counters.bytesReceived += frame.bytes.length;
    this.counters.frames[outcome.outcome] = (this.counters.frames[outcome.outcome] ?? 0) + 1;
    return outcome;
  }

  noteActivity(peer: KeyId): void {
    this.#registry.noteActivity(peer);
  }

  start(peers: readonly (KeyId | ReplicationPeer)[], options: StartOptions = {}): ReplicationHandle {
    const { cadenceSeconds } = options;
    checkOptions(options, "start options", ["cadenceSeconds"]);
    if (this.#closed) throw new TypeError("start: expected open replication, got closed");
    if (this.#running) throw new TypeError("start: expected stopped replication, got a running one");
    this.#cadenceMs = cadenceMsOf(cadenceSeconds);
    const scheduler = new Scheduler({
      host: this.#context.host,
      cadenceMs: this.#cadenceMs,
      run: (peer, kind, signal) => this.#runRound(peer, kind, signal),
      onReport: (report) => this.#report(report),
      comparison: {
        with: (peer) => this.#comparesWith(peer),
        run: (peer, kinds, { cadence, signal }) => this.#compare(peer, kinds, cadence, signal),
      },
    });
    const { kinds: catalog } = this.#context;
    const kinds = catalog.tokens().filter((kind) => catalog.admitted(kind) && !catalog.onlyByName(kind));
    const onStop = () => {
      if (this.#running === handle) this.#running = undefined;
    };
    const handle = new Handle(
      (peer, subject) => this.pull(peer, subject),
      scheduler,
      this.#registry,
      this.#events,
      this.#context.selfKeyId,
      kinds,
      onStop,
    );
    this.#running = handle;
    for (const peer of peers) handle.addPeer(typeof peer === "string" ? { keyId: peer } : peer);
    return handle;
  }

  /** What a set of ids does not tell is shown when the sets have been compared. */
  async #runRound(peer: KeyId, kind: KindToken, signal: AbortSignal): Promise<RoundReport> {
    const initiator = this.#registry.initiator(peer, kind);
    const report = await initiator.runRound(signal);
    let last = report;
    for (let rounds = 0; rounds < limits.followUpRoundsMax && !signal.aborted; rounds++) {
      if (last.outcome !== "completed" || report.way === "summary" || !initiator.hasForms) break;
      last = await initiator.runRound(signal, { type: "forms" });
      this.#report(last);
    }
    return report;
  }

  async #compare(
    peer: KeyId,
    kinds: readonly KindToken[],
    cadence: number,
    signal: AbortSignal,
  ): Promise<ComparisonReport> {
    const report = await compareHeads(this.#context, this.#registry.exchange, peer, kinds, signal);
    const isCursorsTurn = cadence % limits.cursorHeadCadences === 1;
    const hasMore = (kind: KindToken) =>
      this.#registry.hasForms(peer, kind) || (isCursorsTurn && this.#context.kinds.cursorServed(kind));
    const more = report.equal.map(({ kind }) => kind).filter(hasMore);
    return more.length === 0 ? report : { ...report, due: [...report.due, ...more] };
  }

  #comparesWith(peer: KeyId): boolean {
    const { offeredSets, framing } = this.#context;
    return offeredSets !== undefined && framing.forPeer(peer) === "native" && framing.reconciles(peer);
  }

  async requestStateHeads(
    peer: KeyId,
    kinds: readonly KindToken[],
    { signal = new AbortController().signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<readonly Uint8Array[]> {
    const question = { type: "stateHeadRequest", kind: "", kinds } as const;
    const { answer, failure } = await this.#registry.exchange.ask(peer, question, signal);
    if (answer?.type === "stateHeads") return answer.statements;
    const { code = "round_timed_out", message = "" } = failure ?? {};
    throw new WaxwingError(code, `no state heads from ${shortId(peer)}: ${message || code}`);
  }

  hint(kind: KindToken): void {
    if (this.#closed || this.#hinted.has(kind)) return;
    const offer = () => {
      this.#hinted.delete(kind);
      this.#running?.roundNow(undefined, kind);
    };
    this.#hinted.set(kind, this.#context.host.timers.after(limits.hintDelayMs, offer));
  }

  async pull(peer: KeyId, subject: KeyId = this.#context.selfKeyId): Promise<PullReport> {
    checkString(peer, "peer");
    checkString(subject, "subject");
    if (this.#closed) throw new TypeError("pull: expected open replication, got closed");
    return this.#pulls.pull(peer, subject);
  }

  admitted({ kind, hash, naturalKey, admittedKey, replaced }: Admitted): void {
    if (replaced) this.#context.forms.add(kind, hash);
    if (admittedKey !== undefined) this.keyAdmitted(admittedKey);
    if (naturalKey === undefined) return;
    const { backoff, idBackoff, lately } = this.#context;
    lately.recordAdmitted(kind, naturalKey);
    const lifted = [
      ...backoff.recordAdmitted(kind, naturalKey),
      ...idBackoff.recordAdmitted(kind, naturalKey),
    ];
    for (const waiting of new Set(lifted)) this.hint(waiting);
  }

  keyAdmitted(keyId: KeyId): void {
    const { backoff, idBackoff, lately } = this.#context;
    lately.keyAdmitted(keyId);
    for (const kind of new Set([...backoff.keyAdmitted(keyId), ...idBackoff.keyAdmitted(keyId)]))
      this.hint(kind);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#bootstrap.length = 0;
    for (const timer of this.#hinted.values()) timer.cancel();
    this.#hinted.clear();
    await this.#pulls.close();
    await this.#running?.stop();
    await this.#registry.close();
    await this.#bootstrapping;
    this.#events.close();
  }

  #report(report: RoundReport): void {
    countReport(this.counters, report);
    if (report.retryAfterMs !== undefined) this.#running?.scheduler.pause(report.peer, report.retryAfterMs);
    const event = eventOf(report);
    if (event) this.#events.emit(event);
  }

  #responderReport(report: RoundReport): void {
    this.#report(report);
    // What the peer's round left us missing, ours can fetch at once.
    const { askAgain } = report;
    if (askAgain > 0 && wantsFollowUp(report)) this.#running?.followUp(report.peer, report.kind);
  }

  /** One Deliver after the other, eight waiting at most: nobody has proven anything yet. */
  #takeBootstrap(kind: KindToken, records: readonly Uint8Array[]): boolean {
    if (this.#bootstrap.length >= limits.sessionInboxFrames) return false;
    this.#bootstrap.push({ kind, records });
    this.#bootstrapping ??= this.#admitBootstrap().finally(() => {
      this.#bootstrapping = undefined;
    });
    return true;
  }

  async #admitBootstrap(): Promise<void> {
    for (let next = this.#bootstrap.shift(); next; next = this.#bootstrap.shift()) {
      try {
        const verdicts = await this.#context.admission.admit(next.kind, next.records, { unprovenPeer: true });
        for (const verdict of verdicts) this.#countVerdict(verdict);
      } catch {
        // A store that cannot take it: the sender repeats itself, and there is nobody to tell.
      }
    }
  }

  #countVerdict(verdict: AdmitVerdict): void {
    if (verdict.status === "admitted") this.counters.recordsAdmitted++;
    else if (verdict.status === "duplicate") this.counters.recordsDuplicate++;
    else this.counters.recordsRefused++;
    if (verdict.status === "admitted") this.admitted(verdict);
  }
}

class Handle implements ReplicationHandle {
  readonly pull: ReplicationHandle["pull"];
  readonly scheduler: Scheduler;
  readonly events: EventStream<RoundEvent>;
  readonly #registry: Registry;
  readonly #selfKeyId: KeyId;
  readonly #onStop: () => void;
  #kinds: readonly KindToken[];
  readonly #peers = new Set<KeyId>();
  #stopping: Promise<void> | undefined;

  constructor(
    pull: ReplicationHandle["pull"],
    scheduler: Scheduler,
    registry: Registry,
    events: EventStream<RoundEvent>,
    selfKeyId: KeyId,
    kinds: readonly KindToken[],
    onStop: () => void,
  ) {
    this.pull = pull;
    this.scheduler = scheduler;
    this.events = events;
    this.#registry = registry;
    this.#selfKeyId = selfKeyId;
    this.#kinds = kinds;
    this.#onStop = onStop;
  }

  get registeredCount(): number {
    return this.scheduler.count;
  }

  registerPeer(peer: KeyId, kind?: KindToken): boolean {
    checkString(peer, "peer");
    return this.addPeer({ keyId: peer, ...(kind === undefined ? {} : { kinds: [kind] }) });
  }

  addPeer({ keyId, kinds = this.#kinds }: ReplicationPeer): boolean {
    // A node that lists itself among its peers, as shared configurations do, has nothing to ask itself.
    if (keyId === this.#selfKeyId) return false;
    let added = false;
    for (const kind of kinds) added = this.scheduler.add(keyId, kind) || added;
    if (added) this.#peers.add(keyId);
    return added;
  }

  removePeer(peer: KeyId, kind?: KindToken): boolean {
    let removed = false;
    for (const known of kind === undefined ? this.scheduler.kindsOf(peer) : [kind]) {
      if (!this.scheduler.remove(peer, known)) continue;
      this.#registry.removeInitiator(peer, known);
      removed = true;
    }
    if (this.scheduler.kindsOf(peer).length === 0) this.#peers.delete(peer);
    return removed;
  }

  setKinds(kinds: readonly KindToken[]): void {
    this.#kinds = [...kinds];
    for (const peer of [...this.#peers]) {
      this.addPeer({ keyId: peer, kinds });
      for (const kind of this.scheduler.kindsOf(peer)) {
        if (!kinds.includes(kind)) this.removePeer(peer, kind);
      }
    }
  }

  roundNow(peer?: KeyId, kind?: KindToken): void {
    this.scheduler.roundNow(peer, kind);
  }

  pullSubject(subject?: KeyId): Promise<PullReport[]> {
    return pullFromAll([...this.#peers], (peer) => this.pull(peer, subject));
  }

  followUp(peer: KeyId, kind: KindToken): void {
    if (this.scheduler.has(peer, kind)) this.scheduler.roundNow(peer, kind);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.scheduler.stop().then(this.#onStop);
    return this.#stopping;
  }
}

function cadenceMsOf(seconds: number | undefined): number {
  if (seconds === undefined) return limits.cadenceMsDefault;
  if (typeof seconds !== "number") throw new TypeError("cadenceSeconds: expected number");
  const ms = seconds * 1000;
  if (!Number.isFinite(ms) || ms < limits.cadenceMsMin) {
    throw new RangeError(`cadenceSeconds: expected at least ${limits.cadenceMsMin / 1000}, got ${seconds}`);
  }
  return ms;
}

/** Single messages and cancelled rounds are counted, and no news. */
function eventOf(report: RoundReport): RoundEvent | undefined {
  const { outcome, code, message = "" } = report;
  if (outcome === "completed" || outcome === "timedOut") return { type: outcome, report };
  if (outcome === "refused" || outcome === "error") return { type: outcome, report, code, message };
  return undefined;
}
