/**
 * Messages on their way in: pieces in any order, repeated or not, put together within bounds. What does not
 * fit is answered `busy` and forgotten, so that memory is bounded whatever an authenticated peer sends.
 */
import { limits } from "../../base/limits.js";
import { messageHeadBytes } from "./outgoing.js";
import { Received } from "./received.js";
import type { LinkItem, OutcomeName } from "./wire.js";

type Piece = Extract<LinkItem, { type: "piece" }>;

interface Partial {
  readonly bytes: Uint8Array;
  /** Parts that are here, in order and apart from each other. */
  readonly parts: { start: number; end: number }[];
  touchedAtMs: number;
}

/** Memory that all sessions of an endpoint share for unfinished messages. Who has most makes room for who has less. */
export class IncomingBudget {
  #bytes = 0;
  readonly #holders = new Set<Incoming>();

  get bytes(): number {
    return this.#bytes;
  }

  reserve(bytes: number, holder: Incoming): boolean {
    while (this.#bytes + bytes > limits.linkPartialBytesTotalMax) {
      const largest = [...this.#holders].reduce((a, b) => (b.bytes > a.bytes ? b : a));
      if (largest.bytes <= holder.bytes + bytes) return false;
      largest.giveUpOne();
    }
    this.#bytes += bytes;
    this.#holders.add(holder);
    return true;
  }

  release(bytes: number, holder: Incoming): void {
    this.#bytes -= bytes;
    if (holder.bytes === 0) this.#holders.delete(holder);
  }
}

export type PieceResult =
  | { readonly type: "complete"; readonly content: Uint8Array }
  | { readonly type: "refused"; readonly outcome: OutcomeName }
  | { readonly type: "waiting" };

const waiting: PieceResult = { type: "waiting" };

export class Incoming {
  readonly #partials = new Map<number, Partial>();
  readonly #ended = new Received();
  readonly #budget: IncomingBudget;
  readonly #refuse: (message: number, outcome: OutcomeName) => void;
  #bytes = 0;
  /** Largest message that is taken. */
  messageBytesMax: number;

  /** `refuse` hears of messages that are given up after they began. */
  constructor(
    budget: IncomingBudget,
    messageBytesMax: number,
    refuse: (message: number, outcome: OutcomeName) => void,
  ) {
    this.#budget = budget;
    this.#refuse = refuse;
    this.messageBytesMax = messageBytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#partials.size === 0;
  }

  /** When the message that waits longest for its next piece got one. */
  get touchedAtMs(): number | undefined {
    return this.#longestUntouched()?.[1].touchedAtMs;
  }

  take(piece: Piece, nowMs: number): PieceResult {
    let partial = this.#partials.get(piece.message);
    if (!partial) {
      if (this.#ended.has(piece.message)) return waiting;
      const begun = this.#begin(piece, nowMs);
      if (typeof begun === "string") return { type: "refused", outcome: begun };
      partial = begun;
    }
    // A total that changes is a peer's mistake: the message can never be whole.
    if (partial.bytes.length !== piece.total) {
      this.drop(piece.message);
      return { type: "refused", outcome: "closed" };
    }
    partial.bytes.set(piece.bytes, piece.offset);
    partial.touchedAtMs = nowMs;
    addPart(partial.parts, piece.offset, piece.offset + piece.bytes.length);
    if (partial.parts.length > limits.linkPartsApartMax) {
      this.drop(piece.message);
      return { type: "refused", outcome: "busy" };
    }
    const [whole] = partial.parts;
    if (whole!.start !== 0 || whole!.end !== piece.total) return waiting;
    this.drop(piece.message);
    return { type: "complete", content: partial.bytes };
  }

  /** Ends a message, whole or not. */
  drop(message: number): void {
    const partial = this.#partials.get(message);
    this.#ended.add(message);
    if (!partial) return;
    this.#partials.delete(message);
    this.#bytes -= partial.bytes.length;
    this.#budget.release(partial.bytes.length, this);
  }

  /** Messages that nothing came of for so long. */
  giveUpStalled(nowMs: number, patienceMs: number): void {
    for (const [message, { touchedAtMs }] of this.#partials)
      if (nowMs >= touchedAtMs + patienceMs) this.#giveUp(message);
  }

  /** Makes room for another session. */
  giveUpOne(): void {
    const longest = this.#longestUntouched();
    if (longest) this.#giveUp(longest[0]);
  }

  clear(): void {
    for (const message of [...this.#partials.keys()]) this.drop(message);
  }

  #giveUp(message: number): void {
    this.drop(message);
    this.#refuse(message, "busy");
  }

  #longestUntouched(): [number, Partial] | undefined {
    let longest: [number, Partial] | undefined;
    for (const entry of this.#partials)
      if (!longest || entry[1].touchedAtMs < longest[1].touchedAtMs) longest = entry;
    return longest;
  }

  #begin(piece: Piece, nowMs: number): Partial | OutcomeName {
    const refuse = (outcome: OutcomeName): OutcomeName => {
      this.#ended.add(piece.message);
      return outcome;
    };
    if (piece.total > this.messageBytesMax) return refuse("too_large");
    if (piece.total < messageHeadBytes) return refuse("closed");
    // A sender begins half as many; the word that it gave others up may be late.
    if (this.#partials.size >= 2 * limits.linkMessagesAtOnce) return refuse("busy");
    const isAlone = this.#partials.size === 0;
    if (!isAlone && this.#bytes + piece.total > limits.linkPartialBytesMax) return refuse("busy");
    if (!this.#budget.reserve(piece.total, this)) return refuse("busy");
    const partial: Partial = { bytes: new Uint8Array(piece.total), parts: [], touchedAtMs: nowMs };
    this.#partials.set(piece.message, partial);
    this.#bytes += piece.total;
    return partial;
  }
}

/** Joins what overlaps or touches. Pieces come mostly in order, so the place is looked for from the end. */
function addPart(parts: { start: number; end: number }[], start: number, end: number): void {
  let index = parts.length;
  while (index > 0 && parts[index - 1]!.end >= start) index--;
  const joined = { start, end };
  let count = 0;
  for (let i = index; i < parts.length && parts[i]!.start <= joined.end; i++, count++) {
    joined.start = Math.min(joined.start, parts[i]!.start);
    joined.end = Math.max(joined.end, parts[i]!.end);
  }
  parts.splice(index, count, joined);
}
