/**
 * What must hold at the end of a run, whatever happened in it. Sets are compared by record ids (DESIGN §5):
 * two forms of one record are one record. Acknowledged records are those a caller was told are durable.
 */
import { type HashHex, hashHex, type KindToken } from "../../base/ids.js";
import type { Store } from "../../contracts/store.js";

/** `kind/record id` of everything a store holds. */
export async function heldRecords(store: Store): Promise<Set<string>> {
  const held = new Set<string>();
  for (const kind of await store.kinds()) {
    let after: Uint8Array | undefined;
    for (;;) {
      const page = await store.recordIds(kind, after, 1000);
      for (const id of page) held.add(`${kind}/${hashHex(id)}`);
      after = page.at(-1);
      if (page.length < 1000) break;
    }
  }
  return held;
}

/** Undefined when all stores hold the same records; else a sentence with one example a store. */
export async function describeDivergence(
  stores: readonly { readonly name: string; readonly store: Store }[],
): Promise<string | undefined> {
  const sets = await Promise.all(
    stores.map(async ({ name, store }) => ({ name, held: await heldRecords(store) })),
  );
  const union = new Set(sets.flatMap(({ held }) => [...held]));
  const lacking = sets
    .map(({ name, held }) => ({ name, missing: [...union].filter((id) => !held.has(id)) }))
    .filter(({ missing }) => missing.length > 0);
  if (lacking.length === 0) return undefined;
  return lacking
    .map(({ name, missing }) => `${name} lacks ${missing.length} of ${union.size}, e.g. ${missing[0]}`)
    .join("; ");
}

/** Remembers what each node acknowledged, and finds what a crash took in spite of that. */
export class AcknowledgedRecords {
  readonly #byNode = new Map<string, { kind: KindToken; hash: Uint8Array; text: HashHex }[]>();

  note(node: string, kind: KindToken, hash: Uint8Array): void {
    const noted = this.#byNode.get(node) ?? [];
    noted.push({ kind, hash: hash.slice(), text: hashHex(hash) });
    this.#byNode.set(node, noted);
  }

  /** Hashes that the node acknowledged and its store does not hold: must be empty. */
  async lostBy(node: string, store: Store): Promise<string[]> {
    const lost: string[] = [];
    for (const { kind, hash, text } of this.#byNode.get(node) ?? []) {
      const [held] = await store.holds(kind, [hash]);
      if (!held) lost.push(`${kind}/${text}`);
    }
    return lost;
  }
}
