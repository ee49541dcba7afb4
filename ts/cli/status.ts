/** `waxwing status`: what the node of a data directory holds and does. */
import { Command } from "commander";
import { type NodeStatus, openNodeAccess } from "../node/index.js";
import { print } from "./output.js";
import { type CommonOptions, loadConfig, withCommonOptions } from "./settings.js";

export function statusCommand(): Command {
  return withCommonOptions(new Command("status"))
    .description("show what the node holds and does")
    .option("--hash", "also hash the whole store: equal on nodes that hold the same records")
    .action(async (options: CommonOptions & { hash?: boolean }) => {
      await using access = await openNodeAccess(await loadConfig(options), "read");
      const status = await access.status();
      const storeHash = options.hash ? await access.storeHash() : undefined;
      const kinds = Object.entries(status.store.byKind).map(
        ([kind, { records, recordBytes }]) => `  ${kind.padEnd(36)} ${records} records, ${recordBytes} bytes`,
      );
      print(
        options.json ?? false,
        { ...status, running: access.running, ...(storeHash ? { storeHash: storeHash.hash } : {}) },
        [
          `node     ${status.keyId}${access.running ? "" : " (not running)"}`,
          ...status.addresses.peers.map((address) => `peers    ${address}`),
          ...(status.addresses.admin === undefined ? [] : [`admin    ${status.addresses.admin}`]),
          `engine   ${status.engine}, store ${status.store.engine}`,
          verifierLine(status.verifier),
          ...status.links.map(linkLine),
          `records  ${status.store.records} (${status.store.recordBytes} bytes)`,
          ...kinds,
          ...offeredLines(status.offeredSets),
          `admitted ${status.admission.admitted}, duplicates ${status.admission.duplicates}, refused ${status.admission.refused}`,
          ...(storeHash ? [`hash     ${storeHash.hash}`] : []),
        ].join("\n"),
      );
    });
}

function linkLine({ name, type, isUp, downReason, readable, counters }: NodeStatus["links"][number]): string {
  const state = isUp ? "up" : downReason === undefined ? "closed" : `down (${downReason})`;
  const secrecy = readable ? "readable by anybody" : "encrypted";
  return `link     ${name} (${type}) ${state}, ${secrecy}, ${counters.framesReceived} frames in, ${counters.framesSent} out`;
}

/** Nothing before the first peer asks. */
function offeredLines(status: NodeStatus["offeredSets"]): string[] {
  if (status === undefined || status.loads === 0) return [];
  const { ids, idsMax, byKind, fallbacks } = status;
  const without = fallbacks === 0 ? "" : `, ${fallbacks} times without room`;
  return [`ids      ${ids} of ${idsMax} resident in ${Object.keys(byKind).length} sets${without}`];
}

function verifierLine({ workers, running, itemsOnWorkers, itemsInline }: NodeStatus["verifier"]): string {
  const inline = `${itemsInline} signatures verified in the node's thread`;
  return workers === 0
    ? `verify   ${inline}`
    : `verify   ${workers} workers (${running} running): ${itemsOnWorkers} signatures verified by them, ${inline}`;
}
