/** What a peer with keys of its own can do to a native link: cost itself its session, and nobody else anything. */
import test from "ava";
import { SeededRandom } from "waxwing/testing";
import { concatBytes } from "#dist/base/bytes.js";
import { limits } from "#dist/base/limits.js";
import type { LinkItem } from "#dist/transport/link/wire.js";
import {
  End,
  type EndOptions,
  type LinkKeys,
  makeLinkKeys,
  RawPeer,
  type RawSession,
  rawMessage,
  talk,
} from "../../../support/link-endpoints.js";

const alice = makeLinkKeys("alice");
const bob = makeLinkKeys("bob");
const mallory = makeLinkKeys("mallory");

const pattern = (length: number, seed = 1) => Uint8Array.from({ length }, (_, i) => i * seed);
const known = ({ keyId, publicKeys }: LinkKeys) => ({
  standing: (asked: string) => (asked === keyId ? publicKeys.ed25519 : "unknown") as Uint8Array | "unknown",
});
const bobs = (options: EndOptions = {}) =>
  new End(bob, new SeededRandom("b"), { ...known(mallory), ...options });
const proven = (b: End, nowMs = 0): RawSession => {
  const session = new RawPeer(mallory, new SeededRandom("m")).connect(b, nowMs)!;
  b.packet(session.seal([{ type: "ready" }]), "m", nowMs);
  return session;
};
const piece = (message: number, content: Uint8Array, offset = 0, end = content.length): LinkItem => ({
  type: "piece",
  message,
  total: content.length,
  offset,
  bytes: content.subarray(offset, end),
});
const itemsOf = (b: End, session: RawSession, nowMs: number) =>
  b.take(nowMs).flatMap(({ bytes }) => session.open(bytes) ?? []);

test("keys are shown once a session, however often they are asked for", (t) => {
  const b = bobs();
  const session = proven(b);
  b.take(0);
  for (let i = 0; i < 20; i++)
    b.packet(session.seal(Array.from({ length: 200 }, () => ({ type: "askKeys" }) as const)), "m", i);
  const bytes = b.take(20).reduce((sum, packet) => sum + packet.bytes.length, 0);
  t.true(bytes < 3000, `${bytes} bytes`);
});

test("a packet of more items than may be is as malformed", (t) => {
  const b = bobs();
  const session = proven(b);
  const pings = (length: number) => Array.from({ length }, () => ({ type: "ping" }) as const);
  const content = rawMessage(0, pattern(5));
  b.packet(session.seal([...pings(limits.linkItemsMax), piece(0, content)]), "m", 0);
  t.deepEqual(b.frames, []);
  b.packet(session.seal([...pings(limits.linkItemsMax - 1), piece(0, content)]), "m", 0);
  t.is(b.frames.length, 1);
});

test("who makes us say much and acknowledges nothing loses the session", (t) => {
  const b = bobs();
  const session = proven(b);
  for (let i = 0; i < limits.linkControlsMax + 10; i++) {
    b.packet(session.seal([{ type: "piece", message: i, total: 1, offset: 0, bytes: pattern(1) }]), "m", i);
    b.take(i);
  }
  t.is(b.endpoint.holdings.sessions, 0);
});

test("an honest peer may have any number of messages refused", (t) => {
  const b = bobs();
  const session = proven(b);
  for (let i = 0; i < 2 * limits.linkControlsMax; i++) {
    b.packet(session.seal([{ type: "piece", message: i, total: 1, offset: 0, bytes: pattern(1) }]), "m", i);
    b.take(i);
    const ranges = [{ first: 0, last: i }];
    b.packet(session.seal([{ type: "ack", delayMs: 0, ranges }]), "m", i);
  }
  t.is(b.endpoint.holdings.sessions, 1);
});

test("a message that is never finished is forgotten, and a session that holds one and falls silent ends", (t) => {
  const b = bobs();
  const session = proven(b);
  const content = rawMessage(0, pattern(100_000));
  b.packet(session.seal([piece(0, content, 0, 1000)]), "m", 0);
  t.is(b.endpoint.holdings.incomingBytes, content.length);
  // It goes on talking, only not of that.
  let given: LinkItem[] = [];
  for (let atMs = 0; atMs <= 61_000; atMs += 1000) {
    b.packet(session.seal([{ type: "ping" }]), "m", atMs);
    given = [...given, ...itemsOf(b, session, atMs)];
  }
  t.is(b.endpoint.holdings.incomingBytes, 0);
  t.true(given.some((item) => item.type === "outcome" && item.message === 0 && item.outcome === "busy"));
  b.packet(session.seal([piece(1, content, 0, 1000)]), "m", 62_000);
  for (let atMs = 62_000; atMs <= 93_000; atMs += 1000) b.take(atMs);
  t.is(b.endpoint.holdings.incomingBytes, 0);
  t.is(b.endpoint.holdings.sessions, 0);
});

test("who holds most of the memory for unfinished messages makes room for who holds less", (t) => {
  const strangers = Array.from({ length: 5 }, (_, i) => makeLinkKeys(`stranger ${i}`));
  const all = new Map([...strangers, mallory].map(({ keyId, publicKeys }) => [keyId, publicKeys.ed25519]));
  const b = bobs({ standing: (keyId) => all.get(keyId) ?? "unknown" });
  const big = new Uint8Array(limits.frameBytesMax);
  const content = rawMessage(0, big);
  for (const [i, keys] of strangers.entries()) {
    const session = new RawPeer(keys, new SeededRandom(`m${i}`)).connect(b, i, { address: `m${i}` })!;
    for (const message of [0, 1]) b.packet(session.seal([piece(message, content, 0, 100)]), `m${i}`, i);
  }
  t.true(b.endpoint.holdings.incomingBytes > limits.linkPartialBytesTotalMax / 2);
  const session = proven(b, 1000);
  const frame = rawMessage(0, pattern(900_000));
  for (let at = 0; at < frame.length; at += 1000)
    b.packet(session.seal([piece(7, frame, at, Math.min(frame.length, at + 1000))]), "m", 1000);
  t.is(b.frames.length, 1);
  t.true(b.endpoint.holdings.incomingBytes <= limits.linkPartialBytesTotalMax);
});

test("a message in too many parts apart from each other is refused", (t) => {
  const b = bobs();
  const session = proven(b);
  const content = rawMessage(0, pattern(20_000));
  for (let i = 0; i <= limits.linkPartsApartMax; i++)
    b.packet(session.seal([piece(0, content, 2 * i, 2 * i + 1)]), "m", 0);
  t.is(b.endpoint.holdings.incomingBytes, 0);
  t.true(itemsOf(b, session, 0).some((item) => item.type === "outcome" && item.outcome === "busy"));
});

test("a peer that acknowledges and never answers costs the frame its silence, not for ever", (t) => {
  const b = bobs();
  const session = proven(b);
  const sendId = b.send(mallory.keyId, pattern(100), 0);
  let atMs = 0;
  let counter = -1;
  for (; atMs < 60_000 && !b.outcomes.has(sendId); atMs += 500) {
    for (const { bytes } of b.take(atMs)) if (session.open(bytes)) counter++;
    const ranges = [{ first: 0, last: counter }];
    b.packet(session.seal([{ type: "ack", delayMs: 0, ranges }, { type: "ping" }]), "m", atMs);
  }
  t.like(b.outcomes.get(sendId), { status: "failed", reason: "timeout" });
  t.true(atMs >= 30_000 && atMs <= 31_000, `${atMs} ms`);
  t.is(b.endpoint.holdings.sessions, 1);
});

test("a peer that talks and acknowledges nothing, likewise", (t) => {
  const b = bobs();
  const session = proven(b);
  const sendId = b.send(mallory.keyId, pattern(5000), 0);
  let atMs = 0;
  for (; atMs < 60_000 && !b.outcomes.has(sendId); atMs += 500) {
    b.take(atMs);
    b.packet(session.seal([{ type: "ping" }]), "m", atMs);
  }
  t.like(b.outcomes.get(sendId), { status: "failed", reason: "timeout" });
});

test("a peer that ends every session is tried ever less often, and given up", (t) => {
  const b = bobs();
  const m = new RawPeer(mallory, new SeededRandom("m"));
  const sendId = b.send(mallory.keyId, pattern(100), 0);
  let atMs = 0;
  for (; atMs < 600_000 && !b.outcomes.has(sendId); atMs += 100)
    for (const { bytes } of b.take(atMs)) {
      const answer = m.reply(bytes);
      if (!answer) continue;
      b.packet(answer.packet, "m", atMs);
      for (const packet of b.take(atMs)) {
        const won = m.finished(answer, bytes, packet.bytes);
        if (!won) continue;
        b.packet(won.session.seal([{ type: "ready" }]), "m", atMs);
        b.packet(won.session.seal([{ type: "close", reason: "superseded" }]), "m", atMs);
      }
    }
  t.like(b.outcomes.get(sendId), { status: "failed", reason: "unreachable" });
  t.is(b.endpoint.counters.handshakes, limits.linkMovesMax + 1);
  t.true(atMs > 30_000, `${atMs} ms`);
});

test("frames that no session takes, or that a slow one takes slowly, are bounded in number and bytes", (t) => {
  for (const isUp of [false, true]) {
    const b = bobs();
    if (isUp) proven(b);
    const sends = Array.from({ length: limits.linkSendsMax + 1 }, () =>
      b.send(mallory.keyId, pattern(10), 0),
    );
    t.like(b.outcomes.get(sends.at(-1)!), { status: "rejected", reason: "busy" });
    t.is(b.outcomes.size, 1);
    const c = bobs();
    if (isUp) proven(c);
    const large = new Uint8Array(limits.frameBytesMax);
    const three = [1, 2, 3].map(() => c.send(mallory.keyId, large, 0));
    t.like(c.outcomes.get(three[2]!), { status: "rejected", reason: "busy" });
    t.is(c.outcomes.size, 1);
  }
});

test("an acknowledgement of what was never sent is not believed, and one of much costs little", (t) => {
  const b = bobs();
  const session = proven(b);
  const sendId = b.send(mallory.keyId, pattern(100_000), 0);
  b.take(0);
  b.packet(session.seal([{ type: "ack", delayMs: 0, ranges: [{ first: 0, last: 2 ** 47 }] }]), "m", 0);
  t.deepEqual(b.take(0), []);
  t.false(b.outcomes.has(sendId));
  t.is(b.endpoint.holdings.sessions, 1);
});

test("a key that is revoked while its session is in use ends the session", (t) => {
  let standing: Uint8Array | "refused" = mallory.publicKeys.ed25519;
  const b = bobs({ standing: () => standing });
  const session = proven(b);
  const say = (message: number, atMs: number) =>
    b.packet(session.seal([piece(message, rawMessage(0, pattern(5), message))]), "m", atMs);
  say(0, 1000);
  standing = "refused";
  say(1, 2000);
  t.is(b.frames.length, 2);
  say(2, limits.linkRecheckMs + 1000);
  const items = itemsOf(b, session, limits.linkRecheckMs + 1000);
  t.deepEqual(items.at(-1), { type: "close", reason: "unauthorized" });
  t.is(b.endpoint.holdings.sessions, 0);
});

test("keys change after an hour; a session is over after two in any case", (t) => {
  const a = new End(alice, new SeededRandom("a"));
  const b = new End(bob, new SeededRandom("b"));
  const talkUntil = (fromMs: number, untilMs: number, stepMs: number) => {
    for (let atMs = fromMs; atMs <= untilMs; atMs += stepMs) talk({ a, b }, atMs);
  };
  a.send(bob.keyId, pattern(10), 0);
  talkUntil(0, 200, 20);
  t.is(a.endpoint.counters.handshakes, 1);
  const hour = limits.linkSessionMsMax;
  const again = a.send(bob.keyId, pattern(10), hour);
  talkUntil(hour, hour + 200, 20);
  t.is(a.outcomes.get(again)?.status, "delivered");
  t.is(a.endpoint.counters.handshakes, 2);
  talkUntil(hour + 1000, hour + 70_000, 1000);
  t.is(a.endpoint.holdings.sessions, 1, "the old one is over soon after");
  t.is(b.endpoint.holdings.sessions, 1);
  talkUntil(3 * hour, 3 * hour + 1000, 500);
  t.is(a.endpoint.holdings.sessions, 0);
  t.is(b.endpoint.holdings.sessions, 0);
});

test("the same frame over two sessions is delivered once, and both are answered", (t) => {
  const b = bobs();
  const first = proven(b, 0);
  const second = new RawPeer(mallory, new SeededRandom("m2")).connect(b, 1000)!;
  const content = rawMessage(0, pattern(50));
  b.packet(first.seal([piece(0, content)]), "m", 1000);
  b.packet(second.seal([piece(5, content)]), "m", 1000);
  b.packet(second.seal([piece(6, concatBytes(content.subarray(0, 9), pattern(3)))]), "m", 1000);
  t.is(b.frames.length, 1);
  const packets = b.take(1000);
  const outcomes = [first, second].map((session) =>
    packets.flatMap(({ bytes }) => (session.open(bytes) ?? []).filter(({ type }) => type === "outcome")),
  );
  t.like(outcomes[0], [{ message: 0, outcome: "accepted" }]);
  t.like(outcomes[1], [
    { message: 5, outcome: "accepted" },
    { message: 6, outcome: "accepted" },
  ]);
});

test("a wire that goes away during a handshake keeps nobody busy", (t) => {
  const b = bobs();
  const m = new RawPeer(mallory, new SeededRandom("m"));
  b.send(mallory.keyId, pattern(10), 0);
  const [init] = b.take(0);
  b.packet(m.reply(init!.bytes)!.packet, "m", 0);
  b.take(0);
  b.endpoint.wireIsDown();
  let wakes = 0;
  for (let atMs = 0; atMs < 20_000; wakes++) {
    const next = b.endpoint.timeoutAtMs ?? Number.POSITIVE_INFINITY;
    if (next > 20_000) break;
    t.true(next > atMs || wakes === 0, `at ${atMs} it wants to wake at ${next}`);
    atMs = Math.max(atMs, next);
    b.take(atMs);
  }
  t.true(wakes < 20, `${wakes} times`);
});

test("a connection that ends under a frame is opened anew, over which the frame goes", (t) => {
  const properties = { reliable: true, isPerAddress: true, packetBytesMax: 65_536 };
  const a = new End(alice, new SeededRandom("a"), { properties });
  const b = new End(bob, new SeededRandom("b"), { properties });
  a.send(bob.keyId, pattern(10), 0, "b");
  talk({ a, b }, 0);
  const sendId = a.send(bob.keyId, pattern(200_000), 0, "b");
  const lost = a.take(0);
  t.true(lost.length > 2);
  a.endpoint.gone("b", 10);
  b.endpoint.gone("a", 10);
  talk({ a, b }, 10);
  t.is(a.outcomes.get(sendId)?.status, "delivered");
  t.is(b.frames.length, 2);
});

test("on a reliable medium a session stays on its connection", (t) => {
  const properties = { reliable: true, isPerAddress: true, packetBytesMax: 65_536 };
  const b = bobs({ properties });
  const session = proven(b);
  const packet = session.seal([piece(0, rawMessage(0, pattern(5)))]);
  b.packet(packet, "another connection", 0);
  t.deepEqual(b.frames, []);
  b.packet(packet, "m", 0);
  t.is(b.frames.length, 1);
});

test("a large frame over a slow connection takes longer than the silence, and arrives", (t) => {
  const properties = { reliable: true, isPerAddress: true, packetBytesMax: 65_536 };
  const a = new End(alice, new SeededRandom("a"), { properties });
  const b = new End(bob, new SeededRandom("b"), { properties });
  const sendId = a.send(bob.keyId, pattern(2_000_000), 0, "b");
  const wire: Uint8Array[] = [];
  // The connection takes one packet in three seconds.
  for (let atMs = 0; atMs < 200_000 && !a.outcomes.has(sendId); atMs += 3000) {
    for (const { bytes } of a.take(atMs, 1)) wire.push(bytes);
    const next = wire.shift();
    if (next) b.packet(next, "a", atMs);
    for (const { bytes } of b.take(atMs)) a.packet(bytes, "b", atMs);
  }
  t.is(a.outcomes.get(sendId)?.status, "delivered");
});
