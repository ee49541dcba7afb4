/** `waxwing get`: prints a record's bytes, or the hashes of a kind. */
import { Command } from "commander";
import { base64Encode, WaxwingError } from "../base/index.js";
import { openNodeAccess } from "../node/index.js";
import { print } from "./output.js";
import { type CommonOptions, loadConfig, withCommonOptions } from "./settings.js";

export function getCommand(): Command {
  return withCommonOptions(new Command("get"))
    .description("print a record verbatim, or list a kind when no hash is given")
    .argument("<kind>", "kind token, e.g. attestation")
    .argument("[hash]", "wire identity, 64 hex digits")
    .addHelpText("after", "\nExits 1 when there is no such record.")
    .action(async (kind: string, hash: string | undefined, options: CommonOptions) => {
      await using access = await openNodeAccess(await loadConfig(options), "read");
      if (hash === undefined) {
        for (let cursor: string | undefined; ; ) {
          const page = await access.list(kind, cursor);
          for (const entry of page.records)
            print(options.json ?? false, entry, `${entry.hash}  ${entry.bytes}`);
          if (page.next === undefined) return;
          cursor = page.next;
        }
      }
      const record = await access.get(kind, hash);
      if (record === undefined) throw new WaxwingError("record_not_found", `no ${kind} ${hash}`);
      if (options.json) print(true, { kind, hash, bytes: record.length, record: base64Encode(record) }, "");
      else process.stdout.write(record);
    });
}
