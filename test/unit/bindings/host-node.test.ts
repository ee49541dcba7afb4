/** Host of Node.js: clock, files, HTTP client against HTTP server on loopback. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { limits } from "#dist/base/limits.js";
import { createNodeHost } from "#dist/bindings/host/node.js";
import { parseSubjectAltName } from "#dist/bindings/host/node-tls-peer.js";
import { createWallClock } from "#dist/bindings/host/wall-clock.js";

const host = createNodeHost();
test.after.always(() => host.http.close());

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "waxwing-host-"));
}

const request = (url: string, more: object = {}) =>
  host.http.request({ url, method: "POST", headers: {}, timeoutMs: 5000, ...more });

test("wallClock() is not synchronised in 1970, whatever the flag file says", (t) => {
  const clock = createWallClock(
    () => true,
    () => 1000,
  );
  t.deepEqual(clock.wallClock(), { ms: 1000, synchronised: false });
});

test("wallClock() follows timesyncd's flag file where timesyncd runs, and the year elsewhere", (t) => {
  const now = () => Date.UTC(2026, 0, 1);
  const folder = "/run/systemd/timesync";
  const withFiles = (...paths: string[]) => createWallClock((path) => paths.includes(path), now).wallClock();
  t.false(withFiles(folder).synchronised);
  t.true(withFiles(folder, `${folder}/synchronized`).synchronised);
  t.true(withFiles().synchronised);
});

test("writeAtomic() replaces the content, sets the mode and leaves no temporary file", async (t) => {
  const folder = temporaryFolder();
  const path = join(folder, "identity.json");
  await host.files.writeAtomic(path, new Uint8Array([1]), 0o600);
  await host.files.writeAtomic(path, new Uint8Array([2, 3]), 0o640);
  t.deepEqual(await host.files.read(path), new Uint8Array([2, 3]));
  t.is(await host.files.mode(path), 0o640);
  t.deepEqual(readdirSync(folder), ["identity.json"]);
  t.is(await host.files.read(join(folder, "other")), undefined);
  t.is(await host.files.mode(join(folder, "other")), undefined);
  rmSync(folder, { recursive: true });
});

test("request() connects to connectAddress whatever the name resolves to", async (t) => {
  const listener = await host.serveHttp(async (incoming) => new Response(incoming.headers.get("host")), {
    hostname: "127.0.0.1",
    port: 0,
  });
  const url = `http://name.invalid:${listener.port}/`;
  const response = await request(url, { connectAddress: "127.0.0.1" });
  t.is(new TextDecoder().decode(response.body), `name.invalid:${listener.port}`);
  await listener.stop();
});

test("stop() closes kept-alive connections and frees the port at once", async (t) => {
  const listener = await host.serveHttp(async () => new Response(null), { hostname: "127.0.0.1", port: 0 });
  await request(listener.origin);
  const startMs = performance.now();
  await listener.stop();
  t.true(performance.now() - startMs < 4000, "not only after the five seconds that Node keeps them");
  const again = createServer();
  await new Promise<void>((resolve, reject) => {
    again.once("error", reject);
    again.listen(listener.port, "127.0.0.1", resolve);
  });
  again.close();
});

test("request() to one more peer does not wait for the idle connections of many others to end", async (t) => {
  const each = limits.httpSocketsPerPeerMax;
  const origins = limits.httpSendsInFlightMax / each + 2;
  const listeners: { stop(): Promise<void> }[] = [];
  for (let i = 0; i < origins; i++) {
    const held: (() => void)[] = [];
    const listener = await host.serveHttp(
      () =>
        new Promise((resolve) => {
          held.push(() => resolve(new Response(null, { status: 202 })));
          // All at once, so that each has a connection of its own, which then stays.
          if (held.length === each) for (const answer of held) answer();
        }),
      { hostname: "127.0.0.1", port: 0 },
    );
    listeners.push(listener);
    const requests = Array.from({ length: each }, () => request(listener.origin, { timeoutMs: 3000 }));
    for (const { status } of await Promise.all(requests)) t.is(status, 202);
  }
  await Promise.all(listeners.map((listener) => listener.stop()));
});

test("serveHttp() on a taken port is transport_config", async (t) => {
  const first = await host.serveHttp(async () => new Response(null), { hostname: "127.0.0.1", port: 0 });
  const error = await t.throwsAsync(
    host.serveHttp(async () => new Response(null), { hostname: "127.0.0.1", port: first.port }),
  );
  t.is((error as { code?: string }).code, "transport_config");
  await first.stop();
});

test("parseSubjectAltName() takes quoted values whole and gives nothing for what it cannot read", (t) => {
  t.deepEqual(parseSubjectAltName("DNS:a.example, URI:wx1ab, IP Address:10.0.0.1"), ["a.example", "wx1ab"]);
  t.deepEqual(parseSubjectAltName('URI:"wx1, DNS:evil"'), ["wx1, DNS:evil"]);
  t.deepEqual(parseSubjectAltName('URI:"wx1'), []);
  // Found by fuzzing: quoted, and yet no JSON string.
  t.deepEqual(parseSubjectAltName('DNS:a, URI:"\u0001"'), []);
  t.deepEqual(parseSubjectAltName(""), []);
});

test.serial(
  "request() to a server that answers and closes before it has read the body costs a request and not the process",
  async (t) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.pause();
        socket.end("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n");
        setTimeout(() => socket.destroy(), 20);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    const body = new Uint8Array(limits.frameBytesMax);
    for (let request = 0; request < 10; request++) {
      const outcome = await host.http
        .request({ method: "POST", url, headers: {}, body, timeoutMs: 5000 })
        .then(
          ({ status }) => status,
          ({ code }) => code,
        );
      t.true(outcome === 429 || outcome === "transport_unreachable", String(outcome));
    }
    // An error that nobody hears comes late, and ends this process.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => server.close(resolve));
  },
);
