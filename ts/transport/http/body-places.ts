/**
 * How many request bodies are read at the same time. Senders without a proof share fewer places, so that
 * strangers who send slowly cannot keep proven peers out.
 */
export interface BodyPlacesBounds {
  readonly all: number;
  readonly unattributed: number;
}

export class BodyPlaces {
  readonly #bounds: BodyPlacesBounds;
  #taken = 0;
  #takenUnattributed = 0;

  constructor(bounds: BodyPlacesBounds) {
    this.#bounds = bounds;
  }

  /** Undefined when there is no place; else the function that gives it back. */
  take(attributed: boolean): (() => void) | undefined {
    if (this.#taken >= this.#bounds.all) return undefined;
    if (!attributed && this.#takenUnattributed >= this.#bounds.unattributed) return undefined;
    this.#taken++;
    if (!attributed) this.#takenUnattributed++;
    return () => {
      this.#taken--;
      if (!attributed) this.#takenUnattributed--;
    };
  }
}
