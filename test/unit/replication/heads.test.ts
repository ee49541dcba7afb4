/** Questions about all kinds at once: heads every cadence, state heads on request. */
import test from "ava";
import type { IdSet } from "waxwing/core";
import type { KindHead, NativeMessage } from "waxwing/replication";
import { encodeFrame } from "waxwing/replication";
import { createMemoryStore, withOfferedSets } from "waxwing/store";
import { limits } from "#dist/base/limits.js";
import { createReferenceIdSets } from "../../support/id-sets.js";
import { replicationBench } from "../../support/replication-bench.js";

type Heads = Extract<NativeMessage, { type: "heads" | "headsAnswer" }>;

const native = (fromResponder: boolean, round: bigint, message: NativeMessage) =>
  ({ version: 3, native: true, fromResponder, round, message }) as const;
const heads = (entries: KindHead[], type: Heads["type"] = "heads"): Heads => ({ type, kind: "", entries });
const otherHead = new Uint8Array(32).fill(7);
const kinds = ["key", "note", "attestation"];

async function setBench(options: { outcome?: object; sets?: boolean } = {}) {
  const store = withOfferedSets(createMemoryStore(), createReferenceIdSets({ capacity: 1000, sets: 20 }));
  const bench = await replicationBench({
    store,
    ...(options.sets === false ? {} : { offeredSets: store }),
    peerFraming: () => "native",
  });
  const headOf = async (kind: string): Promise<KindHead> => {
    const set = (await store.offeredSet(kind)) as IdSet;
    return { kind, head: set.head(), count: set.size };
  };
  const events: { kind: string; way: string; outcome: string; bytesSent: number; sync: string }[] = [];
  void (async () => {
    for await (const { report } of bench.replication.events)
      events.push({
        kind: report.kind,
        way: report.way,
        outcome: report.outcome,
        bytesSent: report.bytesSent,
        sync: report.staleness.state,
      });
  })();
  return { ...bench, bench, headOf, events };
}

test("heads: one frame a cadence for all kinds; those that are the same are reported, those that differ get rounds", async (t) => {
  const { bench, replication, advance, taken, hear, headOf, events } = await setBench();
  const handle = replication.start([{ keyId: "P", kinds }], { cadenceSeconds: 30 });
  await advance(1100);
  const [question, ...others] = taken();
  t.deepEqual(others, []);
  if (question?.version !== 3 || question.message.type !== "heads") return t.fail("no heads");
  t.deepEqual(question.message.entries, await Promise.all(kinds.map(headOf)));
  const bytes = encodeFrame(question).length;
  t.true(bytes < 60 * kinds.length, `${bytes} bytes`);
  const answer = heads([{ kind: "note", head: otherHead, count: 1 }], "headsAnswer");
  t.like(await hear(native(true, question.round, answer)), { outcome: "routed_to_initiator", kind: "" });
  await advance(1);
  const [open] = taken();
  t.like(open, { native: true, message: { type: "reconcile", kind: "note", message: { type: "open" } } });
  t.deepEqual(
    events.map(({ kind, way, outcome, sync }) => [kind, way, outcome, sync]),
    [
      ["key", "head", "completed", "inSync"],
      ["attestation", "head", "completed", "inSync"],
    ],
  );
  t.is(
    events.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
    bytes,
  );
  t.is(bench.replication.counters.ways.head, 2);
  await advance(32_000);
  t.true(taken().some(({ message }) => message.type === "heads"));
  await handle.stop();
});

test("heads: an answer of another round, a late one and one that nobody asked for are dropped", async (t) => {
  const { replication, advance, taken, hear } = await setBench();
  t.like(await hear(native(true, 5n, heads([], "headsAnswer"))), { reason: "no_initiator" });
  const handle = replication.start([{ keyId: "P", kinds }], { cadenceSeconds: 30 });
  await advance(1100);
  const [question] = taken();
  if (question?.version !== 3) return t.fail("no heads");
  t.like(await hear(native(true, question.round ^ 1n, heads([], "headsAnswer"))), {
    reason: "round_mismatch",
  });
  t.like(await hear(native(true, question.round, { type: "stateHeads", kind: "", statements: [] })), {
    reason: "no_initiator",
  });
  await hear(native(true, question.round, heads([], "headsAnswer")));
  t.like(await hear(native(true, question.round, heads([], "headsAnswer"))), { reason: "no_initiator" });
  await handle.stop();
});

test("heads: a peer that does not answer gets rounds, and after three silences no question for a while", async (t) => {
  const { replication, advance, taken } = await setBench();
  const handle = replication.start([{ keyId: "P", kinds: ["note"] }], { cadenceSeconds: 60 });
  await advance(1100);
  t.deepEqual(
    taken().map(({ message }) => message.type),
    ["heads"],
  );
  await advance(limits.roundWaitMs);
  t.deepEqual(
    taken().map(({ message }) => message.type),
    ["reconcile"],
  );
  await advance(60_000 + limits.roundWaitMs);
  taken();
  await advance(60_000);
  t.deepEqual(
    taken().map(({ message }) => message.type),
    ["summary"],
    "three silences: Summaries",
  );
  await handle.stop();
});

test("heads: kinds that are the same leave no stream behind, nor do those that are removed meanwhile", async (t) => {
  const { replication, advance, taken, hear } = await setBench();
  const handle = replication.start([{ keyId: "P", kinds }], { cadenceSeconds: 1000 });
  await advance(1100);
  const [question] = taken();
  if (question?.version !== 3) return t.fail("no heads");
  handle.removePeer("P", "note");
  await hear(native(true, question.round, heads([], "headsAnswer")));
  await advance(1);
  t.is(replication.holdings().streams, 0);
  await handle.stop();
});

test("heads: roundNow() of a kind opens its round; without one it compares", async (t) => {
  const { replication, advance, taken, hear } = await setBench();
  const handle = replication.start([{ keyId: "P", kinds }], { cadenceSeconds: 1000 });
  await advance(1100);
  const [first] = taken();
  if (first?.version !== 3) return t.fail("no heads");
  await hear(native(true, first.round, heads([], "headsAnswer")));
  handle.roundNow("P", "note");
  await advance(1);
  t.like(taken()[0], { message: { type: "reconcile", kind: "note" } });
  handle.roundNow();
  await advance(1);
  t.is(taken()[0]?.message.type, "heads");
  await handle.stop();
});

test("heads: without a route the peer is backed off as one, and no kind is tried beside it", async (t) => {
  const { bench, replication, advance, taken } = await setBench();
  Object.assign(bench, { outcome: { status: "failed", reason: "no_route", detail: "" } });
  const handle = replication.start([{ keyId: "P", kinds }], { cadenceSeconds: 30 });
  await advance(1100);
  t.is(taken().length, 1);
  await advance(1000);
  t.true(taken().length <= 1, "full jitter may be short, and no kind has a round of its own");
  t.is(replication.counters.rounds.error, 0);
  await handle.stop();
});

test("heads: a question that the peer's door finds too large keeps no kind from its round", async (t) => {
  const { bench, replication, advance, taken } = await setBench();
  Object.assign(bench, { outcome: { status: "rejected", reason: "too_large", detail: "" } });
  const handle = replication.start([{ keyId: "P", kinds }], { cadenceSeconds: 30 });
  await advance(1100);
  const sent = taken().map(({ message }) => `${message.type} ${message.kind}`);
  t.deepEqual(sent.sort(), ["heads ", "reconcile attestation", "reconcile key", "reconcile note"]);
  await handle.stop();
});

test("heads: what differs here, is not reconciled with the peer, or is not known is answered; the rest is not", async (t) => {
  const { bench, hear, taken, headOf } = await setBench();
  await bench.put("mine");
  const entries = [
    await headOf("key"),
    { kind: "note", head: otherHead, count: 1 },
    { kind: "nowhere", head: otherHead, count: 1 },
    { kind: "attestation", count: 0 },
  ];
  t.like(await hear(native(false, 9n, heads(entries))), { outcome: "routed_to_responder", kind: "" });
  const [answer] = taken();
  t.like(answer, { native: true, fromResponder: true, round: 9n });
  t.deepEqual(
    answer?.message,
    heads([await headOf("note"), { kind: "nowhere", count: 0 }, await headOf("attestation")], "headsAnswer"),
  );

  const without = await setBench({ sets: false });
  await without.hear(native(false, 9n, heads([entries[0]!])));
  t.deepEqual(without.taken()[0]?.message, heads([{ kind: "key", count: 0 }], "headsAnswer"));
});

test("heads: a peer that asks again and again is answered at a steady rate", async (t) => {
  const { hear, taken, advance } = await setBench();
  const question = native(false, 9n, heads([]));
  let accepted = 0;
  for (let i = 0; i < 100; i++) if ((await hear(question)).outcome === "routed_to_responder") accepted++;
  t.is(accepted, limits.nodeQuestionsPerSecond);
  t.is(taken().length, accepted);
  t.like(await hear(question), { outcome: "back_pressure" });
  t.like(
    await hear(question, { peerKeyId: "Q" }),
    { outcome: "routed_to_responder" },
    "others are not held up",
  );
  await advance(1000);
  t.like(await hear(question), { outcome: "routed_to_responder" });
});

test("heads: nobody without a proven key is answered", async (t) => {
  const { bench, taken, advance } = await setBench();
  const bytes = encodeFrame(native(false, 9n, heads([])));
  t.deepEqual(bench.replication.deliverInbound({ bytes, transport: "http" }), {
    outcome: "unattributed",
    kind: "",
  });
  await advance(0);
  t.deepEqual(taken(), []);
});

test("state heads: answered where the node has them, and silent where it does not", async (t) => {
  const statements = [new Uint8Array([1, 2, 3])];
  const asked: [string, readonly string[]][] = [];
  const bench = await replicationBench({
    stateHeads: async (peer, wanted) => {
      asked.push([peer, wanted]);
      return statements;
    },
  });
  const question = native(false, 3n, { type: "stateHeadRequest", kind: "", kinds: ["note"] });
  await bench.hear(question);
  t.deepEqual(asked, [["P", ["note"]]]);
  t.deepEqual(bench.taken()[0]?.message, { type: "stateHeads", kind: "", statements });
  const silent = await replicationBench();
  await silent.hear(question);
  t.deepEqual(silent.taken(), []);
});

test("close() ends questions and answers under way", async (t) => {
  const { replication, advance, time } = await setBench();
  replication.start([{ keyId: "P", kinds }], { cadenceSeconds: 30 });
  await advance(1100);
  await replication.close();
  t.is(time.pending, 0, "no timer is left behind");
});

test("heads: a kind that is served by time is asked for where its heads differ, and every tenth cadence", async (t) => {
  const { replication, advance, taken, hear, headOf } = await setBench();
  const timed = "accord_quorum_evidence";
  await hear(native(false, 9n, heads([await headOf("note"), await headOf(timed)])));
  t.deepEqual(taken()[0]?.message, heads([], "headsAnswer"));

  const handle = replication.start([{ keyId: "P", kinds: ["note", timed] }], { cadenceSeconds: 30 });
  await advance(1100);
  const [question] = taken();
  if (question?.version !== 3 || question.message.type !== "heads") return t.fail("no heads");
  t.deepEqual(question.message.entries, [await headOf("note"), await headOf(timed)]);
  const answered = async (round: bigint, differing: KindHead[]) => {
    await hear(native(true, round, heads(differing, "headsAnswer")));
    await advance(1);
    return taken().map(({ message }) => [message.type, message.kind]);
  };
  t.deepEqual(await answered(question.round, []), [["cursor_pull", timed]], "the first, equal or not");
  const nextQuestion = async () => {
    await advance(33_000);
    const asked = taken().find(({ message }) => message.type === "heads");
    return asked?.version === 3 ? asked.round : t.fail("no heads") || 0n;
  };
  t.deepEqual(await answered(await nextQuestion(), []), [], "equal");
  const other = { kind: timed, count: 1, head: new Uint8Array(32) };
  t.deepEqual(await answered(await nextQuestion(), [other]), [["cursor_pull", timed]], "different");
  await handle.stop();
});
