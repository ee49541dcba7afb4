/** Nodes for tests: in memory, on loopback ports of their own, replicating fast. */
import { type ConfigInput, createNode, type WaxwingNode } from "waxwing";
import type { OwnKind } from "waxwing/records";

export async function memoryNode(
  overrides: ConfigInput = {},
  kinds: readonly OwnKind[] = [],
): Promise<WaxwingNode> {
  const node = await createNode({
    store: { engine: "memory" },
    listen: { port: 0 },
    admin: false,
    replication: { cadenceSeconds: 0.5 },
    log: { level: "silent" },
    ...overrides,
  });
  for (const kind of kinds) node.defineKind(kind);
  return node;
}
