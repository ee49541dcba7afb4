/**
 * Questions about all kinds at once, between two Waxwing nodes: one frame there, one back, under one round id (frames
 * whose kind is empty). Heads and signed state heads go this way.
 *
 * Who asks waits as a round does. Who answers does so few at a time for a peer, and so many a second, since a question is
 * cheaper than its answer; what comes beyond that is dropped, and nobody is told.
 */
import { uint64BeDecode } from "../base/bytes.js";
import { type ErrorCode, isWaxwingError } from "../base/errors.js";
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { TimerHandle } from "../contracts/host.js";
import type { ReplicationContext } from "./context.js";
import { FramePort, type SendResult } from "./frame-port.js";
import { waitFor } from "./link-budget.js";
import { failureOutcome } from "./report.js";
import type { NativeFrame } from "./wire/frame.js";
import type {
  HeadsMessage,
  NativeMessage,
  StateHeadRequestMessage,
  StateHeadsMessage,
} from "./wire/message.js";

export type NodeQuestion = (HeadsMessage & { readonly type: "heads" }) | StateHeadRequestMessage;
export type NodeAnswer = (HeadsMessage & { readonly type: "headsAnswer" }) | StateHeadsMessage;

/** What came of a question. */
export interface ExchangeReport {
  readonly round: bigint;
  readonly answer?: NodeAnswer;
  /** Without an answer: why. */
  readonly failure?: {
    readonly outcome: "timedOut" | "refused" | "error" | "cancelled";
    readonly code: ErrorCode;
    readonly message: string;
  };
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly retryAfterMs?: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

export type ExchangeVerdict = "accepted" | "back_pressure" | "no_initiator" | "round_mismatch";

interface Asked {
  readonly round: bigint;
  readonly expects: NodeAnswer["type"];
  readonly startedMs: number;
  timer: { readonly handle: TimerHandle; readonly delayMs: number } | undefined;
  answered(answer: NodeAnswer, bytes: number): void;
  givenUp(): void;
}

/** What one peer may still ask. */
interface Allowance {
  questions: number;
  sinceMs: number;
  /** Answers on their way: the next question may come before the outcome of the last send. */
  answering: number;
}

const answersAtOnce = 2;

const answerTo = { heads: "headsAnswer", stateHeadRequest: "stateHeads" } as const;

export class NodeExchange {
  readonly #context: ReplicationContext;
  readonly #answer: (peer: KeyId, question: NodeQuestion) => Promise<NodeAnswer | undefined>;
  /** Questions of ours that wait for their answers, by peer. */
  readonly #asked = new Map<KeyId, Set<Asked>>();
  readonly #allowances = new Map<KeyId, Allowance>();
  readonly #answering = new Set<Promise<void>>();
  /** What ends the questions and answers under way. */
  readonly #endings = new Set<AbortController>();
  #isClosed = false;

  constructor(
    context: ReplicationContext,
    answer: (peer: KeyId, question: NodeQuestion) => Promise<NodeAnswer | undefined>,
  ) {
    this.#context = context;
    this.#answer = answer;
  }

  /** Never rejects. */
  async ask(peer: KeyId, question: NodeQuestion, stop: AbortSignal): Promise<ExchangeReport> {
    const { host, peerLink } = this.#context;
    const startedAt = host.clock.wallClock().ms;
    const round = this.#newRound();
    const ending = this.#newEnding();
    const onStop = () => ending.abort();
    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) ending.abort();
    const port = this.#port(peer, "initiator", round, ending.signal);
    const waiting = new Promise<NodeAnswer | undefined>((resolve) => {
      this.#askedOf(peer).add({
        round,
        expects: answerTo[question.type],
        startedMs: host.clock.monotonicMs(),
        timer: undefined,
        answered: (answer, bytes) => {
          port.received(answer, bytes);
          resolve(answer);
        },
        givenUp: () => resolve(undefined),
      });
      ending.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const sent = await this.#send(port, question);
    if (sent.ok) this.#wait(peer, round, waitFor(limits.roundWaitMs, port.unansweredBytes, peerLink?.(peer)));
    // The answer may be here before the outcome of the send is.
    const answer = sent.ok ? await waiting : undefined;
    const failure = answer ? undefined : failureOf(sent, ending.signal);
    stop.removeEventListener("abort", onStop);
    this.#endings.delete(ending);
    this.#forget(peer, round);
    return {
      round,
      ...(answer ? { answer } : {}),
      ...(failure ? { failure } : {}),
      bytesSent: port.bytesSent,
      bytesReceived: port.bytesReceived,
      ...(port.retryAfterMs === undefined ? {} : { retryAfterMs: port.retryAfterMs }),
      startedAt,
      endedAt: host.clock.wallClock().ms,
    };
  }

  /** A frame whose kind is empty. */
  deliverInbound(peer: KeyId, frame: NativeFrame, bytes: number): ExchangeVerdict {
    const { message } = frame;
    if (message.type === "heads" || message.type === "stateHeadRequest") {
      if (frame.fromResponder || !this.#mayAsk(peer)) return "back_pressure";
      this.#begin(peer, message as NodeQuestion, frame.round, bytes);
      return "accepted";
    }
    const asked = [...(this.#asked.get(peer) ?? [])].filter(({ expects }) => expects === message.type);
    if (!frame.fromResponder || asked.length === 0) return "no_initiator";
    const waiting = asked.find(({ round }) => round === frame.round);
    waiting?.answered(message as NodeAnswer, bytes);
    return waiting ? "accepted" : "round_mismatch";
  }

  /** Part of a frame of that peer arrived. The whole wait stays bounded. */
  noteActivity(peer: KeyId): void {
    for (const asked of this.#asked.get(peer) ?? []) {
      if (!asked.timer) continue;
      const elapsedMs = this.#context.host.clock.monotonicMs() - asked.startedMs;
      if (elapsedMs < asked.timer.delayMs * limits.roundWaitsMax) this.#arm(asked, asked.timer.delayMs);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const ending of this.#endings) ending.abort();
    await Promise.all(this.#answering);
  }

  #begin(peer: KeyId, question: NodeQuestion, round: bigint, bytes: number): void {
    const ending = this.#newEnding();
    const port = this.#port(peer, "responder", round, ending.signal);
    port.received(question, bytes);
    const allowance = this.#allowances.get(peer)!;
    allowance.answering++;
    const answering = this.#answerTo(port, peer, question).finally(() => {
      allowance.answering--;
      this.#endings.delete(ending);
      this.#answering.delete(answering);
    });
    this.#answering.add(answering);
  }

  async #answerTo(port: FramePort, peer: KeyId, question: NodeQuestion): Promise<void> {
    try {
      const answer = await this.#answer(peer, question);
      if (answer) await port.send(answer);
    } catch {
      // A store that cannot say: the peer asks again.
    }
  }

  /** A bucket of questions a peer, filled at a steady rate. */
  #mayAsk(peer: KeyId): boolean {
    if (this.#isClosed) return false;
    const nowMs = this.#context.host.clock.monotonicMs();
    const allowance = this.#allowances.get(peer) ?? {
      questions: limits.nodeQuestionsPerSecond,
      sinceMs: nowMs,
      answering: 0,
    };
    // The longest unheard is dropped, which gives it a full bucket at worst.
    this.#allowances.delete(peer);
    this.#allowances.set(peer, allowance);
    if (this.#allowances.size > limits.peersMax)
      this.#allowances.delete(this.#allowances.keys().next().value!);
    const earned = ((nowMs - allowance.sinceMs) / 1000) * limits.nodeQuestionsPerSecond;
    allowance.questions = Math.min(limits.nodeQuestionsPerSecond, allowance.questions + earned);
    allowance.sinceMs = nowMs;
    if (allowance.answering >= answersAtOnce || allowance.questions < 1) return false;
    allowance.questions--;
    return true;
  }

  #port(peer: KeyId, role: "initiator" | "responder", round: bigint, signal: AbortSignal): FramePort {
    const framing = { version: 3, round, native: true } as const;
    const link = this.#context.peerLink?.(peer);
    return new FramePort({ context: this.#context, peer, kind: "", role, framing, link, signal });
  }

  async #send(port: FramePort, message: NativeMessage): Promise<SendResult> {
    try {
      return await port.send(message);
    } catch (error) {
      const code = isWaxwingError(error) ? error.code : "transport_unreachable";
      return { effect: "send", ok: false, code, message: String(error) };
    }
  }

  #newEnding(): AbortController {
    const ending = new AbortController();
    this.#endings.add(ending);
    if (this.#isClosed) ending.abort();
    return ending;
  }

  #wait(peer: KeyId, round: bigint, delayMs: number): void {
    for (const asked of this.#asked.get(peer) ?? []) if (asked.round === round) this.#arm(asked, delayMs);
  }

  #arm(asked: Asked, delayMs: number): void {
    asked.timer?.handle.cancel();
    const handle = this.#context.host.timers.after(delayMs, () => asked.givenUp());
    asked.timer = { handle, delayMs };
  }

  #forget(peer: KeyId, round: bigint): void {
    const ofPeer = this.#asked.get(peer);
    for (const asked of ofPeer ?? []) {
      if (asked.round !== round) continue;
      asked.timer?.handle.cancel();
      ofPeer!.delete(asked);
    }
    if (ofPeer?.size === 0) this.#asked.delete(peer);
  }

  #askedOf(peer: KeyId): Set<Asked> {
    const asked = this.#asked.get(peer) ?? new Set();
    this.#asked.set(peer, asked);
    return asked;
  }

  #newRound(): bigint {
    let round = 0n;
    while (round === 0n) round = uint64BeDecode(this.#context.host.random.bytes(8));
    return round;
  }
}

function failureOf(sent: SendResult, ending: AbortSignal): ExchangeReport["failure"] {
  if (ending.aborted) return { outcome: "cancelled", code: "scheduler_stopped", message: "" };
  if (sent.ok) return { outcome: "timedOut", code: "round_timed_out", message: "" };
  const { code, message } = sent;
  return { outcome: failureOutcome("send", code), code, message };
}
