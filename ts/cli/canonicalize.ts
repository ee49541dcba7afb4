/** `waxwing canonicalize`: RFC 8785 bytes (or the Python-compatible form) of a JSON document, or their hash. */
import { Command, Option } from "commander";
import { hexEncode } from "../base/index.js";
import { loadCore } from "../core.js";
import { readInput } from "./input.js";
import { print } from "./output.js";

interface CanonicalizeOptions {
  form: "jcs" | "python";
  hash?: boolean;
  json?: boolean;
}

export function canonicalizeCommand(): Command {
  return new Command("canonicalize")
    .description("write the canonical form of a JSON document; - reads standard input")
    .argument("[file]", "JSON document", "-")
    .addOption(new Option("--form <form>", "canonical form").choices(["jcs", "python"]).default("jcs"))
    .option("--hash", "print the SHA-256 of the form instead")
    .option("--json", "print one line of JSON: form, bytes, sha256")
    .action(async (file: string, options: CanonicalizeOptions) => {
      const core = await loadCore();
      const document = await readInput(file);
      const canonical =
        options.form === "jcs" ? core.canonicalize(document) : core.canonicalizePython(document);
      const sha256 = hexEncode(core.sha256(canonical));
      if (options.json) print(true, { form: options.form, bytes: canonical.length, sha256 }, "");
      else if (options.hash) print(false, null, sha256);
      else process.stdout.write(canonical);
    });
}
