/** What a node says of its rounds: events, metrics, and rounds on demand. */
import test from "ava";
import type { RoundRecord, WaxwingNode } from "waxwing";
import { eventually } from "../support/eventually.js";
import { memoryNode } from "../support/memory-node.js";

const note = { token: "note", naturalKey: ["signer_key_id", "id"] };

/** Two nodes that know each other and open rounds only when they are asked to. */
async function pair(): Promise<[WaxwingNode, WaxwingNode]> {
  const nodes: WaxwingNode[] = [];
  for (let i = 0; i < 2; i++) {
    const node = await memoryNode({ replication: { cadenceSeconds: 3600 } }, [note]);
    await node.start();
    await node.announce();
    nodes.push(node);
  }
  const [a, b] = nodes as [WaxwingNode, WaxwingNode];
  await a.startReplication([b.card()]);
  await b.startReplication([a.card()]);
  return [a, b];
}

/** Reports of rounds, as they come. */
function reportsOf(node: WaxwingNode): RoundRecord[] {
  const reports: RoundRecord[] = [];
  void (async () => {
    for await (const event of node.events) if (event.type === "round") reports.push(event.report);
  })();
  return reports;
}

const held = async (node: WaxwingNode) => (await node.status()).store.byKind.note?.records ?? 0;

test("a round is told of as plain JSON that says what moved, how and at what cost", async (t) => {
  const [a, b] = await pair();
  await using _ = a;
  await using __ = b;
  const reports = reportsOf(b);
  for (let i = 0; i < 3; i++) await a.put(await a.sign("note", { id: String(i) }));
  await eventually("b holds all notes", async () => {
    b.roundNow({ peerKeyId: a.keyId, kind: "note" });
    return (await held(b)) === 3;
  });
  const isTold = () => reports.some(({ kind, admitted }) => kind === "note" && admitted > 0);
  await eventually("b says so", isTold);
  const report = reports.find(({ kind, admitted }) => kind === "note" && admitted > 0)!;
  t.like(report, { peerKeyId: a.keyId, outcome: "completed", staleness: { state: "inSync" }, refused: {} });
  t.is(report.wanted, report.admitted + report.duplicates);
  t.true(report.bytesReceived > report.protocolBytesReceived && report.protocolBytesReceived > 0);
  t.true(report.endedAt >= report.startedAt && report.startedAt > 0);
  t.deepEqual(JSON.parse(JSON.stringify(report)), report);
  t.true(report.round === undefined || /^[0-9a-f]{16}$/.test(report.round), "absent in legacy rounds");
  const metrics = await b.metrics.text();
  for (const series of [
    /^waxwing_replication_records_total\{fate="admitted"\} [1-9]/m,
    /^waxwing_replication_protocol_bytes_total\{direction="received"\} [1-9]/m,
    /^waxwing_replication_round_ways_total\{way="\w+"\} [1-9]/m,
  ])
    t.regex(metrics, series);
});

test("roundNow() says whether such rounds are opened", async (t) => {
  const [a, b] = await pair();
  await using _ = a;
  await using __ = b;
  t.true(a.roundNow());
  t.true(a.roundNow({ peerKeyId: b.keyId }));
  t.true(a.roundNow({ kind: "note" }));
  t.false(a.roundNow({ peerKeyId: "somebody" }));
  t.throws(() => a.roundNow({ kind: "nothing" }), { code: "kind_unknown" });
  t.throws(() => a.roundNow({ peer: b.keyId } as object), { instanceOf: TypeError });
  await using alone = await memoryNode();
  await alone.start();
  t.false(alone.roundNow());
});
