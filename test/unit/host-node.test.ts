/** Host of Node.js: clock, files, HTTP client against HTTP server on loopback. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { createNodeHost } from "#dist/bindings/host/node.js";
import { parseSubjectAltName } from "#dist/bindings/host/node-tls-peer.js";
import { createWallClock } from "#dist/bindings/host/wall-clock.js";
import type { ConnectionInfo } from "#dist/contracts/host.js";

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

test("after() does not fire once cancelled", async (t) => {
  let fired = 0;
  host.timers.after(5, () => fired++).cancel();
  await new Promise<void>((resolve) => {
    host.timers.after(20, resolve);
  });
  t.is(fired, 0);
});

test("bytes() gives more than one call of the generator can", (t) => {
  const bytes = host.random.bytes(70_000);
  t.is(bytes.length, 70_000);
  t.true(bytes.subarray(65_536).some((byte) => byte !== 0));
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

test("writeAtomic() into a missing folder is a store_* error", async (t) => {
  const error = await t.throwsAsync(host.files.writeAtomic("/nonexistent/x", new Uint8Array(1), 0o600));
  t.is((error as { code?: string }).code, "store_unavailable");
});

test("makeDirectory() makes parents, sets the mode and leaves an existing folder alone", async (t) => {
  const folder = temporaryFolder();
  const path = join(folder, "a", "b");
  await host.files.makeDirectory(path, 0o700);
  await host.files.makeDirectory(path, 0o755);
  t.is(await host.files.mode(path), 0o700);
  rmSync(folder, { recursive: true });
});

test("request() reaches serveHttp() with the body as sent and truthful connection facts", async (t) => {
  let seen: { body: Uint8Array; info: ConnectionInfo } | undefined;
  const listener = await host.serveHttp(
    async (incoming, info) => {
      seen = { body: new Uint8Array(await incoming.arrayBuffer()), info };
      return new Response(null, { status: 202, headers: { "X-Thing": "1" } });
    },
    { hostname: "127.0.0.1", port: 0 },
  );
  const response = await request(`${listener.origin}/x`, { body: new Uint8Array([0, 255, 7]) });
  t.is(response.status, 202);
  t.is(response.headers["x-thing"], "1");
  t.deepEqual(seen?.body, new Uint8Array([0, 255, 7]));
  t.deepEqual(seen?.info, { remoteAddress: "127.0.0.1", secure: false, loopback: true });
  await listener.stop();
  await listener.stop();
});

test("request() does not follow a redirect", async (t) => {
  const listener = await host.serveHttp(
    async () => new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/" } }),
    { hostname: "127.0.0.1", port: 0 },
  );
  t.is((await request(listener.origin)).status, 302);
  await listener.stop();
});

test("request() ends at timeoutMs, at responseBytesMax, at an abort and at a refused connection", async (t) => {
  const listener = await host.serveHttp(
    async (incoming) =>
      incoming.url.endsWith("/large")
        ? new Response(new Uint8Array(2000))
        : new Promise(() => {
            // Never answers.
          }),
    { hostname: "127.0.0.1", port: 0, stopGraceMs: 10 },
  );
  const code = async (work: Promise<unknown>) => (await t.throwsAsync(work)) as { code?: string };
  t.is((await code(request(listener.origin, { timeoutMs: 30 }))).code, "transport_timeout");
  t.is(
    (await code(request(`${listener.origin}/large`, { responseBytesMax: 1999 }))).code,
    "transport_rejected",
  );
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 20);
  t.is((await code(request(listener.origin, { signal: abort.signal }))).code, "transport_closed");
  await listener.stop();
  t.is((await code(request(listener.origin))).code, "transport_unreachable");
  t.is((await code(request("ftp://127.0.0.1/"))).code, "transport_config");
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

test("stop() lets a request in flight finish, closes idle connections and frees the port", async (t) => {
  let release = () => {};
  const listener = await host.serveHttp(
    () =>
      new Promise((resolve) => {
        release = () => resolve(new Response(null, { status: 202 }));
      }),
    { hostname: "127.0.0.1", port: 0 },
  );
  const pending = request(listener.origin);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const stopping = listener.stop();
  release();
  t.is((await pending).status, 202);
  await stopping;
  const again = createServer();
  await new Promise<void>((resolve, reject) => {
    again.once("error", reject);
    again.listen(listener.port, "127.0.0.1", resolve);
  });
  again.close();
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
