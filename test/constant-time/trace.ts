/**
 * Runs instrumented code and tells where two runs took different ways. Each site keeps a digest of the values
 * that it saw, in order. The code is deterministic, so runs whose branches all went the same way met the same
 * sites in the same order: digests that are equal site by site are equal traces.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/consumer.js";
import { instrument, type Site } from "./instrument.js";
import { functionLines, type SourceFunction, type SourcePlace, sourcePlaces } from "./source-lines.js";

/** What one run did: three numbers a site, its visits and two digests. */
export type Trace = Int32Array;

const numbersASite = 3;

export class Tracer {
  readonly module: Uint8Array<ArrayBuffer>;
  private readonly sites: readonly Site[];
  private readonly places: readonly (SourcePlace | undefined)[];
  private readonly truth: Uint8Array;
  private trace: Trace | undefined;

  constructor(wasm: Uint8Array, map: string) {
    const { module, sites } = instrument(wasm);
    this.module = module;
    this.sites = sites;
    const placeOf = sourcePlaces(JSON.parse(map));
    this.places = sites.map(({ offset }) => placeOf(offset));
    this.truth = Uint8Array.from(sites, ({ kind }) => (kind === "branch" ? 1 : 0));
  }

  /** The import `env.trace`. */
  readonly record = (value: number, site: number): number => {
    const { trace } = this;
    if (trace === undefined) return value;
    const seen = this.truth[site] === 1 ? Number(value !== 0) : value;
    const at = site * numbersASite;
    trace[at]! += 1;
    trace[at + 1] = Math.imul(trace[at + 1]! ^ seen, 0x01000193) + 0x3c6ef372;
    trace[at + 2] = Math.imul(trace[at + 2]! + seen, 0x5bd1e995) ^ (trace[at + 2]! >>> 15);
    return value;
  };

  run(work: () => void): Trace {
    const trace = new Int32Array(this.sites.length * numbersASite);
    this.trace = trace;
    try {
      work();
    } finally {
      this.trace = undefined;
    }
    return trace;
  }

  /** How many values all sites saw. */
  visits(trace: Trace): number {
    let visits = 0;
    for (let at = 0; at < trace.length; at += numbersASite) visits += trace[at]!;
    return visits;
  }

  /** What the sites within these functions saw, to group runs by. */
  seenIn(trace: Trace, functions: readonly SourceFunction[]): string {
    const inside = insideOf(functions);
    const seen = this.sites.flatMap((_, site) =>
      inside(this.places[site]) ? [...trace.subarray(site * numbersASite, (site + 1) * numbersASite)] : [],
    );
    if (seen.length === 0) throw new RangeError("no site lies in these functions");
    return seen.join();
  }

  /** `assembly/ed25519/multiply.ts:70 address`: the places where two runs differ, outside of `publicFunctions`. */
  differences(one: Trace, other: Trace, publicFunctions: readonly SourceFunction[] = []): string[] {
    const isPublic = insideOf(publicFunctions);
    const found = new Set<string>();
    for (const [site, { kind, offset }] of this.sites.entries()) {
      const at = site * numbersASite;
      const place = this.places[site];
      if (isPublic(place)) continue;
      if ([0, 1, 2].every((index) => one[at + index] === other[at + index])) continue;
      found.add(`${place === undefined ? `byte ${offset}` : `${place.file}:${place.line}`} ${kind}`);
    }
    return [...found].sort();
  }
}

function insideOf(functions: readonly SourceFunction[]): (place: SourcePlace | undefined) => boolean {
  const ranges = functions.map(({ file, name }) => {
    const [first, last] = functionLines(readFileSync(join(repository, file), "utf8"), name);
    return { file, first, last };
  });
  return (place) =>
    place !== undefined &&
    ranges.some(({ file, first, last }) => file === place.file && first <= place.line && place.line <= last);
}
