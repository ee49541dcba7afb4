/** The HTTP server on real sockets: who is turned away, who is not, and how a stop ends. */

import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import test from "ava";
import { createHost } from "waxwing/transport";
import { limits } from "#dist/base/limits.js";
import { Connections } from "#dist/bindings/host/node-connections.js";
import type { InboundFrame } from "#dist/contracts/transport.js";
import { eventually } from "../support/eventually.js";
import { makeHttpPair } from "../support/transport-ends.js";

const host = await createHost();
test.after.always(() => host.http.close());

/** Opens a connection, sends `text`, and gives what came back when the server ended it or `untilMs` passed. */
async function raw(port: number, text: string, untilMs = 2000): Promise<{ answer: string; closed: boolean }> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  let closed = false;
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => {
      closed = true;
      resolve();
    });
  });
  socket.write(text, "latin1");
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, untilMs))]);
  socket.destroy();
  return { answer, closed };
}

async function startedPair(options: Parameters<typeof makeHttpPair>[0] = {}) {
  const pair = await makeHttpPair(options);
  const frames: InboundFrame[] = [];
  await pair.a.start(() => "accepted");
  await pair.b.start((frame) => {
    frames.push(frame);
    return "accepted";
  });
  const stop = async () => {
    await pair.a.stop();
    await pair.b.stop();
    await pair.close();
  };
  return { ...pair, frames, stop, port: Number(new URL(pair.b.addresses[0]!).port) };
}

const head = "POST /edge/inbound HTTP/1.1\r\n";

test("a malformed Host, or a target that is no path, is a typed 400 and no fault of this node", async (t) => {
  const faults: unknown[] = [];
  const { b, port, stop } = await startedPair({ onFault: (fault) => faults.push(fault) });
  for (const start of [
    `${head}Host: a b\r\n`,
    `${head}Host: [::1\r\n`,
    `${head}Host: evil.example@127.0.0.1\r\n`,
    `${head}Host: a/b?c\r\n`,
    "POST http://%/edge/inbound HTTP/1.1\r\nHost: x\r\n",
  ]) {
    const { answer } = await raw(port, `${start}Content-Length: 0\r\nConnection: close\r\n\r\n`);
    t.regex(answer, /^HTTP\/1\.1 400 /, start);
    t.regex(answer, /waxwing-error: request_malformed/i, start);
  }
  t.deepEqual(faults, []);
  t.is(b.counters.refusals.request_malformed, 5);
  const noTarget = await raw(port, "POST nonsense HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  t.regex(noTarget.answer, /^HTTP\/1\.1 400 /, "Node's own parser finds it first");
  await stop();
});

test("requests that two parsers could read differently are refused, and nothing of them is delivered", async (t) => {
  const { frames, port, stop } = await startedPair();
  const host = "Host: x\r\n";
  for (const request of [
    `${head}${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    `${head}${host}Content-Length: 1, 1\r\n\r\na`,
    `${head}${host}Content-Length: +1\r\n\r\na`,
    `${head}${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${head}${host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    `${head}${host}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    `${head}${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    `${head}${host} Content-Length: 1\r\n\r\na`,
    `${head}${host}X: a\nContent-Length: 1\r\n\r\na`,
    `${head}Content-Length: 1\r\n\r\na`,
    `${head}Host: x\r\nHost: y\r\nContent-Length: 1\r\n\r\na`,
    `${head}${host}Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\na\r\n0\r\n\r\n`,
  ]) {
    const { answer } = await raw(port, request, 300);
    if (/^HTTP\/1\.1 202 /.test(answer)) t.is(frames.pop()?.bytes.length, 1, request);
    else t.notRegex(answer, /^HTTP\/1\.1 2/, request);
    t.true((answer.match(/HTTP\/1\.1/g) ?? []).length <= 1, `one answer at most: ${request}`);
  }
  t.is(frames.length, 0);
  await stop();
});

test("a source past its rate is 429 with Retry-After before its body is read; others and proven peers go on", async (t) => {
  const rate = { unproven: { framesPerSecond: 0.5, framesBurst: 2 }, proven: { framesBurst: 1000 } };
  const { a, b, keyB, port, stop, frames } = await startedPair({ rate });
  const send = () => raw(port, `${head}Host: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx`);
  t.regex((await send()).answer, /^HTTP\/1\.1 202 /);
  t.regex((await send()).answer, /^HTTP\/1\.1 202 /);
  const large = `${head}Host: x\r\nContent-Length: 1000000\r\n\r\n`;
  const { answer } = await raw(port, large, 500);
  t.regex(answer, /^HTTP\/1\.1 429 /);
  t.regex(answer, /retry-after: 2\r\n/i);
  t.regex(answer, /waxwing-error: source_rate_limited/i);
  for (let i = 0; i < 50; i++) t.is((await a.send(keyB, new Uint8Array([i]))).status, "delivered");
  t.is(frames.length, 52);
  t.is(b.counters.refusals.source_rate_limited, 1);
  await stop();
});

test("trying wrong tokens counts against the address, and not against the key they name", async (t) => {
  const rate = { unproven: { framesPerSecond: 0.1, framesBurst: 3 } };
  const { a, keyB, port, stop, peerA } = await startedPair({ rate });
  await a.send(keyB, new Uint8Array([1]));
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const iat = Math.floor(Date.now() / 1000);
  const claims = part({ iss: peerA.keyId, sub: peerA.keyId, iat, exp: iat + 60 });
  const forged = `${part({ alg: "EdDSA", kid: peerA.keyId })}.${claims}.${Buffer.alloc(64).toString("base64url")}`;
  const attempt = () =>
    raw(
      port,
      `${head}Host: x\r\nConnection: close\r\nAuthorization: Bearer ${forged}\r\nContent-Length: 0\r\n\r\n`,
    );
  const statuses: string[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await attempt()).answer.slice(9, 12));
  t.deepEqual(statuses, ["401", "401", "401", "429", "429"]);
  t.is((await a.send(keyB, new Uint8Array([2]))).status, "delivered");
  await stop();
});

test("a peer that is told to slow down has an outcome that says for how long", async (t) => {
  const { a, keyB, stop } = await startedPair({
    rate: { proven: { framesPerSecond: 0.25, framesBurst: 1 } },
  });
  t.is((await a.send(keyB, new Uint8Array([1]))).status, "delivered");
  const outcome = await a.send(keyB, new Uint8Array([2]));
  t.is(outcome.status === "rejected" ? outcome.reason : "", "rate_limited");
  t.is(outcome.status === "rejected" ? outcome.retryAfterMs : 0, 4000);
  t.regex(outcome.status === "rejected" ? outcome.detail : "", /source_rate_limited/);
  await stop();
});

test("requests of a client use few connections again and again", async (t) => {
  const { a, keyB, stop, port } = await startedPair();
  const ports = new Set<number>();
  const listener = await host.serveHttp(
    async () => new Response(null, { status: 202, headers: { "waxwing-capabilities": "1" } }),
    { hostname: "127.0.0.1", port: 0 },
  );
  t.true(port > 0);
  const seen = createServer((socket) => {
    ports.add(socket.remotePort!);
    const onward = connect(listener.port, "127.0.0.1");
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on("error", () => {});
  });
  seen.listen(0, "127.0.0.1");
  await once(seen, "listening");
  const url = `http://127.0.0.1:${(seen.address() as { port: number }).port}/`;
  for (let i = 0; i < 20; i++)
    await host.http.request({ url, method: "POST", headers: {}, body: new Uint8Array(10), timeoutMs: 5000 });
  t.is(ports.size, 1);
  t.is((await a.send(keyB, new Uint8Array([1]))).status, "delivered");
  seen.close();
  await listener.stop();
  await stop();
});

/** A server that keeps no connection but those that `Connections` allows. */
async function boundedServer(bounds: ConstructorParameters<typeof Connections>[0]) {
  const { createServer: createHttpServer } = await import("node:http");
  const server = createHttpServer();
  const connections = new Connections(bounds);
  connections.watch(server);
  const held: (() => void)[] = [];
  server.on("request", (incoming, outgoing) => {
    const answer = () => outgoing.writeHead(202).end();
    if (incoming.url === "/held") held.push(answer);
    else answer();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const open = async () => {
    const seen = once(server, "connection");
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    await Promise.all([once(socket, "connect"), seen]);
    return socket;
  };
  return { server, connections, held, port, open };
}

const bounds = { connectionsMax: 4, perSourceMax: 4, loopbackPerSourceMax: 4 };

test("silent connections cannot shut others out: the longest idle one makes room", async (t) => {
  const { server, connections, port, open } = await boundedServer({ ...bounds, loopbackPerSourceMax: 100 });
  const silent: Socket[] = [];
  for (let i = 0; i < 4; i++) silent.push(await open());
  const closed = once(silent[0]!, "close");
  const { answer } = await raw(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  t.regex(answer, /^HTTP\/1\.1 202 /);
  await closed;
  t.deepEqual(
    silent.map((socket) => socket.destroyed || socket.readableEnded),
    [true, false, false, false],
  );
  for (const socket of silent) socket.destroy();
  await eventually("nothing is remembered of connections that are gone", () => connections.size === 0);
  server.closeAllConnections();
  server.close();
});

test("connections that are being answered are not given up for newcomers", async (t) => {
  const { server, held, open } = await boundedServer({ ...bounds, loopbackPerSourceMax: 100 });
  const busy: Socket[] = [];
  for (let i = 0; i < 4; i++) {
    const socket = await open();
    socket.write("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
    busy.push(socket);
  }
  await eventually("four requests wait for their answers", () => held.length === 4);
  const late = await open();
  await eventually("the fifth is closed: there is nothing to give up", () => late.closed);
  t.true(busy.every((socket) => !socket.destroyed));
  for (const answer of held) answer();
  const [data] = await once(busy[3]!, "data");
  t.regex(String(data), /^HTTP\/1\.1 202 /);
  server.closeAllConnections();
  server.close();
});

test("one source has a share of the connections and no more", async (t) => {
  const { server, connections, open } = await boundedServer({ ...bounds, loopbackPerSourceMax: 2 });
  const first = [await open(), await open()];
  const third = await open();
  await eventually("the third is closed", () => third.closed);
  t.is(connections.size, 2);
  first[0]!.destroy();
  await eventually("what is closed leaves its place", () => connections.size === 1);
  const fourth = await open();
  fourth.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  t.regex(String((await once(fourth, "data"))[0]), /^HTTP\/1\.1 202 /);
  server.closeAllConnections();
  server.close();
});

test("a stop takes no new connection, answers what is under way with Connection: close, and ends", async (t) => {
  let release = () => {};
  const entered = new Promise<void>((enter) => {
    release = enter;
  });
  let answer = (_response: Response) => {};
  const listener = await host.serveHttp(
    () => {
      release();
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    { hostname: "127.0.0.1", port: 0, stopGraceMs: 5000 },
  );
  const agent = new Agent({ keepAlive: true });
  const responded = new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(listener.origin, { agent }, resolve).on("error", reject).end();
  });
  await entered;
  const stopping = listener.stop();
  const refused = await raw(listener.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 500);
  t.is(refused.answer, "");
  answer(new Response("done", { status: 200, headers: { "x-own": "1" } }));
  const response = await responded;
  t.is(response.statusCode, 200);
  t.is(response.headers.connection, "close");
  t.is(response.headers["x-own"], "1");
  response.resume();
  await stopping;
  agent.destroy();
});

test("headers that come byte by byte end after httpHeadersMs, and the server takes others meanwhile", async (t) => {
  t.timeout(30_000);
  const { a, keyB, port, stop } = await startedPair();
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
  });
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const startMs = performance.now();
  socket.write(head);
  const drip = setInterval(() => socket.write("X"), 200);
  t.is((await a.send(keyB, new Uint8Array([1]))).status, "delivered");
  await closed;
  clearInterval(drip);
  const tookMs = performance.now() - startMs;
  t.regex(answer, /^HTTP\/1\.1 408 /);
  t.true(tookMs >= limits.httpHeadersMs - 100 && tookMs < limits.httpHeadersMs + 5000, `${tookMs} ms`);
  await stop();
});
