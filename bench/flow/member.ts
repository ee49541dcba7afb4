/** The other end of `member-process.ts`: a node of a process of its own, as an object. */
import type { ConfigInput, NodeCard, NodeStatus, PeerInput } from "waxwing";
import type { OwnKind } from "waxwing/records";
import type { RoundReport } from "waxwing/replication";
import { type Program, type ProgramOptions, startProgram } from "./program.js";

export type Report = Omit<RoundReport, "round">;

/** Of a whole process. */
export interface Usage {
  /** User and system time of all threads so far. */
  readonly cpuMs: number;
  readonly anonymousBytes: number;
  readonly residentBytes: number;
  /** Unix ms, when it was read. */
  readonly atMs: number;
}

export interface MemberCalls {
  open(config: ConfigInput, kinds: readonly OwnKind[]): Promise<NodeCard & { readonly url: string }>;
  replicate(peers: readonly PeerInput[], cadenceSeconds: number): Promise<number>;
  learn(peers: readonly PeerInput[]): Promise<void>;
  roundNow(peer?: string, kind?: string): Promise<void>;
  /** Each through admission; throws unless all are admitted. */
  put(records: readonly Uint8Array[]): Promise<void>;
  pause(): Promise<void>;
  /** Nodes that keep nothing, all in this process, with these records; they share one core. */
  openCrowd(
    count: number,
    config: ConfigInput,
    kinds: readonly OwnKind[],
    records: readonly Uint8Array[],
  ): Promise<(NodeCard & { readonly url: string })[]>;
  /** Each of them with that one. */
  replicateCrowd(peer: PeerInput, cadenceSeconds: number): Promise<void>;
  held(): Promise<{ readonly records: number; readonly byKind: Readonly<Record<string, number>> }>;
  usage(): Promise<Usage>;
  collect(): Promise<void>;
  takeReports(): Promise<readonly Report[]>;
  counters(): Promise<Pick<NodeStatus, "replication" | "transport" | "verifier">>;
  storeHash(): Promise<{ readonly records: number; readonly hash: string }>;
}

export type Member = MemberCalls & Program;

export function startMember(options: ProgramOptions = {}): Promise<Member> {
  return startProgram<MemberCalls>(new URL("./member-process.ts", import.meta.url), options);
}
