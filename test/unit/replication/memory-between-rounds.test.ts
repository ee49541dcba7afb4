/** What is remembered from round to round: refusals, claims, pages shown, framing learnt. */
import test from "ava";
import { createMemoryStore } from "waxwing/store";
import { limits } from "#dist/base/limits.js";
import { LatelyAdmitted } from "#dist/replication/lately-admitted.js";
import { LegacyLoopGuard } from "#dist/replication/legacy-loop.js";
import {
  bodiesBytesFor,
  carriesReconciliation,
  deliverBytesFor,
  jsonCosts,
  nativeCosts,
  rangeBytesFor,
  reconcileIdsFor,
  recordBytesFor,
  sendMsFor,
  sketchSymbolsFor,
  summaryRefsFor,
  waitFor,
} from "#dist/replication/link-budget.js";
import { OfferSweep } from "#dist/replication/offer-sweep.js";
import { PeerFraming } from "#dist/replication/peer-framing.js";
import { RefusalBackoff } from "#dist/replication/refusal-backoff.js";
import { WantClaims } from "#dist/replication/want-claims.js";
import { createTestAdmission, recordBytes } from "../../support/replication-store.js";

const hash = (n: number) => {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
};

function clock() {
  const at = { ms: 1000 };
  return { at, nowMs: () => at.ms };
}

test("RefusalBackoff: transient refusals wait 60 s, doubling to 300 s; terminal ones 1,800 s to 21,600 s", (t) => {
  for (const [transient, windows] of [
    [true, [60, 120, 240, 300, 300]],
    [false, [1800, 3600, 7200, 14_400, 21_600, 21_600]],
  ] as const) {
    const { at, nowMs } = clock();
    const backoff = new RefusalBackoff(nowMs);
    for (const seconds of windows) {
      backoff.refused("note", hash(1), { transient });
      at.ms += seconds * 1000 - 1;
      t.true(backoff.isBackingOff("note", hash(1)), `${seconds} s`);
      at.ms += 1;
      t.false(backoff.isBackingOff("note", hash(1)), `${seconds} s`);
    }
  }
});

test("RefusalBackoff: is keyed by kind and hash, and forgets what is held meanwhile", (t) => {
  const backoff = new RefusalBackoff(clock().nowMs);
  backoff.refused("note", hash(1), { transient: false });
  t.false(backoff.isBackingOff("key", hash(1)));
  t.false(backoff.isBackingOff("note", hash(2)));
  backoff.accepted("note", hash(1));
  t.false(backoff.isBackingOff("note", hash(1)));
});

test("RefusalBackoff: the arrival of a key lifts what waited for it, and that alone", (t) => {
  const backoff = new RefusalBackoff(clock().nowMs);
  backoff.refused("note", hash(1), { transient: true, waitsForKey: "alice" });
  backoff.refused("attestation", hash(2), { transient: true, waitsForKey: "alice" });
  backoff.refused("note", hash(3), { transient: true, waitsForKey: "bob" });
  t.deepEqual(backoff.keyAdmitted("alice"), new Set(["note", "attestation"]));
  t.false(backoff.isBackingOff("note", hash(1)));
  t.true(backoff.isBackingOff("note", hash(3)));
  t.deepEqual(backoff.keyAdmitted("alice"), new Set());
});

test("RefusalBackoff: the arrival of a record lifts what waited for its natural key, and that alone", (t) => {
  const backoff = new RefusalBackoff(clock().nowMs);
  const waitsFor = (kind: string, number: number) => ({
    transient: true,
    waitsForRecord: { kind, naturalKey: hash(number) },
  });
  backoff.refused("removal", hash(1), waitsFor("family", 7));
  backoff.refused("removal", hash(2), waitsFor("family", 8));
  backoff.refused("removal", hash(3), waitsFor("community", 7));
  t.deepEqual(backoff.recordAdmitted("family", hash(7)), new Set(["removal"]));
  t.deepEqual(
    [1, 2, 3].map((number) => backoff.isBackingOff("removal", hash(number))),
    [false, true, true],
  );
  t.deepEqual(backoff.recordAdmitted("family", hash(7)), new Set());
});

test("LatelyAdmitted: knows what came since a mark, by key and by natural key, and only so many", (t) => {
  const lately = new LatelyAdmitted();
  const alice = { waitsForKey: "alice" };
  const family = { waitsForRecord: { kind: "family", naturalKey: hash(7) } };
  const mark = lately.mark;
  for (const awaited of [alice, family, {}]) t.false(lately.hasComeSince(mark, awaited));
  lately.keyAdmitted("alice");
  lately.recordAdmitted("family", hash(7));
  for (const awaited of [alice, family]) {
    t.true(lately.hasComeSince(mark, awaited));
    t.false(lately.hasComeSince(lately.mark, awaited), "judged after it came");
  }
  for (const other of [
    {},
    { waitsForKey: "bob" },
    { waitsForRecord: { kind: "community", naturalKey: hash(7) } },
  ])
    t.false(lately.hasComeSince(mark, other));
  for (let n = 1; n < limits.latelyAdmittedMax; n++) lately.keyAdmitted(`key ${n}`);
  t.false(lately.hasComeSince(mark, alice), "the oldest is dropped");
  t.true(lately.hasComeSince(mark, family));
});

test("RefusalBackoff: holds 4,096 entries and drops the oldest", (t) => {
  const backoff = new RefusalBackoff(clock().nowMs);
  for (let n = 0; n <= limits.refusalBackoffEntriesMax; n++)
    backoff.refused("note", hash(n), { transient: true });
  t.is(backoff.size, 4096);
  t.false(backoff.isBackingOff("note", hash(0)));
  t.true(backoff.isBackingOff("note", hash(1)));
});

test("WantClaims: one round at a time asks for a record", (t) => {
  const claims = new WantClaims(clock().nowMs);
  const [p, q] = [{ peer: "P" }, { peer: "Q" }];
  t.true(claims.claim(p, "note", hash(1)));
  t.true(claims.claim(p, "note", hash(1)));
  t.false(claims.claim(q, "note", hash(1)));
  t.true(claims.claim(q, "key", hash(1)));
  claims.release(p, "note", [hash(1)], false);
  t.true(claims.claim(q, "note", hash(1)));
  claims.arrived("note", hash(1));
  t.true(claims.claim(p, "note", hash(1)));
});

test("WantClaims: a peer that claims to have a record and never brings it blocks others for one wait in all", (t) => {
  const { at, nowMs } = clock();
  const claims = new WantClaims(nowMs);
  const honest = { peer: "honest" };
  let blockedMs = 0;
  for (; at.ms < 60_000; at.ms += 500) {
    // A new round each time, as soon as the former has ended without the record but with some other one.
    const liar = { peer: "liar" };
    t.true(claims.claim(liar, "note", hash(1)), "it is asked again, being perhaps the only source");
    if (claims.claim(honest, "note", hash(1))) break;
    blockedMs += 500;
    claims.release(liar, "note", [hash(1)], false);
  }
  t.is(blockedMs, limits.roundWaitMs);
});

test("WantClaims: peers that take turns at claiming to have a record do not block others for ever", (t) => {
  const { at, nowMs } = clock();
  const claims = new WantClaims(nowMs);
  const honest = { peer: "honest" };
  for (let turn = 0; !claims.claim(honest, "note", hash(1)); turn++) {
    if (turn > 10) return t.fail("blocked for ever");
    at.ms += limits.roundWaitMs;
    claims.claim({ peer: `liar ${turn % 2}` }, "note", hash(1));
  }
  t.true(at.ms <= 2 * limits.roundWaitMs);
  for (let turn = 0; turn < 100; turn++) {
    claims.claim({ peer: `another ${turn}` }, "note", hash(2));
    at.ms += limits.roundWaitMs - 1;
  }
  t.true(claims.claim(honest, "note", hash(2)), "nor do many");
});

test("WantClaims: a peer that was asked and brought nothing blocks nobody any more", (t) => {
  const claims = new WantClaims(clock().nowMs);
  const [first, second] = [{ peer: "liar" }, { peer: "liar" }];
  claims.claim(first, "note", hash(1));
  claims.release(first, "note", [hash(1)], true);
  t.true(claims.claim(second, "note", hash(1)));
  t.true(claims.claim({ peer: "honest" }, "note", hash(1)));
});

test("WantClaims: is bounded", (t) => {
  const claims = new WantClaims(clock().nowMs);
  for (let n = 0; n < limits.wantClaimsMax + 10; n++) claims.claim({ peer: "P" }, "note", hash(n));
  t.is(claims.size, limits.wantClaimsMax);
});

const openGate = { closed: false, needsRecord: false, admits: () => true };
const pace = (nowMs: number) => ({ nowMs, resweepMs: 30_000 });

async function storeOf(count: number) {
  const store = createMemoryStore();
  const admission = createTestAdmission(store);
  const add = async (id: string) => {
    const [verdict] = await admission.admit("note", [recordBytes(id)], {});
    return verdict?.status === "admitted" ? verdict.position : 0;
  };
  for (let i = 0; i < count; i++) await add(`r${i}`);
  return { source: { store, gate: openGate }, add, last: (await store.stats()).lastPosition };
}

test("OfferSweep: pages until everything was shown, then once a cadence from the start", async (t) => {
  const { source, last } = await storeOf(25);
  const sweep = new OfferSweep("note", last);
  const sizes: number[] = [];
  let nowMs = 0;
  for (let round = 0; round < 6; round++) {
    const page = await sweep.page(source, 10, pace(nowMs));
    sizes.push(page.refs.length);
    t.is(page.more, round < 2);
    sweep.confirm(page, nowMs);
    if (round >= 3) nowMs += 30_000;
  }
  t.deepEqual(sizes, [10, 10, 5, 10, 10, 5], "the third page wraps; then one page a cadence");
  t.is((await sweep.page(source, 10, pace(nowMs - 29_000))).refs.length, 0, "not within the cadence");
});

test("OfferSweep: a page that the peer never answered is shown again", async (t) => {
  const { source, last } = await storeOf(5);
  const sweep = new OfferSweep("note", last);
  const first = await sweep.page(source, 10, pace(0));
  t.deepEqual(await sweep.page(source, 10, pace(0)), first);
  sweep.confirm(first, 0);
  t.not((await sweep.page(source, 3, pace(0))).refs.length, 5);
});

test("OfferSweep: news is in the very next page, before what is older", async (t) => {
  const { source, add, last } = await storeOf(20);
  const sweep = new OfferSweep("note", last);
  sweep.confirm(await sweep.page(source, 10, pace(0)), 0);
  const news = await add("news");
  const page = await sweep.page(source, 5, pace(0));
  t.is(page.refs[0]?.position, news);
  t.is(page.refs.length, 5);
  sweep.confirm(page, 0);
  t.false((await sweep.page(source, 5, pace(0))).refs.some(({ position }) => position === news));
});

const positions = (page: { refs: readonly { position: number }[] }) =>
  page.refs.map(({ position }) => position);
const hashes = (page: { refs: readonly { hash: Uint8Array }[] }) => page.refs.map(({ hash }) => hash);

test("OfferSweep: what did not fit the Deliver is shown again at once, until it is served", async (t) => {
  const { source, last } = await storeOf(10);
  const sweep = new OfferSweep("note", last);
  const page = await sweep.page(source, 10, pace(0));
  sweep.confirm(page, 0);
  const wanted = hashes(page);
  sweep.settle(page, wanted.slice(0, 7), wanted.slice(7));
  sweep.confirm(await sweep.page(source, 10, pace(0)), 0);
  const again = await sweep.page(source, 3, pace(0));
  t.deepEqual(positions(again), [last - 2, last - 1, last]);
  sweep.confirm(again, 0);
  sweep.settle(again, wanted.slice(7), []);
  sweep.confirm(await sweep.page(source, 10, pace(0)), 0);
  t.deepEqual(positions(await sweep.page(source, 10, pace(0))), [], "swept once, and nothing is owed");
});

test("OfferSweep: an empty Diff in a crossing round does not hide what another round deferred", async (t) => {
  const { source, last } = await storeOf(10);
  const sweep = new OfferSweep("note", last);
  const ours = await sweep.page(source, 10, pace(0));
  const theirs = await sweep.page(source, 10, pace(0));
  sweep.confirm(theirs, 0);
  sweep.settle(theirs, hashes(theirs).slice(0, 4), hashes(theirs).slice(4));
  sweep.confirm(ours, 0);
  const next = await sweep.page(source, 10, pace(1));
  t.deepEqual(
    positions(next).filter((position) => position > last - 6).length,
    6,
    "all six deferred refs are offered before the cadence",
  );
});

test("OfferSweep: a deferred ref that stays unwanted waits for the sweep like all others", async (t) => {
  const { source, last } = await storeOf(3);
  const sweep = new OfferSweep("note", last);
  const page = await sweep.page(source, 10, pace(0));
  sweep.confirm(page, 0);
  sweep.settle(page, [], hashes(page));
  for (let shown = 0; shown < 4; shown++) sweep.confirm(await sweep.page(source, 10, pace(0)), 0);
  t.deepEqual(positions(await sweep.page(source, 10, pace(1))), []);
});

test("OfferSweep: a closed gate shows nothing; a gate that needs records sees them", async (t) => {
  const { source, last } = await storeOf(30);
  const sweep = new OfferSweep("note", last);
  const closed = { ...openGate, closed: true };
  t.deepEqual((await sweep.page({ ...source, gate: closed }, 10, pace(0))).refs, []);
  const seen: unknown[] = [];
  const picky = {
    closed: false,
    needsRecord: true,
    admits: (record: { bytes?: Uint8Array }) => {
      seen.push(record.bytes);
      return new TextDecoder().decode(record.bytes).includes("5");
    },
  };
  const page = await sweep.page({ ...source, gate: picky }, 10, pace(0));
  t.is(page.refs.length, 3, "r5, r15, r25");
  t.true(seen.every((bytes) => bytes instanceof Uint8Array));
});

test("PeerFraming: legacy until more was seen; a configured word wins; three silent rounds set it back", (t) => {
  const framing = new PeerFraming((peer) => (peer === "fixed" ? "legacy" : undefined), clock().nowMs);
  t.is(framing.forPeer("P"), "legacy");
  framing.learn("P", "v3");
  framing.learn("fixed", "native");
  t.is(framing.forPeer("P"), "v3");
  t.is(framing.forPeer("fixed"), "legacy");
  framing.silentRound("P");
  framing.silentRound("P");
  framing.learn("P", "v3");
  framing.silentRound("P");
  framing.silentRound("P");
  t.is(framing.forPeer("P"), "v3");
  framing.silentRound("P");
  t.is(framing.forPeer("P"), "legacy");
});

test("PeerFraming: native stands above v3, whichever is seen first, and is forgotten where only v3 is heard", (t) => {
  const framing = new PeerFraming(() => undefined, clock().nowMs);
  framing.learn("P", "v3");
  framing.learn("P", "native");
  framing.learn("P", "v3");
  t.is(framing.forPeer("P"), "native");
  framing.silentRound("P");
  framing.silentRound("P");
  framing.learn("P", "native");
  framing.silentRound("P");
  t.is(framing.forPeer("P"), "native", "any sign of it counts");
  framing.silentRound("P");
  framing.learn("P", "v3");
  framing.silentRound("P");
  framing.learn("P", "v3");
  t.is(
    framing.forPeer("P"),
    "v3",
    "set back to a version without native frames, it is heard and does not answer",
  );
});

test("PeerFraming: a peer that answers no reconciliation three times in a row gets none for ten minutes", (t) => {
  const { at, nowMs } = clock();
  const framing = new PeerFraming(() => "native", nowMs);
  t.true(framing.reconciles("P"));
  framing.silentReconciliation("P");
  framing.silentReconciliation("P");
  t.true(framing.reconciles("P"));
  framing.heardReconciling("P");
  framing.silentReconciliation("P");
  framing.silentReconciliation("P");
  t.true(framing.reconciles("P"), "an answer in between counts");
  framing.silentReconciliation("P");
  t.false(framing.reconciles("P"));
  t.true(framing.reconciles("Q"));
  at.ms += limits.reconcileRetryMs;
  t.true(framing.reconciles("P"));
});

test("LegacyLoopGuard: rounds with a pause are never taken for a loop, those without are after 64", (t) => {
  const { at, nowMs } = clock();
  const guard = new LegacyLoopGuard(nowMs);
  for (let i = 0; i < 500; i++) {
    t.true(guard.isOpening());
    at.ms += 1000;
  }
  let openings = 0;
  while (guard.isOpening() && openings < 1000) openings++;
  t.is(openings, limits.legacyOpensInARowMax + 1, "the first comes after a pause");
  guard.madeProgress();
  t.true(guard.isOpening());
});

test("link budget: slow links get smaller pages and longer waits, narrow ones smaller messages", (t) => {
  t.is(summaryRefsFor(undefined, jsonCosts), 1024);
  t.is(deliverBytesFor(undefined, jsonCosts), limits.deliverBytesMax);
  t.is(summaryRefsFor({ rateBitsPerSecond: 9600 }, jsonCosts), 62);
  t.is(summaryRefsFor({ rateBitsPerSecond: 9600 }, nativeCosts), 300);
  t.is(summaryRefsFor({ rateBitsPerSecond: 100 }, jsonCosts), 16);
  t.is(summaryRefsFor({ frameBytesMax: 4096 }, jsonCosts), 20);
  t.is(deliverBytesFor({ frameBytesMax: 4096 }, jsonCosts), 959);
  t.is(deliverBytesFor({ frameBytesMax: 4096 }, nativeCosts), 3836);
  t.is(deliverBytesFor({ rateBitsPerSecond: 9600 }, nativeCosts), 24_000, "20 seconds of the link");
  t.is(deliverBytesFor({ rateBitsPerSecond: 1200 }, jsonCosts), 750, "one record at least, by the session");
  t.is(deliverBytesFor({ rateBitsPerSecond: 1e9 }, nativeCosts), limits.deliverBytesMax);
  t.is(recordBytesFor({ frameBytesMax: 100 }, jsonCosts), 0);
  t.is(sendMsFor(1000, undefined), limits.replySendMs);
  t.is(sendMsFor(8192, { rateBitsPerSecond: 1200 }), (4 * 4 * 8448 * 8) / 1.2);
  t.is(waitFor(10_000, 1_000_000, undefined), 10_000);
  t.is(waitFor(10_000, 1000, { rateBitsPerSecond: 9600 }), 10_000);
  t.is(waitFor(10_000, 12_000, { rateBitsPerSecond: 9600 }), 40_000);
});

test("link budget: a sketch fits one frame of the link, and a link that carries not the first one gets Summaries", (t) => {
  t.is(sketchSymbolsFor(undefined), limits.sketchSymbolsMax);
  t.true(carriesReconciliation(undefined));
  const least = limits.sketchFirstSymbols * 56 + 256;
  t.true(carriesReconciliation({ frameBytesMax: least }));
  t.false(carriesReconciliation({ frameBytesMax: least - 1 }));
  const symbols = sketchSymbolsFor({ frameBytesMax: 16_384 });
  t.true(symbols > limits.sketchFirstSymbols && symbols * 56 < 16_384);
  // Five seconds of the line.
  t.is(sketchSymbolsFor({ rateBitsPerSecond: 80_000 }), Math.floor(50_000 / 56));
});

test("link budget: a round that reconciles fits its link: what is found one frame, bodies half a wait", (t) => {
  t.is(reconcileIdsFor(undefined), limits.reconcileRoundIds);
  t.is(bodiesBytesFor(undefined), limits.bodiesBytesMax);
  t.is(rangeBytesFor(undefined), limits.rangeMessageBytes);
  const narrow = { frameBytesMax: 16_384 };
  t.true(reconcileIdsFor(narrow) * 64 <= narrow.frameBytesMax);
  t.true(bodiesBytesFor(narrow) < narrow.frameBytesMax && rangeBytesFor(narrow) < narrow.frameBytesMax);
  const slow = { rateBitsPerSecond: 9600 };
  t.is(reconcileIdsFor(slow), Math.floor((9600 * 100) / 8 / 1024));
  t.is(bodiesBytesFor(slow), (9600 * 5) / 8);
  t.is(rangeBytesFor({ rateBitsPerSecond: 300 }), limits.rangeMessageBytesMin);
});
