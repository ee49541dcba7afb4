/**
 * Two stores that differ by a thousand records, half of them on each side, next to each other: what finding and
 * moving the difference costs, and what a cadence costs between equal ones. The same over the legacy path, whose
 * initiator is told to open one round after the other.
 *
 * The stores are loaded equal; ids are read into memory by a first round, which is counted apart; then each node
 * admits its own half while no round is opened, and one cadence makes the stores equal. The legacy path offers news
 * first and would find that half at once: its differences lie behind what was loaded, at the end of a sweep.
 */
import { summary } from "../measure.js";
import type { Report, Usage } from "./member.js";
import { type Place, proveEqual, spent, until, withPair } from "./pair.js";
import { fromCache, type Identity, Loader, pinsOf, signers } from "./stores.js";

export type Way = "waxwing" | "crpl-v1";

export interface SideCost {
  readonly cpuMs: number;
  readonly anonymousBytes: number;
}

export interface Differences {
  readonly records: number;
  readonly differing: number;
  readonly way: Way;
  /** What the round says of itself: how it went; and how often one had to be opened. */
  readonly ways: readonly string[];
  readonly rounds: number;
  readonly wallMs: number;
  readonly roundTrips: number;
  /** Frame bodies of both nodes but those with records. */
  readonly protocolBytes: number;
  readonly frameBytes: number;
  readonly sides: readonly [a: SideCost, b: SideCost];
  /** Processor time of the first round, which reads every id. */
  readonly firstRoundCpuMs: readonly [a: number, b: number];
}

/** Of a cadence and kind. */
export interface QuietCadence {
  readonly records: number;
  readonly kinds: number;
  readonly frameBytes: number;
  /** Of both nodes. */
  readonly cpuMs: number;
  /** The median of what the rounds took. */
  readonly wallMs: number;
}

export interface DifferencesResult {
  readonly differences: Differences;
  /** Of the equal stores afterwards; only of the native way. */
  readonly quiet?: QuietCadence;
}

const longCadenceSeconds = 3600;
const quietCadences = 20;
const settleMs = 1500;

export interface DifferencesOptions {
  readonly records: number;
  readonly differing: number;
  readonly way: Way;
  /** Of the whole flow; what takes longer is given up. */
  readonly timeoutMs: number;
  readonly execArgv?: readonly string[];
}

export async function measureDifferences(options: DifferencesOptions): Promise<DifferencesResult> {
  const { records, differing, way, timeoutMs } = options;
  const loader = await Loader.create();
  const [signer] = signers(loader.engine, "differences", 1) as [Identity];
  const prepare = async (a: string, b: string) => {
    for (const [side, directory] of [a, b].entries()) {
      await fromCache(`equal-${records}`, "1", directory, (fresh) =>
        loader.load(fresh, syntheticRecords(loader, signer, records)),
      );
      if (way === "crpl-v1") await loader.load(directory, half(loader, signer, side, differing / 2));
    }
  };
  const restricted = way === "waxwing" ? {} : { kinds: ["note"] };
  return withPair({ ...options, ...restricted, pins: pinsOf([signer]), prepare }, async (a, b) => {
    const peer = way === "crpl-v1" ? { ...a.card, framing: "legacy" as const } : a.card;
    const both = [a, b] as const;
    const open = await usages(both);
    const kinds = way === "waxwing" ? await warmUp(b, peer, timeoutMs) : 1;
    const loaded = await usages(both);
    if (way === "waxwing")
      for (const [side, { member }] of both.entries()) {
        const records: Uint8Array[] = [];
        for await (const { bytes } of half(loader, signer, side, differing / 2)) records.push(bytes);
        await member.put(records);
      }
    await settle(both);
    const counted = await frames(both);
    const before = await usages(both);
    const startMs = performance.now();
    const reports =
      way === "waxwing"
        ? await oneCadence(b, peer, timeoutMs)
        : await oneRoundAfterTheOther(b, peer, both, records + differing, timeoutMs);
    await until("equal stores", timeoutMs, () => hold(both, records + differing));
    const wallMs = performance.now() - startMs;
    const after = await usages(both);
    const frameBytes = (await frames(both)) - counted;
    await proveEqual(a, b);
    const quiet =
      way === "waxwing" ? { quiet: await quietCadence(both, peer, records + differing, kinds) } : {};
    return {
      differences: {
        records,
        differing,
        way,
        ways: [...new Set(reports.map(({ way }) => way))],
        rounds: reports.length,
        wallMs,
        ...protocolOf(reports),
        frameBytes,
        sides: [0, 1].map((side) => ({
          cpuMs: spent(before[side]!, after[side]!).cpuMs,
          anonymousBytes: after[side]!.anonymousBytes,
        })) as unknown as readonly [SideCost, SideCost],
        firstRoundCpuMs: [0, 1].map(
          (side) => spent(open[side]!, loaded[side]!).cpuMs,
        ) as unknown as readonly [number, number],
      },
      ...quiet,
    };
  });
}

function* syntheticRecords(loader: Loader, { keyId }: Identity, count: number) {
  for (let index = 0; index < count; index++) yield loader.synthetic(keyId, `s${index}`);
}

/** Those that one side has and the other lacks. */
async function* half(loader: Loader, signer: Identity, side: number, count: number) {
  for (let index = 0; index < count; index++) yield loader.signed(signer, `side-${side}-${index}`);
}

async function usages(places: readonly Place[]): Promise<Usage[]> {
  return Promise.all(places.map(({ member }) => member.usage()));
}

async function frames(places: readonly Place[]): Promise<number> {
  const counters = await Promise.all(places.map(({ member }) => member.counters()));
  return counters.reduce((sum, { replication }) => sum + replication.bytesSent, 0);
}

async function hold(places: readonly Place[], records: number): Promise<boolean> {
  const held = await Promise.all(places.map(({ member }) => member.held()));
  return held.every(({ byKind }) => byKind.note === records);
}

/** What loading has left behind is collected before anything is counted. */
async function settle(places: readonly Place[]): Promise<void> {
  await Promise.all(places.map(({ member }) => member.collect()));
  await new Promise((resolve) => setTimeout(resolve, settleMs));
}

/** The first rounds learn that the peer is a Waxwing node and read its ids. Returns how many kinds are replicated. */
async function warmUp({ member }: Place, peer: Place["card"], timeoutMs: number): Promise<number> {
  const kinds = await member.replicate([peer], longCadenceSeconds);
  await until("a reconciliation", timeoutMs, async () => {
    const reports = await member.takeReports();
    if (reports.some(({ kind, way }) => kind === "note" && way !== "summary")) return true;
    await member.roundNow(peer.keyId, "note");
    await new Promise((resolve) => setTimeout(resolve, 500));
    return false;
  });
  await member.pause();
  return kinds;
}

/** Rounds begin with replication and not again: with the follow-ups of the first, until none is on its way. */
async function oneCadence({ member }: Place, peer: Place["card"], timeoutMs: number): Promise<Report[]> {
  await member.takeReports();
  await member.replicate([peer], longCadenceSeconds);
  const reports: Report[] = [];
  await until("a round", timeoutMs, async () => {
    reports.push(...(await member.takeReports()));
    return reports.some(
      ({ kind, outcome, staleness }) =>
        kind === "note" && outcome === "completed" && staleness.state === "inSync",
    );
  });
  await member.pause();
  reports.push(...(await member.takeReports()));
  return reports.filter(({ kind }) => kind === "note");
}

async function oneRoundAfterTheOther(
  { member }: Place,
  peer: Place["card"],
  both: readonly Place[],
  records: number,
  timeoutMs: number,
): Promise<Report[]> {
  await member.replicate([peer], longCadenceSeconds);
  const reports: Report[] = [];
  await until("equal stores, round by round", timeoutMs, async () => {
    const taken = await member.takeReports();
    reports.push(...taken);
    if (taken.length > 0) await member.roundNow(peer.keyId, "note");
    return (taken.length > 0 || reports.length === 0) && (await hold(both, records));
  });
  await member.pause();
  return reports;
}

/** One exchange of heads a cadence serves all kinds; what is told is its share of each. */
async function quietCadence(
  both: readonly Place[],
  peer: Place["card"],
  records: number,
  kinds: number,
): Promise<QuietCadence> {
  const [, b] = both as readonly [Place, Place];
  await settle(both);
  const counted = await frames(both);
  const before = await usages(both);
  const wallMs: number[] = [];
  for (let cadence = 0; cadence < quietCadences; cadence++) {
    const reports = await oneCadence(b, peer, 30_000);
    wallMs.push(Math.max(...reports.map(({ startedAt, endedAt }) => endedAt - startedAt)));
  }
  const after = await usages(both);
  const cpuMs = both.reduce((sum, _, side) => sum + spent(before[side]!, after[side]!).cpuMs, 0);
  const frameBytes = (await frames(both)) - counted;
  return {
    records,
    kinds,
    frameBytes: frameBytes / quietCadences / kinds,
    cpuMs: cpuMs / quietCadences / kinds,
    wallMs: summary(wallMs).value / kinds,
  };
}

/** The sum over all rounds; the most that somebody waited for the other before records came. */
function protocolOf(reports: readonly Report[]): { roundTrips: number; protocolBytes: number } {
  return {
    roundTrips: Math.max(...reports.map(({ roundTrips }) => roundTrips)),
    protocolBytes: reports.reduce(
      (sum, { protocolBytesSent, protocolBytesReceived }) => sum + protocolBytesSent + protocolBytesReceived,
      0,
    ),
  };
}
