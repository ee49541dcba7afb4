/**
 * All sessions of an endpoint by our number. Those whose peer is not believed yet have few places of their
 * own, so that strangers displace only each other.
 */
import { limits } from "../../base/limits.js";
import type { Established } from "./peer.js";

export class SessionTable {
  /** In the order in which they were agreed. */
  readonly #all = new Map<number, Established>();
  readonly #candidates = new Set<Established>();

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Established> {
    return this.#all.values();
  }

  has(number: number): boolean {
    return this.#all.has(number);
  }

  get(number: number): Established | undefined {
    return this.#all.get(number);
  }

  get oldest(): Established | undefined {
    return this.#all.values().next().value;
  }

  add(established: Established): void {
    this.#all.set(established.session.localSession, established);
    this.#candidates.add(established);
  }

  proven(established: Established): void {
    this.#candidates.delete(established);
  }

  delete(established: Established): void {
    this.#all.delete(established.session.localSession);
    this.#candidates.delete(established);
  }

  get candidates(): Iterable<Established> {
    return this.#candidates;
  }

  /** Which has to go, where there are more than may be. */
  surplus(): Established | undefined {
    if (this.#candidates.size > limits.linkCandidatesMax) return this.#candidates.values().next().value;
    if (this.#all.size - this.#candidates.size <= limits.linkSessionsMax) return undefined;
    let unheard: Established | undefined;
    for (const established of this.#all.values()) {
      if (this.#candidates.has(established)) continue;
      if (!unheard || established.session.heardAtMs < unheard.session.heardAtMs) unheard = established;
    }
    return unheard;
  }
}
