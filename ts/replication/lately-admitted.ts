/**
 * Which keys and records were admitted lately. A record is judged while others are admitted: its refusal may name what
 * has come before anybody is told of the refusal, and then there is nothing to wait for.
 */
import { hashHex, type KeyId, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Refusal } from "../contracts/record.js";

/** What a refused record waits for. */
export type Awaited = Pick<Refusal, "waitsForKey" | "waitsForRecord">;

export const keyName = (keyId: KeyId) => `key ${keyId}`;
export const recordName = (kind: KindToken, naturalKey: Uint8Array) => `record ${hashHex(naturalKey)}${kind}`;

export function nameOfAwaited({ waitsForKey, waitsForRecord }: Awaited): string | undefined {
  if (waitsForKey !== undefined) return keyName(waitsForKey);
  return waitsForRecord && recordName(waitsForRecord.kind, waitsForRecord.naturalKey);
}

export class LatelyAdmitted {
  /** By name, as the how manieth; the oldest first. */
  readonly #names = new Map<string, number>();
  #count = 0;

  /** How much was admitted so far; taken before records are judged. */
  get mark(): number {
    return this.#count;
  }

  keyAdmitted(keyId: KeyId): void {
    this.#add(keyName(keyId));
  }

  recordAdmitted(kind: KindToken, naturalKey: Uint8Array): void {
    this.#add(recordName(kind, naturalKey));
  }

  /** Whether what a refusal waits for was admitted after `mark`. */
  hasComeSince(mark: number, refusal: Awaited): boolean {
    const name = nameOfAwaited(refusal);
    return name !== undefined && (this.#names.get(name) ?? 0) > mark;
  }

  #add(name: string): void {
    this.#names.delete(name);
    this.#names.set(name, ++this.#count);
    if (this.#names.size > limits.latelyAdmittedMax) this.#names.delete(this.#names.keys().next().value!);
  }
}
