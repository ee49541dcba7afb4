/** Pulls: everything about a key, asked of one peer, in every framing; and who is answered. */
import test from "ava";
import type { Frame, PullReport } from "waxwing/replication";
import { limits } from "#dist/base/limits.js";
import { PullDesk, pullFromAll } from "#dist/replication/pull-desk.js";
import type { RoundReport } from "#dist/replication/report.js";
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
import { recordBytes, sha256 } from "../../support/replication-store.js";

type Bench = Awaited<ReturnType<typeof replicationBench>>;
const pullable = [
  "key",
  "identity_occurrence",
  "attestation",
  "identity_occurrence_revocation",
  "transport_destination",
];
const pullOf = (subjectKeyId: string, kind = "key") => ({ type: "pull" as const, kind, subjectKeyId });

/** Answers every frame of a pull as a peer would that holds these records about the subject. */
async function answerPulls(bench: Bench, held: Record<string, Uint8Array[]>, pulled: Promise<PullReport>) {
  const asked: Frame[] = [];
  let done = false;
  void pulled.then(() => {
    done = true;
  });
  while (!done) {
    const frames = bench.taken();
    for (const frame of frames) {
      asked.push(frame);
      const { message } = frame;
      const records = held[message.kind] ?? [];
      const back = (answer: ReturnType<typeof summaryOf>): Frame =>
        frame.version === 3
          ? ({ ...reply(frame.round, answer), ...(frame.native ? { native: true } : {}) } as Frame)
          : legacy(answer);
      if (message.type === "pull") await bench.hear(back(summaryOf(records.map(sha256), message.kind)));
      if (message.type === "diff") {
        const wanted = new Set(message.want.map((hash) => Buffer.from(hash).toString("hex")));
        const bodies = records.filter((record) => wanted.has(Buffer.from(sha256(record)).toString("hex")));
        await bench.hear(back(deliverOf(bodies.slice(0, 2), message.kind)));
      }
    }
    if (frames.length === 0) await bench.advance(100);
  }
  return asked;
}

for (const framing of ["legacy", "v3", "native"] as const) {
  test(`pull: the five kinds, keys first, what is missing in several Delivers, in ${framing} framing`, async (t) => {
    const bench = await replicationBench({ peerFraming: () => framing });
    const known = recordBytes("known", { about: ["self"] });
    await bench.admission.admit("attestation", [known], {});
    const records = ["a", "b", "c", "d", "e"].map((id) => recordBytes(id));
    const held = { key: [recordBytes("my key")], attestation: [known, ...records] };
    const pulled = bench.replication.pull("P");
    const asked = await answerPulls(bench, held, pulled);
    const report = await pulled;
    t.like(report, { peer: "P", subject: "self", admitted: 6, failures: [] });
    t.deepEqual(report.rounds.map(({ kind }) => kind).slice(0, 2), ["key", "identity_occurrence"]);
    t.deepEqual([...new Set(report.rounds.map(({ kind }) => kind))].sort(), [...pullable].sort());
    for (const record of [...records, recordBytes("my key")]) {
      const kind = records.includes(record) ? "attestation" : "key";
      t.deepEqual(await bench.store.holds(kind, [sha256(record)]), [true]);
    }
    t.true(asked.every((frame) => (framing === "legacy" ? frame.version !== 3 : frame.version === 3)));
    if (framing === "native") t.true(asked.every((frame) => frame.version === 3 && frame.native));
    const diffs = asked.filter(({ message }) => message.type === "diff" && message.kind === "attestation");
    t.deepEqual(
      diffs.map(({ message }) => (message.type === "diff" ? message.want.length : 0)),
      [5, 3, 1],
    );
    t.is(bench.replication.counters.recordsAdmitted, 6);
    await bench.replication.close();
    t.is(bench.time.pending, 0);
  });
}

test("pull: an answer under v3 is told by its round; a scheduled round beside it goes its own way", async (t) => {
  const bench = await replicationBench({ peerFraming: () => "v3" });
  const handle = bench.replication.start([{ keyId: "P", kinds: ["key"] }], { cadenceSeconds: 1000 });
  await bench.advance(2000);
  const [scheduled] = bench.taken();
  const pulled = handle.pull("P", "alice");
  await bench.advance(0);
  const [pull] = bench.taken();
  if (scheduled?.version !== 3 || pull?.version !== 3) return t.fail("not opened");
  t.deepEqual(pull.message, pullOf("alice"));
  t.not(pull.round, scheduled.round);
  t.like(await bench.hear(reply(scheduled.round, summaryOf([], "key"))), { outcome: "routed_to_initiator" });
  t.is(bench.taken()[0]?.message.type, "diff", "of the scheduled round");
  t.like(await bench.hear(reply(77n, summaryOf([], "key"))), { reason: "round_mismatch" });
  const missing = recordBytes("k");
  t.like(await bench.hear(reply(pull.round, summaryOf([sha256(missing)], "key"))), {
    outcome: "routed_to_initiator",
    round: pull.round,
  });
  const [diff] = bench.taken();
  t.like(diff, { version: 3, fromResponder: false, round: pull.round });
  await bench.hear(reply(pull.round, deliverOf([missing], "key")));
  t.like(await bench.hear(reply(pull.round, deliverOf([], "key"))), { outcome: "reply_dropped" });
  await bench.replication.close();
  t.like(await pulled, {
    admitted: 1,
    failures: pullable.slice(1).map((kind) => ({ kind, outcome: "cancelled" })),
  });
});

test("pull: in legacy framing it waits for the round in flight, whose replies it could not tell from its own", async (t) => {
  const bench = await replicationBench();
  const handle = bench.replication.start([{ keyId: "P", kinds: ["key"] }], { cadenceSeconds: 1000 });
  await bench.advance(2000);
  t.deepEqual(
    bench.taken().map(({ message }) => message.type),
    ["summary"],
  );
  const pulled = handle.pull("P");
  await bench.advance(0);
  t.deepEqual(bench.taken(), []);
  for (const message of [summaryOf([], "key"), diffOf([], "key"), deliverOf([], "key")])
    await bench.hear(legacy(message));
  t.deepEqual(
    bench.taken().map(({ message }) => message.type),
    ["diff", "deliver", "pull"],
  );
  handle.roundNow("P", "key");
  await bench.advance(100);
  t.deepEqual(bench.taken(), [], "and the next round for the pull");
  await bench.hear(legacy(summaryOf([], "key"), 1));
  t.true(bench.taken().some(({ message }) => message.type === "summary"));
  await bench.replication.close();
  await pulled;
  t.is(bench.time.pending, 0);
});

test("pull: a peer that answers nothing, or whose door is shut, is a failure of each kind and no exception", async (t) => {
  const silent = await replicationBench();
  const pulled = silent.replication.pull("P");
  for (let i = 0; i < 10; i++) await silent.advance(limits.roundWaitMs);
  const report = await pulled;
  t.deepEqual(report.failures.map(({ kind }) => kind).sort(), [...pullable].sort());
  t.true(report.failures.every(({ outcome, code }) => outcome === "timedOut" && code === "round_timed_out"));
  const shut = await replicationBench({
    send: async () => ({ status: "failed", reason: "no_route", detail: "" }),
  });
  t.like((await shut.replication.pull("P")).failures[0], { outcome: "error", code: "no_route_to_peer" });
  await shut.replication.close();
  await t.throwsAsync(shut.replication.pull("P"), { instanceOf: TypeError });
});

test("pull: what is announced and does not come is a failure that says so", async (t) => {
  const bench = await replicationBench({ peerFraming: () => "v3" });
  const pulled = bench.replication.pull("P");
  const held = { key: [recordBytes("forged", { refuse: "signature_invalid" })] };
  await answerPulls(bench, held, pulled);
  t.deepEqual((await pulled).failures, [], "refused is known");
  const nothing = bench.replication.pull("P", "other");
  await bench.advance(0);
  const [pull] = bench.taken();
  if (pull?.version !== 3) return t.fail("not opened");
  await bench.hear(reply(pull.round, summaryOf([sha256(recordBytes("x"))], "key")));
  await bench.hear(reply(pull.round, deliverOf([], "key")));
  await bench.replication.close();
  t.like((await nothing).failures[0], { kind: "key", outcome: "completed" });
});

test("answer: the subject alone by default, anybody for the public kinds under publicPull, federation records only", async (t) => {
  for (const publicPull of [false, true]) {
    const bench = await replicationBench({ publicPull });
    const put = (kind: string, id: string, extra = {}) =>
      bench.put(id, kind, { about: ["P", "alice"], ...extra });
    for (const kind of pullable) await put(kind, kind);
    await put("key", "local", { visibility: "local" });
    await bench.put("of others", "key", { about: ["bob"] });
    const answered = async (kind: string, subject: string) => {
      await bench.hear(opening(1n, pullOf(subject, kind)));
      const [frame] = bench.taken();
      t.like(frame, { version: 3, fromResponder: true, round: 1n });
      return frame?.message.type === "summary" ? frame.message.refs.length : -1;
    };
    for (const kind of pullable) {
      t.is(await answered(kind, "P"), 1, kind);
      t.is(await answered(kind, "alice"), publicPull && kind !== "attestation" ? 1 : 0, kind);
    }
    t.is(await answered("note", "P"), 0, "no kind that is pulled");
    t.like(await bench.hear(opening(1n, pullOf("x".repeat(300)))), { outcome: "malformed" });
    await bench.hear(legacy(pullOf("P"), 1));
    const [frame] = bench.taken();
    t.like(frame, { version: 1, message: { type: "summary" } });
  }
});

test("answer: a page a pull, the next one each time, and the first again behind the last", async (t) => {
  const link = { frameBytesMax: 4096 };
  const bench = await replicationBench({ peerLink: () => link });
  for (let i = 0; i < 50; i++) await bench.put(`r${i}`, "attestation", { about: ["P"] });
  const page = async (peerKeyId = "P", subject = peerKeyId) => {
    await bench.hear(opening(1n, pullOf(subject, "attestation")), { peerKeyId });
    const [frame] = bench.taken();
    if (frame?.message.type !== "summary") throw new Error("no Summary");
    return frame.message.refs.map(({ hash }) => Buffer.from(hash).toString("hex"));
  };
  const pages = [await page(), await page(), await page()];
  t.deepEqual(
    pages.map(({ length }) => length),
    [20, 20, 10],
  );
  t.is(new Set(pages.flat()).size, 50);
  t.deepEqual(await page(), pages[0]);
});

const roundOf = (change: Partial<RoundReport>) =>
  ({ kind: "key", outcome: "completed", admitted: 0, served: 0, askAgain: 0, ...change }) as RoundReport;

test("PullDesk: repeats a kind while it brings something, and over a bounded number of full pages", async (t) => {
  const script = (reports: (round: number) => Partial<RoundReport>) => {
    const rounds: Record<string, number> = {};
    const desk = new PullDesk({
      kinds: testKinds,
      onReport: () => {},
      run: async (_peer, kind) => {
        rounds[kind] = (rounds[kind] ?? 0) + 1;
        return roundOf({ kind, ...(kind === "attestation" ? reports(rounds[kind]!) : {}) });
      },
    });
    return { desk, rounds };
  };
  const full = limits.summaryRefsMax;
  const pages = script((round) => (round <= 3 ? { shown: full, admitted: 5 } : { shown: 10 }));
  t.is((await pages.desk.pull("P", "me")).admitted, 15);
  t.deepEqual(pages.rounds, {
    key: 1,
    identity_occurrence: 1,
    attestation: 4,
    identity_occurrence_revocation: 1,
    transport_destination: 1,
  });
  const same = script(() => ({ shown: full }));
  await same.desk.pull("P", "me");
  t.is(same.rounds.attestation, 16, "a peer that shows the same page for ever");
  const endless = script(() => ({ shown: full, admitted: 1 }));
  await endless.desk.pull("P", "me");
  t.is(endless.rounds.attestation, limits.pullRoundsMax);
  const stuck = script(() => ({ askAgain: 3 }));
  t.like((await stuck.desk.pull("P", "me")).failures, [{ kind: "attestation", outcome: "completed" }]);
  t.is(stuck.rounds.attestation, 1, "what does not come is not asked for again at once");
});

test("PullDesk: pulls from one peer run one after the other, those from several side by side but not all at once", async (t) => {
  let running = 0;
  let most = 0;
  const desk = new PullDesk({
    kinds: testKinds,
    onReport: () => {},
    run: async (_peer, kind) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return roundOf({ kind });
    },
  });
  await Promise.all([desk.pull("P", "a"), desk.pull("P", "b"), desk.pull("P", "c")]);
  t.is(most, 3, "the kinds of the last rank");
  most = 0;
  const peers = Array.from({ length: 50 }, (_, i) => `P${i}`);
  const reports = await pullFromAll(peers, (peer) => desk.pull(peer, "me"));
  t.deepEqual(reports.map(({ peer }) => peer).sort(), peers.sort());
  t.true(most <= limits.roundsConcurrentMax, String(most));
  t.is(desk.running, 0);
});
