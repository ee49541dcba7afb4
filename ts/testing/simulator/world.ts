/**
 * A world: nodes on virtual time, a faulty network and modelled disks, all drawn from one seed. The same
 * seed gives the same run, event by event, so any failure replays.
 *
 * Nodes are given as factories: the simulator knows no plane, and `test/sim` wires the real ones. A node
 * gets everything it may wait for through `NodeWorld`; between two events the world lets all promises settle
 * (settle.ts says how), so `async` code is as deterministic as the rest. What is not, is code that reaches
 * past its host: real timers, real randomness (hedged signatures), threads. `Trace` finds that out.
 *
 * Time moves only in `runFor`, `runUntil` and `complete`. A promise that needs the world to go on must be
 * handed to `complete`; a bare `await` on it would wait for ever.
 */
import { invariant } from "../../base/errors.js";
import type { KeyId } from "../../base/ids.js";
import type { SimulableHost } from "../../contracts/host.js";
import type { Store } from "../../contracts/store.js";
import type { Transport } from "../../contracts/transport.js";
import { wallClockStartMs } from "../fake-host.js";
import { SeededRandom } from "../seeded-random.js";
import { settle, settleMicrotasks } from "../settle.js";
import { VirtualTime } from "../virtual-time.js";
import { type DiskFaults, SimDisk, type StoreFactory } from "./disk.js";
import { SimulationFailure } from "./failure.js";
import { Incarnation } from "./incarnation.js";
import { type LinkFaults, Network, type NetworkPort } from "./network.js";
import { Trace } from "./trace.js";
import { SimTransport } from "./transport.js";

export interface WorldOptions {
  readonly seed: number;
  readonly network?: Partial<LinkFaults>;
  readonly disk?: Partial<DiskFaults>;
  /** Makes the store below each modelled disk: `createMemoryStore` of waxwing/store. */
  readonly createStore?: StoreFactory;
  /** A run with more events is taken for a livelock. */
  readonly eventsMax?: number;
}

/** What a node is made of besides itself. */
export interface NodeWorld {
  readonly name: string;
  readonly keyId: KeyId;
  /** 1 for the first start, one more after each restart. */
  readonly incarnation: number;
  readonly host: SimulableHost;
  readonly transport: Transport;
  /** Opens what the node's disk holds. Once an incarnation. */
  openStore(): Promise<Store>;
  /** Adds a line to the trace of the run: anything that should be the same in two runs of one seed. */
  trace(what: string): void;
}

export interface SimNode {
  stop(): Promise<void>;
}

export interface NodeOptions {
  /** What frames carry; the name when absent. */
  readonly keyId?: KeyId;
  /** How far this node's wall clock is ahead of the world's. */
  readonly clockSkewMs?: number;
  /** Whether it believes its clock; a board without a clock chip does not before its first sync. */
  readonly synchronised?: boolean;
  /** Shows the Waxwing capability; false for a stock peer. */
  readonly waxwing?: boolean;
}

export class SimulatedNode<Node extends SimNode> {
  readonly name: string;
  readonly keyId: KeyId;
  readonly disk: SimDisk;
  wallClockOffsetMs: number;
  synchronised: boolean;
  /** From the next start on: an upgrade, or a step back. */
  waxwing: boolean;
  /** @internal */ readonly create: (world: NodeWorld) => Node | Promise<Node>;
  /** @internal */ life: Incarnation | undefined;
  /** @internal */ lives = 0;
  /** @internal */ node: Node | undefined;

  constructor(
    name: string,
    keyId: KeyId,
    disk: SimDisk,
    create: (world: NodeWorld) => Node | Promise<Node>,
    options: NodeOptions,
  ) {
    this.name = name;
    this.keyId = keyId;
    this.disk = disk;
    this.create = create;
    this.wallClockOffsetMs = wallClockStartMs + (options.clockSkewMs ?? 0);
    this.synchronised = options.synchronised ?? true;
    this.waxwing = options.waxwing ?? true;
  }

  get running(): boolean {
    return this.node !== undefined;
  }

  /** Timers that the code of the last life has set and that still wait. */
  get pendingTimers(): number {
    return this.life?.pendingTimers ?? 0;
  }

  /** The running node; throws while it is down. */
  get current(): Node {
    if (!this.node) throw new RangeError(`${this.name} is not running`);
    return this.node;
  }

  /** Moves the wall clock alone, as an operator or NTP does. */
  jumpWallClock(byMs: number): void {
    this.wallClockOffsetMs += byMs;
  }
}

interface Probe {
  readonly name: string;
  readonly read: () => number;
  readonly max: number;
}

const eventsMaxDefault = 2_000_000;
const eventsPerTurn = 1000;

export class World {
  readonly seed: number;
  readonly time = new VirtualTime();
  readonly trace = new Trace();
  readonly random: SeededRandom;
  readonly network: Network;
  readonly #options: WorldOptions;
  readonly #nodes = new Map<string, SimulatedNode<SimNode>>();
  readonly #probes: Probe[] = [];
  #events = 0;

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    this.#options = options;
    this.random = new SeededRandom(options.seed);
    this.network = new Network(this.time, this.random.fork("network"), this.trace, options.network);
  }

  get nodes(): readonly SimulatedNode<SimNode>[] {
    return [...this.#nodes.values()];
  }

  /** Declares a node; `start` brings it up. */
  addNode<Node extends SimNode>(
    name: string,
    create: (world: NodeWorld) => Node | Promise<Node>,
    options: NodeOptions = {},
  ): SimulatedNode<Node> {
    if (this.#nodes.has(name)) throw new RangeError(`a node is already called "${name}"`);
    const createStore = this.#options.createStore ?? missingStore;
    const disk = new SimDisk(this.random.fork(`disk/${name}`), createStore, this.#options.disk);
    const node = new SimulatedNode<Node>(name, options.keyId ?? name, disk, create, options);
    this.#nodes.set(name, node as unknown as SimulatedNode<SimNode>);
    this.network.addName(name, node.keyId);
    return node;
  }

  async start<Node extends SimNode>(node: SimulatedNode<Node>): Promise<Node> {
    if (node.life?.alive) throw new RangeError(`${node.name} is already running`);
    const life = new Incarnation(++node.lives, this.time);
    node.life = life;
    this.#log(node.name, `start ${life.number}`);
    node.node = await this.complete(Promise.resolve(node.create(this.#nodeWorld(node, life))));
    return node.node;
  }

  /** Power loss: no code of the node runs again, and its disk forgets what was not flushed. */
  crash(node: SimulatedNode<SimNode>): void {
    if (!node.life?.alive) throw new RangeError(`${node.name} is not running`);
    node.life.end();
    node.node = undefined;
    this.#log(node.name, `crash, ${node.disk.losePower()} batches lost`);
  }

  /** An orderly end. */
  async stop(node: SimulatedNode<SimNode>): Promise<void> {
    await this.complete(node.current.stop());
    node.life?.end();
    node.node = undefined;
    this.#log(node.name, "stop");
  }

  /** Calls at a moment of the run, e.g. a fault of a scenario. */
  at(delayMs: number, act: () => void): void {
    this.time.after(delayMs, act);
  }

  /** After every event `read()` must be at most `max`: queues, maps and timers that must stay bounded. */
  watch(name: string, read: () => number, max: number): void {
    this.#probes.push({ name, read, max });
  }

  async runFor(durationMs: number): Promise<void> {
    const untilMs = this.time.nowMs + durationMs;
    await settle();
    while (await this.#step(untilMs));
  }

  /** Runs until the condition holds, asked every `everyMs` of virtual time; fails after `withinMs`. */
  async runUntil(
    what: string,
    condition: () => boolean | Promise<boolean>,
    { withinMs = 600_000, everyMs = 250 }: { withinMs?: number; everyMs?: number } = {},
  ): Promise<void> {
    const endMs = this.time.nowMs + withinMs;
    while (!(await condition())) {
      if (this.time.nowMs >= endMs) throw this.failure(`not within ${withinMs} ms: ${what}`);
      await this.runFor(Math.min(everyMs, endMs - this.time.nowMs));
    }
  }

  /** Runs until the promise settles, and gives its value. */
  async complete<T>(promise: Promise<T>, withinMs = 600_000): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    const endMs = this.time.nowMs + withinMs;
    await settle();
    while (!settled) {
      if (!(await this.#step(endMs))) {
        await settle();
        if (!settled) throw this.failure(`a call did not finish within ${withinMs} ms`);
      }
    }
    return promise;
  }

  failure(message: string, cause?: unknown): SimulationFailure {
    return new SimulationFailure(message, this, cause);
  }

  /** One event and all that follows from it at once; false when nothing is due until then. */
  async #step(untilMs: number): Promise<boolean> {
    let more: boolean;
    try {
      more = this.time.step(untilMs);
    } catch (error) {
      throw this.failure("a node threw into the event loop", error);
    }
    if (!more) return false;
    // Now and then the whole loop, so that the process still hears its signals and timers.
    await (this.#events % eventsPerTurn === 0 ? settle() : settleMicrotasks());
    if (++this.#events > (this.#options.eventsMax ?? eventsMaxDefault)) {
      throw this.failure(`more than ${this.#events - 1} events: a livelock`);
    }
    for (const { name, read, max } of this.#probes) {
      const value = read();
      if (value > max) throw this.failure(`${name} is ${value}, bound ${max}`);
    }
    return true;
  }

  #nodeWorld<Node extends SimNode>(node: SimulatedNode<Node>, life: Incarnation): NodeWorld {
    const port: NetworkPort = {
      keyId: node.keyId,
      incarnation: life,
      waxwing: node.waxwing,
      receive: undefined,
    };
    this.network.attach(port);
    let opened = false;
    return {
      name: node.name,
      keyId: node.keyId,
      incarnation: life.number,
      host: this.#host(node, life),
      transport: new SimTransport(this.network, port),
      openStore: () => {
        invariant(!opened, `${node.name} opens its store once an incarnation`);
        opened = true;
        return node.disk.open(life);
      },
      trace: (what) => this.#log(node.name, what),
    };
  }

  #host<Node extends SimNode>(node: SimulatedNode<Node>, life: Incarnation): SimulableHost {
    const bootMs = this.time.nowMs;
    return {
      clock: {
        // Each boot counts from another origin, so that nobody keeps a monotonic time across a restart.
        monotonicMs: () => this.time.nowMs - bootMs + 1_000 * life.number,
        wallClock: () => ({
          ms: Math.floor(this.time.nowMs) + node.wallClockOffsetMs,
          synchronised: node.synchronised,
        }),
      },
      timers: life.timers(),
      random: this.random.fork(`node/${node.name}/${life.number}`),
    };
  }

  #log(who: string, what: string): void {
    this.trace.add(this.time.nowMs, who, what);
  }
}

function missingStore(): never {
  throw new RangeError("World: give createStore to let nodes open a store");
}
