/**
 * Which refused records are not asked for again yet (ciris-edge §3.6). Keyed (kind, hash), node-wide, in
 * memory; it filters `want` alone: a record that arrives unasked is judged all the same.
 *
 * Rounds that reconcile name records by record id and keep theirs apart, for each peer (`idBackoff`): a record id covers no
 * signatures, so that who brings a record with a broken one must not keep others from bringing it whole.
 *
 * A transient refusal that names the key or the record it waits for is lifted at once when that is admitted.
 */
import { type HashHex, hashHex, type KeyId, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Refusal } from "../contracts/record.js";
import { type Awaited, keyName, nameOfAwaited, recordName } from "./lately-admitted.js";

interface Entry {
  readonly kind: KindToken;
  readonly windowMs: number;
  readonly untilMs: number;
  /** The name of what would lift it. */
  readonly waitsFor: string | undefined;
}

const windows = {
  transient: { min: limits.refusalTransientMsMin, max: limits.refusalTransientMsMax },
  terminal: { min: limits.refusalTerminalMsMin, max: limits.refusalTerminalMsMax },
};

export class RefusalBackoff {
  readonly #nowMs: () => number;
  readonly #entriesMax: number;
  /** In order of the last refusal: the front is dropped when it is full. */
  readonly #entries = new Map<string, Entry>();
  /** Entries by the name of what they wait for. */
  readonly #waiting = new Map<string, Set<string>>();

  /** `nowMs` is monotonic. */
  constructor(nowMs: () => number, entriesMax: number = limits.refusalBackoffEntriesMax) {
    this.#nowMs = nowMs;
    this.#entriesMax = entriesMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  isBackingOff(kind: KindToken, hash: Uint8Array, peer?: KeyId): boolean {
    const entry = this.#entries.get(entryKey(kind, hashHex(hash), peer));
    return entry !== undefined && this.#nowMs() < entry.untilMs;
  }

  /** Doubles the window of a record that was refused before. */
  refused(
    kind: KindToken,
    hash: Uint8Array,
    refusal: Pick<Refusal, "transient"> & Awaited,
    peer?: KeyId,
  ): void {
    const key = entryKey(kind, hashHex(hash), peer);
    const { min, max } = refusal.transient ? windows.transient : windows.terminal;
    const previous = this.#entries.get(key);
    const windowMs = previous === undefined ? min : Math.min(Math.max(2 * previous.windowMs, min), max);
    this.#remove(key);
    const waitsFor = nameOfAwaited(refusal);
    this.#entries.set(key, { kind, windowMs, untilMs: this.#nowMs() + windowMs, waitsFor });
    if (waitsFor !== undefined) this.#watch(waitsFor, key);
    if (this.#entries.size > this.#entriesMax) this.#remove(this.#oldest());
  }

  /** The record is held now, whatever was wrong before. */
  accepted(kind: KindToken, hash: Uint8Array, peer?: KeyId): void {
    if (this.#entries.size > 0) this.#remove(entryKey(kind, hashHex(hash), peer));
  }

  /** Lifts what waited for this key and returns the kinds that may be asked for again. */
  keyAdmitted(keyId: KeyId): Set<KindToken> {
    return this.#lift(keyName(keyId));
  }

  /** The same for the record that holds this natural key. */
  recordAdmitted(kind: KindToken, naturalKey: Uint8Array): Set<KindToken> {
    return this.#waiting.size === 0 ? new Set() : this.#lift(recordName(kind, naturalKey));
  }

  #lift(name: string): Set<KindToken> {
    const kinds = new Set<KindToken>();
    for (const key of [...(this.#waiting.get(name) ?? [])]) {
      kinds.add(this.#entries.get(key)!.kind);
      this.#remove(key);
    }
    return kinds;
  }

  #oldest(): string {
    return this.#entries.keys().next().value!;
  }

  #watch(name: string, key: string): void {
    const waiting = this.#waiting.get(name);
    if (waiting) waiting.add(key);
    else this.#waiting.set(name, new Set([key]));
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    if (entry.waitsFor === undefined) return;
    const waiting = this.#waiting.get(entry.waitsFor);
    waiting?.delete(key);
    if (waiting?.size === 0) this.#waiting.delete(entry.waitsFor);
  }
}

/** Without a peer: of whomever. A kind has no space in it. */
function entryKey(kind: KindToken, hash: HashHex, peer: KeyId | undefined): string {
  return peer === undefined ? `${hash}${kind}` : `${hash}${kind} ${peer}`;
}
