/** Peers that have shown the Waxwing capability: they get native tokens. Bounded; the longest unseen is forgotten and learnt again. */
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";

export class WaxwingPeers {
  readonly #peers = new Set<KeyId>();

  has(peer: KeyId): boolean {
    return this.#peers.has(peer);
  }

  learn(peer: KeyId): void {
    this.#peers.delete(peer);
    this.#peers.add(peer);
    if (this.#peers.size <= limits.peersMax) return;
    for (const oldest of this.#peers) {
      this.#peers.delete(oldest);
      return;
    }
  }

  forget(peer: KeyId): void {
    this.#peers.delete(peer);
  }
}
