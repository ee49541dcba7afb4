/** The pool of verifying threads: packing, routes, threads that end, cancellation, and when it stays inline. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import { loadCore, type VerifyItem } from "waxwing/core";
import { createVerifyPool } from "#dist/engine/index.js";
import {
  packedBytes,
  packItems,
  readVerdicts,
  unpackItems,
  writeVerdicts,
} from "#dist/engine/pool/packed-items.js";
import { routeItems } from "#dist/engine/pool/route.js";
import { checkItems } from "#dist/engine/verify-item.js";
import { threadModule } from "../../support/thread-module.js";

const engine = await loadCore({ cacheBytes: 0 });
const cacheBytes = 1024 * 1024;
const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);

/** Every third one wrong. */
function signed(count: number, signers = 8): { items: VerifyItem[]; expected: Uint8Array } {
  const expected = new Uint8Array(count);
  const items = Array.from({ length: count }, (_, index): VerifyItem => {
    const seed = bytes(32, 1 + (index % signers));
    const message = bytes(index % 50, index);
    const signature = engine.ed25519.sign(message, seed);
    if (index % 3 === 0) signature[index % 64]! ^= 1;
    else expected[index] = 1;
    return { algorithm: "ed25519", signature, message, publicKey: engine.ed25519.publicKey(seed) };
  });
  return { items, expected };
}

const { items, expected } = signed(600);

test("packed items come out as they went in, whatever their halves and lengths", (t) => {
  const pair = { signature: bytes(64, 1), publicKey: bytes(32, 2) };
  const mlPair = { signature: bytes(3309, 3), publicKey: bytes(1952, 4) };
  const packed: VerifyItem[] = [
    { algorithm: "ed25519", message: bytes(0, 0), ...pair },
    { algorithm: "ml-dsa-65", message: bytes(1, 5), ...mlPair },
    {
      algorithm: "hybrid",
      message: bytes(70_001, 6),
      signatures: { ed25519: pair.signature, mlDsa65: mlPair.signature },
      publicKeys: { ed25519: pair.publicKey, mlDsa65: mlPair.publicKey },
    },
  ];
  const checked = checkItems(packed).map((item) => item!);
  const memory = new ArrayBuffer(packedBytes(checked));
  packItems(checked, memory);
  t.deepEqual(unpackItems(memory), packed);
  packItems(checked.slice(0, 1), memory);
  t.deepEqual(unpackItems(memory), packed.slice(0, 1), "memory that is larger is used again");
  packItems([], memory);
  t.deepEqual(unpackItems(memory), []);
  const shared = new SharedArrayBuffer(64);
  writeVerdicts(shared, Uint8Array.of(1));
  t.deepEqual(readVerdicts(shared, 1), Uint8Array.of(1));
});

test("routeItems() keeps each signer on one lane", (t) => {
  const many = checkItems(signed(256, 64).items);
  const routes = routeItems(many, 2);
  t.deepEqual(
    routes.flat().sort((a, b) => a - b),
    many.map((_, index) => index),
    "every item once",
  );
  t.deepEqual(routeItems(many, 2), routes, "the same input, the same routes");
  const signers = routes.map((route) => new Set(route.map((position) => position % 64)));
  t.is(signers[0]!.size + signers[1]!.size, 64, "no signer on both");
  for (const { size } of signers) t.true(size > 16, "and about as many on each");
});

test("a thread with nothing left takes what waits for another: one signer keeps both busy", async (t) => {
  const log = join(mkdtempSync(join(tmpdir(), "waxwing-pool-")), "jobs");
  const workerUrl = threadModule("counting-worker.mjs", { log });
  const pool = createVerifyPool({ engine, workers: 2, cacheBytes, itemsMin: 1, workerUrl });
  await pool.warmUp();
  const one = signed(200, 1);
  t.deepEqual(await pool.verifyBatch(one.items), one.expected);
  await pool.close();
  const jobs = readFileSync(log, "utf8").trim().split("\n");
  t.is(jobs.length, 16, "eight a thread");
  t.is(new Set(jobs).size, 2, "answered by both");
  rmSync(dirname(log), { recursive: true });
});

test("routeItems() leaves out what lengths have answered", (t) => {
  const list = signed(4).items;
  const short: VerifyItem = {
    algorithm: "ed25519",
    signature: bytes(3, 0),
    message: bytes(0, 0),
    publicKey: bytes(32, 1),
  };
  const routes = routeItems(checkItems([short, ...list, short]), 3);
  t.deepEqual(routes.flat().sort(), [1, 2, 3, 4]);
});

for (const how of ["exit", "throw"] as const) {
  for (const after of [0, 2]) {
    test(`threads that end by ${how} after ${after} jobs cost no verdict, and are started again a bounded number of times`, async (t) => {
      const workerUrl = threadModule("failing-worker.mjs", { after, how });
      const pool = createVerifyPool({ engine, workers: 2, cacheBytes, itemsMin: 1, workerUrl });
      await pool.warmUp();
      t.is(pool.status().running, 2);
      const calls = await Promise.all(Array.from({ length: 6 }, () => pool.verifyBatch(items)));
      for (const verdicts of calls) t.deepEqual(verdicts, expected);
      for (let round = 0; round < 12 && pool.status().running > 0; round++) {
        t.deepEqual(await pool.verifyBatch(items), expected);
        await pool.warmUp();
      }
      const { running, restarts, itemsInline } = pool.status();
      t.is(running, 0, "all given up");
      t.is(restarts, 8, "four times each");
      t.true(itemsInline > 0);
      t.deepEqual(await pool.verifyBatch(items), expected, "inline from now on");
      await pool.close();
    });
  }
}

test("an aborted call frees the threads: what was not begun is not computed", async (t) => {
  const pool = createVerifyPool({ engine, workers: 1, cacheBytes, itemsMin: 1 });
  await pool.warmUp();
  const abort = new AbortController();
  const long = Array.from({ length: 20 }, () => items).flat();
  const cancelled = pool.verifyBatch(long, { signal: abort.signal });
  abort.abort(new Error("enough"));
  await t.throwsAsync(cancelled, { message: "enough" });
  const start = performance.now();
  t.deepEqual(await pool.verifyBatch(items), expected);
  const afterAbort = performance.now() - start;
  const whole = performance.now();
  await pool.verifyBatch(long);
  t.true(afterAbort < (performance.now() - whole) / 2, "20 times the work would have been in the way");
  await pool.close();
});

test("batches below itemsMin, and all batches until a thread is ready, stay in the calling thread", async (t) => {
  const pool = createVerifyPool({ engine, workers: 1, cacheBytes, itemsMin: 100 });
  await pool.verifyBatch(items.slice(0, 99));
  t.deepEqual(pool.status(), { workers: 1, running: 0, restarts: 0, itemsOnWorkers: 0, itemsInline: 99 });
  await pool.verifyBatch(items.slice(0, 100));
  t.is(pool.status().itemsInline, 199, "this one started the thread");
  await pool.warmUp();
  await pool.verifyBatch(items.slice(0, 100));
  t.deepEqual(pool.status(), { workers: 1, running: 1, restarts: 0, itemsOnWorkers: 100, itemsInline: 199 });
  await pool.close();
  t.is(pool.status().running, 0);
});

test("an idle pool keeps no process alive, and a busy one does until it has answered", async (t) => {
  const { execFileSync } = await import("node:child_process");
  const program = `
    import { loadCore } from "waxwing/core";
    import { createVerifyPool } from "#dist/engine/index.js";
    const pool = createVerifyPool({ engine: await loadCore({ cacheBytes: 0 }), workers: 1, cacheBytes: 0, itemsMin: 1 });
    await pool.warmUp();
    const wrong = { algorithm: "ed25519", signature: new Uint8Array(64), message: new Uint8Array(1e6), publicKey: new Uint8Array(32).fill(3) };
    pool.verifyBatch(Array(8).fill(wrong)).then((verdicts) => console.log(verdicts.length, pool.status().itemsOnWorkers));
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    timeout: 15_000,
  });
  t.is(output, "8 8\n");
});

test("createVerifyPool() refuses what it does not know", (t) => {
  t.throws(() => createVerifyPool({ engine, workers: 0 }), { instanceOf: RangeError });
  t.throws(() => createVerifyPool({ engine, workers: 65 }), { instanceOf: RangeError });
  t.throws(() => createVerifyPool({ engine, workers: 1, threads: 2 } as never), { instanceOf: TypeError });
});

test("calls at the same time share the threads and do not starve each other", async (t) => {
  const pool = createVerifyPool({ engine, workers: 2, cacheBytes });
  await pool.warmUp();
  const order: string[] = [];
  const calls = ["a", "b", "c"].map(async (name) => {
    const verdicts = await pool.verifyBatch(items);
    order.push(name);
    return verdicts;
  });
  for (const verdicts of await Promise.all(calls)) t.deepEqual(verdicts, expected);
  t.deepEqual(order, ["a", "b", "c"], "first come, first served");
  await pool.close();
});
