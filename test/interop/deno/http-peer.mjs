/**
 * A peer in Deno for test/interop/http-deno.test.ts: one HTTP transport that listens through the Deno host,
 * and one that is mounted in a Hono app under Deno.serve. Reads its keys from the arguments, writes JSON
 * lines: where it listens, then every frame it receives, which it also sends back.
 */
import { Hono } from "hono";
import { loadCore } from "waxwing/core";
import { createAttributionMemory, createHost, createHttpTransport } from "waxwing/transport";

const { keyId, seed, peers } = JSON.parse(Deno.args[0]);
const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));
const print = (line) => console.log(JSON.stringify(line));

const core = await loadCore();
const host = await createHost();
const directory = new Map(
  peers.map((peer) => [
    peer.keyId,
    { keyId: peer.keyId, ed25519: fromHex(peer.publicKey), standing: "native" },
  ]),
);
const options = {
  host,
  engine: core,
  identity: { keyId, signEd25519: async (message) => core.ed25519.sign(message, fromHex(seed)) },
  directory: { lookup: async (id) => directory.get(id) },
  memory: createAttributionMemory(host.clock),
  addressBook: { address: (id) => peers.find((peer) => peer.keyId === id)?.url },
};

const listening = createHttpTransport({ ...options, listen: { hostname: "127.0.0.1", port: 0 } });
const mounted = createHttpTransport(options);

const echo = (name, transport) => (frame) => {
  const { peerKeyId, attribution, remoteAddress } = frame;
  print({ name, bytes: frame.bytes.length, peerKeyId, attribution, remoteAddress });
  if (peerKeyId !== undefined)
    transport.send(peerKeyId, frame.bytes).then((outcome) => print({ name, echoed: outcome }));
  return "accepted";
};
await listening.start(echo("listening", listening));
await mounted.start(echo("mounted", mounted));

const app = new Hono();
app.post("/edge/inbound", (context) => {
  const remoteAddress = context.env.remoteAddr.hostname;
  return mounted.fetch(context.req.raw, { remoteAddress, secure: false, loopback: true });
});
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, app.fetch);

const path = await Deno.makeTempDir();
await host.files.writeAtomic(`${path}/file`, new Uint8Array([1, 2]), 0o600);
await host.files.writeAtomic(`${path}/file`, new Uint8Array([3]), 0o640);
const files = {
  content: Array.from(await host.files.read(`${path}/file`)),
  mode: await host.files.mode(`${path}/file`),
  names: Array.from(Deno.readDirSync(path), (entry) => entry.name),
  absent: (await host.files.read(`${path}/absent`)) === undefined,
};
await Deno.remove(path, { recursive: true });

const mtls = await host
  .serveHttp(async () => new Response(), {
    hostname: "127.0.0.1",
    port: 0,
    tls: { cert: "", key: "", requestClientCertificate: true },
  })
  .catch((error) => error.code);

print({
  listening: listening.addresses[0],
  mounted: `http://127.0.0.1:${server.addr.port}/edge/inbound`,
  files,
  mtls,
});

// The parent closes our standard input when it has seen enough.
for await (const _ of Deno.stdin.readable);
await listening.stop();
await mounted.stop();
await server.shutdown();
await host.http.close();
print({ stopped: true });
