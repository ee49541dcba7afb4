/** Coordinators by hand: an inbound channel, frames taken from it, and one drive step after the other. */
import test from "ava";
import { decodeFrame, encodeFrame, type Frame, openOfferPolicy } from "waxwing/replication";
import { createMemoryStore, withOfferedSets } from "waxwing/store";
import { createFakeHost } from "waxwing/testing";
import { limits } from "#dist/base/limits.js";
import { AboutSubject } from "#dist/replication/about-subject.js";
import { ByTime } from "#dist/replication/by-time.js";
import { ByteBudget } from "#dist/replication/byte-budget.js";
import { createCounters, type ReplicationContext } from "#dist/replication/context.js";
import { Initiator, Responder } from "#dist/replication/coordinator.js";
import { LatelyAdmitted } from "#dist/replication/lately-admitted.js";
import { LegacyLoopGuard } from "#dist/replication/legacy-loop.js";
import { NoProgress } from "#dist/replication/no-progress.js";
import { OfferSweep } from "#dist/replication/offer-sweep.js";
import { PeerFraming } from "#dist/replication/peer-framing.js";
import { PushBudget } from "#dist/replication/push-budget.js";
import { RefusalBackoff } from "#dist/replication/refusal-backoff.js";
import { FormsSweep, ReplacedForms } from "#dist/replication/replaced-forms.js";
import type { RoundReport } from "#dist/replication/report.js";
import { Turn } from "#dist/replication/turn.js";
import { WantClaims } from "#dist/replication/want-claims.js";
import { createReferenceIdSets } from "../../support/id-sets.js";
import { testKinds } from "../../support/replication.js";
import { deliverOf, diffOf, legacy, summaryOf } from "../../support/replication-bench.js";
import { createTestAdmission, recordBytes, sha256 } from "../../support/replication-store.js";

function parts() {
  const fake = createFakeHost();
  const nowMs = () => fake.time.nowMs;
  const store = createMemoryStore();
  const sent: Uint8Array[] = [];
  const context: ReplicationContext = {
    selfKeyId: "self",
    kinds: testKinds,
    store,
    admission: createTestAdmission(store),
    offerPolicy: openOfferPolicy(),
    host: fake.host,
    send: async (_peer, bytes) => {
      sent.push(bytes);
      return { status: "queued" };
    },
    backoff: new RefusalBackoff(nowMs),
    idBackoff: new RefusalBackoff(nowMs),
    lately: new LatelyAdmitted(),
    claims: new WantClaims(nowMs),
    forms: new ReplacedForms(),
    framing: new PeerFraming(() => undefined, nowMs),
    counters: createCounters(),
    outgoing: new ByteBudget({ bytesMax: 1e8, bytesPerPeerMax: 1e7 }),
    incoming: new ByteBudget({ bytesMax: 1e8, bytesPerPeerMax: 1e7 }),
    pushes: new PushBudget(nowMs),
    byTime: new ByTime({ store, kinds: testKinds }),
    aboutSubject: new AboutSubject(store),
    onAdmitted: () => {},
    onLifted: () => {},
    resweepMs: () => 30_000,
  };
  const sweep = new OfferSweep("note", 0);
  return {
    ...fake,
    sent,
    store,
    options: {
      context,
      peer: "P",
      kind: "note",
      sweep,
      forms: new FormsSweep(context.forms, "note"),
      loopGuard: new LegacyLoopGuard(nowMs),
      noProgress: new NoProgress(nowMs),
      legacyTurn: new Turn(),
    },
  };
}

const arrival = (frame: Frame) => ({ type: "frame" as const, frame, bytes: encodeFrame(frame).length });

test("initiator: startRound(), recvInbound() and driveStep() drive a round to its report", async (t) => {
  const { options, sent } = parts();
  const initiator = new Initiator(options);
  t.is(initiator.framing, undefined);
  t.deepEqual(await initiator.startRound(), { status: "waiting" });
  t.deepEqual(initiator.framing, { version: "legacy" });
  const wanted = recordBytes("wanted");
  for (const message of [summaryOf([sha256(wanted)]), diffOf(), deliverOf([wanted])]) {
    t.is(initiator.deliverInbound(arrival(legacy(message))), "accepted");
  }
  t.deepEqual(await initiator.driveStep(await initiator.recvInbound()), { status: "waiting" });
  t.deepEqual(await initiator.driveStep(await initiator.recvInbound()), { status: "waiting" });
  const last = await initiator.driveStep(await initiator.recvInbound());
  t.like(last, { status: "finished", report: { outcome: "completed", admitted: 1, peer: "P" } });
  t.is(initiator.framing, undefined);
  t.is(sent.length, 3);
});

test("coordinator: the channel takes eight frames and drops the ninth without waiting", (t) => {
  const initiator = new Initiator(parts().options);
  const frame = arrival(legacy(diffOf()));
  const verdicts = Array.from({ length: 10 }, () => initiator.deliverInbound(frame));
  t.is(limits.sessionInboxFrames, 8);
  t.deepEqual(verdicts, [...Array(8).fill("accepted"), "back_pressure", "back_pressure"]);
});

test("initiator: recvInbound() waits for the next frame, and an aborted round is cancelled and leaves nothing", async (t) => {
  const { options, advance, time } = parts();
  const initiator = new Initiator(options);
  const stop = new AbortController();
  const report = initiator.runRound(stop.signal);
  await advance(1000);
  stop.abort();
  t.like(await report, { outcome: "cancelled", code: "scheduler_stopped" });
  t.is(time.pending, 0);
  const next = initiator.recvInbound();
  initiator.deliverInbound(arrival(legacy(diffOf())));
  t.is((await next).type, "frame");
});

test("responder: serves what arrives, reports each round, and times out one that stays open", async (t) => {
  const { options, advance } = parts();
  const reports: RoundReport[] = [];
  const responder = new Responder(options, (report) => reports.push(report));
  t.true(responder.idle);
  responder.deliverInbound(arrival(legacy(summaryOf())));
  await advance(0);
  t.false(responder.idle);
  await advance(limits.roundWaitMs);
  t.like(reports[0], { outcome: "timedOut", role: "responder" });
  t.true(responder.idle);
  await responder.close("scheduler_stopped");
  t.is(responder.deliverInbound(arrival(legacy(summaryOf()))), "back_pressure");
});

test("summary: a record that claims an impossible time does not keep its page from being sent", async (t) => {
  const { options, store, sent } = parts();
  const hash = sha256(recordBytes("ancient"));
  const bytes = recordBytes("ancient");
  const record = {
    kind: "note",
    hash,
    bytes,
    recordId: hash,
    naturalKey: hash,
    signatureIds: [],
    receivedAtMs: 0,
  };
  await store.commit([
    { op: "admit", record: { ...record, seq: -62_135_596_800_000, visibility: "federation" } },
  ]);
  await new Initiator(options).startRound();
  t.true(new TextDecoder().decode(sent[0]).endsWith('"seq":0}]}'));
});

test("initiator: a kind that three times in a row is not reconciled goes by Summaries for ten minutes", async (t) => {
  const { options, sent, advance, store } = parts();
  const sets = withOfferedSets(store, createReferenceIdSets({ capacity: 100 }));
  const context = {
    ...options.context,
    offeredSets: sets,
    framing: new PeerFraming(
      () => "native",
      () => 0,
    ),
  };
  const initiator = new Initiator({ ...options, context });
  const opens = async (): Promise<string> => {
    const report = initiator.runRound(new AbortController().signal);
    await advance(1);
    // The peer is there, and answers other kinds.
    context.framing.heardReconciling("P");
    await advance(limits.roundWaitMs);
    t.is((await report).outcome, "timedOut");
    return decodeFrame(sent.at(-1)!, testKinds).message.type;
  };
  t.deepEqual([await opens(), await opens(), await opens()], ["reconcile", "reconcile", "reconcile"]);
  t.is(await opens(), "summary");
  await advance(limits.reconcileRetryMs);
  t.is(await opens(), "reconcile");
});

test("initiator: a way on which nothing gets through says nothing about reconciliation", async (t) => {
  const { options, sent, store } = parts();
  const offeredSets = withOfferedSets(store, createReferenceIdSets({ capacity: 100 }));
  const context: ReplicationContext = {
    ...options.context,
    offeredSets,
    framing: new PeerFraming(
      () => "native",
      () => 0,
    ),
    send: async (_peer, bytes) => {
      sent.push(bytes);
      return { status: "failed", reason: "unreachable", detail: "the cable is out" };
    },
  };
  const initiator = new Initiator({ ...options, context });
  for (let round = 0; round < 6; round++) {
    t.is((await initiator.runRound(new AbortController().signal)).code, "transport_unreachable");
    t.is(decodeFrame(sent.at(-1)!, testKinds).message.type, "reconcile");
  }
});
