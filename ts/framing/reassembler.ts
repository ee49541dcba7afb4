/**
 * Puts fragments together, within bounds that hold whatever a sender claims: a partial frame costs what has arrived
 * of it, never what its total promises; at most 256 partial frames and 32 MiB, the longest untouched make room.
 */
import { equalBytes, hexEncode } from "../base/bytes.js";
import { limits } from "../base/limits.js";
import { type Fragment, messageIdOf, type Sha256 } from "./fragment.js";

/** Counted since the beginning. */
export interface ReassemblyCounters {
  /** Whole frames. */
  readonly frames: number;
  /** Fragments that were held already. */
  readonly duplicates: number;
  /** Partial frames given up because a fragment named another total; that fragment began anew. */
  readonly conflicts: number;
  /** Fragments of frames beyond 8 MiB. */
  readonly oversized: number;
  /** Partial frames that made room for others. */
  readonly evicted: number;
  /** Whole frames whose hash is not their message id. */
  readonly mismatched: number;
}

export class PartialFrame {
  readonly messageId: Uint8Array;
  readonly total: number;
  /** Of the chunks held. */
  frameBytes = 0;
  readonly #chunks = new Map<number, Uint8Array>();

  constructor(messageId: Uint8Array, total: number) {
    this.messageId = messageId;
    this.total = total;
  }

  get held(): number {
    return this.#chunks.size;
  }

  /** With what a map entry costs, so that many tiny chunks are not free. */
  get residentBytes(): number {
    return this.frameBytes + this.held * limits.fragmentOverheadBytes;
  }

  /** False where it is held already. */
  add({ index, chunk }: Fragment): boolean {
    if (this.#chunks.has(index)) return false;
    this.#chunks.set(index, chunk);
    this.frameBytes += chunk.length;
    return true;
  }

  /** The lowest missing indices, at most so many. */
  missing(countMax: number): number[] {
    const missing: number[] = [];
    for (let index = 0; index < this.total && missing.length < countMax; index++)
      if (!this.#chunks.has(index)) missing.push(index);
    return missing;
  }

  assemble(): Uint8Array {
    const frame = new Uint8Array(this.frameBytes);
    let at = 0;
    for (let index = 0; index < this.total; index++) {
      const chunk = this.#chunks.get(index)!;
      frame.set(chunk, at);
      at += chunk.length;
    }
    return frame;
  }
}

/** What a fragment led to: a whole frame, or a partial one that has grown. */
export type Reassembly =
  | { readonly status: "complete"; readonly frame: Uint8Array; readonly id: string }
  | { readonly status: "partial"; readonly partial: PartialFrame; readonly id: string }
  | { readonly status: "duplicate" | "refused"; readonly id: string };

export class Reassembler {
  readonly #sha256: Sha256;
  /** By message id, the longest untouched first. */
  readonly #partials = new Map<string, PartialFrame>();
  readonly #counts = { frames: 0, duplicates: 0, conflicts: 0, oversized: 0, evicted: 0, mismatched: 0 };
  #residentBytes = 0;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  get counters(): ReassemblyCounters {
    return { ...this.#counts };
  }

  get partials(): ReadonlyMap<string, PartialFrame> {
    return this.#partials;
  }

  get residentBytes(): number {
    return this.#residentBytes;
  }

  add(fragment: Fragment): Reassembly {
    const id = hexEncode(fragment.messageId);
    const { total, index, chunk } = fragment;
    // All chunks but the last have one size, so an honest total tells the frame's size at once.
    if (index < total - 1 && (total - 1) * chunk.length >= limits.frameBytesMax)
      return this.#refuseOversized(id);
    let partial = this.#partials.get(id);
    if (partial !== undefined && partial.total !== total) {
      this.#counts.conflicts++;
      this.drop(id);
      partial = undefined;
    }
    partial ??= new PartialFrame(fragment.messageId, total);
    this.#residentBytes -= this.#partials.has(id) ? partial.residentBytes : 0;
    const isNew = partial.add(fragment);
    // The last of the map is the one touched last.
    this.#partials.delete(id);
    this.#partials.set(id, partial);
    this.#residentBytes += partial.residentBytes;
    if (!isNew) {
      this.#counts.duplicates++;
      return { status: "duplicate", id };
    }
    if (partial.frameBytes > limits.frameBytesMax) {
      this.drop(id);
      return this.#refuseOversized(id);
    }
    if (partial.held === total) return this.#complete(id, partial);
    this.#makeRoom();
    return this.#partials.has(id) ? { status: "partial", partial, id } : { status: "refused", id };
  }

  drop(id: string): void {
    const partial = this.#partials.get(id);
    if (partial === undefined) return;
    this.#residentBytes -= partial.residentBytes;
    this.#partials.delete(id);
  }

  #complete(id: string, partial: PartialFrame): Reassembly {
    this.drop(id);
    const frame = partial.assemble();
    if (!equalBytes(messageIdOf(frame, this.#sha256), partial.messageId)) {
      this.#counts.mismatched++;
      return { status: "refused", id };
    }
    this.#counts.frames++;
    return { status: "complete", frame, id };
  }

  #refuseOversized(id: string): Reassembly {
    this.#counts.oversized++;
    return { status: "refused", id };
  }

  #makeRoom(): void {
    for (const id of this.#partials.keys()) {
      const isFull =
        this.#partials.size > limits.reassemblyPartialsMax || this.#residentBytes > limits.reassemblyBytesMax;
      if (!isFull) return;
      this.#counts.evicted++;
      this.drop(id);
    }
  }
}
