/** `waxwing doctor` and `waxwing ports`: what they say of the machine around them, and the exit codes scripts trust. */
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import test from "ava";
import { nativeStatus } from "waxwing/native";
import { cableFor, cableTest, note } from "../support/cable.js";
import { startNode, stopProcess, waxwing, withFolder } from "../support/program.js";

const runs = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const canHideDevices = runs("unshare", "--mount", "true");
const canDropRights = runs("setpriv", "--bounding-set=-net_raw", "true");
const testIf = (can: boolean) => (can ? test : (test.skip as unknown as typeof test));
const json = ({ stdout }: { stdout: Buffer }) => JSON.parse(stdout.toString());

async function doctor(config: object, folder: string) {
  const file = join(folder, "config.json");
  await writeFile(file, JSON.stringify({ dataDirectory: join(folder, "data"), ...config }));
  const outcome = await waxwing(["doctor", "--json", "--config", file]);
  return { code: outcome.code, found: json(outcome) };
}

test("waxwing doctor: shows addon, interfaces, rights, clock and ports of this machine, and is content without a config", async (t) => {
  const outcome = await waxwing(["doctor", "--json"]);
  t.is(outcome.code, 0);
  const found = json(outcome);
  t.true(found.healthy);
  t.deepEqual(found.addon, { ...nativeStatus(), ...found.addon });
  t.is(found.addon.loaded?.version, nativeStatus().loaded?.version);
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    const own = found.interfaces.find((each: { name: string }) => each.name === name);
    t.true(own.isUp, name);
    t.true(own.mtuBytes > 0, name);
    t.deepEqual(
      own.addresses,
      addresses!.map(({ address }) => address),
      name,
    );
  }
  t.true(Array.isArray(found.ports));
  t.deepEqual(found.links, []);
  t.false("dataDirectory" in found, "none was given");
  t.true(Math.abs(Date.parse(found.clock.now) - Date.now()) < 60_000);
});

testIf(canDropRights)(
  `waxwing doctor: says that CAP_NET_RAW is absent, and how to grant it${canDropRights ? "" : " (needs root and setpriv)"}`,
  async (t) => {
    const drop = ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"];
    const { capabilities } = json(await waxwing(["doctor", "--json"], { prefix: drop }));
    t.deepEqual(capabilities, { netRaw: false, grant: `sudo setcap cap_net_raw+ep ${process.execPath}` });
  },
);

cableTest(
  `waxwing doctor --config: a port that is not there, an address in use and a bad place for data exit 3, each named${note}`,
  async (t) => {
    const cable = await cableFor(t);
    const busy = createServer().listen(0, "127.0.0.1");
    t.teardown(() => void busy.close());
    await new Promise((resolve) => busy.once("listening", resolve));
    const { port } = busy.address() as { port: number };
    await withFolder(async (folder) => {
      const notFolder = join(folder, "file");
      await writeFile(notFolder, "");
      const { code, found } = await doctor(
        {
          dataDirectory: join(notFolder, "data"),
          links: [
            { name: "cable", type: "serial", path: cable.a },
            { name: "gone", type: "serial", path: join(folder, "no-such-port") },
            { name: "taken", type: "tcp", hostname: "127.0.0.1", port },
          ],
        },
        folder,
      );
      t.is(code, 3);
      t.false(found.healthy);
      t.like(found.links, [
        { name: "cable", works: true },
        { name: "gone", works: false, problem: { code: "device_not_found" } },
        { name: "taken", works: false, problem: { code: "transport_config" } },
      ]);
      t.true(found.links[1].problem.message.includes("no-such-port"));
      t.is(found.dataDirectory.problem, `${notFolder} is not a directory`);
      t.deepEqual(found.engines.wrong, []);
    });
  },
);

test("waxwing doctor --config: links that a running node holds are the node's to tell of", async (t) => {
  await withFolder(async (folder) => {
    const file = join(folder, "node.json");
    const config = {
      dataDirectory: join(folder, "data"),
      listen: false,
      admin: false,
      links: [
        { name: "tcp", type: "tcp", hostname: "127.0.0.1", port: 0 },
        { name: "line", type: "serial", path: join(folder, "no-such-port") },
      ],
    };
    await writeFile(file, JSON.stringify(config));
    const node = await startNode(["--config", file]);
    try {
      const { code, found } = await doctor(config, folder);
      t.is(code, 3);
      t.like(found.links, [
        { name: "tcp", works: true },
        { name: "line", works: false, problem: { code: "device_not_found" } },
      ]);
      t.regex(found.links[1].problem.message, /running node/);
      t.true(found.dataDirectory.exists);
    } finally {
      await stopProcess(node.process);
    }
  });
});

testIf(canHideDevices)(
  `waxwing ports: none on this machine is an empty list and exit 0${canHideDevices ? "" : " (needs root and unshare)"}`,
  async (t) => {
    const hide = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /sys/class/tty && exec "$@"', "sh"];
    const listed = await waxwing(["ports", "--json"], { prefix: hide });
    t.is(listed.code, 0, listed.stderr);
    t.deepEqual(json(listed), { ports: [] });
    t.is((await waxwing(["ports"], { prefix: hide })).stdout.toString(), "no serial ports\n");
  },
);

test("waxwing ports: says for each port whether this user may open it; exits 3 without the addon", async (t) => {
  const listed = await waxwing(["ports", "--json"]);
  t.is(listed.code, 0, listed.stderr);
  for (const port of json(listed).ports) {
    t.true(port.path.startsWith("/dev/"));
    t.is(typeof port.readable, "boolean");
    t.is(typeof port.writable, "boolean");
  }
  const without = await waxwing(["ports", "--json"], { env: { WAXWING_NATIVE: "/nonexistent.node" } });
  t.is(without.code, 3);
  t.is(json(without).error.code, "native_unavailable");
});
