/** Rounds that reconcile, over store, admission and a hand-driven peer. */
import test from "ava";
import type { IdSet } from "waxwing/core";
import { decodeFrame, type Frame, type NativeMessage, type RoundEvent } from "waxwing/replication";
import { createMemoryStore, withOfferedSets } from "waxwing/store";
import type { Admission, AdmitVerdict } from "#contracts/index.js";
import { limits } from "#dist/base/limits.js";
import { createReferenceIdSets } from "../../support/id-sets.js";
import { testKinds } from "../../support/replication.js";
import { replicationBench, summaryOf } from "../../support/replication-bench.js";
import { createTestAdmission, recordBytes, recordIdOf } from "../../support/replication-store.js";

const native = (fromResponder: boolean, round: bigint, message: NativeMessage): Frame => ({
  version: 3,
  native: true,
  fromResponder,
  round,
  message,
});
const nothing = new Uint8Array(0);
const reconcile = (message: Extract<NativeMessage, { type: "reconcile" }>["message"]): NativeMessage => ({
  type: "reconcile",
  kind: "note",
  message,
});
const found = (missing: Uint8Array, extra: Uint8Array) => reconcile({ type: "found", missing, extra });
const bodies = (envelopes: Uint8Array[], left = 0): NativeMessage => ({
  type: "bodies",
  kind: "note",
  envelopes,
  left,
});

async function setBench(admit?: (inner: Admission) => Admission) {
  const store = withOfferedSets(createMemoryStore(), createReferenceIdSets({ capacity: 1000, sets: 20 }));
  const inner = createTestAdmission(store);
  const admission = admit ? Object.assign(admit(inner), { contexts: inner.contexts }) : inner;
  const bench = await replicationBench({
    store,
    admission,
    offeredSets: store,
    peerFraming: () => "native",
  });
  const events: RoundEvent[] = [];
  void (async () => {
    for await (const event of bench.replication.events) events.push(event);
  })();
  let round = 0n;
  return {
    ...bench,
    bench,
    store,
    events,
    /** The ids of `extra` that are asked for when a peer offers them. */
    async offered(peerKeyId: string, extra: Uint8Array): Promise<{ round: bigint; want: Uint8Array }> {
      round++;
      await bench.hear(native(false, round, found(nothing, extra)), { peerKeyId });
      await bench.advance(0);
      const frame = bench.taken().find(({ message }) => (message as NativeMessage).type === "want");
      const message = frame?.message as NativeMessage | undefined;
      return { round, want: message?.type === "want" ? message.ids : nothing };
    },
    async bring(peerKeyId: string, of: bigint, envelopes: Uint8Array[]): Promise<void> {
      await bench.hear(native(false, of, bodies(envelopes)), { peerKeyId });
      await bench.advance(0);
      bench.taken();
    },
  };
}

test("a record that was brought with a broken signature is asked of others still, and of that peer after a while", async (t) => {
  const whole = recordBytes("whole");
  const broken = recordBytes("broken form of the same");
  const id = recordIdOf(whole);
  const { offered, bring, advance, store } = await setBench((inner) => ({
    async admit(kind, records, context) {
      const verdicts = await inner.admit(
        kind,
        records.filter((bytes) => !Buffer.from(bytes).equals(broken)),
        context,
      );
      const refusal = { code: "signature_invalid", message: "", transient: false } as const;
      return records.map(
        (bytes): AdmitVerdict =>
          Buffer.from(bytes).equals(broken)
            ? { status: "refused", hash: recordIdOf(bytes), recordId: id, refusal }
            : verdicts.shift()!,
      );
    },
  }));
  const first = await offered("L", id);
  t.deepEqual(first.want, id);
  await bring("L", first.round, [broken]);
  t.deepEqual((await offered("L", id)).want, nothing, "not of the liar");
  const second = await offered("H", id);
  t.deepEqual(second.want, id, "of the honest one at once");
  await bring("H", second.round, [whole]);
  t.is((await store.stats()).records, 1);
  await advance(limits.refusalTerminalMsMin);
  t.deepEqual((await offered("L", id)).want, nothing, "it is held");
});

test("an id that a peer claims to have and does not bring is asked of it again after a minute, of others at once", async (t) => {
  const { offered, bring, advance } = await setBench();
  const id = recordIdOf(recordBytes("nowhere"));
  const first = await offered("L", id);
  t.deepEqual(first.want, id);
  await bring("L", first.round, []);
  t.deepEqual((await offered("L", id)).want, nothing);
  const second = await offered("H", id);
  t.deepEqual(second.want, id);
  await bring("H", second.round, []);
  await advance(limits.refusalTransientMsMin);
  t.deepEqual((await offered("L", id)).want, id);
});

test("a responder serves by id what it holds and shows: local records are as if they were not there", async (t) => {
  const { bench, hear, taken, store } = await setBench();
  const shown = recordBytes("shown");
  await bench.put("shown");
  await bench.put("hidden", "note", { visibility: "local" });
  t.is((await store.stats()).records, 2);
  const ids = [recordIdOf(shown), recordIdOf(recordBytes("hidden", { visibility: "local" }))];
  const missing = new Uint8Array(Buffer.concat(ids.sort(Buffer.compare)));
  await hear(native(false, 1n, found(missing, nothing)));
  await bench.advance(0);
  t.deepEqual(
    taken().map(({ message }) => message as NativeMessage),
    [bodies([shown])],
  );
});

test("frames of bodies shrink on a way that turns out slow, so that each arrives within a wait", async (t) => {
  const store = withOfferedSets(createMemoryStore(), createReferenceIdSets({ capacity: 1000, sets: 20 }));
  const taken: { bytes: number; ms: number }[] = [];
  const bitsPerSecond = 500_000;
  const bench = await replicationBench({
    store,
    offeredSets: store,
    peerFraming: () => "native",
    send: async (_peer, bytes) => {
      const ms = (bytes.length * 8000) / bitsPerSecond;
      await new Promise<void>((resolve) => bench.host.timers.after(ms, resolve));
      if (decodeFrame(bytes, testKinds).message.type === ("bodies" as string))
        taken.push({ bytes: bytes.length, ms });
      return { status: "delivered" };
    },
  });
  const text = "x".repeat(50_000);
  const ids: Uint8Array[] = [];
  for (let n = 0; n < 60; n++) {
    await bench.put(`${n}`, "note", { text });
    ids.push(recordIdOf(recordBytes(`${n}`, { text })));
  }
  const missing = new Uint8Array(Buffer.concat(ids.sort(Buffer.compare)));
  await bench.hear(native(false, 1n, found(missing, nothing)));
  for (let second = 0; second < 60; second++) {
    const frames = taken.length;
    await bench.advance(1000);
    if (taken.length > frames)
      await bench.hear(native(false, 1n, { type: "taken", kind: "note", frames: taken.length }));
  }
  const [first] = taken;
  t.true(first!.bytes <= limits.bodiesFirstBytes + 256);
  t.true(first!.ms < limits.roundWaitMs);
  // Those that were loaded before the first had arrived are as large as it.
  const later = taken.slice(limits.deliverFramesAhead);
  t.true(later.length >= 4);
  for (const { ms } of later) t.true(ms <= limits.roundWaitMs / 4 + 100, `${ms} ms`);
});

test("an initiator that is answered `unavailable` shows a Summary in the same round, which completes", async (t) => {
  const { bench, replication, advance, hear, taken, events } = await setBench();
  await bench.put("mine");
  const handle = replication.start([{ keyId: "P", kinds: ["note"] }], { cadenceSeconds: 1000 });
  await advance(1100);
  taken();
  handle.roundNow("P", "note");
  await advance(1);
  const [open] = taken();
  if (open?.version !== 3) return t.fail("no round");
  t.like(open.message, { type: "reconcile", message: { type: "open", count: 1 } });
  await hear(native(true, open.round, { type: "unavailable", kind: "note" }));
  const [summary] = taken();
  t.like(summary, { round: open.round, native: true, message: { type: "summary" } });
  await hear(native(true, open.round, summaryOf()));
  await hear(native(true, open.round, { type: "diff", kind: "note", want: [] }));
  await hear(native(true, open.round, { type: "deliver", kind: "note", envelopes: [] }));
  await advance(1);
  t.like(events.at(-1), { type: "completed", report: { way: "summary", round: open.round } });
  await handle.stop();
  t.is(bench.time.pending, 0, "the deadline of the reconciliation is gone, too");
});

test("bodies that fit no moment hold no bytes of what may come in, however long their round goes on", async (t) => {
  const { bench, hear, replication } = await setBench();
  await bench.put("one");
  await hear(native(false, 7n, reconcile({ type: "open", head: new Uint8Array(32), count: 9 })));
  for (let n = 0; n < 3; n++) await hear(native(false, 7n, bodies([recordBytes("unasked")])));
  t.is(replication.counters.unexpectedMessages, 3);
  t.like(replication.holdings(), { rounds: 1, incomingBytes: 0 });
});

test("a responder whose `unavailable` is not known to have arrived serves the Summary that answers it", async (t) => {
  const sent: string[] = [];
  const bench = await replicationBench({
    peerFraming: () => "native",
    send: async (_peer, bytes) => {
      const { type } = decodeFrame(bytes, testKinds).message;
      sent.push(type);
      return type === "unavailable" ? new Promise(() => {}) : { status: "delivered" };
    },
  });
  await bench.hear(native(false, 7n, reconcile({ type: "open", head: new Uint8Array(32), count: 9 })));
  await bench.hear(native(false, 7n, summaryOf()));
  t.deepEqual(sent, ["unavailable", "summary", "diff"]);
});

test("a store that cannot be read ends the round with its code", async (t) => {
  const { replication, store, advance, events } = await setBench();
  const handle = replication.start([{ keyId: "P", kinds: ["note"] }], { cadenceSeconds: 1000 });
  await store.close();
  handle.roundNow("P", "note");
  await advance(1);
  t.like(events[0], { type: "error", code: "store_unavailable" });
  await replication.close();
});

test("a round ends after a quarter of an hour, however diligently the peer goes on", async (t) => {
  const { bench, hear, advance, events, store } = await setBench();
  await bench.put("one");
  const open = reconcile({ type: "open", head: new Uint8Array(32), count: 9 });
  for (let elapsedMs = 0; elapsedMs < limits.reconcileRoundMs; elapsedMs += 9000) {
    await hear(native(false, 7n, open));
    await advance(9000);
  }
  await advance(0);
  const set = (await store.offeredSet("note")) as IdSet;
  t.is(set.size, 1);
  const [ended] = events;
  t.like(ended, { type: "timedOut", report: { role: "responder", code: "round_timed_out" } });
  t.true(ended!.report.roundTrips > 90);
});
