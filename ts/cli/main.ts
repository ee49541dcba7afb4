#!/usr/bin/env node
/**
 * The `waxwing` program: one file a command beside this one. Exit codes are a contract for scripts:
 *
 *   0  done, or the answer is yes
 *   1  the answer is no: a record refused, a signature invalid, a record not found
 *   2  the command line or the configuration is wrong
 *   3  the surroundings failed: no node, no disk, no permission
 */
import { Command, CommanderError } from "commander";
import { version } from "../node/index.js";
import { canonicalizeCommand } from "./canonicalize.js";
import { demoCommand } from "./demo.js";
import { doctorCommand } from "./doctor.js";
import { getCommand } from "./get.js";
import { headCommand } from "./head.js";
import { keygenCommand } from "./keygen.js";
import { linkTestCommand } from "./link-test.js";
import { nodeCommand } from "./node.js";
import { exitCodeOf, exitCodes, print, printError } from "./output.js";
import { peerCommand } from "./peer.js";
import { portsCommand } from "./ports.js";
import { putCommand } from "./put.js";
import { statusCommand } from "./status.js";
import { verifyCommand } from "./verify.js";

const program = new Command("waxwing")
  .description("A federation node for signed records: verify them, store them, share them with peers.")
  .version(version)
  .showHelpAfterError("(waxwing --help lists the commands)")
  .addHelpText(
    "after",
    "\nExit codes: 0 done · 1 the answer is no · 2 wrong usage or configuration · 3 the surroundings failed",
  )
  .exitOverride();

const commands = [
  nodeCommand,
  demoCommand,
  putCommand,
  getCommand,
  headCommand,
  verifyCommand,
  canonicalizeCommand,
  keygenCommand,
  peerCommand,
  statusCommand,
  doctorCommand,
  portsCommand,
  linkTestCommand,
];
for (const command of commands) {
  const made = command().exitOverride();
  for (const sub of made.commands) sub.exitOverride();
  program.addCommand(made);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error.exitCode !== 0 && process.argv.includes("--json"))
      print(true, { error: { code: "usage", message: error.message } }, "");
  } else {
    printError(error, process.argv.includes("--json"));
    process.exitCode = exitCodeOf(error);
  }
}
