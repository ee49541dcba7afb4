/** The session by itself: inputs in, effects out, no driver. */
import test from "ava";
import {
  createSession,
  type Effect,
  type Input,
  type SessionOptions,
  type SessionState,
  step,
} from "waxwing/replication";
import { limits } from "#dist/base/limits.js";

const hash = (n: number) => new Uint8Array(32).fill(n);
const ref = (n: number) => ({ hash: hash(n), recordId: hash(n), seq: n, position: n, bytes: 10 });
const summary = (...numbers: number[]) => ({
  type: "message" as const,
  message: { type: "summary" as const, kind: "note", refs: numbers.map((n) => ({ hash: hash(n), seq: 0 })) },
});
const diff = (...numbers: number[]) => ({
  type: "message" as const,
  message: { type: "diff" as const, kind: "note", want: numbers.map(hash) },
});
const deliver = (...numbers: number[]) => ({
  type: "message" as const,
  message: { type: "deliver" as const, kind: "note", envelopes: numbers.map(hash) },
});

/** Feeds inputs one after the other and remembers every effect. */
class Subject {
  state: SessionState;
  readonly effects: Effect[] = [];

  constructor(options: Partial<SessionOptions> = {}) {
    this.state = createSession({ kind: "note", role: "initiator", peer: "peer", ...options });
  }

  feed(input: Input): Effect[] {
    const { state, effects } = step(this.state, input);
    this.state = state;
    this.effects.push(...effects);
    return [...effects];
  }

  /** Answers the newest effect of a type as a driver would. */
  answer(
    type: "send" | "readOffer" | "filterMissing" | "loadBodies" | "readCursor" | "loadSince" | "admit",
    more: object = {},
  ): Effect[] {
    const effect = this.effects.findLast((candidate) => candidate.type === type);
    if (!effect || !("id" in effect)) throw new Error(`no ${type} to answer`);
    return this.feed({ type: "result", id: effect.id, result: { effect: type, ok: true, ...more } as never });
  }

  missing(...numbers: number[]): Effect[] {
    return this.answer("filterMissing", { missing: numbers.map(hash), beyondLimit: 0, elsewhere: 0 });
  }

  get sent() {
    return this.effects.flatMap((effect) => (effect.type === "send" ? [effect.message] : []));
  }

  get report() {
    const last = this.effects.at(-1);
    return last?.type === "finish" ? last.report : undefined;
  }
}

const types = (effects: readonly Effect[]) => effects.map(({ type }) => type);
const admitted = (...numbers: number[]) => ({
  verdicts: numbers.map((n) => ({ status: "admitted", kind: "note", hash: hash(n), position: n })),
});

/** An initiator that has sent its Summary and waits. */
function opened(...offered: number[]): Subject {
  const subject = new Subject();
  subject.feed({ type: "start" });
  subject.answer("readOffer", { refs: offered.map(ref), more: false });
  subject.answer("send");
  return subject;
}

test("initiator: opens with a Summary of the page it is given, and waits 10 s", (t) => {
  const subject = new Subject();
  t.deepEqual(types(subject.feed({ type: "start" })), ["readOffer"]);
  t.like(subject.effects[0], { limit: limits.summaryRefsMax });
  t.deepEqual(types(subject.answer("readOffer", { refs: [ref(1)], more: false })), ["send"]);
  t.deepEqual(subject.sent, [{ type: "summary", kind: "note", refs: [{ hash: hash(1), seq: 1 }] }]);
  t.like(subject.answer("send")[0], { type: "armTimer", delayMs: 10_000 });
});

test("initiator: is done after Deliver and Diff, in this order", (t) => {
  const subject = opened(1);
  subject.feed(summary(2));
  subject.missing(2);
  subject.answer("send");
  subject.feed(deliver(2));
  subject.answer("admit", admitted(2));
  t.is(subject.report, undefined, "the Diff is still to be served");
  subject.feed(diff(1));
  subject.answer("loadBodies", { bodies: [hash(1)], deferred: 0 });
  t.is(subject.report, undefined, "served when it is sent, not before");
  subject.answer("send");
  t.like(subject.report, { outcome: "completed", admitted: 1, served: 1, staleness: { state: "inSync" } });
});

test("initiator: is done after Diff and Deliver, in the other order", (t) => {
  const subject = opened();
  subject.feed(diff());
  subject.answer("loadBodies", { bodies: [], deferred: 0 });
  subject.answer("send");
  subject.feed(summary());
  subject.missing();
  subject.answer("send");
  t.is(subject.report, undefined);
  subject.feed(deliver());
  subject.answer("admit", { verdicts: [] });
  t.like(subject.report, { outcome: "completed", wanted: 0, staleness: { state: "inSync" } });
});

test("initiator: a Deliver before its own Diff is applied and does not end the round", (t) => {
  const subject = opened();
  subject.feed(diff());
  subject.answer("loadBodies", { bodies: [], deferred: 0 });
  subject.answer("send");
  subject.feed(deliver(9));
  subject.answer("admit", admitted(9));
  t.is(subject.report, undefined);
  t.like(subject.state.tally, { admitted: 1, unsolicited: 1 });
});

test("initiator: wants the remote refs in remote order, each once, and sends an empty want too", (t) => {
  const subject = opened();
  const [effect] = subject.feed(summary(5, 3, 5, 4, 3));
  t.like(effect, { type: "filterMissing", hashes: [hash(5), hash(3), hash(4)] });
  subject.missing(5, 4);
  t.deepEqual(subject.sent.at(-1), { type: "diff", kind: "note", want: [hash(5), hash(4)] });
  const inSync = opened();
  inSync.feed(summary(1));
  inSync.missing();
  t.deepEqual(inSync.sent.at(-1), { type: "diff", kind: "note", want: [] });
});

test("initiator: bounds staleness by what was wanted and did not come", (t) => {
  const subject = opened();
  subject.feed(summary(1, 2, 3, 4));
  subject.answer("filterMissing", { missing: [1, 2, 3].map(hash), beyondLimit: 4, elsewhere: 2 });
  subject.answer("send");
  subject.feed(diff());
  subject.answer("loadBodies", { bodies: [], deferred: 7 });
  subject.answer("send");
  subject.feed(deliver(1, 2));
  const refusal = { code: "signature_invalid", message: "", transient: false };
  subject.answer("admit", {
    verdicts: [
      { status: "admitted", kind: "note", hash: hash(1), position: 1 },
      { status: "refused", hash: hash(2), refusal },
    ],
  });
  t.like(subject.report, {
    admitted: 1,
    refused: { signature_invalid: 1 },
    deferred: 7,
    askAgain: 5,
    staleness: { state: "boundedBy", missing: 8 },
  });
});

test("initiator: silence ends the round as timedOut with unknown staleness", (t) => {
  const subject = opened();
  const timer = subject.effects.at(-1);
  if (timer?.type !== "armTimer") return t.fail("no timer");
  t.deepEqual(subject.feed({ type: "timer", id: timer.id - 1 }), [], "a timer that was replaced");
  subject.feed({ type: "timer", id: timer.id });
  t.like(subject.report, { outcome: "timedOut", code: "round_timed_out", staleness: { state: "unknown" } });
  t.deepEqual(subject.feed(summary(1)), [], "nothing follows finish");
});

test("initiator: a round is bounded at 32 waits, however often the peer speaks", (t) => {
  const subject = opened();
  let messages = 0;
  while (!subject.report && messages++ < 100) {
    subject.feed(summary());
    subject.missing();
    subject.answer("send");
  }
  t.is(messages, limits.roundWaitsMax);
  t.like(subject.report, { outcome: "timedOut" });
});

test("initiator: a refused send ends it as refused, another failure as error, with the code", (t) => {
  for (const [code, outcome] of [
    ["transport_rejected", "refused"],
    ["transport_unauthorized", "refused"],
    ["no_route_to_peer", "error"],
    ["back_pressure", "error"],
  ] as const) {
    const subject = new Subject();
    subject.feed({ type: "start" });
    subject.answer("readOffer", { refs: [], more: false });
    const send = subject.effects.at(-1) as { id: number };
    subject.feed({
      type: "result",
      id: send.id,
      result: { effect: "send", ok: false, code, message: "no" },
    });
    t.like(subject.report, { outcome, code });
  }
});

test("session: a message of another kind is unexpected and changes nothing", (t) => {
  for (const role of ["initiator", "responder"] as const) {
    const state = createSession({ kind: "note", role, peer: "peer" });
    const message = { type: "summary" as const, kind: "key", refs: [] };
    const after = step(state, { type: "message", message });
    t.is(after.state, state);
    t.deepEqual(after.effects, []);
    t.true(after.unexpected);
  }
});

test("session: results that nobody waits for, late or twice, are ignored", (t) => {
  const subject = opened();
  const before = subject.state;
  t.deepEqual(subject.answer("send"), []);
  t.deepEqual(subject.feed({ type: "result", id: 99, result: { effect: "send", ok: true } }), []);
  t.is(subject.state, before);
});

test("session: cancel ends it at once, in any phase", (t) => {
  const idle = new Subject();
  idle.feed({ type: "cancel", code: "scheduler_stopped" });
  t.like(idle.report, { outcome: "cancelled", code: "scheduler_stopped" });
  const busy = new Subject();
  busy.feed({ type: "start" });
  busy.feed({ type: "cancel", code: "scheduler_stopped" });
  t.like(busy.report, { outcome: "cancelled" });
  t.deepEqual(busy.answer("readOffer", { refs: [], more: false }), []);
});

test("responder: refuses to start a round", (t) => {
  const state = createSession({ kind: "note", role: "responder", peer: "peer" });
  t.true(step(state, { type: "start" }).unexpected);
});

test("responder: answers the first Summary with Summary then Diff, a second one with a Diff alone", (t) => {
  const subject = new Subject({ role: "responder" });
  t.deepEqual(types(subject.feed(summary(1))), ["readOffer"]);
  t.deepEqual(types(subject.answer("readOffer", { refs: [ref(2)], more: false })), ["send", "filterMissing"]);
  subject.missing(1);
  t.deepEqual(
    subject.sent.map(({ type }) => type),
    ["summary", "diff"],
  );
  t.deepEqual(types(subject.feed(summary(1))), ["filterMissing"]);
  subject.missing();
  t.deepEqual(
    subject.sent.map(({ type }) => type),
    ["summary", "diff", "diff"],
  );
});

test("responder: is done when the Deliver is applied", (t) => {
  const subject = new Subject({ role: "responder" });
  subject.feed(summary(1));
  subject.answer("readOffer", { refs: [], more: false });
  subject.answer("send");
  subject.missing(1);
  subject.answer("send");
  subject.feed(deliver(1));
  subject.answer("admit", admitted(1));
  t.like(subject.report, { outcome: "completed", role: "responder", admitted: 1 });
});

test("responder: messages outside a round are answered and forgotten", (t) => {
  const late = new Subject({ role: "responder" });
  t.like(late.feed(diff(1, 1, 2))[0], { type: "loadBodies", hashes: [hash(1), hash(2)] });
  late.answer("loadBodies", { bodies: [hash(1)], deferred: 0 });
  t.deepEqual(late.sent, [{ type: "deliver", kind: "note", envelopes: [hash(1)] }]);
  late.answer("send");
  t.like(late.report, { outcome: "served", served: 1 });

  const pushed = new Subject({ role: "responder" });
  pushed.feed(deliver(7));
  pushed.answer("admit", admitted(7));
  t.like(pushed.report, { outcome: "served", admitted: 1, unsolicited: 1 });
});

test("responder: serves fetch like diff", (t) => {
  const subject = new Subject({ role: "responder" });
  const message = { type: "fetch" as const, kind: "note", want: [hash(3)] };
  t.like(subject.feed({ type: "message", message })[0], {
    type: "loadBodies",
    hashes: [hash(3)],
    bytesMax: limits.deliverBytesMax,
  });
});

test("responder: a pull is answered with the subject's refs to the subject alone", (t) => {
  const pull = (subjectKeyId: string) => ({
    type: "message" as const,
    message: { type: "pull" as const, kind: "note", subjectKeyId },
  });
  const own = new Subject({ role: "responder", pullableBy: "subject" });
  t.like(own.feed(pull("peer"))[0], { type: "readOffer", subject: "peer" });
  own.answer("readOffer", { refs: [ref(1)], more: false });
  t.like(own.sent[0], { type: "summary", refs: [{ hash: hash(1) }] });

  const another = new Subject({ role: "responder", pullableBy: "subject" });
  t.like(another.feed(pull("somebody"))[0], { type: "send", message: { type: "summary", refs: [] } });
  const anybodys = new Subject({ role: "responder", pullableBy: "anybody" });
  t.like(anybodys.feed(pull("somebody"))[0], { type: "readOffer", subject: "somebody" });
  t.like(anybodys.feed(pull("x".repeat(257)))[0], { type: "send", message: { type: "summary", refs: [] } });
  const notPullable = new Subject({ role: "responder" });
  t.like(notPullable.feed(pull("peer"))[0], { type: "send", message: { type: "summary", refs: [] } });
});

const cursorPull = (since?: string) => ({
  type: "message" as const,
  message: { type: "cursor_pull" as const, kind: "note", ...(since === undefined ? {} : { since }) },
});

test("responder: a cursor_pull of a kind that has Summaries is answered with an empty Deliver", (t) => {
  const subject = new Subject({ role: "responder" });
  subject.feed(cursorPull());
  t.deepEqual(subject.sent, [{ type: "deliver", kind: "note", envelopes: [] }]);
});

test("responder: a kind served by time answers cursor_pull with bodies, takes pushes, and knows nothing else", (t) => {
  for (const since of [undefined, "2026-01-01T00:00:00Z"]) {
    const subject = new Subject({ role: "responder", cursorServed: true });
    t.like(subject.feed(cursorPull(since))[0], {
      type: "loadSince",
      since,
      bytesMax: limits.deliverBytesMax,
    });
    subject.answer("loadSince", { bodies: [hash(1), hash(2)] });
    t.deepEqual(subject.sent, [{ type: "deliver", kind: "note", envelopes: [hash(1), hash(2)] }]);
    subject.answer("send");
    t.like(subject.report, { outcome: "served", served: 2 });
  }
  const pushed = new Subject({ role: "responder", cursorServed: true });
  t.deepEqual(types(pushed.feed(deliver(1))), ["admit"]);
  const pull = { type: "pull" as const, kind: "note", subjectKeyId: "peer" };
  for (const input of [summary(1), diff(1), { type: "message" as const, message: pull }]) {
    for (const role of ["initiator", "responder"] as const) {
      const opening = { type: "cursor" } as const;
      const state = createSession({ kind: "note", role, peer: "peer", cursorServed: true, opening });
      const after = step(state, input);
      t.true(after.unexpected);
      t.is(after.state, state);
    }
  }
});

test("initiator: a cursor asks on behind what came until a Deliver is empty", (t) => {
  const subject = new Subject({ cursorServed: true, opening: { type: "cursor" } });
  t.deepEqual(types(subject.feed({ type: "start" })), ["readCursor"]);
  subject.answer("readCursor", { since: "2026-01-01T00:00:00Z" });
  t.deepEqual(subject.sent, [{ type: "cursor_pull", kind: "note", since: "2026-01-01T00:00:00Z" }]);
  subject.answer("send");
  subject.feed(deliver(1, 2));
  t.like(subject.answer("admit", admitted(1, 2))[0], { type: "readCursor", delivered: [hash(1), hash(2)] });
  subject.answer("readCursor", { since: "2026-01-02T00:00:00Z" });
  subject.answer("send");
  t.is(subject.report, undefined);
  subject.feed(deliver());
  t.like(subject.answer("admit", { verdicts: [] })[0], { type: "readCursor", delivered: [] });
  subject.answer("readCursor", { since: undefined });
  t.like(subject.report, {
    outcome: "completed",
    admitted: 2,
    unsolicited: 0,
    askAgain: 0,
    staleness: { state: "inSync" },
  });
});

test("initiator: a cursor that a peer never lets end is bounded, and goes on in another round", (t) => {
  const subject = new Subject({ cursorServed: true, opening: { type: "cursor" } });
  subject.feed({ type: "start" });
  let asked = 0;
  while (!subject.report && asked++ < 100) {
    subject.answer("readCursor", { since: `2026-01-01T00:00:${String(asked % 60).padStart(2, "0")}Z` });
    if (subject.answer("send").at(-1)?.type === "finish") break;
    subject.feed(deliver(asked));
    subject.answer("admit", admitted(asked));
  }
  t.is(asked, limits.roundWaitsMax + 1);
  t.like(subject.report, { outcome: "completed", askAgain: 1 });
});

test("initiator: a session opens as its kind is served, or not at all", (t) => {
  for (const options of [{ cursorServed: true }, { opening: { type: "cursor" as const } }]) {
    const state = createSession({ kind: "note", role: "initiator", peer: "peer", ...options });
    t.true(step(state, { type: "start" }).unexpected);
  }
});

/** An initiator whose Pull is out. */
function pulled(): Subject {
  const subject = new Subject({ opening: { type: "pull", subject: "me" } });
  subject.feed({ type: "start" });
  subject.answer("send");
  return subject;
}

test("initiator: a pull asks on within its round while what it wants comes, and ends when nothing is left", (t) => {
  const subject = pulled();
  t.deepEqual(subject.sent, [{ type: "pull", kind: "note", subjectKeyId: "me" }]);
  subject.feed(summary(1, 2, 3));
  subject.missing(1, 2, 3);
  subject.answer("send");
  subject.feed(deliver(1));
  subject.answer("admit", admitted(1));
  t.deepEqual(subject.sent.at(-1), { type: "diff", kind: "note", want: [hash(2), hash(3)] });
  subject.answer("send");
  t.true(step(subject.state, summary(9)).unexpected, "a doubled answer");
  subject.feed(deliver(3, 2));
  subject.answer("admit", admitted(2, 3));
  t.like(subject.report, { outcome: "completed", wanted: 3, admitted: 3, askAgain: 0, unsolicited: 0 });
});

test("initiator: a pull ends at once where nothing is missing, and where nothing comes of what is", (t) => {
  const inSync = pulled();
  inSync.feed(summary(1));
  inSync.missing();
  t.like(inSync.report, { outcome: "completed", staleness: { state: "inSync" } });
  t.is(inSync.sent.length, 1, "no Diff for nothing");
  const unserved = pulled();
  unserved.feed(summary(1));
  unserved.missing(1);
  unserved.answer("send");
  unserved.feed(deliver());
  unserved.answer("admit", { verdicts: [] });
  t.like(unserved.report, {
    outcome: "completed",
    askAgain: 1,
    staleness: { state: "boundedBy", missing: 1 },
  });
});

test("initiator: what is pushed before the answer to a pull is applied and does not end it", (t) => {
  const subject = pulled();
  subject.feed(deliver(7));
  subject.answer("admit", admitted(7));
  t.is(subject.report, undefined);
  t.like(subject.state.tally, { admitted: 1, unsolicited: 1 });
});
