/** Kinds that are served by time: what is answered, and where is asked from. */
import test from "ava";
import { openOfferPolicy } from "waxwing/replication";
import { createMemoryStore } from "waxwing/store";
import { limits } from "#dist/base/limits.js";
import { ByTime } from "#dist/replication/by-time.js";
import { testKinds } from "../../support/replication.js";
import { createTestAdmission, recordBytes, recordTimeOf } from "../../support/replication-store.js";

const kind = "accord_quorum_evidence";
/** Earlier than every record of these tests. */
const before = "2025-01-01T00:00:00Z";
const day = (n: number, rest = "00:00:00Z") => `2026-01-${String(n).padStart(2, "0")}T${rest}`;

async function setup() {
  const store = createMemoryStore();
  const admission = createTestAdmission(store);
  const byTime = new ByTime({ store, kinds: testKinds });
  const gate = await openOfferPolicy().gate("P", kind);
  return {
    store,
    byTime,
    async put(at: string, id = at, extra: Record<string, unknown> = {}) {
      await admission.admit(kind, [recordBytes(id, { at, ...extra })], {});
    },
    /** The times of an answer. */
    async answer(since?: string, more: Partial<Parameters<ByTime["answer"]>[0]> = {}) {
      const question = { peer: "P", kind, since, gate, bytesMax: 1e6, recordBytesMax: 1e6, ...more };
      return (await byTime.answer(question)).map(recordTimeOf);
    },
  };
}

test("answer(): what is later than `since`, the oldest first, whatever the order of arrival", async (t) => {
  const { put, answer } = await setup();
  for (const n of [3, 1, 5, 2, 4]) await put(day(n));
  t.deepEqual(await answer(day(2)), [day(3), day(4), day(5)]);
  t.deepEqual(await answer(day(5)), []);
  t.deepEqual(
    await answer("1970-01-01T00:00:00Z"),
    [1, 2, 3, 4, 5].map((n) => day(n)),
  );
});

test("answer(): `since` is exact below the millisecond, and any zone of it is read", async (t) => {
  const { put, answer } = await setup();
  const times = ["00:00:00.0001Z", "00:00:00.0002Z", "00:00:00.00025Z", "00:00:00.001Z"].map((rest) =>
    day(1, rest),
  );
  for (const at of times) await put(at);
  t.deepEqual(await answer(times[1]), times.slice(2));
  t.deepEqual(await answer(day(1)), times);
  t.deepEqual(await answer("2026-01-01T01:00:00.0002+01:00"), times.slice(2));
});

test("answer(): a page follows the last for whoever asks on from its newest record", async (t) => {
  const { put, answer } = await setup();
  for (let n = 1; n <= 28; n++) await put(day(n), `r${n}`, { pad: "x".repeat(900) });
  const seen: unknown[] = [];
  let since = "1970-01-01T00:00:00Z";
  for (let pages = 0; pages < 20; pages++) {
    const page = await answer(since, { bytesMax: 5000 });
    if (page.length === 0) break;
    t.true(page.length <= 5);
    seen.push(...page);
    since = page.at(-1)!;
  }
  t.deepEqual(
    seen,
    Array.from({ length: 28 }, (_, index) => day(index + 1)),
  );
});

test("answer(): records of one millisecond are not parted while they fit a frame", async (t) => {
  const { put, answer } = await setup();
  for (let n = 0; n < 20; n++) await put(day(1), `r${n}`, { pad: "x".repeat(900) });
  await put(day(2), "next", { pad: "x".repeat(900) });
  const page = await answer(before, { bytesMax: 5000 });
  t.is(page.length, 20);
  t.is((await answer(before, { bytesMax: 5000, recordBytesMax: 10_000 })).length, 10);
});

test("answer(): who names no `since` gets one page after the other, and the first again at the end", async (t) => {
  const { put, answer } = await setup();
  for (let n = 1; n <= 8; n++) await put(day(n), `r${n}`, { pad: "x".repeat(900) });
  const page = () => answer(undefined, { bytesMax: 3000 });
  t.deepEqual(
    [await page(), await page(), await page()].flat(),
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => day(n)),
  );
  t.deepEqual(await page(), [day(1), day(2), day(3)]);
  t.deepEqual(await answer(undefined, { bytesMax: 3000, peer: "Q" }), [day(1), day(2), day(3)], "each asker");
  t.deepEqual(await answer("yesterday", { peer: "R", bytesMax: 900 }), [day(1)], "what is no time is none");
  await page();
  await page();
  await put(day(9));
  t.deepEqual((await page()).at(0), day(1), "behind the last page the first");
});

test("answer(): one record at least, none that no frame holds, none that is gated or local", async (t) => {
  const { put, answer } = await setup();
  await put(day(1), "big", { pad: "x".repeat(5000) });
  await put(day(2), "local", { visibility: "local" });
  await put(day(3));
  t.deepEqual(await answer(undefined, { bytesMax: 10 }), [day(1)]);
  t.deepEqual(await answer(before, { recordBytesMax: 1000 }), [day(3)]);
  const closed = { closed: true, needsRecord: false, admits: () => true };
  t.deepEqual(await answer(before, { gate: closed }), []);
  const picky = { ...closed, closed: false, admits: () => false };
  t.deepEqual(await answer(before, { gate: picky }), []);
});

test("firstSince(): from the beginning at first and every twentieth round, else from the newest held", async (t) => {
  const { byTime, put } = await setup();
  await put(day(4));
  await put(day(2));
  const sinces: string[] = [];
  for (let round = 0; round <= 2 * limits.cursorSweepRounds; round++) {
    const since = await byTime.firstSince("P", kind);
    sinces.push(since);
    t.is(byTime.nextSince("P", kind, since, []), undefined);
  }
  const beginnings = sinces.flatMap((since, round) => (since.startsWith("1970") ? [round] : []));
  t.deepEqual(beginnings, [0, limits.cursorSweepRounds, 2 * limits.cursorSweepRounds]);
  t.true(sinces.every((since, round) => beginnings.includes(round) || since === day(4)));
});

test("nextSince(): the latest time of a Deliver in any order; what is not later ends it", async (t) => {
  const { byTime } = await setup();
  const since = await byTime.firstSince("P", kind);
  const records = [day(3), day(5), day(4)].map((at) => recordBytes(at, { at }));
  t.is(byTime.nextSince("P", kind, since, records), day(5));
  t.is(byTime.nextSince("P", kind, day(5), records), undefined, "the same again");
  t.is(byTime.nextSince("P", kind, day(5), [recordBytes("x"), recordBytes("y", { at: "?" })]), undefined);
});

test("a sweep that was cut short goes on where it stood", async (t) => {
  const { byTime, put } = await setup();
  await put(day(20));
  const since = await byTime.firstSince("P", kind);
  byTime.nextSince("P", kind, since, [recordBytes("a", { at: day(5) })]);
  t.is(await byTime.firstSince("P", kind), day(5), "the round ended; the next one goes on");
  t.is(byTime.nextSince("P", kind, day(5), []), undefined);
  t.is(await byTime.firstSince("P", kind), day(20));
});
