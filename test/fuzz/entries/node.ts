/** What an operator's disk gives a node: the identity file and the configuration. */
import { decodeIdentityFile, encodeIdentityFile } from "waxwing/trust";
import { parseConfig, parseConfigText } from "#dist/node/config.js";
import { demand, type FuzzTarget, texts } from "../target.js";

const seeds = { ed25519Seed: new Uint8Array(32).fill(1), mlDsa65Seed: new Uint8Array(32).fill(2) };

export const nodeTargets: readonly FuzzTarget[] = [
  {
    name: "decodeIdentityFile",
    seeds: [encodeIdentityFile({ keyId: `wx1${"0".repeat(64)}`, seeds })],
    tokens: texts("version", "keyId", "null", "1"),
    run: (bytes) => {
      const file = decodeIdentityFile(bytes);
      const again = decodeIdentityFile(encodeIdentityFile(file));
      demand(again.keyId === file.keyId, "an identity file is read as it is written");
      demand(file.seeds.ed25519Seed.length === 32, "a seed has 32 bytes");
      demand(file.seeds.mlDsa65Seed.length === 32, "a seed has 32 bytes");
    },
  },
  {
    name: "parseConfig",
    seeds: texts(
      "{}",
      '{"dataDirectory":"data","listen":{"hostname":"::1","port":8443},"log":{"level":"info"}}',
      '{"peers":[{"keyId":"k","url":"http://127.0.0.1:8080"}],"admin":false,"store":{"engine":"memory"}}',
      `{"trust":{"policy":"strict","pins":[{"keyId":"k","ed25519":"${"A".repeat(43)}="}]}}`,
    ),
    tokens: texts("port", "65536", "-1", "1e400", "__proto__", "strict", "lmdb"),
    run: (bytes) => {
      const config = parseConfig(parseConfigText(Buffer.from(bytes).toString("utf8"), "fuzz"));
      demand(JSON.stringify(parseConfig(config)) === JSON.stringify(config), "defaults are filled once");
    },
  },
];
