/**
 * The answer to a `pull`: a page of refs of what is about a key, by position, each pull the next one and the
 * first again behind the last, because a pull names no page (`Rotation`).
 */
import type { KeyId, KindToken } from "../base/ids.js";
import type { RecordRef, Store } from "../contracts/store.js";
import { subjectTag } from "../records/index.js";
import { Rotation } from "./rotation.js";

export class AboutSubject {
  readonly #store: Pick<Store, "tagPage">;
  readonly #shown = new Rotation<number>();

  constructor(store: Pick<Store, "tagPage">) {
    this.#store = store;
  }

  async page(peer: KeyId, kind: KindToken, subject: KeyId, limit: number): Promise<RecordRef[]> {
    const asker = `${kind} ${peer} ${subject}`;
    const read = (after: number) => this.#store.tagPage(kind, { tag: subjectTag(subject), after, limit });
    const from = this.#shown.placeOf(asker) ?? 0;
    let refs = await read(from);
    if (refs.length === 0 && from > 0) refs = await read(0);
    this.#shown.moved(asker, refs.length < limit ? undefined : refs.at(-1)?.position);
    return refs;
  }
}
