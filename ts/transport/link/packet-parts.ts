/**
 * Handshake packets on a medium whose packets are shorter: cut into `CFRG` fragments, as all frames of small
 * links are. They come before anybody is proven, so what is kept of them is bounded tightly. Nothing is asked
 * for again: a handshake is repeated with the same bytes, and its fragments with it.
 */

import { isWaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import {
  decodeFragment,
  type Fragment,
  FragmentedFrame,
  packetType,
  Reassembler,
  type Sha256,
} from "../../framing/index.js";

export class PacketParts {
  readonly #packetBytesMax: number;
  readonly #sha256: Sha256;
  readonly #reassembler: Reassembler;

  constructor(packetBytesMax: number, sha256: Sha256) {
    this.#packetBytesMax = packetBytesMax;
    this.#sha256 = sha256;
    this.#reassembler = new Reassembler(sha256);
  }

  split(packet: Uint8Array): Iterable<Uint8Array> {
    if (packet.length <= this.#packetBytesMax) return [packet];
    return new FragmentedFrame(packet, this.#packetBytesMax, this.#sha256);
  }

  /** The whole packet, when this is one or completes one; `undefined` for a part of one and for nonsense. */
  join(bytes: Uint8Array): Uint8Array | undefined {
    if (packetType(bytes) === undefined) return bytes;
    const fragment = decodeOwn(bytes);
    if (!fragment) return undefined;
    const result = this.#reassembler.add(fragment);
    return result.status === "complete" ? result.frame : undefined;
  }
}

/** A fragment of a packet no larger than a handshake's. */
function decodeOwn(bytes: Uint8Array): Fragment | undefined {
  try {
    const fragment = decodeFragment(bytes);
    // The last one may be short, so its length says nothing of the others: their number is bounded as well.
    const isOurs =
      fragment.total <= limits.linkPartsMax &&
      fragment.chunk.length <= limits.linkPartBytesMax / (fragment.total - 1);
    return isOurs ? fragment : undefined;
  } catch (error) {
    if (isWaxwingError(error, "fragment_malformed")) return undefined;
    throw error;
  }
}
