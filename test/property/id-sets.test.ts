/** Id sets under any sequence of changes, against JavaScript's own Set and the reference's computing. */
import assert from "node:assert/strict";
import test from "ava";
import fc from "fast-check";
import type { IdSets } from "waxwing/core";
import { createReferenceIdSets, idSetMakers } from "../support/id-sets.js";
import { checkProperty } from "../support/property.js";

/** Ids by number: hashes in appearance, or sharing all but the last bytes. */
const hexOf = (number: number) =>
  number % 3 === 0
    ? number.toString(16).padStart(64, "0")
    : (BigInt(number) * 0x9e3779b97f4a7c15f39cc0605cedc834n + 7n).toString(16).padStart(64, "5").slice(-64);

const bytesOf = (ids: Iterable<string>) => new Uint8Array(Buffer.from([...ids].join(""), "hex"));

/** Runs of neighbours, so that pages fill, split and merge. */
const run = fc
  .tuple(fc.nat(700), fc.integer({ min: 1, max: 200 }))
  .map(([from, count]) => Array.from({ length: count }, (_, i) => hexOf((from + i) % 900)));
const change = fc.record({ type: fc.constantFrom("insert", "insert", "delete"), ids: run });

for (const { name, make } of idSetMakers) {
  const capacity = 4000;
  let sets: IdSets;
  test.before(async () => {
    sets = await make({ capacity });
  });

  test(`${name}: any changes leave a Set's ids, and the answers that the ids alone decide`, (t) => {
    checkProperty(
      t,
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(), fc.nat(), (changes, a, b) => {
        const model = new Set<string>();
        const set = sets.create();
        const reference = createReferenceIdSets({ capacity }).create();
        try {
          for (const [index, { type, ids }] of changes.entries()) {
            const before = model.size;
            for (const id of ids) type === "insert" ? model.add(id) : model.delete(id);
            const changed = type === "insert" ? set.insert(bytesOf(ids)) : set.delete(bytesOf(ids));
            assert.equal(changed, Math.abs(model.size - before));
            // Kept hashes and symbols must follow changes, so they are asked for in between.
            if (index % 3 === 0) set.head();
            if (index === 1) set.symbols(0, 100);
          }
          const sorted = bytesOf([...model].sort());
          reference.insert(sorted);
          assert.deepEqual(set.ids(0, set.size), sorted);
          assert.deepEqual(set.head(), reference.head());
          assert.deepEqual(set.symbols(0, 100), reference.symbols(0, 100));
          const [from, to] = [a % (set.size + 1), b % (set.size + 1)].sort((x, y) => x - y);
          assert.deepEqual(set.fingerprint(from!, to!), reference.fingerprint(from!, to!));
        } finally {
          set.close();
        }
      }),
      0.15,
    );
  });

  test(`${name}: diff() of two sets is that of two Sets, and so is what enough symbols say`, (t) => {
    checkProperty(
      t,
      fc.property(fc.array(run, { maxLength: 5 }), fc.array(run, { maxLength: 5 }), (ours, theirs) => {
        const [left, right] = [new Set(ours.flat()), new Set(theirs.flat())];
        const expected = {
          missing: bytesOf([...right].filter((id) => !left.has(id)).sort()),
          extra: bytesOf([...left].filter((id) => !right.has(id)).sort()),
        };
        const [local, remote] = [sets.create(), sets.create()];
        try {
          local.insert(bytesOf(left));
          remote.insert(bytesOf(right));
          assert.deepEqual(local.diff(remote), expected);
          assert.deepEqual(local.headAfter(expected), remote.head());
          const differing = (expected.missing.length + expected.extra.length) / 32;
          const found = local.decode(remote.symbols(0, 40 + 2 * differing));
          // Enough nearly always; what is said must be right in any case.
          if (found !== undefined) assert.deepEqual(found, expected);
        } finally {
          local.close();
          remote.close();
        }
      }),
      name === "reference" ? 0.05 : 0.5,
    );
  });
}
