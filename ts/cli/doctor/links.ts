/**
 * Whether the links of the configuration can work here: each is opened and closed again, or, where a node runs
 * on the data directory and holds them, that node is asked.
 */
import { isWaxwingError, limits } from "../../base/index.js";
import type { Host } from "../../contracts/index.js";
import { type Config, ControlClient, dataDirectory, linkProblem } from "../../node/index.js";
import type { Finding } from "../doctor.js";

interface FoundLink {
  readonly name: string;
  readonly type: string;
  readonly works: boolean;
  readonly problem?: { readonly code: string; readonly message: string };
}

export async function inspectLinks(config: Config, host: Host): Promise<Finding> {
  const held = config.links.length === 0 ? [] : await linksOfRunningNode(config);
  const found = await Promise.all(
    config.links.map((link) => held.find(({ name }) => name === link.name) ?? tryLink(link, host)),
  );
  return {
    isHealthy: found.every(({ works }) => works),
    value: found,
    lines: ["links", ...(found.length === 0 ? ["  none configured"] : found.map(lineOf))],
  };
}

function lineOf({ name, type, works, problem }: FoundLink): string {
  return `  ${name} (${type}): ${works ? "works" : `MISSING: ${problem?.message} (${problem?.code})`}`;
}

async function tryLink(link: Config["links"][number], host: Host): Promise<FoundLink> {
  const { name, type } = link;
  const problem = await linkProblem(link, host);
  if (!problem) return { name, type, works: true };
  return { name, type, works: false, problem: { code: problem.code, message: problem.message } };
}

async function linksOfRunningNode(config: Config): Promise<FoundLink[]> {
  const node = new ControlClient(dataDirectory(config.dataDirectory), { timeoutMs: limits.controlProbeMs });
  try {
    return (await node.status()).links.map(({ name, type, isUp, downReason }) => {
      const message = "the running node has lost it, or never had it";
      return {
        name,
        type,
        works: isUp,
        ...(isUp ? {} : { problem: { code: downReason ?? "disconnected", message } }),
      };
    });
  } catch (error) {
    if (isWaxwingError(error, "node_unreachable")) return [];
    throw error;
  }
}
