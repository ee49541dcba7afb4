/**
 * Medium: moves packets of bounded size over a wire, and knows nothing of who is who. A cable, a radio,
 * an Ethernet segment, a UDP socket, a TCP connection. `transport/link` makes a `Transport` of one.
 *
 * Laws (suite: `testing/medium-suite`):
 * 1. Boundaries are kept: what arrives is a packet that was sent, whole, or (rarely) one that noise made
 *    and no checksum caught. Loss, reorder and repetition are allowed unless `reliable`.
 * 2. `send` never waits: `false` means no room, and `writable` is called once when there is some again. Room
 *    is one for all on a shared wire, and one an address where `isPerAddress` says so. What it took is a copy.
 * 3. A medium that loses its wire calls `down` once, and `up` when it is back; it retries by itself until
 *    it is closed. While down, `send` answers `false`.
 * 4. A reliable medium that may have lost something between two addresses calls `gone` for it, once.
 * 5. `close` is idempotent, valid in every state, and no callback comes after it resolved.
 */
import type { WaxwingError } from "../base/errors.js";
import type { TransportId } from "./transport.js";

/**
 * A place on a medium, in the medium's own form: `""` on a cable with two ends, `192.0.2.1:4242`, a MAC
 * address. It may stand for everybody (a broadcast or multicast address): whom a packet is for is said in
 * it. Never proof of anything.
 */
export type MediumAddress = string;

export interface MediumProperties {
  /** Largest packet, 64 at least. */
  readonly packetBytesMax: number;
  /** What the wire carries, where it is known; paces the link and sets its waits. */
  readonly rateBitsPerSecond?: number;
  /** While up, nothing is lost, repeated or reordered between the same two addresses. */
  readonly reliable: boolean;
  /** Each address has a way of its own (a connection), so that a slow one holds up no other. */
  readonly isPerAddress?: boolean;
}

export interface MediumEvents {
  /** `bytes` are the receiver's to keep. */
  packet(bytes: Uint8Array, from: MediumAddress): void;
  /** Room again: to that address, or everywhere when none is named. */
  writable(address?: MediumAddress): void;
  /** Whatever was under way to or from there is lost: a connection ended. */
  gone(address: MediumAddress, reason: WaxwingError): void;
  up(): void;
  down(reason: WaxwingError): void;
}

export interface MediumCounters {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** On the wire, framing included. */
  readonly wireBytesSent: number;
  readonly wireBytesReceived: number;
  /** Bytes between frames, frames too long, frames whose checksum does not hold. */
  readonly packetsDamaged: number;
  /** Times the wire came back. */
  readonly reconnects: number;
}

export interface Medium {
  readonly id: TransportId;
  readonly properties: MediumProperties;
  readonly counters: MediumCounters;
  /** Where peers reach this end; empty until it is open. */
  readonly addresses: readonly string[];
  /** Rejects only for settings that cannot work; a wire that is absent is `down`. */
  open(events: MediumEvents): Promise<void>;
  send(packet: Uint8Array, to: MediumAddress): boolean;
  close(): Promise<void>;
}
