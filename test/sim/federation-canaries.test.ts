/** The alarm works: a node that is broken on purpose is caught by the checker that is there for it. */
import test, { type ExecutionContext } from "ava";
import { SimulationFailure } from "waxwing/testing";
import type { Canary } from "../support/federation/node.js";
import type { FederationPlan, PlannedEvent } from "../support/federation/plan.js";
import { runFederation } from "../support/federation/run.js";

const write = (node: number | number[], id: string, atMs: number, local = false): PlannedEvent => ({
  atMs,
  type: "write",
  nodes: typeof node === "number" ? [node] : node,
  kind: "note",
  id,
  local,
  padBytes: 20,
  inForms: false,
});

/** Three stock nodes in a row over a good network, and some records of each. */
function plainPlan(changes: Partial<FederationPlan> = {}): FederationPlan {
  const node = (name: string) =>
    ({ name, version: "v3", clockSkewMs: 0, synchronised: true, flushDelayMsMax: 4 }) as const;
  return {
    seed: 1,
    topology: "tree",
    nodes: ["N0", "N1", "N2"].map(node),
    edges: [
      [0, 1],
      [1, 2],
    ],
    oneWay: [],
    kinds: ["key", "note"],
    cadenceSeconds: 5,
    network: {},
    links: [],
    events: [0, 1, 2].flatMap((index) => [
      write(index, `r${index}`, 6000 + index),
      write(index, `l${index}`, 7000 + index, true),
    ]),
    liar: undefined,
    faultsEndMs: 20_000,
    faults: [],
    ...changes,
  };
}

async function isCaught(
  t: ExecutionContext,
  canary: Canary,
  plan: FederationPlan,
  by: RegExp,
): Promise<void> {
  const healthy = await runFederation(plan);
  t.true(healthy.records >= 3);
  const error = await t.throwsAsync(runFederation(plan, { canaries: new Map([[0, canary]]) }), {
    instanceOf: SimulationFailure,
  });
  t.regex(error.message, by);
  t.regex(error.message, /WAXWING_SEED=1 npx ava test\/sim\/federation\.test\.ts/);
}

test("a node that admits what nobody sealed is caught", async (t) => {
  const plan = plainPlan({ liar: { behaviour: "forges", victims: [0], waxwing: false } });
  await isCaught(t, "admitsForged", plan, /N0 (holds a forged|showed a record that nobody wrote)/);
});

test("a node that offers local records is caught", async (t) => {
  await isCaught(t, "leaksLocal", plainPlan(), /N0 showed a local record, in a summary/);
});

test("a node that never confirms a page is caught", async (t) => {
  // What both hold fills the first pages; the rest is behind them.
  const events = Array.from({ length: 90 }, (_, index) =>
    index < 50 ? write([0, 1], `r${index}`, 6000 + index) : write(1, `r${index}`, 9000 + index),
  );
  const network = { frameBytesMax: 4096, rateBitsPerSecond: 1_000_000 };
  await isCaught(t, "neverConfirms", plainPlan({ events, network }), /not equal within \d+ ms: N0 lacks/);
});

test("a node that forgets what was lost is caught", async (t) => {
  const events = Array.from({ length: 30 }, (_, index) => write(1, `r${index}`, 6000 + 300 * index));
  await isCaught(t, "ignoresLoss", plainPlan({ events, network: { lossChance: 0.5 } }), /N0 lacks/);
});

test("a node that chatters is caught", async (t) => {
  await isCaught(t, "chatters", plainPlan(), /N0 sent \d+ frames to N1 at rest, bound \d+/);
});

test("a node that leaves its timers behind is caught", async (t) => {
  await isCaught(t, "stopsHalf", plainPlan(), /N0 (left \d+ timers behind|stopped with \d+ rounds)/);
});

test("a node that acknowledges what it has not written is caught", async (t) => {
  const crash: PlannedEvent[] = [
    write(0, "early", 10_000),
    { atMs: 10_001, type: "crash", node: 0 },
    { atMs: 12_000, type: "restart", node: 0, version: "v3" },
  ];
  const plan = plainPlan();
  const nodes = plan.nodes.map((node) => ({ ...node, flushDelayMsMax: 300 }));
  const events = [...plan.events, ...crash];
  await isCaught(t, "acknowledgesEarly", { ...plan, nodes, events }, /N\d lost a note that N0 acknowledged/);
});

test("a node that reconciles by sets which do not follow its store is caught", async (t) => {
  const plan = plainPlan();
  const nodes = plan.nodes.map((node) => ({ ...node, version: "reconciling" as const }));
  await isCaught(t, "staleSets", { ...plan, nodes }, /not equal within \d+ ms/);
});

test("a node that keeps something of every frame is caught", async (t) => {
  await isCaught(t, "hoards", plainPlan(), /N0 holds \d+ entries in memory, bound \d+/);
});
