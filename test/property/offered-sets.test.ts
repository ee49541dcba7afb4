/**
 * Offered sets under any sequence of commits and asks that overlap: where no commit is under way, a set is what the
 * store offers. Commits are acknowledged late and out of order, pages are read before or after they are waited for.
 */
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { loadIdSets } from "waxwing/core";
import {
  createMemoryStore,
  openLmdbStore,
  type Store,
  type StoreOperation,
  withOfferedSets,
} from "waxwing/store";
import { suiteHash, suiteRecord } from "waxwing/testing";
import { temporaryFolder } from "../support/temporary.js";

const kinds = ["key", "note"] as const;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** What a step does is settled when it runs: its records aim at what is held then. */
const operation = fc.record({
  op: fc.constantFrom("admit" as const, "admit" as const, "supersede" as const, "remove" as const),
  kind: fc.constantFrom(...kinds),
  id: fc.nat(11),
  form: fc.nat(2),
  isLocal: fc.boolean(),
});
type Drawn = typeof operation extends fc.Arbitrary<infer T> ? T : never;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ commit: fc.array(operation, { minLength: 1, maxLength: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constantFrom(...kinds) }) },
  { weight: 1, arbitrary: fc.record({ turns: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant({ settle: true as const }) },
);
const delays = fc.array(fc.nat(3), { minLength: 1, maxLength: 7 });

/** Later forms carry more signatures, so that they replace earlier ones. */
async function aimed(store: Store, { op, kind, id, form, isLocal }: Drawn): Promise<StoreOperation> {
  const naturalKey = suiteHash("natural", id % 4);
  const holder = await store.getByNaturalKey(kind, naturalKey);
  if (op === "remove") return { op, kind, hash: holder?.hash ?? suiteHash("nothing", id) };
  const record = suiteRecord(id, {
    kind,
    naturalKey,
    hash: suiteHash(`form ${form}`, id),
    signatureIds: Array.from({ length: form + 1 }, (_, number) => suiteHash("sig", number)),
    visibility: isLocal ? "local" : "federation",
  });
  return { op: "admit", record, ...(op === "supersede" && holder ? { supersedes: holder.hash } : {}) };
}

/** The same store with an unhurried disk. */
function slow(store: Store, lengths: readonly number[]): Store {
  let next = 0;
  const wait = async () => {
    for (let turns = lengths[next++ % lengths.length]!; turns > 0; turns--) await turn();
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === "commit")
        return async (operations: StoreOperation[]) => {
          const committed = target.commit(operations);
          await wait();
          return committed;
        };
      if (name === "offeredIds")
        return async (...request: Parameters<Store["offeredIds"]>) => {
          await wait();
          const page = await target.offeredIds(...request);
          await wait();
          return page;
        };
      const member = target[name as keyof Store];
      return typeof member === "function" ? (member as () => unknown).bind(target) : member;
    },
  });
}

async function offeredNow(store: Store, kind: string): Promise<string[]> {
  const refs = await store.offerPage(kind, { after: 0, limit: 100 });
  return refs.map(({ recordId }) => hex(recordId)).sort();
}

async function follows(t: ExecutionContext, create: () => Promise<Store>, numRuns: number) {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), delays, async (steps, lengths) => {
    const inner = await create();
    const sets = await loadIdSets({ capacity: 100, sets: 2 });
    const store = withOfferedSets(slow(inner, lengths), sets, { pageIds: 2, pause: turn });
    let underWay: Promise<unknown>[] = [];
    let commits = 0;
    const ask = async (kind: string) => {
      const set = await store.offeredSet(kind);
      if (commits > 0) return;
      const ids = set!.ids(0, set!.size);
      const held = Array.from({ length: set!.size }, (_, at) => hex(ids.subarray(at * 32, at * 32 + 32)));
      const offered = await offeredNow(inner, kind);
      if (held.join() !== offered.join()) throw new Error(`${kind}: holds ${held}, offered is ${offered}`);
    };
    const settle = async () => {
      await Promise.all(underWay);
      underWay = [];
    };
    try {
      for (const each of steps) {
        if ("commit" in each) {
          const operations = await Promise.all(each.commit.map((drawn) => aimed(inner, drawn)));
          commits++;
          underWay.push(store.commit(operations).finally(() => commits--));
        } else if ("ask" in each) underWay.push(ask(each.ask));
        else if ("turns" in each) for (let left = each.turns; left > 0; left--) await turn();
        else await settle();
      }
      await settle();
      for (const kind of kinds) await ask(kind);
    } finally {
      await store.close();
    }
  });
  await fc.assert(property, { numRuns });
  t.pass();
}

test("withOfferedSets() holds what a memory store offers, whatever overlaps", (t) =>
  follows(t, async () => createMemoryStore(), 200));

test("withOfferedSets() holds what an LMDB store offers, whatever overlaps", (t) =>
  follows(t, () => openLmdbStore({ path: temporaryFolder() }), 25));
