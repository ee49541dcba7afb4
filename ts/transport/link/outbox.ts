/**
 * Handshake packets on their way to the wire, cut where the medium is small. They are sent again by
 * themselves, so a flood of them drops the oldest and never grows the queue.
 */
import { limits } from "../../base/limits.js";
import type { MediumAddress } from "../../contracts/medium.js";
import type { PacketParts } from "./packet-parts.js";

export interface OutgoingPacket {
  readonly bytes: Uint8Array;
  readonly to: MediumAddress;
}

export class Outbox {
  #packets: OutgoingPacket[] = [];
  readonly #parts: PacketParts;

  constructor(parts: PacketParts) {
    this.#parts = parts;
  }

  add(packet: Uint8Array, to: MediumAddress): void {
    for (const bytes of this.#parts.split(packet)) this.#packets.push({ bytes, to });
    if (this.#packets.length > limits.linkOutboxMax)
      this.#packets.splice(0, this.#packets.length - limits.linkOutboxMax);
  }

  /** The oldest that finds room. */
  next(isBlocked: (to: MediumAddress) => boolean): OutgoingPacket | undefined {
    const first = this.#packets.findIndex(({ to }) => !isBlocked(to));
    return first === -1 ? undefined : this.#packets.splice(first, 1)[0];
  }

  /** It could not leave: it is the next again. */
  putBack(packet: OutgoingPacket): void {
    this.#packets.unshift(packet);
  }

  /** What was meant for there is of no use any more. */
  drop(address: MediumAddress): void {
    this.#packets = this.#packets.filter(({ to }) => to !== address);
  }

  clear(): void {
    this.#packets.length = 0;
  }
}
