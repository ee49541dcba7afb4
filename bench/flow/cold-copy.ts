/** An empty node next to a full one: every record crosses, is verified on arrival and durable before it counts. */
import type { Usage } from "./member.js";
import { type PairOptions, proveEqual, spent, until, withPair } from "./pair.js";
import { fromCache, Loader, pinsOf, signers } from "./stores.js";

export interface ColdCopy {
  readonly records: number;
  readonly recordsPerSecond: number;
  readonly cpuMs: { readonly sender: number; readonly receiver: number };
  /** Anonymous bytes of the receiver after a tenth, and the most afterwards. */
  readonly anonymousBytes: { readonly early: number; readonly most: number; readonly senderMost: number };
  readonly wireBytesPerRecord: number;
}

/** 4.5 KB of a record are its signatures, in base64. */
const textBytes = 3500;
const signersCount = 8;
const pollMs = 1000;

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
    const series: { a: Usage; b: Usage; held: number }[] = [];
    await b.member.replicate([a.card], 3600);
    await until("a cold copy", 600_000, async () => {
      const { records: held } = await b.member.held();
      series.push({ a: await a.member.usage(), b: await b.member.usage(), held });
      if (held < records) await new Promise((resolve) => setTimeout(resolve, pollMs));
      return held >= records;
    });
    const [inA, inB] = [spent(beforeA, await a.member.usage()), spent(beforeB, await b.member.usage())];
    const { transport } = await a.member.counters();
    await proveEqual(a, b);
    const early = series.find(({ held }) => held >= records / 10)!;
    return {
      records,
      recordsPerSecond: (1000 * records) / inB.wallMs,
      cpuMs: { sender: inA.cpuMs, receiver: inB.cpuMs },
      anonymousBytes: {
        early: early.b.anonymousBytes,
        most: Math.max(...series.map(({ b }) => b.anonymousBytes)),
        senderMost: Math.max(...series.map(({ a }) => a.anonymousBytes)),
      },
      wireBytesPerRecord: transport.bytesSent / records,
    };
  });
}

async function* signedRecords(loader: Loader, identities: ReturnType<typeof signers>, records: number) {
  for (let index = 0; index < records; index++)
    yield loader.signed(identities[index % identities.length]!, `r${index}`, textBytes);
}
