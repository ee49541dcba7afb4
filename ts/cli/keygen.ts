/** `waxwing keygen`: makes an identity, or shows the card of the one a data directory holds. */
import { Command } from "commander";
import { ensureIdentity } from "../node/index.js";
import { print } from "./output.js";
import { type CommonOptions, loadConfig, withCommonOptions } from "./settings.js";

export function keygenCommand(): Command {
  return withCommonOptions(new Command("keygen"))
    .description("create the identity of a data directory (kept when there is one) and print its card")
    .action(async (options: CommonOptions) => {
      const { identity, created, file } = await ensureIdentity(await loadConfig(options));
      const publicKeys = {
        ed25519: Buffer.from(identity.publicKeys.ed25519).toString("base64"),
        mlDsa65: Buffer.from(identity.publicKeys.mlDsa65).toString("base64"),
      };
      print(
        options.json ?? false,
        { keyId: identity.keyId, publicKeys, created, file },
        `${created ? "created" : "kept"}  ${file}\nkey id   ${identity.keyId}`,
      );
    });
}
