/** A whole node: signed records in, verified and durable in LMDB out; and the demo, as users start it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNode } from "waxwing";
import type { Measured } from "../case.js";

const batchRecords = 500;

/** Records a second through `putBatch` into a fresh LMDB store: each is verified, and durable when its verdict comes. */
export async function measureIngest(quick: boolean): Promise<Measured[]> {
  const batches = quick ? 1 : 5;
  const folder = mkdtempSync(join(tmpdir(), "waxwing-bench-"));
  const node = await createNode({
    dataDirectory: folder,
    listen: { port: 0 },
    admin: false,
    log: { level: "silent" },
  });
  try {
    node.defineKind({ token: "note", naturalKey: ["signer_key_id", "id"] });
    await node.start();
    const samples: number[] = [];
    for (let batch = 0; batch < batches; batch++) {
      const records: Uint8Array[] = [];
      for (let i = 0; i < (quick ? 50 : batchRecords); i++)
        records.push(await node.sign("note", { id: `${batch}-${i}`, text: "sealed, and it travels" }));
      const startMs = performance.now();
      for await (const { status } of node.putBatch(records))
        if (status !== "admitted") throw new Error(`ingest: a record was ${status}`);
      samples.push((1000 * records.length) / (performance.now() - startMs));
    }
    return [{ id: "flow/ingest/lmdb", engine: "waxwing", unit: "operations/s", samples }];
  } finally {
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** More is a hung demo. */
const demoMs = 180_000;

/** The demo's records a second, here and (given its folder, built) at the foundation, taking turns. */
export function measureDemo(here: string, foundation: string | undefined, runs: number): Measured[] {
  const contenders = { ...(foundation === undefined ? {} : { foundation }), waxwing: here };
  const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, [] as number[]]));
  for (let run = 0; run < runs; run++) {
    for (const [name, folder] of Object.entries(contenders)) {
      samples[name]!.push(demoRate(folder, join(here, "node_modules")));
    }
  }
  return Object.entries(samples).map(([engine, values]) => ({
    id: "flow/demo/once",
    engine,
    unit: "operations/s",
    samples: values,
  }));
}

function demoRate(folder: string, packages: string): number {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["dist/cli/main.js", "demo", "--once", "--json", "--packages", packages],
    { cwd: folder, encoding: "utf8", timeout: demoMs },
  );
  const last = stdout.trim().split("\n").at(-1)!;
  if (status !== 0)
    throw new Error(`demo: ended with ${signal ?? status}: ${stderr.trim().split("\n").at(-1)}`);
  return JSON.parse(last).recordsPerSecond;
}
