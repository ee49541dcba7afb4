/** Set difference against JavaScript's own Set, on layouts that are hard for a merge as well as random ones. */
import assert from "node:assert/strict";
import test from "ava";
import fc from "fast-check";
import { allDiffs } from "../support/diffs.js";
import { checkProperty } from "../support/property.js";

const implementations = await allDiffs();

/** Hex of ids that share long prefixes, differ anywhere, or are plain hashes. */
const id = fc
  .oneof(
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc
      .tuple(fc.constantFrom(0, 7, 8, 15, 16, 24, 31), fc.integer({ min: 0, max: 255 }))
      .map(([at, value]) => new Uint8Array(32).fill(value, at, at + 1)),
  )
  .map((bytes) => Buffer.from(bytes).toString("hex"));

/** Runs that both sides share, or only one has: equal blocks, gaps and combs. */
const runs = fc
  .array(fc.tuple(fc.constantFrom("both", "local", "remote", "comb"), fc.integer({ min: 1, max: 40 })), {
    maxLength: 12,
  })
  .map((parts) => {
    const local: string[] = [];
    const remote: string[] = [];
    let next = 0;
    for (const [side, length] of parts)
      for (let i = 0; i < length; i++) {
        const value = (next++).toString(16).padStart(8, "0").padEnd(64, "a");
        if (side !== "remote" && (side !== "comb" || i % 2 === 0)) local.push(value);
        if (side !== "local" && (side !== "comb" || i % 2 === 1)) remote.push(value);
      }
    return { local, remote };
  });

const sets = fc.oneof(
  fc
    .record({
      shared: fc.array(id, { maxLength: 20 }),
      a: fc.array(id, { maxLength: 20 }),
      b: fc.array(id, { maxLength: 20 }),
    })
    .map(({ shared, a, b }) => ({ local: [...shared, ...a], remote: [...shared, ...b] })),
  runs,
);

/** Equal-length lower-case hex sorts as its bytes do. */
const bytesOf = (ids: Iterable<string>) =>
  new Uint8Array(Buffer.from([...new Set(ids)].sort().join(""), "hex"));

for (const { name, diff } of implementations) {
  test(`${name}: diff() is the difference of two Sets, ascending`, (t) => {
    checkProperty(
      t,
      fc.property(sets, ({ local, remote }) => {
        const ours = new Set(local);
        const theirs = new Set(remote);
        assert.deepEqual(diff(bytesOf(local), bytesOf(remote)), {
          missing: bytesOf(remote.filter((value) => !ours.has(value))),
          extra: bytesOf(local.filter((value) => !theirs.has(value))),
        });
      }),
    );
  });

  test(`${name}: diff() refuses every sequence that is not strictly ascending`, (t) => {
    checkProperty(
      t,
      fc.property(
        fc.array(id, { minLength: 2, maxLength: 12 }),
        fc.array(id, { maxLength: 12 }),
        (ids, other) => {
          const sorted = ids.every((value, index) => index === 0 || ids[index - 1]! < value);
          const bytes = new Uint8Array(Buffer.from(ids.join(""), "hex"));
          if (sorted) return;
          assert.throws(() => diff(bytes, bytesOf(other)), RangeError);
          assert.throws(() => diff(bytesOf(other), bytes), RangeError);
        },
      ),
    );
  });
}
