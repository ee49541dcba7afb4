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

/** Resolves when `holds` is true; throws what it waited for after `timeoutMs`, which no busy machine needs. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
