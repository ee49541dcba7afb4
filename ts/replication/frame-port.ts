/** The way of one round to its peer: frames what is sent, bounds each send, and counts what goes and comes. */
import type { ErrorCode } from "../base/errors.js";
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { EffectResult } from "../contracts/session.js";
import type { SendOutcome } from "../contracts/transport.js";
import { BodiesPace } from "./bodies-pace.js";
import type { PeerLink, ReplicationContext } from "./context.js";
import { sendMsFor } from "./link-budget.js";
import type { SessionRole } from "./report.js";
import { encodeFrame, type Frame } from "./wire/frame.js";
import { isCrplMessage, type NativeMessage } from "./wire/message.js";

/** How the frames of a round look; the sender's role makes the flag. */
export type RoundFraming =
  | { readonly version: 3; readonly round: bigint; readonly native: boolean }
  | { readonly version: "legacy" };

export type SendResult = Extract<EffectResult, { readonly effect: "send" }> | SendFailure;
export interface SendFailure {
  readonly effect: "send";
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface FramePortOptions {
  readonly context: Pick<
    ReplicationContext,
    "kinds" | "host" | "send" | "framing" | "counters" | "compressor"
  >;
  readonly peer: KeyId;
  /** Empty for messages about all kinds. */
  readonly kind: KindToken | "";
  readonly role: SessionRole;
  readonly framing: RoundFraming;
  readonly link: PeerLink | undefined;
  readonly signal: AbortSignal;
}

export class FramePort {
  readonly #options: FramePortOptions;
  readonly #pace: BodiesPace;
  bytesSent = 0;
  bytesReceived = 0;
  protocolBytesSent = 0;
  protocolBytesReceived = 0;
  /** Sent since the peer was last heard. */
  unansweredBytes = 0;
  /** What the peer said with its last refusal. */
  retryAfterMs: number | undefined;

  constructor(options: FramePortOptions) {
    this.#options = options;
    this.#pace = new BodiesPace(options.link);
  }

  /** Of records in the next frame of bodies, as fast as the way has shown itself to be. */
  get bodiesBytesMax(): number {
    return this.#pace.bytesMax;
  }

  /** Throws what encoding throws; what the transport answers is a result. */
  async send(message: NativeMessage): Promise<SendResult> {
    const { context, peer, link, signal } = this.#options;
    const isSlow = (link?.rateBitsPerSecond ?? Number.POSITIVE_INFINITY) < limits.compressBelowBitsPerSecond;
    const bytes = encodeFrame(this.#frame(message), isSlow ? context.compressor : undefined);
    const { clock, timers } = context.host;
    const startMs = clock.monotonicMs();
    const sending = new AbortController();
    const limit = timers.after(sendMsFor(bytes.length, link), () => sending.abort());
    try {
      const outcome = await context.send(peer, bytes, { signal: AbortSignal.any([sending.signal, signal]) });
      if (outcome.status === "delivered" && (outcome.waxwing ?? 0) >= 1)
        context.framing.learn(peer, "native");
      if (outcome.status === "rejected") this.retryAfterMs = outcome.retryAfterMs;
      const failure = sendFailure(outcome);
      if (failure) return failure;
    } finally {
      limit.cancel();
    }
    if (message.type === "bodies") this.#pace.sent(bytes.length, clock.monotonicMs() - startMs);
    const protocolBytes = protocolBytesOf(message, bytes.length);
    this.bytesSent += bytes.length;
    this.protocolBytesSent += protocolBytes;
    this.unansweredBytes += bytes.length;
    context.counters.framesSent++;
    context.counters.bytesSent += bytes.length;
    context.counters.protocolBytesSent += protocolBytes;
    return { effect: "send", ok: true };
  }

  received(message: NativeMessage, frameBytes: number): void {
    const protocolBytes = protocolBytesOf(message, frameBytes);
    this.bytesReceived += frameBytes;
    this.protocolBytesReceived += protocolBytes;
    this.unansweredBytes = 0;
    this.#options.context.counters.protocolBytesReceived += protocolBytes;
  }

  #frame(message: NativeMessage): Frame {
    const { framing, role, context, kind } = this.#options;
    if (framing.version === 3) {
      const preamble = { version: 3, fromResponder: role === "responder", round: framing.round } as const;
      if (framing.native) return { ...preamble, native: true, message };
      if (isCrplMessage(message)) return { ...preamble, message };
    } else if (isCrplMessage(message)) return { version: context.kinds.wireVersion(kind), message };
    throw new TypeError(`message: a peer of CRPL gets no "${message.type}"`);
  }
}

/** None where the frame was deflated to less than its records. */
function protocolBytesOf(message: NativeMessage, frameBytes: number): number {
  return Math.max(0, frameBytes - recordBytes(message));
}

/** Bytes of records in a message, of which a frame holds no copy in other form but CRPL. */
function recordBytes(message: NativeMessage): number {
  if (message.type !== "deliver" && message.type !== "bodies") return 0;
  return message.envelopes.reduce((sum, envelope) => sum + envelope.length, 0);
}

const rejections = {
  rate_limited: "transport_rate_limited",
  unauthorized: "transport_unauthorized",
  too_large: "frame_too_large",
  client_error: "transport_rejected",
  busy: "back_pressure",
} as const;

const failures = {
  unreachable: "transport_unreachable",
  timeout: "transport_timeout",
  no_route: "no_route_to_peer",
  io: "transport_unreachable",
  closed: "transport_closed",
} as const;

/** Whether an error says that a frame did not get to the peer, and nothing of what was in it. */
export function isWayFailure(code: ErrorCode | undefined): boolean {
  return code === rejections.busy || (Object.values(failures) as (ErrorCode | undefined)[]).includes(code);
}

function sendFailure(outcome: SendOutcome): SendFailure | undefined {
  if (outcome.status === "delivered" || outcome.status === "queued") return undefined;
  const code = outcome.status === "rejected" ? rejections[outcome.reason] : failures[outcome.reason];
  return { effect: "send", ok: false, code, message: outcome.detail };
}
