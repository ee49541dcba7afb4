/**
 * Who a frame is from decides what may come of it: every kind of the reference with every message, from ourselves and from
 * nobody that is proven. Nothing of it is ever answered, and all that it may do is to bring a bootstrap record to quarantine.
 */
import test from "ava";
import { encodeFrame, type Frame, type NativeMessage, type ReplicationMessage } from "waxwing/replication";
import { testKinds } from "../../support/replication.js";
import {
  deliverOf,
  diffOf,
  legacy,
  opening,
  replicationBench,
  reply,
  summaryOf,
} from "../../support/replication-bench.js";
import { recordBytes } from "../../support/replication-store.js";

const kinds = testKinds.tokens().filter((kind) => kind !== "note");
const bootstrap = ["key", "identity_occurrence", "transport_destination"];
const id = new Uint8Array(32).fill(7);

const crpl = (kind: string): ReplicationMessage[] => [
  summaryOf([id], kind),
  diffOf([id], kind),
  { type: "fetch", kind, want: [id] },
  deliverOf([recordBytes("r")], kind),
  { type: "pull", kind, subjectKeyId: "P" },
  { type: "cursor_pull", kind },
];

const native = (kind: string): NativeMessage[] => [
  ...crpl(kind),
  { type: "reconcile", kind, message: { type: "open", head: id, count: 1 } },
  { type: "reconcile", kind, message: { type: "found", missing: id, extra: new Uint8Array(0) } },
  { type: "unavailable", kind },
  { type: "want", kind, ids: id },
  { type: "bodies", kind, envelopes: [recordBytes("r")], left: 0 },
  { type: "taken", kind, frames: 1 },
];

const kindless: NativeMessage[] = [
  { type: "heads", kind: "", entries: [{ kind: "key", head: id, count: 1 }] },
  { type: "headsAnswer", kind: "", entries: [{ kind: "key", head: id, count: 1 }] },
  { type: "stateHeadRequest", kind: "", kinds: ["key"] },
  { type: "stateHeads", kind: "", statements: [recordBytes("s")] },
];

function* framesOf(kind: string): Generator<Frame> {
  for (const message of crpl(kind)) {
    yield legacy(message, 1);
    yield legacy(message, 2);
    yield opening(1n, message);
    yield reply(1n, message);
  }
  for (const message of native(kind))
    for (const fromResponder of [false, true])
      yield { version: 3, native: true, fromResponder, round: 1n, message } as Frame;
}

const kindlessFrames = kindless.flatMap((message) =>
  [false, true].map(
    (fromResponder) => ({ version: 3, native: true, fromResponder, round: 1n, message }) as Frame,
  ),
);

test("there are 15 kinds of the reference, and three of them are bootstrap kinds", (t) => {
  t.is(kinds.length, 15);
  t.deepEqual(
    kinds.filter((kind) => testKinds.bootstrap(kind)),
    bootstrap,
  );
});

test("a frame attributed to ourselves is refused, whatever it is, and nothing comes of it", async (t) => {
  const bench = await replicationBench();
  for (const frame of [...kinds.flatMap((kind) => [...framesOf(kind)]), ...kindlessFrames])
    t.deepEqual(await bench.hear(frame, { peerKeyId: "self" }), { outcome: "refused_self" });
  t.deepEqual(bench.taken(), []);
  t.deepEqual(bench.admission.contexts, []);
  t.is((await bench.store.stats()).records, 0);
  t.is(bench.replication.holdings().streams, 0, "not even a place is kept");
});

for (const kind of kinds) {
  test(`${kind}: unattributed, ${bootstrap.includes(kind) ? "a Deliver goes to quarantine and" : "nothing"} is taken, and nothing is answered`, async (t) => {
    const bench = await replicationBench();
    let delivers = 0;
    for (const frame of framesOf(kind)) {
      const outcome = bench.replication.deliverInbound({ bytes: encodeFrame(frame), transport: "http" });
      await bench.advance(0);
      const isTaken = bootstrap.includes(kind) && frame.message.type === "deliver";
      t.deepEqual(outcome, { outcome: isTaken ? "bootstrap" : "unattributed", kind }, frame.message.type);
      if (isTaken) delivers++;
    }
    t.is(delivers, bootstrap.includes(kind) ? 6 : 0);
    // Quarantine and nothing else: admission is told that nobody is proven.
    t.deepEqual(bench.admission.contexts, Array(delivers).fill({ unprovenPeer: true }));
    await bench.advance(60_000);
    t.deepEqual(bench.taken(), []);
    t.is(bench.replication.holdings().streams, 0);
  });
}

test("messages about all kinds are for proven peers", async (t) => {
  const bench = await replicationBench();
  for (const frame of kindlessFrames) {
    const outcome = bench.replication.deliverInbound({ bytes: encodeFrame(frame), transport: "http" });
    t.deepEqual(outcome, { outcome: "unattributed", kind: "" });
  }
  await bench.advance(60_000);
  t.deepEqual(bench.taken(), []);
});
