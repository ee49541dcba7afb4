/**
 * Resident id sets of what a store offers: one a kind, loaded when it is first asked for, and changed with every
 * commit from then on. Exact by the order of things alone:
 *
 * - What a commit changes follows from its outcomes, and is applied in the order of the calls, which is the order
 *   in which the store serialises them.
 * - While a set is loaded, changes wait until the page that is being read has gone in. The page may show what a
 *   commit under way has done, or not yet: applying a change twice is applying it once, and the last one decides.
 *
 * Memory is the ids' alone (`IdSets`). A set that does not fit is given up whole, and its kind goes without
 * (docs/adr/0022-offered-sets-are-loaded.md).
 */
import { isWaxwingError, WaxwingError } from "../base/errors.js";
import { hashBytes, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { IdSet, IdSets } from "../contracts/id-set.js";
import type { OfferedSets } from "../contracts/offered-sets.js";
import type { AdmitOutcome, RemoveOutcome, Store, StoreOperation, StoreResult } from "../contracts/store.js";

export interface OfferedSetsOptions {
  /** Awaited between two pages of a load, so that others get their turn. */
  readonly pause?: () => Promise<unknown>;
  /** Ids in one page of a load; default `limits.offeredPageIds`. */
  readonly pageIds?: number;
}

export interface OfferedSetsStatus {
  /** How many ids are held, and how many may be; both 0 before the first load. */
  readonly ids: number;
  readonly idsMax: number;
  /** Ids of each loaded set. */
  readonly byKind: Readonly<Record<KindToken, number>>;
  /** Since the store was opened. */
  readonly loads: number;
  /** Times that a set was asked for and there was no room for it. */
  readonly fallbacks: number;
}

export interface OfferedSetsStore extends Store, OfferedSets {
  offeredSetsStatus(): OfferedSetsStatus;
}

/** Undefined where none can be had: then every kind goes without. */
export type OpenIdSets = () => Promise<IdSets | undefined>;

/**
 * The same store, whose commits are followed. Everything must be committed through it, and `sets` is its own from
 * now on; a function is called when the first set is asked for. `close` closes sets and store.
 *
 * ```ts
 * import { loadIdSets } from "waxwing/core";
 * import { createMemoryStore, withOfferedSets } from "waxwing/store";
 * const store = withOfferedSets(createMemoryStore(), await loadIdSets({ capacity: 100_000 }));
 * const set = await store.offeredSet("attestation");
 * console.log(set?.size); // 0
 * ```
 */
export function withOfferedSets(
  store: Store,
  sets: IdSets | OpenIdSets,
  options: OfferedSetsOptions = {},
): OfferedSetsStore {
  const open = typeof sets === "function" ? sets : async () => sets;
  const resident = new ResidentSets(store, open, options);
  return {
    name: store.name,
    commit: (operations) => resident.commit(operations),
    offeredSet: (kind) => resident.offeredSet(kind),
    offeredSetsStatus: () => resident.status(),
    get: (kind, hash) => store.get(kind, hash),
    getMany: (kind, hashes) => store.getMany(kind, hashes),
    holds: (kind, hashes) => store.holds(kind, hashes),
    getManyByRecordId: (kind, recordIds) => store.getManyByRecordId(kind, recordIds),
    holdsRecordIds: (kind, recordIds) => store.holdsRecordIds(kind, recordIds),
    getByNaturalKey: (kind, naturalKey) => store.getByNaturalKey(kind, naturalKey),
    offerPage: (kind, page) => store.offerPage(kind, page),
    offeredIds: (kind, page) => store.offeredIds(kind, page),
    tagPage: (kind, page) => store.tagPage(kind, page),
    list: (kind, page) => store.list(kind, page),
    recordIds: (kind, after, limit) => store.recordIds(kind, after, limit),
    kinds: () => store.kinds(),
    stats: () => store.stats(),
    read: (table, key) => store.read(table, key),
    scan: (scan) => store.scan(scan),
    close: () => resident.close(),
  };
}

/** A record id that comes into the offer, or leaves it. */
interface Change {
  readonly id: Uint8Array;
  readonly isOffered: boolean;
}

interface Loading {
  readonly phase: "loading";
  readonly loaded: Promise<IdSet | undefined>;
  /** Wait for the page that is being read. */
  readonly changes: Change[];
  /** A commit has failed meanwhile, and nobody knows what it left. */
  isDoubtful: boolean;
}

type Residence =
  | Loading
  | { readonly phase: "resident"; readonly set: IdSet }
  /** There was no room for so many ids. */
  | { readonly phase: "absent"; idsMin: number };

/** A load that found no room is tried again when there is this much more. */
const roomFactor = 1.125;
/** Turns of the microtask queue: more than lie between a set that is given and whoever awaits it through others. */
const retireTurns = 32;

class ResidentSets implements OfferedSets {
  readonly #store: Store;
  readonly #open: OpenIdSets;
  #opening: Promise<IdSets | undefined> | undefined;
  #sets: IdSets | undefined;
  readonly #pause: (() => Promise<unknown>) | undefined;
  readonly #pageIds: number;
  readonly #residences = new Map<KindToken, Residence>();
  /** Changes of every commit called so far have been applied, or it has failed. */
  #applied: Promise<unknown> = Promise.resolve();
  #loads = 0;
  #fallbacks = 0;
  #isClosed = false;

  constructor(
    store: Store,
    open: OpenIdSets,
    { pause, pageIds = limits.offeredPageIds }: OfferedSetsOptions,
  ) {
    this.#store = store;
    this.#open = open;
    this.#pause = pause;
    this.#pageIds = pageIds;
  }

  async commit(operations: readonly StoreOperation[]): Promise<StoreResult[]> {
    const committed = this.#store.commit(operations);
    // The caller may reuse its buffers from here on.
    const touched = Array.isArray(operations) ? operations.map(touchedBy) : [];
    const before = this.#applied;
    const applied = Promise.allSettled([committed, before]).then(([outcome]) => {
      if (outcome.status === "fulfilled") this.#apply(changesOf(touched, outcome.value));
      else if (!leftNothing(outcome.reason)) this.#doubt(touched);
    });
    this.#applied = applied;
    await applied;
    return committed;
  }

  async offeredSet(kind: KindToken): Promise<IdSet | undefined> {
    this.#checkOpen();
    const set = await this.#find(kind);
    if (!set) this.#fallbacks++;
    return set;
  }

  status(): OfferedSetsStatus {
    const loaded = [...this.#residences].flatMap(([kind, residence]) =>
      residence.phase === "resident" ? [[kind, residence.set.size] as const] : [],
    );
    return {
      ids: this.#sets?.size ?? 0,
      idsMax: this.#sets?.capacity ?? 0,
      byKind: Object.fromEntries(loaded),
      loads: this.#loads,
      fallbacks: this.#fallbacks,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = this.#store.close();
    const retired = [...this.#residences.values()].map((residence) =>
      residence.phase === "resident" ? retire(residence.set) : undefined,
    );
    this.#residences.clear();
    await Promise.all(retired);
    await closed;
  }

  /** A set that another caller's load has brought may be gone again when this one's turn comes. */
  async #find(kind: KindToken): Promise<IdSet | undefined> {
    for (;;) {
      const residence = this.#residences.get(kind);
      if (residence?.phase === "resident") return residence.set;
      if (residence?.phase === "loading") {
        if ((await residence.loaded) === undefined) return undefined;
      } else {
        if (residence && this.#room() < residence.idsMin * roomFactor) return undefined;
        this.#begin(kind);
      }
      this.#checkOpen();
    }
  }

  #begin(kind: KindToken): void {
    const loading: Loading = {
      phase: "loading",
      changes: [],
      isDoubtful: false,
      loaded: Promise.resolve().then(() => this.#load(kind, loading)),
    };
    this.#residences.set(kind, loading);
  }

  async #load(kind: KindToken, loading: Loading): Promise<IdSet | undefined> {
    this.#loads++;
    let set: IdSet | undefined;
    try {
      set = (await this.#openSets())?.create();
      if (set === undefined) return this.#goWithout(kind, Number.POSITIVE_INFINITY);
      await this.#fill(kind, set, loading);
      // Both are kept in step from now on.
      set.symbols(0, limits.sketchFirstSymbols);
      set.head();
      this.#residences.set(kind, { phase: "resident", set });
      return set;
    } catch (error) {
      // Without a set there was no way to see how many there are.
      const idsMin = set ? this.#idsBeyondRoom(set) : 0;
      set?.close();
      if (this.#residences.get(kind) === loading) this.#residences.delete(kind);
      if (!isWaxwingError(error, "id_sets_full")) throw error;
      return this.#goWithout(kind, idsMin);
    }
  }

  async #openSets(): Promise<IdSets | undefined> {
    this.#opening ??= this.#open();
    try {
      this.#sets = await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    this.#checkOpen();
    return this.#sets;
  }

  #goWithout(kind: KindToken, idsMin: number): undefined {
    this.#residences.set(kind, { phase: "absent", idsMin });
  }

  async #fill(kind: KindToken, set: IdSet, loading: Loading): Promise<void> {
    const limit = this.#pageIds;
    for (let after = 0; ; ) {
      const { ids, last } = await this.#store.offeredIds(kind, { after, limit });
      this.#checkOpen();
      if (loading.isDoubtful) {
        throw new WaxwingError("store_unavailable", `${kind}: a commit failed while its ids were read`);
      }
      set.insert(ids);
      follow(set, loading.changes.splice(0));
      if (ids.length < limit * hashBytes) return;
      after = last;
      await this.#pause?.();
    }
  }

  #apply(changes: ReadonlyMap<KindToken, readonly Change[]>): void {
    for (const [kind, own] of changes) {
      const residence = this.#residences.get(kind);
      if (residence?.phase === "loading") for (const change of own) residence.changes.push(change);
      else if (residence?.phase === "resident") this.#follow(kind, residence.set, own);
      else if (residence) for (const { isOffered } of own) residence.idsMin += isOffered ? 1 : -1;
    }
  }

  #follow(kind: KindToken, set: IdSet, changes: readonly Change[]): void {
    try {
      follow(set, changes);
    } catch (error) {
      if (!isWaxwingError(error, "id_sets_full")) throw error;
      this.#goWithout(kind, this.#idsBeyondRoom(set));
      void retire(set);
    }
  }

  #idsBeyondRoom(set: IdSet): number {
    return set.size + this.#room() + 1;
  }

  #room(): number {
    return this.#sets === undefined ? 0 : this.#sets.capacity - this.#sets.size;
  }

  /** Nobody knows what became of these: whatever they may have changed is read again. */
  #doubt(touched: readonly (Touched | undefined)[]): void {
    for (const kind of new Set(touched.map((record) => record?.kind))) {
      const residence = kind === undefined ? undefined : this.#residences.get(kind);
      if (residence?.phase === "loading") residence.isDoubtful = true;
      if (residence?.phase !== "resident") continue;
      void retire(residence.set);
      this.#residences.delete(kind!);
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new WaxwingError("store_unavailable", "the store is closed");
  }
}

/** Closes a set that somebody may just have been given: not before they have made their step with it. */
async function retire(set: IdSet): Promise<void> {
  for (let turns = retireTurns; turns > 0; turns--) await undefined;
  set.close();
}

/** What the outcome of an operation does not say. */
interface Touched {
  readonly kind: KindToken;
  /** Of a record that is admitted. */
  readonly id?: Uint8Array;
  readonly isFederation: boolean;
}

/** Undefined for tables, and for what the store will refuse as a caller's mistake. */
function touchedBy(operation: StoreOperation): Touched | undefined {
  if (operation?.op === "remove") return { kind: operation.kind, isFederation: false };
  if (operation?.op !== "admit" || !(operation.record?.recordId instanceof Uint8Array)) return undefined;
  const { kind, visibility, recordId } = operation.record;
  return { kind, id: Uint8Array.from(recordId), isFederation: visibility === "federation" };
}

function changesOf(
  touched: readonly (Touched | undefined)[],
  results: readonly StoreResult[],
): Map<KindToken, Change[]> {
  const changes = new Map<KindToken, Change[]>();
  for (const [index, record] of touched.entries()) {
    const result = results[index]!;
    if (record === undefined || typeof result !== "object" || result === null) continue;
    const own = changes.get(record.kind) ?? [];
    changes.set(record.kind, own);
    own.push(...changesOfOutcome(record, result));
  }
  return changes;
}

function changesOfOutcome({ id, isFederation }: Touched, outcome: AdmitOutcome | RemoveOutcome): Change[] {
  const added = isFederation ? [{ id: id!, isOffered: true }] : [];
  switch (outcome.status) {
    case "admitted":
      return added;
    case "replaced":
      return [{ id: id!, isOffered: isFederation }];
    case "superseded":
      return [{ id: outcome.oldRecordId, isOffered: false }, ...added];
    case "removed":
      return [{ id: outcome.recordId, isOffered: false }];
    default:
      return [];
  }
}

/** Whether the store is as it was, by contract. */
function leftNothing(error: unknown): boolean {
  const codes = ["batch_conflict", "store_full", "store_busy", "store_read_only"] as const;
  const isMistake = error instanceof TypeError || error instanceof RangeError;
  return isMistake || codes.some((code) => isWaxwingError(error, code));
}

/** In order; neighbours that go the same way together. */
function follow(set: IdSet, changes: readonly Change[]): void {
  for (let from = 0, to = 0; from < changes.length; from = to) {
    const { isOffered } = changes[from]!;
    while (to < changes.length && changes[to]!.isOffered === isOffered) to++;
    const ids = new Uint8Array((to - from) * hashBytes);
    for (let at = from; at < to; at++) ids.set(changes[at]!.id, (at - from) * hashBytes);
    if (isOffered) set.insert(ids);
    else set.delete(ids);
  }
}
