/**
 * Who was asked for which record. Several peers offer the same records at the same time; asking one of them
 * is enough. A claim is held by a round and ends with it.
 *
 * A peer must not be able to keep a record from us by claiming to have it: a claim lasts one wait at most,
 * and who let a claim lapse gets only weak ones for that record, which others override.
 */
import { hashHex, type KeyId, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";

/** One round of one peer. Compared by identity. */
export interface Claimant {
  readonly peer: KeyId;
}

interface Claim {
  readonly holder: Claimant;
  readonly untilMs: number;
}

export class WantClaims {
  readonly #nowMs: () => number;
  readonly #claims = new Map<string, Claim>();
  /** Who was asked for a record last and did not bring it; oldest dropped. */
  readonly #defaulters = new Map<string, KeyId>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether the claimant may ask: the record is free, or was claimed by itself, or its claim has lapsed. */
  claim(holder: Claimant, kind: KindToken, hash: Uint8Array): boolean {
    const key = claimKey(kind, hash);
    const nowMs = this.#nowMs();
    const standing = this.#claims.get(key);
    if (standing && standing.holder !== holder) {
      if (nowMs < standing.untilMs) return false;
      this.#default(key, standing.holder.peer);
    }
    // A defaulter may still be the only source: it is asked, and nobody waits for it.
    if (this.#defaulters.get(key) !== holder.peer) this.#hold(key, holder, nowMs + limits.roundWaitMs);
    return true;
  }

  /** The record came, whatever became of it. */
  arrived(kind: KindToken, hash: Uint8Array): void {
    const key = claimKey(kind, hash);
    this.#claims.delete(key);
    this.#defaulters.delete(key);
  }

  /** The round is over: what it did not bring is free for others. `defaulted`: the peer was asked in vain. */
  release(holder: Claimant, kind: KindToken, hashes: Iterable<Uint8Array>, defaulted: boolean): void {
    for (const hash of hashes) {
      const key = claimKey(kind, hash);
      if (this.#claims.get(key)?.holder !== holder) continue;
      this.#claims.delete(key);
      if (defaulted) this.#default(key, holder.peer);
    }
  }

  #hold(key: string, holder: Claimant, untilMs: number): void {
    this.#claims.delete(key);
    this.#claims.set(key, { holder, untilMs });
    if (this.#claims.size > limits.wantClaimsMax) dropOldest(this.#claims);
  }

  #default(key: string, peer: KeyId): void {
    this.#defaulters.delete(key);
    this.#defaulters.set(key, peer);
    if (this.#defaulters.size > limits.wantClaimsMax) dropOldest(this.#defaulters);
  }
}

function dropOldest(map: Map<string, unknown>): void {
  map.delete(map.keys().next().value!);
}

function claimKey(kind: KindToken, hash: Uint8Array): string {
  return `${hashHex(hash)}${kind}`;
}
