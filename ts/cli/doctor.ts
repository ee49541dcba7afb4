/** `waxwing doctor`: what this machine offers, what Waxwing takes of it, and why. One section a file of doctor/. */
import { Command } from "commander";
import { version } from "../node/index.js";
import { createHost } from "../transport/index.js";
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
      `
Speeds are operations a second on one core, the best of several short rounds. With --config each link is opened
and closed again, unless a running node holds them and tells. With --data or --config the data directory is checked.

Exit codes: 0 nothing is missing · 1 an engine computes wrongly here · 2 wrong usage or configuration ·
3 something that the configuration needs is missing: a port, a right, an interface, an address, a place for data

Examples:
  waxwing doctor
  waxwing doctor --config /etc/waxwing.json --json`,
    )
    .action(async (options: CommonOptions) => {
      const sections = await inspect(options);
      const { engines, ...needs } = sections;
      const isComplete = Object.values(needs).every(({ isHealthy }) => isHealthy);
      process.exitCode = engines.isHealthy
        ? isComplete
          ? exitCodes.done
          : exitCodes.surroundings
        : exitCodes.no;
      const { platform, arch, versions } = process;
      const runtime = versions.deno === undefined ? `node ${versions.node}` : `deno ${versions.deno}`;
      const values = Object.fromEntries(Object.entries(sections).map(([name, { value }]) => [name, value]));
      print(
        options.json ?? false,
        { version, runtime, platform, arch, healthy: engines.isHealthy && isComplete, ...values },
        [
          `waxwing ${version}, ${runtime}, ${platform} ${arch}`,
          ...Object.values(sections).flatMap(({ lines }) => ["", ...lines]),
        ].join("\n"),
      );
    });
}

async function inspect(options: CommonOptions): Promise<{ engines: Finding; [section: string]: Finding }> {
  const config = await loadConfig(options);
  // Other commands need not load what is looked at here.
  const [{ inspectEngines }, ports, network, place, { inspectLinks }] = await Promise.all([
    import("./doctor/engines.js"),
    import("./doctor/ports.js"),
    import("./doctor/interfaces.js"),
    import("./doctor/place.js"),
    import("./doctor/links.js"),
  ]);
  const host = await createHost();
  const isPlaceGiven =
    options.config !== undefined || options.data !== undefined || Boolean(process.env.WAXWING_DATA_DIRECTORY);
  try {
    return {
      addon: ports.inspectAddon(),
      ports: await ports.inspectPorts(),
      interfaces: await network.inspectInterfaces(),
      capabilities: await network.inspectCapabilities(),
      clock: place.inspectClock(host),
      ...(isPlaceGiven ? { dataDirectory: await place.inspectDataDirectory(config) } : {}),
      links: await inspectLinks(config, host),
      // Last: it keeps the thread busy for seconds.
      engines: await inspectEngines(config),
    };
  } finally {
    await host.http.close();
  }
}
