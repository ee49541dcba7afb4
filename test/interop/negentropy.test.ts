/** Range reconciliation against published implementations of negentropy v1, in both roles and through small frames. */
import test, { type ExecutionContext } from "ava";
import { type IdSet, loadIdSets } from "waxwing/core";
import { answerRanges, openRanges, readRanges } from "waxwing/reconcile";
import { SeededRandom } from "waxwing/testing";
import {
  idsOf,
  javaScript,
  javaScriptPeer,
  rust,
  rustPeer,
  type StockInitiator,
} from "../support/negentropy.js";

const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");
const sorted = (ids: Iterable<string>) => [...new Set(ids)].sort();
const messagesMax = 500;

const shapes: readonly (readonly [shared: number, ours: number, theirs: number])[] = [
  [0, 0, 0],
  [0, 0, 40],
  [0, 40, 0],
  [31, 1, 1],
  [5000, 0, 0],
  [5000, 1, 0],
  [5000, 30, 50],
  [200, 3000, 2500],
  [20_000, 10, 10],
];
const limits = [0, 4096, 20_000];

async function pair([shared, ours, theirs]: readonly [number, number, number]): Promise<{
  set: IdSet;
  other: IdSet;
}> {
  const sets = await loadIdSets({ capacity: 50_000, sets: 2 });
  const random = new SeededRandom(`negentropy ${shared} ${ours} ${theirs}`);
  const [set, other] = [sets.create(), sets.create()];
  const common = random.bytes(32 * shared);
  set.insert(common);
  other.insert(common);
  set.insert(random.bytes(32 * ours));
  other.insert(random.bytes(32 * theirs));
  return { set, other };
}

const all = (set: IdSet) => set.ids(0, set.size);
const optionsOf = (limit: number) => (limit === 0 ? {} : { bytesMax: limit });

/** A stock initiator that holds `other`, answered from `set`. */
async function serve(t: ExecutionContext, stock: StockInitiator, set: IdSet, other: IdSet, limit: number) {
  const have: string[] = [];
  const need: string[] = [];
  let message: Uint8Array | undefined = await stock.initiate();
  for (let turn = 0; message !== undefined && turn < messagesMax; turn++) {
    const answer = answerRanges(set, message, optionsOf(limit));
    if (limit > 0) t.true(answer.length <= limit);
    const learnt = await stock.read(answer);
    have.push(...learnt.have);
    need.push(...learnt.need);
    message = learnt.next;
  }
  const expected = set.diff(other);
  t.is(message, undefined);
  t.deepEqual(sorted(have), idsOf(hex(expected.missing)));
  t.deepEqual(sorted(need), idsOf(hex(expected.extra)));
}

for (const shape of shapes) {
  const title = `${shape.join(" + ")} ids`;

  (rust.isThere ? test : test.skip)(
    `readRanges() learns the difference from the Rust responder, through frames of any size: ${title}${rust.howToRun}`,
    async (t) => {
      for (const limit of limits) {
        const { set, other } = await pair(shape);
        const stock = await rustPeer(all(other), limit);
        const missing: string[] = [];
        const extra: string[] = [];
        let message: Uint8Array | undefined = openRanges(set);
        for (let turn = 0; message !== undefined && turn < messagesMax; turn++) {
          const step = readRanges(set, await stock.answer(message), optionsOf(limit));
          missing.push(...idsOf(hex(step.missing)));
          extra.push(...idsOf(hex(step.extra)));
          message = step.reply;
        }
        stock.close();
        const expected = set.diff(other);
        t.is(message, undefined);
        t.deepEqual(sorted(missing), idsOf(hex(expected.missing)));
        t.deepEqual(sorted(extra), idsOf(hex(expected.extra)));
      }
    },
  );

  (rust.isThere ? test : test.skip)(
    `answerRanges() serves the Rust initiator, through frames of any size: ${title}${rust.howToRun}`,
    async (t) => {
      for (const limit of limits) {
        const { set, other } = await pair(shape);
        const stock = await rustPeer(all(other), limit);
        await serve(t, stock, set, other, limit);
        stock.close();
      }
    },
  );

  (javaScript.isThere ? test : test.skip)(
    `answerRanges() serves the JavaScript initiator, through frames of any size: ${title}${javaScript.howToRun}`,
    async (t) => {
      for (const limit of limits) {
        const { set, other } = await pair(shape);
        await serve(t, await javaScriptPeer(all(other), limit), set, other, limit);
      }
    },
  );
}

(javaScript.isThere ? test : test.skip)(
  `openRanges() writes a stock initiator's first message byte for byte${javaScript.howToRun}`,
  async (t) => {
    for (const shape of shapes) {
      const { set } = await pair(shape);
      t.is(hex(openRanges(set)), hex(await (await javaScriptPeer(all(set), 0)).initiate()));
    }
  },
);
