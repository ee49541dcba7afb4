/** `waxwing verify`: judges records without storing them, under the keys of a data directory and of the command line. */
import { Command } from "commander";
import { verifyRecords } from "../node/index.js";
import { readInput } from "./input.js";
import { exitCodes, print } from "./output.js";
import { type CommonOptions, loadConfig, withCommonOptions } from "./settings.js";

export function verifyCommand(): Command {
  return withCommonOptions(new Command("verify"))
    .description("say whether records would be admitted, without storing them")
    .argument("<file...>", "files that hold one record each; - reads one from standard input")
    .option("-k, --kind <token>", "kind of the records, where the bytes do not tell")
    .addHelpText(
      "after",
      "\nKey records given on the same command line count as known. Exits 1 when a record does not hold.",
    )
    .action(async (files: string[], options: CommonOptions & { kind?: string }) => {
      const records = await Promise.all(files.map(readInput));
      const verdicts = await verifyRecords(await loadConfig(options), records, options.kind);
      for (const [index, verdict] of verdicts.entries()) {
        const why = verdict.reason === undefined ? "" : `  ${verdict.reason}: ${verdict.message}`;
        print(
          options.json ?? false,
          { file: files[index], ...verdict },
          `${verdict.valid ? "valid  " : "invalid"} ${verdict.hash}${why}`,
        );
      }
      if (verdicts.some((verdict) => !verdict.valid)) process.exitCode = exitCodes.no;
    });
}
