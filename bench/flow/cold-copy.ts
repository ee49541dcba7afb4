/** An empty node next to a full one: every record crosses, is verified on arrival and durable before it counts. */
import { type PairOptions, proveEqual, spent, until, withPair } from "./pair.js";
import { fromCache, Loader, pinsOf, signers } from "./stores.js";

export interface ColdCopy {
  readonly records: number;
  readonly recordsPerSecond: number;
  readonly cpuMs: { readonly sender: number; readonly receiver: number };
  /** Of the receiver: the most; and the lowest reading of the last quarter over the lowest of the second, as in memory.ts. */
  readonly anonymousBytes: { readonly most: number; readonly growth: number };
  readonly wireBytesPerRecord: number;
}

/** 4.5 KB of a record are its signatures, in base64. */
const textBytes = 3500;
const signersCount = 8;
const pollMs = 200;

export async function coldCopy(
  records: number,
  options: { readonly execArgv?: readonly string[] } = {},
): Promise<ColdCopy> {
  const loader = await Loader.create();
  const identities = signers(loader.engine, "cold-copy", signersCount);
  const pair: PairOptions = {
    ...options,
    kinds: ["note"],
    pins: pinsOf(identities),
    prepare: (a) =>
      fromCache(`cold-${records}`, `1/${textBytes}/${signersCount}`, a, async (directory) => {
        await loader.load(directory, signedRecords(loader, identities, records));
      }),
  };
  return withPair(pair, async (a, b) => {
    const [beforeA, beforeB] = [await a.member.usage(), await b.member.usage()];
    const series: number[] = [];
    await b.member.replicate([a.card], 3600);
    await until("a cold copy", 600_000, async () => {
      const { records: held } = await b.member.held();
      series.push((await b.member.usage()).anonymousBytes);
      if (held < records) await new Promise((resolve) => setTimeout(resolve, pollMs));
      return held >= records;
    });
    const [inA, inB] = [spent(beforeA, await a.member.usage()), spent(beforeB, await b.member.usage())];
    const { transport } = await a.member.counters();
    await proveEqual(a, b);
    return {
      records,
      recordsPerSecond: (1000 * records) / inB.wallMs,
      cpuMs: { sender: inA.cpuMs, receiver: inB.cpuMs },
      anonymousBytes: {
        most: Math.max(...series),
        growth: Math.max(0, lowest(series, 3) - lowest(series, 1)),
      },
      wireBytesPerRecord: transport.bytesSent / records,
    };
  });
}

function lowest(readings: readonly number[], quarter: number): number {
  const at = (share: number) => Math.floor((readings.length * share) / 4);
  return Math.min(...readings.slice(at(quarter), Math.max(at(quarter + 1), at(quarter) + 1)));
}

async function* signedRecords(loader: Loader, identities: ReturnType<typeof signers>, records: number) {
  for (let index = 0; index < records; index++)
    yield loader.signed(identities[index % identities.length]!, `r${index}`, textBytes);
}
