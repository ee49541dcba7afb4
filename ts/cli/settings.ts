/** The configuration a command works with: defaults, then the file, then the environment, then its options. */
import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { WaxwingError } from "../base/index.js";
import {
  applyEnvironment,
  type Config,
  type ConfigInput,
  environmentOverrides,
  parseConfig,
  parseConfigText,
} from "../node/index.js";

export interface CommonOptions {
  config?: string;
  data?: string;
  json?: boolean;
}

/** Adds `--config`, `--data` and `--json`. */
export function withCommonOptions(command: Command): Command {
  return command
    .addOption(new Option("-c, --config <file>", "configuration file (JSON)"))
    .addOption(new Option("-d, --data <directory>", "data directory (default .waxwing)"))
    .addOption(new Option("--json", "print one line of JSON"));
}

export const environmentHelp = `\nEnvironment (overrides the file): ${environmentOverrides
  .map(({ variable, about }) => `\n  ${variable.padEnd(24)} ${about}`)
  .join("")}`;

export async function loadConfig(options: CommonOptions): Promise<Config> {
  let input: ConfigInput = {};
  if (options.config !== undefined) {
    let text: string;
    try {
      text = await readFile(options.config, "utf8");
    } catch (cause) {
      throw new WaxwingError(
        "config_unreadable",
        `cannot read ${options.config}: ${(cause as Error).message}`,
        { cause },
      );
    }
    input = parseConfigText(text, options.config);
  }
  input = applyEnvironment(input, process.env);
  if (options.data !== undefined) input = { ...input, dataDirectory: options.data };
  return parseConfig(input);
}
