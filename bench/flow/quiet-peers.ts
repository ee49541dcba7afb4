/**
 * A hundred Waxwing peers around one node, all kinds, nothing to say: what the node's process costs while everybody
 * keeps to the cadence. The peers live in two other processes, fifty nodes each.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Member, startMember } from "./member.js";
import { until } from "./pair.js";
import { type Identity, Loader, noteKind, pinsOf, signers } from "./stores.js";

export interface QuietPeersOptions {
  readonly peers: number;
  readonly cadenceSeconds: number;
  /** How long the node is watched, once everybody has heard everybody. */
  readonly cadences: number;
  readonly records: number;
}

export interface QuietPeers {
  readonly peers: number;
  readonly kinds: number;
  /** Of one core. */
  readonly cpuShare: number;
  readonly roundsFailed: number;
  readonly anonymousBytes: number;
  readonly framesPerCadence: number;
  readonly frameBytesPerCadence: number;
}

const processes = 2;

export async function measureQuietPeers(options: QuietPeersOptions): Promise<QuietPeers> {
  const { peers, cadenceSeconds, cadences, records } = options;
  const loader = await Loader.create();
  const [signer] = signers(loader.engine, "quiet", 1) as [Identity];
  const notes: Uint8Array[] = [];
  for (let index = 0; index < records; index++) notes.push((await loader.signed(signer, `q${index}`)).bytes);
  const folder = await mkdtemp(join(tmpdir(), "waxwing-flow-"));
  const members: Member[] = [];
  const config = {
    listen: { port: 0 },
    admin: false as const,
    log: { level: "silent" as const },
    // Somebody is named for organisations, partners and accords: so all fifteen kinds are replicated, and the bench's own.
    trust: {
      pins: pinsOf([signer]),
      operators: [signer.keyId],
      stewards: { keyIds: [signer.keyId], threshold: 1 },
      accord: { keyIds: [signer.keyId], threshold: 1 },
    },
    // What it opens, it opens because the bench says so.
    replication: { enabled: false },
  };
  try {
    const hub = await startMember();
    members.push(hub);
    const hubCard = await hub.open({ ...config, dataDirectory: join(folder, "hub") }, [noteKind]);
    await hub.put(notes);
    const cards = [];
    for (let index = 0; index < processes; index++) {
      const crowd = await startMember();
      members.push(crowd);
      cards.push(...(await crowd.openCrowd(peers / processes, config, [noteKind], notes)));
    }
    // Frames of strangers are dropped: the node knows everybody before anybody speaks.
    await hub.learn(cards);
    for (const crowd of members.slice(1)) await crowd.replicateCrowd(hubCard, cadenceSeconds);
    const registered = await hub.replicate(cards, cadenceSeconds);
    // First rounds learn framings and read ids; quiet is when heads say all that there is to say.
    await until("quiet", 20_000 * cadenceSeconds, async () => {
      await hub.takeReports();
      await wait(cadenceSeconds);
      return (await hub.takeReports()).every(({ way, outcome }) => way === "head" && outcome === "completed");
    });
    await hub.collect();
    const [counted, before] = [(await hub.counters()).replication, await hub.usage()];
    await wait(cadences * cadenceSeconds);
    const [counters, after] = [(await hub.counters()).replication, await hub.usage()];
    const failed = failures(counters) - failures(counted);
    return {
      peers,
      kinds: registered / peers,
      cpuShare: (after.cpuMs - before.cpuMs) / (after.atMs - before.atMs),
      roundsFailed: failed,
      anonymousBytes: after.anonymousBytes,
      framesPerCadence: (counters.framesSent - counted.framesSent) / cadences,
      frameBytesPerCadence: (counters.bytesSent - counted.bytesSent) / cadences,
    };
  } finally {
    await Promise.all(members.map((member) => member.close()));
    await rm(folder, { recursive: true, force: true });
  }
}

function failures({
  rounds,
}: {
  readonly rounds: { readonly timedOut: number; readonly error: number };
}): number {
  return rounds.timedOut + rounds.error;
}

function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
}
