/**
 * When rounds are opened (ciris-edge §5, DESIGN §9): every (peer, kind) once a cadence, at once where a
 * round ended knowing of missing records, and no more often than the way to a peer allows.
 *
 * - A tick belongs to a peer and makes all its kinds due together, keys first (`kindRank`). The first comes
 *   at once, spread by jitter; a kind still running when the tick comes skips it.
 * - Follow-ups and kicks run right after the round in flight and do not move the tick.
 * - No route: one back-off a peer, shared by its kinds, full jitter; it ends when the peer is heard, a probe
 *   succeeds or somebody asks for a round now. An unreachable or silent peer is probed by one kind a tick.
 *
 * - A peer that says when to come back (`Retry-After`) is left alone so long; what it refused is tried again then.
 *
 * A peer whose kinds are compared all at once (`comparison`) gets that instead at each tick; only the kinds it finds to differ
 * are due. Follow-ups and kicks of a kind run that kind.
 *
 * It knows nothing of frames: `run` is one round, from opening to report.
 */
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { SimulableHost, TimerHandle } from "../contracts/host.js";
import type { ComparisonReport } from "./heads.js";
import { kindRank } from "./kind-catalog.js";
import { type RoundReport, wantsFollowUp } from "./report.js";

export interface SchedulerOptions {
  readonly host: SimulableHost;
  readonly cadenceMs: number;
  /** Never rejects; ends as `cancelled` when the signal aborts. */
  readonly run: (peer: KeyId, kind: KindToken, signal: AbortSignal) => Promise<RoundReport>;
  readonly onReport: (report: RoundReport) => void;
  readonly comparison?: {
    /** Whether a peer's kinds are compared at once now. */
    readonly with: (peer: KeyId) => boolean;
    /** Never rejects; fails as `cancelled` when the signal aborts. `cadence` counts from 1. */
    readonly run: (
      peer: KeyId,
      kinds: readonly KindToken[],
      context: { readonly cadence: number; readonly signal: AbortSignal },
    ) => Promise<ComparisonReport>;
  };
}

/** All kinds of a lane at once. */
interface Comparison {
  state: "idle" | "due" | "running";
  kicked: boolean;
  abort: AbortController | undefined;
}

interface Task {
  readonly lane: Lane;
  readonly kind: KindToken;
  readonly rank: number;
  state: "idle" | "due" | "running";
  /** Of the lane, when it became due. */
  tick: number;
  /** Asked for again while it was running. */
  kicked: boolean;
  followUps: number;
  abort: AbortController | undefined;
}

/** All tasks of one peer. */
interface Lane {
  readonly peer: KeyId;
  readonly tasks: Map<KindToken, Task>;
  readonly comparison: Comparison;
  /** How many cadences have begun. */
  tick: number;
  timer: TimerHandle | undefined;
  /** `probing`: one kind tries the way, the others wait for its success. */
  way: "open" | "probing" | "backing_off";
  /** The window from which the next back-off is drawn; 0 when there is a route. */
  windowMs: number;
  reopenedAtMs: number;
  heardAtMs: number;
  /** No round is opened before; `pause` arms it. */
  pausedUntilMs: number;
  pauseTimer: TimerHandle | undefined;
}

/** Part of a cadence by which ticks are spread, so that peers which start together do not stay in phase. */
const jitterPart = 0.1;
const firstTickJitterMsMax = 1000;

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #lanes = new Map<KeyId, Lane>();
  /** Lanes that may have something to start, in turn. */
  readonly #ready = new Set<Lane>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** How many (peer, kind) are scheduled. */
  get count(): number {
    let count = 0;
    for (const lane of this.#lanes.values()) count += lane.tasks.size;
    return count;
  }

  has(peer: KeyId, kind: KindToken): boolean {
    return this.#lanes.get(peer)?.tasks.has(kind) ?? false;
  }

  kindsOf(peer: KeyId): KindToken[] {
    return [...(this.#lanes.get(peer)?.tasks.keys() ?? [])];
  }

  /** False when it is there already, or no more peers fit. */
  add(peer: KeyId, kind: KindToken): boolean {
    if (this.#stopped || this.has(peer, kind)) return false;
    const lane = this.#lanes.get(peer) ?? this.#openLane(peer);
    if (!lane) return false;
    const task: Task = {
      lane,
      kind,
      rank: kindRank(kind),
      state: "idle",
      tick: 0,
      kicked: false,
      followUps: 0,
      abort: undefined,
    };
    lane.tasks.set(kind, task);
    return true;
  }

  /** Ends its round, if one runs. */
  remove(peer: KeyId, kind: KindToken): boolean {
    const lane = this.#lanes.get(peer);
    const task = lane?.tasks.get(kind);
    if (!lane || !task) return false;
    lane.tasks.delete(kind);
    task.abort?.abort();
    if (lane.tasks.size === 0) {
      lane.comparison.abort?.abort();
      cancelTimers(lane);
      this.#lanes.delete(peer);
      this.#ready.delete(lane);
    }
    return true;
  }

  /** A round as soon as possible, after the one in flight if there is one: of all, of a peer, of a kind, or of both. */
  roundNow(peer?: KeyId, kind?: KindToken): void {
    for (const lane of peer === undefined ? this.#lanes.values() : [this.#lanes.get(peer)]) {
      if (!lane) continue;
      if (lane.way === "backing_off") lane.way = "probing";
      if (kind === undefined && this.#compares(lane)) this.#kick(lane, lane.comparison);
      else
        for (const task of lane.tasks.values())
          if (kind === undefined || task.kind === kind) this.#kick(lane, task);
    }
    this.#pump();
  }

  /**
   * The peer was heard: there may be a way, whatever the last rounds came to. Believed once a cadence, since
   * a peer that dials us need not be one that we can dial.
   */
  heard(peer: KeyId): void {
    const lane = this.#lanes.get(peer);
    if (!lane) return;
    const nowMs = this.#options.host.clock.monotonicMs();
    lane.heardAtMs = nowMs;
    if (lane.way === "open") return;
    if (nowMs - lane.reopenedAtMs >= this.#options.cadenceMs) this.#reopen(lane);
  }

  /** The peer asked not to be spoken to for so long, in an answer to whichever of our frames. */
  pause(peer: KeyId, ms: number): void {
    const lane = this.#lanes.get(peer);
    if (!lane) return;
    const waitMs = Math.max(ms, limits.retryAfterMsMin);
    const untilMs = this.#options.host.clock.monotonicMs() + waitMs;
    if (untilMs <= lane.pausedUntilMs) return;
    lane.pausedUntilMs = untilMs;
    lane.pauseTimer?.cancel();
    lane.pauseTimer = this.#options.host.timers.after(waitMs, () => {
      this.#ready.add(lane);
      this.#pump();
    });
  }

  /** Cancels every round and resolves when the last has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const lane of this.#lanes.values()) {
      cancelTimers(lane);
      lane.comparison.abort?.abort();
      for (const task of lane.tasks.values()) task.abort?.abort();
    }
    this.#lanes.clear();
    this.#ready.clear();
    await Promise.all(this.#running);
  }

  #openLane(peer: KeyId): Lane | undefined {
    if (this.#lanes.size >= limits.peersMax) return undefined;
    const lane: Lane = {
      peer,
      tasks: new Map(),
      comparison: { state: "idle", kicked: false, abort: undefined },
      tick: 0,
      timer: undefined,
      way: "open",
      windowMs: 0,
      reopenedAtMs: Number.NEGATIVE_INFINITY,
      heardAtMs: this.#options.host.clock.monotonicMs(),
      pausedUntilMs: Number.NEGATIVE_INFINITY,
      pauseTimer: undefined,
    };
    this.#lanes.set(peer, lane);
    const spreadMs = Math.min(firstTickJitterMsMax, this.#options.cadenceMs * jitterPart);
    this.#armTick(lane, this.#random() * spreadMs);
    return lane;
  }

  #armTick(lane: Lane, delayMs: number): void {
    lane.timer?.cancel();
    lane.timer = this.#options.host.timers.after(delayMs, () => this.#tick(lane));
  }

  #tick(lane: Lane): void {
    if (lane.way === "backing_off") lane.way = "probing";
    lane.tick++;
    for (const task of lane.tasks.values()) task.followUps = 0;
    this.#makeAllDue(lane);
    // From now and not from when it was due: ticks that were missed are skipped.
    this.#armTick(lane, this.#options.cadenceMs * (1 + jitterPart * (this.#random() - 0.5)));
    this.#ready.add(lane);
    this.#pump();
  }

  #compares(lane: Lane): boolean {
    return this.#options.comparison?.with(lane.peer) ?? false;
  }

  #makeAllDue(lane: Lane, but?: Task): void {
    if (this.#compares(lane)) {
      if (lane.comparison.state === "idle") lane.comparison.state = "due";
    } else for (const task of lane.tasks.values()) if (task.state === "idle" && task !== but) makeDue(task);
  }

  #kick(lane: Lane, what: Task | Comparison): void {
    if (what.state === "running") what.kicked = true;
    else if ("lane" in what) makeDue(what);
    else what.state = "due";
    this.#ready.add(lane);
  }

  /** Starts what may start, one round a lane and turn, so that no peer waits for another's backlog. */
  #pump(): void {
    let started = true;
    while (started && !this.#stopped) {
      started = false;
      for (const lane of [...this.#ready]) {
        if (this.#running.size >= limits.roundsConcurrentMax) return;
        const paused = lane.pausedUntilMs > this.#options.host.clock.monotonicMs();
        const next = paused ? undefined : nextOf(lane);
        if (!next) this.#ready.delete(lane);
        else {
          if (next === lane.comparison) this.#compare(lane);
          else this.#start(next as Task);
          started = true;
        }
      }
    }
  }

  #start(task: Task): void {
    task.state = "running";
    task.abort = new AbortController();
    const running = this.#options.run(task.lane.peer, task.kind, task.abort.signal).then((report) => {
      this.#running.delete(running);
      task.abort = undefined;
      task.state = "idle";
      this.#options.onReport(report);
      if (this.#stopped) return;
      if (task.lane.tasks.get(task.kind) === task) this.#ended(task, report);
      this.#pump();
    });
    this.#running.add(running);
  }

  #compare(lane: Lane): void {
    const { comparison } = lane;
    comparison.state = "running";
    comparison.abort = new AbortController();
    const kinds = [...lane.tasks.keys()];
    const running = this.#options
      .comparison!.run(lane.peer, kinds, { cadence: lane.tick, signal: comparison.abort.signal })
      .then((report) => {
        this.#running.delete(running);
        comparison.abort = undefined;
        comparison.state = "idle";
        for (const equal of report.equal) this.#options.onReport(equal);
        if (this.#stopped) return;
        if (this.#lanes.get(lane.peer) === lane) this.#compared(lane, report);
        this.#pump();
      });
    this.#running.add(running);
  }

  #compared(lane: Lane, { due, failure, bytesSent, retryAfterMs }: ComparisonReport): void {
    const { comparison } = lane;
    this.#ready.add(lane);
    if (bytesSent > 0 && failure === undefined && lane.way !== "open") this.#openWay(lane);
    for (const kind of due) {
      const task = lane.tasks.get(kind);
      if (task?.state === "idle") makeDue(task);
    }
    // A peer that is there and does not know the question may know rounds.
    if (failure?.outcome === "timedOut")
      for (const task of lane.tasks.values()) if (task.state === "idle") makeDue(task);
    if (failure) this.#failed(lane, failure);
    if (comparison.kicked || retryAfterMs !== undefined) comparison.state = "due";
    comparison.kicked = false;
  }

  #failed(lane: Lane, { outcome, code }: Pick<RoundReport, "outcome" | "code">): boolean {
    if (outcome === "error" && code === "no_route_to_peer") this.#backOff(lane);
    else if (outcome === "error" && code === "transport_unreachable") this.#probeOnly(lane);
    else if (outcome === "timedOut") this.#probeIfSilent(lane);
    else return false;
    return true;
  }

  #ended(task: Task, report: RoundReport): void {
    const { lane } = task;
    this.#ready.add(lane);
    const failed = this.#failed(lane, report);
    if (!failed && report.bytesSent > 0 && lane.way !== "open") this.#reopen(lane, task);
    const follows =
      (wantsFollowUp(report) || report.retryAfterMs !== undefined) &&
      ++task.followUps <= limits.followUpRoundsMax;
    if (task.kicked || follows) makeDue(task);
    task.kicked = false;
  }

  /** Full jitter: uniform in [0, window], and the window doubles. */
  #backOff(lane: Lane): void {
    this.#clearDue(lane);
    const { noRouteBackoffMsMin, noRouteBackoffMsMax } = limits;
    lane.windowMs =
      lane.windowMs === 0 ? noRouteBackoffMsMin : Math.min(2 * lane.windowMs, noRouteBackoffMsMax);
    lane.way = "backing_off";
    this.#armTick(lane, this.#random() * lane.windowMs);
  }

  #probeOnly(lane: Lane): void {
    this.#clearDue(lane);
    if (lane.way === "open") lane.way = "probing";
  }

  /** A peer that answers no kind at all holds up to four rounds in flight for nothing; one is enough to hear it again. */
  #probeIfSilent(lane: Lane): void {
    const silentMs = this.#options.host.clock.monotonicMs() - lane.heardAtMs;
    if (silentMs > this.#options.cadenceMs + 2 * limits.roundWaitMs) this.#probeOnly(lane);
  }

  #clearDue(lane: Lane): void {
    for (const task of lane.tasks.values()) {
      if (task.state === "due") task.state = "idle";
      task.kicked = false;
    }
    if (lane.comparison.state === "due") lane.comparison.state = "idle";
    lane.comparison.kicked = false;
  }

  #openWay(lane: Lane): void {
    lane.way = "open";
    lane.windowMs = 0;
    lane.reopenedAtMs = this.#options.host.clock.monotonicMs();
    this.#armTick(lane, this.#options.cadenceMs);
  }

  /** The way is open again: what waited for it is due now. */
  #reopen(lane: Lane, probe?: Task): void {
    this.#openWay(lane);
    this.#makeAllDue(lane, probe);
    this.#ready.add(lane);
    // Not from within the routing of the frame that told us.
    queueMicrotask(() => this.#pump());
  }

  #random(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#options.host.random.bytes(4);
    return (a * 0x100_0000 + b * 0x1_0000 + c * 0x100 + d) / 0x1_0000_0000;
  }
}

function cancelTimers(lane: Lane): void {
  lane.timer?.cancel();
  lane.pauseTimer?.cancel();
}

function makeDue(task: Task): void {
  if (task.state !== "due") task.tick = task.lane.tick;
  task.state = "due";
}

/** The comparison before all tasks, unless the lane has enough in flight. */
function nextOf(lane: Lane): Task | Comparison | undefined {
  const { comparison } = lane;
  if (comparison.state !== "due" || lane.way === "backing_off") return nextTask(lane);
  return runningIn(lane) < inFlightMaxOf(lane) ? comparison : undefined;
}

function runningIn({ tasks, comparison }: Lane): number {
  let running = comparison.state === "running" ? 1 : 0;
  for (const task of tasks.values()) if (task.state === "running") running++;
  return running;
}

function inFlightMaxOf({ way }: Lane): number {
  return way === "probing" ? 1 : limits.roundsPerPeerMax;
}

/**
 * The due task of the lowest rank, unless a lower rank is still running or the lane has enough in flight. What
 * an earlier tick made due comes first whatever its rank: rounds that take longer than the cadence would
 * otherwise let the lowest ranks come round again and again, and the last one never.
 */
function nextTask(lane: Lane): Task | undefined {
  if (lane.way === "backing_off") return undefined;
  let next: Task | undefined;
  let lowestRunning = Number.POSITIVE_INFINITY;
  for (const task of lane.tasks.values()) {
    if (task.state === "running") lowestRunning = Math.min(lowestRunning, task.rank);
    else if (task.state === "due" && (next === undefined || comesBefore(task, next))) next = task;
  }
  if (!next || runningIn(lane) >= inFlightMaxOf(lane) || lowestRunning < next.rank) return undefined;
  return next;
}

function comesBefore(a: Task, b: Task): boolean {
  return a.tick < b.tick || (a.tick === b.tick && a.rank < b.rank);
}
