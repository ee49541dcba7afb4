/** The session of a round that reconciles, by itself: messages and results in, effects out. */
import test from "ava";
import type { NativeMessage } from "waxwing/replication";
import { limits } from "#dist/base/limits.js";
import { isClogged } from "#dist/replication/record-flow.js";
import { wantsFollowUp } from "#dist/replication/report.js";
import { converse, idOf, Side, sortedIds, testRecord } from "../../support/reconcile-round.js";

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const both = names("both", 300);
const told = (messages: readonly NativeMessage[]) =>
  messages.map((message) => (message.type === "reconcile" ? message.message.type : message.type));
const held = (side: Side) => [...side.records.keys()].sort();
const note = <const T extends object>(message: T) =>
  ({ kind: "note", ...message }) as unknown as NativeMessage;

function pair(ours: readonly string[], theirs: readonly string[], options = {}) {
  return {
    initiator: new Side([...both, ...ours], { role: "initiator", ...options }),
    responder: new Side([...both, ...theirs], { role: "responder", ...options }),
  };
}

/** An initiator that was answered, and has sent what was found. */
function found(ours: readonly string[], theirs: readonly string[], options = {}) {
  const { initiator, responder } = pair(ours, theirs, options);
  initiator.feed({ type: "start" });
  for (let turn = 0; turn < 20; turn++) {
    const sent = initiator.settle().take();
    for (const message of sent)
      if (message.type === "reconcile" && message.message.type === "found") return { initiator, message };
    for (const message of sent) responder.hear(message);
    for (const message of responder.settle().take()) initiator.hear(message);
  }
  throw new Error("nothing was found");
}

/** A responder that was told what to send and what it lacks. */
function asked(missing: readonly string[], extra: readonly string[], options = {}): Side {
  const side = new Side(both, { role: "responder", ...options });
  const message = { type: "found", missing: sortedIds(missing), extra: sortedIds(extra) };
  side.hear(note({ type: "reconcile", message }));
  return side;
}

test("equal sets: one message each way, and both sides are completed and in sync", (t) => {
  const { initiator, responder } = pair([], []);
  t.deepEqual(told(converse(initiator, responder)), ["open", "equal"]);
  for (const { report } of [initiator, responder])
    t.like(report, { outcome: "completed", way: "head", roundTrips: 1, staleness: { state: "inSync" } });
});

test("few differences: a sketch, what was found, and records both ways", (t) => {
  const { initiator, responder } = pair(names("i", 3), names("r", 5));
  const messages = told(converse(initiator, responder));
  t.deepEqual(messages.slice(0, 4), ["open", "sketch", "found", "want"]);
  t.deepEqual(messages.slice(4).sort(), ["bodies", "bodies", "taken", "taken"]);
  t.deepEqual(held(initiator), held(responder));
  t.like(initiator.report, {
    outcome: "completed",
    way: "sketch",
    roundTrips: 1,
    offered: 3,
    wanted: 5,
    served: 3,
    admitted: 5,
    unsolicited: 0,
    offerMore: false,
    staleness: { state: "inSync" },
  });
  t.like(responder.report, {
    outcome: "completed",
    way: "sketch",
    offered: 5,
    wanted: 3,
    served: 5,
    admitted: 3,
    staleness: { state: "inSync" },
  });
});

test("one way only: the side that has nothing to give waits for no want and sends no bodies", (t) => {
  const theirs = pair([], names("r", 2));
  t.deepEqual(told(converse(theirs.initiator, theirs.responder)), [
    "open",
    "sketch",
    "found",
    "bodies",
    "taken",
  ]);
  const ours = pair(names("i", 2), []);
  t.deepEqual(told(converse(ours.initiator, ours.responder)), [
    "open",
    "sketch",
    "found",
    "want",
    "bodies",
    "taken",
  ]);
  for (const { initiator, responder } of [theirs, ours]) t.deepEqual(held(initiator), held(responder));
});

test("more differences: more symbols; many: ranges", (t) => {
  const more = pair(names("i", 60), names("r", 60));
  const messages = told(converse(more.initiator, more.responder));
  t.true(messages.includes("more"));
  t.is(more.initiator.report?.way, "sketch");
  t.is(more.responder.report?.way, "sketch");
  const many = pair(names("i", 100), []);
  withoutSketches(many.initiator);
  t.true(told(converse(many.initiator, many.responder)).includes("ranges"));
  t.is(many.initiator.report?.way, "ranges");
  t.is(many.responder.report?.way, "ranges");
  for (const { initiator, responder } of [more, many]) t.deepEqual(held(initiator), held(responder));
});

/** Sketches are too small, so that ranges take over. */
function withoutSketches(side: Side): Side {
  const { comparison } = side.state;
  side.state = {
    ...side.state,
    comparison: { ...comparison, options: { ...comparison.options, symbolsMax: 128 } },
  };
  return side;
}

for (const way of ["sketch", "ranges"] as const) {
  test(`more than one round moves: it says so, and the next ones go on (${way})`, (t) => {
    const begin = (known: readonly string[]) => {
      const side = new Side(known, { role: "initiator", idsMax: 40 });
      return way === "ranges" ? withoutSketches(side) : side;
    };
    let initiator = begin([...both, ...names("i", 90)]);
    const responder = new Side([...both, ...names("r", 90)], { role: "responder" });
    let rounds = 0;
    for (; rounds < 12; rounds++) {
      responder.state = new Side([], { role: "responder" }).state;
      converse(initiator, responder);
      t.is(initiator.report?.outcome, "completed");
      if (rounds === 0) {
        t.true(wantsFollowUp(initiator.report!));
        t.like(initiator.report, { offerMore: true, staleness: { state: "unknown" } });
        if (way === "sketch") t.is(initiator.report?.askAgain, 50);
      }
      if (initiator.report?.way === "head") break;
      const next = begin([]);
      for (const bytes of initiator.records.values()) next.add(bytes);
      initiator = next;
    }
    t.deepEqual(held(initiator), held(responder));
    t.true(rounds >= 2 && rounds < 8, `${rounds} rounds`);
  });
}

test("a responder without a set answers unavailable; the initiator falls back, and the responder forgets it", (t) => {
  const initiator = new Side(both, { role: "initiator" });
  const responder = new Side(both, { role: "responder" }, { hasSet: false });
  t.deepEqual(told(converse(initiator, responder)), ["open", "unavailable"]);
  t.true(initiator.fellBack);
  t.is(initiator.report, undefined);
  t.like(responder.report, { outcome: "served", staleness: { state: "unknown" } });
});

test("an initiator that loses its set in between falls back, and its Summary takes the responder with it", (t) => {
  const { initiator, responder } = pair(names("i", 3), []);
  initiator.feed({ type: "start" });
  responder.hear(initiator.settle().take()[0]!);
  Object.assign(initiator, { set: undefined });
  initiator.hear(responder.settle().take()[0]!);
  t.true(initiator.fellBack);
  responder.hear(note({ type: "summary", refs: [] }));
  t.true(responder.fellBack);
});

test("a Summary that comes before the send of `unavailable` is known to have arrived is not lost", (t) => {
  const { initiator } = pair([], []);
  const responder = new Side(both, { role: "responder" }, { hasSet: false });
  initiator.feed({ type: "start" });
  responder.hear(initiator.settle().take()[0]!);
  responder.hear(note({ type: "summary", refs: [] }));
  t.true(responder.fellBack);
  const moving = asked([], names("x", 2));
  moving.hear(note({ type: "summary", refs: [] }));
  t.false(moving.fellBack, "records are on their way");
  t.is(moving.unexpected, 1);
});

test("a bound that records which nobody takes have met is told from one that is passed", (t) => {
  const idsMax = 40;
  const { initiator, responder } = pair(names("i", 400), [], { idsMax, symbolsMax: 128 });
  for (const name of names("i", 400)) responder.refuses.add(Buffer.from(idOf(name)).toString("hex"));
  converse(initiator, responder);
  t.like(initiator.report, { outcome: "completed", served: 0, offerMore: true });
  t.true(isClogged(initiator.state));
  t.like(responder.report, { staleness: { state: "unknown" } });
  const flowing = pair(names("i", 400), [], { idsMax, symbolsMax: 128 });
  converse(flowing.initiator, flowing.responder);
  t.like(flowing.initiator.report, { outcome: "completed", served: idsMax, offerMore: true });
  t.false(isClogged(flowing.initiator.state));
  const { admitted, staleness } = flowing.responder.report!;
  t.deepEqual(
    { admitted, staleness },
    { admitted: idsMax, staleness: { state: "unknown" } },
    "360 more are missing",
  );
});

test("ids that are not wanted now are not asked for, and count as missing", (t) => {
  const { initiator, responder } = pair([], names("r", 4));
  for (const name of names("r", 4)) initiator.refuses.add(Buffer.from(idOf(name)).toString("hex"));
  t.deepEqual(told(converse(initiator, responder)), ["open", "sketch", "found"]);
  t.like(initiator.report, {
    outcome: "completed",
    wanted: 0,
    staleness: { state: "boundedBy", missing: 4 },
  });
  t.like(responder.report, { outcome: "completed", served: 0, staleness: { state: "inSync" } });
});

test("a responder that wants nothing says so, and the initiator is done", (t) => {
  const { initiator, responder } = pair(names("i", 4), []);
  for (const name of names("i", 4)) responder.refuses.add(Buffer.from(idOf(name)).toString("hex"));
  t.deepEqual(told(converse(initiator, responder)), ["open", "sketch", "found", "want"]);
  t.like(initiator.report, { outcome: "completed", served: 0 });
  t.like(responder.report, { staleness: { state: "boundedBy", missing: 4 } });
});

test("credit: no more than four frames of bodies are ahead of what was taken", (t) => {
  const wanted = both.slice(0, 40);
  const side = asked(wanted, [], { bodiesBytesMax: 1 });
  const frames: NativeMessage[] = side.settle().take();
  t.is(frames.length, limits.deliverFramesAhead);
  t.deepEqual(
    frames.map((frame) => frame.type === "bodies" && frame.left),
    [39, 38, 37, 36],
  );
  side.hear(note({ type: "taken", frames: 2 }));
  t.is(side.settle().take().length, 2);
  side.hear(note({ type: "taken", frames: 2 }));
  t.is(side.unexpected, 1, "nothing new");
  for (let taken = 6; !side.report && taken <= 40; taken += 2) {
    side.settle();
    side.hear(note({ type: "taken", frames: Math.min(taken, 40) }));
  }
  t.like(side.report, { outcome: "completed", served: 40 });
});

test("credit: a receiver acknowledges every second frame and the last one", (t) => {
  const { initiator } = found([], names("r", 5));
  const bodies = names("r", 5).map(testRecord);
  for (const [index, body] of bodies.entries()) {
    initiator.hear(note({ type: "bodies", envelopes: [body], left: 4 - index }));
    initiator.settle();
  }
  t.deepEqual(
    initiator.take().map((message) => message.type === "taken" && message.frames),
    [2, 4, 5],
  );
  t.like(initiator.report, { outcome: "completed", admitted: 5 });
});

test("loads, sends and admissions go on at the same time", (t) => {
  const side = asked(both.slice(0, 10), names("new", 2), { bodiesBytesMax: 1 });
  t.deepEqual(
    side.pending.map(({ type }) => type),
    ["filterMissingIds"],
  );
  side.perform();
  t.deepEqual(
    side.pending.map(({ type }) => type),
    ["send", "loadBodiesById"],
    "want, and the first bodies",
  );
  side.perform(1);
  t.deepEqual(
    side.pending.map(({ type }) => type),
    ["send", "send", "loadBodiesById"],
    "the next is loaded while the first is sent",
  );
  side.hear(note({ type: "bodies", envelopes: [testRecord("new0")], left: 1 }));
  side.hear(note({ type: "bodies", envelopes: [testRecord("new1")], left: 0 }));
  t.is(side.pending.filter(({ type }) => type === "admit").length, 2);
});

const broken: [string, () => Side, NativeMessage][] = [
  [
    "a want of what was not offered",
    () => found(names("i", 2), []).initiator,
    note({ type: "want", ids: idOf("x") }),
  ],
  [
    "wanted ids out of order",
    () => found(names("i", 2), []).initiator,
    note({ type: "want", ids: sortedIds(names("i", 2)).slice().reverse() }),
  ],
  [
    "more bodies than were asked for",
    () => found([], names("r", 2)).initiator,
    note({ type: "bodies", envelopes: ["r0", "r1", "x"].map(testRecord), left: 0 }),
  ],
  ["taken frames that were never sent", () => asked(both, []).settle(), note({ type: "taken", frames: 9 })],
  [
    "found ids that do not ascend",
    () => new Side(both, { role: "responder" }),
    note({
      type: "reconcile",
      message: { type: "found", missing: new Uint8Array(64), extra: new Uint8Array(0) },
    }),
  ],
  [
    "more ids than a session finds",
    () => new Side(both, { role: "responder" }),
    note({
      type: "reconcile",
      message: {
        type: "found",
        missing: new Uint8Array(32 * limits.reconcileIdsMax),
        extra: new Uint8Array(32),
      },
    }),
  ],
  [
    "a head said to be equal that is not",
    () => {
      const side = new Side(both, { role: "initiator" });
      side.feed({ type: "start" });
      return side.settle();
    },
    note({ type: "reconcile", message: { type: "equal", head: new Uint8Array(32) } }),
  ],
];

for (const [lie, side, message] of broken) {
  test(`a peer that breaks the protocol ends the round: ${lie}`, (t) => {
    const subject = side();
    subject.hear(message);
    t.like(subject.report, { outcome: "error", code: "reconcile_malformed" });
  });
}

test("a peer that sends bodies beyond its credit ends the round", (t) => {
  const { initiator } = found([], names("r", 8));
  for (let frame = 0; frame <= limits.deliverFramesAhead; frame++) {
    t.is(initiator.report, undefined);
    initiator.hear(note({ type: "bodies", envelopes: [testRecord(`r${frame}`)], left: 7 - frame }));
  }
  t.like(initiator.report, { outcome: "error", code: "reconcile_malformed" });
});

test("pages without end end with the bound of the session", (t) => {
  const side = new Side(both, { role: "initiator" });
  side.feed({ type: "start" });
  side.settle();
  side.state = {
    ...side.state,
    comparison: { ...side.state.comparison, phase: "pages", roundTrips: limits.reconcileWaitsMax - 2 },
  };
  for (let page = 0; page < 5 && !side.report; page++) {
    const ids = new Uint8Array(32).fill(page + 1);
    side.hear(
      note({ type: "reconcile", message: { type: "ids", head: new Uint8Array(32), ids, last: false } }),
    );
    side.settle();
  }
  t.like(side.report, { outcome: "timedOut" });
});

test("ids that nobody has: the frames bring nothing, and the round ends with them missing", (t) => {
  const { initiator } = found([], names("r", 3));
  initiator.hear(note({ type: "bodies", envelopes: [], left: 0 }));
  initiator.settle();
  t.like(initiator.report, {
    outcome: "completed",
    admitted: 0,
    askAgain: 0,
    staleness: { state: "boundedBy", missing: 3 },
  });
  const responder = asked(["nowhere"], []);
  t.deepEqual(responder.settle().take(), [note({ type: "bodies", envelopes: [], left: 0 })]);
});

test("bodies that nobody asked for are counted as such, and stand for none that was", (t) => {
  const { initiator } = found([], names("r", 2));
  initiator.hear(note({ type: "bodies", envelopes: ["x", "r1"].map(testRecord), left: 0 }));
  initiator.settle();
  t.like(initiator.report, { admitted: 2, unsolicited: 1, staleness: { state: "boundedBy", missing: 1 } });
});

test("a frame that comes twice changes nothing", (t) => {
  const { initiator, responder } = pair(names("i", 2), names("r", 2));
  const twice = (from: Side, to: Side) => {
    for (const message of from.settle().take()) {
      to.hear(message);
      to.hear(message);
    }
  };
  initiator.feed({ type: "start" });
  for (let turn = 0; turn < 10; turn++) {
    twice(initiator, responder);
    twice(responder, initiator);
  }
  t.like(initiator.report, { outcome: "completed", admitted: 2, unsolicited: 0 });
  t.like(responder.report, { outcome: "completed", admitted: 2, unsolicited: 0 });
  t.true(initiator.unexpected > 0 && responder.unexpected > 0);
});

test("a responder has two answers on their way at most: a flood of requests is dropped", (t) => {
  const responder = new Side(both, { role: "responder" });
  const open = note({ type: "reconcile", message: { type: "open", head: new Uint8Array(32), count: 1 } });
  for (let i = 0; i < 100; i++) responder.hear(open);
  t.is(responder.pending.length, 2);
  t.is(responder.unexpected, 98);
});

test("messages that fit no moment are unexpected, and do not begin the wait anew", (t) => {
  const { initiator } = found([], names("r", 2));
  const { timer } = initiator;
  for (const message of [
    note({ type: "unavailable" }),
    note({ type: "taken", frames: 0 }),
    note({ type: "summary", refs: [] }),
    note({ type: "bodies", envelopes: [], left: 2 }),
    { ...note({ type: "bodies", envelopes: [], left: 0 }), kind: "key" } as NativeMessage,
  ])
    initiator.hear(message);
  t.is(initiator.unexpected, 5);
  t.is(initiator.state.timer, timer);
  initiator.feed({ type: "timer", id: timer! });
  t.like(initiator.report, { outcome: "timedOut", code: "round_timed_out" });
});

test("late frames do not begin a round", (t) => {
  for (const message of [
    note({ type: "taken", frames: 1 }),
    note({ type: "bodies", envelopes: [], left: 0 }),
  ]) {
    const responder = new Side(both, { role: "responder" });
    responder.hear(message);
    t.is(responder.report?.outcome, "served");
    t.is(responder.unexpected, 1);
  }
});

test("silence, cancellation and the round's deadline end it in every phase", (t) => {
  const phases = [
    () => {
      const side = new Side(both, { role: "initiator" });
      side.feed({ type: "start" });
      return side;
    },
    () => found(names("i", 2), names("r", 2)).initiator,
    () => asked(both.slice(0, 3), names("new", 2)),
  ];
  for (const begin of phases) {
    const silent = begin().settle();
    t.deepEqual(silent.feed({ type: "timer", id: silent.timer! - 1 }), [], "a timer that was replaced");
    silent.feed({ type: "timer", id: silent.timer! });
    t.like(silent.report, { outcome: "timedOut", code: "round_timed_out" });
    const cancelled = begin();
    cancelled.feed({ type: "cancel", code: "scheduler_stopped" });
    t.like(cancelled.report, { outcome: "cancelled", code: "scheduler_stopped" });
    const late = begin();
    late.feed({ type: "cancel", code: "round_timed_out" });
    t.like(late.report, { outcome: "timedOut", code: "round_timed_out" });
    t.deepEqual(late.feed({ type: "timer", id: 1 }), [], "nothing follows the end");
  }
});

test("a round whose last frame is out is completed when the peer goes on to another", (t) => {
  const { initiator } = found([], names("r", 1));
  initiator.hear(note({ type: "bodies", envelopes: [testRecord("r0")], left: 0 }));
  initiator.perform();
  t.deepEqual(
    initiator.pending.map(({ type }) => type),
    ["send"],
    "taken",
  );
  initiator.feed({ type: "cancel", code: "no_round_in_progress" });
  t.like(initiator.report, { outcome: "completed", admitted: 1 });

  const responder = new Side(both, { role: "responder" });
  const message = { type: "open", head: responder.set!.head(), count: both.length };
  responder.hear(note({ type: "reconcile", message }));
  responder.feed({ type: "cancel", code: "no_round_in_progress" });
  t.like(responder.report, { outcome: "completed", staleness: { state: "inSync" } });
});

test("an effect that fails ends the round; results that nobody waits for are ignored", (t) => {
  for (const [code, outcome] of [
    ["transport_rejected", "refused"],
    ["no_route_to_peer", "error"],
  ] as const) {
    const side = new Side(both, { role: "initiator" });
    side.feed({ type: "start" });
    const { id } = side.pending[0]!;
    const before = side.state;
    side.feed({ type: "result", id: id + 99, result: { effect: "send", ok: true } });
    t.is(side.state, before);
    side.feed({ type: "result", id, result: { effect: "send", ok: false, code, message: "no" } });
    t.like(side.report, { outcome, code });
  }
  const full = found([], names("r", 2)).initiator;
  full.hear(note({ type: "bodies", envelopes: [testRecord("r0")], left: 1 }));
  const { id } = full.pending[0]!;
  full.feed({ type: "result", id, result: { effect: "admit", ok: false, code: "store_full", message: "" } });
  t.like(full.report, { outcome: "error", code: "store_full" });
});

test("a responder does not start, and a message of another kind changes nothing", (t) => {
  const responder = new Side(both, { role: "responder" });
  const before = responder.state;
  responder.feed({ type: "start" });
  t.is(responder.state, before);
  t.is(responder.unexpected, 1);
});
