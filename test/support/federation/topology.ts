/** Shapes of a federation: who peers with whom, always connected. Edges are pairs of node indexes. */
import type { SeededRandom } from "waxwing/testing";

export type Topology = "ring" | "star" | "tree" | "random" | "bridge";
export const topologies: readonly Topology[] = ["ring", "star", "tree", "random", "bridge"];
export type Edge = readonly [number, number];

export function edgesOf(topology: Topology, count: number, random: SeededRandom): Edge[] {
  const all = Array.from({ length: count }, (_, index) => index);
  switch (topology) {
    case "ring":
      return all.map((index) => [index, (index + 1) % count] as const);
    case "star":
      return all.slice(1).map((index) => [0, index] as const);
    case "tree":
      return treeOf(all, random);
    case "random":
      return distinct([...treeOf(all, random), ...chords(count, random)]);
    case "bridge": {
      const half = count >> 1;
      return [...clique(all.slice(0, half)), ...clique(all.slice(half)), [half - 1, half]];
    }
  }
}

/** Everybody hangs on somebody earlier. */
function treeOf(all: readonly number[], random: SeededRandom): Edge[] {
  return all.slice(1).map((index) => [random.integer(0, index - 1), index] as const);
}

function chords(count: number, random: SeededRandom): Edge[] {
  return Array.from({ length: random.integer(1, count) }, () => {
    const a = random.integer(0, count - 2);
    return [a, random.integer(a + 1, count - 1)] as const;
  });
}

/** A large one has rings of chords instead of all edges: what it stands for is a well connected half. */
function clique(members: readonly number[]): Edge[] {
  const reach = members.length <= 5 ? members.length : 2;
  return distinct(
    members.flatMap((a, index) =>
      Array.from({ length: Math.min(reach, members.length - 1) }, (_, step) => {
        const b = members[(index + step + 1) % members.length]!;
        return [Math.min(a, b), Math.max(a, b)] as const;
      }),
    ),
  );
}

function distinct(edges: readonly Edge[]): Edge[] {
  return [...new Map(edges.map((edge) => [edge.join("-"), edge])).values()];
}

/** The longest of the shortest ways: how many hops news can need. */
export function diameterOf(edges: readonly Edge[], count: number): number {
  const neighbours = Array.from({ length: count }, (): number[] => []);
  for (const [a, b] of edges) {
    neighbours[a]!.push(b);
    neighbours[b]!.push(a);
  }
  let diameter = 0;
  for (let start = 0; start < count; start++) {
    const hops = new Map([[start, 0]]);
    for (const [node, distance] of hops) {
      diameter = Math.max(diameter, distance);
      for (const next of neighbours[node]!) if (!hops.has(next)) hops.set(next, distance + 1);
    }
    if (hops.size !== count) throw new RangeError("expected a connected federation");
  }
  return diameter;
}
