/**
 * What every implementation of IdSets must do (contracts/id-set.ts). `make` gives sets of their own each time;
 * `oracle` is an implementation to agree with, where the one under test is not the oracle itself.
 */
import { concatBytes } from "../base/bytes.js";
import { isWaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { IdSet, IdSets } from "../contracts/id-set.js";
import { SeededRandom } from "./seeded-random.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "./suite.js";

export type IdSetsMaker = (options: { capacity: number; sets?: number }) => IdSets | Promise<IdSets>;

const isTypeError = (error: unknown) => error instanceof TypeError;
const isRangeError = (error: unknown) => error instanceof RangeError;

/** Concatenated ids, each of one repeated byte. */
const ids = (...values: number[]) => concatBytes(...values.map((value) => new Uint8Array(32).fill(value)));

/** `count` random ids; those of one seed are the same. */
function randomIds(seed: string, count: number): Uint8Array {
  return new SeededRandom(seed).bytes(32 * count);
}

export function idSetSuite(make: IdSetsMaker, oracle: IdSetsMaker, report: SuiteReport): void {
  const one = async (content: Uint8Array, maker = make) => {
    const set = (await maker({ capacity: 10_000 })).create();
    set.insert(content);
    return set;
  };
  /** The same ids in the implementation and in the oracle. */
  const both = async (content: Uint8Array) => [await one(content), await one(content, oracle)] as const;

  report.check("insert() and delete() count what changed, and ids() are ascending", async () => {
    const set = await one(ids(5, 3, 9, 3));
    assertEqual(set.size, 3, "size");
    assertEqual(set.insert(ids(3, 4)), 1, "new ones");
    assertEqual(set.ids(0, 4), ids(3, 4, 5, 9), "order");
    assertEqual(set.ids(1, 3), ids(4, 5), "a range");
    assertEqual(set.delete(ids(9, 1, 9)), 1, "deleted");
    assertEqual(set.ids(0, 3), ids(3, 4, 5), "what is left");
  });

  report.check("has() and lowerBound() find ids and the places between them", async () => {
    const set = await one(ids(2, 4));
    assert(set.has(ids(2)) && !set.has(ids(3)), "has");
    assertEqual(
      [0, 2, 3, 4, 5].map((value) => set.lowerBound(ids(value))),
      [0, 0, 1, 1, 2],
      "positions",
    );
  });

  report.check("version changes when the set does, and only then", async () => {
    const set = await one(ids(1));
    const { version } = set;
    set.insert(ids(1));
    set.delete(ids(2));
    set.headAfter({ missing: ids(3), extra: ids(1) });
    assertEqual(set.version, version, "nothing changed");
    set.insert(ids(2));
    assert(set.version !== version, "one id more");
  });

  report.check("head() and fingerprint() of nothing are those of the empty hash inputs", async () => {
    const [set, expected] = await both(ids());
    assertEqual(set.head(), expected.head(), "head");
    assertEqual(set.fingerprint(0, 0), expected.fingerprint(0, 0), "fingerprint");
  });

  for (const count of [1, 2, 31, 32, 33, 127, 128, 129, 1000, 5000])
    report.check(`head(), fingerprint() and symbols() of ${count} ids are the oracle's`, async () => {
      const [set, expected] = await both(randomIds(`ids ${count}`, count));
      assertEqual(set.head(), expected.head(), "head");
      for (const [from, to] of [
        [0, count],
        [0, count >> 1],
        [count >> 1, count],
        [count >> 2, (3 * count) >> 2],
        [count, count],
      ] as const)
        assertEqual(set.fingerprint(from, to), expected.fingerprint(from, to), `fingerprint ${from} ${to}`);
      assertEqual(set.symbols(0, 130), expected.symbols(0, 130), "symbols");
      assertEqual(set.symbols(70, 200), expected.symbols(70, 200), "later symbols");
    });

  report.check("head() follows ids that share all but their last bits", async () => {
    const close = Array.from({ length: 300 }, (_, i) => {
      const id = new Uint8Array(32);
      id.set([i >> 8, i & 255], 30);
      return id;
    });
    const [set, expected] = await both(concatBytes(...close));
    for (const step of [randomIds("far", 1), ids(255), close[7]!, close[290]!]) {
      assertEqual(set.head(), expected.head(), "before");
      for (const each of [set, expected]) if (each.insert(step) === 0) each.delete(step);
      assertEqual(set.head(), expected.head(), "after");
    }
    for (const each of [set, expected]) each.delete(concatBytes(...close.slice(0, 200)));
    assertEqual(set.head(), expected.head(), "most of them gone");
  });

  report.check("any order of changes gives the answers of the final set", async () => {
    const content = randomIds("order", 2000);
    const [set, expected] = await both(content);
    set.symbols(0, 64);
    set.head();
    set.insert(randomIds("passing", 700));
    set.head();
    set.delete(randomIds("passing", 700));
    assertEqual(set.ids(0, 2000), expected.ids(0, 2000), "ids");
    assertEqual(set.head(), expected.head(), "head");
    assertEqual(set.symbols(0, 128), expected.symbols(0, 128), "symbols");
    assertEqual(set.fingerprint(3, 1999), expected.fingerprint(3, 1999), "fingerprint");
  });

  report.check("diff() is what one set has and the other has not", async () => {
    const sets = await make({ capacity: 10_000 });
    const [left, right] = [sets.create(), sets.create()];
    left.insert(ids(1, 2, 3, 9));
    right.insert(ids(2, 4, 5, 6, 7, 8, 9));
    assertEqual(left.diff(right), { missing: ids(4, 5, 6, 7, 8), extra: ids(1, 3) }, "difference");
    assertEqual(left.diff(left), { missing: ids(), extra: ids() }, "from itself");
    assertEqual(sets.create().diff(left), { missing: ids(1, 2, 3, 9), extra: ids() }, "from nothing");
  });

  report.check("decode() finds small differences by symbols, and headAfter() proves them", async () => {
    const shared = randomIds("shared", 3000);
    const mine = await one(concatBytes(shared, randomIds("mine", 20)));
    const theirs = await one(concatBytes(shared, randomIds("theirs", 30)), oracle);
    const found = mine.decode(theirs.symbols(0, 150));
    assert(found, "150 symbols say 50 ids");
    const expected = (await one(randomIds("theirs", 30))).ids(0, 30);
    assertEqual(found.missing, expected, "missing, ascending");
    assertEqual(found.extra, (await one(randomIds("mine", 20))).ids(0, 20), "extra, ascending");
    assertEqual(mine.headAfter(found), theirs.head(), "the other side's head");
    assertEqual(mine.size, 3020, "the set is as it was");
    assertEqual(mine.decode(theirs.symbols(0, 20)), undefined, "20 symbols do not");
    assertEqual(mine.decode(mine.symbols(0, 9)), { missing: ids(), extra: ids() }, "no difference");
    assertEqual(mine.decode(new Uint8Array(0)), { missing: ids(), extra: ids() }, "no symbols say nothing");
  });

  report.check("headAfter() is the head of the set that would be, and changes nothing", async () => {
    const close = Array.from({ length: 80 }, (_, i) => new Uint8Array(32).fill(i, 31));
    const content = concatBytes(randomIds("before", 1500), ...close.slice(0, 40));
    const set = await one(content);
    const head = set.head();
    const own = (from: number, to: number) => set.ids(from, to);
    const differences = [
      { missing: randomIds("more", 200), extra: ids() },
      { missing: ids(), extra: own(300, 1200) },
      { missing: randomIds("more", 200), extra: own(0, 1500) },
      { missing: concatBytes(...close.slice(40)), extra: own(0, 38) },
      { missing: concatBytes(...close.slice(40)), extra: own(41, 1540) },
      { missing: ids(), extra: own(0, 1540) },
      { missing: ids(255), extra: own(1539, 1540) },
      { missing: randomIds("other", 1600), extra: own(0, 1540) },
    ];
    for (const [index, { missing, extra }] of differences.entries()) {
      const expected = await one(content, oracle);
      expected.delete(extra);
      expected.insert(missing);
      assertEqual(set.headAfter({ missing, extra }), expected.head(), `difference ${index}`);
      assertEqual(set.head(), head, "the set is as it was");
    }
  });

  report.check("headAfter() refuses a difference that cannot be one", async () => {
    const set = await one(ids(1, 2));
    const head = set.head();
    for (const difference of [
      { missing: ids(1), extra: ids() },
      { missing: ids(), extra: ids(3) },
      { missing: ids(3, 3), extra: ids() },
      { missing: ids(), extra: ids(1, 1) },
      { missing: ids(3), extra: ids(3) },
    ])
      assertEqual(set.headAfter(difference), undefined, "no head");
    assertEqual(set.head(), head, "the set is as it was");
    assertEqual(set.headAfter({ missing: ids(), extra: ids() }), head, "no difference is one");
  });

  report.check(
    "law 5: a batch that does not fit changes nothing, ids that are there need no room",
    async () => {
      const sets = await make({ capacity: 300, sets: 2 });
      const [first, second] = [sets.create(), sets.create()];
      await assertThrows(
        () => sets.create(),
        (error) => isWaxwingError(error, "id_sets_full"),
        "a third set",
      );
      first.insert(randomIds("a", 200));
      second.insert(randomIds("b", 100));
      assertEqual(sets.size, 300, "size of all");
      await assertThrows(
        () => second.insert(concatBytes(randomIds("a", 1), randomIds("b", 100))),
        (error) => isWaxwingError(error, "id_sets_full"),
        "one more",
      );
      assertEqual([first.size, second.size], [200, 100], "nothing changed");
      assertEqual(second.insert(randomIds("b", 100)), 0, "ids that are there");
      assert(second.headAfter({ missing: randomIds("c", 1), extra: ids() }), "a trial needs no room");
      first.close();
      assertEqual(sets.size, 100, "a closed set gives its room back");
      assertEqual(sets.create().insert(randomIds("d", 200)), 200, "and its place");
    },
  );

  report.check("law 6: a closed set answers nothing", async () => {
    const sets = await make({ capacity: 10 });
    const [set, other] = [sets.create(), sets.create()];
    set.close();
    const calls: Record<string, (set: IdSet) => unknown> = {
      size: ({ size }) => size,
      version: ({ version }) => version,
      insert: (closed) => closed.insert(ids(1)),
      delete: (closed) => closed.delete(ids(1)),
      has: (closed) => closed.has(ids(1)),
      lowerBound: (closed) => closed.lowerBound(ids(1)),
      ids: (closed) => closed.ids(0, 0),
      fingerprint: (closed) => closed.fingerprint(0, 0),
      head: (closed) => closed.head(),
      diff: (closed) => closed.diff(other),
      "diff against it": (closed) => other.diff(closed),
      symbols: (closed) => closed.symbols(0, 1),
      decode: (closed) => closed.decode(new Uint8Array(0)),
      headAfter: (closed) => closed.headAfter({ missing: ids(), extra: ids() }),
      close: (closed) => closed.close(),
    };
    for (const [name, call] of Object.entries(calls)) await assertThrows(() => call(set), isTypeError, name);
  });

  report.check(
    "law 3: wrong types throw TypeError, lengths and positions out of range RangeError",
    async () => {
      const set = await one(ids(1, 2));
      const wrong = [undefined, null, 3, "id", [1], new Uint16Array(32)] as unknown as Uint8Array[];
      for (const value of wrong) {
        for (const call of [
          () => set.insert(value),
          () => set.delete(value),
          () => set.has(value),
          () => set.lowerBound(value),
          () => set.decode(value),
          () => set.headAfter({ missing: value, extra: ids() }),
          () => set.headAfter(value as never),
          () => set.diff(value as never),
        ])
          await assertThrows(call, isTypeError, String(value));
      }
      const max = limits.sketchSymbolsMax;
      for (const call of [
        () => set.insert(new Uint8Array(31)),
        () => set.delete(new Uint8Array(33)),
        () => set.has(ids(1, 2)),
        () => set.lowerBound(new Uint8Array(31)),
        () => set.ids(1, 0),
        () => set.ids(0, 3),
        () => set.ids(-1, 1),
        () => set.fingerprint(0, 3),
        () => set.symbols(0, max + 1),
        () => set.symbols(2, 1),
        () => set.decode(new Uint8Array(47)),
        () => set.decode(new Uint8Array(48 * (max + 1))),
        () => set.headAfter({ missing: new Uint8Array(31), extra: ids() }),
        () => set.headAfter({ missing: new Uint8Array(32 * (limits.headAfterIdsMax + 1)), extra: ids() }),
      ])
        await assertThrows(call, isRangeError, String(call));
      const elsewhere = (await make({ capacity: 1 })).create();
      await assertThrows(() => set.diff(elsewhere), isTypeError, "a set of other sets");
      for (const capacity of [0, -1, 1.5, limits.idSetsCapacityMax + 1])
        await assertThrows(async () => make({ capacity }), isRangeError, "capacity");
      for (const sets of [0, limits.idSetsOpenMax + 1])
        await assertThrows(async () => make({ capacity: 1, sets }), isRangeError, "sets");
      await assertThrows(
        async () => make({ capacity: 1, size: 2 } as never),
        isTypeError,
        "an unknown option",
      );
    },
  );
}
