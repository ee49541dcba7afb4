/** Where frames go, and in which framing they are answered. */
import test from "ava";
import { createKinds } from "waxwing/records";
import { catalogOfKinds, encodeFrame, type Frame, receiveVerdict } from "waxwing/replication";
import { limits } from "#dist/base/limits.js";
import {
  deliverOf,
  diffOf,
  legacy,
  opening,
  replicationBench,
  reply,
  summaryOf,
} from "../../support/replication-bench.js";
import { recordBytes, sha256 } from "../../support/replication-store.js";

const types = (frames: Frame[]) => frames.map(({ message }) => message.type);

test("route: a v3 opening builds a responder once, which echoes version, round and FROM_RESPONDER", async (t) => {
  const bench = await replicationBench();
  t.deepEqual(await bench.hear(opening(7n, summaryOf())), {
    outcome: "routed_to_responder",
    kind: "note",
    built: true,
  });
  const frames = bench.taken();
  t.deepEqual(types(frames), ["summary", "diff"]);
  for (const frame of frames) t.like(frame, { version: 3, fromResponder: true, round: 7n });
  t.like(await bench.hear(opening(7n, diffOf())), { built: false });
  t.deepEqual(types(bench.taken()), ["deliver"]);
});

test("route: a legacy opening is answered in legacy framing, in the version of the kind", async (t) => {
  const bench = await replicationBench();
  await bench.hear(legacy(summaryOf([], "key"), 1));
  await bench.hear(legacy(summaryOf([], "note"), 1));
  t.deepEqual(
    bench.taken().map(({ version }) => version),
    [1, 1, 2, 2],
  );
});

test("route: another round id, or a fresh legacy Summary, starts the responder anew", async (t) => {
  const bench = await replicationBench();
  await bench.hear(opening(1n, summaryOf()));
  bench.taken();
  await bench.hear(opening(2n, summaryOf()));
  t.deepEqual(types(bench.taken()), ["summary", "diff"]);
  await bench.hear(legacy(summaryOf()));
  t.deepEqual(types(bench.taken()), ["summary", "diff"]);
  await bench.hear(legacy(deliverOf()));
  await bench.hear(legacy(summaryOf()));
  t.deepEqual(types(bench.taken()), ["summary", "diff"]);
  await bench.hear(legacy(summaryOf()));
  t.deepEqual(types(bench.taken()), ["summary", "diff"]);
  await bench.hear(opening(2n, summaryOf()));
  await bench.hear(opening(2n, summaryOf()));
  t.deepEqual(types(bench.taken()), ["summary", "diff", "diff"], "the same id goes on in the same round");
});

test("route: two responders that take each other's Summary for an opening do not go on for ever", async (t) => {
  const a = await replicationBench({ selfKeyId: "A" });
  const b = await replicationBench({ selfKeyId: "B" });
  const pass = async (from: typeof a, to: typeof b, peerKeyId: string) => {
    const frames = from.taken();
    for (const frame of frames) await to.hear(frame, { peerKeyId });
    return frames.length;
  };
  // A doubled Summary_R, for which neither has a round in flight.
  await a.hear(legacy(summaryOf()), { peerKeyId: "B" });
  let exchanged = 0;
  let frames = 1;
  while (frames > 0 && exchanged < 1000) {
    frames = (await pass(a, b, "A")) + (await pass(b, a, "B"));
    exchanged += frames;
  }
  t.true(exchanged < 480, `${exchanged} frames`);
});

test("route: a Summary that comes after its legacy round ended in silence gets a Diff alone, once", async (t) => {
  const bench = await replicationBench();
  const handle = bench.replication.start([{ keyId: "P", kinds: ["note"] }]);
  await bench.advance(12_000);
  t.deepEqual(types(bench.taken()), ["summary"]);
  t.like(bench.replication.counters.rounds, { timedOut: 1 });
  await bench.hear(legacy(summaryOf()));
  t.deepEqual(types(bench.taken()), ["diff"], "the answer, come late");
  await bench.hear(legacy(deliverOf()));
  await bench.hear(legacy(summaryOf()));
  t.deepEqual(types(bench.taken()), ["summary", "diff"], "a round that the peer opens");
  await handle.stop();
});

test("route: replies reach the initiator whose round they name, and no responder, ever", async (t) => {
  const bench = await replicationBench({ peerFraming: () => "v3" });
  t.deepEqual(await bench.hear(reply(5n, summaryOf())), {
    outcome: "reply_dropped",
    kind: "note",
    reason: "no_initiator",
  });
  const handle = bench.replication.start([{ keyId: "P", kinds: ["note"] }]);
  await bench.advance(2000);
  const [open] = bench.taken();
  if (open?.version !== 3) return t.fail("no v3 opening");
  t.false(open.fromResponder);
  t.not(open.round, 0n);
  t.like(await bench.hear(reply(open.round + 1n, summaryOf())), { reason: "round_mismatch" });
  t.deepEqual(await bench.hear(reply(open.round, summaryOf())), {
    outcome: "routed_to_initiator",
    kind: "note",
    round: open.round,
  });
  await bench.hear(reply(open.round, diffOf()));
  await bench.hear(reply(open.round, deliverOf()));
  t.deepEqual(types(bench.taken()), ["diff", "deliver"]);
  t.like(await bench.hear(reply(open.round, deliverOf())), { reason: "no_round_in_flight" });
  await handle.stop();
});

test("route: an opening with the id of our own round never reaches our initiator", async (t) => {
  const bench = await replicationBench({ peerFraming: () => "v3" });
  bench.replication.start([{ keyId: "P", kinds: ["note"] }]);
  await bench.advance(2000);
  const [open] = bench.taken();
  if (open?.version !== 3) return t.fail("no v3 opening");
  t.like(await bench.hear(opening(open.round, summaryOf())), { outcome: "routed_to_responder", built: true });
});

test("route: legacy frames go to the initiator while its legacy round is in flight, else to the responder", async (t) => {
  const bench = await replicationBench();
  bench.replication.start([{ keyId: "P", kinds: ["note"] }]);
  await bench.advance(2000);
  t.like(bench.taken()[0], { version: 2, message: { type: "summary" } });
  for (const message of [summaryOf(), diffOf(), deliverOf()]) {
    t.deepEqual(await bench.hear(legacy(message)), { outcome: "routed_to_initiator", kind: "note" });
  }
  t.deepEqual(types(bench.taken()), ["diff", "deliver"]);
  t.like(await bench.hear(legacy(summaryOf())), { outcome: "routed_to_responder" });
});

test("route: what is no frame, malformed, of an unknown kind or from ourselves is told apart", async (t) => {
  const bench = await replicationBench();
  const text = (value: string) => new TextEncoder().encode(value);
  t.deepEqual(bench.receive(text('{"agent":"alice"}')), { outcome: "not_a_replication_frame" });
  t.deepEqual(bench.receive(text("CRPL\x01{")), { outcome: "malformed", code: "frame_decode" });
  t.deepEqual(bench.receive(text("CRPL\x04{}")), { outcome: "malformed", code: "frame_version" });
  t.deepEqual(bench.receive(text('CRPL\x01{"type":"diff","kind":"key_grant","want":[]}')), {
    outcome: "unknown_kind",
  });
  t.deepEqual(bench.receive(encodeFrame(legacy(summaryOf())), { peerKeyId: "self" }), {
    outcome: "refused_self",
  });
  await bench.advance(0);
  t.deepEqual(bench.taken(), [], "none of it is answered");
  t.like(bench.replication.counters.frames, {
    malformed: 2,
    unknown_kind: 1,
    refused_self: 1,
    not_a_replication_frame: 1,
  });
});

test("route: without a proven peer only a bootstrap Deliver is taken, into quarantine, and never answered", async (t) => {
  const bench = await replicationBench();
  const unproven = { transport: "http" as const };
  const deliver = (frame: Frame) =>
    bench.replication.deliverInbound({ ...unproven, bytes: encodeFrame(frame) });
  t.deepEqual(deliver(legacy(summaryOf())), { outcome: "unattributed", kind: "note" });
  t.deepEqual(deliver(legacy(deliverOf([recordBytes("x")]))), { outcome: "unattributed", kind: "note" });
  t.deepEqual(deliver(legacy(summaryOf([], "key"))), { outcome: "unattributed", kind: "key" });
  t.deepEqual(deliver(legacy(deliverOf([recordBytes("k")], "key"))), { outcome: "bootstrap", kind: "key" });
  await bench.advance(0);
  t.deepEqual(bench.admission.contexts, [{ unprovenPeer: true }]);
  t.deepEqual(bench.taken(), []);
  const flood = Array.from({ length: 20 }, () => deliver(legacy(deliverOf([], "key"))).outcome);
  t.is(flood.at(-1), "back_pressure");
});

test("route: a full inbox drops the frame, says busy, and never blocks another stream", async (t) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const bench = await replicationBench({
    send: async () => {
      await held;
      return { status: "delivered" };
    },
  });
  const frame = encodeFrame(opening(1n, diffOf()));
  const outcomes = Array.from({ length: 12 }, () => bench.receive(frame));
  // One is being served already; its place in the channel is free again.
  t.is(
    outcomes.filter(({ outcome }) => outcome === "routed_to_responder").length,
    limits.sessionInboxFrames + 1,
  );
  const last = outcomes.at(-1)!;
  t.deepEqual(last, { outcome: "back_pressure", kind: "note" });
  t.is(receiveVerdict(last), "busy");
  t.like(bench.receive(encodeFrame(opening(1n, diffOf([], "key")))), { outcome: "routed_to_responder" });
  release();
  await bench.advance(0);
  t.like(bench.receive(frame), { outcome: "routed_to_responder" });
});

test("route: after close() everything is stopped", async (t) => {
  const bench = await replicationBench();
  await bench.hear(opening(1n, summaryOf()));
  await bench.replication.close();
  await bench.replication.close();
  const outcome = bench.receive(encodeFrame(opening(2n, summaryOf())));
  t.deepEqual(outcome, { outcome: "stopped" });
  t.is(receiveVerdict(outcome), "closed");
});

test("responder: serves only what was asked for, once, federation-visible and within the budget", async (t) => {
  const bench = await replicationBench();
  const shown = await bench.put("shown");
  const hidden = await bench.put("hidden", "note", { visibility: "local" });
  const unknown = sha256(recordBytes("nowhere"));
  await bench.put("other");
  await bench.hear(opening(1n, diffOf([unknown, shown, hidden, shown])));
  t.deepEqual(
    bench.taken().map(({ message }) => message),
    [deliverOf([recordBytes("shown")])],
  );

  const big = [];
  for (let i = 0; i < 4; i++) big.push(await bench.put(`big${i}`, "note", { pad: "x".repeat(200_000) }));
  await bench.hear(opening(2n, diffOf(big)));
  const [frame] = bench.taken();
  t.is(frame?.message.type === "deliver" ? frame.message.envelopes.length : 0, 2);
  const huge = await bench.put("huge", "note", { pad: "x".repeat(600_000) });
  await bench.hear(opening(3n, diffOf([huge])));
  const [single] = bench.taken();
  t.is(single?.message.type === "deliver" ? single.message.envelopes.length : 0, 1, "always at least one");
});

test("responder: a malformed or unwanted frame in the middle of a round does not disturb it", async (t) => {
  const bench = await replicationBench();
  await bench.hear(opening(9n, summaryOf()));
  bench.taken();
  bench.receive(new TextEncoder().encode("CRPL\x03garbage"));
  await bench.hear(reply(9n, deliverOf()));
  await bench.hear(opening(9n, diffOf()));
  await bench.hear(opening(9n, deliverOf([recordBytes("in")])));
  t.deepEqual(types(bench.taken()), ["deliver"]);
  t.like(bench.replication.counters, { recordsAdmitted: 1, rounds: { completed: 1 } });
});

test("route: responders are bounded; the idlest makes room, and those in a round stay", async (t) => {
  const bench = await replicationBench();
  await bench.hear(opening(1n, summaryOf()), { peerKeyId: "in a round" });
  const frame = encodeFrame(opening(1n, deliverOf()));
  for (let i = 0; i < limits.respondersMax - 1; i++) bench.receive(frame, { peerKeyId: `P${i}` });
  await bench.advance(1);
  t.like(bench.receive(frame, { peerKeyId: "one more" }), { outcome: "routed_to_responder", built: true });
  await bench.advance(1);
  t.like(bench.receive(frame, { peerKeyId: "P0" }), { built: true }, "it had made room");
  t.like(bench.receive(frame, { peerKeyId: "in a round" }), { built: false });
});

test("catalogOfKinds(): the stock table as replication sees it, and own kinds as soon as they are defined", (t) => {
  const kinds = createKinds();
  const catalog = catalogOfKinds(kinds);
  t.is(catalog.tokens().length, 19);
  t.deepEqual(
    catalog.tokens().filter((kind) => catalog.bootstrap(kind)),
    ["key", "identity_occurrence", "transport_destination"],
  );
  t.deepEqual(
    catalog.tokens().filter((kind) => catalog.wireVersion(kind) === 2),
    [
      ..."organization org_membership partner_record transport_destination accord_quorum_evidence".split(" "),
      ..."key_grant community_membership_widening family_membership_widening".split(" "),
      "community_membership_listing",
    ],
  );
  t.deepEqual(
    catalog.tokens().filter((kind) => catalog.subjectPullable(kind)),
    ["key", "attestation", "identity_occurrence", "identity_occurrence_revocation", "transport_destination"],
  );
  const later = catalog.tokens().filter((kind) => catalog.onlyByName(kind));
  t.is(later.length, 4);
  t.deepEqual(
    catalog.tokens().filter((kind) => !catalog.admitted(kind)),
    later.filter((kind) => kind !== "key_grant"),
  );
  const unnamed = catalogOfKinds(kinds, ({ authority }) => authority === undefined);
  t.deepEqual(
    unnamed.tokens().filter((kind) => !unnamed.admitted(kind)),
    ["organization", "org_membership", "partner_record", "accord_quorum_evidence", ...later.slice(1)],
  );
  t.false(catalog.has("note"));
  kinds.define({ token: "note", naturalKey: ["id"], fields: { id: "text" } });
  t.true(catalog.has("note") && catalog.admitted("note"));
  t.is(catalog.wireVersion("note"), 2);
  t.false(catalog.bootstrap("note") || catalog.subjectPullable("note"));
});
