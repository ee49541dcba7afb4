/**
 * The demo, step by step: three nodes, hundreds of hybrid-signed records, a kill -9, a liar, and the proof that
 * all three hold the same in the end. Each step fails loudly: what is printed was seen, not assumed.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shortId, WaxwingError } from "../../base/index.js";
import type { DemoOptions } from "../demo.js";
import { exitCodes, note, print, printError } from "../output.js";
import { freePorts, Member } from "./federation.js";
import { runLiar } from "./liar-process.js";
import { progressBar } from "./progress.js";
import { makeCast, makeRecords } from "./records.js";

/** Everything is shown within this time, or the demo failed. */
const convergenceTimeoutMs = 60_000;
const pollMs = 25;
/** Records per control request: some 400 KB. */
const putChunk = 32;
/** Share of the records that is put on A before C is killed; C cannot have the rest. */
const firstShare = 0.6;
/** Short, so that the demo shows catching up and not waiting; the default is 30. */
const cadenceSeconds = 1;
/** What the demo's records are; a stream of its own for each of the other kinds would only idle. */
const kinds = ["key", "identity_occurrence", "attestation"];

export interface DemoResult {
  readonly converged: boolean;
  readonly nodes: number;
  readonly records: number;
  readonly refused: number;
  readonly rounds: number;
  readonly recordsPerSecond: number;
  readonly wireBytesPerRecord: number;
  readonly storeHashes: { readonly A: string; readonly B: string; readonly C: string };
}

export async function runDemo(options: DemoOptions): Promise<void> {
  const json = options.json ?? false;
  const folder = await mkdtemp(join(tmpdir(), "waxwing-demo-"));
  const members: Member[] = [];
  const interrupted = new Promise<"interrupted">((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve("interrupted"));
  });
  try {
    const outcome = await Promise.race([showEverything(folder, members, options), interrupted]);
    if (outcome === "interrupted") {
      note("interrupted");
      process.exitCode = exitCodes.surroundings;
      return;
    }
    if (!json) printResult(outcome, members);
    if (!outcome.converged) process.exitCode = exitCodes.no;
    if (options.once) {
      if (json) print(true, outcome, "");
      return;
    }
    if (json) print(true, outcome, "");
    printAddresses(members);
    await interrupted;
    note("\nstopping");
  } catch (error) {
    printError(error, json);
    process.exitCode = exitCodes.no;
  } finally {
    await Promise.all(members.map((member) => member.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function showEverything(folder: string, members: Member[], options: DemoOptions): Promise<DemoResult> {
  const cast = await makeCast(folder);
  const ports = await freePorts(2 * cast.nodes.length);
  for (const [index, actor] of cast.nodes.entries()) {
    members.push(
      new Member({
        name: actor.name,
        keyId: actor.identity.keyId,
        directory: actor.directory,
        peerPort: ports[2 * index]!,
        adminPort: ports[2 * index + 1]!,
      }),
    );
  }
  const [a, b, c] = members as [Member, Member, Member];
  for (const member of members) {
    const others = members.filter((other) => other !== member);
    await member.configure({
      dataDirectory: member.plan.directory,
      listen: { hostname: "127.0.0.1", port: member.plan.peerPort },
      admin: { hostname: "127.0.0.1", port: member.plan.adminPort },
      peers: [
        ...others.map((other) => ({ ...cast.cardOf(other.plan.keyId), url: other.url })),
        // The liar is a peer in good standing with a valid key: only its records are bad.
        { ...cast.cardOf(cast.liar.identity.keyId), kinds: [] },
      ],
      replication: { cadenceSeconds, kinds },
    });
  }
  await Promise.all(members.map((member) => member.start()));
  for (const member of members) note(`node ${member.name}   ${shortId(member.plan.keyId)}  ${member.url}`);

  const { introductions, attestations } = await makeRecords(cast, options.packages);
  const records = [...introductions, ...attestations];
  const total = records.length;
  const split = introductions.length + Math.floor(attestations.length * firstShare);

  const groupEnds = [
    [0, introductions.length / 2],
    [introductions.length / 2, introductions.length],
  ] as const;

  const puts = progressBar("put on A        ", total);
  // Keys, then occurrences, then the rest: a record that arrives before its signer's key is refused for a while.
  for (const [start, end] of groupEnds) {
    await putAll(a, introductions.slice(start, end), (done) => puts.update(start + done));
    await waitFor("B and C know the signers", async () => {
      const held = await Promise.all([b.records(), c.records()]);
      return held.every((count) => count >= end);
    });
  }
  await putAll(a, records.slice(introductions.length, split), (done) =>
    puts.update(introductions.length + done),
  );
  await waitFor("C holds the first attestations", async () => (await c.records()) > introductions.length);
  const heldByC = await c.records();
  await c.kill();
  note(`kill -9 C        it held ${heldByC} of ${total} records`);
  await putAll(a, records.slice(split), (done) => puts.update(split + done));
  puts.done();

  await follow(b, total);
  await c.start();
  const survived = await c.records();
  note(`restart C        ${survived} records were still there`);
  if (survived < heldByC)
    throw new WaxwingError("demo_failed", `C held ${heldByC} records before kill -9 and ${survived} after`);
  await follow(c, total);

  const lies = await runLiar(cast, members, attestations);
  for (const line of lies.shown) note(line);

  const hashes = await Promise.all(members.map((member) => member.control.storeHash()));
  const totals = await Promise.all(members.map((member) => member.totals()));
  const [hashA, hashB, hashC] = hashes as [
    { hash: string; records: number },
    { hash: string; records: number },
    { hash: string; records: number },
  ];
  const { firstAdmittedAtMs, lastAdmittedAtMs, fromPeers } = totals[1]!.status.admission;
  const seconds = ((lastAdmittedAtMs ?? 0) - (firstAdmittedAtMs ?? 0)) / 1000;
  const frameBytes = totals.reduce((sum, { frameBytesSent }) => sum + frameBytesSent, 0);
  return {
    converged: hashA.hash === hashB.hash && hashB.hash === hashC.hash && hashA.records === total && lies.held,
    nodes: members.length,
    records: hashA.records,
    refused: totals.reduce((sum, { refused }) => sum + refused, 0),
    rounds: totals.reduce((sum, { rounds }) => sum + rounds, 0),
    recordsPerSecond: seconds > 0 ? Math.round(fromPeers / seconds) : 0,
    wireBytesPerRecord: Math.round(frameBytes / (2 * hashA.records)),
    storeHashes: { A: hashA.hash, B: hashB.hash, C: hashC.hash },
  };
}

async function putAll(
  member: Member,
  records: readonly Uint8Array[],
  progress: (done: number) => void,
): Promise<void> {
  for (let start = 0; start < records.length; start += putChunk) {
    const chunk = records.slice(start, start + putChunk);
    for (const verdict of await member.control.put(chunk)) {
      if (verdict.status !== "admitted") {
        throw new WaxwingError(
          "demo_failed",
          `node ${member.name} did not admit ${verdict.hash}: ${verdict.reason ?? verdict.status}: ${verdict.message ?? ""}`,
        );
      }
    }
    progress(start + chunk.length);
  }
}

/** A progress bar until the member holds `total` records. */
async function follow(member: Member, total: number): Promise<void> {
  const bar = progressBar(`${member.name} holds         `, total);
  await waitFor(`${member.name} holds all records`, async () => {
    const held = await member.records();
    bar.update(held);
    return held >= total;
  });
  bar.done();
}

export async function waitFor(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + convergenceTimeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline)
      throw new WaxwingError("demo_failed", `waited ${convergenceTimeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function printResult(result: DemoResult, members: readonly Member[]): void {
  print(
    false,
    null,
    [
      "",
      result.converged ? "All nodes hold the same records." : "The nodes do NOT hold the same records.",
      ...members.map(({ name }) => `  store ${name}          ${result.storeHashes[name as "A" | "B" | "C"]}`),
      `  records          ${result.records}`,
      `  refused          ${result.refused}`,
      `  rounds           ${result.rounds}`,
      `  records/s        ${result.recordsPerSecond}  (verified, durable, on B)`,
      `  wire bytes/record ${result.wireBytesPerRecord}`,
    ].join("\n"),
  );
}

function printAddresses(members: readonly Member[]): void {
  for (const member of members) {
    note(
      `node ${member.name}  status ${member.adminUrl}/v1/status  metrics ${member.adminUrl}/metrics  data ${member.plan.directory}`,
    );
  }
  note("Ctrl-C stops the federation.");
}
