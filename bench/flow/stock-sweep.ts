/**
 * Forty peers that speak as the reference does, sweeping a node of large attestations at once: whether its memory
 * stays bounded and every round completes. A sweep is as many rounds as the store has Summary pages; each takes one
 * Deliver, which is half a megabyte of records and four times that on the wire.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeCard } from "waxwing";
import { buildAttestation } from "waxwing/records";
import { type Member, startMember } from "./member.js";
import { type Program, startProgram } from "./program.js";
import { fillerText, fromCache, type Identity, Loader, pinsOf, signers } from "./stores.js";

export interface StockTotals {
  readonly rounds: number;
  readonly completed: number;
  readonly records: number;
  readonly bytes: number;
  /** Frames that the node had no room for at first. */
  readonly refused: number;
  readonly longestRoundMs: number;
}

export interface StockCalls {
  openPeers(count: number): Promise<(NodeCard & { readonly url: string })[]>;
  sweep(hub: { readonly keyId: string; readonly url: string }, rounds: number): Promise<StockTotals>;
  close(): Promise<void>;
}

export interface StockSweepOptions {
  readonly peers: number;
  readonly records: number;
  readonly rounds: number;
}

export interface StockSweep extends StockTotals {
  readonly peers: number;
  readonly held: number;
  readonly anonymousMostBytes: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** 14 KB with its signatures. */
const textBytes = 8500;
const sampleMs = 250;

export async function measureStockSweep({ peers, records, rounds }: StockSweepOptions): Promise<StockSweep> {
  const loader = await Loader.create();
  const [signer] = signers(loader.engine, "stock-sweep", 1) as [Identity];
  const folder = await mkdtemp(join(tmpdir(), "waxwing-flow-"));
  const programs: Program[] = [];
  try {
    const dataDirectory = join(folder, "hub");
    await fromCache(`attestations-${records}`, `1/${textBytes}`, dataDirectory, (fresh) =>
      loader.load(fresh, attestations(loader, signer, records)),
    );
    const hub: Member = await startMember();
    programs.push(hub);
    const card = await hub.open(
      {
        dataDirectory,
        listen: { port: 0 },
        admin: false,
        log: { level: "silent" },
        trust: { pins: pinsOf([signer]) },
        replication: { enabled: false },
      },
      [],
    );
    const crowd = await startProgram<StockCalls>(new URL("./stock-process.ts", import.meta.url));
    programs.push(crowd);
    await hub.learn(await crowd.openPeers(peers));
    await hub.collect();
    const before = await hub.usage();
    let most = 0;
    let over = false;
    const watching = (async () => {
      while (!over) {
        most = Math.max(most, (await hub.usage()).anonymousBytes);
        await new Promise((resolve) => setTimeout(resolve, sampleMs));
      }
    })();
    const totals = await crowd.sweep(card, rounds);
    const after = await hub.usage();
    over = true;
    await watching;
    return {
      ...totals,
      peers,
      held: records,
      anonymousMostBytes: most,
      cpuMs: after.cpuMs - before.cpuMs,
      wallMs: after.atMs - before.atMs,
    };
  } finally {
    await Promise.all(programs.map((program) => program.close()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function* attestations(loader: Loader, signer: Identity, count: number) {
  for (let index = 0; index < count; index++) {
    yield buildAttestation(loader.engine, signer, {
      attestationId: `bench-${index}`,
      attestationType: "scores",
      assertedAtMs: 1_767_225_600_000,
      content: { text: fillerText(`attestation-${index}`, textBytes) },
    });
  }
}
