/** `waxwing node`: runs a node until it is told to stop. */
import { Command } from "commander";
import { createNode } from "../node/index.js";
import { note, print } from "./output.js";
import { type CommonOptions, environmentHelp, loadConfig, withCommonOptions } from "./settings.js";

export function nodeCommand(): Command {
  return withCommonOptions(new Command("node"))
    .description("run a node until SIGINT or SIGTERM")
    .addHelpText("after", environmentHelp)
    .action(async (options: CommonOptions) => {
      const node = await createNode(await loadConfig(options));
      await node.start();
      const { addresses, keyId } = await node.status();
      print(
        options.json ?? false,
        { event: "started", keyId, addresses, pid: process.pid },
        [
          `node     ${keyId}`,
          ...addresses.peers.map((address) => `peers    ${address}`),
          ...(addresses.admin === undefined
            ? []
            : [`status   ${addresses.admin}/v1/status`, `metrics  ${addresses.admin}/metrics`]),
        ].join("\n"),
      );
      await new Promise<void>((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
      });
      note("stopping");
      await node.stop();
    });
}
