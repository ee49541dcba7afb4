/**
 * One verdict on every path to it: random mixtures of valid, invalid, small-order, mixed-order and malformed
 * signatures, under keys that are new, known or just evicted, by single calls and in batches of any cut, on
 * every build, against the reference engine.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { type Engine, loadCore } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createReferenceEngine } from "#dist/engine/index.js";
import { ownVectors } from "../support/vectors.js";

interface Item {
  readonly algorithm: "ed25519";
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  readonly publicKey: Uint8Array;
}

const reference = createReferenceEngine();
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

const strict = JSON.parse(readFileSync(join(ownVectors, "ed25519-strict.json"), "utf8")) as {
  readonly signature: string;
  readonly message: string;
  readonly publicKey: string;
}[];
const crafted = strict.map(
  ({ signature, message, publicKey }): Item => ({
    algorithm: "ed25519",
    signature: bytes(signature),
    message: bytes(message),
    publicKey: bytes(publicKey),
  }),
);
/** Each good key of the set with honest signatures of its own, so that the mixtures make it known. */
const honest = Array.from({ length: 12 }, (_, i): Item[] => {
  const secretKey = new Uint8Array(32).fill(i + 1);
  const publicKey = reference.ed25519.publicKey(secretKey);
  return Array.from({ length: 3 }, (_, j) => {
    const message = new Uint8Array(50 * j).fill(i);
    return {
      algorithm: "ed25519",
      signature: reference.ed25519.sign(message, secretKey),
      message,
      publicKey,
    };
  });
}).flat();
const items = [...crafted, ...honest];
const expected = [...reference.verifyBatch(items)];

const slotBytes = 40 * 1024;
const caches = { none: 0, "three keys": 32 * 1024 + 3 * slotBytes, "all keys": 64 * 1024 * 1024 };

/** An item by its place, as it is or with one bit of it changed. */
const draw = fc.record({
  at: fc.nat(items.length - 1),
  change: fc.option(
    fc.record({ part: fc.constantFrom("signature", "message", "publicKey"), bit: fc.nat() }),
    {
      freq: 4,
    },
  ),
});
type Draw = typeof draw extends fc.Arbitrary<infer T> ? T : never;

function itemOf({ at, change }: Draw): Item {
  const item = items[at]!;
  if (change === null) return item;
  const part = Uint8Array.from(item[change.part]);
  if (part.length > 0) part[(change.bit >> 3) % part.length]! ^= 1 << (change.bit & 7);
  return { ...item, [change.part]: part };
}

function single({ ed25519 }: Engine, { signature, message, publicKey }: Item): number {
  try {
    return Number(ed25519.verify(signature, message, publicKey));
  } catch (error) {
    if (error instanceof RangeError && publicKey.length !== 32) return 0;
    throw error;
  }
}

for (const build of wasmBuilds()) {
  for (const [cache, cacheBytes] of Object.entries(caches)) {
    test(`${build} with room for ${cache} gives one verdict by single calls, known keys and batches`, async (t) => {
      const engine = await loadCore({ build, cacheBytes });
      fc.assert(
        fc.property(fc.array(draw, { maxLength: 40 }), fc.nat(40), (draws, cut) => {
          const drawn = draws.map(itemOf);
          const wanted = draws.map(({ at, change }, i) =>
            change === null ? expected[at]! : reference.verifyBatch([drawn[i]!])[0]!,
          );
          const singles = drawn.map((item) => single(engine, item));
          const batched = [
            ...engine.verifyBatch(drawn.slice(0, cut)),
            ...engine.verifyBatch(drawn.slice(cut)),
          ];
          const again = drawn.map((item) => single(engine, item));
          return [singles, batched, again].every((verdicts) => verdicts.join() === wanted.join());
        }),
        { numRuns: 60 },
      );
      const { hits, evictions } = engine.keyCache!;
      t.is(hits > 0, cacheBytes > 0);
      t.is(evictions > 0, cache === "three keys");
    });

    test(`${build} with room for ${cache} gives the crafted set's verdicts over and over, past one group of a batch`, async (t) => {
      const engine = await loadCore({ build, cacheBytes });
      const many = Array.from({ length: 400 }, (_, i) => (i * 7) % items.length);
      for (let round = 0; round < 3; round++) {
        t.deepEqual(
          [...engine.verifyBatch(many.map((at) => items[at]!))],
          many.map((at) => expected[at]),
        );
        t.deepEqual(
          items.map((item) => single(engine, item)),
          expected,
        );
      }
    });
  }
}
