/** Signed state heads of whole nodes: an auditor can tell whether two nodes hold the same, without moving a record. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { WaxwingNode } from "waxwing";
import { sameState } from "waxwing/trust";
import { eventually } from "../support/eventually.js";
import { memoryNode } from "../support/memory-node.js";
import { waxwing, withFolder } from "../support/program.js";

const note = { token: "note", naturalKey: ["signer_key_id", "id"] };

async function started(): Promise<WaxwingNode> {
  const node = await memoryNode({}, [note]);
  await node.start();
  await node.announce();
  return node;
}

test("two nodes that hold the same say so in statements that each can verify, and a third record tells them apart", async (t) => {
  await using a = await started();
  await using b = await started();
  await a.startReplication([b.card()]);
  await b.startReplication([a.card()]);
  for (let i = 0; i < 3; i++) await a.put(await a.sign("note", { id: String(i) }));
  const states = async () => {
    const [ofA] = await a.stateHeads(["note"]);
    const [ofB] = await a.stateHeads(["note"], { peerKeyId: b.keyId });
    return [ofA!, ofB!] as const;
  };
  await eventually("both say the same of three notes", async () => {
    // Until b has shown that it is a Waxwing node, nobody can ask it.
    const said = await states().catch(() => undefined);
    return said !== undefined && said[0].count === 3 && sameState(...said);
  });
  const [ofA, ofB] = await states();
  t.is(ofB.nodeKeyId, b.keyId);
  t.deepEqual(await b.verifyStateHead(ofA.bytes), ofA);
  const [again] = await a.stateHeads(["note"]);
  t.deepEqual(again!.bytes, ofA.bytes, "nothing has changed, so nothing is signed anew");
  await b.put(await b.sign("note", { id: "only here" }));
  const [later] = await b.stateHeads(["note"]);
  t.is(later!.count, 4);
  t.false(sameState(ofA, later!));
});

test("by default every kind that is reconciled by sets has a statement; unknown kinds have a code", async (t) => {
  await using node = await started();
  const kinds = (await node.stateHeads()).map(({ kind }) => kind);
  t.true(kinds.includes("note") && kinds.includes("key"));
  t.false(kinds.includes("accord_quorum_evidence"), "it is served by time, and has no set");
  await t.throwsAsync(node.stateHeads(["nothing"]), { code: "kind_unknown" });
  await t.throwsAsync(node.verifyStateHead(new Uint8Array(3)), { code: "state_head_malformed" });
  await using without = await memoryNode({ replication: { reconcile: { enabled: false } } }, [note]);
  await without.start();
  await t.throwsAsync(without.stateHeads(["note"]), { code: "state_head_unavailable" });
});

test("waxwing head: statements to keep, and a comparison that scripts can trust", async (t) => {
  await withFolder(async (folder) => {
    const data = join(folder, "data");
    await waxwing(["keygen", "--data", data]);
    const { code, stdout } = await waxwing(["head", "key", "attestation", "--data", data]);
    t.is(code, 0);
    const lines = stdout.toString().trim().split("\n");
    t.deepEqual(
      lines.map((line) => JSON.parse(line).kind),
      ["key", "attestation"],
    );
    const file = join(folder, "heads");
    await writeFile(file, stdout);
    const same = await waxwing(["head", "--compare", file, "--data", data, "--json"]);
    t.is(same.code, 0);
    const compared = same.stdout.toString().trim().split("\n");
    t.deepEqual(
      compared.map((line) => JSON.parse(line).equal),
      [true, true],
    );
    await writeFile(file, lines[0]!.replace('"count":0', '"count":1'));
    const forged = await waxwing(["head", "--compare", file, "--data", data]);
    t.is(forged.code, 1);
    t.regex(forged.stderr, /signature_invalid/);
  });
});
