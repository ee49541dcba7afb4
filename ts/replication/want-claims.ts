/**
 * Who was asked for which record. Several peers offer the same records at the same time; asking one of them
 * is enough. A claim is held by a round and ends with it.
 *
 * A peer must not be able to keep a record from us by claiming to have it: from the first time it is asked
 * for a record it blocks others for one wait at most, however many rounds it opens, and not at all once it
 * was asked and brought nothing. After that it is still asked, being perhaps the only source, and nobody
 * waits for it.
 */
import { hashHex, type KeyId, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";

/** One round of one peer. Compared by identity. */
export interface Claimant {
  readonly peer: KeyId;
}

interface Claim {
  /** Who was asked, and blocked others. */
  readonly asked: readonly KeyId[];
  /** The round that waits for the answer, until it ends. */
  holder: Claimant | undefined;
  /** Others wait until then. */
  blocksUntilMs: number;
}

/** Peers that may block others one after the other, so that no group of them does so for ever. */
const blockersMax = 4;

export class WantClaims {
  readonly #nowMs: () => number;
  /** Oldest first; the front is dropped when it is full, which costs a duplicate at worst. */
  readonly #claims = new Map<string, Claim>();

  /** `nowMs` is monotonic. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#claims.size;
  }

  /** Of these, by rounds in flight. */
  get held(): number {
    let held = 0;
    for (const { holder } of this.#claims.values()) if (holder) held++;
    return held;
  }

  /** Whether this round may ask for the record; false while another one waits for it. */
  claim(holder: Claimant, kind: KindToken, hash: Uint8Array): boolean {
    const key = claimKey(kind, hash);
    const nowMs = this.#nowMs();
    const claim = this.#claims.get(key);
    const blocks = claim !== undefined && nowMs < claim.blocksUntilMs;
    if (claim?.holder && claim.holder !== holder && blocks) return false;
    const asked = claim?.asked ?? [];
    if (claim && (asked.includes(holder.peer) || asked.length >= blockersMax)) {
      if (blocks) claim.holder = holder;
    } else {
      const blocksUntilMs = nowMs + limits.roundWaitMs;
      this.#add(key, { asked: [...asked, holder.peer], holder, blocksUntilMs });
    }
    return true;
  }

  /** The record came, whatever became of it. */
  arrived(kind: KindToken, hash: Uint8Array): void {
    this.#claims.delete(claimKey(kind, hash));
  }

  /** The round is over: others may ask for what it did not bring. `inVain`: it brought nothing at all. */
  release(holder: Claimant, kind: KindToken, hashes: Iterable<Uint8Array>, inVain: boolean): void {
    for (const hash of hashes) {
      const claim = this.#claims.get(claimKey(kind, hash));
      if (claim?.holder !== holder) continue;
      claim.holder = undefined;
      if (inVain) claim.blocksUntilMs = Number.NEGATIVE_INFINITY;
    }
  }

  #add(key: string, claim: Claim): void {
    this.#claims.delete(key);
    this.#claims.set(key, claim);
    if (this.#claims.size > limits.wantClaimsMax) this.#claims.delete(this.#claims.keys().next().value!);
  }
}

function claimKey(kind: KindToken, hash: Uint8Array): string {
  return `${hashHex(hash)}${kind}`;
}
