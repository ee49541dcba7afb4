/** Id sets of the WASM core at a size where trees have several levels, and under ids chosen to be hard. */
import { createHash } from "node:crypto";
import test from "ava";
import { type IdSet, loadIdSets } from "waxwing/core";
import { SeededRandom } from "waxwing/testing";
import { sipHash } from "#dist/engine/reference/symbols.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const count = 120_000;
const idsOf = (numbers: readonly number[]) => {
  const bytes = new Uint8Array(32 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (const [index, number] of numbers.entries()) view.setUint32(32 * index + 12, number);
  return bytes;
};
const range = (length: number, map = (index: number) => index) => Array.from({ length }, (_, i) => map(i));
const shuffled = (random: SeededRandom, numbers: readonly number[]) => {
  const list = [...numbers];
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
};

/** Both hold the same ids and say so in every way. */
function isSame(a: IdSet, b: IdSet): boolean {
  const { size } = a;
  return (
    size === b.size &&
    hex(a.head()) === hex(b.head()) &&
    hex(a.fingerprint(0, size)) === hex(b.fingerprint(0, size)) &&
    hex(a.fingerprint(size >> 2, size >> 1)) === hex(b.fingerprint(size >> 2, size >> 1)) &&
    a.diff(b).missing.length + a.diff(b).extra.length === 0
  );
}

test("a set filled in any order, emptied and filled again is the same set", async (t) => {
  const random = new SeededRandom("id sets");
  const numbers = range(count);
  const sets = await loadIdSets({ capacity: 3 * count });
  const [ascending, descending, mixed] = [sets.create(), sets.create(), sets.create()];
  ascending.insert(idsOf(numbers));
  descending.insert(idsOf(range(count, (i) => count - 1 - i)));
  mixed.insert(idsOf(shuffled(random, numbers)));
  t.true(isSame(ascending, descending));
  t.true(isSame(ascending, mixed));
  for (const step of [shuffled(random, numbers), numbers, range(count, (i) => count - 1 - i)]) {
    t.is(mixed.delete(idsOf(step.slice(0, count - 50))), count - 50);
    t.is(mixed.size, 50);
    t.is(mixed.insert(idsOf(step)), count - 50);
    t.true(isSame(ascending, mixed));
  }
  t.is(ascending.lowerBound(idsOf([777])), 777);
  t.is(Buffer.compare(ascending.ids(50_000, 90_000), idsOf(range(40_000, (i) => 50_000 + i))), 0);
  for (const set of [ascending, descending, mixed]) set.close();
  t.is(sets.size, 0);
});

test("as many ids as were asked for always fit, in the order that fills pages worst", async (t) => {
  const capacity = 40_000;
  const sets = await loadIdSets({ capacity, sets: 1 });
  const set = sets.create();
  set.symbols(0, 8192);
  for (const order of [range(capacity, (i) => (i * 7919) % capacity), range(capacity, (i) => capacity - i)]) {
    t.is(set.insert(idsOf(order)), capacity);
    set.head();
    // Every page loses half of its ids, and is filled from below again.
    t.is(set.delete(idsOf(order.filter((number) => number % 2 === 0))), capacity / 2);
    t.is(set.insert(idsOf(order)), capacity / 2);
    t.is(set.delete(set.ids(0, capacity)), capacity);
  }
});

test("closed sets give all their memory back", async (t) => {
  const sets = await loadIdSets({ capacity: 5000, sets: 2 });
  const random = new SeededRandom("closing");
  for (let turn = 0; turn < 200; turn++) {
    const set = sets.create();
    set.insert(random.bytes(32 * 5000));
    set.symbols(0, 1024);
    set.head();
    set.close();
  }
  t.is(sets.size, 0);
});

test("diff() of runs that one side alone has, around the sizes of pages and blocks", async (t) => {
  const sets = await loadIdSets({ capacity: 20_000 });
  for (const row of [1, 3, 4, 5, 6, 7, 8, 9, 126, 127, 128, 129, 255, 1000])
    for (const start of [0, 1, 2, 3, 4, 126, 127, 128, 1500]) {
      const [whole, holed] = [sets.create(), sets.create()];
      whole.insert(idsOf(range(3000)));
      holed.insert(idsOf(range(3000).filter((i) => i < start || i >= start + row)));
      const expected = idsOf(range(row, (i) => start + i));
      const there = whole.diff(holed);
      const back = holed.diff(whole);
      t.is(Buffer.compare(there.extra, expected) | there.missing.length, 0, `${row} ${start}`);
      t.is(Buffer.compare(back.missing, expected) | back.extra.length, 0, `${row} ${start}`);
      whole.close();
      holed.close();
    }
});

test("diff() gives more ids than a window of results holds", async (t) => {
  const sets = await loadIdSets({ capacity: 700_000, sets: 2 });
  const [some, none] = [sets.create(), sets.create()];
  const all = idsOf(range(700_000));
  some.insert(all);
  t.is(Buffer.compare(some.diff(none).extra, all), 0);
  t.is(Buffer.compare(none.diff(some).missing, all), 0);
});

test("the head of few ids is SHA-256 of a zero byte and the ids; of more, of a one byte and both halves", async (t) => {
  const set = (await loadIdSets({ capacity: 100 })).create();
  const sha256 = (...parts: Uint8Array[]) => {
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  t.is(hex(set.head()), hex(sha256(Uint8Array.of(0))));
  // The fifth bit from the end parts 0 … 31 from 32 … 39.
  set.insert(idsOf(range(40)));
  const halves = [range(32), range(8, (i) => 32 + i)].map((half) => sha256(Uint8Array.of(0), idsOf(half)));
  t.is(hex(set.head()), hex(sha256(Uint8Array.of(1), ...halves)));
});

test("the checksum of symbols is SipHash-2-4 under the key of its paper", async (t) => {
  // openssl mac -macopt hexkey:000102030405060708090a0b0c0d0e0f -macopt size:8 -in <bytes 0 to 31> SipHash
  const expected = Buffer.from("ce7cf2722f512771", "hex").readBigUInt64LE();
  const id = Uint8Array.from({ length: 32 }, (_, i) => i);
  t.is(sipHash(id), expected);
  const set = (await loadIdSets({ capacity: 1 })).create();
  set.insert(id);
  const first = set.symbols(0, 1);
  t.is(Buffer.from(first).readBigUInt64LE(32), expected);
  t.is(hex(first.subarray(0, 32)), hex(id));
});

test("decode() ends soon on symbols made to deceive", async (t) => {
  const set = (await loadIdSets({ capacity: 10 })).create();
  // One id, rightly checksummed, in every cell: it is pure wherever it should not be.
  const single = (await loadIdSets({ capacity: 1 })).create();
  single.insert(new Uint8Array(32).fill(9));
  const lie = new Uint8Array(48 * 8192);
  for (let at = 0; at < lie.length; at += 48) lie.set(single.symbols(0, 1), at);
  t.is(set.decode(lie), undefined);
  const random = new SeededRandom("lies");
  for (let i = 0; i < 20; i++) t.is(set.decode(random.bytes(48 * 64)), undefined);
});
