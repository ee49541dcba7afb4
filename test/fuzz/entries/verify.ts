/**
 * Mixtures of items of all three algorithms, valid, damaged, crafted and malformed, under keys that are new, known or
 * just evicted: every build gives the reference's verdicts, in one batch, in two, and one by one.
 *
 *   an item, 4 bytes: which one ‖ 0 or what is changed ‖ which bit, 16 bits
 */
import type { VerifyItem } from "waxwing/core";
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../../support/engines.js";
import { changed, craftedEd25519, signedItems, singleVerdict } from "../../support/verify-items.js";
import { demand, type FuzzTarget } from "../target.js";

/** With room for a few keys, so that they take turns, and for none. */
const engines = [...(await allCores({ cacheBytes: 512 * 1024 })), ...(await allCores({ cacheBytes: 0 }))];
const reference = createReferenceEngine();
const base = [...craftedEd25519(), ...signedItems(engines[0]!)];
const expected = reference.verifyBatch(base);
const mixtureItemsMax = 16;

/** A verdict of no, told to the rig as a refusal: it wants to see both kinds of input. */
class NotValid extends Error {}

function decode(input: Uint8Array): { items: VerifyItem[]; wanted: number[] } {
  const count = Math.min(input.length >> 2, mixtureItemsMax);
  const items: VerifyItem[] = [];
  const wanted: number[] = [];
  for (let at = 0; at < count * 4; at += 4) {
    const [which, change] = [input[at]! % base.length, input[at + 1]!];
    const bit = input[at + 2]! | (input[at + 3]! << 8);
    // Half of what is drawn stays as it is, or keys would never get known.
    const isChanged = change !== 0 && change % 2 === 1;
    const item = isChanged ? changed(base[which]!, change >> 1, bit) : base[which]!;
    items.push(item);
    wanted.push(isChanged ? reference.verifyBatch([item])[0]! : expected[which]!);
  }
  return { items, wanted };
}

const valid = [...expected.keys()].filter((index) => expected[index] === 1 && index < 256);

export const verifyTargets: readonly FuzzTarget[] = [
  {
    name: "verifyBatch: a mixture",
    seeds: [
      Uint8Array.from(valid.slice(0, 16).flatMap((index) => [index, 0, 0, 0])),
      Uint8Array.from(valid.slice(-16).flatMap((index) => [index, 0, 0, 0])),
      Uint8Array.from(valid.slice(-8).flatMap((index, i) => [index, i, i, i])),
    ],
    run(input) {
      const { items, wanted } = decode(input);
      const cut = (input[0] ?? 0) % (items.length + 1);
      for (const engine of engines) {
        const { engine: name } = engine.features;
        const agree = (how: string, found: Iterable<number>) =>
          demand([...found].join() === wanted.join(), `${how} (${name})`);
        agree("one batch", engine.verifyBatch(items));
        agree("two batches", [
          ...engine.verifyBatch(items.slice(0, cut)),
          ...engine.verifyBatch(items.slice(cut)),
        ]);
        agree(
          "single calls",
          items.map((item) => singleVerdict(engine, item)),
        );
      }
      if (!wanted.every((verdict) => verdict === 1)) throw new NotValid();
    },
    refusals: (error) => error instanceof NotValid,
  },
];
