/**
 * The `memory` transport: peers within one process, for tests and embedders. Deterministic: no clock and no
 * randomness; a frame arrives one microtask after the one before it at the same receiver, in the order of
 * the sends. Loss, delay and partitions are the simulator's business.
 */
import { checkBytes, checkString } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type {
  FrameReceiver,
  InboundFrame,
  LinkProperties,
  ReceiveVerdict,
  SendOutcome,
  Transport,
  TransportCounters,
} from "../../contracts/transport.js";

export interface MemoryNetwork {
  /** The end of one peer. A key has one started end at a time; after its stop another may take its place. */
  transport(keyId: KeyId): Transport;
}

export interface MemoryNetworkOptions {
  readonly frameBytesMax?: number;
  /** Frames on their way to one receiver; more are refused as `busy`. */
  readonly queueFrames?: number;
}

export function createMemoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const network: Network = {
    ends: new Map(),
    frameBytesMax: options.frameBytesMax ?? limits.frameBytesMax,
    queueFrames: options.queueFrames ?? limits.memoryQueueFrames,
  };
  return { transport: (keyId) => new MemoryTransport(keyId, network) };
}

interface Network {
  readonly ends: Map<KeyId, MemoryTransport>;
  readonly frameBytesMax: number;
  readonly queueFrames: number;
}

interface Passage {
  readonly from: MemoryTransport;
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly settle: (outcome: SendOutcome) => void;
}

const closed: SendOutcome = { status: "failed", reason: "closed", detail: "transport_closed" };

class MemoryTransport implements Transport {
  readonly id = "memory";
  readonly link: LinkProperties;
  readonly counters: { -readonly [Key in keyof TransportCounters]: number } = {
    framesSent: 0,
    framesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    framesRefused: 0,
    sendFailures: 0,
  };
  readonly #keyId: KeyId;
  readonly #network: Network;
  readonly #queue: Passage[] = [];
  #receive: FrameReceiver | undefined;
  #stopped = false;

  constructor(keyId: KeyId, network: Network) {
    checkString(keyId, "keyId");
    this.#keyId = keyId;
    this.#network = network;
    this.link = { frameBytesMax: network.frameBytesMax, ordered: true, confidential: true };
  }

  get addresses(): readonly string[] {
    return this.#receive === undefined ? [] : [`memory:${this.#keyId}`];
  }

  async start(receive: FrameReceiver): Promise<void> {
    if (this.#stopped) throw new WaxwingError("transport_closed", "the transport was stopped");
    if (this.#network.ends.has(this.#keyId))
      throw new TypeError(`start: ${this.#keyId} is started already in this network`);
    this.#receive = receive;
    this.#network.ends.set(this.#keyId, this);
  }

  async send(peer: KeyId, frame: Uint8Array, options: { signal?: AbortSignal } = {}): Promise<SendOutcome> {
    checkString(peer, "peer");
    checkBytes(frame, "frame");
    const outcome = await this.#send(peer, frame, options.signal);
    if (outcome.status !== "delivered") this.counters.sendFailures++;
    return outcome;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#network.ends.get(this.#keyId) === this) this.#network.ends.delete(this.#keyId);
    this.#receive = undefined;
    for (const passage of this.#queue.splice(0)) passage.settle(closed);
  }

  async #send(peer: KeyId, frame: Uint8Array, signal: AbortSignal | undefined): Promise<SendOutcome> {
    if (this.#receive === undefined) return closed;
    if (frame.length > this.link.frameBytesMax)
      return { status: "rejected", reason: "too_large", detail: `frame_too_large: ${frame.length} bytes` };
    const target = this.#network.ends.get(peer);
    if (target === undefined) return { status: "failed", reason: "no_route", detail: "no such peer" };
    if (target.#queue.length >= this.#network.queueFrames)
      return { status: "rejected", reason: "busy", detail: "back_pressure: the queue is full" };
    this.counters.framesSent++;
    this.counters.bytesSent += frame.length;
    return new Promise((settle) => {
      target.#queue.push({ from: this, bytes: frame.slice(), signal, settle });
      if (target.#queue.length === 1) queueMicrotask(() => target.#arrive());
    });
  }

  /** One frame, then a turn for everybody else. */
  #arrive(): void {
    const passage = this.#queue.shift();
    if (passage === undefined) return;
    if (this.#queue.length > 0) queueMicrotask(() => this.#arrive());
    passage.settle(this.#deliver(passage));
  }

  #deliver({ from, bytes, signal }: Passage): SendOutcome {
    // A sender that stopped or gave up has been told that the frame is not delivered; so it must not be.
    if (from.#stopped || signal?.aborted) return closed;
    const verdict = this.#verdict({
      bytes,
      transport: "memory",
      peerKeyId: from.#keyId,
      attribution: "process",
      waxwing: true,
    });
    if (verdict === "accepted") {
      this.counters.framesReceived++;
      this.counters.bytesReceived += bytes.length;
      return { status: "delivered", waxwing: 1 };
    }
    this.counters.framesRefused++;
    return verdict === "busy"
      ? { status: "rejected", reason: "busy", detail: "back_pressure: the receiver has no room" }
      : closed;
  }

  /** A receiver that throws must not end the process from a microtask; to the sender it is closed. */
  #verdict(frame: InboundFrame): ReceiveVerdict {
    try {
      return this.#receive?.(frame) ?? "closed";
    } catch {
      return "closed";
    }
  }
}
