/**
 * Compliance suite of `Host` (laws in contracts/host.ts) for hosts of real runtimes: real time, real files
 * below `folder`, real sockets on loopback.
 */
import type { Host, HttpHandler, HttpRequest } from "../contracts/host.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "./suite.js";

export interface HostUnderTest {
  readonly host: Host;
  /** An empty folder that the suite may write into. */
  readonly folder: string;
}

export function hostSuite(name: string, implementation: HostUnderTest, report: SuiteReport): void {
  const { host, folder } = implementation;
  const check = (law: string, run: () => Promise<void>) => report.check(`${name}: ${law}`, run);
  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      host.timers.after(ms, resolve);
    });

  check("law 1: monotonicMs never goes back and wallClock tells this year", async () => {
    let last = host.clock.monotonicMs();
    for (let i = 0; i < 1000; i++) {
      const now = host.clock.monotonicMs();
      assert(now >= last, "monotonicMs does not go back");
      last = now;
    }
    assertEqual(typeof host.clock.wallClock().synchronised, "boolean", "synchronised is known");
    assert(host.clock.wallClock().ms > 0, "milliseconds since 1970");
  });

  check("law 2: a timer fires once, not before its delay, and not after cancel", async () => {
    let fired = 0;
    const start = host.clock.monotonicMs();
    host.timers.after(1, () => fired++).cancel();
    const kept = host.timers.after(15, () => fired++);
    await wait(40);
    kept.cancel();
    kept.cancel();
    assertEqual(fired, 1, "only the timer that was not cancelled");
    assert(host.clock.monotonicMs() - start >= 39, "not before its delay");
  });

  check("law 3: random bytes have the length asked for and differ", async () => {
    for (const length of [0, 1, 32, 65_536, 65_537])
      assertEqual(host.random.bytes(length).length, length, "length");
    const bytes = host.random.bytes(70_000);
    assert(new Set(bytes).size === 256, "every byte value occurs in 70 000");
    assert(
      bytes.subarray(65_536).some((byte) => byte !== 0),
      "past one call of the generator too",
    );
  });

  check("law 4: writeAtomic replaces content and mode; absent files are undefined", async () => {
    const path = `${folder}/file`;
    await host.files.writeAtomic(path, new Uint8Array([1, 2, 3]), 0o600);
    assertEqual(await host.files.mode(path), 0o600, "mode");
    await host.files.writeAtomic(path, new Uint8Array(0), 0o644);
    assertEqual(await host.files.read(path), new Uint8Array(0), "the new content");
    assertEqual(await host.files.mode(path), 0o644, "the new mode");
    assertEqual(await host.files.read(`${folder}/absent`), undefined, "absent file");
    assertEqual(await host.files.mode(`${folder}/absent`), undefined, "absent file's mode");
  });

  check("law 4: of many writes to one path one whole content stays", async () => {
    const path = `${folder}/contended`;
    const write = (byte: number) => host.files.writeAtomic(path, new Uint8Array(10_000).fill(byte), 0o600);
    await Promise.all([1, 2, 3, 4, 5].map(write));
    const content = (await host.files.read(path))!;
    assertEqual(content.length, 10_000, "length");
    assertEqual(new Set(content).size, 1, "all bytes are of one write");
  });

  check("law 4: folders are made with parents and mode; failures are store_* errors", async () => {
    await host.files.makeDirectory(`${folder}/a/b`, 0o700);
    await host.files.makeDirectory(`${folder}/a/b`, 0o755);
    assertEqual(await host.files.mode(`${folder}/a/b`), 0o700, "an existing folder is left alone");
    const write = () => host.files.writeAtomic(`${folder}/no/file`, new Uint8Array(1), 0o600);
    await assertThrows(write, hasCode("store_unavailable"), "writing below a missing folder");
  });

  const serve = async (
    handler: HttpHandler,
    run: (
      origin: string,
      request: (path?: string, more?: Partial<HttpRequest>) => Promise<string>,
    ) => Promise<void>,
  ) => {
    const listener = await host.serveHttp(handler, { hostname: "127.0.0.1", port: 0, stopGraceMs: 200 });
    const request = async (path = "/", more: Partial<HttpRequest> = {}) => {
      const url = `${listener.origin}${path}`;
      const response = await host.http.request({
        url,
        method: "POST",
        headers: {},
        timeoutMs: 5000,
        ...more,
      });
      return `${response.status} ${new TextDecoder().decode(response.body)}`;
    };
    try {
      await run(listener.origin, request);
    } finally {
      await listener.stop();
      await listener.stop();
    }
    await assertThrows(() => request(), hasCode("transport_unreachable"), "the port is free after stop");
  };

  check("law 5: bodies and headers arrive; redirects are not followed", () =>
    serve(
      async (incoming) => {
        if (incoming.url.endsWith("/away"))
          return new Response("stay", { status: 302, headers: { location: "http://127.0.0.1:1/" } });
        const body = await incoming.text();
        return new Response(`${incoming.headers.get("x-thing")} ${body}`, { status: 202 });
      },
      async (_origin, request) => {
        const body = new TextEncoder().encode("hello");
        assertEqual(await request("/", { body, headers: { "x-thing": "1" } }), "202 1 hello", "answer");
        assertEqual(await request("/away"), "302 stay", "the redirect itself");
      },
    ),
  );

  check("law 5: timeoutMs, responseBytesMax and an abort end a request with their codes", () =>
    serve(
      (incoming) =>
        incoming.url.endsWith("/large")
          ? Promise.resolve(new Response("x".repeat(2000)))
          : new Promise(() => {
              // Never answers.
            }),
      async (_origin, request) => {
        assertEqual((await request("/large", { responseBytesMax: 2000 })).length, 2004, "on the edge");
        const large = () => request("/large", { responseBytesMax: 1999 });
        await assertThrows(large, hasCode("transport_rejected"), "a response that is too large");
        await assertThrows(() => request("/", { timeoutMs: 30 }), hasCode("transport_timeout"), "no answer");
        const abort = new AbortController();
        host.timers.after(20, () => abort.abort());
        const aborted = () => request("/", { signal: abort.signal });
        await assertThrows(aborted, hasCode("transport_closed"), "an aborted request");
        await assertThrows(aborted, hasCode("transport_closed"), "a request that was aborted before");
      },
    ),
  );

  check("law 5: a URL that is not HTTP is transport_config", async () => {
    for (const url of ["ftp://127.0.0.1/", "nonsense", ""]) {
      const call = () => host.http.request({ url, method: "GET", headers: {}, timeoutMs: 100 });
      await assertThrows(call, hasCode("transport_config"), url);
    }
  });

  check("law 6: a handler learns where a request came from", () => {
    let seen = "";
    return serve(
      async (_incoming, info) => {
        seen = JSON.stringify(info);
        return new Response(null, { status: 202 });
      },
      async (_origin, request) => {
        await request();
        assertEqual(JSON.parse(seen), { remoteAddress: "127.0.0.1", secure: false, loopback: true }, "info");
      },
    );
  });

  /** A listener whose handler says when it was entered and then waits for `held`. */
  const serveHeld = async (held: Promise<Response>, stopGraceMs: number) => {
    let enter = () => {};
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    const listener = await host.serveHttp(
      () => {
        enter();
        return held;
      },
      { hostname: "127.0.0.1", port: 0, stopGraceMs },
    );
    const url = listener.origin;
    const request = () => host.http.request({ url, method: "GET", headers: {}, timeoutMs: 5000 });
    return { listener, entered, request };
  };

  check("law 7: stop lets a request in flight finish", async () => {
    let release = (_response: Response) => {};
    const held = new Promise<Response>((resolve) => {
      release = resolve;
    });
    const { listener, entered, request } = await serveHeld(held, 5000);
    const pending = request();
    await entered;
    const stopping = listener.stop();
    release(new Response(null, { status: 202 }));
    assertEqual((await pending).status, 202, "the held request");
    await stopping;
  });

  check("law 7: stop cuts off after its grace what does not finish", async () => {
    const { listener, entered, request } = await serveHeld(new Promise(() => {}), 50);
    const pending = assertThrows(request, hasCode("transport_unreachable"), "the request is cut off");
    await entered;
    await listener.stop();
    await pending;
  });

  check("a handler that throws is an empty 500, and its fault is reported", async () => {
    const faults: unknown[] = [];
    const listener = await host.serveHttp(() => Promise.reject(new Error("a bug")), {
      hostname: "127.0.0.1",
      port: 0,
      onFault: (fault) => faults.push(fault),
    });
    const url = listener.origin;
    const response = await host.http.request({ url, method: "GET", headers: {}, timeoutMs: 5000 });
    assertEqual([response.status, response.body.length], [500, 0], "status and length");
    assertEqual(faults.length, 1, "faults reported");
    await listener.stop();
  });

  check("an address literal resolves to itself", async () => {
    assertEqual(await host.http.resolve("127.0.0.1"), ["127.0.0.1"], "IPv4");
    assertEqual(await host.http.resolve("[::1]"), ["::1"], "IPv6 as URLs write it");
  });
}

const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;
