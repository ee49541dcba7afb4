/**
 * Who may be heard without a proof, over every kind of the reference and every message of every framing: a
 * Deliver of the three bootstrap kinds, and nothing else. And nobody is heard under this node's own key.
 */
import test from "ava";
import { createKinds } from "waxwing/records";
import { catalogOfKinds, encodeFrame, type Frame } from "waxwing/replication";
import type { NativeMessage } from "#dist/replication/wire/message.js";
import { replicationBench } from "../../support/replication-bench.js";

const kinds = createKinds();
kinds.define({ token: "note", naturalKey: ["id"] });
const catalog = catalogOfKinds(kinds);
const bootstrapKinds = ["key", "identity_occurrence", "transport_destination"];
const hash = new Uint8Array(32).fill(1);
const record = new TextEncoder().encode('{"a":1}');

const crpl = (kind: string): NativeMessage[] => [
  { type: "summary", kind, refs: [{ hash, seq: 1 }] },
  { type: "diff", kind, want: [hash] },
  { type: "fetch", kind, want: [hash] },
  { type: "deliver", kind, envelopes: [record] },
  { type: "pull", kind, subjectKeyId: "alice" },
  { type: "cursor_pull", kind },
];

const nativeOnly = (kind: string): NativeMessage[] => [
  { type: "reconcile", kind, message: { type: "open", head: hash, count: 1 } },
  { type: "unavailable", kind },
  { type: "want", kind, ids: hash },
  { type: "bodies", kind, envelopes: [record], left: 0 },
  { type: "taken", kind, frames: 1 },
];

const ofAllKinds: NativeMessage[] = [
  { type: "heads", kind: "", entries: [{ kind: "note", head: hash, count: 1 }] },
  { type: "headsAnswer", kind: "", entries: [{ kind: "note", head: hash, count: 1 }] },
  { type: "stateHeadRequest", kind: "", kinds: ["note"] },
  { type: "stateHeads", kind: "", statements: [record] },
];

/** Every message in every framing that carries it. */
function* everyFrame(): Generator<Frame> {
  const round = 7n;
  for (const kind of catalog.tokens())
    for (const message of crpl(kind)) {
      yield { version: catalog.wireVersion(kind), message } as Frame;
      for (const fromResponder of [false, true])
        for (const native of [false, true])
          yield { version: 3, round, fromResponder, native, message } as Frame;
    }
  const natives = [...catalog.tokens().flatMap(nativeOnly), ...ofAllKinds];
  for (const message of natives)
    for (const fromResponder of [false, true])
      yield { version: 3, round, fromResponder, native: true, message } as Frame;
}

test("of all frames without a proof, Delivers of bootstrap kinds are taken, one by one into quarantine", async (t) => {
  const bench = await replicationBench({ kinds: catalog });
  let bootstraps = 0;
  for (const frame of everyFrame()) {
    const { type, kind } = frame.message;
    const outcome = bench.replication.deliverInbound({ bytes: encodeFrame(frame), transport: "http" });
    if (type === "deliver" && bootstrapKinds.includes(kind)) {
      t.deepEqual(outcome, { outcome: "bootstrap", kind });
      bootstraps++;
    } else t.is(outcome.outcome, "unattributed", `${type} of ${kind}`);
    await bench.advance(0);
  }
  t.is(bootstraps, 3 * 5);
  t.deepEqual(
    bench.admission.contexts,
    Array.from({ length: bootstraps }, () => ({ unprovenPeer: true })),
  );
  t.deepEqual(bench.taken(), [], "nobody to answer");
});

test("no frame is heard that is attributed to this node's own key, bootstrap kinds included", async (t) => {
  const bench = await replicationBench({ kinds: catalog });
  for (const frame of everyFrame()) {
    const outcome = bench.receive(encodeFrame(frame), { peerKeyId: "self", waxwing: true });
    t.deepEqual(outcome, { outcome: "refused_self" });
  }
  await bench.advance(0);
  t.deepEqual(bench.admission.contexts, []);
  t.deepEqual(bench.taken(), []);
});
