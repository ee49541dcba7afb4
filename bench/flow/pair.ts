/** Two nodes on loopback, each a process with a data directory of its own: what most cases measure. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigInput } from "waxwing";
import { type Member, startMember, type Usage } from "./member.js";
import { noteKind, storeHead } from "./stores.js";

export interface Place {
  readonly member: Member;
  readonly directory: string;
  readonly card: Awaited<ReturnType<Member["open"]>>;
}

export interface PairOptions {
  /** Fills the data directories before the nodes open them. */
  readonly prepare: (a: string, b: string) => Promise<void>;
  readonly pins?: NonNullable<ConfigInput["trust"]>["pins"];
  /** By default all that a node admits. */
  readonly kinds?: readonly string[];
  readonly execArgv?: readonly string[];
  /** More of the configuration, of both. */
  readonly config?: ConfigInput;
}

/** `b` opens rounds with `a` once the bench says so; `a` knows it and answers. */
export async function withPair<T>(options: PairOptions, run: (a: Place, b: Place) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "waxwing-flow-"));
  const members: Member[] = [];
  try {
    const directories = ["a", "b"].map((name) => join(folder, name)) as [string, string];
    await options.prepare(...directories);
    const places: Place[] = [];
    for (const directory of directories) {
      const member = await startMember(options.execArgv === undefined ? {} : { execArgv: options.execArgv });
      members.push(member);
      places.push({ member, directory, card: await member.open(configOf(directory, options), [noteKind]) });
    }
    const [a, b] = places as [Place, Place];
    await a.member.learn([b.card]);
    return await run(a, b);
  } finally {
    await Promise.all(members.map((member) => member.close()));
    await rm(folder, { recursive: true, force: true });
  }
}

function configOf(dataDirectory: string, { pins = [], kinds, config = {} }: PairOptions): ConfigInput {
  return {
    dataDirectory,
    listen: { port: 0 },
    admin: false,
    log: { level: "silent" },
    ...config,
    trust: { pins: [...pins] },
    replication: { enabled: false, ...(kinds && { kinds: [...kinds] }), ...config.replication },
  };
}

export interface Spent {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export function spent(before: Usage, after: Usage): Spent {
  return { wallMs: after.atMs - before.atMs, cpuMs: after.cpuMs - before.cpuMs };
}

/** Polls until it holds; what takes longer has failed. */
export async function until(what: string, timeoutMs: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Throws unless both hold the same records; returns how many. */
export async function proveEqual(a: Place, b: Place): Promise<number> {
  const [inA, inB] = await Promise.all([a, b].map(({ directory }) => storeHead(directory, noteKind.token)));
  if (inA!.hash !== inB!.hash || inA!.records !== inB!.records)
    throw new Error(`the stores differ: ${JSON.stringify([inA, inB])}`);
  return inA!.records;
}
