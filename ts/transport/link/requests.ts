/** What waits for the driver: events that it takes, and questions that it answers later. */
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { KeyStandingOnLink, LinkEvent } from "./events.js";

/** `undefined`: the driver could not find out. */
type TakeSignature = (signature: Uint8Array | undefined, nowMs: number) => void;
type TakeStanding = (standing: KeyStandingOnLink | undefined, nowMs: number) => void;

export class DriverRequests {
  readonly #events: LinkEvent[] = [];
  readonly #signing = new Map<number, TakeSignature>();
  readonly #lookups = new Map<number, TakeStanding>();
  #nextNumber = 1;

  /** So much is unanswered that strangers have to wait. */
  get isCrowded(): boolean {
    return this.#signing.size + this.#lookups.size >= limits.linkRequestsMax;
  }

  get pending(): number {
    return this.#signing.size + this.#lookups.size;
  }

  /** A number that no other question has. */
  number(): number {
    return this.#nextNumber++;
  }

  emit(event: LinkEvent): void {
    this.#events.push(event);
  }

  next(): LinkEvent | undefined {
    return this.#events.shift();
  }

  sign(message: Uint8Array, then: TakeSignature): void {
    const request = this.number();
    this.#signing.set(request, then);
    this.emit({ type: "sign", request, message });
  }

  lookup(keyId: KeyId, then: TakeStanding): void {
    const request = this.number();
    this.#lookups.set(request, then);
    this.emit({ type: "lookup", request, keyId });
  }

  signed(request: number, signature: Uint8Array | undefined, nowMs: number): void {
    const then = this.#signing.get(request);
    this.#signing.delete(request);
    then?.(signature, nowMs);
  }

  resolved(request: number, standing: KeyStandingOnLink | undefined, nowMs: number): void {
    const then = this.#lookups.get(request);
    this.#lookups.delete(request);
    then?.(standing, nowMs);
  }

  /** Answers that still come find nobody. */
  clear(): void {
    this.#signing.clear();
    this.#lookups.clear();
  }
}
