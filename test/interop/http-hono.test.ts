/** The handler mounted in a Hono app in Node, as a node mounts it, and hostile clients on a raw socket. */
import { connect } from "node:net";
import test from "ava";
import { Hono } from "hono";
import { createHost } from "waxwing/transport";
import type { ConnectionInfo } from "#dist/contracts/host.js";
import type { InboundFrame } from "#dist/contracts/transport.js";
import {
  makeHttpEnd,
  makeKeyId,
  makePeer,
  TestAddressBook,
  TestDirectory,
} from "../support/transport-ends.js";

const host = await createHost();
test.after.always(() => host.http.close());

async function startMounted() {
  const [here, there] = [makePeer(makeKeyId()), makePeer(makeKeyId())];
  const addressBook = new TestAddressBook();
  const parts = { host, directory: new TestDirectory().add(here).add(there), addressBook };
  const mounted = makeHttpEnd(there, parts, { listen: "none" });
  const frames: InboundFrame[] = [];
  await mounted.start((frame) => {
    frames.push(frame);
    return "accepted";
  });
  const app = new Hono<{ Bindings: { info: ConnectionInfo } }>();
  app.get("/health", (context) => context.text("ok"));
  app.all("/edge/*", (context) => mounted.fetch(context.req.raw, context.env.info));
  const listener = await host.serveHttp(async (request, info) => app.fetch(request, { info }), {
    hostname: "127.0.0.1",
    port: 0,
    stopGraceMs: 100,
  });
  addressBook.known.set(there.keyId, listener.origin);
  const sender = makeHttpEnd(here, parts, { listen: "none" });
  await sender.start(() => "accepted");
  return { listener, sender, frames, here, there };
}

test("a frame reaches a transport that is mounted in Hono beside other routes", async (t) => {
  const { listener, sender, frames, here, there } = await startMounted();
  t.deepEqual(await sender.send(there.keyId, new Uint8Array(100_000)), { status: "delivered", waxwing: 1 });
  t.is((await sender.send(there.keyId, new Uint8Array([1]))).status, "delivered");
  t.deepEqual(
    frames.map((frame) => [frame.peerKeyId, frame.attribution, frame.bytes.length]),
    [
      [here.keyId, "bearer-stock", 100_000],
      [here.keyId, "bearer-native", 1],
    ],
  );
  const health = await host.http.request({
    url: `${listener.origin}/health`,
    method: "GET",
    headers: {},
    timeoutMs: 5000,
  });
  t.is(health.status, 200);
  await sender.stop();
  await listener.stop();
});

/** Writes bytes as they are and gives what comes back until the server ends or `untilMs` passed. */
function raw(port: number, write: (send: (text: string) => void) => void, untilMs: number): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () =>
      write((text) => {
        if (!socket.destroyed) socket.write(text, "latin1");
      }),
    );
    const finish = () => {
      socket.destroy();
      resolve(received);
    };
    const timer = setTimeout(finish, untilMs);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      finish();
    });
  });
}

const head = "POST /edge/inbound HTTP/1.1\r\nHost: x\r\n";

test("a chunked body past 8 MiB is 413, counted as it arrives", async (t) => {
  const { listener, frames } = await startMounted();
  const piece = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
  const answer = await raw(
    listener.port,
    (send) => {
      send(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      for (let i = 0; i < 129; i++) send(piece);
    },
    3000,
  );
  t.regex(answer, /^HTTP\/1\.1 413 /);
  t.regex(answer, /waxwing-error: frame_too_large/i);
  t.is(frames.length, 0);
  await listener.stop();
});

test("a Content-Length past 8 MiB is 413 before a byte of the body came", async (t) => {
  const { listener } = await startMounted();
  const answer = await raw(listener.port, (send) => send(`${head}Content-Length: 8388609\r\n\r\n`), 1000);
  t.regex(answer, /^HTTP\/1\.1 413 /);
  await listener.stop();
});

test("a body shorter than its Content-Length delivers nothing", async (t) => {
  const { listener, frames } = await startMounted();
  await raw(listener.port, (send) => send(`${head}Content-Length: 100\r\n\r\nshort`), 100);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.is(frames.length, 0);
  await listener.stop();
});

test("headers past the bound and what is no HTTP are refused, and the server lives on", async (t) => {
  const { listener, sender, there } = await startMounted();
  const long = await raw(
    listener.port,
    (send) => send(`${head}Authorization: Bearer ${"x".repeat(20_000)}\r\nContent-Length: 0\r\n\r\n`),
    1000,
  );
  t.regex(long, /^HTTP\/1\.1 431 /);
  const nonsense = await raw(listener.port, (send) => send("\x16\x03\x01 no http\r\n\r\n"), 1000);
  t.regex(nonsense, /^HTTP\/1\.1 400 /);
  const both = `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
  t.regex(await raw(listener.port, (send) => send(both), 1000), /^HTTP\/1\.1 400 /);
  t.is((await sender.send(there.keyId, new Uint8Array([1]))).status, "delivered");
  await listener.stop();
});
