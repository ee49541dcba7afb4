/**
 * How large a frame of bodies may be on a way whose rate nobody knows, as of HTTP: what the last one took says how much the
 * next one carries, so that each takes a quarter of a wait at most. The first is small enough for a slow uplink.
 */
import { limits } from "../base/limits.js";
import type { PeerLink } from "./context.js";

const targetMs = limits.roundWaitMs / 4;

export class BodiesPace {
  #bytesMax: number;

  constructor(link: PeerLink | undefined) {
    // Where the rate is known, `bodiesBytesFor` has gone by it.
    const isKnown = link?.rateBitsPerSecond !== undefined;
    this.#bytesMax = isKnown ? limits.bodiesBytesMax : limits.bodiesFirstBytes;
  }

  get bytesMax(): number {
    return this.#bytesMax;
  }

  sent(bytes: number, ms: number): void {
    const inTarget = Math.floor((bytes * targetMs) / Math.max(ms, 1));
    // A short frame in little time says nothing against long ones: it was the way there and back that took it.
    const next = ms > targetMs ? inTarget : Math.max(this.#bytesMax, inTarget);
    this.#bytesMax = Math.max(1, Math.min(next, limits.bodiesBytesMax));
  }
}
