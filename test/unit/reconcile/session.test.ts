/** Every way that a session can go, and every way that a peer can lie to it. */
import test from "ava";
import { type IdSet, isWaxwingError, loadIdSets } from "waxwing/core";
import { type ReconcileAnswer, type ReconcileRequest, respond } from "waxwing/reconcile";
import { SeededRandom } from "waxwing/testing";
import { reconcile } from "../../support/reconcile.js";

const sets = await loadIdSets({ capacity: 200_000, sets: 64 });
let made = 0;
const randomIds = (count: number) => new SeededRandom(`session ${made++}`).bytes(32 * count);

/** Two sets with ids in common and ids of their own. */
function pair(shared: number, mine: number, theirs: number): [IdSet, IdSet] {
  const [local, remote] = [sets.create(), sets.create()];
  const common = randomIds(shared);
  local.insert(common);
  remote.insert(common);
  local.insert(randomIds(mine));
  remote.insert(randomIds(theirs));
  return [local, remote];
}
const close = (...closed: IdSet[]) => {
  for (const set of closed) set.close();
};
const honest = (remote: IdSet) => (request: ReconcileRequest) => respond(remote, request).answer;

test("equal sets cost one small message each way", (t) => {
  for (const count of [0, 1, 5000]) {
    const [local, remote] = pair(count, 0, 0);
    const { report, bytes, told } = reconcile(local, remote);
    t.like(report, { outcome: "equal", way: "head", roundTrips: 1 });
    t.deepEqual(report.remoteHead, remote.head());
    t.true(bytes < 120);
    t.is(told, undefined);
    close(local, remote);
  }
});

test("a small difference is found by a sketch, proven, and told to the peer", (t) => {
  for (const [shared, mine, theirs] of [
    [1000, 1, 0],
    [1000, 0, 1],
    [0, 3, 0],
    [0, 0, 3],
    [20_000, 40, 60],
    [20_000, 500, 500],
    [20_000, 900, 0],
  ] as const) {
    const [local, remote] = pair(shared, mine, theirs);
    const { report, told, bytes } = reconcile(local, remote);
    const { missing, extra } = local.diff(remote);
    t.like(report, { outcome: "proven", way: "sketch", missing, extra }, `${shared} ${mine} ${theirs}`);
    t.deepEqual(told, { missing: extra, extra: missing });
    t.true(report.roundTrips <= 4);
    // The first symbols come in any case.
    t.true(bytes <= 128 * 45 + 200 * (mine + theirs));
    close(local, remote);
  }
});

test("a large difference is found by ranges", (t) => {
  const [local, remote] = pair(3000, 5000, 6000);
  const { report, told } = reconcile(local, remote);
  const { missing, extra } = local.diff(remote);
  t.like(report, { outcome: "proven", way: "ranges", missing, extra });
  t.deepEqual(told, { missing: extra, extra: missing });
  close(local, remote);
});

test("ranges go through the smallest messages, and from and to empty sets", (t) => {
  for (const [shared, mine, theirs] of [
    [3000, 30, 30],
    [0, 0, 3000],
    [0, 3000, 0],
    [10, 500, 700],
  ] as const) {
    const [local, remote] = pair(shared, mine, theirs);
    const options = { symbolsMax: 0, rangeBytesMax: 2048 };
    const { report, requests } = reconcile(local, remote, { options, bytesMax: 2048 });
    const { missing, extra } = local.diff(remote);
    t.is(report.outcome, "proven");
    t.deepEqual([report.missing, report.extra], [missing, extra]);
    for (const request of requests) if (request.type === "ranges") t.true(request.message.length <= 2048);
    close(local, remote);
  }
});

/** Both ids together have the sum that they had, and their order is kept: ranges see no difference. */
function forge(ids: Uint8Array): Uint8Array {
  const forged = Uint8Array.from(ids);
  for (let at = 0; at < ids.length; at += 64) {
    forged[at + 31] = ids[at + 31]! ^ 1;
    forged[at + 63] = ids[at + 63]! + (ids[at + 31]! & 1 ? 1 : -1);
  }
  return forged;
}

/** Pairs whose last bytes can be changed without a carry. */
function forgeable(set: IdSet, pairs: number): Uint8Array {
  const found: Uint8Array[] = [];
  for (let at = 0; found.length < pairs; at += 2) {
    const ids = set.ids(at, at + 2);
    if (ids[63]! > 0 && ids[63]! < 255) found.push(ids);
  }
  return Buffer.concat(found);
}

function forgedPair(): [IdSet, IdSet] {
  const [local, remote] = pair(4096, 0, 0);
  const genuine = forgeable(remote, 3);
  remote.delete(genuine);
  remote.insert(forge(genuine));
  return [local, remote];
}

test("ids whose sums deceive ranges are found by pages", (t) => {
  const [local, remote] = forgedPair();
  t.deepEqual(local.fingerprint(0, 4096), remote.fingerprint(0, 4096), "the forgery deceives fingerprints");
  // No sketch either: the peer's symbols are noise.
  const spoilt = (request: ReconcileRequest): ReconcileAnswer | undefined => {
    const answer = honest(remote)(request);
    if (answer?.type !== "sketch") return answer;
    const symbols = answer.symbols.map((byte, i) => (i % 42 === 0 ? byte ^ 1 : byte));
    return { ...answer, symbols };
  };
  const { report, requests } = reconcile(local, remote, { answer: spoilt, options: { symbolsMax: 200 } });
  t.like(report, { outcome: "proven", way: "pages", ...local.diff(remote) });
  t.deepEqual([...new Set(requests.map(({ type }) => type))], ["open", "ranges", "page", "found"]);
  close(local, remote);
});

test("a sketch finds what deceives ranges", (t) => {
  const [local, remote] = forgedPair();
  t.like(reconcile(local, remote).report, { outcome: "proven", way: "sketch", ...local.diff(remote) });
  close(local, remote);
});

test("a sketch that decodes to something else is not believed", (t) => {
  const [local, remote] = pair(2000, 5, 5);
  const decoy = sets.create();
  decoy.insert(local.ids(0, local.size));
  decoy.insert(randomIds(3));
  const answer = (request: ReconcileRequest): ReconcileAnswer | undefined => {
    const truth = honest(remote)(request);
    const lie = respond(decoy, { type: "open", head: new Uint8Array(32), count: 0 }).answer;
    return truth?.type === "sketch" && lie?.type === "sketch" ? { ...lie, head: truth.head } : truth;
  };
  t.like(reconcile(local, remote, { answer }).report, {
    outcome: "proven",
    way: "ranges",
    ...local.diff(remote),
  });
  close(local, remote, decoy);
});

test("a set that changes meanwhile is never called equal or proven when it is not", (t) => {
  for (const options of [{}, { symbolsMax: 0 }])
    for (const who of ["local", "remote", "both"]) {
      const [local, remote] = pair(3000, 300, 300);
      const states = new Set<string>();
      const before = () => {
        if (who !== "remote") local.insert(randomIds(1));
        if (who !== "local") remote.insert(randomIds(1));
        states.add(remote.head().join());
      };
      const { report } = reconcile(local, remote, { options, before });
      if (report.outcome === "proven") {
        t.true(states.has(report.remoteHead!.join()));
        t.deepEqual(local.headAfter(report), report.remoteHead);
      } else t.is(report.outcome, "partial");
      close(local, remote);
    }
});

test("a session that meets its bound of ids ends as partial, and sessions after it bring the rest", (t) => {
  const [local, remote] = pair(500, 3000, 3000);
  let sessions = 0;
  for (; sessions < 30; sessions++) {
    const { report } = reconcile(local, remote, {
      options: { idsMax: 700, symbolsMax: 0 },
      bytesMax: 16_384,
    });
    if (report.outcome === "equal") break;
    t.true(["partial", "proven"].includes(report.outcome));
    t.true(report.missing.length + report.extra.length <= 700 * 32);
    local.insert(report.missing);
    remote.insert(report.extra);
  }
  t.true(sessions > 5 && sessions < 30);
  close(local, remote);
});

const malformedAnswers: readonly [title: string, lie: (truth: ReconcileAnswer) => ReconcileAnswer][] = [
  ["equal heads that are not", () => ({ type: "equal", head: new Uint8Array(32) })],
  ["a head of 31 bytes", (truth) => ({ ...truth, head: new Uint8Array(31) })],
  ["no symbols", (truth) => ({ ...truth, symbols: new Uint8Array(0) }) as ReconcileAnswer],
  ["half a symbol", (truth) => ({ ...truth, symbols: new Uint8Array(60) }) as ReconcileAnswer],
  ["symbols from elsewhere", (truth) => ({ ...truth, from: 7 }) as ReconcileAnswer],
  ["a negative number", (truth) => ({ ...truth, count: -1 }) as ReconcileAnswer],
  [
    "an answer to another question",
    (truth) => ({ type: "ids", head: truth.head, ids: new Uint8Array(0), last: true }),
  ],
  ["an unknown type", (truth) => ({ ...truth, type: "other" }) as never],
];
for (const [title, lie] of malformedAnswers)
  test(`a peer that answers with ${title} ends the session with reconcile_malformed`, (t) => {
    const [local, remote] = pair(200, 200, 200);
    const answer = (request: ReconcileRequest) => lie(honest(remote)(request)!);
    t.like(reconcile(local, remote, { answer }).report, { outcome: "error", code: "reconcile_malformed" });
    close(local, remote);
  });

test("a peer that is silent, fails to be reached or speaks another version ends the session", (t) => {
  const [local, remote] = pair(100, 200, 0);
  t.like(reconcile(local, remote, { answer: () => undefined }).report, {
    outcome: "timedOut",
    code: "round_timed_out",
  });
  const other = (request: ReconcileRequest): ReconcileAnswer | undefined =>
    request.type === "ranges"
      ? { type: "rangesAnswer", head: remote.head(), message: Uint8Array.of(0x62) }
      : honest(remote)(request);
  t.like(reconcile(local, remote, { answer: other, options: { symbolsMax: 0 } }).report, {
    outcome: "error",
    code: "reconcile_version",
  });
  close(local, remote);
});

test("respond() refuses malformed requests and names its version to strangers", (t) => {
  const [set] = pair(50, 0, 0);
  const wrong: ReconcileRequest[] = [
    { type: "open", head: new Uint8Array(31), count: 1 },
    { type: "open", head: new Uint8Array(32), count: 0.5 },
    { type: "more", head: new Uint8Array(32), from: 9, to: 8 },
    { type: "more", head: new Uint8Array(32), from: 0, to: 100_000 },
    { type: "page", after: new Uint8Array(3) },
    { type: "found", missing: new Uint8Array(33), extra: new Uint8Array(0) },
    { type: "ranges", message: new Uint8Array(0) },
    { type: "ranges", message: Uint8Array.of(0x61, 0, 0, 9) },
    { type: "ranges", message: Uint8Array.of(0x61, 0, 0, 0, 0, 0, 0) },
    { type: "ranges", message: Uint8Array.of(0x61, 7, 0, 0) },
    { type: "ranges", message: Uint8Array.of(0x61, 1, 33, 0) },
    { type: "ranges", message: Uint8Array.of(0x61, 0, 0, 2, 5, 1, 1) },
    { type: "ranges", message: Uint8Array.of(0x61, 1, 1, 9, 0, 1, 1, 8, 0) },
  ];
  for (const request of wrong) {
    const error = t.throws(() => respond(set, request));
    t.true(isWaxwingError(error, "reconcile_malformed"), request.type);
  }
  const stranger = respond(set, { type: "ranges", message: Uint8Array.of(0x62, 1, 2, 3) }).answer;
  t.deepEqual(stranger?.type === "rangesAnswer" && stranger.message, Uint8Array.of(0x61));
  close(set);
});
