/** The simulator itself: same seed, same run; every fault does what its name says; failures replay. */
import test from "ava";
import { createMemoryStore } from "waxwing/store";
import { type NodeWorld, type SimNode, SimulationFailure, simulate, World } from "waxwing/testing";
import type { SendOutcome, Store, StoreOperation, Transport } from "#contracts/index.js";

const text = (value: string) => new TextEncoder().encode(value);

interface EchoNode extends SimNode {
  readonly transport: Transport;
  readonly received: string[];
  readonly store: Store;
}

/** Answers every `ping n` with `pong n`, after a random while. */
async function echoNode(world: NodeWorld): Promise<EchoNode> {
  const received: string[] = [];
  const { transport, host } = world;
  const store = await world.openStore();
  await transport.start((frame) => {
    const message = new TextDecoder().decode(frame.bytes);
    received.push(message);
    const { peerKeyId } = frame;
    if (message.startsWith("ping") && peerKeyId) {
      host.timers.after(host.random.bytes(1)[0]!, async () => {
        await transport.send(peerKeyId, text(message.replace("ping", "pong")));
      });
    }
    return "accepted";
  });
  return { transport, received, store, stop: () => transport.stop() };
}

const put = (key: string, value: string): StoreOperation => ({
  op: "put",
  table: "meta",
  key: text(key),
  value: text(value),
});

async function twoNodes(options: Partial<ConstructorParameters<typeof World>[0]> = {}) {
  const world = new World({ seed: 1, createStore: () => createMemoryStore(), ...options });
  const a = world.addNode("A", echoNode);
  const b = world.addNode("B", echoNode);
  await world.start(a);
  await world.start(b);
  return { world, a, b };
}

async function stormyRun(seed: number): Promise<{ digest: string; events: number }> {
  const { world, a, b } = await twoNodes({
    seed,
    network: { lossChance: 0.2, duplicateChance: 0.1, reorderChance: 0.3, reorderDelayMsMax: 50 },
  });
  for (let i = 0; i < 30; i++) {
    const from = world.random.pick([a, b]);
    void from.current.transport.send(from === a ? "B" : "A", text(`ping ${i}`));
    void from.current.store.commit([put(`k${i}`, "v")]);
    await world.runFor(world.random.integer(0, 20));
    if (i === 15) {
      world.crash(b);
      await world.start(b);
    }
  }
  await world.runFor(1000);
  return { digest: world.trace.digest(), events: world.trace.events };
}

test("simulator: one seed gives one run, event by event", async (t) => {
  const first = await stormyRun(5);
  t.true(first.events > 50);
  t.deepEqual(await stormyRun(5), first);
});

test("simulator: another seed gives another run", async (t) => {
  t.not((await stormyRun(5)).digest, (await stormyRun(6)).digest);
});

test("network: a frame arrives byte for byte, attributed, and the sender hears of it", async (t) => {
  const { world, a, b } = await twoNodes();
  const outcome = await world.complete(a.current.transport.send("B", text("hello")));
  t.deepEqual(outcome, { status: "delivered", waxwing: 1 });
  t.deepEqual(b.current.received, ["hello"]);
});

test("network: full loss ends a send by timeout and delivers nothing", async (t) => {
  const { world, a, b } = await twoNodes({ network: { lossChance: 1, sendTimeoutMs: 700 } });
  const outcome = await world.complete(a.current.transport.send("B", text("hello")));
  t.like(outcome, { status: "failed", reason: "timeout" });
  t.is(world.time.nowMs, 700);
  t.deepEqual(b.current.received, []);
});

test("network: a one-way partition delivers the frame and loses the answer", async (t) => {
  const { world, a, b } = await twoNodes();
  world.network.partition(["A"], ["B"], "inbound");
  t.like(await world.complete(a.current.transport.send("B", text("one"))), { reason: "timeout" });
  t.deepEqual(b.current.received, ["one"]);
  t.like(await world.complete(b.current.transport.send("A", text("two"))), { reason: "timeout" });
  t.deepEqual(a.current.received, []);
  world.network.heal();
  t.like(await world.complete(b.current.transport.send("A", text("three"))), { status: "delivered" });
});

test("network: a link keeps order unless a frame is chosen to be overtaken", async (t) => {
  const sequence = Array.from({ length: 40 }, (_, i) => `m${i}`);
  const arrivals = async (reorderChance: number) => {
    const { world, a, b } = await twoNodes({ network: { reorderChance, reorderDelayMsMax: 100 } });
    for (const message of sequence) {
      void a.current.transport.send("B", text(message));
      await world.runFor(1);
    }
    await world.runFor(1000);
    return b.current.received;
  };
  t.deepEqual(await arrivals(0), sequence);
  const shuffled = await arrivals(0.5);
  t.notDeepEqual(shuffled, sequence);
  t.deepEqual([...shuffled].sort(), [...sequence].sort());
});

test("network: duplication delivers a frame twice and answers once", async (t) => {
  const { world, a, b } = await twoNodes({ network: { duplicateChance: 1 } });
  const outcomes: SendOutcome[] = [];
  void a.current.transport.send("B", text("twin")).then((outcome) => outcomes.push(outcome));
  await world.runFor(1000);
  t.deepEqual(b.current.received, ["twin", "twin"]);
  t.is(outcomes.length, 1);
});

test("network: frames in flight are bounded, and a slow link takes its time", async (t) => {
  const { world, a, b } = await twoNodes({
    network: { inFlightMax: 2, rateBitsPerSecond: 8000, delayMsMax: 1 },
  });
  const sends = ["x", "y", "z"].map((name) => a.current.transport.send("B", text(name.repeat(1000))));
  t.like(await world.complete(sends[2]!), { status: "rejected", reason: "busy" });
  await world.complete(sends[1]!);
  t.is(b.current.received.length, 2);
  t.true(world.time.nowMs >= 2000, "two frames of 8,000 bits at 8,000 bit/s");
});

test("network: an unknown peer, a peer that is down and an oversized frame each have their outcome", async (t) => {
  const { world, a, b } = await twoNodes({ network: { frameBytesMax: 10 } });
  t.like(await a.current.transport.send("nobody", text("x")), { status: "failed", reason: "no_route" });
  t.like(await a.current.transport.send("B", text("x".repeat(11))), { reason: "too_large" });
  world.crash(b);
  t.like(await world.complete(a.current.transport.send("B", text("x"))), { reason: "unreachable" });
});

test("crash: timers and pending sends of the old life never wake it", async (t) => {
  const { world, a } = await twoNodes();
  let woken = 0;
  const c = world.addNode("C", async ({ host, transport }) => {
    host.timers.after(10, () => woken++);
    void transport.send("A", text("x")).then(() => woken++);
    return { stop: () => transport.stop() };
  });
  await world.start(c);
  world.crash(c);
  await world.runFor(100_000);
  t.is(woken, 0);
  t.deepEqual(a.current.received, ["x"]);
  t.false(c.running);
});

test("disk: a commit is readable at once, acknowledged after the flush, and survives a crash then", async (t) => {
  const { world, a } = await twoNodes({ disk: { flushDelayMsMin: 50, flushDelayMsMax: 50 } });
  let acknowledgedAtMs = -1;
  const startMs = world.time.nowMs;
  void a.current.store.commit([put("k", "v")]).then(() => {
    acknowledgedAtMs = world.time.nowMs;
  });
  await world.runFor(49);
  t.deepEqual(await a.current.store.read("meta", text("k")), text("v"));
  t.is(acknowledgedAtMs, -1);
  await world.runFor(1);
  t.is(acknowledgedAtMs, startMs + 50);
  world.crash(a);
  await world.start(a);
  t.deepEqual(await a.current.store.read("meta", text("k")), text("v"));
});

test("disk: whatever the seed, a crash keeps every acknowledged batch, and unacknowledged ones only as a prefix", async (t) => {
  const kept = new Set<number>();
  for (let seed = 1; seed <= 60; seed++) {
    const { world, a } = await twoNodes({ seed, disk: { flushDelayMsMin: 10, flushDelayMsMax: 30 } });
    let acknowledged = 0;
    for (let i = 0; i < 8; i++) {
      void a.current.store.commit([put(`k${i}`, "v")]).then(() => acknowledged++);
      await world.runFor(world.random.integer(0, 12));
    }
    const store = a.current.store;
    world.crash(a);
    await t.throwsAsync(store.read("meta", text("k0")), { message: /crashed/ });
    await world.start(a);
    const held = (await a.current.store.scan({ table: "meta", prefix: text("k"), limit: 100 })).length;
    t.true(held >= acknowledged, `seed ${seed}: ${held} of ${acknowledged} acknowledged`);
    for (let i = 0; i < held; i++) t.truthy(await a.current.store.read("meta", text(`k${i}`)));
    kept.add(held - acknowledged);
  }
  t.true(kept.size > 1, "some flushes were torn, and some lost whole");
});

test("disk: a full disk refuses the batch, keeps what it holds and takes more once there is room", async (t) => {
  const { world, a } = await twoNodes();
  await world.complete(a.current.store.commit([put("k", "v")]));
  a.disk.setFaults({ capacityBytes: 0 });
  await t.throwsAsync(world.complete(a.current.store.commit([put("l", "w")])), { code: "store_full" });
  t.is(await a.current.store.read("meta", text("l")), undefined);
  t.deepEqual(await a.current.store.read("meta", text("k")), text("v"));
  a.disk.setFaults({ capacityBytes: 1000 });
  await world.complete(a.current.store.commit([put("l", "w")]));
  t.deepEqual(await a.current.store.read("meta", text("l")), text("w"));
});

test("clocks: wall clocks are skewed and jump, monotonic ones only grow", async (t) => {
  const world = new World({ seed: 3 });
  const clocks: NodeWorld["host"]["clock"][] = [];
  const create = async ({ host }: NodeWorld) => {
    clocks.push(host.clock);
    return { stop: async () => {} };
  };
  const a = world.addNode("A", create, { clockSkewMs: -5000, synchronised: false });
  await world.start(a);
  await world.start(world.addNode("B", create));
  t.is(clocks[1]!.wallClock().ms - clocks[0]!.wallClock().ms, 5000);
  t.false(clocks[0]!.wallClock().synchronised);
  const before = clocks[0]!.monotonicMs();
  a.jumpWallClock(-60_000);
  await world.runFor(1000);
  t.is(clocks[0]!.monotonicMs() - before, 1000);
  t.is(clocks[1]!.wallClock().ms - clocks[0]!.wallClock().ms, 65_000);
});

test("failures: name the seed, the time, the last events and the command to replay", async (t) => {
  const { world, a } = await twoNodes({ seed: 77 });
  const error = await t.throwsAsync(
    simulate(world, "npx ava test/sim/simulator.test.ts", async () => {
      await world.complete(a.current.transport.send("B", text("x")));
      throw new Error("they differ");
    }),
    { instanceOf: SimulationFailure },
  );
  t.regex(error.message, /seed 77, at \d+ ms/);
  t.regex(error.message, /they differ/);
  t.regex(error.message, /A→B accepted/);
  t.regex(error.message, /WAXWING_SEED=77 npx ava test\/sim\/simulator\.test\.ts/);
});

test("failures: a node that throws, a bound that breaks, a wait that never ends and a livelock all fail the run", async (t) => {
  const { world } = await twoNodes({ eventsMax: 500 });
  world.at(5, () => {
    throw new Error("a bug in a timer");
  });
  await t.throwsAsync(world.runFor(10), { message: /threw into the event loop[\s\S]*a bug in a timer/ });

  let queue = 0;
  world.watch("queue of A", () => queue, 3);
  world.at(1, () => {
    queue = 4;
  });
  await t.throwsAsync(world.runFor(10), { message: /queue of A is 4, bound 3/ });
  queue = 0;

  await t.throwsAsync(world.complete(new Promise(() => {}), 1000), { message: /did not finish/ });
  await t.throwsAsync(
    world.runUntil("pigs fly", () => false, { withinMs: 1000 }),
    { message: /pigs fly/ },
  );

  const spin = () => world.at(0, spin);
  spin();
  await t.throwsAsync(world.runFor(10), { message: /livelock/ });
});
