/** When a node keeps record ids resident, and that it says so. */
import test from "ava";
import { type ConfigInput, createNode } from "waxwing";
import { createKinds } from "waxwing/records";
import { createMemoryStore } from "waxwing/store";
import { suiteRecord } from "waxwing/testing";
import { followOffers } from "#dist/node/follow-offers.js";
import { parseConfig } from "#dist/node/index.js";
import type { Logger } from "#dist/node/log.js";
import { memoryNode } from "../../support/memory-node.js";

function follow(reconcile: NonNullable<ConfigInput["replication"]>["reconcile"]) {
  const warnings: string[] = [];
  const log = { warn: (_: unknown, text: string) => void warnings.push(text) } as unknown as Logger;
  const config = parseConfig({ replication: { reconcile } });
  return { store: followOffers(createMemoryStore(), { config, kinds: createKinds(), log }), warnings };
}

test("a node has room for the sets of all its kinds, loads none at its start, and says so", async (t) => {
  await using node = await memoryNode({ replication: { reconcile: { idsMax: 1000 } } });
  await node.start();
  const before = (await node.status()).offeredSets;
  t.deepEqual(before, { ids: 0, idsMax: 1000, byKind: {}, loads: 0, fallbacks: 0 });
  t.regex(await node.metrics.text(), /^waxwing_replication_offered_ids_max 1000$/m);

  const { store } = follow({ idsMax: 1000 });
  for (const kind of createKinds().tokens()) t.is((await store!.offeredSet(kind))?.size, 0, kind);
});

test("replication.reconcile.enabled: false keeps none, and neither does whoever only looks", async (t) => {
  t.is(follow({ enabled: false }).store, undefined);
  await using node = await memoryNode({ replication: { reconcile: { enabled: false } } });
  await node.start();
  t.false("offeredSets" in (await node.status()));
  t.regex(await node.metrics.text(), /^waxwing_replication_offered_ids_max 0$/m);

  const looking = { store: { engine: "memory" }, listen: false, admin: false } as const;
  await using reader = await createNode(looking, { storeAccess: "read-only" });
  await reader.start();
  t.false("offeredSets" in (await reader.status()));
});

test("idsMax bounds what all kinds hold together", async (t) => {
  const { store } = follow({ idsMax: 2 });
  await store!.commit([1, 2, 3].map((number) => ({ op: "admit", record: suiteRecord(number) })));
  t.is(await store!.offeredSet("note"), undefined);
  t.is((await store!.offeredSet("key"))?.size, 0);
});

test.serial("without memory for ids a node warns once and goes without", async (t) => {
  const { Memory } = WebAssembly;
  t.teardown(() => void (WebAssembly.Memory = Memory));
  WebAssembly.Memory = class {
    constructor() {
      throw new RangeError("could not allocate memory");
    }
  } as never;
  const { store, warnings } = follow({});
  t.is(await store!.offeredSet("note"), undefined);
  t.is(await store!.offeredSet("key"), undefined);
  t.is(warnings.length, 1);
});
