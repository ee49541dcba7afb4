/** Reconciliation of any two sets, through frames of any size, ends with their difference and its proof. */
import assert from "node:assert/strict";
import test from "ava";
import fc from "fast-check";
import { loadIdSets } from "waxwing/core";
import { packSymbols, unpackSymbols } from "waxwing/reconcile";
import { SeededRandom } from "waxwing/testing";
import { checkProperty } from "../../support/property.js";
import { reconcile } from "../../support/reconcile.js";

const sets = await loadIdSets({ capacity: 40_000 });

const share = fc.oneof(fc.nat(3), fc.nat(60), fc.nat(2000));

test("reconciliation: the difference, proven, whichever way it takes", (t) => {
  checkProperty(
    t,
    fc.property(
      fc.record({ shared: share, mine: share, theirs: share, seed: fc.nat(), close: fc.boolean() }),
      fc.constantFrom(0, 150, 8192),
      fc.constantFrom(2048, 5000, 262_144),
      ({ shared, mine, theirs, seed, close }, symbolsMax, bytesMax) => {
        const random = new SeededRandom(`reconcile ${seed}`);
        const [local, remote] = [sets.create(), sets.create()];
        // Ids that share all but their last bytes make long bounds.
        const ids = (count: number) => {
          const bytes = random.bytes(32 * count);
          if (close) for (let at = 0; at < bytes.length; at += 32) bytes.fill(7, at, at + 29);
          return bytes;
        };
        try {
          const common = ids(shared);
          local.insert(common);
          remote.insert(common);
          local.insert(ids(mine));
          remote.insert(ids(theirs));
          const expected = local.diff(remote);
          const options = { symbolsMax, rangeBytesMax: bytesMax };
          const { report, told } = reconcile(local, remote, { options, bytesMax });
          const differs = expected.missing.length + expected.extra.length > 0;
          assert.equal(report.outcome, differs ? "proven" : "equal");
          assert.deepEqual([report.missing, report.extra], [expected.missing, expected.extra]);
          assert.deepEqual(told, differs ? { missing: expected.extra, extra: expected.missing } : undefined);
        } finally {
          local.close();
          remote.close();
        }
      },
    ),
    0.3,
  );
});

test("packSymbols() and unpackSymbols() are inverse", (t) => {
  checkProperty(
    t,
    fc.property(fc.nat(400), fc.nat(300), fc.nat(300), fc.nat(), (count, a, b, said) => {
      const set = sets.create();
      set.insert(new SeededRandom(`pack ${count}`).bytes(32 * count));
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const symbols = set.symbols(from, to);
      set.close();
      for (const size of [count, said])
        assert.deepEqual(unpackSymbols(packSymbols(symbols, from, size), from, size), symbols);
    }),
  );
});
