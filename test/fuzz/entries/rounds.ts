/**
 * What drives rounds, by scripts of a few bytes an event: the session that reconciles, with any messages in any order while
 * its effects are performed, fail or wait; and the scheduler, with anything that can happen to it.
 */
import { decodeFrame, encodeFrame, type NativeMessage, stepReconcileRound } from "waxwing/replication";
import { createFakeHost } from "waxwing/testing";
import { isWaxwingError, WaxwingError } from "#dist/base/errors.js";
import { limits } from "#dist/base/limits.js";
import { Scheduler, type SchedulerOptions } from "#dist/replication/scheduler.js";
import { converse, Side, sortedIds } from "../../support/reconcile-round.js";
import { testKinds } from "../../support/replication.js";
import { roundReport } from "../../support/round-report.js";
import { demand, type FuzzTarget } from "../target.js";

/** Before the message, in a WXRS frame. */
const preamble = encodeFrame({
  version: 3,
  fromResponder: false,
  round: 1n,
  native: true,
  message: { type: "unavailable", kind: "note" },
}).slice(0, 14);

const messageBytes = (message: NativeMessage): Uint8Array =>
  encodeFrame({ version: 3, fromResponder: false, round: 1n, native: true, message }).slice(14);

/** Undefined for what does not decode: no session gets to see it. */
function messageOf(bytes: Uint8Array): NativeMessage | undefined {
  try {
    return decodeFrame(script(preamble, bytes), testKinds).message;
  } catch (error) {
    if (isWaxwingError(error)) return undefined;
    throw error;
  }
}

/** Events of a round's script; a message follows its length. */
const roundEvents = { message: 0, perform: 1, fail: 2, timer: 3, cancel: 4 } as const;

const say = (message: NativeMessage): Uint8Array => {
  const bytes = messageBytes(message);
  return Uint8Array.of(roundEvents.message, bytes.length >> 8, bytes.length & 0xff, ...bytes);
};
const perform = (index: number) => Uint8Array.of(roundEvents.perform, index);
const script = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const names = Array.from({ length: 12 }, (_, index) => `r${index}`);
const roles = ["initiator", "responder"] as const;
/** The first byte: the role, whether there is a set, and how many records it has. */
const sideOf = (byte: number) =>
  new Side(
    names.slice(0, (byte >> 2) % names.length),
    { role: roles[byte & 1]!, idsMax: 8 },
    { hasSet: (byte & 2) === 0 },
  );

/** What each side of an honest round hears, one message after the other, all performed in between. */
function honestScripts(): Uint8Array[] {
  const sides = { initiator: 4 << 2, responder: (9 << 2) | 1 };
  const heard = { initiator: [] as Uint8Array[], responder: [] as Uint8Array[] };
  const record = (side: Side, role: keyof typeof heard) => {
    const { hear } = side;
    side.hear = (message) => {
      heard[role].push(say(message), perform(0), perform(0), perform(0));
      return hear.call(side, message);
    };
    return side;
  };
  converse(record(sideOf(sides.initiator), "initiator"), record(sideOf(sides.responder), "responder"));
  return roles.map((role) => script(Uint8Array.of(sides[role]), ...heard[role]));
}

const found = say({
  type: "reconcile",
  kind: "note",
  message: { type: "found", missing: sortedIds(names.slice(0, 3)), extra: sortedIds(["x", "y"]) },
});
const roundTokens: readonly NativeMessage[] = [
  { type: "unavailable", kind: "note" },
  { type: "taken", kind: "note", frames: 1 },
  { type: "want", kind: "note", ids: sortedIds(names.slice(0, 1)) },
  { type: "bodies", kind: "note", envelopes: [Uint8Array.of(1)], left: 1 },
  { type: "reconcile", kind: "note", message: { type: "page" } },
  { type: "reconcile", kind: "note", message: { type: "open", head: new Uint8Array(32), count: 3 } },
];

export function roundTarget(name: string, stepRound: typeof stepReconcileRound): FuzzTarget {
  return {
    name,
    seeds: [
      ...honestScripts(),
      script(Uint8Array.of((9 << 2) | 1), found, perform(0), perform(0), perform(0)),
    ],
    tokens: [
      ...roundTokens.map(say),
      found,
      perform(0),
      Uint8Array.of(roundEvents.fail, 0),
      Uint8Array.of(roundEvents.timer),
    ],
    run: (bytes) => {
      const side = sideOf(bytes[0] ?? 0);
      // The side's own step stays the real one; the target's is what is looked at.
      const held = new RoundLaws(side, stepRound);
      if ((bytes[0] ?? 0) % 2 === 0) held.feed({ type: "start" });
      let at = 1;
      while (at < bytes.length) at += held.play(bytes, at);
      held.settle();
      const { report } = side;
      if (report?.code) throw new WaxwingError(report.code, report.message ?? "the round ended");
    },
  };
}

/** More messages than a round of eight ids has, honest or not, between two performed effects. */
const pendingMax = 16;

class RoundLaws {
  readonly #side: Side;
  readonly #step: typeof stepReconcileRound;
  #asked = 0;
  #admitted = 0;

  constructor(side: Side, stepRound: typeof stepReconcileRound) {
    this.#side = side;
    this.#step = stepRound;
  }

  /** One event; how many bytes it took. */
  play(bytes: Uint8Array, at: number): number {
    const side = this.#side;
    const operand = bytes[at + 1] ?? 0;
    switch (bytes[at]! % 5) {
      case roundEvents.message: {
        const length = (operand << 8) | (bytes[at + 2] ?? 0);
        const message = messageOf(bytes.subarray(at + 3, at + 3 + length));
        if (message) this.feed({ type: "message", message });
        return 3 + length;
      }
      case roundEvents.perform:
        if (side.pending.length > 0) this.#perform(operand % side.pending.length);
        return 2;
      case roundEvents.fail: {
        const [effect] = side.pending.splice(operand % Math.max(1, side.pending.length), 1);
        const failed = { ok: false, code: "store_unavailable", message: "no" } as const;
        if (effect) this.feed({ type: "result", id: effect.id, result: { effect: effect.type, ...failed } });
        return 2;
      }
      case roundEvents.timer:
        this.feed({ type: "timer", id: side.timer ?? 1 });
        return 1;
      default:
        this.feed({ type: "cancel", code: "scheduler_stopped" });
        return 1;
    }
  }

  feed(input: Parameters<Side["feed"]>[0]): void {
    const side = this.#side;
    const wasOver = side.report !== undefined || side.fellBack;
    const { state, effects } = this.#step(side.state, input, side.set);
    demand(!wasOver || effects.length === 0, "a round that is over does nothing");
    side.feed(input);
    demand(
      JSON.stringify(state.tally) === JSON.stringify(side.state.tally),
      "the same step twice is the same",
    );
    for (const effect of effects) {
      if (effect.type === "send" && effect.message.type === "want")
        this.#asked += effect.message.ids.length / 32;
      if (
        effect.type === "send" &&
        effect.message.type === "reconcile" &&
        effect.message.message.type === "found"
      )
        this.#asked += effect.message.message.missing.length / 32;
      if (effect.type === "admit") this.#admitted += effect.records.length;
      if (effect.type === "loadBodiesById") demand(effect.ids.length > 0, "nothing is not loaded");
    }
    demand(
      this.#admitted <= Math.max(this.#asked, state.tally.wanted),
      "no more records than were asked for",
    );
    demand(side.pending.length <= pendingMax, "what a peer says makes no heap of effects");
  }

  settle(): void {
    const side = this.#side;
    for (let steps = 0; side.pending.length > 0; steps++) {
      demand(steps < 200, "without more input a round comes to rest");
      this.#perform(0);
    }
    this.feed({ type: "cancel", code: "scheduler_stopped" });
    demand(side.report !== undefined || side.fellBack, "a cancelled round is over");
  }

  /** The side performs with its own step: every result is looked at as an input too. */
  #perform(index: number): void {
    const side = this.#side;
    const { feed } = side;
    side.feed = (input) => {
      side.feed = feed;
      this.feed(input);
      return [];
    };
    side.perform(index);
    side.feed = feed;
  }
}

const peers = ["P", "Q", "R"];
const kinds = ["key", "note", "attestation"];
const outcomes = [
  roundReport(),
  roundReport({ admitted: 3, askAgain: 2 }),
  roundReport({ outcome: "timedOut" }),
  roundReport({ outcome: "error", code: "no_route_to_peer", bytesSent: 0 }),
  roundReport({ outcome: "error", code: "transport_unreachable", bytesSent: 0 }),
  roundReport({ outcome: "refused", code: "transport_rate_limited", retryAfterMs: 5000 }),
] as const;

/** Of a scheduler's script: an event and an operand each. */
const schedulerEvents = ["add", "remove", "roundNow", "heard", "pause", "end", "advance", "stop"] as const;
const eventByte = (event: (typeof schedulerEvents)[number], operand = 0) =>
  Uint8Array.of(schedulerEvents.indexOf(event), operand);

export function schedulerTarget(name: string, make: (options: SchedulerOptions) => Scheduler): FuzzTarget {
  return {
    name,
    seeds: [
      script(
        eventByte("add"),
        eventByte("add", 4),
        eventByte("advance", 40),
        eventByte("end"),
        eventByte("advance", 255),
      ),
      script(
        eventByte("add", 8),
        eventByte("advance", 9),
        eventByte("end", 3),
        eventByte("heard", 2),
        eventByte("roundNow"),
      ),
      script(
        eventByte("add"),
        eventByte("advance", 20),
        eventByte("end", 5),
        eventByte("pause"),
        eventByte("stop"),
      ),
    ],
    tokens: schedulerEvents.map((event) => eventByte(event, 1)),
    run: async (bytes) => {
      const held = new SchedulerLaws(make);
      for (let at = 0; at + 1 < bytes.length && at < 400; at += 2)
        await held.play(bytes[at]!, bytes[at + 1]!);
      await held.finish();
    },
  };
}

interface RunningRound {
  readonly peer: string;
  readonly kind: string;
  end(outcome: number): void;
}

class SchedulerLaws {
  readonly #fake = createFakeHost({ seed: 1 });
  readonly #rounds: RunningRound[] = [];
  readonly #registered = new Set<string>();
  readonly #scheduler: Scheduler;
  #started = 0;
  #isStopped = false;

  constructor(make: (options: SchedulerOptions) => Scheduler) {
    this.#scheduler = make({
      host: this.#fake.host,
      cadenceMs: 1000,
      onReport: ({ peer, retryAfterMs }) => {
        if (retryAfterMs !== undefined) this.#scheduler.pause(peer, retryAfterMs);
      },
      run: (peer, kind, signal) => this.#run(peer, kind, signal),
    });
  }

  async play(event: number, operand: number): Promise<void> {
    const peer = peers[operand % peers.length]!;
    const kind = kinds[Math.floor(operand / peers.length) % kinds.length]!;
    const scheduler = this.#scheduler;
    const name = schedulerEvents[event];
    switch (name) {
      case "add":
        if (scheduler.add(peer, kind)) this.#registered.add(`${peer} ${kind}`);
        break;
      case "remove":
        demand(
          scheduler.remove(peer, kind) === this.#registered.delete(`${peer} ${kind}`),
          "what was added is removed",
        );
        break;
      case "roundNow":
        scheduler.roundNow(operand & 1 ? peer : undefined, operand & 2 ? kind : undefined);
        break;
      case "heard":
        scheduler.heard(peer);
        break;
      case "pause":
        scheduler.pause(peer, operand * 100);
        break;
      case "end":
        this.#rounds[operand % Math.max(1, this.#rounds.length)]?.end(operand);
        break;
      case "advance":
        await this.#fake.advance(operand * 20);
        break;
      case "stop":
        await this.#stop();
        break;
      default:
        throw new WaxwingError("not_a_frame", "no event of that number");
    }
    await this.#fake.advance(0);
    demand(scheduler.count === this.#registered.size, "what is registered is scheduled, and nothing else");
  }

  /** Everything that is registered gets its round, whatever was before; and a stop leaves nothing. */
  async finish(): Promise<void> {
    const waiting = new Set(this.#registered);
    const endMs = this.#fake.time.nowMs + 2 * limits.noRouteBackoffMsMax;
    while (waiting.size > 0 && this.#fake.time.nowMs < endMs) {
      for (const { peer, kind } of this.#rounds) waiting.delete(`${peer} ${kind}`);
      for (const round of [...this.#rounds]) round.end(0);
      await this.#fake.advance(500);
    }
    demand(waiting.size === 0, "every peer and kind gets its round");
    await this.#stop();
    const { pending } = this.#fake.time;
    demand(pending === 0, "a stopped scheduler leaves no timer");
  }

  async #stop(): Promise<void> {
    this.#isStopped = true;
    this.#registered.clear();
    await this.#scheduler.stop();
    demand(this.#rounds.length === 0, "a stopped scheduler leaves no round");
  }

  #run(peer: string, kind: string, signal: AbortSignal): ReturnType<SchedulerOptions["run"]> {
    demand(!this.#isStopped, "a stopped scheduler starts nothing");
    demand(
      !this.#rounds.some((round) => round.peer === peer && round.kind === kind),
      "one round of a kind at a time",
    );
    const ofPeer = this.#rounds.filter((round) => round.peer === peer).length;
    demand(ofPeer < limits.roundsPerPeerMax, "no more rounds of a peer than allowed");
    demand(this.#rounds.length < limits.roundsConcurrentMax, "no more rounds than allowed");
    this.#started++;
    demand(this.#started < 20_000, "rounds do not follow each other without end");
    return new Promise((resolve) => {
      const over = (report: ReturnType<typeof roundReport>) => {
        const index = this.#rounds.indexOf(round);
        if (index >= 0) this.#rounds.splice(index, 1);
        resolve(report);
      };
      const round: RunningRound = {
        peer,
        kind,
        end: (outcome) => over({ ...outcomes[outcome % outcomes.length]!, peer, kind }),
      };
      this.#rounds.push(round);
      signal.addEventListener("abort", () => over(roundReport({ peer, kind, outcome: "cancelled" })), {
        once: true,
      });
    });
  }
}

export const roundTargets: readonly FuzzTarget[] = [
  roundTarget("stepReconcileRound", stepReconcileRound),
  schedulerTarget("Scheduler", (options) => new Scheduler(options)),
];
