/** When the kinds of a peer are compared all at once instead of one round each. */
import test from "ava";
import { createFakeHost } from "waxwing/testing";
import { limits } from "#dist/base/limits.js";
import type { ComparisonReport } from "#dist/replication/heads.js";
import type { RoundReport } from "#dist/replication/report.js";
import { Scheduler } from "#dist/replication/scheduler.js";
import { roundReport } from "../../support/round-report.js";

const equalAll: ComparisonReport = { due: [], equal: [], bytesSent: 100 };
const failing = (
  outcome: "timedOut" | "error",
  code: "round_timed_out" | "no_route_to_peer" | "transport_unreachable",
) => ({ due: [], equal: [], bytesSent: 0, failure: { outcome, code, message: "" } }) as ComparisonReport;

function harness({
  compares = (): boolean => true,
  compare = (): ComparisonReport => equalAll,
  answer = (): RoundReport => roundReport(),
  cadenceMs = 30_000,
  tookMs = 100,
} = {}) {
  const fake = createFakeHost({ seed: 2 });
  const started: string[] = [];
  const reports: RoundReport[] = [];
  const inFlight = { now: 0, max: 0 };
  const after = <T>(what: string, result: () => T, cancelled: T, signal: AbortSignal) => {
    started.push(what);
    inFlight.max = Math.max(inFlight.max, ++inFlight.now);
    return new Promise<T>((resolve) => {
      const end = (value: T) => {
        inFlight.now--;
        resolve(value);
      };
      const timer = fake.host.timers.after(tookMs, () => end(result()));
      signal.addEventListener("abort", () => {
        timer.cancel();
        end(cancelled);
      });
    });
  };
  const scheduler = new Scheduler({
    host: fake.host,
    cadenceMs,
    onReport: (report) => reports.push(report),
    run: (_, kind, signal) => after(kind, answer, roundReport({ outcome: "cancelled" }), signal),
    comparison: {
      with: compares,
      run: (_, kinds, { signal }) =>
        after(`compare ${kinds.length}`, compare, { ...equalAll, bytesSent: 0 }, signal),
    },
  });
  return { ...fake, scheduler, started, reports, inFlight, taken: () => started.splice(0) };
}

test("comparison: one a tick for all kinds, and nothing else while they are the same", async (t) => {
  const { scheduler, taken, advance } = harness();
  for (const kind of ["key", "note", "family"]) scheduler.add("P", kind);
  await advance(2000);
  t.deepEqual(taken(), ["compare 3"]);
  await advance(300_000);
  const tries = taken();
  t.true(tries.length >= 9 && tries.length <= 11, `${tries.length}`);
  t.deepEqual(new Set(tries), new Set(["compare 3"]));
});

test("comparison: kinds that differ get rounds, keys first; reports of the others are passed on", async (t) => {
  const equal = [roundReport({ kind: "family", way: "head" })];
  const { scheduler, taken, advance, reports } = harness({
    compare: () => ({ due: ["note", "key", "gone"], equal, bytesSent: 100 }),
  });
  for (const kind of ["key", "note", "family"]) scheduler.add("P", kind);
  await advance(2000);
  t.deepEqual(taken(), ["compare 3", "key", "note"]);
  t.is(reports[0], equal[0]);
  t.is(reports.length, 3);
});

test("comparison: a kick of a kind and its follow-ups run the kind; a kick of all compares, once more if one is under way", async (t) => {
  let left = 2;
  const { scheduler, taken, advance } = harness({
    answer: () => roundReport(left-- > 0 ? { admitted: 1, askAgain: 1 } : {}),
  });
  scheduler.add("P", "note");
  await advance(2000);
  taken();
  scheduler.roundNow("P", "note");
  await advance(1000);
  t.deepEqual(taken(), ["note", "note", "note"]);
  scheduler.roundNow("P");
  scheduler.roundNow("P");
  await advance(1000);
  t.deepEqual(taken(), ["compare 1", "compare 1"]);
});

test("comparison: without a route the peer is backed off, and the comparison is its probe", async (t) => {
  let report = failing("error", "no_route_to_peer");
  const { scheduler, taken, advance } = harness({ compare: () => report });
  for (const kind of ["key", "note"]) scheduler.add("P", kind);
  await advance(3_600_000);
  const tries = taken();
  t.true(tries.every((what) => what === "compare 2") && tries.length < 30, `${tries.length}`);
  report = equalAll;
  scheduler.heard("P");
  await advance(1000);
  t.deepEqual(taken(), ["compare 2"], "being heard ends the back-off");
  await advance(31_500);
  t.deepEqual(taken(), ["compare 2"]);
});

test("comparison: an unreachable peer is tried once a tick", async (t) => {
  const { scheduler, taken, advance } = harness({ compare: () => failing("error", "transport_unreachable") });
  for (const kind of ["key", "note"]) scheduler.add("P", kind);
  await advance(95_000);
  t.deepEqual(taken(), Array(4).fill("compare 2"));
});

test("comparison: a peer that does not answer it gets rounds, and one that answers nothing is probed", async (t) => {
  const { scheduler, taken, advance } = harness({
    compare: () => failing("timedOut", "round_timed_out"),
    answer: () => roundReport({ outcome: "timedOut", code: "round_timed_out" }),
    tookMs: limits.roundWaitMs,
  });
  for (const kind of ["a", "b"]) scheduler.add("P", kind);
  await advance(25_000);
  t.deepEqual(taken(), ["compare 2", "a", "b"]);
  await advance(90_000);
  taken();
  await advance(90_000);
  t.deepEqual(new Set(taken()), new Set(["compare 2"]), "silent: one try a tick");
});

test("comparison: a peer that is not compared with gets rounds at once", async (t) => {
  let compares = false;
  const { scheduler, taken, advance } = harness({ compares: () => compares });
  for (const kind of ["a", "b"]) scheduler.add("P", kind);
  await advance(2000);
  t.deepEqual(taken(), ["a", "b"]);
  compares = true;
  await advance(31_000);
  t.deepEqual(taken(), ["compare 2"]);
});

test("comparison: counts as a round in flight, ends with its peer and on stop()", async (t) => {
  const { scheduler, taken, advance, inFlight, time } = harness({ tookMs: 5000 });
  for (let i = 0; i < 40; i++) scheduler.add(`P${i}`, "note");
  await advance(1100);
  t.is(inFlight.max, limits.roundsConcurrentMax);
  scheduler.remove("P0", "note");
  await advance(6000);
  t.is(taken().length, 40);
  scheduler.roundNow();
  await advance(10);
  await scheduler.stop();
  t.is(inFlight.now, 0);
  t.is(time.pending, 0);
});
