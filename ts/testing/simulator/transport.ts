/** A node's transport in a world: the contract's shape over the faulty network. */
import type { KeyId } from "../../base/ids.js";
import type {
  FrameReceiver,
  LinkProperties,
  SendOutcome,
  Transport,
  TransportCounters,
} from "../../contracts/transport.js";
import type { Network, NetworkPort } from "./network.js";

export class SimTransport implements Transport {
  readonly id = "memory";
  readonly link: LinkProperties;
  readonly addresses: readonly string[];
  readonly #network: Network;
  readonly #port: NetworkPort;
  #stopped = false;
  readonly #counts = {
    framesSent: 0,
    framesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    framesRefused: 0,
    sendFailures: 0,
  };

  constructor(network: Network, port: NetworkPort) {
    this.#network = network;
    this.#port = port;
    this.addresses = [`sim:${port.keyId}`];
    const faults = network.faultsBetween(port.keyId, port.keyId);
    this.link = {
      frameBytesMax: faults.frameBytesMax,
      ordered: false,
      confidential: true,
      ...(faults.rateBitsPerSecond ? { rateBitsPerSecond: faults.rateBitsPerSecond } : {}),
    };
  }

  get counters(): TransportCounters {
    return this.#counts;
  }

  async start(receive: FrameReceiver): Promise<void> {
    this.#port.receive = (frame) => {
      const verdict = receive(frame);
      if (verdict === "accepted") {
        this.#counts.framesReceived++;
        this.#counts.bytesReceived += frame.bytes.length;
      } else this.#counts.framesRefused++;
      return verdict;
    };
  }

  async send(peer: KeyId, frame: Uint8Array, options: { signal?: AbortSignal } = {}): Promise<SendOutcome> {
    if (this.#stopped) return { status: "failed", reason: "closed", detail: "the transport is stopped" };
    const outcome = await this.#network.send(this.#port, peer, frame, options.signal);
    this.#count(outcome, frame.length);
    return outcome;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#port.receive = undefined;
    this.#network.abandon(this.#port);
  }

  #count(outcome: SendOutcome, frameBytes: number): void {
    if (outcome.status === "delivered" || outcome.status === "queued") {
      this.#counts.framesSent++;
      this.#counts.bytesSent += frameBytes;
    } else this.#counts.sendFailures++;
  }
}
