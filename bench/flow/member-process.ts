/**
 * A node in a process of its own, driven by `member.ts` over the channel of `fork`: one answer a request. What it
 * reads of itself is the whole process: threads that verify and the store's writer count too.
 */
import { readFileSync } from "node:fs";
import {
  type ConfigInput,
  type CreateNodeOptions,
  createNode,
  type NodeCard,
  type PeerInput,
  type WaxwingNode,
} from "waxwing";
import { loadCore } from "waxwing/core";
import type { OwnKind } from "waxwing/records";
import type { ReplicationHandle, RoundReport } from "waxwing/replication";
import type { MemberCalls, Report, Usage } from "./member.js";
import { answerCalls } from "./program.js";

let node: WaxwingNode | undefined;
let handle: ReplicationHandle | undefined;
let reports: Report[] = [];
const crowd: WaxwingNode[] = [];

const calls: MemberCalls & { close(): Promise<void> } = {
  async open(config: ConfigInput, kinds: readonly OwnKind[]) {
    node = await started(config, kinds);
    return cardOf(node);
  },
  async replicate(peers: readonly PeerInput[], cadenceSeconds: number) {
    const begun = handle === undefined;
    handle = await node!.startReplication(peers, { cadenceSeconds });
    if (begun) void collectReports(handle);
    return handle.registeredCount;
  },
  async learn(peers: readonly PeerInput[]) {
    for (const peer of peers) await node!.peers.add(peer);
  },
  async roundNow(peer, kind) {
    handle!.roundNow(peer, kind);
  },
  async pause() {
    await handle!.stop();
  },
  async openCrowd(count, config, kinds, records) {
    const engine = await loadCore();
    const alone = { store: { engine: "memory" }, core: { verifyWorkers: 0 } } as const;
    for (let index = 0; index < count; index++) {
      const member = await started({ ...config, ...alone }, kinds, { engine });
      await putAll(member, records);
      crowd.push(member);
    }
    return Promise.all(crowd.map(cardOf));
  },
  async replicateCrowd(peer, cadenceSeconds) {
    for (const member of crowd) await member.startReplication([peer], { cadenceSeconds });
  },
  async put(records: readonly Uint8Array[]) {
    await putAll(node!, records);
  },
  async held() {
    const { records, byKind } = (await node!.status()).store;
    return {
      records,
      byKind: Object.fromEntries(Object.entries(byKind).map(([kind, { records }]) => [kind, records])),
    };
  },
  async usage() {
    return usage();
  },
  async collect() {
    (globalThis as { gc?: () => void }).gc?.();
  },
  async takeReports() {
    const taken = reports;
    reports = [];
    return taken;
  },
  async counters() {
    const { replication, transport, verifier } = await node!.status();
    return { replication, transport, verifier };
  },
  async storeHash() {
    return node!.storeHash();
  },
  async close() {
    for (const each of [node, ...crowd]) await each?.[Symbol.asyncDispose]();
  },
};

async function started(
  config: ConfigInput,
  kinds: readonly OwnKind[],
  options: CreateNodeOptions = {},
): Promise<WaxwingNode> {
  const made = await createNode(config, options);
  for (const kind of kinds) made.defineKind(kind);
  await made.start();
  return made;
}

async function cardOf(one: WaxwingNode): Promise<NodeCard & { url: string }> {
  const [url] = (await one.status()).addresses.peers;
  return { ...one.card(), url: url! };
}

async function putAll(one: WaxwingNode, records: readonly Uint8Array[]): Promise<void> {
  for await (const { status, reason } of one.putBatch(records))
    if (status !== "admitted") throw new Error(`a record was ${status}: ${reason}`);
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, ...resident(), atMs: performance.timeOrigin + performance.now() };
}

/** Pages of the store's map count as resident and are the kernel's to take back: anonymous ones are ours. */
function resident(): { anonymousBytes: number; residentBytes: number } {
  const text = readFileSync("/proc/self/status", "utf8");
  const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
  return { anonymousBytes: 1024 * kibibytes("RssAnon"), residentBytes: 1024 * kibibytes("VmRSS") };
}

async function collectReports({ events }: ReplicationHandle): Promise<void> {
  for await (const { report } of events) reports.push(plain(report));
}

/** The channel carries no bigint. */
function plain({ round: _, ...report }: RoundReport): Report {
  return report;
}

answerCalls(calls);
