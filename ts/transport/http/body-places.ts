/**
 * How many request bodies are read at the same time. Senders without a proof share fewer places, so that
 * strangers who send slowly cannot keep proven peers out; and no source, proven or not, has more than its share, so
 * that one slow peer cannot keep out the others.
 */
export interface BodyPlacesBounds {
  readonly all: number;
  readonly unattributed: number;
  /** Of one proven key. */
  readonly perPeer: number;
  /** Of one address without a proof. */
  readonly perAddress: number;
}

/** Of a body that is about to be read: `source` is a proven key, or the prefix of an address. */
export interface BodySender {
  readonly attributed: boolean;
  readonly source: string;
}

export class BodyPlaces {
  readonly #bounds: BodyPlacesBounds;
  readonly #bySource = new Map<string, number>();
  #taken = 0;
  #takenUnattributed = 0;

  constructor(bounds: BodyPlacesBounds) {
    this.#bounds = bounds;
  }

  /** Undefined when there is no place; else the function that gives it back. */
  take({ attributed, source }: BodySender): (() => void) | undefined {
    const { all, unattributed, perPeer, perAddress } = this.#bounds;
    // A key id may look like an address.
    const name = `${attributed ? "key" : "address"} ${source}`;
    const ofSource = this.#bySource.get(name) ?? 0;
    if (this.#taken >= all || ofSource >= (attributed ? perPeer : perAddress)) return undefined;
    if (!attributed && this.#takenUnattributed >= unattributed) return undefined;
    this.#taken++;
    if (!attributed) this.#takenUnattributed++;
    this.#bySource.set(name, ofSource + 1);
    return () => this.#giveBack(attributed, name);
  }

  #giveBack(attributed: boolean, name: string): void {
    this.#taken--;
    if (!attributed) this.#takenUnattributed--;
    const left = (this.#bySource.get(name) ?? 1) - 1;
    if (left === 0) this.#bySource.delete(name);
    else this.#bySource.set(name, left);
  }
}
