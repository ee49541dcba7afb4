/** What honest nodes wrote in a run, and what the checkers make of it: independent of any admission. */
import { hashHex } from "#base/ids.js";
import type { Store } from "#contracts/index.js";

export interface WrittenRecord {
  readonly kind: string;
  readonly hash: Uint8Array;
  readonly local: boolean;
  /** Names of nodes that were given it to write. */
  readonly writtenAt: Set<string>;
  /** Of these, who said that it is durable. */
  readonly acknowledgedBy: Set<string>;
}

const pageMax = 10_000;

export class Ledger {
  readonly #written = new Map<string, WrittenRecord>();

  get size(): number {
    return this.#written.size;
  }

  note(node: string, kind: string, hash: Uint8Array, local: boolean): WrittenRecord {
    const key = hashHex(hash);
    let record = this.#written.get(key);
    if (!record) {
      record = { kind, hash, local, writtenAt: new Set(), acknowledgedBy: new Set() };
      this.#written.set(key, record);
    }
    record.writtenAt.add(node);
    return record;
  }

  find(hash: Uint8Array): WrittenRecord | undefined {
    return this.#written.get(hashHex(hash));
  }

  /** A sentence when the store lacks what it must hold or holds what it must not. */
  async describeFault(node: string, store: Store): Promise<string | undefined> {
    const held = new Set<string>();
    for (const kind of await store.kinds()) {
      for (const { hash, visibility } of await store.list(kind, { after: 0, limit: pageMax })) {
        const written = this.find(hash);
        if (!written || written.kind !== kind) return `${node} holds a forged ${kind}`;
        if ((visibility === "local") !== written.local) return `${node} changed the visibility of a ${kind}`;
        if (written.local && !written.writtenAt.has(node))
          return `${node} holds a local ${kind} of another node`;
        held.add(hashHex(hash));
      }
    }
    for (const { kind, hash, local, acknowledgedBy } of this.#written.values()) {
      const mustHold = acknowledgedBy.has(node) || (!local && acknowledgedBy.size > 0);
      if (mustHold && !held.has(hashHex(hash)))
        return `${node} lost a ${kind} that ${[...acknowledgedBy].join(" and ")} acknowledged`;
    }
    return undefined;
  }
}

/** A sentence unless all stores offer the same records; local ones differ by their nature. */
export async function describeDifference(
  stores: readonly { readonly name: string; readonly store: Store }[],
): Promise<string | undefined> {
  const offers = await Promise.all(
    stores.map(async ({ name, store }) => ({ name, offered: await offeredBy(store) })),
  );
  const union = new Set(offers.flatMap(({ offered }) => [...offered]));
  const lacking = offers.filter(({ offered }) => offered.size < union.size);
  if (lacking.length === 0) return undefined;
  return lacking
    .map(({ name, offered }) => `${name} lacks ${union.size - offered.size} of ${union.size}`)
    .join(", ");
}

async function offeredBy(store: Store): Promise<Set<string>> {
  const offered = new Set<string>();
  for (const kind of await store.kinds()) {
    const refs = await store.offerPage(kind, { after: 0, limit: pageMax });
    for (const { recordId } of refs) offered.add(`${kind}/${hashHex(recordId)}`);
  }
  return offered;
}
