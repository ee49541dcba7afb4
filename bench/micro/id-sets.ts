/** Sets of ids that stay: differences without copying, fingerprints of ranges, changes, and reconciliation with a peer. */
import { type IdSet, loadIdSets } from "waxwing/core";
import {
  answerRanges,
  createReconciliation,
  messageBytes,
  type ReconcileAnswer,
  type ReconcileReport,
  type ReconcileStep,
  respond,
  stepReconciliation,
} from "waxwing/reconcile";
import { SeededRandom } from "waxwing/testing";
import type { Bench, Case, Measured } from "../case.js";
import type { NegentropyPeer } from "../peers/load.js";
import { sortedIds, without } from "./json-and-sets.js";
import { idWords, mergeDiff } from "./strong-js.js";

export async function idSetCases({ quick, peers }: Bench): Promise<Case[]> {
  const sizes = { "10k": 10_000, "100k": 100_000, ...(quick ? {} : { "1m": 1_000_000 }) };
  const cases = [];
  for (const [name, count] of Object.entries(sizes)) {
    cases.push(await diffCase(name, count));
    cases.push(await fingerprintCase(name, count, peers.negentropy));
    cases.push(await changeCase(name, count));
  }
  return cases;
}

/** The sets of `set/diff`, in WebAssembly memory. */
async function diffCase(name: string, count: number): Promise<Case> {
  const ids = sortedIds(new SeededRandom(`bench/set/${count}`), count);
  const [local, remote] = [without(ids, 0), without(ids, 100)];
  const flat = [local, remote].map((bytes) => ({ bytes, words: idWords(bytes) }));
  const sets = await loadIdSets({ capacity: 2 * count });
  const resident = [local, remote].map((bytes) => {
    const set = sets.create();
    set.insert(bytes);
    return set;
  });
  return {
    id: `set/resident-diff/${name}`,
    contenders: {
      waxwing: () => resident[0]!.diff(resident[1]!),
      "strong-js": () => mergeDiff(flat[0]!, flat[1]!),
    },
    comparable: (output) => {
      const { missing, extra } = output as { missing: Uint8Array; extra: Uint8Array };
      return [missing, extra].map((found) => Buffer.from(found).toString("hex"));
    },
  };
}

/** A sixteenth of a set, another one each time. */
async function fingerprintCase(name: string, count: number, peer: NegentropyPeer | undefined): Promise<Case> {
  const ids = sortedIds(new SeededRandom(`bench/fingerprint/${count}`), count);
  const set = (await loadIdSets({ capacity: count })).create();
  set.insert(ids);
  const stock = peer?.(ids);
  const range = (turn: number) => [(turn * count) >> 4, ((turn + 1) * count) >> 4] as const;
  return {
    id: `set/fingerprint/${name}`,
    contenders: {
      waxwing: (turn) => set.fingerprint(...range(turn)),
      ...(stock && { "nostr-tools": (turn: number) => stock.fingerprint(...range(turn)) }),
    },
  };
}

/** A thousand ids come, and go again, with all that is kept of the set. */
async function changeCase(name: string, count: number): Promise<Case> {
  const set = (await loadIdSets({ capacity: count + 1000 })).create();
  const random = new SeededRandom(`bench/change/${count}`);
  set.insert(random.bytes(32 * count));
  set.symbols(0, 2048);
  set.head();
  const batch = random.bytes(32 * 1000);
  return {
    id: `set/change/${name}`,
    operations: { waxwing: 2000 },
    contenders: {
      waxwing: () => {
        set.insert(batch);
        set.delete(batch);
      },
    },
  };
}

/**
 * Processor time of both sides together, as sessions a second of it, and what went over the wire for each id that
 * differs. Sets, symbols, heads and the rival's storage are there before; half of the differing ids are on each side.
 * The rival has the initiator's part alone: what its responder would compute is taken from a second initiator,
 * which reads the same messages over the other set.
 */
export async function measureReconcile(
  peer: NegentropyPeer | undefined,
  quick: boolean,
): Promise<Measured[]> {
  const [name, count] = quick ? ["10k", 10_000] : ["1m", 1_000_000];
  const differing = quick ? 100 : 1000;
  const sets = await loadIdSets({ capacity: 2 * count + differing });
  const [local, remote] = [sets.create(), sets.create()];
  const random = new SeededRandom("bench/reconcile");
  const shared = random.bytes(32 * count);
  for (const set of [local, remote]) {
    set.insert(shared);
    set.insert(random.bytes(16 * differing));
    set.symbols(0, 2048);
    set.head();
  }
  const own = { cpu: [] as number[], bytes: [] as number[], trips: [] as number[] };
  for (let i = 0; i < (quick ? 3 : 9); i++) {
    const { cpuMs, bytes, report } = session(local, remote);
    if (report.outcome !== "proven" || report.missing.length + report.extra.length !== 32 * differing)
      throw new Error(`the session ended as ${report.outcome}`);
    own.cpu.push(1000 / cpuMs);
    own.bytes.push(bytes / differing);
    own.trips.push(report.roundTrips);
  }
  const rows: Measured[] = [
    { id: `flow/reconcile/${name}`, engine: "waxwing", unit: "operations/s", samples: own.cpu },
    { id: `flow/reconcile-bytes/${name}`, engine: "waxwing", unit: "bytes", samples: own.bytes },
    { id: `flow/reconcile-trips/${name}`, engine: "waxwing", unit: "round trips", samples: own.trips },
  ];
  if (peer === undefined) return rows;
  const stock = { cpu: [] as number[], bytes: [] as number[], trips: [] as number[] };
  const [ids, theirs] = [local, remote].map((set) => set.ids(0, set.size)) as [Uint8Array, Uint8Array];
  for (let i = 0; i < (quick ? 1 : 3); i++) {
    const { cpuMs, bytes, trips, found } = stockSession(peer(ids), peer(theirs), remote);
    if (found !== differing) throw new Error(`the rival found ${found} ids`);
    stock.cpu.push(1000 / cpuMs);
    stock.bytes.push(bytes / differing);
    stock.trips.push(trips);
  }
  const engine = "nostr-tools";
  return [
    ...rows,
    { id: `flow/reconcile/${name}`, engine, unit: "operations/s", samples: stock.cpu },
    { id: `flow/reconcile-bytes/${name}`, engine, unit: "bytes", samples: stock.bytes },
    { id: `flow/reconcile-trips/${name}`, engine, unit: "round trips", samples: stock.trips },
  ];
}

/** Milliseconds of processor time that `run` takes. */
function timed<T>(run: () => T): { cpuMs: number; result: T } {
  const before = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, result };
}

function session(local: IdSet, remote: IdSet): { cpuMs: number; bytes: number; report: ReconcileReport } {
  let bytes = 0;
  let cpuMs = 0;
  const charge = <T>(run: () => T): T => {
    const { cpuMs: more, result } = timed(run);
    cpuMs += more;
    return result;
  };
  let next: ReconcileStep = charge(() =>
    stepReconciliation(createReconciliation(), { type: "start" }, local),
  );
  for (;;) {
    const { state, effects } = next;
    const sent = effects.find((effect) => effect.type === "send");
    const ended = effects.find((effect) => effect.type === "finish");
    if (sent) bytes += messageBytes(sent.message);
    if (ended) return { cpuMs, bytes, report: ended.report };
    const message: ReconcileAnswer = charge(() => respond(remote, sent!.message)).answer!;
    bytes += messageBytes(message);
    next = charge(() => stepReconciliation(state, { type: "message", message }, local));
  }
}

function stockSession(stock: ReturnType<NegentropyPeer>, other: ReturnType<NegentropyPeer>, remote: IdSet) {
  const found = new Set<string>();
  const learn = (id: string) => void found.add(id);
  const first = timed(() => stock.initiate());
  let { cpuMs } = first;
  let message: string | null = first.result;
  let bytes = 0;
  let trips = 0;
  while (message !== null) {
    const asked: string = message;
    cpuMs += timed(() => other.reconcile(asked, nothing, nothing)).cpuMs;
    const answer = Buffer.from(answerRanges(remote, Buffer.from(asked, "hex"), { bytesMax: 1 << 20 }));
    bytes += asked.length / 2 + answer.length;
    trips++;
    const step = timed(() => stock.reconcile(answer.toString("hex"), learn, learn));
    cpuMs += step.cpuMs;
    message = step.result;
  }
  return { cpuMs, bytes, trips, found: found.size };
}

const nothing = () => {};
