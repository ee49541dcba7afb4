/** `waxwing ports`: the serial ports of this machine, under the names that stay. */
import { Command } from "commander";
import { print } from "./output.js";
import { findPorts, linesOfPort } from "./ports/find-ports.js";

export function portsCommand(): Command {
  return new Command("ports")
    .description(
      "list serial ports, their stable names, what USB says of them and whether this user may open them",
    )
    .option("--json", "print one line of JSON")
    .addHelpText(
      "after",
      `
A configuration best names a port by its stable name: it is the same wherever the device is plugged in.
Exit codes: 0 listed, even when there is none · 3 the native addon is not here`,
    )
    .action(async ({ json = false }: { json?: boolean }) => {
      const ports = await findPorts();
      print(json, { ports }, ports.length === 0 ? "no serial ports" : ports.flatMap(linesOfPort).join("\n"));
    });
}
