/** The HTTP transport in Deno, over Deno's own APIs and mounted in Hono, talks to the one in Node. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import test from "ava";
import { createHost } from "waxwing/transport";
import { denoNote, findDeno } from "../support/deno.js";
import {
  makeHttpEnd,
  makeKeyId,
  makePeer,
  TestAddressBook,
  TestDirectory,
} from "../support/transport-ends.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const deno = findDeno();
const denoTest = deno === undefined ? test.skip : test;
const title = "a frame goes to a Deno peer and comes back, by Deno's host and mounted in Hono";

denoTest(deno === undefined ? title + denoNote : title, async (t) => {
  const host = await createHost();
  const [here, there] = [makePeer(makeKeyId()), makePeer(makeKeyId())];
  const directory = new TestDirectory().add(here).add(there);
  const addressBook = new TestAddressBook();
  const end = makeHttpEnd(here, { host, directory, addressBook });
  const received: { bytes: number; from: string | undefined; how: string | undefined }[] = [];
  await end.start((frame) => {
    received.push({ bytes: frame.bytes.length, from: frame.peerKeyId, how: frame.attribution });
    return "accepted";
  });

  const seed = hex(there.seed);
  const peers = [here].map(({ keyId, publicKey }) => ({
    keyId,
    publicKey: hex(publicKey),
    url: end.addresses[0],
  }));
  const peer = startDeno({ keyId: there.keyId, seed, peers });
  const ready = await peer.line("listening");
  t.deepEqual(ready.files, { content: [3], mode: 0o640, names: ["file"], absent: true });
  t.is(ready.mtls, "transport_config");

  for (const name of ["listening", "mounted"]) {
    addressBook.known.set(there.keyId, String(ready[name]));
    const outcome = await end.send(there.keyId, new Uint8Array(300_000).fill(7));
    t.deepEqual(outcome, { status: "delivered", waxwing: 1 });
    const seen = await peer.line("bytes");
    t.is(seen.name, name);
    t.is(seen.bytes, 300_000);
    t.is(seen.peerKeyId, here.keyId);
    t.is(seen.remoteAddress, "127.0.0.1");
    const echoed = await peer.line("echoed");
    t.deepEqual(echoed.echoed, { status: "delivered", waxwing: 1 });
  }
  t.deepEqual(
    received.map(({ bytes, from }) => ({ bytes, from })),
    Array.from({ length: 2 }, () => ({ bytes: 300_000, from: there.keyId })),
  );
  // By its first answer the Deno peer had shown that it takes the native form.
  t.is(received.at(-1)?.how, "bearer-native");

  peer.process.stdin?.end();
  t.true((await peer.line("stopped")).stopped);
  await end.stop();
  await host.http.close();
});

/** `line(member)`: the next line of output that has that member. */
function startDeno(argument: object): {
  process: ChildProcess;
  line(member: string): Promise<Record<string, unknown>>;
} {
  const script = fileURLToPath(new URL("deno/http-peer.mjs", import.meta.url));
  const permissions = ["--allow-net=127.0.0.1", "--allow-read", "--allow-write", "--allow-env"];
  const process = spawn(deno!, ["run", "--no-prompt", ...permissions, script, JSON.stringify(argument)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: Record<string, unknown>[] = [];
  let wake = () => {};
  createInterface({ input: process.stdout! }).on("line", (line) => {
    lines.push(JSON.parse(line));
    wake();
  });
  return {
    process,
    async line(member) {
      for (;;) {
        const index = lines.findIndex((line) => member in line);
        if (index >= 0) return lines.splice(index, 1)[0]!;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
