/**
 * Handshake packets on their way to the wire, cut where the medium is small. They are sent again by
 * themselves: one that is still here is not queued twice, and a flood of them drops the oldest.
 */
import { limits } from "../../base/limits.js";
import type { MediumAddress } from "../../contracts/medium.js";
import type { PacketParts } from "./packet-parts.js";

export interface OutgoingPacket {
  readonly bytes: Uint8Array;
  readonly to: MediumAddress;
}

interface QueuedPacket extends OutgoingPacket {
  /** What it is, or is a part of. */
  readonly whole: Uint8Array;
}

export class Outbox {
  #packets: QueuedPacket[] = [];
  #lastGiven: QueuedPacket | undefined;
  readonly #parts: PacketParts;

  constructor(parts: PacketParts) {
    this.#parts = parts;
  }

  add(packet: Uint8Array, to: MediumAddress): void {
    if (this.#packets.some((queued) => queued.whole === packet && queued.to === to)) return;
    for (const bytes of this.#parts.split(packet)) this.#packets.push({ bytes, to, whole: packet });
    if (this.#packets.length > limits.linkOutboxMax)
      this.#packets.splice(0, this.#packets.length - limits.linkOutboxMax);
  }

  /** The oldest that finds room. */
  next(isBlocked: (to: MediumAddress) => boolean): OutgoingPacket | undefined {
    const first = this.#packets.findIndex(({ to }) => !isBlocked(to));
    this.#lastGiven = first === -1 ? undefined : this.#packets.splice(first, 1)[0];
    return this.#lastGiven;
  }

  /** What was given last could not leave: it is the next again. */
  putBack(): void {
    if (this.#lastGiven) this.#packets.unshift(this.#lastGiven);
  }

  /** It is of no use any more: what is left of it stays here. */
  forget(packet: Uint8Array): void {
    this.#packets = this.#packets.filter(({ whole }) => whole !== packet);
  }

  /** What was meant for there is of no use any more. */
  drop(address: MediumAddress): void {
    this.#packets = this.#packets.filter(({ to }) => to !== address);
  }

  clear(): void {
    this.#packets.length = 0;
  }
}
