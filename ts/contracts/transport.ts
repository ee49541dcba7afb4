/**
 * Transport: moves whole frames between peers and says who sent them.
 *
 * Laws (suite: `testing/transport-suite`):
 * 1. Boundaries are kept: one `send` is one received frame, byte for byte, or none.
 * 2. Delivery is at most once per `send`; order is promised only where `link.ordered` is true.
 * 3. Frames larger than `link.frameBytesMax` are refused (`rejected`, `too_large`) before anything is sent.
 * 4. `peerKeyId` of an inbound frame is proven by the transport, or absent. A claim is never passed as proof.
 * 5. A receiver that answers `busy` makes the sender see `rejected` or nothing; it never blocks other peers.
 * 6. `send` to an unknown or unreachable peer resolves with an outcome; only caller mistakes throw.
 * 7. `stop` is idempotent, ends listening, settles pending sends and releases the address.
 */
import type { KeyId } from "../base/ids.js";

export type TransportId = "memory" | "http" | "tcp" | "udp" | "serial" | "raw" | "reticulum";

/** How the sender of a frame was proven. */
export type AttributionMethod =
  | "bearer-native" // EdDSA JWT bound to receiver and body
  | "bearer-stock" // EdDSA JWT of the reference, bound to nothing
  | "mtls" // client certificate on the socket
  | "link" // link signature (radio, serial, raw)
  | "process"; // same process: the memory transport

export interface InboundFrame {
  readonly bytes: Uint8Array;
  readonly transport: TransportId;
  /** Proven peer key; absent when nothing was proven. */
  readonly peerKeyId?: KeyId;
  readonly attribution?: AttributionMethod;
  /** The peer has shown the Waxwing capability on this exchange. */
  readonly waxwing?: boolean;
  /** For logs only. */
  readonly remoteAddress?: string;
}

/** `accepted`: taken into a queue. `busy`: no room now. `closed`: not receiving any more. */
export type ReceiveVerdict = "accepted" | "busy" | "closed";

/** Called once a frame; must answer without waiting for the frame to be processed. */
export type FrameReceiver = (frame: InboundFrame) => ReceiveVerdict;

export type SendOutcome =
  | {
      readonly status: "delivered" /** Capabilities the peer showed, e.g. `{ waxwing: 1 }`. */;
      readonly waxwing?: number;
    }
  | { readonly status: "queued" }
  | {
      readonly status: "rejected";
      readonly reason: "rate_limited" | "unauthorized" | "busy" | "too_large" | "client_error";
      readonly detail: string;
      readonly retryAfterMs?: number;
    }
  | {
      readonly status: "failed";
      readonly reason: "unreachable" | "timeout" | "no_route" | "io" | "closed";
      readonly detail: string;
    };

export interface LinkProperties {
  readonly frameBytesMax: number;
  /** Largest piece the medium carries at once; frames above it are fragmented by the transport. */
  readonly mtuBytes?: number;
  readonly rateBitsPerSecond?: number;
  readonly ordered: boolean;
  readonly confidential: boolean;
}

export interface TransportCounters {
  readonly framesSent: number;
  readonly framesReceived: number;
  /** Frame bodies, without headers. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly framesRefused: number;
  readonly sendFailures: number;
}

export interface Transport {
  readonly id: TransportId;
  readonly link: LinkProperties;
  readonly counters: TransportCounters;
  /** Addresses at which peers reach this node, once started. */
  readonly addresses: readonly string[];
  start(receive: FrameReceiver): Promise<void>;
  send(peer: KeyId, frame: Uint8Array, options?: { signal?: AbortSignal }): Promise<SendOutcome>;
  stop(): Promise<void>;
}

/** Where a peer is reached: kept by the node, read by transports. */
export interface PeerAddressBook {
  address(peer: KeyId, transport: TransportId): string | undefined;
  /** Whether the peer itself named that address: then it is resolved once and checked. Absent: all are operators' words. */
  isPeerNamed?(peer: KeyId, transport: TransportId): boolean;
}
