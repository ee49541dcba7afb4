/**
 * In which framing a round with a peer is opened (DESIGN §9). Old peers answer nothing to v3, new ones
 * answer both, so legacy is the default until a peer has shown that it understands v3, by having sent it, or
 * native frames, by the Waxwing capability; an operator's word stands above both. Rounds are answered as they
 * were opened, whatever stands here.
 */
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";

export type Framing = "native" | "v3" | "legacy";

/** After so many silent rounds in a row a peer that once knew more than legacy is taken for one that was set back. */
const silentRoundsMax = 3;

interface Learnt {
  readonly framing: Framing;
  silentRounds: number;
}

export class PeerFraming {
  readonly #configured: (peer: KeyId) => Framing | undefined;
  /** In order of learning; the oldest is dropped, which costs that peer one legacy round. */
  readonly #learnt = new Map<KeyId, Learnt>();

  readonly #nowMs: () => number;
  /** Reconciliations in a row that heard nothing, and until when there are none. */
  readonly #silences = new Map<KeyId, { readonly rounds: number; readonly untilMs: number }>();

  /** `nowMs` is monotonic. */
  constructor(configured: (peer: KeyId) => Framing | undefined, nowMs: () => number) {
    this.#configured = configured;
    this.#nowMs = nowMs;
  }

  forPeer(peer: KeyId): Framing {
    return this.#configured(peer) ?? this.#learnt.get(peer)?.framing ?? "legacy";
  }

  /** The peer has sent v3 (`v3`), or shown the Waxwing capability (`native`), which stands above it. */
  learn(peer: KeyId, framing: "native" | "v3"): void {
    const known = this.#learnt.get(peer);
    // That it sends v3 says nothing of whether it still understands native frames.
    if (known?.framing === "native" && framing === "v3") return;
    const isNews = known?.framing !== "native" && known?.framing !== framing;
    if (known?.silentRounds === 0 && !isNews) return;
    this.#learnt.delete(peer);
    this.#learnt.set(peer, { framing: isNews ? framing : (known?.framing ?? framing), silentRounds: 0 });
    if (this.#learnt.size > limits.peersMax) this.#learnt.delete(this.#learnt.keys().next().value!);
  }

  /** A round that we opened heard nothing at all. */
  silentRound(peer: KeyId): void {
    const learnt = this.#learnt.get(peer);
    if (learnt && ++learnt.silentRounds >= silentRoundsMax) this.#learnt.delete(peer);
  }

  /** Whether to ask this peer for a reconciliation. */
  reconciles(peer: KeyId): boolean {
    const silence = this.#silences.get(peer);
    return silence === undefined || this.#nowMs() >= silence.untilMs;
  }

  /** A message of a reconciliation came from the peer: it knows them. */
  heardReconciling(peer: KeyId): void {
    this.#silences.delete(peer);
  }

  /**
   * Nothing answered when we asked for a reconciliation. A peer to which that happens again and again may be of a version
   * that does not know it, and is shown Summaries for a while.
   */
  silentReconciliation(peer: KeyId): void {
    const rounds = (this.#silences.get(peer)?.rounds ?? 0) + 1;
    const untilMs = rounds >= silentRoundsMax ? this.#nowMs() + limits.reconcileRetryMs : 0;
    this.#silences.delete(peer);
    this.#silences.set(peer, { rounds, untilMs });
    if (this.#silences.size > limits.peersMax) this.#silences.delete(this.#silences.keys().next().value!);
  }

  forget(peer: KeyId): void {
    this.#silences.delete(peer);
    this.#learnt.delete(peer);
  }
}
