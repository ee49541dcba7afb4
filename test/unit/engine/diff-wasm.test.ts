/** The WASM set difference from inside: every way in which windows of the two sides can end. */
import test from "ava";
import { loadWasm } from "#bindings/wasm/load.js";
import { createReferenceDiff } from "#dist/engine/reference/diff.js";
import { createDiff } from "#dist/engine/wasm/diff.js";
import { Linear } from "#dist/engine/wasm/linear.js";
import { allCores } from "../../support/engines.js";

const linear = new Linear(await loadWasm({ cacheBytes: 0 }));
const reference = createReferenceDiff();

/** Ids with the given numbers in their first four bytes. */
function ids(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(32 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(32 * index, value);
  return bytes;
}

const range = (length: number, map = (index: number) => index) => Array.from({ length }, (_, i) => map(i));

test("diff() through windows of 1 to 9 ids is the plain merge, for all sizes around their edges", (t) => {
  for (const window of [1, 2, 3, 4, 7, 8, 9]) {
    const { diff } = createDiff(linear, { windowBytes: 32 * window });
    for (let localCount = 0; localCount <= 2 * window + 1; localCount++) {
      for (let remoteCount = 0; remoteCount <= 2 * window + 1; remoteCount++) {
        for (const shift of [0, 1, window, 100]) {
          const local = ids(range(localCount, (i) => 2 * i));
          const remote = ids(range(remoteCount, (i) => 2 * i + shift));
          t.deepEqual(
            diff(local, remote),
            reference.diff(local, remote),
            `${window} ${localCount} ${remoteCount} ${shift}`,
          );
        }
      }
    }
  }
});

test("diff() sees disorder that falls on the edge of a window", (t) => {
  const { diff } = createDiff(linear, { windowBytes: 64 });
  for (const wrong of [1, 2, 3, 4, 5]) {
    const values = range(6);
    values[wrong] = values[wrong - 1]!;
    const message = new RegExp(`id ${wrong} `);
    t.throws(() => diff(ids(values), ids(range(9))), { instanceOf: RangeError, message: /^local/ });
    t.throws(() => diff(ids([]), ids(values)), { instanceOf: RangeError, message });
  }
});

test("diff() sees disorder inside runs that are equal on both sides, in every build", async (t) => {
  for (const core of await allCores({ cacheBytes: 0 }))
    for (let wrong = 1; wrong <= 20; wrong++)
      for (const back of [0, 1, 5]) {
        const values = range(24, (index) => index + 10);
        values[wrong] = values[wrong - 1]! - back;
        const same = ids(values);
        const message = new RegExp(`^local.*id ${wrong} `);
        t.throws(() => core.diff(same, same), { instanceOf: RangeError, message });
        // The ids in front of an equal block may differ: only one side is out of order there.
        const ordered = ids(range(wrong, (index) => index).concat(values.slice(wrong)));
        t.throws(() => core.diff(ordered, same), { instanceOf: RangeError, message: /^remote/ });
      }
});

test("diff() tells ids apart that differ in any one byte, in every build", async (t) => {
  const base = ids(range(40, (index) => 0x20000 * index + 1));
  for (const core of await allCores({ cacheBytes: 0 }))
    for (let byte = 2; byte < 32; byte++) {
      // The two bytes in front would break the order.
      const other = base.slice();
      other[32 * 21 + byte]! += 1;
      const expected = reference.diff(base, other);
      t.is(expected.missing.length, 32);
      t.deepEqual(core.diff(base, other), expected);
      t.deepEqual(core.diff(other, base), reference.diff(other, base));
    }
});

test("diff() works on sets larger than the core's memory regions", (t) => {
  const { diff } = createDiff(linear);
  const n = 600_000; // 19 MB a side, above the 16.5 MB of INPUT
  const local = ids(range(n, (i) => 3 * i));
  const remote = ids(range(n, (i) => 3 * i + (i % 1000 === 0 ? 1 : 0)));
  const { missing, extra } = diff(local, remote);
  t.deepEqual(extra, ids(range(n / 1000, (i) => 3000 * i)));
  t.deepEqual(missing, ids(range(n / 1000, (i) => 3000 * i + 1)));
});

test("diff() of lopsided sets costs in proportion to their sum", (t) => {
  const { diff } = createDiff(linear);
  const dense = ids(range(300_000));
  const sparse = ids(range(3_000, (i) => 100 * i + 0x10000000));
  const start = performance.now();
  t.is(diff(dense, sparse).extra.length, dense.length);
  t.is(diff(sparse, dense).extra.length, sparse.length);
  // Copying a whole window for every step of the other side would take minutes.
  t.true(performance.now() - start < 5000);
});

test("createDiff() refuses windows that are no multiple of an id or too large", (t) => {
  for (const windowBytes of [0, 31, 33, 32 * 1024 * 1024])
    t.throws(() => createDiff(linear, { windowBytes }), { instanceOf: Error });
});
