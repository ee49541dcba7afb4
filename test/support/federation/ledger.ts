/** What honest nodes wrote in a run, and what the checkers make of it: independent of any admission. */
import { hashHex } from "#base/ids.js";
import type { Store } from "#contracts/index.js";
import { recordIdOfBytes, sha256 } from "./sealed-records.js";

export interface WrittenRecord {
  readonly kind: string;
  readonly recordId: Uint8Array;
  readonly local: boolean;
  /** Names of nodes that were given it to write. */
  readonly writtenAt: Set<string>;
  /** Of these, who said that it is durable. */
  readonly acknowledgedBy: Set<string>;
}

const pageMax = 10_000;

export class Ledger {
  /** By record id, and by the hash of each form. */
  readonly #byId = new Map<string, WrittenRecord>();
  readonly #byHash = new Map<string, WrittenRecord>();
  /** Hashes and ids of local records: found in a frame, they are a leak. */
  readonly secrets: Buffer[] = [];

  get size(): number {
    return this.#byId.size;
  }

  note(node: string, kind: string, bytes: Uint8Array, local: boolean): WrittenRecord {
    const hash = sha256(bytes);
    const recordId = recordIdOfBytes(bytes);
    const key = hashHex(recordId);
    let record = this.#byId.get(key);
    if (!record) {
      record = { kind, recordId, local, writtenAt: new Set(), acknowledgedBy: new Set() };
      this.#byId.set(key, record);
      if (local) this.secrets.push(Buffer.from(recordId));
    }
    if (local && !this.#byHash.has(hashHex(hash))) this.secrets.push(Buffer.from(hash));
    this.#byHash.set(hashHex(hash), record);
    record.writtenAt.add(node);
    return record;
  }

  findByHash(hash: Uint8Array): WrittenRecord | undefined {
    return this.#byHash.get(hashHex(hash));
  }

  findById(recordId: Uint8Array): WrittenRecord | undefined {
    return this.#byId.get(hashHex(recordId));
  }

  /** A sentence when the store lacks what it must hold or holds what it must not. */
  async describeFault(node: string, store: Store): Promise<string | undefined> {
    const held = new Set<string>();
    for (const kind of await store.kinds()) {
      for (const { hash, recordId, visibility } of await store.list(kind, { after: 0, limit: pageMax })) {
        const written = this.findByHash(hash);
        if (!written || written !== this.findById(recordId) || written.kind !== kind)
          return `${node} holds a forged ${kind}`;
        if ((visibility === "local") !== written.local) return `${node} changed the visibility of a ${kind}`;
        if (written.local && !written.writtenAt.has(node))
          return `${node} holds a local ${kind} of another node`;
        held.add(hashHex(recordId));
      }
    }
    for (const { kind, recordId, local, acknowledgedBy } of this.#byId.values()) {
      const mustHold = acknowledgedBy.has(node) || (!local && acknowledgedBy.size > 0);
      if (mustHold && !held.has(hashHex(recordId)))
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

/** `kind/record id` of all that a store offers. */
export async function offeredBy(store: Store): Promise<Set<string>> {
  const offered = new Set<string>();
  for (const kind of await store.kinds()) {
    const refs = await store.offerPage(kind, { after: 0, limit: pageMax });
    for (const { recordId } of refs) offered.add(`${kind}/${hashHex(recordId)}`);
  }
  return offered;
}
