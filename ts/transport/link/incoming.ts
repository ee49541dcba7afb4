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
}

/** Memory that all sessions of an endpoint share for unfinished messages. */
export class IncomingBudget {
  #bytes = 0;

  reserve(bytes: number): boolean {
    if (this.#bytes + bytes > limits.linkPartialBytesTotalMax) return false;
    this.#bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
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
  #bytes = 0;

  constructor(budget: IncomingBudget) {
    this.#budget = budget;
  }

  take(piece: Piece): PieceResult {
    if (this.#ended.has(piece.message)) return waiting;
    const partial = this.#partials.get(piece.message) ?? this.#begin(piece);
    if (typeof partial === "string") return { type: "refused", outcome: partial };
    // A total that changes is a peer's mistake: the message can never be whole.
    if (partial.bytes.length !== piece.total) {
      this.drop(piece.message);
      return { type: "refused", outcome: "closed" };
    }
    partial.bytes.set(piece.bytes, piece.offset);
    addPart(partial.parts, piece.offset, piece.offset + piece.bytes.length);
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
    this.#budget.release(partial.bytes.length);
  }

  clear(): void {
    for (const message of [...this.#partials.keys()]) this.drop(message);
  }

  #begin(piece: Piece): Partial | OutcomeName {
    const refuse = (outcome: OutcomeName): OutcomeName => {
      this.#ended.add(piece.message);
      return outcome;
    };
    if (piece.total > limits.frameBytesMax + messageHeadBytes) return refuse("too_large");
    if (piece.total < messageHeadBytes) return refuse("closed");
    if (this.#partials.size >= limits.linkMessagesAtOnce) return refuse("busy");
    const isAlone = this.#partials.size === 0;
    if (!isAlone && this.#bytes + piece.total > limits.linkPartialBytesMax) return refuse("busy");
    if (!this.#budget.reserve(piece.total)) return refuse("busy");
    const partial: Partial = { bytes: new Uint8Array(piece.total), parts: [] };
    this.#partials.set(piece.message, partial);
    this.#bytes += piece.total;
    return partial;
  }
}

function addPart(parts: { start: number; end: number }[], start: number, end: number): void {
  let index = 0;
  while (index < parts.length && parts[index]!.end < start) index++;
  const joined = { start, end };
  let count = 0;
  for (let i = index; i < parts.length && parts[i]!.start <= joined.end; i++, count++) {
    joined.start = Math.min(joined.start, parts[i]!.start);
    joined.end = Math.max(joined.end, parts[i]!.end);
  }
  parts.splice(index, count, joined);
}
