/** The `waxwing` program as scripts meet it: exit codes, streams, a node in another process. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { loadCore } from "waxwing/core";
import { buildIdentityOccurrence, buildKeyRecord } from "waxwing/records";
import { createSoftwareIdentity } from "waxwing/trust";
import { startNode, stopProcess, waxwing, withFolder } from "../support/program.js";

const commands = [
  "node",
  "demo",
  "put",
  "get",
  "head",
  "verify",
  "canonicalize",
  "keygen",
  "peer",
  "status",
  "doctor",
  "ports",
  "link-test",
];

async function someRecords(folder: string): Promise<{ key: string; occurrence: string; keyHash: string }> {
  const core = await loadCore();
  const seed = (fill: number) => new Uint8Array(32).fill(fill);
  const identity = createSoftwareIdentity(core, { ed25519Seed: seed(1), mlDsa65Seed: seed(2) });
  const key = await buildKeyRecord(core, identity, {
    validFromMs: Date.UTC(2026, 0, 1),
    identityType: "agent",
  });
  const occurrence = await buildIdentityOccurrence(core, identity, {
    deviceClass: "laptop",
    assertedAtMs: Date.UTC(2026, 0, 1),
  });
  const files = { key: join(folder, "key.json"), occurrence: join(folder, "occurrence.json") };
  await writeFile(files.key, key.bytes);
  await writeFile(files.occurrence, occurrence.bytes);
  return { ...files, keyHash: Buffer.from(key.hash).toString("hex") };
}

test("waxwing: every command has --help and exits 0 for it", async (t) => {
  for (const command of commands) {
    const { code, stdout } = await waxwing([command, "--help"]);
    t.is(code, 0, command);
    t.regex(stdout.toString(), /Usage: waxwing/, command);
  }
  const { stdout } = await waxwing(["--help"]);
  for (const command of commands) t.true(stdout.includes(`\n  ${command}`), command);
});

test("waxwing: wrong usage and wrong configuration exit 2", async (t) => {
  t.is((await waxwing(["fly"])).code, 2);
  t.is((await waxwing(["put"])).code, 2);
  t.is((await waxwing(["status", "--config", "/nonexistent/config.json"])).code, 2);
  const json = await waxwing(["fly", "--json"]);
  t.is(JSON.parse(json.stdout.toString()).error.code, "usage");
  await withFolder(async (folder) => {
    const config = join(folder, "config.json");
    await writeFile(config, '{"dataDir":"x"}');
    const { code, stderr } = await waxwing(["status", "--config", config]);
    t.is(code, 2);
    t.regex(stderr, /config_invalid/);
  });
});

test("waxwing canonicalize: RFC 8785 on standard input, exit 1 for what is not JSON", async (t) => {
  const ok = await waxwing(["canonicalize"], { stdin: Buffer.from('{"b":1.50,"a":"\\u00e9"}') });
  t.is(ok.code, 0);
  t.is(ok.stdout.toString(), '{"a":"é","b":1.5}');
  const python = await waxwing(["canonicalize", "--form", "python"], {
    stdin: Buffer.from('{"b":1.50,"a":"é"}'),
  });
  t.is(python.stdout.toString(), '{"a":"\\u00e9","b":1.50}');
  const bad = await waxwing(["canonicalize"], { stdin: Buffer.from("{") });
  t.is(bad.code, 1);
  t.regex(bad.stderr, /json_syntax/);
});

test("waxwing doctor: engines, why each was taken or not, and their speeds, as one line of JSON and as text", async (t) => {
  const { code, stdout } = await waxwing(["doctor", "--json"], { env: { WAXWING_CACHE_BYTES: "8388608" } });
  t.is(code, 0);
  const { healthy, engines } = JSON.parse(stdout.toString());
  t.true(healthy);
  t.deepEqual(engines.wrong, []);
  t.deepEqual(
    engines.builds.map(({ build }: { build: string }) => build),
    ["relaxed", "simd", "scalar"],
  );
  t.is(engines.builds.filter(({ state }: { state: string }) => state === "taken").length, 1);
  t.is(engines.sha256.engine, "runtime");
  t.true(engines.cacheBytes > 8e6 && engines.cacheBytes <= 8388608);
  t.true(
    engines.speeds["as taken"]["ed25519/verify-known/300"] >
      engines.speeds.reference["ed25519/verify-new/300"],
  );
  for (const speeds of Object.values<Record<string, number>>(engines.speeds))
    t.true(Object.values(speeds).every((speed) => speed > 0));

  const text = (await waxwing(["doctor"])).stdout.toString();
  t.regex(text, /taken: the fastest that runs here/);
  t.regex(text, /ml-dsa-65\/verify-known\/300/);
});

test("waxwing: keygen, put, get, verify and status on a directory without a running node", async (t) => {
  await withFolder(async (folder) => {
    const data = join(folder, "data");
    const { key, occurrence, keyHash } = await someRecords(folder);
    const made = JSON.parse((await waxwing(["keygen", "--data", data, "--json"])).stdout.toString());
    t.true(made.created);
    t.regex(made.keyId, /^wx1[0-9a-f]{64}$/);
    const kept = JSON.parse((await waxwing(["keygen", "--data", data, "--json"])).stdout.toString());
    t.false(kept.created);
    t.is(kept.keyId, made.keyId);

    const early = await waxwing(["put", "--data", data, "--json", occurrence]);
    t.is(early.code, 1);
    t.is(JSON.parse(early.stdout.toString()).reason, "key_unknown");
    const put = await waxwing(["put", "--data", data, "--json", key, occurrence]);
    t.is(put.code, 0, put.stderr);
    const got = await waxwing(["get", "--data", data, "key", keyHash]);
    t.is(got.code, 0);
    t.is((await waxwing(["get", "--data", data, "key", "00".repeat(32)])).code, 1);
    t.is((await waxwing(["get", "--data", data, "key", "zz"])).code, 2);
    t.is((await waxwing(["get", "--data", data, "nokind"])).code, 1);
    const parallel = await Promise.all([1, 2, 3, 4].map(() => waxwing(["get", "--data", data, "key"])));
    t.deepEqual(
      parallel.map(({ code }) => code),
      [0, 0, 0, 0],
      "reading commands do not disturb each other",
    );
    t.regex((await waxwing(["get", "--data", data, "key"])).stdout.toString(), new RegExp(keyHash));

    const tampered = join(folder, "tampered.json");
    await writeFile(tampered, got.stdout.toString().replace('"agent"', '"agenT"'));
    t.is((await waxwing(["verify", "--data", data, key, occurrence])).code, 0);
    t.is((await waxwing(["verify", "--data", data, tampered])).code, 1);

    const status = JSON.parse(
      (await waxwing(["status", "--data", data, "--json", "--hash"])).stdout.toString(),
    );
    t.is(status.running, false);
    t.is(status.store.records, 2);
    t.regex(status.storeHash, /^[0-9a-f]{64}$/);
  });
});

test("waxwing: commands reach a running node; a second node on its directory is refused; SIGTERM stops it with 0", async (t) => {
  await withFolder(async (folder) => {
    const data = join(folder, "data");
    const config = join(folder, "config.json");
    await mkdir(data);
    await writeFile(config, JSON.stringify({ dataDirectory: data, listen: { port: 0 }, admin: { port: 0 } }));
    const { key, keyHash } = await someRecords(folder);
    const node = await startNode(["--config", config]);
    try {
      t.is((await waxwing(["put", "--data", data, key])).code, 0);
      const status = JSON.parse((await waxwing(["status", "--data", data, "--json"])).stdout.toString());
      t.is(status.running, true);
      t.is(status.store.records, 1);
      t.is((await waxwing(["get", "--data", data, "key", keyHash])).code, 0);
      t.is((await waxwing(["verify", "--data", data, key])).code, 0);

      const admin = await fetch(`${node.started.addresses.admin}/metrics`);
      t.regex(await admin.text(), /waxwing_store_records\{kind="key"\} 1/);

      const second = await waxwing(["node", "--config", config, "--json"]);
      t.is(second.code, 3);
      t.regex(second.stderr, /store_locked/);

      const card = join(folder, "card.json");
      await writeFile(card, (await waxwing(["peer", "card", "--data", join(folder, "other")])).stdout);
      t.is(
        (await waxwing(["peer", "add", "--data", data, "--card", card])).code,
        2,
        "a directory that is no node's has no card",
      );
      await waxwing(["keygen", "--data", join(folder, "other")]);
      await writeFile(card, (await waxwing(["peer", "card", "--data", join(folder, "other")])).stdout);
      t.is((await waxwing(["peer", "add", "--data", data, "--card", card])).code, 0);
      const [peer] = (await waxwing(["peer", "list", "--data", data, "--json"])).stdout
        .toString()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      t.true(peer.trusted);
      const round = await waxwing(["peer", "round", "--data", data, "--kind", "key", peer.keyId]);
      t.is(round.code, 1, "a peer without an address is not dialled");
      t.regex(round.stdout.toString(), /no such rounds/);
      t.is((await waxwing(["peer", "remove", "--data", data, peer.keyId])).code, 0);
      t.is((await waxwing(["peer", "remove", "--data", data, peer.keyId])).code, 1);
      t.is(
        (
          await waxwing([
            "peer",
            "add",
            "--data",
            data,
            "--url",
            node.started.addresses.peers[0]!,
            "--key-id",
            `wx1${"0".repeat(64)}`,
          ])
        ).code,
        1,
      );
    } finally {
      t.is(await stopProcess(node.process), 0);
    }
  });
});

test("waxwing: commands say node_unreachable when a process holds the directory and does not answer", async (t) => {
  await withFolder(async (folder) => {
    const data = join(folder, "data");
    const node = await startNode(["--data", data, "--config", await configFile(folder, data)]);
    try {
      node.process.kill("SIGSTOP");
      const { code, stderr } = await waxwing(["status", "--data", data]);
      t.is(code, 3);
      t.regex(stderr, /node_unreachable/);
    } finally {
      node.process.kill("SIGCONT");
      await stopProcess(node.process, "SIGKILL");
    }
    // After the kill the lock is stale, and reading commands open the store themselves.
    t.is((await waxwing(["status", "--data", data])).code, 0);
  });
});

async function configFile(folder: string, data: string): Promise<string> {
  const config = join(folder, "config.json");
  await writeFile(config, JSON.stringify({ dataDirectory: data, listen: { port: 0 }, admin: false }));
  return config;
}
