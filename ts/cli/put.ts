/** `waxwing put`: gives records to the node of a data directory, running or not. */
import { Command } from "commander";
import { openNodeAccess } from "../node/index.js";
import { readInput } from "./input.js";
import { exitCodes, print } from "./output.js";
import { type CommonOptions, loadConfig, withCommonOptions } from "./settings.js";

export function putCommand(): Command {
  return withCommonOptions(new Command("put"))
    .description("verify and store records; - reads one from standard input")
    .argument("<file...>", "files that hold one record each")
    .option("-k, --kind <token>", "kind of the records, where the bytes do not tell")
    .addHelpText("after", "\nExits 1 when a record was refused.")
    .action(async (files: string[], options: CommonOptions & { kind?: string }) => {
      const records = await Promise.all(files.map(readInput));
      await using access = await openNodeAccess(await loadConfig(options), "write");
      const verdicts = await access.put(records, options.kind);
      for (const [index, verdict] of verdicts.entries()) {
        const why = verdict.reason === undefined ? "" : `  ${verdict.reason}: ${verdict.message}`;
        print(
          options.json ?? false,
          { file: files[index], ...verdict },
          `${verdict.status.padEnd(9)} ${verdict.hash}${why}`,
        );
      }
      const refused = verdicts.filter(({ status }) => status === "refused").length;
      if (refused > 0) process.exitCode = exitCodes.no;
    });
}
