/** Whole nodes in one process over real loopback sockets: does what the README promises happen? */
import { get as httpGet } from "node:http";
import test from "ava";
import { isWaxwingError, type PeerInput, type PutOptions, type WaxwingNode } from "waxwing";
import { eventually } from "../support/eventually.js";
import { memoryNode } from "../support/memory-node.js";
import { withFolder } from "../support/program.js";

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
  // Rounds that a opened before b knew its key are silent for a whole wait (10 s): then both open new ones.
  await eventually(
    "both hold both notes",
    async () => {
      const counts = await Promise.all(
        [a, b].map(async (node) => (await node.status()).store.byKind.note?.records ?? 0),
      );
      return counts.every((count) => count === 2);
    },
    40_000,
  );
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

const other: PeerInput = {
  keyId: "foreign",
  publicKeys: { ed25519: "AAAA" },
  url: "http://127.0.0.1:1/edge/inbound",
};

test("node: a peer whose keys do not fit is refused before anything of it is remembered", async (t) => {
  await withFolder(async (folder) => {
    const durable = { store: { engine: "lmdb" }, dataDirectory: folder } as const;
    const node = await memoryNode(durable);
    await node.start();
    t.true(isWaxwingError(await t.throwsAsync(node.peers.add(other)), "config_invalid"));
    const impostor = { ...other, keyId: `wx1${"0".repeat(64)}`, publicKeys: node.card().publicKeys };
    t.true(isWaxwingError(await t.throwsAsync(node.peers.add(impostor)), "key_id_mismatch"));
    t.true(
      isWaxwingError(
        await t.throwsAsync(node.peers.add({ keyId: "q", label: "x" } as PeerInput)),
        "config_invalid",
      ),
    );
    await node[Symbol.asyncDispose]();
    await using again = await memoryNode(durable);
    await again.start();
    t.deepEqual(await again.peers.list(), []);
  });
});

test("node: put verifies what it was given, whatever becomes of the caller's buffer", async (t) => {
  await using node = await start(await memoryNode());
  const record = await node.sign("note", { id: "mine" });
  const buffer = record.slice();
  const putting = node.put(buffer);
  buffer.fill(0);
  const { status, hash } = await putting;
  t.is(status, "admitted");
  t.deepEqual((await node.get("note", hash))?.bytes, record);
});

test("node: putBatch takes a source that reuses its buffer", async (t) => {
  await using node = await start(await memoryNode());
  const records = await Promise.all([1, 2, 3, 4, 5].map((id) => node.sign("note", { id: String(id) })));
  async function* reusing() {
    const buffer = new Uint8Array(Math.max(...records.map(({ length }) => length)));
    for (const record of records) {
      buffer.set(record);
      yield buffer.subarray(0, record.length);
    }
  }
  const statuses: string[] = [];
  for await (const { status } of node.putBatch(reusing())) statuses.push(status);
  t.deepEqual(statuses, ["admitted", "admitted", "admitted", "admitted", "admitted"]);
});

test("node: putBatch answers a source that waits for each verdict before its next record", async (t) => {
  await using node = await start(await memoryNode());
  let answered: () => void = () => {};
  async function* lockStep() {
    for (let i = 0; i < 5; i++) {
      const verdict = new Promise<void>((resolve) => {
        answered = resolve;
      });
      yield await node.sign("note", { id: String(i) });
      await verdict;
    }
  }
  let admitted = 0;
  for await (const { status } of node.putBatch(lockStep())) {
    admitted += Number(status === "admitted");
    answered();
  }
  t.is(admitted, 5);
});

test("node: putBatch gives the verdicts of what a failing source gave before it failed", async (t) => {
  await using node = await start(await memoryNode());
  const record = await node.sign("note", { id: "before" });
  async function* failing() {
    yield record;
    throw new Error("the source broke");
  }
  const verdicts = node.putBatch(failing());
  t.is((await verdicts.next()).value?.status, "admitted");
  await t.throwsAsync(verdicts.next(), { message: "the source broke" });
});

test("node: breaking out of a subscription that waits ends it", async (t) => {
  await using node = await start(await memoryNode());
  const records = node.subscribe("note");
  const waiting = records.next();
  await records.return?.();
  t.true((await waiting).done);
});

test("node: the last page of a list has no next, also when it is full", async (t) => {
  await using node = await start(await memoryNode());
  for (let i = 0; i < 3; i++) await node.put(await node.sign("note", { id: String(i) }));
  t.is((await node.list("note", undefined, { limit: 3 })).next, undefined);
});

test("node: unknown kinds, misspelt options and late kinds are refused", async (t) => {
  await using node = await start(await memoryNode());
  t.true(isWaxwingError(await t.throwsAsync(node.list("typo")), "kind_unknown"));
  t.throws(() => node.subscribe("typo"), { message: /typo/ });
  await t.throwsAsync(node.put(new Uint8Array(1), { knd: "note" } as PutOptions), { instanceOf: TypeError });
  await t.throwsAsync(node.startReplication([], { cadence: 1 } as object), {
    instanceOf: TypeError,
  });
  t.throws(() => node.defineKind({ token: "late", naturalKey: ["id"] }), { instanceOf: TypeError });
  await t.throwsAsync(node.fetch(new Request("http://node/"), {} as never), { instanceOf: TypeError });
  await using misspelt = await memoryNode({ replication: { kinds: ["attestaton"] } });
  t.true(isWaxwingError(await t.throwsAsync(misspelt.start()), "config_invalid"));
});

test("node: startReplication again adds peers and changes the cadence; stop ends all", async (t) => {
  await using a = await start(await memoryNode());
  await using b = await start(await memoryNode());
  const first = await a.startReplication([b.card()], { cadenceSeconds: 60 });
  const registered = first.registeredCount;
  t.true(registered > 0);
  const second = await a.startReplication([b.card(), a.card()], { cadenceSeconds: 0.2 });
  t.is(second.registeredCount, registered, "the same peer, and not itself");
  t.throws(() => second.registerPeer(b.keyId, "zzz"));
  await second.stop();
  t.is(first.registeredCount, 0);
});

test("node: the admin listener is kept on loopback unless told otherwise", async (t) => {
  await using remote = await memoryNode({ admin: { hostname: "0.0.0.0", port: 0 } });
  t.true(isWaxwingError(await t.throwsAsync(remote.start()), "config_invalid"));
  await using local = await memoryNode({ admin: { port: 0 } });
  await local.start();
  const { admin } = (await local.status()).addresses;
  t.is((await fetch(`${admin}/healthz`)).status, 200);
  const rebound = await get(`${admin}/v1/status`, { host: "evil.example" });
  t.is(rebound, 403);
});

/** `fetch` sets the host itself; a rebinding page sends its own. */
function get(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    httpGet(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on("error", reject);
  });
}
