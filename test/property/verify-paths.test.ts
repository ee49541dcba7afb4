/**
 * One verdict on every path to it, for items of all three algorithms: random mixtures of valid, invalid, small-order,
 * wrongly bound and malformed items, under keys that are new, known or just evicted, by single calls and in batches
 * of any cut, on every build, against the reference engine. ed25519-paths.test.ts draws more of Ed25519 alone.
 */
import test from "ava";
import fc from "fast-check";
import { loadCore, type VerifyItem } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createReferenceEngine } from "#dist/engine/index.js";
import { changed, craftedEd25519, signedItems, singleVerdict } from "../support/verify-items.js";

const reference = createReferenceEngine();
const items = [...signedItems(reference), ...craftedEd25519()];
const expected = reference.verifyBatch(items);

/** Of the keys of twelve signers, 40 KiB and more each. */
const caches = { "no key": 0, "a few keys": 384 * 1024, "all keys": 64 * 1024 * 1024 };

const draw = fc.record({
  at: fc.nat(items.length - 1),
  change: fc.option(fc.record({ part: fc.nat(4), bit: fc.nat(40_000) }), { freq: 4 }),
});
/** A change's verdict costs the reference a millisecond or two, and builds and caches draw the same ones. */
const known = new Map<string, number>();

function drawn({ at, change }: { at: number; change: { part: number; bit: number } | null }) {
  const item: VerifyItem = items[at]!;
  if (change === null) return { item, wanted: expected[at]! };
  const { part, bit } = change;
  const damaged = changed(item, part, bit);
  const key = `${at}/${part}/${bit}`;
  const wanted = known.get(key) ?? reference.verifyBatch([damaged])[0]!;
  known.set(key, wanted);
  return { item: damaged, wanted };
}

test("the mixtures hold valid items of each algorithm and invalid ones of each", (t) => {
  for (const algorithm of ["ed25519", "ml-dsa-65", "hybrid"]) {
    const verdicts = items.flatMap((item, i) => (item.algorithm === algorithm ? [expected[i]] : []));
    t.true(verdicts.includes(1), algorithm);
    if (algorithm !== "ml-dsa-65") t.true(verdicts.includes(0), algorithm);
  }
});

for (const build of wasmBuilds()) {
  for (const [room, cacheBytes] of Object.entries(caches)) {
    test(`${build} with room for ${room} gives every item of a mixture one verdict by single calls, known keys and batches`, async (t) => {
      const engine = await loadCore({ build, cacheBytes });
      fc.assert(
        fc.property(fc.array(draw, { maxLength: 30 }), fc.nat(30), (draws, cut) => {
          const mixture = draws.map(drawn);
          const list = mixture.map(({ item }) => item);
          const wanted = mixture.map(({ wanted }) => wanted).join();
          const singles = () => list.map((item) => singleVerdict(engine, item));
          const batches = () => [
            ...engine.verifyBatch(list.slice(0, cut)),
            ...engine.verifyBatch(list.slice(cut)),
          ];
          return [singles(), batches(), singles()].every((verdicts) => verdicts.join() === wanted);
        }),
        { seed: 20_261_121, numRuns: Number(process.env.WAXWING_PROPERTY_RUNS || 40) },
      );
      const { hits, evictions } = engine.keyCache!;
      t.is(hits > 0, cacheBytes > 0);
      t.is(evictions > 0, room === "a few keys");
    });
  }
}
