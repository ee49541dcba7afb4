/** Whole nodes in one process over real loopback sockets: does what the README promises happen? */
import test from "ava";
import { isWaxwingError, type WaxwingNode } from "waxwing";
import { eventually, memoryNode } from "../support/memory-node.js";

const note = { token: "note", naturalKey: ["signer_key_id", "id"] };

async function start(node: WaxwingNode): Promise<WaxwingNode> {
  node.defineKind(note);
  await node.start();
  return node;
}

test("node: put, get, list and duplicates", async (t) => {
  await using node = await start(await memoryNode());
  const record = await node.sign("note", { id: "1", text: "é" });
  const verdict = await node.put(record);
  t.is(verdict.status, "admitted");
  t.is((await node.put(record)).status, "duplicate");
  t.deepEqual((await node.get("note", verdict.hash))?.bytes, record);
  t.deepEqual((await node.get("note", Buffer.from(verdict.hash).toString("hex")))?.bytes, record);
  const page = await node.list("note");
  t.is(page.records.length, 1);
  t.is(page.next, undefined);
  const other = await node.put(await node.sign("note", { id: "1", text: "other" }));
  t.is(other.status, "refused");
  t.is(other.reason, "natural_key_conflict");
});

test("node: putBatch gives one verdict a record, in order", async (t) => {
  await using node = await start(await memoryNode());
  const records: Uint8Array[] = [];
  for (let i = 0; i < 150; i++)
    records.push(i % 10 === 9 ? new Uint8Array([123]) : await node.sign("note", { id: String(i) }));
  const statuses: string[] = [];
  for await (const { status } of node.putBatch(records)) statuses.push(status);
  t.deepEqual(
    statuses,
    records.map((_, i) => (i % 10 === 9 ? "refused" : "admitted")),
  );
});

test("node: pages of list continue where the last one ended", async (t) => {
  await using node = await start(await memoryNode());
  for (let i = 0; i < 5; i++) await node.put(await node.sign("note", { id: String(i) }));
  const first = await node.list("note", undefined, { limit: 3 });
  const second = await node.list("note", first.next, { limit: 3 });
  t.is(first.records.length, 3);
  t.is(second.records.length, 2);
  t.is(second.next, undefined);
  await t.throwsAsync(node.list("note", "not a cursor"), { instanceOf: TypeError });
});

test("node: subscribe yields what is there, then what comes, and continues behind a cursor", async (t) => {
  await using node = await start(await memoryNode());
  await node.put(await node.sign("note", { id: "0" }));
  const abort = new AbortController();
  const seen: string[] = [];
  let cursor: string | undefined;
  const reading = (async () => {
    for await (const entry of node.subscribe("note", undefined, { signal: abort.signal })) {
      seen.push(JSON.parse(new TextDecoder().decode(entry.record.bytes)).note.id);
      cursor = entry.cursor;
      if (seen.length === 2) abort.abort();
    }
  })();
  await eventually("the first record is seen", () => seen.length === 1);
  await node.put(await node.sign("note", { id: "1" }));
  await reading;
  t.deepEqual(seen, ["0", "1"]);
  await node.put(await node.sign("note", { id: "2" }));
  for await (const { record } of node.subscribe("note", cursor)) {
    t.is(JSON.parse(new TextDecoder().decode(record.bytes)).note.id, "2");
    break;
  }
});

test("node: an own kind replicates both ways between two nodes that only know each other's cards", async (t) => {
  await using a = await start(await memoryNode());
  await using b = await start(await memoryNode());
  await a.startReplication([a.card(), b.card()].filter(({ keyId }) => keyId !== a.keyId));
  await b.startReplication([a.card()]);
  await a.put(await a.sign("note", { id: "from a" }));
  await b.put(await b.sign("note", { id: "from b" }));
  // Each must learn the other's key first: key records travel before what they sign.
  await eventually("both hold both notes", async () => {
    const counts = await Promise.all(
      [a, b].map(async (node) => (await node.status()).store.byKind.note?.records ?? 0),
    );
    return counts.every((count) => count === 2);
  });
  t.is((await a.storeHash()).hash, (await b.storeHash()).hash);
});

test("node: a stopped node refuses work with a stable code and starts again", async (t) => {
  const node = await start(await memoryNode());
  await node.stop();
  await node.stop();
  const error = await t.throwsAsync(node.put(new Uint8Array([1])));
  t.true(isWaxwingError(error, "node_stopped"));
  await node.start();
  t.is((await node.status()).store.records, 0);
  await node[Symbol.asyncDispose]();
});

test("node: the admin door answers on loopback and nowhere else", async (t) => {
  await using node = await start(await memoryNode());
  const status = await node.admin.fetch(new Request("http://node/v1/status"));
  t.is(((await status.json()) as { keyId: string }).keyId, node.keyId);
  t.regex(
    await (await node.admin.fetch(new Request("http://node/metrics"))).text(),
    /waxwing_node_uptime_seconds \d/,
  );
  t.is(
    (await node.admin.fetch(new Request("http://node/v1/status"), { remoteAddress: "192.0.2.1" })).status,
    403,
  );
});
