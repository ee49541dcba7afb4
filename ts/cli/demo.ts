/** `waxwing demo`: a federation of three on this machine, replicating real signed records. */
import { Command } from "commander";
import { runDemo } from "./demo/run.js";

export interface DemoOptions {
  once?: boolean;
  json?: boolean;
  packages: string;
}

export function demoCommand(): Command {
  return new Command("demo")
    .description("run a three-node federation over loopback and show what it does")
    .option("--once", "exit when all has been shown: 0 if it held, else non-zero")
    .option("--json", "end with one line of JSON on standard output")
    .option("--packages <folder>", "attest every package manifest found below this folder", "node_modules")
    .addHelpText(
      "after",
      "\nNodes keep their data in a temporary folder, removed at the end. Ctrl-C stops everything.",
    )
    .action((options: DemoOptions) => runDemo(options));
}
