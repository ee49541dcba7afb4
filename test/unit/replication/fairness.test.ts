/** That one slow, greedy or hostile peer leaves the others their share: of admission, of bytes, of service. */
import test from "ava";
import type { AdmitContext, AdmitVerdict } from "#contracts/index.js";
import { limits } from "#dist/base/limits.js";
import { ByteBudget } from "#dist/replication/byte-budget.js";
import { FairAdmission } from "#dist/replication/fair-admission.js";
import { NoProgress } from "#dist/replication/no-progress.js";
import { PushBudget } from "#dist/replication/push-budget.js";

const record = (bytes = 10) => new Uint8Array(bytes);
const records = (count: number, bytes = 10) => Array.from({ length: count }, () => record(bytes));
const turns = async (count = 20) => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};

interface Piece {
  readonly peer: string;
  readonly records: number;
  end(status?: "refused" | "duplicate"): Promise<void>;
}

/** An admission whose pieces end when the test says so. */
function slowAdmission() {
  const pieces = new Set<Piece>();
  const admission = new FairAdmission({
    admit: (_kind, given, context) =>
      new Promise((resolve) => {
        const piece: Piece = {
          peer: context.unprovenPeer ? "stranger" : (context.peerKeyId ?? ""),
          records: given.length,
          async end(status = "refused") {
            pieces.delete(piece);
            const hash = new Uint8Array(32);
            const refusal = { code: "signature_invalid", message: "", transient: false } as const;
            const verdict: AdmitVerdict =
              status === "duplicate" ? { status, hash } : { status, hash, refusal };
            resolve(given.map(() => verdict));
            await turns();
          },
        };
        pieces.add(piece);
      }),
  });
  return { admission, pieces };
}

const from = (peerKeyId: string): AdmitContext => ({ peerKeyId });

test("FairAdmission: verdicts of all pieces in order, pieces of a call one after the other", async (t) => {
  const sizes: number[] = [];
  const admission = new FairAdmission({
    admit: async (_kind, given) => {
      sizes.push(given.length);
      return given.map((bytes): AdmitVerdict => ({ status: "duplicate", hash: bytes }));
    },
  });
  const given = [...records(600, 8), record(limits.admissionPieceBytesMax + 1), record(9)];
  const verdicts = await admission.admit("note", given, from("P"));
  t.deepEqual(
    verdicts.map(({ hash }) => hash),
    given,
  );
  t.deepEqual(sizes, [256, 256, 88, 1, 1]);
  t.deepEqual(await admission.admit("note", [], from("P")), []);
  t.deepEqual(admission.load, { running: 0, waiting: 0, sources: 1 });
});

test("FairAdmission: a flood of invalid records delays another peer by what is at work, and no more", async (t) => {
  const { admission, pieces } = slowAdmission();
  for (let i = 0; i < 20; i++) void admission.admit("note", records(2560), from("flood"));
  await turns();
  t.is(pieces.size, limits.admissionPiecesPerPeerMax);
  void admission.admit("note", records(3), from("honest"));
  await turns();
  t.is([...pieces].at(-1)?.peer, "honest", "there is always a place for another");
  t.is(pieces.size, limits.admissionPiecesPerPeerMax + 1);
});

/** Lets pieces take as long as their records cost; stops after so much work. */
async function work(
  pieces: ReadonlySet<Piece>,
  units: number,
  costOf: (peer: string) => number,
): Promise<Record<string, number>> {
  const served: Record<string, number> = {};
  const left = new Map<Piece, number>();
  while (units > 0) {
    for (const piece of pieces) if (!left.has(piece)) left.set(piece, piece.records * costOf(piece.peer));
    if (left.size === 0) break;
    const step = Math.min(...left.values());
    units -= step * left.size;
    for (const [piece, rest] of left) {
      left.set(piece, rest - step);
      if (rest > step) continue;
      left.delete(piece);
      served[piece.peer] = (served[piece.peer] ?? 0) + piece.records;
      await piece.end(costOf(piece.peer) === 1 ? "duplicate" : "refused");
    }
  }
  return served;
}

test("FairAdmission: peers that want more than there is get it in equal parts, by cost and not by calls", async (t) => {
  const { admission, pieces } = slowAdmission();
  for (let i = 0; i < 4000; i++)
    for (const [peer, size] of Object.entries({ flood: 256, many: 64, few: 8 }))
      void admission.admit("note", records(size), from(peer));
  await turns();
  const served = await work(pieces, 500_000, () => 16);
  const shares = Object.values(served);
  t.is(shares.length, 3);
  t.true(Math.max(...shares) / Math.min(...shares) < 1.2, JSON.stringify(served));
});

test("FairAdmission: what is held already costs a sixteenth, and a pause saves nothing up", async (t) => {
  const { admission, pieces } = slowAdmission();
  const costOf = (peer: string) => (peer === "resends" ? 1 : 16);
  for (let i = 0; i < 20_000; i++) {
    void admission.admit("note", records(16), from("resends"));
    void admission.admit("note", records(16), from("forges"));
  }
  await turns();
  const { resends = 0, forges = 0 } = await work(pieces, 100_000, costOf);
  t.true(resends / forges > 10, `${resends} ${forges}`);
  for (let i = 0; i < 2000; i++) void admission.admit("note", records(16), from("late"));
  const then = await work(pieces, 100_000, costOf);
  t.true(then.late! / then.forges! < 1.3, JSON.stringify(then));
});

test("FairAdmission: strangers are one source, and whoever gives up leaves its place", async (t) => {
  const { admission, pieces } = slowAdmission();
  for (let i = 0; i < 6; i++)
    void admission.admit("key", records(1), { peerKeyId: `S${i}`, unprovenPeer: true });
  await turns();
  t.is(pieces.size, limits.admissionPiecesPerPeerMax);
  void admission.admit("note", records(1), from("P"));
  const stop = new AbortController();
  const waiting = admission.admit("note", records(1), { peerKeyId: "Q", signal: stop.signal });
  await turns();
  t.is(admission.load.waiting, 6 - limits.admissionPiecesPerPeerMax + 1);
  stop.abort(new Error("stopped"));
  await t.throwsAsync(waiting, { message: "stopped" });
  await t.throwsAsync(admission.admit("note", records(1), { peerKeyId: "R", signal: stop.signal }));
  for (let piece = [...pieces][0]; piece; piece = [...pieces][0]) await piece.end();
  t.like(admission.load, { running: 0, waiting: 0 });
});

test("FairAdmission: a piece that fails fails its call and frees its place", async (t) => {
  const admission = new FairAdmission({
    admit: async () => {
      throw new Error("store_full");
    },
  });
  for (let i = 0; i < 20; i++) await t.throwsAsync(admission.admit("note", records(1), from("P")));
  t.is(admission.load.running, 0);
});

const signal = new AbortController().signal;

test("ByteBudget: half of the whole is for peers that hold nothing", (t) => {
  const budget = new ByteBudget({ bytesMax: 1000, bytesPerPeerMax: 400 });
  const greedy = [budget.tryTake("A", 150), budget.tryTake("A", 150), budget.tryTake("A", 100)];
  t.true(greedy.every((held) => held !== undefined));
  t.is(budget.tryTake("A", 1), undefined, "its own bound");
  t.truthy(budget.tryTake("B", 100));
  t.is(budget.tryTake("B", 1), undefined, "half is taken, and B holds something");
  for (const peer of ["C", "D", "E", "F", "G"]) t.truthy(budget.tryTake(peer, 100), peer);
  t.is(budget.tryTake("H", 1), undefined, "the whole is full");
  t.is(budget.bytes, 1000);
  greedy[0]!.release();
  greedy[0]!.release();
  t.is(budget.bytes, 850, "once");
  t.truthy(budget.tryTake("H", 150));
});

test("ByteBudget: one thing larger than every bound passes when nothing else is held", (t) => {
  const budget = new ByteBudget({ bytesMax: 1000, bytesPerPeerMax: 400 });
  const held = budget.tryTake("A", 5000);
  t.truthy(held);
  t.is(budget.tryTake("B", 1), undefined);
  held!.resize(10);
  t.truthy(budget.tryTake("B", 600), "above its own bound, being the only one of its peer");
  t.is(budget.peakBytes, 5000);
});

test("ByteBudget: who waits is served in turn; one peer's backlog does not stand in front of others", async (t) => {
  const budget = new ByteBudget({ bytesMax: 1000, bytesPerPeerMax: 300 });
  const order: string[] = [];
  const first = budget.tryTake("A", 300)!;
  const ask = (name: string, bytes: number) =>
    budget.take(name[0]!, bytes, signal).then((held) => {
      order.push(name);
      return held;
    });
  const rest = [ask("A1", 300), ask("A2", 10), ask("B1", 100)];
  await turns();
  t.deepEqual(order, ["B1"], "A2 does not overtake A1");
  t.is(budget.waiting, 2);
  first.release();
  await turns();
  t.deepEqual(order, ["B1", "A1"]);
  (await rest[0]!).release();
  await turns();
  t.deepEqual(order, ["B1", "A1", "A2"]);
  for (const held of rest) (await held).release();
  t.is(budget.bytes, 0);
  t.is(budget.waiting, 0);
});

test("ByteBudget: giving up leaves the queue", async (t) => {
  const budget = new ByteBudget({ bytesMax: 100, bytesPerPeerMax: 100 });
  const held = budget.tryTake("A", 100)!;
  const stop = new AbortController();
  const waiting = budget.take("B", 50, stop.signal);
  stop.abort(new Error("stopped"));
  await t.throwsAsync(waiting, { message: "stopped" });
  await t.throwsAsync(budget.take("C", 50, stop.signal));
  t.is(budget.waiting, 0);
  held.release();
  t.is(budget.bytes, 0);
});

test("PushBudget: 262,144 bytes within one wait, for all kinds of a peer, and of each peer apart", (t) => {
  const at = { ms: 0 };
  const budget = new PushBudget(() => at.ms);
  t.is(limits.pushBytesMax, 262_144);
  t.is(budget.take("P", records(30, 10_000)), 26);
  t.is(budget.take("P", records(1, 10_000)), 0);
  t.is(budget.take("Q", records(30, 10_000)), 26);
  at.ms += limits.roundWaitMs / 2;
  t.is(budget.take("P", records(30, 10_000)), 13, "half of it is there again");
  at.ms += limits.roundWaitMs;
  t.is(budget.take("P", records(30, 10_000)), 26);
});

test("PushBudget: one record above it passes while it is whole", (t) => {
  const at = { ms: 0 };
  const budget = new PushBudget(() => at.ms);
  t.is(budget.take("P", [record(900_000), record(1)]), 1);
  t.is(budget.take("P", [record(900_000)]), 0);
  at.ms += limits.roundWaitMs;
  t.is(budget.take("P", [record(1), record(900_000)]), 1);
  t.is(budget.take("P", []), 0);
});

const responder = (outcome: "completed" | "timedOut" | "cancelled" | "served" | "error", code?: string) =>
  ({ role: "responder", outcome, admitted: 0, ...(code === undefined ? {} : { code }) }) as Parameters<
    NoProgress["ended"]
  >[0];

test("NoProgress: three unfinished rounds in a row, then once in 60 s doubling to 900 s, until one completes", (t) => {
  const at = { ms: 0 };
  const noProgress = new NoProgress(() => at.ms);
  for (let i = 0; i < 3; i++) {
    t.true(noProgress.opens());
    noProgress.ended(responder("timedOut"));
  }
  for (const seconds of [60, 120, 240, 480, 900, 900]) {
    t.false(noProgress.opens(), `${seconds}`);
    at.ms += seconds * 1000 - 1;
    t.false(noProgress.opens(), `${seconds}`);
    at.ms += 1;
    t.true(noProgress.opens(), `${seconds}`);
    t.false(noProgress.opens(), "once");
    noProgress.ended(responder("cancelled", "no_round_in_progress"));
  }
  noProgress.ended(responder("completed"));
  t.true(noProgress.opens());
  t.true(noProgress.opens());
  noProgress.ended(responder("timedOut"));
  noProgress.ended(responder("timedOut"));
  t.true(noProgress.opens(), "it counts anew");
});

test("NoProgress: rounds that were under way when the third failed lengthen nothing", (t) => {
  const at = { ms: 0 };
  const noProgress = new NoProgress(() => at.ms);
  for (let i = 0; i < 6; i++) t.true(noProgress.opens());
  for (let i = 0; i < 6; i++) noProgress.ended(responder("cancelled", "no_round_in_progress"));
  at.ms += limits.noProgressMsMin - 1;
  t.false(noProgress.opens());
  at.ms += 1;
  t.true(noProgress.opens());
});

test("NoProgress: single messages, our own failures and rounds that we open are nobody's fault", (t) => {
  const noProgress = new NoProgress(() => 0);
  for (let i = 0; i < 10; i++) {
    noProgress.ended(responder("served"));
    noProgress.ended(responder("error", "store_full"));
    noProgress.ended(responder("cancelled", "scheduler_stopped"));
    noProgress.ended({ ...responder("timedOut"), role: "initiator" });
  }
  t.true(noProgress.opens());
  for (let i = 0; i < 3; i++) noProgress.ended(responder("error", "transport_unreachable"));
  t.false(noProgress.opens());
  noProgress.ended({ ...responder("completed"), role: "initiator" });
  t.true(noProgress.opens(), "a round that we opened completed: the way works");
  for (let i = 0; i < 3; i++) noProgress.ended(responder("timedOut"));
  t.false(noProgress.opens());
  noProgress.ended({ ...responder("served"), admitted: 1 });
  t.true(noProgress.opens(), "it pushed something new");
});
