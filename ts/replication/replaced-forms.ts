/**
 * Fuller forms of records: those that came with more signatures than the form that was held (DESIGN §5). A record id covers no
 * signatures, so two sets of ids are equal although one side has the fuller form. Every peer that reconciles is shown such forms by a Summary of
 * them alone, after its set was found to be the same; what it takes becomes news for its own peers.
 *
 * Kept in memory, the newest `limits.replacedFormsMax` of a kind: a form that is forgotten, by a restart too, still travels by Summaries.
 */
import { type HashHex, hashHex, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { RecordRef } from "../contracts/store.js";
import { admittedRefs, type OfferPage, type OfferPages, type PageSource } from "./offer-sweep.js";

interface Form {
  readonly hash: Uint8Array;
  /** Grows with every form of any kind. */
  readonly number: number;
}

export class ReplacedForms {
  /** Oldest first. */
  readonly #byKind = new Map<KindToken, Map<HashHex, Form>>();
  #newest = 0;

  /** The record is stored in this form now. */
  add(kind: KindToken, hash: Uint8Array): void {
    const forms = this.#byKind.get(kind) ?? new Map<HashHex, Form>();
    const key = hashHex(hash);
    if (forms.has(key)) return;
    forms.set(key, { hash, number: ++this.#newest });
    if (forms.size > limits.replacedFormsMax) forms.delete(forms.keys().next().value!);
    this.#byKind.set(kind, forms);
  }

  /** The oldest of those above `number`. */
  above(kind: KindToken, number: number, limit: number): Form[] {
    const above: Form[] = [];
    for (const form of this.#byKind.get(kind)?.values() ?? [])
      if (form.number > number && above.length < limit) above.push(form);
    return above;
  }
}

/** What one peer is shown of them. */
export class FormsSweep implements OfferPages {
  readonly #forms: ReplacedForms;
  readonly #kind: KindToken;
  /** Number of the newest form that the peer was shown and given. */
  #shown = 0;
  #page: { readonly page: OfferPage; readonly forms: readonly Form[] } | undefined;

  constructor(forms: ReplacedForms, kind: KindToken) {
    this.#forms = forms;
    this.#kind = kind;
  }

  get isPending(): boolean {
    return this.#forms.above(this.#kind, this.#shown, 1).length > 0;
  }

  async page(source: PageSource, limit: number): Promise<OfferPage> {
    const forms = this.#forms.above(this.#kind, this.#shown, Math.min(limit, limits.formsPerRoundMax));
    const refs = source.gate.closed
      ? []
      : await admittedRefs(source, this.#kind, await this.#refsOf(source, forms));
    const page: OfferPage = {
      refs,
      more: false,
      next: { fresh: 0, sweep: 0, firstPassDone: true },
      resweeps: false,
    };
    this.#page = { page, forms };
    return page;
  }

  confirm(): void {
    // What was wanted of it is yet to be given.
  }

  settle(page: OfferPage, _served: readonly Uint8Array[], deferred: readonly Uint8Array[]): void {
    if (this.#page?.page !== page) return;
    const left = new Set(deferred.map(hashHex));
    for (const { hash, number } of this.#page.forms) {
      if (left.has(hashHex(hash))) return;
      this.#shown = Math.max(this.#shown, number);
    }
  }

  /** A form that has gone meanwhile, by a fuller one, is in the list under its own hash. */
  async #refsOf({ store }: PageSource, forms: readonly Form[]): Promise<RecordRef[]> {
    const records = await store.getMany(
      this.#kind,
      forms.map(({ hash }) => hash),
    );
    return records.flatMap((record) =>
      record?.visibility === "federation" ? [{ ...record, bytes: record.bytes.length }] : [],
    );
  }
}
