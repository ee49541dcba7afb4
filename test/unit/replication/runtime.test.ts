/** The plane as a node sees it: handle, events, waits, hints, back-off, shutdown. */
import test from "ava";
import type { RoundEvent } from "waxwing/replication";
import { createMemoryStore } from "waxwing/store";
import type { Admission } from "#contracts/index.js";
import { limits } from "#dist/base/limits.js";
import { testKinds } from "../../support/replication.js";
import {
  deliverOf,
  diffOf,
  legacy,
  opening,
  replicationBench,
  summaryOf,
} from "../../support/replication-bench.js";
import { createTestAdmission, recordBytes, sha256 } from "../../support/replication-store.js";

const notes = (keyId: string) => ({ keyId, kinds: ["note"] });

function collect(events: AsyncIterable<RoundEvent>): RoundEvent[] {
  const seen: RoundEvent[] = [];
  void (async () => {
    for await (const event of events) seen.push(event);
  })();
  return seen;
}

test("handle: registers peers and kinds at any time, idempotently, and never this node itself", async (t) => {
  const { replication } = await replicationBench();
  const handle = replication.start(["P", "self", notes("Q")], { cadenceSeconds: 0.5 });
  const kinds = testKinds.tokens().length - 1;
  t.is(handle.registeredCount, kinds + 1, "every kind that is admitted, by default");
  t.false(handle.registerPeer("P", "note"));
  t.true(handle.registerPeer("Q", "key"));
  t.true(handle.registerPeer("R"));
  t.is(handle.registeredCount, 2 * kinds + 2);
  t.true(handle.removePeer("R"));
  t.true(handle.removePeer("P", "note"));
  t.false(handle.removePeer("P", "note"));
  t.is(handle.registeredCount, kinds + 1);
  handle.setKinds(["note", "key"]);
  t.is(handle.registeredCount, 4);
  await handle.stop();
  await handle.stop();
});

test("start(): refuses cadences that are no time, a second start, and unknown options", async (t) => {
  const { replication } = await replicationBench();
  for (const cadenceSeconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => replication.start([], { cadenceSeconds }), { instanceOf: RangeError });
  }
  t.throws(() => replication.start([], { cadence: 1 } as object), { instanceOf: TypeError });
  const handle = replication.start([]);
  t.throws(() => replication.start([]), { instanceOf: TypeError });
  await handle.stop();
  await replication.start([]).stop();
});

test("round: ends after 10 s of silence as timedOut, and the next one starts afresh", async (t) => {
  const bench = await replicationBench();
  const events = collect(bench.replication.events);
  const handle = bench.replication.start([notes("P")], { cadenceSeconds: 30 });
  await bench.advance(1000);
  await bench.advance(9000);
  t.deepEqual(events, []);
  await bench.advance(1000);
  t.like(events[0], {
    type: "timedOut",
    report: { peer: "P", kind: "note", staleness: { state: "unknown" } },
  });
  await bench.advance(31_000);
  t.is(bench.taken().length, 2);
  await handle.stop();
});

test("round: a frame, or part of one, starts the wait anew", async (t) => {
  const bench = await replicationBench();
  const events = collect(bench.replication.events);
  bench.replication.start([notes("P")], { cadenceSeconds: 1000 });
  await bench.advance(1000);
  await bench.advance(8000);
  await bench.hear(legacy(summaryOf()));
  await bench.advance(8000);
  bench.replication.noteActivity("P");
  await bench.advance(9000);
  t.deepEqual(events, []);
  await bench.advance(2000);
  t.is(events[0]?.type, "timedOut");
});

test("round: a slow link is waited for as long as four times what was sent takes on it", async (t) => {
  const bench = await replicationBench({ peerLink: () => ({ rateBitsPerSecond: 100 }) });
  const events = collect(bench.replication.events);
  for (let i = 0; i < 10; i++) await bench.put(`r${i}`);
  bench.replication.start([notes("P")], { cadenceSeconds: 10_000 });
  await bench.advance(1000);
  const waitMs = (4 * bench.sent[0]!.bytes * 8000) / 100;
  t.true(waitMs > 100_000);
  await bench.advance(waitMs - 2000);
  t.deepEqual(events, []);
  await bench.advance(3000);
  t.is(events[0]?.type, "timedOut");
});

test("round: events say how it ended, with the report", async (t) => {
  const bench = await replicationBench();
  const events = collect(bench.replication.events);
  const mine = await bench.put("mine");
  const handle = bench.replication.start([notes("P")], { cadenceSeconds: 30 });
  await bench.advance(2000);
  await bench.hear(legacy(summaryOf([sha256(recordBytes("theirs"))])));
  await bench.hear(legacy(diffOf([mine])));
  await bench.hear(legacy(deliverOf([recordBytes("theirs"), new TextEncoder().encode("garbage")])));
  t.like(events[0], {
    type: "completed",
    report: {
      role: "initiator",
      offered: 1,
      wanted: 1,
      served: 1,
      admitted: 1,
      unsolicited: 1,
      refused: { record_malformed: 1 },
      staleness: { state: "inSync" },
    },
  });
  const report = events[0]!.report;
  t.true(report.bytesSent > 0 && report.bytesReceived > 0 && report.endedAt >= report.startedAt);
  for (const [outcome, type, code] of [
    [{ status: "rejected", reason: "unauthorized", detail: "" }, "refused", "transport_unauthorized"],
    [{ status: "rejected", reason: "busy", detail: "" }, "error", "back_pressure"],
    [{ status: "failed", reason: "timeout", detail: "" }, "error", "transport_timeout"],
    [{ status: "failed", reason: "no_route", detail: "" }, "error", "no_route_to_peer"],
  ] as const) {
    events.length = 0;
    bench.outcome = outcome;
    handle.roundNow();
    await bench.advance(10);
    t.like(events[0], { type, code });
  }
  await handle.stop();
});

test("round: events that nobody reads, or whose reader has left, stop nothing", async (t) => {
  const bench = await replicationBench();
  bench.outcome = { status: "rejected", reason: "unauthorized", detail: "" };
  for await (const _ of bench.replication.events.subscribe({ signal: AbortSignal.abort() })) t.fail();
  const unread = bench.replication.events.subscribe();
  bench.replication.start([notes("P")], { cadenceSeconds: 1 });
  await bench.advance(400_000);
  t.true(bench.replication.counters.rounds.refused > 380);
  t.true(unread.dropped > 0);
});

test("stop(): takes no longer than what is in flight allows, and a hanging send is cancelled", async (t) => {
  const bench = await replicationBench({
    send: (_peer, _bytes, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve({ status: "failed", reason: "closed", detail: "" }));
      }),
  });
  const handle = bench.replication.start([notes("P"), notes("Q")]);
  await bench.advance(2000);
  await handle.stop();
  await bench.replication.close();
  t.is(bench.time.pending, 0, "no timer is left behind");
});

test("hint(): news is offered after a moment, many hints in one round", async (t) => {
  const bench = await replicationBench();
  const handle = bench.replication.start([notes("P")], { cadenceSeconds: 1000 });
  await bench.advance(1000);
  for (const message of [summaryOf(), diffOf(), deliverOf()]) await bench.hear(legacy(message));
  bench.taken();
  for (let i = 0; i < 5; i++) {
    await bench.put(`r${i}`);
    bench.replication.hint("note");
    bench.replication.hint("key");
  }
  t.deepEqual(bench.taken(), []);
  await bench.advance(limits.hintDelayMs);
  const frames = bench.taken();
  t.is(frames.length, 1);
  t.is(frames[0]?.message.type === "summary" ? frames[0].message.refs.length : 0, 5);
  await handle.stop();
});

test("want: a refused record is not asked for again until its time or its key has come", async (t) => {
  const bench = await replicationBench();
  const bytes = recordBytes("early", { refuse: "key_unknown", waitsForKey: "alice" });
  const handle = bench.replication.start([notes("P")], { cadenceSeconds: 5000 });
  await bench.advance(12_000);
  const wanted = async () => {
    await bench.hear(opening(BigInt(bench.time.nowMs + 1), summaryOf([sha256(bytes)])));
    const message = bench.taken().at(-1)?.message;
    return message?.type === "diff" ? message.want.length : -1;
  };
  t.is(await wanted(), 1);
  await bench.hear(opening(1n, deliverOf([bytes])));
  await bench.advance(5000);
  t.is(await wanted(), 0);
  bench.taken();
  bench.replication.keyAdmitted("alice");
  await bench.advance(5000);
  t.true(bench.taken().length > 0, "a round is opened for it");
  t.is(await wanted(), 1);
  await handle.stop();
});

test("want: a record whose key came while it was judged is asked for again at once", async (t) => {
  const store = createMemoryStore();
  const judge = createTestAdmission(store);
  // Decided without the key, which is there before anybody hears of the decision.
  const admit: Admission["admit"] = async (...given) => {
    const verdicts = await judge.admit(...given);
    bench.replication.keyAdmitted("alice");
    return verdicts;
  };
  const bench = await replicationBench({ store, admission: { admit } });
  const bytes = recordBytes("early", { refuse: "key_unknown", waitsForKey: "alice" });
  const handle = bench.replication.start([notes("P")], { cadenceSeconds: 5000 });
  await bench.advance(12_000);
  await bench.hear(opening(1n, summaryOf([sha256(bytes)])));
  await bench.hear(opening(1n, deliverOf([bytes])));
  bench.taken();
  await bench.advance(5000);
  t.true(bench.taken().length > 0, "a round is opened for it");
  await bench.hear(opening(2n, summaryOf([sha256(bytes)])));
  const message = bench.taken().at(-1)?.message;
  t.is(message?.type === "diff" ? message.want.length : -1, 1);
  await handle.stop();
});

test("want: nothing is asked for of a kind that is not admitted here", async (t) => {
  const bench = await replicationBench();
  await bench.hear(opening(1n, summaryOf([sha256(recordBytes("x"))], "partner_record")));
  const [summary, diff] = bench.taken();
  t.is(summary?.message.type, "summary");
  t.deepEqual(diff?.message, diffOf([], "partner_record"));
});

test("framing: a peer that has sent v3, or shown the capability, is opened in v3 from then on", async (t) => {
  for (const show of ["v3 frame", "inbound capability", "capability on the answer"] as const) {
    const bench = await replicationBench();
    if (show === "v3 frame") await bench.hear(opening(3n, diffOf()));
    if (show === "inbound capability") await bench.hear(legacy(diffOf()), { waxwing: true });
    if (show === "capability on the answer") bench.outcome = { status: "delivered", waxwing: 1 };
    bench.taken();
    const handle = bench.replication.start([notes("P")], { cadenceSeconds: 20 });
    await bench.advance(25_000);
    t.is(bench.taken().at(-1)?.version, 3, show);
    await handle.stop();
  }
});

test("store failures end the round with their code and leave the plane working", async (t) => {
  const bench = await replicationBench();
  const events = collect(bench.replication.events);
  const handle = bench.replication.start([notes("P")], { cadenceSeconds: 1000 });
  await bench.store.close();
  handle.roundNow();
  await bench.advance(1000);
  t.like(events[0], { type: "error", code: "store_unavailable" });
  t.like(await bench.hear(opening(1n, diffOf())), { outcome: "routed_to_responder" });
  await bench.replication.close();
});
