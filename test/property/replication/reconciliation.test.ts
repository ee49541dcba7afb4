/**
 * Laws of rounds that reconcile: whatever the two sets are and in whatever order things happen, both sides end with the
 * union; a peer that says anything at all neither makes a session throw nor go on for ever; and the path of Summaries
 * ends with the same records from the same start.
 */
import test from "ava";
import fc from "fast-check";
import type { NativeMessage } from "waxwing/replication";
import { createMemoryStore } from "waxwing/store";
import { heldRecords, World } from "waxwing/testing";
import { converse, idOf, Side, testRecord } from "../../support/reconcile-round.js";
import { type ReplicationNodeOptions, replicationNode } from "../../support/replication-node.js";

/** Which of the records 0 to 59 a side has. */
const part = fc.uniqueArray(fc.nat(59), { maxLength: 60 }).map((list) => list.map((n) => `r${n}`));
const keysOf = (side: Side) => [...side.records.keys()].sort();
const bound = fc.constantFrom(1, 100, 1000, 1 << 20);

test("any two sets, any order of things: both sides end with the union, and every record moves once", (t) => {
  fc.assert(
    fc.property(part, part, bound, fc.infiniteStream(fc.nat()), (ours, theirs, bodiesBytesMax, choices) => {
      const initiator = new Side(ours, { role: "initiator", bodiesBytesMax });
      const responder = new Side(theirs, { role: "responder", bodiesBytesMax });
      const union = new Set([...ours, ...theirs].map((name) => Buffer.from(idOf(name)).toString("hex")));
      converse(initiator, responder, { pick: (count) => choices.next().value! % count });
      for (const side of [initiator, responder]) {
        t.is(side.report?.outcome, "completed");
        t.deepEqual(side.report?.staleness, { state: "inSync" });
        t.deepEqual(keysOf(side), [...union].sort());
        t.is(new Set(side.received).size, side.received.length, "nothing comes twice");
        t.is(side.report?.unsolicited, 0);
      }
      t.is(initiator.report?.admitted, responder.report?.served);
      t.is(initiator.report?.served, responder.report?.admitted);
    }),
    { numRuns: 60 },
  );
});

const ids = fc
  .array(fc.nat(70), { maxLength: 6 })
  .map((list) => new Uint8Array(Buffer.concat(list.map((n) => idOf(`r${n}`)).sort(Buffer.compare))));
const head = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anyReconcile = fc.oneof(
  fc.record({ type: fc.constant("open" as const), head, count: fc.nat(100) }),
  fc.record({ type: fc.constant("more" as const), head, from: fc.nat(200), to: fc.nat(200) }),
  fc.record({ type: fc.constant("ranges" as const), message: fc.uint8Array({ maxLength: 60 }) }),
  fc.record({ type: fc.constant("page" as const), after: head }),
  fc.record({ type: fc.constant("found" as const), missing: ids, extra: ids }),
  fc.record({ type: fc.constant("equal" as const), head }),
  fc.record({
    type: fc.constant("sketch" as const),
    head,
    count: fc.nat(100),
    from: fc.nat(200),
    symbols: fc.uint8Array({ maxLength: 100 }),
  }),
  fc.record({ type: fc.constant("rangesAnswer" as const), head, message: fc.uint8Array({ maxLength: 60 }) }),
  fc.record({ type: fc.constant("ids" as const), head, ids, last: fc.boolean() }),
);
const kind = fc.constant("note");
const anyMessage: fc.Arbitrary<NativeMessage> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("reconcile" as const), kind, message: anyReconcile }),
  },
  fc.record({ type: fc.constant("unavailable" as const), kind }),
  fc.record({ type: fc.constant("want" as const), kind, ids }),
  fc.record({
    type: fc.constant("bodies" as const),
    kind,
    envelopes: fc.array(
      fc.nat(70).map((n) => testRecord(`r${n}`)),
      { maxLength: 4 },
    ),
    left: fc.nat(8),
  }),
  fc.record({ type: fc.constant("taken" as const), kind, frames: fc.nat(8) }),
);
/** Something a peer might say at that moment, were it honest; or anything. */
const move = fc.oneof(
  fc.record({ do: fc.constant("hear" as const), message: anyMessage }),
  fc.record({ do: fc.constant("exchange" as const) }),
  fc.record({ do: fc.constant("perform" as const), pick: fc.nat() }),
  fc.record({ do: fc.constant("timer" as const) }),
);

test("a peer may say anything: the session keeps its laws, and ends", (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom("initiator" as const, "responder" as const),
      part,
      part,
      fc.array(move, { maxLength: 40 }),
      (role, ours, theirs, moves) => {
        const side = new Side(ours, { role });
        const honest = new Side(theirs, { role: role === "initiator" ? "responder" : "initiator" });
        for (const one of [side, honest])
          if (one.state.options.role === "initiator") one.feed({ type: "start" });
        for (const chosen of moves) {
          if (side.report || side.fellBack) break;
          if (chosen.do === "hear") side.hear(chosen.message);
          else if (chosen.do === "timer") {
            if (side.timer !== undefined && side.state.pending.size === 0)
              side.feed({ type: "timer", id: side.timer });
          } else if (chosen.do === "perform") {
            if (side.pending.length > 0) side.perform(chosen.pick % side.pending.length);
          } else {
            for (const message of honest.settle().take()) side.hear(message);
            for (const message of side.take()) honest.hear(message);
          }
          if (side.report || side.fellBack) break;
          t.is(
            side.state.pending.size,
            side.pending.length,
            "it waits for what it asked for and nothing else",
          );
          const waits = side.state.phase !== "idle" && side.pending.length === 0;
          if (waits)
            t.not(side.state.timer, undefined, "with nothing to wait for but the peer, a timer runs");
          const { incoming, outgoing } = side.state;
          t.true(
            incoming.frames - incoming.acknowledged <= 4 && outgoing.frames - outgoing.taken <= 4,
            "credit",
          );
        }
        if (!side.report && !side.fellBack) {
          side.settle();
          if (side.timer !== undefined) side.feed({ type: "timer", id: side.timer });
        }
        const { phase } = side.state;
        t.true(phase === "finished" || phase === "idle");
        t.deepEqual(side.feed({ type: "cancel", code: "scheduler_stopped" }).length > 0, phase === "idle");
      },
    ),
    { numRuns: 300 },
  );
});

async function endOf(
  seed: number,
  framing: NonNullable<ReplicationNodeOptions["framing"]>,
  starts: readonly (readonly string[])[],
): Promise<{ records: string[][]; ways: number }> {
  const world = new World({ seed, createStore: createMemoryStore });
  const peers = starts.map((_, index) => "ABC"[index]!);
  const nodes = peers.map((name) =>
    world.addNode(name, replicationNode({ peers, kinds: ["note"], framing, cadenceSeconds: 5 })),
  );
  for (const [index, node] of nodes.entries()) {
    const started = await world.start(node);
    await world.complete(Promise.all(starts[index]!.map((name) => started.plant("note", name))));
  }
  await world.runFor(60_000);
  const ways = nodes.map(({ current }) => current.replication.counters.ways);
  const records = await Promise.all(
    nodes.map(async ({ current }) => [...(await heldRecords(current.store))].sort()),
  );
  return { records, ways: ways.reduce((sum, way) => sum + way.head + way.sketch + way.ranges, 0) };
}

test("differential: Summaries and reconciliation end with the same records from the same start", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1000), fc.array(part, { minLength: 2, maxLength: 3 }), async (seed, starts) => {
      const [legacy, native] = [await endOf(seed, "legacy", starts), await endOf(seed, "native", starts)];
      t.deepEqual(native.records, legacy.records);
      t.is(native.records[0]!.length, new Set(starts.flat()).size);
      t.is(legacy.ways, 0);
      t.true(native.ways > 0);
    }),
    { numRuns: 12 },
  );
});
