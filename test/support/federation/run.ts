/**
 * Runs a plan and judges it: honest nodes end equal within a bounded time after the faults, hold nothing forged
 * and have lost nothing acknowledged; what they put on the wire is fit for it and bounded, what they keep in
 * memory too, and nothing of a node is left when it has stopped.
 */
import type { IdSets } from "waxwing/core";
import { createMemoryStore } from "waxwing/store";
import { perfectLink, type SimulatedNode, simulate, World } from "waxwing/testing";
import { limits } from "#base/limits.js";
import { type Budget, framesBudget, heldBudget } from "./budget.js";
import { describeDifference, Ledger, offeredBy } from "./ledger.js";
import { liar } from "./liar.js";
import { type Canary, type FederationNode, federationNode, keyRecord } from "./node.js";
import {
  describePlan,
  diameterOfPlan,
  type FederationPlan,
  isWaxwing,
  type PlannedEvent,
  type Version,
} from "./plan.js";
import { recordIdOfBytes, sealRecord, sha256 } from "./sealed-records.js";
import { WireWatch } from "./wire-watch.js";

export interface RunOptions {
  /** Instead of the reference's, which are cheap. */
  readonly makeIdSets?: () => IdSets;
  /** Nodes that are broken on purpose, by index. */
  readonly canaries?: ReadonlyMap<number, Canary>;
  /** Printed with a failure. */
  readonly replay?: string;
}

export interface FederationResult {
  readonly seed: number;
  /** Equal in two runs of one plan. */
  readonly trace: string;
  readonly events: number;
  readonly records: number;
  /** Virtual time from the end of the faults until all were equal. */
  readonly convergedAfterMs: number;
  readonly framesSent: number;
  /** `kind/record id` of all that every node offers in the end, in order. */
  readonly offered: readonly string[];
}

const liarName = "L";
/** Cadences during which nothing is written: what is sent then is what a federation costs at rest. */
const quietCadences = 3;
const afterglowMs = limits.roundWaitMs + 2000;

export async function runFederation(
  plan: FederationPlan,
  options: RunOptions = {},
): Promise<FederationResult> {
  const { seed } = plan;
  const world = new World({
    seed,
    network: plan.network,
    createStore: createMemoryStore,
    eventsMax: 100_000 * plan.nodes.length,
  });
  const replay = options.replay ?? "npx ava test/sim/federation.test.ts";
  return simulate(world, replay, async () => {
    try {
      return await new FederationRun(world, plan, options).run();
    } catch (error) {
      if (error instanceof Error) error.message = `${describePlan(plan)}\n${error.message}`;
      throw error;
    }
  });
}

class FederationRun {
  readonly #world: World;
  readonly #plan: FederationPlan;
  readonly #ledger = new Ledger();
  readonly #nodes: SimulatedNode<FederationNode>[] = [];
  readonly #versions: Version[];
  readonly #watch: WireWatch;
  /** By id and node. */
  readonly #bytesOf = new Map<string, Uint8Array>();
  #writes = 0;

  constructor(world: World, plan: FederationPlan, { canaries, makeIdSets }: RunOptions) {
    this.#world = world;
    this.#plan = plan;
    this.#versions = plan.nodes.map(({ version }) => version);
    for (const [
      index,
      { name, clockSkewMs, synchronised, flushDelayMsMax, version },
    ] of plan.nodes.entries()) {
      const canary = canaries?.get(index);
      const create = federationNode({
        version: () => this.#versions[index]!,
        peers: this.#peersOf(index),
        kinds: plan.kinds,
        cadenceSeconds: plan.cadenceSeconds,
        ...linkOf(plan),
        ...(makeIdSets ? { makeIdSets } : {}),
        ...(canary ? { canary } : {}),
      });
      const node = world.addNode(name, create, { clockSkewMs, synchronised, waxwing: isWaxwing(version) });
      node.disk.setFaults({ flushDelayMsMax });
      this.#nodes.push(node);
    }
    const honest = new Set(plan.nodes.map(({ name }) => name));
    this.#watch = new WireWatch({ network: world.network, ledger: this.#ledger, honest });
    this.#prepareWrites();
  }

  async run(): Promise<FederationResult> {
    const { plan, world } = { plan: this.#plan, world: this.#world };
    for (const { from, to, lossChance } of plan.links)
      world.network.setFaults(
        { ...plan.network, lossChance },
        { from: this.#name(from), to: this.#name(to) },
      );
    for (const [index, node] of this.#nodes.entries()) {
      await world.start(node);
      this.#putKey(index);
    }
    const liarNode = await this.#startLiar();
    for (const event of plan.events) {
      await this.#runUntilMs(event.atMs);
      await this.#perform(event);
    }
    await this.#runUntilMs(plan.faultsEndMs);
    await this.#endFaults();
    const convergedAfterMs = await this.#converge();
    await this.#beQuiet();
    await this.#checkStores();
    const offered = [...(await offeredBy(this.#nodes[0]!.current.store))].sort();
    await this.#stopAll(liarNode);
    return {
      seed: plan.seed,
      trace: world.trace.digest(),
      events: world.trace.events,
      records: this.#ledger.size,
      convergedAfterMs,
      framesSent: world.network.stats.framesSent,
      offered,
    };
  }

  #name(index: number): string {
    return this.#plan.nodes[index]!.name;
  }

  #peersOf(index: number): string[] {
    const { edges, oneWay, liar } = this.#plan;
    const isAnswerOnly = (a: number, b: number) => oneWay.some(([from, to]) => from === b && to === a);
    const peers = edges
      .filter((edge) => edge.includes(index))
      .map(([a, b]) => (a === index ? b : a))
      .filter((peer) => !isAnswerOnly(index, peer))
      .map((peer) => this.#name(peer));
    if (liar?.victims.includes(index)) peers.push(liarName);
    return peers;
  }

  /** Of planned records the bytes are known beforehand, so that a liar can claim to have them. */
  #prepareWrites(): void {
    for (const event of this.#plan.events) {
      if (event.type !== "write") continue;
      const visibility = event.local ? "local" : "federation";
      const record = {
        id: event.id,
        by: this.#name(event.nodes[0]!),
        visibility,
        pad: "x".repeat(event.padBytes),
      } as const;
      for (const [index, node] of event.nodes.entries())
        this.#bytesOf.set(`${event.id} ${node}`, sealRecord(record, { form: event.inForms ? index : 0 }));
    }
  }

  async #startLiar(): Promise<SimulatedNode<never> | undefined> {
    const { liar: plan, kinds } = this.#plan;
    if (!plan) return undefined;
    const create = liar({
      behaviour: plan.behaviour,
      victims: plan.victims.map((victim) => this.#name(victim)),
      kinds,
      known: [...this.#bytesOf.values()].map(sha256),
      knownIds: [...this.#bytesOf.values()].map(recordIdOfBytes),
      waxwing: plan.waxwing,
      trickle: (victim) => {
        const node = this.#nodes.find(({ name }) => name === victim);
        if (node?.running) node.current.replication.noteActivity(liarName);
      },
    });
    const node = this.#world.addNode(liarName, create, { waxwing: plan.waxwing });
    // Its own transport bounds nothing that it sends.
    const unbounded = {
      ...this.#plan.network,
      frameBytesMax: Number.POSITIVE_INFINITY,
      rateBitsPerSecond: 1e9,
    };
    for (const victim of plan.victims)
      this.#world.network.setFaults(unbounded, { from: liarName, to: this.#name(victim) });
    await this.#world.start(node);
    return node as unknown as SimulatedNode<never>;
  }

  async #perform(event: PlannedEvent): Promise<void> {
    const { network } = this.#world;
    switch (event.type) {
      case "write":
        for (const node of event.nodes)
          this.#put(node, event.kind, this.#bytesOf.get(`${event.id} ${node}`)!, event.local);
        return;
      case "partition": {
        const group = event.group.map((index) => this.#name(index));
        const others = this.#plan.nodes.map(({ name }) => name).filter((name) => !group.includes(name));
        return network.partition(group, others, event.direction);
      }
      case "cutRoute":
        return network.cutRoute(this.#name(event.from), this.#name(event.to));
      case "heal":
        return network.heal();
      case "crash": {
        const node = this.#nodes[event.node]!;
        if (node.running) this.#world.crash(node);
        return;
      }
      case "restart":
        this.#versions[event.node] = event.version;
        return this.#restart(event.node);
      case "jumpClock": {
        const node = this.#nodes[event.node]!;
        node.jumpWallClock(event.byMs);
        node.synchronised = event.synchronised;
        return;
      }
      case "diskCapacity":
        return this.#nodes[event.node]!.disk.setFaults({
          capacityBytes: event.full ? 0 : Number.POSITIVE_INFINITY,
        });
    }
  }

  async #restart(index: number): Promise<void> {
    const node = this.#nodes[index]!;
    if (node.running) return;
    node.waxwing = isWaxwing(this.#versions[index]!);
    await this.#world.start(node);
    this.#putKey(index);
  }

  #putKey(index: number): void {
    this.#put(index, "key", keyRecord(this.#name(index)), false);
  }

  /** Does not wait: the node may crash before it answers. */
  #put(index: number, kind: string, bytes: Uint8Array, local: boolean): void {
    const node = this.#nodes[index]!;
    if (!node.running) return;
    this.#writes++;
    const record = this.#ledger.note(node.name, kind, bytes, local);
    void node.current.put(kind, bytes).then((isDurable) => {
      if (isDurable) record.acknowledgedBy.add(node.name);
    });
  }

  async #endFaults(): Promise<void> {
    const { network } = this.#world;
    network.heal();
    network.setFaults({
      lossChance: 0,
      duplicateChance: 0,
      reorderChance: 0,
      sendTimeoutMs: perfectLink.sendTimeoutMs,
    });
    for (const [index, node] of this.#nodes.entries()) {
      node.disk.setFaults({ capacityBytes: Number.POSITIVE_INFINITY });
      if (!node.running) await this.#restart(index);
      else this.#putKey(index);
    }
  }

  async #converge(): Promise<number> {
    const withinMs = convergenceMsMax(this.#plan);
    const startMs = this.#world.time.nowMs;
    const stepMs = this.#plan.cadenceSeconds * 100;
    let difference = await this.#difference();
    while (difference !== undefined) {
      const elapsedMs = this.#world.time.nowMs - startMs;
      if (elapsedMs >= withinMs) throw this.#world.failure(`not equal within ${withinMs} ms: ${difference}`);
      await this.#runUntilMs(this.#world.time.nowMs + stepMs);
      difference = await this.#difference();
    }
    return this.#world.time.nowMs - startMs;
  }

  #difference(): Promise<string | undefined> {
    return describeDifference(this.#nodes.map(({ name, current: { store } }) => ({ name, store })));
  }

  async #beQuiet(): Promise<void> {
    const cadenceMs = this.#plan.cadenceSeconds * 1000;
    // Rounds that faults have left behind end first, and echoes of legacy Summaries run out.
    await this.#runUntilMs(this.#world.time.nowMs + afterglowMs);
    const before = this.#nodes.map((node) => this.#sentByPeer(node.name));
    const startMs = this.#world.time.nowMs;
    await this.#runUntilMs(startMs + quietCadences * cadenceMs);
    const difference = await this.#difference();
    if (difference !== undefined) throw this.#world.failure(`equal and then not: ${difference}`);
    this.#checkFrames("at rest", before, {
      durationMs: this.#world.time.nowMs - startMs,
      writes: 0,
      records: 0,
      lives: 0,
    });
  }

  #sentByPeer(from: string): Map<string, number> {
    const names = [...this.#plan.nodes.map(({ name }) => name), liarName];
    return new Map(names.map((to) => [to, this.#watch.sent(from, to)]));
  }

  async #checkStores(): Promise<void> {
    const none = this.#nodes.map(() => new Map<string, number>());
    const lives = this.#nodes.reduce((sum, node) => sum + node.lives, 0);
    this.#checkFrames("in all", none, {
      durationMs: this.#world.time.nowMs,
      writes: this.#writes,
      records: this.#ledger.size,
      lives,
    });
    for (const { name, current } of this.#nodes) {
      const fault = await this.#ledger.describeFault(name, current.store);
      if (fault !== undefined) throw this.#world.failure(fault);
    }
  }

  #checkFrames(when: string, before: readonly Map<string, number>[], budget: Budget): void {
    for (const [index, { name }] of this.#nodes.entries()) {
      for (const [peer, sent] of this.#sentByPeer(name)) {
        const frames = sent - (before[index]!.get(peer) ?? 0);
        const heard = peer === liarName ? this.#watch.sent(liarName, name) : 0;
        const max = framesBudget(this.#plan, budget, heard);
        if (frames > max)
          throw this.#world.failure(`${name} sent ${frames} frames to ${peer} ${when}, bound ${max}`);
      }
    }
  }

  /** Runs in slices, looking after each. */
  async #runUntilMs(atMs: number): Promise<void> {
    while (this.#world.time.nowMs < atMs) {
      await this.#world.runFor(Math.min(1000, atMs - this.#world.time.nowMs));
      this.#look();
    }
  }

  #look(): void {
    const { fault } = this.#watch;
    if (fault !== undefined) throw this.#world.failure(fault);
    for (const [index, node] of this.#nodes.entries()) {
      if (!node.running) continue;
      const held = node.current.held();
      const max = heldBudget(this.#plan, {
        peers: this.#peersOf(index).length + 1,
        records: this.#ledger.size,
        lies: this.#watch.sent(liarName, node.name),
      });
      if (held > max) throw this.#world.failure(`${node.name} holds ${held} entries in memory, bound ${max}`);
    }
  }

  async #stopAll(liarNode: SimulatedNode<never> | undefined): Promise<void> {
    const world = this.#world;
    for (const node of world.random.fork("stops").shuffle(this.#nodes)) {
      const { replication } = node.current;
      await world.stop(node);
      const { rounds, inboxFrames, incomingBytes, outgoingBytes } = replication.holdings();
      const bytes = incomingBytes + outgoingBytes;
      if (rounds + inboxFrames > 0)
        throw world.failure(`${node.name} stopped with ${rounds} rounds in flight`);
      if (bytes > 0) throw world.failure(`${node.name} stopped and never gave ${bytes} bytes back`);
      if (node.pendingTimers > 0)
        throw world.failure(`${node.name} left ${node.pendingTimers} timers behind`);
    }
    if (liarNode) await world.stop(liarNode as never);
    await world.runFor(perfectLink.sendTimeoutMs);
    if (world.time.pending > 0) throw world.failure(`${world.time.pending} events after all have stopped`);
  }
}

function linkOf({ network }: FederationPlan) {
  const { frameBytesMax, rateBitsPerSecond } = network;
  if (frameBytesMax === undefined || rateBitsPerSecond === undefined) return {};
  return { link: { frameBytesMax, rateBitsPerSecond } };
}

/** From the end of the faults, in the worst case that the draw allows. */
function convergenceMsMax(plan: FederationPlan): number {
  return 120_000 + diameterOfPlan(plan) * (2 * plan.cadenceSeconds * 1000 + 20_000);
}
