/**
 * Where the answer to one asker goes on the next time, for questions that cannot say so themselves: a `pull`
 * names no page, and a stock `cursor_pull` no time. Without it a page limit would show the same beginning for ever.
 */
import { limits } from "../base/limits.js";

export class Rotation<Place> {
  /** In order of the last answer; the oldest is forgotten, which costs its asker a page that it has seen. */
  readonly #places = new Map<string, Place>();

  placeOf(asker: string): Place | undefined {
    return this.#places.get(asker);
  }

  /** `place` undefined: the end was reached, and the next answer is the beginning again. */
  moved(asker: string, place: Place | undefined): void {
    this.#places.delete(asker);
    if (place === undefined) return;
    this.#places.set(asker, place);
    if (this.#places.size > limits.peersMax) this.#places.delete(this.#places.keys().next().value!);
  }
}
