/**
 * Messages on their way out of one session: cut into pieces, taken in turns so that a short one overtakes a
 * long one, pieces cut again when they are lost. A message ends with the peer's outcome.
 *
 * ```
 * message = type 1 ‖ token 8 ‖ payload        type: 0 frame, 1 keys of the sender
 * ```
 * The token is the sender's name for one `send`: a receiver answers a second message of the same token with
 * the outcome of the first, so a frame that is sent again over a new session is still delivered once.
 */
import { limits } from "../../base/limits.js";
import { type LinkItem, pieceHeadBytes, pieceHeadBytesMax } from "./wire.js";

export const messageType = { frame: 0, keys: 1 } as const;
export const messageHeadBytes = 9;

export interface OutgoingMessage {
  /** The driver's name for the send; undefined for messages of the link itself. */
  readonly sendId: number | undefined;
  readonly content: Uint8Array;
  /** Sessions that have ended under it. */
  readonly moves: number;
}

interface Sending extends OutgoingMessage {
  readonly id: number;
  /** First byte never sent yet. */
  next: number;
  /** When something of it last arrived over there, as far as we know. */
  progressAtMs: number;
  /** Sent and lost, in the order of their loss. */
  readonly lost: { offset: number; end: number }[];
}

type Piece = Extract<LinkItem, { type: "piece" }>;

export function encodeMessage(type: number, token: Uint8Array, payload: Uint8Array): Uint8Array {
  const content = new Uint8Array(messageHeadBytes + payload.length);
  content[0] = type;
  content.set(token, 1);
  content.set(payload, messageHeadBytes);
  return content;
}

export class Outgoing {
  /** In turns: the first may send next. */
  #sending: Sending[] = [];
  readonly #queued: OutgoingMessage[] = [];
  #nextId = 0;

  get isEmpty(): boolean {
    return this.#sending.length === 0 && this.#queued.length === 0;
  }

  hasPiece(nowMs: number): boolean {
    this.#admit(nowMs);
    return this.#sending.some(hasBytes);
  }

  /** When the oldest of those under way last moved. */
  get progressAtMs(): number | undefined {
    if (this.#sending.length === 0) return undefined;
    return Math.min(...this.#sending.map(({ progressAtMs }) => progressAtMs));
  }

  queue(message: OutgoingMessage): void {
    this.#queued.push(message);
  }

  /** A piece that fits `room` bytes with its head; the messages take turns. */
  nextPiece(room: number, nowMs: number): Piece | undefined {
    if (room <= pieceHeadBytesMax || !this.hasPiece(nowMs)) return undefined;
    const index = this.#sending.findIndex(hasBytes);
    const message = this.#sending[index]!;
    this.#sending.splice(index, 1);
    this.#sending.push(message);
    const range = message.lost[0] ?? { offset: message.next, end: message.content.length };
    const headBytes = pieceHeadBytes(message.id, message.content.length, range.offset);
    const end = Math.min(range.end, range.offset + room - headBytes);
    const bytes = message.content.subarray(range.offset, end);
    const piece: Piece = {
      type: "piece",
      message: message.id,
      total: message.content.length,
      offset: range.offset,
      bytes,
    };
    if (message.lost.length === 0) message.next = end;
    else if (end === range.end) message.lost.shift();
    else range.offset = end;
    return piece;
  }

  progress(id: number, nowMs: number): void {
    const message = this.#sending.find((sending) => sending.id === id);
    if (message) message.progressAtMs = nowMs;
  }

  /** The wire was away: nobody is late. */
  forgive(nowMs: number): void {
    for (const message of this.#sending) message.progressAtMs = nowMs;
  }

  /** Those of which nothing has moved for so long, with their numbers. */
  stalled(nowMs: number, patienceMs: number): (OutgoingMessage & { readonly id: number })[] {
    const stalled = this.#sending.filter(({ progressAtMs }) => nowMs >= progressAtMs + patienceMs);
    if (stalled.length > 0) this.#sending = this.#sending.filter((message) => !stalled.includes(message));
    return stalled;
  }

  lost(piece: Piece): void {
    const message = this.#sending.find(({ id }) => id === piece.message);
    message?.lost.push({ offset: piece.offset, end: piece.offset + piece.bytes.length });
  }

  /** The message that ends by this, once. */
  settle(id: number): OutgoingMessage | undefined {
    const index = this.#sending.findIndex((message) => message.id === id);
    return index === -1 ? undefined : this.#sending.splice(index, 1)[0];
  }

  /** Gives a send up; its id when the peer has seen parts of it. */
  cancel(sendId: number | undefined): number | undefined {
    const queued = this.#queued.findIndex((message) => message.sendId === sendId);
    if (queued !== -1) this.#queued.splice(queued, 1);
    const index = this.#sending.findIndex((message) => message.sendId === sendId);
    return index === -1 ? undefined : this.#sending.splice(index, 1)[0]!.id;
  }

  /** Everything unfinished, oldest first; `started` is the number by which the peer may know it. */
  drain(): (OutgoingMessage & { readonly started?: number })[] {
    const sending = this.#sending.sort((a, b) => a.id - b.id);
    this.#sending = [];
    return [
      ...sending.map(({ id, sendId, content, moves }) => ({ sendId, content, moves, started: id })),
      ...this.drainQueue(),
    ];
  }

  /** What the peer knows nothing of yet. */
  drainQueue(): OutgoingMessage[] {
    return this.#queued.splice(0);
  }

  /** As many at once as the peer has room for. */
  #admit(nowMs: number): void {
    let bytes = this.#sending.reduce((sum, { content }) => sum + content.length, 0);
    while (this.#queued.length > 0 && this.#sending.length < limits.linkMessagesAtOnce) {
      bytes += this.#queued[0]!.content.length;
      if (this.#sending.length > 0 && bytes > limits.linkPartialBytesMax) return;
      const message = this.#queued.shift()!;
      this.#sending.push({ ...message, id: this.#nextId++, next: 0, lost: [], progressAtMs: nowMs });
    }
  }
}

function hasBytes(message: Sending): boolean {
  return message.lost.length > 0 || message.next < message.content.length;
}
