/** `waxwing peer add --link` and what commands show of links, beside a running node and without one. */
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import test from "ava";
import type { ConfigInput } from "waxwing";
import { eventually } from "../support/eventually.js";
import { memoryNode } from "../support/memory-node.js";
import { startNode, stopProcess, waxwing, withFolder } from "../support/program.js";

const someone = `wx1${"0".repeat(64)}`;

async function writeConfig(folder: string, links: ConfigInput["links"]): Promise<string> {
  const file = join(folder, "config.json");
  const config: ConfigInput = {
    dataDirectory: join(folder, "data"),
    listen: false,
    admin: false,
    links,
    replication: { cadenceSeconds: 1 },
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

test("waxwing peer add --link: a running node reaches the peer by it at once, and status shows the link", async (t) => {
  await using reached = await memoryNode({
    listen: false,
    links: [{ name: "lan", type: "tcp", hostname: "127.0.0.1" }],
  });
  await reached.start();
  await reached.announce();
  const [address] = (await reached.status()).links[0]!.addresses;
  await withFolder(async (folder) => {
    const config = await writeConfig(folder, [{ name: "lan", type: "tcp" }]);
    const node = await startNode(["--config", config]);
    try {
      const add = ["peer", "add", "--config", config, "--key-id", reached.keyId, "--link"];
      const misspelt = await waxwing([...add, "lam"]);
      t.is(misspelt.code, 2);
      t.regex(misspelt.stderr, /no link "lam" is configured/);
      t.is((await waxwing([...add, `lan=${address}`])).code, 0);
      await eventually("what the peer announced has come over the link", async () => {
        const { stdout } = await waxwing(["status", "--config", config, "--json"]);
        return JSON.parse(stdout.toString()).store.records === 2;
      });
      const { stdout } = await waxwing(["status", "--config", config]);
      t.regex(stdout.toString(), /^link {5}lan \(tcp\) up, encrypted, [1-9]\d* frames in, [1-9]\d* out$/m);
    } finally {
      t.is(await stopProcess(node.process), 0);
    }
  });
});

test("waxwing: commands without a running node remember peers on links, and open none", async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  await withFolder(async (folder) => {
    const config = await writeConfig(folder, [
      { name: "lan", type: "tcp", hostname: "127.0.0.1", port },
      { name: "air", type: "serial", path: "/dev/nonexistent", readable: true },
    ]);
    const add = ["peer", "add", "--config", config, "--key-id", someone];
    t.is((await waxwing(add)).code, 2, "neither a url nor a link");
    t.is((await waxwing([...add, "--link", "lam"])).code, 2);
    const added = await waxwing([...add, "--link", "air", "--link", "lan=192.0.2.1:4242"]);
    t.is(added.code, 0, added.stderr);
    const list = await waxwing(["peer", "list", "--config", config]);
    t.regex(list.stdout.toString(), / air {2}lan=192\.0\.2\.1:4242$/m);
    const status = await waxwing(["status", "--config", config]);
    t.is(status.code, 0, status.stderr);
    t.regex(status.stdout.toString(), /^link {5}lan \(tcp\) closed, encrypted/m);
    t.regex(status.stdout.toString(), /^link {5}air \(serial\) closed, readable by anybody/m);
  });
  taken.close();
});
