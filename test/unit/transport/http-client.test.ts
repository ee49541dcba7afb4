/** The client's side of HTTP: every kind of answer gives its outcome, and the right form of token is sent. */
import test from "ava";
import { WaxwingError } from "#dist/base/errors.js";
import { createNodeHost } from "#dist/bindings/host/node.js";
import type { Host, HttpRequest, HttpResponse } from "#dist/contracts/host.js";
import { parseBearer } from "#dist/transport/http/bearer.js";
import { formatRetryAfter, readRetryAfterMs } from "#dist/transport/http/wire.js";
import { makeHttpEnd, makePeer, TestAddressBook, TestDirectory } from "../../support/transport-ends.js";

const realHost = createNodeHost();
const frame = new Uint8Array([1, 2, 3]);

/** A started transport whose HTTP answers are given one by one; `forms` are the tokens it sent. */
async function startSender(
  address: string,
  answers: (Partial<HttpResponse> | Error)[],
  options: { peerNamed?: boolean; addresses?: string[]; allowPlainStock?: boolean } = {},
) {
  const requests: HttpRequest[] = [];
  const http: Host["http"] = {
    async request(request) {
      requests.push(request);
      const answer = answers.shift();
      if (answer === undefined) throw new Error("one request too many");
      if (answer instanceof Error) throw answer;
      return { status: 202, headers: {}, body: new Uint8Array(0), ...answer };
    },
    resolve: async () => options.addresses ?? [],
    close: async () => {},
  };
  const addressBook = new TestAddressBook();
  addressBook.known.set("bob", address);
  const end = makeHttpEnd(
    makePeer("alice"),
    { host: { ...realHost, http }, directory: new TestDirectory(), addressBook },
    {
      listen: "none",
      allowPlainStock: options.allowPlainStock ?? false,
      addressBook: {
        address: (peer) => addressBook.address(peer),
        isPeerNamed: () => options.peerNamed === true,
      },
    },
  );
  await end.start(() => "accepted");
  const forms = () =>
    requests.map(({ headers }) => parseBearer(headers.authorization!.replace("Bearer ", "")).claims.form);
  return { end, requests, forms, send: () => end.send("bob", frame) };
}

const https = "https://bob.example/edge/inbound";
const shows = { "waxwing-capabilities": "1" };

for (const [status, headers, expected] of [
  [200, {}, { status: "delivered" }],
  [202, shows, { status: "delivered", waxwing: 1 }],
  [202, { "waxwing-capabilities": "nonsense" }, { status: "delivered" }],
  [302, { location: "http://127.0.0.1/" }, { status: "rejected", reason: "client_error" }],
  [400, {}, { status: "rejected", reason: "client_error" }],
  [401, {}, { status: "rejected", reason: "unauthorized" }],
  [404, {}, { status: "rejected", reason: "client_error" }],
  [413, {}, { status: "rejected", reason: "too_large" }],
  [429, { "retry-after": "7" }, { status: "rejected", reason: "rate_limited", retryAfterMs: 7000 }],
  [429, {}, { status: "rejected", reason: "rate_limited" }],
  [500, {}, { status: "failed", reason: "io" }],
  [502, {}, { status: "failed", reason: "io" }],
  [503, { "retry-after": "1" }, { status: "rejected", reason: "busy", retryAfterMs: 1000 }],
] as const)
  test(`HTTP ${status} with ${JSON.stringify(headers)} is ${Object.values(expected).join(" ")}`, async (t) => {
    const { send } = await startSender(https, [{ status, headers }]);
    const { detail: _, ...outcome } = { detail: "", ...(await send()) };
    t.deepEqual(outcome, expected as object);
  });

for (const [code, reason] of [
  ["transport_timeout", "timeout"],
  ["transport_unreachable", "unreachable"],
  ["transport_closed", "closed"],
  ["transport_rejected", "io"],
] as const)
  test(`${code} of the host is failed ${reason}`, async (t) => {
    const { end, send } = await startSender(https, [new WaxwingError(code, "x")]);
    const outcome = await send();
    t.is(outcome.status === "failed" ? outcome.reason : "", reason);
    t.is(end.counters.framesSent, 0);
    t.is(end.counters.sendFailures, 1);
  });

test("a request is what the reference expects: path, content type, body, 30 s", async (t) => {
  const { send, requests } = await startSender("https://bob.example", [{}]);
  await send();
  t.like(requests[0], { url: https, method: "POST", timeoutMs: 30_000, body: frame });
  t.is(requests[0]?.headers["content-type"], "application/json");
});

test("the stock form goes to a peer until it has shown the capability, then the native one", async (t) => {
  const { send, forms } = await startSender(https, [{ headers: shows }, { headers: shows }]);
  await send();
  await send();
  t.deepEqual(forms(), ["stock", "native"]);
});

test("a native token binds receiver and body and lives 60 s", async (t) => {
  const { send, requests } = await startSender("http://192.0.2.1/edge/inbound", [{}]);
  await send();
  const { claims } = parseBearer(requests[0]!.headers.authorization!.replace("Bearer ", ""));
  t.is(claims.form, "native");
  t.deepEqual(claims.audience, ["bob"]);
  t.is(claims.expiresAtSeconds - claims.issuedAtSeconds, 60);
});

test("over plain HTTP to another host only the native form is sent, unless allowPlainStock", async (t) => {
  const plain = await startSender("http://192.0.2.1/edge/inbound", [{}]);
  await plain.send();
  t.deepEqual(plain.forms(), ["native"]);
  const open = await startSender("http://192.0.2.1/edge/inbound", [{}], { allowPlainStock: true });
  await open.send();
  t.deepEqual(open.forms(), ["stock"]);
  for (const address of ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"]) {
    const local = await startSender(address, [{}]);
    await local.send();
    t.deepEqual(local.forms(), ["stock"]);
  }
});

test("a Waxwing peer's 401 to the stock form is answered with the native form at once, once", async (t) => {
  const { send, forms } = await startSender(https, [
    { status: 401, headers: shows },
    { status: 202, headers: shows },
  ]);
  t.is((await send()).status, "delivered");
  t.deepEqual(forms(), ["stock", "native"]);
  const twice = await startSender(https, [
    { status: 401, headers: shows },
    { status: 401, headers: { ...shows, "waxwing-error": "token_time" } },
  ]);
  const outcome = await twice.send();
  t.deepEqual(outcome, { status: "rejected", reason: "unauthorized", detail: "HTTP 401 token_time" });
});

test("a peer that no longer shows the capability is a stock peer again", async (t) => {
  const { send, forms } = await startSender(https, [{ headers: shows }, { status: 401 }, {}]);
  await send();
  await send();
  await send();
  t.deepEqual(forms(), ["stock", "native", "stock"]);
});

test("what a peer writes into Waxwing-Error is repeated only if it looks like a code", async (t) => {
  const headers = { "waxwing-error": "x".repeat(65) };
  const { send } = await startSender(https, [{ status: 400, headers }]);
  t.deepEqual(await send(), { status: "rejected", reason: "client_error", detail: "HTTP 400" });
});

test("an address that is no HTTP URL is no route", async (t) => {
  for (const address of ["", "bob", "ftp://bob.example", "https://"]) {
    const { send } = await startSender(address, []);
    const outcome = await send();
    t.is(outcome.status === "failed" ? outcome.reason : "", "no_route");
  }
});

test("a URL that the peer named is resolved, checked and held to the checked address", async (t) => {
  const good = await startSender(https, [{}], { peerNamed: true, addresses: ["9.9.9.9", "8.8.8.8"] });
  t.is((await good.send()).status, "delivered");
  t.is(good.requests[0]?.connectAddress, "9.9.9.9");
  const bad = await startSender(https, [], { peerNamed: true, addresses: ["9.9.9.9", "10.0.0.1"] });
  const outcome = await bad.send();
  t.is(outcome.status === "failed" ? outcome.reason : "", "no_route");
  t.regex(outcome.status === "failed" ? outcome.detail : "", /^address_refused/);
  t.is(bad.requests.length, 0);
});

test("readRetryAfterMs() reads seconds and dates, and believes no more than an hour", (t) => {
  const nowMs = Date.UTC(2026, 0, 1);
  t.is(readRetryAfterMs("0", nowMs), 0);
  t.is(readRetryAfterMs("120", nowMs), 120_000);
  t.is(readRetryAfterMs("999999999", nowMs), 3_600_000);
  t.is(readRetryAfterMs("Thu, 01 Jan 2026 00:01:00 GMT", nowMs), 60_000);
  t.is(readRetryAfterMs("Thu, 01 Jan 1970 00:00:00 GMT", nowMs), 0);
  t.is(readRetryAfterMs("Thursday, 01-Jan-26 00:01:00 GMT", nowMs), 60_000, "RFC 850");
  t.is(readRetryAfterMs("Thu Jan  1 00:01:00 2026", nowMs), 60_000, "asctime");
  for (const value of [undefined, "", "soon", "-1x", "1e400", "-5", "1.5", "2026-01-01", "1 Jan 2026", "+1"])
    t.is(readRetryAfterMs(value, nowMs), undefined);
});

test("formatRetryAfter() says whole seconds, one at least and an hour at most", (t) => {
  for (const [ms, text] of [
    [0, "1"],
    [1, "1"],
    [1000, "1"],
    [1001, "2"],
    [3_600_000, "3600"],
    [Number.POSITIVE_INFINITY, "3600"],
  ] as const)
    t.is(formatRetryAfter(ms), text);
});
