/** Key agreement costs about a millisecond: strangers get a bounded share of it, and one address a part of that. */
import { limits } from "../../base/limits.js";
import type { MediumAddress } from "../../contracts/medium.js";

/** So many a second, and as many at once. */
class Bucket {
  readonly #perSecond: number;
  #left: number;
  #atMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#atMs = nowMs;
  }

  has(nowMs: number): boolean {
    this.#left = Math.min(this.#perSecond, this.#left + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    return this.#left >= 1;
  }

  isFull(nowMs: number): boolean {
    return this.has(nowMs) && this.#left === this.#perSecond;
  }

  take(): void {
    this.#left--;
  }
}

export class HandshakeAllowance {
  #all: Bucket | undefined;
  readonly #byAddress = new Map<MediumAddress, Bucket>();

  take(from: MediumAddress, nowMs: number): boolean {
    this.#all ??= new Bucket(limits.linkHandshakesPerSecond, nowMs);
    if (!this.#all.has(nowMs)) return false;
    const bucket = this.#byAddress.get(from) ?? new Bucket(limits.linkHandshakesPerAddress, nowMs);
    if (!bucket.has(nowMs)) return false;
    if (!this.#byAddress.has(from)) this.#forgetOld(nowMs);
    this.#byAddress.set(from, bucket);
    this.#all.take();
    bucket.take();
    return true;
  }

  /** A full bucket is like none: at most a few seconds' worth of addresses stay. */
  #forgetOld(nowMs: number): void {
    for (const [address, bucket] of this.#byAddress)
      if (bucket.isFull(nowMs)) this.#byAddress.delete(address);
  }
}
