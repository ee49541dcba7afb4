/**
 * The end of a link test that measures: it reaches the other one, pings it one ping at a time, then keeps the
 * link full, and compares what both ends have counted. Every step ends by itself.
 */
import { setMaxListeners } from "node:events";
import { WaxwingError } from "../../base/index.js";
import type { InboundFrame, LinkProperties, ReceiveVerdict, SendOutcome } from "../../contracts/index.js";
import { startEnd, type TestEnd } from "./end.js";
import {
  countsBetween,
  decodeTestMessage,
  decodeWireCounts,
  encodeTestMessage,
  type TestMessageType,
  testHeadBytes,
  type WireCounts,
  wireCountsOf,
} from "./messages.js";

export interface TestPlan {
  readonly pings: number;
  readonly pingBytes: number;
  /** Pings begin within so many seconds, and so does the load after them. */
  readonly seconds: number;
  readonly frameBytes: number;
  /** How long the other end, and after it every answer, may take. */
  readonly waitSeconds: number;
}

export interface PingResult {
  readonly bytes: number;
  readonly sent: number;
  readonly answered: number;
  readonly lossPercent: number;
  /** Round trips of frames: encryption, acknowledgement and repetition included. Absent without any answer. */
  readonly minMs?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

export interface LoadResult {
  readonly frameBytes: number;
  readonly seconds: number;
  readonly framesDelivered: number;
  /** Given up: the link was lost, or the time was over. */
  readonly framesLost: number;
  /** Asked to come again later. */
  readonly framesRefused: number;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  /** On the wire in this direction, with framing, repetition and acknowledgements. */
  readonly wireBytesSent: number;
}

export interface WireResult {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** Of both directions, give or take those under way while counting; others on a shared wire are heard too. */
  readonly packetsLost: number;
  readonly packetsDamagedHere: number;
  readonly packetsDamagedThere: number;
}

export interface LinkTestResult {
  readonly peer: string;
  readonly type: string;
  readonly link: LinkProperties;
  /** Opening the link, and the first answer over it. */
  readonly connectMs: number;
  readonly ping: PingResult;
  readonly load: LoadResult;
  /** Absent when the other end could not be asked at the end. */
  readonly wire?: WireResult;
  readonly interrupted: boolean;
}

export interface TestProgress {
  /** `done` of 0 … 1. */
  step(step: "ping" | "load", done: number, note: string): void;
}

interface BothCounts {
  readonly here: WireCounts;
  readonly there: WireCounts;
}

/** Frames on their way at once where the wire's rate is not known: enough to fill a gigabit. */
const framesAtOnceMax = 64;
/** And bytes; on a wire whose rate is known, those of a second. */
const bytesAtOnceMax = 4 * 1024 * 1024;
/** What a refused frame waits when the peer does not say. */
const retryMs = 10;

export class TestDialler {
  readonly #end: TestEnd;
  readonly #plan: TestPlan;
  readonly #progress: TestProgress;
  readonly #awaited = new Map<number, { type: TestMessageType; take(rest: Uint8Array | undefined): void }>();
  readonly #loadEnd = new AbortController();
  #nextNumber = 1;
  #isInterrupted = false;

  constructor(end: TestEnd, plan: TestPlan, progress: TestProgress) {
    this.#end = end;
    this.#plan = plan;
    this.#progress = progress;
    // Every frame of the load under way listens.
    setMaxListeners(framesAtOnceMax, this.#loadEnd.signal);
  }

  /** Ends what is under way; `run` then gives what was measured so far, or throws if that is nothing. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#loadEnd.abort();
    for (const { take } of [...this.#awaited.values()]) take(undefined);
  }

  /** @throws {WaxwingError} `transport_timeout` when nobody answers; what opening the medium throws */
  async run(): Promise<LinkTestResult> {
    const { transport, listener } = this.#end;
    await startEnd(this.#end, (frame) => this.#receive(frame));
    const startMs = performance.now();
    const before = await this.#counts("ask");
    if (before === undefined) throw this.#nobody();
    const connectMs = performance.now() - startMs;
    const ping = await this.#ping();
    const load = await this.#load();
    const after = await this.#counts("ask-last");
    return {
      peer: listener,
      type: transport.id,
      link: transport.link,
      connectMs: rounded(connectMs),
      ping,
      load,
      ...(after === undefined ? {} : { wire: wireResult(before, after, this.#end.reliable) }),
      interrupted: this.#isInterrupted,
    };
  }

  #nobody(): WaxwingError {
    if (this.#isInterrupted) return new WaxwingError("canceled", "stopped before the other end had answered");
    const { waitSeconds } = this.#plan;
    return new WaxwingError(
      "transport_timeout",
      `nobody answered within ${waitSeconds} s: does waxwing link-test --listen run there, with the same settings and code?`,
      { detail: { waitSeconds } },
    );
  }

  #receive({ bytes, peerKeyId }: InboundFrame): ReceiveVerdict {
    const message = decodeTestMessage(bytes);
    if (message === undefined || peerKeyId !== this.#end.listener) return "accepted";
    const awaited = this.#awaited.get(message.number);
    if (awaited?.type === message.type) awaited.take(message.rest);
    return "accepted";
  }

  /** What the answer holds; undefined when none came. */
  #exchange(
    type: TestMessageType,
    answer: TestMessageType,
    rest: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    if (this.#isInterrupted) return Promise.resolve(undefined);
    const number = this.#nextNumber++;
    const sending = new AbortController();
    return new Promise((resolve) => {
      const take = (found: Uint8Array | undefined) => {
        clearTimeout(timer);
        this.#awaited.delete(number);
        resolve(found);
        sending.abort();
      };
      const timer = setTimeout(() => take(undefined), 1000 * this.#plan.waitSeconds);
      this.#awaited.set(number, { type: answer, take });
      const { transport, listener } = this.#end;
      const frame = encodeTestMessage(type, number, rest);
      void transport.send(listener, frame, { signal: sending.signal }).then(({ status }) => {
        if (status !== "delivered") take(undefined);
      });
    });
  }

  async #counts(type: "ask" | "ask-last"): Promise<BothCounts | undefined> {
    const answer = await this.#exchange(type, "counts", new Uint8Array(0));
    const there = answer && decodeWireCounts(answer);
    return there && { there, here: wireCountsOf(this.#end.transport.counters) };
  }

  async #ping(): Promise<PingResult> {
    const { pings, pingBytes, seconds } = this.#plan;
    const rest = this.#end.host.random.bytes(pingBytes - testHeadBytes);
    const untilMs = performance.now() + 1000 * seconds;
    const roundTripsMs: number[] = [];
    let sent = 0;
    while (sent < pings && performance.now() < untilMs && !this.#isInterrupted) {
      const startMs = performance.now();
      sent++;
      const answer = await this.#exchange("ping", "pong", rest);
      if (answer) roundTripsMs.push(performance.now() - startMs);
      this.#progress.step("ping", sent / pings, `${roundTripsMs.length} of ${sent} answered`);
    }
    return pingResult(pingBytes, sent, roundTripsMs);
  }

  async #load(): Promise<LoadResult> {
    const { frameBytes, seconds, waitSeconds } = this.#plan;
    const { transport, host } = this.#end;
    const frame = encodeTestMessage("load", 0, host.random.bytes(frameBytes - testHeadBytes));
    const counts = { delivered: 0, lost: 0, refused: 0 };
    const wireBytesBefore = transport.counters.medium.wireBytesSent;
    const startMs = performance.now();
    const untilMs = startMs + 1000 * seconds;
    let lastMs = startMs;
    const giveUp = setTimeout(() => this.#loadEnd.abort(), 1000 * (seconds + waitSeconds));
    const lane = async () => {
      while (performance.now() < untilMs && !this.#isInterrupted) {
        const outcome = await this.#sendLoad(frame);
        if (outcome.status === "delivered") {
          counts.delivered++;
          lastMs = performance.now();
          const perSecond = Math.round((1000 * counts.delivered) / (lastMs - startMs));
          this.#progress.step(
            "load",
            Math.min(1, (lastMs - startMs) / (1000 * seconds)),
            `${perSecond} frames/s`,
          );
        } else if (outcome.status === "rejected" && outcome.reason === "busy") {
          counts.refused++;
          await new Promise((resolve) => setTimeout(resolve, outcome.retryAfterMs ?? retryMs));
        } else {
          counts.lost++;
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: framesAtOnce(transport.link, frameBytes) }, lane));
    clearTimeout(giveUp);
    const tookSeconds = (lastMs - startMs) / 1000;
    const perSecond = (count: number) => (tookSeconds > 0 ? Math.round((10 * count) / tookSeconds) / 10 : 0);
    return {
      frameBytes,
      seconds: rounded(tookSeconds),
      framesDelivered: counts.delivered,
      framesLost: counts.lost,
      framesRefused: counts.refused,
      framesPerSecond: perSecond(counts.delivered),
      bytesPerSecond: perSecond(counts.delivered * frameBytes),
      wireBytesSent: transport.counters.medium.wireBytesSent - wireBytesBefore,
    };
  }

  #sendLoad(frame: Uint8Array): Promise<SendOutcome> {
    return this.#end.transport.send(this.#end.listener, frame, { signal: this.#loadEnd.signal });
  }
}

function framesAtOnce({ rateBitsPerSecond }: LinkProperties, frameBytes: number): number {
  const bytes = rateBitsPerSecond === undefined ? bytesAtOnceMax : rateBitsPerSecond / 8;
  return Math.max(1, Math.min(framesAtOnceMax, Math.floor(bytes / frameBytes)));
}

function pingResult(bytes: number, sent: number, roundTripsMs: number[]): PingResult {
  const sorted = roundTripsMs.sort((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.ceil(share * sorted.length) - 1]!);
  const answered = sorted.length;
  const lossPercent = sent === 0 ? 0 : rounded((100 * (sent - answered)) / sent);
  const times = answered === 0 ? {} : { minMs: rounded(sorted[0]!), p50Ms: at(0.5), p99Ms: at(0.99) };
  return { bytes, sent, answered, lossPercent, ...times };
}

function wireResult(before: BothCounts, after: BothCounts, reliable: boolean): WireResult {
  const here = countsBetween(before.here, after.here);
  const there = countsBetween(before.there, after.there);
  const lost = (sent: number, received: number) => (reliable ? 0 : Math.max(0, sent - received));
  return {
    packetsSent: here.packetsSent,
    packetsReceived: here.packetsReceived,
    packetsLost:
      lost(here.packetsSent, there.packetsReceived) + lost(there.packetsSent, here.packetsReceived),
    packetsDamagedHere: here.packetsDamaged,
    packetsDamagedThere: there.packetsDamaged,
  };
}

function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}
