/** `waxwing doctor`: what this machine offers, what Waxwing takes of it, and why. One section a file of doctor/. */
import { Command } from "commander";
import { version } from "../node/index.js";
import { exitCodes, print } from "./output.js";
import { type CommonOptions, loadConfig, withCommonOptions } from "./settings.js";

/** What a section found: for scripts, and for people. */
export interface Finding {
  readonly isHealthy: boolean;
  readonly value: unknown;
  readonly lines: readonly string[];
}

export function doctorCommand(): Command {
  return withCommonOptions(new Command("doctor"))
    .description("show what this machine offers, what is taken of it and why; measures for a few seconds")
    .addHelpText(
      "after",
      "\nSpeeds are operations a second on one core, the best of several short rounds. Exit code 1: something is wrong.",
    )
    .action(async (options: CommonOptions) => {
      const config = await loadConfig(options);
      const { platform, arch, versions } = process;
      const runtime = versions.deno === undefined ? `node ${versions.node}` : `deno ${versions.deno}`;
      // Other commands need not load what is compared here.
      const { inspectEngines } = await import("./doctor/engines.js");
      const engines = await inspectEngines(config);
      process.exitCode = engines.isHealthy ? exitCodes.done : exitCodes.no;
      print(
        options.json ?? false,
        { version, runtime, platform, arch, healthy: engines.isHealthy, engines: engines.value },
        [`waxwing ${version}, ${runtime}, ${platform} ${arch}`, "", ...engines.lines].join("\n"),
      );
    });
}
