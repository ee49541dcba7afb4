/** The handler of POST /edge/inbound, called as a function: statuses, bounds, counters. */
import test from "ava";
import { createHttpTransport } from "waxwing/transport";
import { WaxwingError } from "#dist/base/errors.js";
import { limits } from "#dist/base/limits.js";
import { createNodeHost } from "#dist/bindings/host/node.js";
import type { ConnectionInfo, Timers } from "#dist/contracts/host.js";
import type { InboundFrame, ReceiveVerdict } from "#dist/contracts/transport.js";
import { formatBearer } from "#dist/transport/http/bearer.js";
import { eventually } from "../../support/eventually.js";
import {
  engine,
  type HttpEndOptions,
  makeHttpEnd,
  makePeer,
  TestAddressBook,
  TestDirectory,
} from "../../support/transport-ends.js";

const url = "http://node.example/edge/inbound";
const loopback: ConnectionInfo = { remoteAddress: "127.0.0.1", secure: false, loopback: true };
const alice = makePeer("alice");
const self = makePeer("self");

async function startEnd(options: HttpEndOptions = {}, verdict: () => ReceiveVerdict = () => "accepted") {
  const frames: InboundFrame[] = [];
  const parts = {
    host: createNodeHost(),
    directory: new TestDirectory().add(alice),
    addressBook: new TestAddressBook(),
  };
  const end = makeHttpEnd(self, parts, { listen: "none", ...options });
  await end.start((frame) => {
    const answer = verdict();
    if (answer === "accepted") frames.push(frame);
    return answer;
  });
  return { end, frames };
}

const native = async (body: Uint8Array, tokenId = String(Math.random())) =>
  formatBearer(alice, Date.now(), { audience: "self", tokenId, bodyHash: engine.sha256(body) });

const post = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request(url, { method: "POST", body, headers, duplex: "half" } as RequestInit);

/** Gives `chunk` again and again, `delayMs` apart, until nobody reads any more. */
function endless(
  chunk: Uint8Array,
  delayMs = 0,
): { stream: ReadableStream<Uint8Array>; ended: () => boolean } {
  let ended = false;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      controller.enqueue(chunk);
    },
    cancel() {
      ended = true;
    },
  });
  return { stream, ended: () => ended };
}

/** Timers that fire `factor` times as fast. */
const fastTimers = (factor: number): Timers => ({
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs / factor);
    return { cancel: () => clearTimeout(timer) };
  },
});

test("a frame with a native token is 202, empty, with the capability header", async (t) => {
  const { end, frames } = await startEnd();
  const body = new Uint8Array([1, 2, 3]);
  const response = await end.fetch(post(body, { authorization: `Bearer ${await native(body)}` }), loopback);
  t.is(response.status, 202);
  t.is(await response.text(), "");
  t.is(response.headers.get("waxwing-capabilities"), "1");
  t.deepEqual(frames, [
    {
      bytes: body,
      transport: "http",
      peerKeyId: "alice",
      attribution: "bearer-native",
      waxwing: true,
      remoteAddress: "127.0.0.1",
    },
  ]);
});

test("a frame without a token passes without a peer key, one of an unknown key too and is counted", async (t) => {
  const { end, frames } = await startEnd();
  const stranger = `Bearer ${await formatBearer(makePeer("stranger"), Date.now())}`;
  t.is((await end.fetch(post("x"), loopback)).status, 202);
  t.is((await end.fetch(post("x", { authorization: stranger }), loopback)).status, 202);
  t.deepEqual(
    frames.map((frame) => ["peerKeyId" in frame, frame.waxwing]),
    [
      [false, false],
      [false, false],
    ],
  );
  t.is(end.counters.framesUnattributed, 2);
  t.is(end.counters.tokensOfUnknownKeys, 1);
});

test("a wrong token is 401 with its code, and the receiver sees nothing", async (t) => {
  const { end, frames } = await startEnd();
  const token = await native(new Uint8Array([1]));
  const response = await end.fetch(post("other body", { authorization: `Bearer ${token}` }), loopback);
  t.is(response.status, 401);
  t.is(response.headers.get("waxwing-error"), "token_body");
  t.is(response.headers.get("waxwing-capabilities"), "1");
  t.is(response.headers.get("www-authenticate"), "Bearer");
  t.is(await response.text(), "");
  t.is(frames.length, 0);
  t.is(end.counters.framesRefused, 1);
  t.deepEqual(end.counters.refusals, { token_body: 1 });
});

test("a wrong token is refused before its body is read", async (t) => {
  const { end } = await startEnd();
  const body = endless(new Uint8Array(1000));
  const response = await end.fetch(post(body.stream, { authorization: "Bearer x" }), loopback);
  t.is(response.status, 401);
});

test("other paths are 404, other methods 405", async (t) => {
  const { end } = await startEnd();
  const status = async (path: string, method: string) =>
    (await end.fetch(new Request(`http://node.example${path}`, { method }), loopback)).status;
  t.is(await status("/", "POST"), 404);
  t.is(await status("/edge/inbound/", "POST"), 404);
  t.is(await status("/edge/inbound", "GET"), 405);
  t.is(await status("/edge/inbound", "PUT"), 405);
  t.is(await status("/edge/inbound?query", "POST"), 202);
});

test("8 MiB pass, one byte more is 413: declared, chunked, or declared smaller than it is", async (t) => {
  const { end, frames } = await startEnd({ rate: false });
  const max = limits.frameBytesMax;
  t.is((await end.fetch(post(new Uint8Array(max)), loopback)).status, 202);
  t.is(frames[0]?.bytes.length, max);
  t.is((await end.fetch(post(new Uint8Array(max + 1)), loopback)).status, 413);
  const declared = post("x", { "content-length": String(max + 1) });
  t.is((await end.fetch(declared, loopback)).status, 413);
  const chunked = endless(new Uint8Array(100_000));
  const response = await end.fetch(post(chunked.stream, { "content-length": "10" }), loopback);
  t.is(response.status, 413);
  t.is(response.headers.get("waxwing-error"), "frame_too_large");
  t.true(chunked.ended());
});

test("a body that comes byte by byte and never ends is 408 after httpBodyMs", async (t) => {
  const host = createNodeHost();
  const { end } = await startEnd({ host: { ...host, timers: fastTimers(200) } });
  const slow = endless(new Uint8Array(1), 5);
  const response = await end.fetch(post(slow.stream), loopback);
  t.is(response.status, 408);
  t.is(response.headers.get("waxwing-error"), "transport_timeout");
  t.is(end.counters.framesReceived, 0);
});

test("a body that breaks off is refused", async (t) => {
  const { end } = await startEnd();
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("reset"));
    },
  });
  const response = await end.fetch(post(broken), loopback);
  t.is(response.headers.get("waxwing-error"), "transport_closed");
  t.is(end.counters.framesReceived, 0);
});

/** Bodies that are held open until they are released, and how many of them are being read. */
function heldBodies() {
  const releases: (() => void)[] = [];
  const held = () =>
    new ReadableStream<Uint8Array>(
      {
        pull: (controller) =>
          new Promise<void>((resolve) => releases.push(() => resolve(controller.close()))),
      },
      { highWaterMark: 0 },
    );
  return {
    held,
    areRead: (count: number) => eventually(`${count} bodies are read`, () => releases.length === count),
    release: () => releases.forEach((release) => void release()),
  };
}

const from = (remoteAddress: string): ConnectionInfo => ({ remoteAddress, secure: false, loopback: false });

test("strangers cannot take every place for bodies: proven peers still get through", async (t) => {
  const { end } = await startEnd({ rate: false });
  const { held, areRead, release } = heldBodies();
  const pending = Array.from({ length: limits.httpUnattributedBodiesMax }, (_, index) =>
    end.fetch(post(held()), from(`192.0.2.${index}`)),
  );
  await areRead(pending.length);
  const refused = await end.fetch(post("x"), from("192.0.2.99"));
  t.is(refused.status, 503);
  t.is(refused.headers.get("retry-after"), "1");
  t.is(refused.headers.get("waxwing-error"), "back_pressure");
  const body = new Uint8Array([120]);
  const proven = await end.fetch(post(body, { authorization: `Bearer ${await native(body)}` }), loopback);
  t.is(proven.status, 202);
  release();
  for (const response of await Promise.all(pending)) t.is(response.status, 202);
  t.is((await end.fetch(post("x"), loopback)).status, 202);
});

test("one peer, and one address, has a share of the places and leaves the others theirs", async (t) => {
  const bob = makePeer("bob");
  const { end } = await startEnd({ rate: false, directory: new TestDirectory().add(alice).add(bob) });
  const { held, areRead, release } = heldBodies();
  const empty = new Uint8Array(0);
  const send = async (peer: typeof alice, body: BodyInit = held()) => {
    const binding = { audience: "self", tokenId: String(Math.random()), bodyHash: engine.sha256(empty) };
    const authorization = `Bearer ${await formatBearer(peer, Date.now(), binding)}`;
    return end.fetch(post(body, { authorization }), loopback);
  };
  const pending = Array.from({ length: limits.httpBodiesPerPeerMax }, () => send(alice));
  const stranger = from("192.0.2.1");
  for (let i = 0; i < limits.httpBodiesPerAddressMax; i++) pending.push(end.fetch(post(held()), stranger));
  await areRead(pending.length);
  t.is((await send(alice, empty)).status, 503);
  t.is((await send(bob, empty)).status, 202);
  t.is((await end.fetch(post("x"), stranger)).status, 503);
  t.is((await end.fetch(post("x"), from("192.0.2.2"))).status, 202);
  release();
  for (const response of await Promise.all(pending)) t.is(response.status, 202);
  t.is((await send(alice, empty)).status, 202);
});

test("a busy receiver is 503 with Retry-After, a closed one and a stopped transport 503", async (t) => {
  let verdict: ReceiveVerdict = "busy";
  const { end } = await startEnd({}, () => verdict);
  const busy = await end.fetch(post("x"), loopback);
  t.is(busy.status, 503);
  t.is(busy.headers.get("retry-after"), "1");
  t.is(busy.headers.get("waxwing-error"), "back_pressure");
  verdict = "closed";
  const closed = await end.fetch(post("x"), loopback);
  t.is(closed.status, 503);
  t.is(closed.headers.get("waxwing-error"), "transport_closed");
  verdict = "accepted";
  await end.stop();
  t.is((await end.fetch(post("x"), loopback)).status, 503);
  t.is(end.counters.framesRefused, 3);
});

test("a fault of this node is an empty 500 and reported, a failing store 503", async (t) => {
  const faults: unknown[] = [];
  const { end } = await startEnd({
    directory: { lookup: () => Promise.reject(new Error("a bug")) },
    onFault: (fault) => faults.push(fault),
  });
  const authorization = `Bearer ${await native(new Uint8Array(0))}`;
  const response = await end.fetch(post("x", { authorization }), loopback);
  t.is(response.status, 500);
  t.is(await response.text(), "");
  t.is((faults[0] as Error).message, "a bug");

  const failing = { lookup: () => Promise.reject(new WaxwingError("store_unavailable", "closed")) };
  const { end: other } = await startEnd({ directory: failing });
  const refused = await other.fetch(post("x", { authorization }), loopback);
  t.is(refused.status, 503);
  t.is(refused.headers.get("waxwing-error"), "store_unavailable");
});

test("createHttpTransport() refuses an option that it does not know", (t) => {
  t.throws(() => createHttpTransport({ alowPlainStock: true } as never), {
    instanceOf: TypeError,
    message: /alowPlainStock/,
  });
});

test("start() twice is a caller's mistake, after stop() it is transport_closed", async (t) => {
  const { end } = await startEnd();
  await t.throwsAsync(
    end.start(() => "accepted"),
    { instanceOf: TypeError },
  );
  await end.stop();
  const error = await t.throwsAsync(end.start(() => "accepted"));
  t.is((error as { code?: string }).code, "transport_closed");
});
