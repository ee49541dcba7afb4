/** The plane among many peers: what one of them does leaves the others their service. */
import test from "ava";
import { encodeFrame, receiveVerdict } from "waxwing/replication";
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

type Bench = Awaited<ReturnType<typeof replicationBench>>;
const types = (bench: Bench) => bench.taken().map(({ message }) => message.type);

test("no progress: a peer whose rounds never end is served once a minute, and its other kinds and messages as always", async (t) => {
  const bench = await replicationBench();
  const hash = await bench.put("a");
  let round = 1n;
  const open = () => bench.hear(opening(round++, summaryOf()));
  for (let i = 0; i < limits.noProgressRoundsMax; i++) {
    t.like(await open(), { outcome: "routed_to_responder" });
    t.deepEqual(types(bench), ["summary", "diff"]);
  }
  await bench.advance(limits.roundWaitMs);
  const held = await open();
  t.deepEqual(held, { outcome: "held_back", kind: "note" });
  t.is(receiveVerdict(held), "busy");
  t.like(await bench.hear(legacy(summaryOf())), { outcome: "held_back" });
  t.deepEqual(types(bench), []);
  t.like(await bench.hear(opening(round++, summaryOf([], "key"))), { outcome: "routed_to_responder" });
  t.like(await bench.hear(opening(round++, summaryOf()), { peerKeyId: "Q" }), {
    outcome: "routed_to_responder",
  });
  t.like(await bench.hear(opening(round++, diffOf([hash]))), { outcome: "routed_to_responder" });
  t.deepEqual(types(bench), ["summary", "diff", "summary", "diff", "deliver"]);
  t.is(bench.replication.counters.frames.held_back, 2);

  await bench.advance(limits.noProgressMsMin);
  const served = round;
  t.like(await open(), { outcome: "routed_to_responder" });
  t.like(await bench.hear(opening(served, diffOf())), { outcome: "routed_to_responder" }, "it goes on");
  t.like(await bench.hear(opening(served, deliverOf())), { outcome: "routed_to_responder" });
  t.deepEqual(types(bench), ["summary", "diff", "deliver"]);
  for (let i = 0; i < 3; i++) t.like(await open(), { outcome: "routed_to_responder" }, "it completed once");
});

test("no progress: a round of ours that completes ends the holding back", async (t) => {
  const bench = await replicationBench({ peerFraming: () => "v3" });
  for (let round = 1n; round <= 3n; round++) await bench.hear(opening(round, summaryOf()));
  await bench.advance(limits.roundWaitMs);
  t.like(await bench.hear(opening(9n, summaryOf())), { outcome: "held_back" });
  bench.taken();
  const handle = bench.replication.start([{ keyId: "P", kinds: ["note"] }]);
  await bench.advance(2000);
  const [ours] = bench.taken();
  if (ours?.version !== 3) return t.fail("no round was opened");
  for (const message of [summaryOf(), diffOf(), deliverOf()]) await bench.hear(reply(ours.round, message));
  t.like(await bench.hear(opening(10n, summaryOf())), { outcome: "routed_to_responder" });
  await handle.stop();
});

test("push: an unasked Deliver is applied within the peer's budget, and the rest dropped and counted", async (t) => {
  const bench = await replicationBench();
  const pushed = Array.from({ length: 10 }, (_, i) => recordBytes(`p${i}`, { pad: "x".repeat(40_000) }));
  await bench.hear(opening(1n, deliverOf(pushed)));
  t.like(bench.replication.counters, { recordsAdmitted: 6, recordsUnsolicited: 6, recordsDropped: 4 });
  await bench.hear(opening(2n, deliverOf([recordBytes("k")], "key")));
  t.like(
    bench.replication.counters,
    { recordsAdmitted: 7, recordsDropped: 4 },
    "there is room for a small one",
  );
  await bench.hear(opening(3n, deliverOf(pushed.slice(6), "key")), { peerKeyId: "Q" });
  t.like(bench.replication.counters, { recordsAdmitted: 11, recordsDropped: 4 }, "of another peer");
  await bench.advance(limits.roundWaitMs);
  await bench.hear(opening(4n, deliverOf(pushed)));
  t.like(bench.replication.counters, { recordsAdmitted: 11, recordsDuplicate: 6, recordsDropped: 8 });
});

test("push: what was asked for is no push, whatever its size, and what comes besides is", async (t) => {
  const bench = await replicationBench();
  const big = Array.from({ length: 8 }, (_, i) => recordBytes(`b${i}`, { pad: "x".repeat(60_000) }));
  await bench.hear(opening(1n, summaryOf(big.map(sha256))));
  await bench.hear(opening(1n, diffOf()));
  await bench.hear(
    opening(
      1n,
      deliverOf([...big, ...big.map((_, i) => recordBytes(`more${i}`, { pad: "x".repeat(60_000) }))]),
    ),
  );
  t.like(bench.replication.counters, { recordsAdmitted: 12, recordsUnsolicited: 4, recordsDropped: 4 });
});

test("push: a self-publishing initiator of the reference, push after its opening Summary and its confirmed-sync rounds", async (t) => {
  const bench = await replicationBench();
  const own = recordBytes("own");
  // Summary_I, the pushed Deliver, then the round as usual.
  await bench.hear(legacy(summaryOf([sha256(own)])));
  t.deepEqual(types(bench), ["summary", "diff"]);
  await bench.hear(legacy(deliverOf([own])));
  t.true((await bench.store.holds("note", [sha256(own)]))[0]);
  t.like(bench.replication.counters, { recordsAdmitted: 1, rounds: { completed: 1 } });
  // In sync it sends its Summary and is done, which looks like rounds that never end; its pushes count all the same.
  const open = () => bench.hear(legacy(summaryOf([sha256(own)])));
  for (let i = 0; i < 3; i++) {
    t.like(await open(), { outcome: "routed_to_responder" });
    await bench.advance(30_000);
  }
  t.like(await open(), { outcome: "held_back" });
  await bench.hear(legacy(deliverOf([recordBytes("news")])));
  t.like(bench.replication.counters, { recordsAdmitted: 2 });
  t.like(await open(), { outcome: "routed_to_responder" });
});

test("incoming: frames that wait are bounded in bytes over a peer's kinds, and others get in", async (t) => {
  let release = () => {};
  const isHeld = new Promise<void>((resolve) => {
    release = resolve;
  });
  const bench = await replicationBench({
    send: async () => {
      await isHeld;
      return { status: "delivered" };
    },
  });
  const large = (kind: string) => encodeFrame(opening(1n, deliverOf([new Uint8Array(700_000)], kind)));
  const kinds = ["note", "family", "community", "location_proof"];
  // A Diff that is being answered keeps each responder busy, and what follows waits.
  for (const kind of kinds) bench.receive(encodeFrame(opening(1n, diffOf([], kind))));
  const outcomes = kinds.flatMap((kind) =>
    Array.from({ length: 8 }, () => bench.receive(large(kind)).outcome),
  );
  const accepted = outcomes.filter((outcome) => outcome === "routed_to_responder").length;
  t.true(accepted * large("note").length <= limits.incomingBytesPerPeerMax);
  t.true((accepted + 1) * large("note").length > limits.incomingBytesPerPeerMax);
  t.is(outcomes.at(-1), "back_pressure");
  t.like(bench.receive(large("note"), { peerKeyId: "Q" }), { outcome: "routed_to_responder" });
  release();
  await bench.advance(0);
  t.like(bench.receive(large("note")), { outcome: "routed_to_responder" }, "dealt with, it holds nothing");
});

test("incoming: frames that nobody will deal with any more hold nothing", async (t) => {
  const bench = await replicationBench({
    send: (_peer, _bytes, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve({ status: "failed", reason: "closed", detail: "" }));
      }),
  });
  for (let i = 0; i < 4; i++) bench.receive(encodeFrame(opening(1n, diffOf())));
  await bench.advance(0);
  t.true(bench.replication.holdings().incomingBytes > 0);
  await bench.replication.close();
  t.is(bench.replication.holdings().incomingBytes, 0);
});

test("outgoing: 40 peers that want everything at once, some never taking it, hold no more than the bound", async (t) => {
  const held = { now: 0, peak: 0 };
  const stuck = new Set(["S0", "S1", "S2"]);
  const bench = await replicationBench({
    send: async (peer, bytes, { signal }) => {
      held.now += bytes.length;
      held.peak = Math.max(held.peak, held.now);
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve());
        if (!stuck.has(peer)) bench.host.timers.after(200, () => resolve());
      });
      held.now -= bytes.length;
      return { status: "delivered" };
    },
  });
  const hashes = await Promise.all(
    Array.from({ length: 64 }, (_, i) => bench.put(`r${i}`, "note", { pad: "x".repeat(14_000) })),
  );
  const peers = Array.from({ length: 40 }, (_, i) => `P${i}`);
  for (const peerKeyId of [...stuck, ...peers])
    for (const round of [1n, 2n]) bench.receive(encodeFrame(opening(round, diffOf(hashes))), { peerKeyId });
  await bench.advance(30_000);
  t.true(held.peak <= limits.outgoingBytesMax, `${held.peak}`);
  const { rounds, recordsServed } = bench.replication.counters;
  t.is(rounds.served, 2 * peers.length);
  t.is(recordsServed, 2 * peers.length * 37, "37 records of 14 KB are one Deliver");
  await bench.replication.close();
  t.is(held.now, 0);
});

test("responders: the peer that has the most makes room, and those of others stay", async (t) => {
  const bench = await replicationBench();
  const deliver = (kind: string) => encodeFrame(opening(1n, deliverOf([], kind)));
  bench.receive(deliver("note"), { peerKeyId: "modest" });
  await bench.advance(1);
  for (const kind of ["note", "family", "community"]) bench.receive(deliver(kind), { peerKeyId: "greedy" });
  for (let i = 4; i < limits.respondersMax; i++) bench.receive(deliver("note"), { peerKeyId: `P${i}` });
  await bench.advance(1);
  t.like(bench.receive(deliver("note"), { peerKeyId: "new" }), { built: true });
  await bench.advance(1);
  t.like(
    bench.receive(deliver("note"), { peerKeyId: "modest" }),
    { built: false },
    "though it is the idlest",
  );
  t.like(bench.receive(deliver("note"), { peerKeyId: "greedy" }), { built: true }, "its idlest made room");
});
