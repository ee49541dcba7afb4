/** When rounds are opened, with rounds that are nothing but promises. */
import test from "ava";
import { createFakeHost } from "waxwing/testing";
import { limits } from "#dist/base/limits.js";
import type { RoundReport } from "#dist/replication/report.js";
import { Scheduler } from "#dist/replication/scheduler.js";
import { roundReport as report } from "../../support/round-report.js";

const noRoute = report({ outcome: "error", code: "no_route_to_peer", bytesSent: 0 });
const unreachable = report({ outcome: "error", code: "transport_unreachable", bytesSent: 0 });

function harness({
  cadenceMs = 30_000,
  roundMs = 100,
  answer = (_peer: string, _kind: string): RoundReport => report(),
  seed = 1,
} = {}) {
  const fake = createFakeHost({ seed });
  const started: { peer: string; kind: string; atMs: number }[] = [];
  const reports: RoundReport[] = [];
  const inFlight = { now: 0, max: 0 };
  const scheduler = new Scheduler({
    host: fake.host,
    cadenceMs,
    onReport: (round) => {
      reports.push(round);
      if (round.retryAfterMs !== undefined) scheduler.pause(round.peer, round.retryAfterMs);
    },
    run: (peer, kind, signal) => {
      started.push({ peer, kind, atMs: fake.time.nowMs });
      inFlight.max = Math.max(inFlight.max, ++inFlight.now);
      return new Promise((resolve) => {
        const end = (result: RoundReport) => {
          inFlight.now--;
          resolve(result);
        };
        const timer = fake.host.timers.after(roundMs, () => end(answer(peer, kind)));
        signal.addEventListener("abort", () => {
          timer.cancel();
          end(report({ outcome: "cancelled" }));
        });
      });
    },
  });
  const kinds = () => started.map(({ kind }) => kind);
  return { ...fake, scheduler, started, reports, inFlight, kinds };
}

test("scheduler: the first round comes at once, spread by a second at most, then once a cadence", async (t) => {
  const { scheduler, started, advance } = harness();
  scheduler.add("P", "note");
  await advance(1000);
  t.is(started.length, 1);
  await advance(300_000);
  t.is(started.length, 11);
  const gaps = started.slice(1).map(({ atMs }, i) => atMs - started[i]!.atMs);
  t.true(
    gaps.every((gap) => gap >= 28_500 && gap <= 31_500),
    String(gaps),
  );
  t.true(new Set(gaps).size > 5, "jitter");
});

test("scheduler: peers that are added together do not stay in phase", async (t) => {
  const { scheduler, started, advance } = harness();
  for (let i = 0; i < 20; i++) scheduler.add(`P${i}`, "note");
  await advance(1100);
  t.is(started.length, 20);
  t.true(new Set(started.map(({ atMs }) => Math.round(atMs))).size > 15);
});

test("scheduler: keys run first and alone, then identity occurrences, then the others together", async (t) => {
  const { scheduler, started, advance, inFlight } = harness();
  for (const kind of ["note", "attestation", "identity_occurrence", "family", "key"])
    scheduler.add("P", kind);
  await advance(2000);
  t.deepEqual(
    started.slice(0, 2).map(({ kind }) => kind),
    ["key", "identity_occurrence"],
  );
  const [key, occurrence, ...others] = started.map(({ atMs }) => atMs);
  t.true(occurrence! >= key! + 100);
  t.true(others.every((atMs) => atMs >= occurrence! + 100));
  t.is(inFlight.max, 3);
});

test("scheduler: a round that outlasts the cadence makes it skip ticks, not pile them up", async (t) => {
  const { scheduler, started, advance, inFlight } = harness({ roundMs: 100_000 });
  scheduler.add("P", "note");
  await advance(400_000);
  t.true(started.length >= 3 && started.length <= 4, String(started.length));
  t.is(inFlight.max, 1);
});

test("scheduler: a round that knows of missing records is followed at once, while it makes progress", async (t) => {
  let left = 5;
  const { scheduler, started, advance } = harness({
    answer: () => report(left-- > 0 ? { admitted: 10, askAgain: left } : {}),
  });
  scheduler.add("P", "note");
  await advance(2000);
  t.is(started.length, 5);
  const stuck = harness({ answer: () => report({ admitted: 0, askAgain: 10 }) });
  stuck.scheduler.add("P", "note");
  await stuck.advance(20_000);
  t.is(stuck.started.length, 1, "no progress, no follow-up");
});

test("scheduler: follow-ups are bounded until the next tick", async (t) => {
  const { scheduler, started, advance } = harness({
    cadenceMs: 1_000_000,
    roundMs: 1,
    answer: () => report({ admitted: 1, askAgain: 1 }),
  });
  scheduler.add("P", "note");
  await advance(20_000);
  t.is(started.length, 1 + limits.followUpRoundsMax);
});

test("scheduler: roundNow() starts idle kinds at once and runs right after a round in flight", async (t) => {
  const { scheduler, started, advance } = harness();
  scheduler.add("P", "note");
  await advance(2000);
  scheduler.roundNow();
  t.is(started.length, 2);
  await advance(50);
  scheduler.roundNow("P", "note");
  scheduler.roundNow("P");
  t.is(started.length, 2);
  await advance(60);
  t.is(started.length, 3, "two kicks, one round");
  scheduler.roundNow("Q");
  scheduler.roundNow("P", "key");
  await advance(500);
  t.is(started.length, 3);
});

test("scheduler: without a route a peer is backed off as one, with full jitter and doubling to 15 min", async (t) => {
  const { scheduler, started, advance, kinds } = harness({ answer: () => noRoute });
  scheduler.add("P", "key");
  scheduler.add("P", "note");
  await advance(2000);
  t.deepEqual(kinds(), ["key"], "the other kind shares the back-off");
  await advance(24 * 3_600_000);
  t.true(kinds().every((kind) => kind === "key"));
  const gaps = started.slice(1).map(({ atMs }, i) => atMs - started[i]!.atMs);
  t.true(Math.max(...gaps) <= 900_200);
  t.true(
    gaps.some((gap) => gap > 450_000) && gaps.slice(8).some((gap) => gap < 450_000),
    "uniform in the window",
  );
  const mean = gaps.slice(8).reduce((sum, gap) => sum + gap, 0) / gaps.slice(8).length;
  t.true(mean > 300_000 && mean < 600_000, String(mean));
});

test("scheduler: an inbound frame, or being asked, ends the back-off", async (t) => {
  for (const wake of ["heard", "roundNow"] as const) {
    let route = false;
    const { scheduler, started, advance } = harness({ answer: () => (route ? report() : noRoute) });
    scheduler.add("P", "key");
    scheduler.add("P", "note");
    await advance(1_000);
    const before = started.length;
    route = true;
    scheduler[wake]("P");
    await advance(1_000);
    t.deepEqual(
      started.slice(before, before + 2).map(({ kind }) => kind),
      ["key", "note"],
      wake,
    );
  }
});

test("scheduler: being heard is believed once a cadence, so that a peer we cannot dial is no reason to hammer it", async (t) => {
  const { scheduler, started, advance } = harness({ answer: () => noRoute });
  scheduler.add("P", "note");
  for (let i = 0; i < 100; i++) {
    scheduler.heard("P");
    await advance(500);
  }
  t.true(started.length <= 8, String(started.length));
});

test("scheduler: an unreachable peer is probed with one kind a tick; success starts the others", async (t) => {
  let up = false;
  const { scheduler, started, advance, kinds } = harness({ answer: () => (up ? report() : unreachable) });
  for (const kind of ["key", "note", "family"]) scheduler.add("P", kind);
  await advance(65_000);
  t.deepEqual(kinds(), ["key", "key", "key"]);
  up = true;
  started.length = 0;
  await advance(35_000);
  t.deepEqual([...kinds()].slice(0, 1), ["key"]);
  t.deepEqual(new Set(kinds()), new Set(["key", "note", "family"]));
});

test("scheduler: a peer that answers nothing is probed with one kind a tick; one unknown kind is no silence", async (t) => {
  const silent = report({ outcome: "timedOut", code: "round_timed_out" });
  const { scheduler, started, advance, kinds } = harness({ roundMs: 10_000, answer: () => silent });
  for (const kind of ["a", "b", "c"]) scheduler.add("P", kind);
  await advance(90_000);
  started.length = 0;
  await advance(90_000);
  t.deepEqual(kinds(), ["a", "a", "a"]);
  scheduler.heard("P");
  t.is(started.length, 3);
  await advance(1);
  t.deepEqual(new Set(kinds()), new Set(["a", "b", "c"]));

  const partly = harness({ answer: (_, kind) => (kind === "b" ? silent : report()) });
  for (const kind of ["a", "b", "c"]) partly.scheduler.add("P", kind);
  for (let i = 0; i < 20; i++) {
    partly.scheduler.heard("P");
    await partly.advance(15_000);
  }
  const counts = ["a", "b", "c"].map((kind) => partly.kinds().filter((other) => other === kind).length);
  t.true(
    counts.every((count) => count >= 9 && count <= 11),
    String(counts),
  );
});

test("scheduler: rounds in flight are bounded per peer and over all peers, and all get their turn", async (t) => {
  const { scheduler, started, advance, inFlight } = harness({ roundMs: 1000 });
  for (let i = 0; i < 60; i++)
    for (const kind of ["a", "b", "c", "d", "e", "f"]) scheduler.add(`P${i}`, kind);
  await advance(1001);
  t.true(inFlight.max <= limits.roundsConcurrentMax);
  await advance(20_000);
  t.is(started.length, 360);
  t.is(inFlight.max, limits.roundsConcurrentMax);
});

test("scheduler: add() and remove() are idempotent and work at any time", async (t) => {
  const { scheduler, started, reports, advance } = harness({ roundMs: 5000 });
  t.true(scheduler.add("P", "note"));
  t.false(scheduler.add("P", "note"));
  t.is(scheduler.count, 1);
  await advance(2000);
  t.true(scheduler.remove("P", "note"));
  t.false(scheduler.remove("P", "note"));
  await advance(100);
  t.like(reports[0], { outcome: "cancelled" });
  await advance(100_000);
  t.is(started.length, 1);
  t.true(scheduler.add("P", "note"));
  await advance(2000);
  t.is(started.length, 2);
});

test("scheduler: stop() cancels what runs, waits for it, and starts nothing more", async (t) => {
  const { scheduler, started, inFlight, advance } = harness({ roundMs: 5000 });
  scheduler.add("P", "note");
  scheduler.add("Q", "note");
  await advance(2000);
  t.is(inFlight.now, 2);
  await scheduler.stop();
  await scheduler.stop();
  t.is(inFlight.now, 0);
  scheduler.roundNow();
  t.false(scheduler.add("R", "note"));
  await advance(100_000);
  t.is(started.length, 2);
});

test("scheduler: rounds that take longer than the cadence leave no kind out", async (t) => {
  const { scheduler, kinds, advance } = harness({ cadenceMs: 500, roundMs: 700 });
  const all = [
    "key",
    "identity_occurrence",
    "attestation",
    "revocation",
    "organization",
    "partner_record",
    "note",
  ];
  for (const kind of all) scheduler.add("P", kind);
  await advance(15_000);
  const counts = all.map((kind) => kinds().filter((run) => run === kind).length);
  t.true(Math.min(...counts) >= 2, `rounds by kind: ${counts.join(", ")}`);
  t.true(Math.max(...counts) - Math.min(...counts) <= 2, `rounds by kind: ${counts.join(", ")}`);
  await scheduler.stop();
});

test("scheduler: a peer that says when to come back is left alone so long, all kinds of it, and nobody else", async (t) => {
  let refusals = 1;
  const refused = report({ outcome: "refused", code: "transport_rate_limited", retryAfterMs: 7000 });
  const { scheduler, started, advance, time } = harness({
    answer: (peer, kind) => (peer === "P" && kind === "key" && refusals-- > 0 ? refused : report()),
  });
  scheduler.add("P", "key");
  scheduler.add("P", "note");
  scheduler.add("Q", "note");
  await advance(2000);
  const of = (peer: string) => started.filter((round) => round.peer === peer).map(({ kind }) => kind);
  t.deepEqual(of("P"), ["key"]);
  t.deepEqual(of("Q"), ["note"]);
  const untilMs = started.find(({ peer }) => peer === "P")!.atMs + 100 + 7000;
  scheduler.roundNow("P");
  await advance(untilMs - 1 - time.nowMs);
  t.deepEqual(of("P"), ["key"], "asking for a round does not break the peer's word");
  await advance(1000);
  t.deepEqual(of("P"), ["key", "key", "note"], "what was refused is tried again, and the rest goes on");
});

test("scheduler: a peer that says 0 s is left alone for a second, and remove() and stop() end a pause", async (t) => {
  const { scheduler, started, advance } = harness({
    roundMs: 10,
    answer: (peer) => report({ peer, outcome: "refused", retryAfterMs: 0 }),
  });
  scheduler.add("P", "note");
  await advance(10_500);
  t.true(started.length >= 9 && started.length <= 11, `${started.length} rounds in ten seconds`);
  scheduler.pause("P", 60_000);
  scheduler.remove("P", "note");
  scheduler.add("P", "note");
  const before = started.length;
  await advance(2000);
  t.true(started.length > before, "added again it is another acquaintance");
  scheduler.pause("P", 60_000);
  await scheduler.stop();
  const after = started.length;
  await advance(120_000);
  t.is(started.length, after);
});
