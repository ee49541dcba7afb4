/**
 * Where an inbound frame goes. Two tables, one a role, so that a reply can never build or reach a responder
 * and an opening frame never reaches an initiator (ciris-edge §6):
 *
 * | frame | goes to |
 * |---|---|
 * | v3, from responder | the initiator whose round in flight has that id, else dropped |
 * | v3, from initiator | the responder, built when absent |
 * | about all kinds | the question of ours that it answers, else answered itself (node-exchange.ts) |
 * | legacy | the initiator while a legacy round that we opened is in flight, else the responder (DESIGN §9) |
 *
 * Nothing here waits, and nothing tells the peer what became of its frame.
 */
import type { ErrorCode } from "../base/errors.js";
import { WaxwingError } from "../base/errors.js";
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Compressor } from "../contracts/compressor.js";
import type { InboundFrame } from "../contracts/transport.js";
import type { ReplicationContext, ReplicationHoldings } from "./context.js";
import { Initiator, Responder } from "./coordinator.js";
import { differingHeads } from "./heads.js";
import type { Arrival } from "./inbox.js";
import { LegacyLoopGuard } from "./legacy-loop.js";
import { NoProgress } from "./no-progress.js";
import { type NodeAnswer, NodeExchange, type NodeQuestion } from "./node-exchange.js";
import { OfferSweep } from "./offer-sweep.js";
import { FormsSweep } from "./replaced-forms.js";
import type { RoundReport } from "./report.js";
import { Turn } from "./turn.js";
import { unknownKind } from "./wire/decode-message.js";
import { decodeFrame, type Frame, type NativeFrame } from "./wire/frame.js";
import { isCrplMessage } from "./wire/message.js";

export type ReplyDropReason = "no_initiator" | "no_round_in_flight" | "round_mismatch";

export type RouteOutcome =
  | { readonly outcome: "routed_to_initiator"; readonly kind: KindToken; readonly round?: bigint }
  | { readonly outcome: "routed_to_responder"; readonly kind: KindToken; readonly built: boolean }
  /** A bootstrap Deliver without a proven sender: handed to admission, never answered. */
  | { readonly outcome: "bootstrap"; readonly kind: KindToken }
  | { readonly outcome: "reply_dropped"; readonly kind: KindToken; readonly reason: ReplyDropReason }
  | { readonly outcome: "refused_self" }
  | { readonly outcome: "not_a_replication_frame" }
  | { readonly outcome: "unattributed"; readonly kind: KindToken }
  | { readonly outcome: "unknown_kind" }
  | { readonly outcome: "malformed"; readonly code: ErrorCode }
  | { readonly outcome: "back_pressure"; readonly kind: KindToken }
  /** It would begin a round, and those of this peer and kind never end: it is served later. */
  | { readonly outcome: "held_back"; readonly kind: KindToken }
  | { readonly outcome: "stopped" };

/** Everything of one (peer, kind). */
interface Stream {
  readonly peer: KeyId;
  readonly kind: KindToken;
  readonly sweep: OfferSweep;
  readonly forms: FormsSweep;
  readonly loopGuard: LegacyLoopGuard;
  readonly noProgress: NoProgress;
  readonly legacyTurn: Turn;
  initiator: Initiator | undefined;
  responder: Responder | undefined;
  /** Pulls, beside the rounds. */
  puller: Initiator | undefined;
}

export interface RegistryHooks {
  readonly onReport: (report: RoundReport) => void;
  /** An unattributed bootstrap Deliver; false when there is no room for it. */
  readonly onBootstrap: (kind: KindToken, records: readonly Uint8Array[]) => boolean;
  /** A frame of that peer arrived. */
  readonly onHeard: (peer: KeyId) => void;
}

export class Registry {
  /** Of questions about all kinds. */
  readonly exchange: NodeExchange;
  readonly #context: ReplicationContext;
  readonly #hooks: RegistryHooks;
  readonly #streams = new Map<KeyId, Map<KindToken, Stream>>();
  /** The newest position when replication began, below which everything is swept and not news. */
  readonly #position: number;
  readonly #inflater: Pick<Compressor, "inflate"> | undefined;
  /** What the frame decoded last grew to; 0 when it was not compressed. */
  #inflatedBytes = 0;
  #responders = 0;
  #closed = false;

  constructor(context: ReplicationContext, hooks: RegistryHooks, position: number) {
    this.#context = context;
    this.#hooks = hooks;
    this.#position = position;
    const { compressor } = context;
    this.#inflater = compressor && { inflate: (body, bytesMax) => this.#inflate(compressor, body, bytesMax) };
    this.exchange = new NodeExchange(context, (peer, question) => this.#answer(peer, question));
  }

  route(inbound: InboundFrame): RouteOutcome {
    if (this.#closed) return { outcome: "stopped" };
    if (inbound.peerKeyId === this.#context.selfKeyId) return { outcome: "refused_self" };
    const frame = this.#decode(inbound);
    if ("outcome" in frame) return frame;
    if (frame.version === 3 && frame.native && frame.message.kind === "")
      return this.#routeKindless(inbound, frame);
    const { kind } = frame.message;
    if (inbound.peerKeyId === undefined) return this.#routeUnproven(frame);
    this.#learn(inbound.peerKeyId, frame, inbound.waxwing === true);
    const arrival: Arrival = { type: "frame", frame, bytes: inbound.bytes.length };
    if (frame.version === 3 && frame.fromResponder) return this.#routeReply(inbound.peerKeyId, arrival);
    const { initiator, puller } = this.#streams.get(inbound.peerKeyId)?.get(kind) ?? {};
    const asked = [initiator, puller].find((one) => one?.framing?.version === "legacy");
    if (frame.version !== 3 && asked) {
      return this.#deliver(asked, arrival, { outcome: "routed_to_initiator", kind });
    }
    return this.#routeOpening(inbound.peerKeyId, arrival);
  }

  /** The initiator of a stream; the same one however often it is asked for. */
  initiator(peer: KeyId, kind: KindToken): Initiator {
    const stream = this.#stream(peer, kind);
    stream.initiator ??= new Initiator({ context: this.#context, ...stream });
    return stream.initiator;
  }

  /** Whether there are forms that the peer was not shown. Builds no stream: the kinds that are the same need none. */
  hasForms(peer: KeyId, kind: KindToken): boolean {
    const forms = this.#streams.get(peer)?.get(kind)?.forms ?? new FormsSweep(this.#context.forms, kind);
    return forms.isPending;
  }

  removeInitiator(peer: KeyId, kind: KindToken): void {
    const stream = this.#streams.get(peer)?.get(kind);
    if (!stream) return;
    stream.initiator = undefined;
    this.#dropUnused(stream);
  }

  /** One round that asks for what is about a key, beside the rounds of the stream. */
  async pull(peer: KeyId, kind: KindToken, subject: KeyId, signal: AbortSignal): Promise<RoundReport> {
    const stream = this.#stream(peer, kind);
    const puller = new Initiator({ context: this.#context, ...stream });
    stream.puller = puller;
    try {
      return await puller.runRound(signal, { type: "pull", subject });
    } finally {
      stream.puller = undefined;
      this.#dropUnused(stream);
    }
  }

  /** Some bytes of that peer arrived, though no whole frame yet. */
  noteActivity(peer: KeyId): void {
    this.exchange.noteActivity(peer);
    for (const { initiator, responder, puller } of this.#streams.get(peer)?.values() ?? []) {
      initiator?.noteActivity();
      puller?.noteActivity();
      responder?.noteActivity();
    }
  }

  holdings(): Pick<ReplicationHoldings, "streams" | "responders" | "rounds" | "inboxFrames" | "deferred"> {
    const streams = this.#all();
    const held = { streams: streams.length, responders: 0, rounds: 0, inboxFrames: 0, deferred: 0 };
    for (const { initiator, responder, puller, sweep } of streams) {
      if (responder) held.responders++;
      for (const one of [initiator, responder, puller]) {
        held.rounds += Number(one?.inRound ?? false);
        held.inboxFrames += one?.inboxFrames ?? 0;
      }
      held.deferred += sweep.deferred;
    }
    return held;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closing = this.#all().map(({ responder }) => responder?.close("scheduler_stopped"));
    await Promise.all([...closing, this.exchange.close()]);
  }

  async #answer(peer: KeyId, question: NodeQuestion): Promise<NodeAnswer | undefined> {
    if (question.type === "heads") {
      const entries = await differingHeads(this.#context, peer, question.entries);
      return { type: "headsAnswer", kind: "", entries };
    }
    const statements = await this.#context.stateHeads?.(peer, question.kinds);
    return statements && { type: "stateHeads", kind: "", statements };
  }

  #decode({ bytes, peerKeyId }: InboundFrame): Frame | RouteOutcome {
    this.#inflatedBytes = 0;
    try {
      // Nothing is inflated for those who have proven nothing.
      return decodeFrame(bytes, this.#context.kinds, peerKeyId === undefined ? undefined : this.#inflater);
    } catch (error) {
      if (!(error instanceof WaxwingError)) throw error;
      if (error.code === "not_a_frame") return { outcome: "not_a_replication_frame" };
      if (error.detail.reason === unknownKind) return { outcome: "unknown_kind" };
      return { outcome: "malformed", code: error.code };
    }
  }

  #inflate(compressor: Compressor, body: Uint8Array, bytesMax: number): Uint8Array | undefined {
    const inflated = compressor.inflate(body, bytesMax);
    this.#inflatedBytes = inflated?.length ?? 0;
    return inflated;
  }

  /** About all kinds at once: a question, or the answer to one of ours. */
  #routeKindless({ peerKeyId, waxwing, bytes }: InboundFrame, frame: NativeFrame): RouteOutcome {
    const { kind } = frame.message;
    if (peerKeyId === undefined) return { outcome: "unattributed", kind };
    this.#learn(peerKeyId, frame, waxwing === true);
    const verdict = this.exchange.deliverInbound(peerKeyId, frame, bytes.length);
    if (verdict === "back_pressure") return { outcome: "back_pressure", kind };
    if (verdict !== "accepted") return { outcome: "reply_dropped", kind, reason: verdict };
    return frame.fromResponder
      ? { outcome: "routed_to_initiator", kind, round: frame.round }
      : { outcome: "routed_to_responder", kind, built: false };
  }

  /** Only what may stand in a Deliver of a bootstrap kind is of use: there is nobody to answer. */
  #routeUnproven({ message }: Frame): RouteOutcome {
    const { kind } = message;
    if (message.type !== "deliver" || !this.#context.kinds.bootstrap(kind)) {
      return { outcome: "unattributed", kind };
    }
    const taken = this.#hooks.onBootstrap(kind, message.envelopes);
    return taken ? { outcome: "bootstrap", kind } : { outcome: "back_pressure", kind };
  }

  #learn(peer: KeyId, frame: Frame, waxwing: boolean): void {
    if (waxwing || (frame.version === 3 && frame.native)) this.#context.framing.learn(peer, "native");
    else if (frame.version === 3) this.#context.framing.learn(peer, "v3");
    if (!isCrplMessage(frame.message)) this.#context.framing.heardReconciling(peer);
    this.#hooks.onHeard(peer);
  }

  #routeReply(peer: KeyId, arrival: Arrival): RouteOutcome {
    const { frame } = arrival;
    const { kind } = frame.message;
    const { initiator, puller } = this.#streams.get(peer)?.get(kind) ?? {};
    const drop = (reason: ReplyDropReason): RouteOutcome => ({ outcome: "reply_dropped", kind, reason });
    if (!initiator && !puller) return drop("no_initiator");
    const inFlight = [initiator, puller].filter((one) => one?.framing?.version === 3);
    if (inFlight.length === 0 || frame.version !== 3) return drop("no_round_in_flight");
    const { round } = frame;
    const asked = inFlight.find((one) => one?.framing?.version === 3 && one.framing.round === round);
    if (!asked) return drop("round_mismatch");
    return this.#deliver(asked, arrival, { outcome: "routed_to_initiator", kind, round });
  }

  #routeOpening(peer: KeyId, arrival: Arrival): RouteOutcome {
    const { kind } = arrival.frame.message;
    const stream = this.#stream(peer, kind);
    const built = stream.responder === undefined;
    if (begins(arrival.frame) && !stream.responder?.continues(arrival.frame) && !stream.noProgress.opens())
      return { outcome: "held_back", kind };
    if (built) {
      if (this.#responders >= limits.respondersMax && !this.#evictIdlest()) {
        this.#dropUnused(stream);
        return { outcome: "back_pressure", kind };
      }
      stream.responder = new Responder({ context: this.#context, ...stream }, this.#hooks.onReport);
      this.#responders++;
    }
    return this.#deliver(stream.responder!, arrival, { outcome: "routed_to_responder", kind, built });
  }

  #deliver(to: Initiator | Responder, arrival: Arrival, routed: RouteOutcome): RouteOutcome {
    // In memory it is as large as it was before it was compressed.
    const memoryBytes = Math.max(arrival.bytes, this.#inflatedBytes);
    const held = this.#context.incoming.tryTake(to.peer, memoryBytes);
    if (held && to.deliverInbound({ ...arrival, held }) === "accepted") return routed;
    held?.release();
    return { outcome: "back_pressure", kind: arrival.frame.message.kind };
  }

  #stream(peer: KeyId, kind: KindToken): Stream {
    let ofPeer = this.#streams.get(peer);
    if (!ofPeer) {
      ofPeer = new Map();
      this.#streams.set(peer, ofPeer);
    }
    let stream = ofPeer.get(kind);
    if (!stream) {
      const sweep = new OfferSweep(kind, this.#position);
      const forms = new FormsSweep(this.#context.forms, kind);
      const nowMs = () => this.#context.host.clock.monotonicMs();
      const loopGuard = new LegacyLoopGuard(nowMs);
      const noProgress = new NoProgress(nowMs);
      const none = { initiator: undefined, responder: undefined, puller: undefined };
      stream = { peer, kind, sweep, forms, loopGuard, noProgress, legacyTurn: new Turn(), ...none };
      ofPeer.set(kind, stream);
    }
    return stream;
  }

  /** Of the peer that has the most, so that nobody's many push out the few of others. */
  #evictIdlest(): boolean {
    let idlest: Stream | undefined;
    let most = 0;
    for (const ofPeer of this.#streams.values()) {
      const responders = [...ofPeer.values()].filter(({ responder }) => responder !== undefined);
      const idle = responders.filter(({ responder }) => responder!.idle);
      if (responders.length < most || idle.length === 0) continue;
      const candidate = idle.reduce((a, b) => (b.responder!.usedAtMs < a.responder!.usedAtMs ? b : a));
      const isIdler = idlest === undefined || candidate.responder!.usedAtMs < idlest.responder!.usedAtMs;
      if (responders.length > most || isIdler) idlest = candidate;
      most = responders.length;
    }
    if (!idlest) return false;
    idlest.responder = undefined;
    this.#responders--;
    this.#dropUnused(idlest);
    return true;
  }

  #dropUnused({ peer, kind, initiator, responder, puller }: Stream): void {
    if (initiator || responder || puller) return;
    const ofPeer = this.#streams.get(peer);
    ofPeer?.delete(kind);
    if (ofPeer?.size === 0) this.#streams.delete(peer);
  }

  #all(): Stream[] {
    return [...this.#streams.values()].flatMap((ofPeer) => [...ofPeer.values()]);
  }
}

/** Whether a frame begins a round where none is in flight; the others are answered by themselves. */
function begins({ message }: Frame): boolean {
  return message.type === "summary" || message.type === "reconcile";
}
