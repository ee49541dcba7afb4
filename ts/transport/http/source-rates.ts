/**
 * How fast each source may send: token buckets of frames and of bytes, decided before a body is read. Proven
 * senders are counted by their key, wherever they send from; all others by the prefix of their address.
 *
 *     a known peer's key  │ a place of its own, always
 *     another proven key  │ `limits.peersMax` places
 *     an address prefix   │ `limits.httpRateSourcesMax` places
 *
 * The tables are bounded, and a flood of sources churns none of them: only a source whose bucket has filled up
 * again, which a new one would have too, makes room. While there is none, newcomers share one bucket. So a flood
 * never resets the account of a source that is being counted, nor takes the place of a known peer.
 *
 * A body costs what it declares, or the largest frame while its length is unknown; the difference is given back.
 * A bucket of bytes may fall below zero by one body, which its source then waits for.
 */
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import { sourcePrefix } from "../../base/source-prefix.js";
import type { Clock } from "../../contracts/host.js";

export interface RateBounds {
  readonly framesPerSecond: number;
  /** Frames that may come at once after a silence. */
  readonly framesBurst: number;
  readonly bytesPerSecond: number;
  readonly bytesBurst: number;
}

export interface SourceRateOptions {
  /** Each key that proved itself. */
  readonly proven?: Partial<RateBounds>;
  /** Each IPv4 address, or /56 of IPv6, that proved nothing. */
  readonly unproven?: Partial<RateBounds>;
}

export const defaultRates: { readonly proven: RateBounds; readonly unproven: RateBounds } = {
  proven: {
    framesPerSecond: limits.httpProvenFramesPerSecond,
    framesBurst: 2 * limits.httpProvenFramesPerSecond,
    bytesPerSecond: limits.httpProvenBytesPerSecond,
    bytesBurst: 2 * limits.httpProvenBytesPerSecond,
  },
  unproven: {
    framesPerSecond: limits.httpUnprovenFramesPerSecond,
    framesBurst: 2 * limits.httpUnprovenFramesPerSecond,
    bytesPerSecond: limits.httpUnprovenBytesPerSecond,
    bytesBurst: 2 * limits.httpUnprovenBytesPerSecond,
  },
};

/** What a frame was charged; `settle` gives back what it did not use. */
export interface Charge {
  settle(bytes: number): void;
}

export type RateVerdict =
  | { readonly ok: true; readonly charge: Charge }
  | { readonly ok: false; readonly retryAfterMs: number };

export class SourceRates {
  readonly #peers: SourceTable;
  readonly #proven: SourceTable;
  readonly #unproven: SourceTable;
  readonly #isKnownPeer: (keyId: KeyId) => boolean;

  constructor(
    options: SourceRateOptions,
    { clock, isKnownPeer }: { clock: Pick<Clock, "monotonicMs">; isKnownPeer: (keyId: KeyId) => boolean },
  ) {
    const proven = { ...defaultRates.proven, ...options.proven };
    const unproven = { ...defaultRates.unproven, ...options.unproven };
    this.#isKnownPeer = isKnownPeer;
    this.#peers = new SourceTable(proven, limits.peersMax, clock);
    this.#proven = new SourceTable(proven, limits.peersMax, clock);
    this.#unproven = new SourceTable(unproven, limits.httpRateSourcesMax, clock);
  }

  /** Charges one frame; `bytes` undefined while the length of its body is unknown. */
  take(
    source: { readonly peerKeyId?: KeyId; readonly remoteAddress: string },
    bytes: number | undefined,
  ): RateVerdict {
    const { peerKeyId, remoteAddress } = source;
    if (peerKeyId === undefined) return this.#unproven.take(sourcePrefix(remoteAddress), bytes);
    return (this.#isKnownPeer(peerKeyId) ? this.#peers : this.#proven).take(peerKeyId, bytes);
  }
}

interface Bucket {
  frames: number;
  bytes: number;
  atMs: number;
}

/** Buckets by source, the longest untouched first. */
export class SourceTable {
  readonly #bounds: RateBounds;
  readonly #sourcesMax: number;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #buckets = new Map<string, Bucket>();
  /** For sources that found no place. */
  readonly #shared: Bucket;

  constructor(bounds: RateBounds, sourcesMax: number, clock: Pick<Clock, "monotonicMs">) {
    this.#bounds = bounds;
    this.#sourcesMax = sourcesMax;
    this.#clock = clock;
    this.#shared = this.#full(clock.monotonicMs());
  }

  get size(): number {
    return this.#buckets.size;
  }

  take(source: string, bytes: number | undefined): RateVerdict {
    const nowMs = this.#clock.monotonicMs();
    const bucket = this.#bucketOf(source, nowMs);
    this.#refill(bucket, nowMs);
    const { framesPerSecond, bytesPerSecond } = this.#bounds;
    const framesMs = bucket.frames >= 1 ? 0 : ((1 - bucket.frames) * 1000) / framesPerSecond;
    const bytesMs = bucket.bytes > 0 ? 0 : ((1 - bucket.bytes) * 1000) / bytesPerSecond;
    const retryAfterMs = Math.max(framesMs, bytesMs);
    if (retryAfterMs > 0) return { ok: false, retryAfterMs };
    const charged = Math.min(bytes ?? limits.frameBytesMax, limits.frameBytesMax);
    bucket.frames -= 1;
    bucket.bytes -= charged;
    return { ok: true, charge: { settle: (used) => this.#giveBack(bucket, charged - used) } };
  }

  #bucketOf(source: string, nowMs: number): Bucket {
    const known = this.#buckets.get(source);
    if (known !== undefined) {
      // Behind all others, so that the first is the longest untouched.
      this.#buckets.delete(source);
      this.#buckets.set(source, known);
      return known;
    }
    if (this.#buckets.size >= this.#sourcesMax && !this.#dropFull(nowMs)) return this.#shared;
    const bucket = this.#full(nowMs);
    this.#buckets.set(source, bucket);
    return bucket;
  }

  /** Whether the longest untouched source has filled up, so that nothing is forgotten with it. */
  #dropFull(nowMs: number): boolean {
    const [oldest] = this.#buckets;
    if (oldest === undefined) return false;
    const [source, bucket] = oldest;
    this.#refill(bucket, nowMs);
    if (bucket.frames < this.#bounds.framesBurst || bucket.bytes < this.#bounds.bytesBurst) return false;
    return this.#buckets.delete(source);
  }

  #refill(bucket: Bucket, nowMs: number): void {
    const seconds = (nowMs - bucket.atMs) / 1000;
    const { framesPerSecond, framesBurst, bytesPerSecond, bytesBurst } = this.#bounds;
    bucket.frames = Math.min(framesBurst, bucket.frames + seconds * framesPerSecond);
    bucket.bytes = Math.min(bytesBurst, bucket.bytes + seconds * bytesPerSecond);
    bucket.atMs = nowMs;
  }

  #giveBack(bucket: Bucket, bytes: number): void {
    bucket.bytes = Math.min(this.#bounds.bytesBurst, bucket.bytes + bytes);
  }

  #full(nowMs: number): Bucket {
    return { frames: this.#bounds.framesBurst, bytes: this.#bounds.bytesBurst, atMs: nowMs };
  }
}
