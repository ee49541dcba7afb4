/**
 * What happens in one simulated federation, drawn from one number: who is there and in which version, how the
 * network and the disks misbehave, who writes what when, and what the liar does. A plan is data, so that a
 * failure prints it and tests can write one by hand.
 */
import { type LinkFaults, SeededRandom } from "waxwing/testing";
import { type LiarBehaviour, liarBehaviours, reconcilingBehaviours } from "./liar-behaviours.js";
import { diameterOf, type Edge, edgesOf, type Topology, topologies } from "./topology.js";

export const versions = [
  /** Reads CRPL v1 and v2, drops all else, and opens rounds in them. */
  "legacy",
  /** The same with v3. */
  "v3",
  /** Native frames of before reconciliation: drops those that it does not know. */
  "firstWaxwing",
  /** A Waxwing node whose sets have no room: it answers `unavailable`. */
  "waxwing",
  /** The whole of it. */
  "reconciling",
] as const;
/** What a node understands, and how it opens rounds. */
export type Version = (typeof versions)[number];

export const isWaxwing = (version: Version): boolean => version !== "legacy" && version !== "v3";

export const faultNames = [
  "loss",
  "asymmetricLoss",
  "duplication",
  "reordering",
  "slowNetwork",
  "narrowLinks",
  "partition",
  "noRoute",
  "crash",
  "slowDisk",
  "fullDisk",
  "clockJump",
  "skewedClock",
  "versionChange",
  "oneWayDial",
  "liar",
] as const;
export type FaultName = (typeof faultNames)[number];

export interface NodePlan {
  readonly name: string;
  readonly version: Version;
  readonly clockSkewMs: number;
  readonly synchronised: boolean;
  readonly flushDelayMsMax: number;
}

/** At that moment of the run; moments are ascending. */
export type PlannedEvent = { readonly atMs: number } & (
  | {
      readonly type: "write";
      readonly nodes: readonly number[];
      readonly kind: string;
      readonly id: string;
      readonly local: boolean;
      readonly padBytes: number;
      /** Whether each of several writers writes a form of its own. */
      readonly inForms: boolean;
    }
  | {
      readonly type: "partition";
      readonly group: readonly number[];
      readonly direction: "both" | "outbound" | "inbound";
    }
  | { readonly type: "cutRoute"; readonly from: number; readonly to: number }
  | { readonly type: "heal" }
  | { readonly type: "crash"; readonly node: number }
  | { readonly type: "restart"; readonly node: number; readonly version: Version }
  | {
      readonly type: "jumpClock";
      readonly node: number;
      readonly byMs: number;
      readonly synchronised: boolean;
    }
  | { readonly type: "diskCapacity"; readonly node: number; readonly full: boolean }
);

export interface LiarPlan {
  readonly behaviour: LiarBehaviour;
  readonly victims: readonly number[];
  readonly waxwing: boolean;
}

export interface FederationPlan {
  readonly seed: number;
  readonly topology: Topology;
  readonly nodes: readonly NodePlan[];
  readonly edges: readonly Edge[];
  /** Of these edges only the first node dials the second. */
  readonly oneWay: readonly Edge[];
  readonly kinds: readonly string[];
  readonly cadenceSeconds: number;
  /** Of every link while faults last. */
  readonly network: Partial<LinkFaults>;
  readonly links: readonly { readonly from: number; readonly to: number; readonly lossChance: number }[];
  readonly events: readonly PlannedEvent[];
  readonly liar: LiarPlan | undefined;
  /** From here on network and disks are good; the liar goes on. */
  readonly faultsEndMs: number;
  readonly faults: readonly FaultName[];
}

/** Mostly three nodes, some of seven, few of thirty. */
export function sizeOf(seed: number): 3 | 7 | 30 {
  const draw = new SeededRandom(`${seed}/size`).fraction();
  if (draw < 0.9) return 3;
  return draw < 0.993 ? 7 : 30;
}

const otherKinds = ["note", "attestation", "transport_destination", "organization"];

export function drawPlan(seed: number, size: number = sizeOf(seed)): FederationPlan {
  return new Drawing(seed, size).plan();
}

/** Each aspect has a stream of its own, so that a change of one leaves the others of a seed as they were. */
class Drawing {
  readonly #seed: number;
  readonly #size: number;
  readonly #faults = new Set<FaultName>();
  readonly #cadenceSeconds: number;
  readonly #faultsEndMs: number;

  constructor(seed: number, size: number) {
    this.#seed = seed;
    this.#size = size;
    const random = this.#random("time");
    this.#cadenceSeconds = size === 30 ? 10 : random.pick([2, 5, 5, 10]);
    this.#faultsEndMs = Math.round((random.integer(30, 60) / 10) * this.#cadenceSeconds * 1000 + 5000);
    const faults = this.#random("faults");
    for (const name of faultNames) if (faults.chance(chanceOf[name])) this.#faults.add(name);
  }

  plan(): FederationPlan {
    const random = this.#random("shape");
    const topology = random.pick(topologies);
    const edges = edgesOf(topology, this.#size, random);
    const nodes = this.#nodes();
    const oneWay = this.#oneWay(edges, nodes);
    const events = [...this.#writes(), ...this.#networkEvents(edges), ...this.#nodeEvents(nodes)];
    events.sort((a, b) => a.atMs - b.atMs);
    return {
      seed: this.#seed,
      topology,
      nodes,
      edges,
      oneWay,
      kinds: this.#kinds(),
      cadenceSeconds: this.#cadenceSeconds,
      network: this.#network(),
      links: this.#links(edges),
      events,
      liar: this.#liar(),
      faultsEndMs: this.#faultsEndMs,
      faults: faultNames.filter((name) => this.#faults.has(name)),
    };
  }

  #random(aspect: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${aspect}`);
  }

  #kinds(): string[] {
    const random = this.#random("kinds");
    return ["key", ...random.shuffle(otherKinds).slice(0, random.pick([1, 1, 2, 3]))];
  }

  #nodes(): NodePlan[] {
    const random = this.#random("nodes");
    return Array.from({ length: this.#size }, (_, index) => ({
      name: `N${index}`,
      version: random.chance(0.35) ? "reconciling" : random.pick(versions),
      clockSkewMs: this.#faults.has("skewedClock") ? random.integer(-3_600_000, 3_600_000) : 0,
      synchronised: !(this.#faults.has("skewedClock") && random.chance(0.5)),
      flushDelayMsMax: this.#faults.has("slowDisk") ? random.integer(20, 300) : 4,
    }));
  }

  /** A v3 node that alone dials a legacy one would never be heard, as it is in the field. */
  #oneWay(edges: readonly Edge[], nodes: readonly NodePlan[]): Edge[] {
    if (!this.#faults.has("oneWayDial")) return [];
    const random = this.#random("dials");
    return edges
      .filter(() => random.chance(0.4))
      .map(([a, b]): Edge => (random.chance(0.5) ? [a, b] : [b, a]))
      .filter(([a, b]) => !(nodes[a]!.version === "v3" && nodes[b]!.version === "legacy"));
  }

  #network(): Partial<LinkFaults> {
    const random = this.#random("network");
    const has = (name: FaultName) => this.#faults.has(name);
    const delayMsMax = has("slowNetwork") ? random.integer(50, 800) : random.integer(2, 30);
    return {
      delayMsMin: random.integer(1, delayMsMax),
      delayMsMax,
      sendTimeoutMs: random.pick([2000, 5000, 30_000]),
      ...(has("loss") ? { lossChance: random.integer(2, 30) / 100 } : {}),
      ...(has("duplication") ? { duplicateChance: random.integer(2, 40) / 100 } : {}),
      ...(has("reordering")
        ? { reorderChance: random.integer(5, 50) / 100, reorderDelayMsMax: random.integer(20, 3000) }
        : {}),
      ...(has("narrowLinks")
        ? {
            frameBytesMax: random.integer(4096, 16_384),
            rateBitsPerSecond: random.integer(100_000, 1_000_000),
          }
        : {}),
    };
  }

  #links(edges: readonly Edge[]): FederationPlan["links"] {
    if (!this.#faults.has("asymmetricLoss")) return [];
    const random = this.#random("links");
    return Array.from({ length: random.integer(1, Math.max(1, edges.length >> 1)) }, () => {
      const [a, b] = random.pick(edges);
      const [from, to] = random.chance(0.5) ? [a, b] : [b, a];
      return { from, to, lossChance: random.integer(5, 10) / 10 };
    });
  }

  #writes(): PlannedEvent[] {
    const random = this.#random("writes");
    const kinds = this.#kinds().slice(1);
    const count = this.#size === 30 ? 60 : random.integer(5, 25) * (this.#size === 7 ? 2 : 1);
    return Array.from({ length: count }, (_, index) => {
      const node = random.integer(0, this.#size - 1);
      const nodes = random.chance(0.1) ? [node, (node + 1) % this.#size] : [node];
      return {
        atMs: random.integer(0, this.#faultsEndMs - 1),
        type: "write",
        nodes,
        kind: random.pick(kinds),
        id: `w${index}`,
        local: random.chance(0.15),
        padBytes: random.integer(0, 300),
        inForms: random.chance(0.5),
      };
    });
  }

  #networkEvents(edges: readonly Edge[]): PlannedEvent[] {
    const random = this.#random("partitions");
    const events: PlannedEvent[] = [];
    const { partition, noRoute } = {
      partition: this.#faults.has("partition"),
      noRoute: this.#faults.has("noRoute"),
    };
    if (!partition && !noRoute) return events;
    for (let turn = random.integer(1, 2); turn > 0; turn--) {
      const [fromMs, untilMs] = this.#span(random);
      if (partition) {
        const group = random.shuffle(Array.from({ length: this.#size }, (_, index) => index));
        group.length = random.integer(1, this.#size - 1);
        events.push({
          atMs: fromMs,
          type: "partition",
          group,
          direction: random.pick(["both", "outbound", "inbound"]),
        });
      }
      if (noRoute) {
        const [from, to] = random.pick(edges);
        events.push({ atMs: fromMs, type: "cutRoute", from, to });
      }
      events.push({ atMs: untilMs, type: "heal" });
    }
    return events;
  }

  #nodeEvents(nodes: readonly NodePlan[]): PlannedEvent[] {
    const random = this.#random("lives");
    const events: PlannedEvent[] = [];
    const chosen = () =>
      random.shuffle(nodes.map((_, index) => index)).slice(0, 1 + Math.floor(this.#size / 7));
    if (this.#faults.has("crash") || this.#faults.has("versionChange")) {
      for (const node of chosen()) {
        let atMs = 0;
        for (let lives = random.integer(1, 2); lives > 0; lives--) {
          const crashMs = random.integer(atMs, this.#faultsEndMs - 2);
          atMs = random.integer(crashMs, Math.min(this.#faultsEndMs - 1, crashMs + 20_000));
          events.push({ atMs: crashMs, type: "crash", node });
          events.push({ atMs, type: "restart", node, version: this.#laterVersion(random, nodes[node]!) });
        }
      }
    }
    if (this.#faults.has("clockJump")) {
      for (const node of chosen()) {
        const byMs = random.pick([1, -1]) * random.pick([1000, 60_000, 3_600_000, 86_400_000 * 400]);
        const atMs = random.integer(0, this.#faultsEndMs - 1);
        events.push({ atMs, type: "jumpClock", node, byMs, synchronised: random.chance(0.7) });
      }
    }
    if (this.#faults.has("fullDisk")) {
      for (const node of chosen()) {
        const [fromMs, untilMs] = this.#span(random);
        events.push({ atMs: fromMs, type: "diskCapacity", node, full: true });
        events.push({ atMs: untilMs, type: "diskCapacity", node, full: false });
      }
    }
    return events;
  }

  /** An upgrade, or an operator who goes back: peers have learnt what no longer holds. */
  #laterVersion(random: SeededRandom, { version }: NodePlan): Version {
    if (!this.#faults.has("versionChange") || version === "v3") return version;
    return random.pick(["legacy", "firstWaxwing", "waxwing", "reconciling"]);
  }

  #liar(): LiarPlan | undefined {
    if (!this.#faults.has("liar")) return undefined;
    const random = this.#random("liar");
    const all = Array.from({ length: this.#size }, (_, index) => index);
    const behaviour = random.pick(liarBehaviours);
    return {
      behaviour,
      victims: random.shuffle(all).slice(0, random.integer(1, Math.min(5, this.#size))),
      waxwing: reconcilingBehaviours.includes(behaviour) || random.chance(0.5),
    };
  }

  #span(random: SeededRandom): [fromMs: number, untilMs: number] {
    const fromMs = random.integer(0, Math.floor(this.#faultsEndMs * 0.7));
    return [fromMs, random.integer(fromMs, this.#faultsEndMs - 1)];
  }
}

const chanceOf: Record<FaultName, number> = {
  loss: 0.35,
  asymmetricLoss: 0.2,
  duplication: 0.3,
  reordering: 0.3,
  slowNetwork: 0.25,
  narrowLinks: 0.15,
  partition: 0.35,
  noRoute: 0.15,
  crash: 0.4,
  slowDisk: 0.25,
  fullDisk: 0.1,
  clockJump: 0.25,
  skewedClock: 0.25,
  versionChange: 0.1,
  oneWayDial: 0.15,
  liar: 0.45,
};

/** Hops that news may need, for the time that convergence may take. */
export function diameterOfPlan({ edges, nodes }: FederationPlan): number {
  return diameterOf(edges, nodes.length);
}

/** One line: what a failure prints beside its seed. */
export function describePlan(plan: FederationPlan): string {
  const { nodes, topology, cadenceSeconds, kinds, faults, liar } = plan;
  const counts = nodes.map(({ name, version }) => (nodes.length <= 7 ? `${name} ${version}` : version));
  const shown = nodes.length <= 7 ? counts.join(", ") : tally(counts);
  const lies = liar ? `; L ${liar.behaviour} to ${liar.victims.map((victim) => `N${victim}`).join(" ")}` : "";
  return `${nodes.length} nodes, ${topology} (${shown}), ${kinds.join("+")} every ${cadenceSeconds} s; ${faults.join(" ")}${lies}`;
}

function tally(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${count} ${value}`).join(", ");
}
