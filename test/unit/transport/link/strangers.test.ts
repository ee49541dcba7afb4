/** What somebody who is nobody can do to a native link: nothing that lasts, and nothing in another's name. */
import test from "ava";
import { SeededRandom } from "waxwing/testing";
import { limits } from "#dist/base/limits.js";
import { decodeInit, packetType } from "#dist/transport/link/wire.js";
import { End, makeLinkKeys, RawPeer, rawMessage, talk } from "../../../support/link-endpoints.js";

const alice = makeLinkKeys("alice");
const bob = makeLinkKeys("bob");
const carol = makeLinkKeys("carol");
const mallory = makeLinkKeys("mallory");

const frame = (length = 10, seed = 1) => Uint8Array.from({ length }, (_, i) => i * seed);
const ends = (options = {}) => ({
  a: new End(alice, new SeededRandom("a"), options),
  b: new End(bob, new SeededRandom("b"), options),
});
const attacker = (keys = mallory) => new RawPeer(keys, new SeededRandom("m"));

test("an impostor that answers first delays a frame to the peer, and does not stop it", (t) => {
  const { a, b } = ends();
  const m = attacker();
  const sendId = a.send(bob.keyId, frame(), 0);
  const [init] = a.take(0);
  const answer = m.reply(init!.bytes, bob.keyId)!;
  a.packet(answer.packet, "m", 0);
  const [finish] = a.take(0);
  const { session } = m.finished(answer, init!.bytes, finish!.bytes)!;
  // It even shows bob's keys, which are no secret, but not those that it signed with.
  const content = rawMessage(1, new Uint8Array([...bob.publicKeys.ed25519, ...bob.publicKeys.mlDsa65]));
  a.packet(
    session.seal([
      {
        type: "piece",
        message: 0,
        total: content.length,
        offset: 0,
        bytes: content.subarray(0, 1000),
      },
    ]),
    "m",
    0,
  );
  a.packet(
    session.seal([
      { type: "piece", message: 0, total: content.length, offset: 1000, bytes: content.subarray(1000) },
    ]),
    "m",
    0,
  );
  t.deepEqual(a.refused, [bob.keyId]);
  t.false(a.outcomes.has(sendId));
  talk({ a, b }, 1000);
  t.is(a.outcomes.get(sendId)?.status, "delivered");
  t.is(b.frames.length, 1);
});

test("an initiator that knows the peer's key tells an impostor not even who it is", (t) => {
  const { a, b } = ends({
    standing: (keyId: string) => (keyId === bob.keyId ? bob.publicKeys.ed25519 : "unknown"),
  });
  const m = attacker();
  const sendId = a.send(bob.keyId, frame(), 0);
  const [init] = a.take(0);
  a.packet(m.reply(init!.bytes, bob.keyId)!.packet, "m", 0);
  t.deepEqual(a.take(0), []);
  t.is(a.endpoint.holdings.sessions, 0);
  b.packet(init!.bytes, "a", 0);
  talk({ a, b }, 0);
  t.is(a.outcomes.get(sendId)?.status, "delivered");
});

test("a REPLY under another key id than was asked for is nothing", (t) => {
  const { a } = ends();
  a.send(bob.keyId, frame(), 0);
  const [init] = a.take(0);
  a.packet(attacker().reply(init!.bytes)!.packet, "m", 0);
  t.deepEqual(a.take(0), []);
  t.is(a.endpoint.counters.packetsIgnored, 1);
});

test("claims of a peer's key id neither end its session nor move where it is looked for", (t) => {
  const { a, b } = ends();
  a.send(bob.keyId, frame(), 0);
  for (let atMs = 0; atMs < 100; atMs += 10) talk({ a, b }, atMs);
  const m = attacker();
  for (let i = 0; i < 6; i++) {
    const session = m.connect(b, i * 200, { claim: alice.keyId })!;
    b.packet(session.seal([{ type: "close", reason: "unauthorized" }]), "m", i * 200);
  }
  // It knew alice's key from then on, and says so.
  t.is(b.refused.length, 6);
  b.take(2000);
  const waiting = b.send(alice.keyId, frame(), 2000);
  const said = talk({ a, b }, 2000);
  t.true(said.length > 0);
  t.false(said.some(({ to }) => to === "m"));
  t.is(b.outcomes.get(waiting)?.status, "delivered");
  t.is(b.endpoint.counters.handshakes, 7);
});

test("a stranger's close settles nobody's frames", (t) => {
  const { a } = ends();
  const m = attacker();
  const sendId = a.send(bob.keyId, frame(), 0);
  const [init] = a.take(0);
  const answer = m.reply(init!.bytes, bob.keyId)!;
  a.packet(answer.packet, "m", 0);
  const { session } = m.finished(answer, init!.bytes, a.take(0)[0]!.bytes)!;
  a.packet(session.seal([{ type: "close", reason: "stopped" }]), "m", 0);
  t.false(a.outcomes.has(sendId));
});

test("frames of a session whose peer is not proven are not taken, nor memory for them", (t) => {
  const { b } = ends();
  const session = attacker().connect(b, 0, { claim: alice.keyId })!;
  const content = rawMessage(0, frame(100));
  b.packet(
    session.seal([{ type: "piece", message: 0, total: content.length, offset: 0, bytes: content }]),
    "m",
    0,
  );
  b.packet(
    session.seal([{ type: "piece", message: 1, total: 8_000_000, offset: 0, bytes: frame(10) }]),
    "m",
    0,
  );
  t.deepEqual(b.frames, []);
  t.is(b.endpoint.holdings.incomingBytes, 0);
  const items = b.take(0).flatMap(({ bytes }) => session.open(bytes) ?? []);
  const outcomes = items.filter(({ type }) => type === "outcome");
  t.like(outcomes, [
    { message: 0, outcome: "closed" },
    { message: 1, outcome: "too_large" },
  ]);
});

test("strangers' handshakes cost a bounded number a second, an address a part of them", (t) => {
  const { b } = ends();
  const m = attacker();
  const inits = Array.from({ length: 12 }, () => m.open(bob.keyId).packet);
  for (const init of inits) b.packet(init, "m", 0);
  t.is(b.endpoint.holdings.halfOpen, limits.linkHandshakesPerAddress);
  for (let i = 0; i < 60; i++) b.packet(inits[i % 12]!, `other ${i}`, 0);
  t.is(b.endpoint.holdings.halfOpen, limits.linkHandshakesPerSecond);
  b.packet(m.open(bob.keyId).packet, "m", 1000);
  t.is(b.endpoint.holdings.halfOpen, limits.linkHandshakesPerSecond + 1);
});

test("a flood of half-open handshakes makes room at the cost of who makes it", (t) => {
  const { a, b } = ends();
  const m = attacker();
  a.send(bob.keyId, frame(), 0);
  const [init] = a.take(0);
  b.packet(init!.bytes, "a", 0);
  const [reply] = b.take(0);
  for (let i = 0; i < 80; i++) b.packet(m.open(bob.keyId).packet, "m", i * 200);
  t.is(b.endpoint.holdings.halfOpen, limits.linkHalfOpenMax);
  a.packet(reply!.bytes, "b", 16_000);
  talk({ a, b }, 16_000);
  t.is(b.frames.length, 1);
});

test("unproven sessions have places of their own, and end by themselves", (t) => {
  const { a, b } = ends();
  a.send(bob.keyId, frame(), 0);
  talk({ a, b }, 0);
  const m = attacker();
  for (let i = 0; i < limits.linkCandidatesMax + 10; i++)
    m.connect(b, 1000 + i * 130, { claim: carol.keyId });
  t.is(b.endpoint.holdings.sessions, limits.linkCandidatesMax + 1);
  for (let atMs = 20_000; atMs < 60_000; atMs += 500) talk({ a, b }, atMs);
  t.is(b.endpoint.holdings.sessions, 1);
  t.is(b.endpoint.holdings.peers, 1);
  t.is(b.endpoint.holdings.halfOpen, 0);
});

test("another INIT under an honest one's number does not get in its way", (t) => {
  const { a, b } = ends();
  const m = attacker();
  a.send(bob.keyId, frame(), 0);
  const [init] = a.take(0);
  const other = m.open(bob.keyId).packet;
  other.set(init!.bytes.subarray(1, 5), 1);
  t.is(decodeInit(other)!.session, decodeInit(init!.bytes)!.session);
  b.packet(other, "a", 0);
  b.packet(init!.bytes, "a", 0);
  talk({ a, b }, 0);
  t.is(b.frames.length, 1);
});

test("keys that are shown once prove every session that claims them, now and later", (t) => {
  const { a, b } = ends();
  const bytes = (packets: readonly { bytes: Uint8Array }[]) =>
    packets.reduce((sum, packet) => sum + packet.bytes.length, 0);
  // Both open a session at once; each shows its keys once, of 2 KB.
  a.send(bob.keyId, frame(), 0);
  b.send(alice.keyId, frame(), 0);
  const first = talk({ a, b }, 0);
  t.deepEqual([a.frames.length, b.frames.length], [1, 1]);
  t.is(a.endpoint.holdings.sessions, 2);
  t.true(bytes(first) < 2 * (1238 + 1310 + 186) + 2 * 1993 + 1500, `${bytes(first)} bytes`);
  for (let atMs = 0; atMs < 7_300_000; atMs += 100_000) talk({ a, b }, atMs);
  t.is(a.endpoint.holdings.sessions, 0);
  a.send(bob.keyId, frame(), 7_300_000);
  const again = talk({ a, b }, 7_300_000);
  t.is(b.frames.length, 2);
  t.true(bytes(again) < 1238 + 1310 + 186 + 500, `${bytes(again)} bytes`);
});

test("packets that are played back, to either end, do nothing", (t) => {
  const { a, b } = ends();
  a.send(bob.keyId, frame(3000), 0);
  b.send(alice.keyId, frame(3000), 0);
  const said = talk({ a, b }, 0);
  for (let atMs = 0; atMs < 100; atMs += 10) talk({ a, b }, atMs);
  const kept = ({ endpoint }: End) => ({ ...endpoint.holdings, activeSessions: undefined });
  const before = { a: kept(a), b: kept(b) };
  const data = said.filter(({ bytes }) => bytes[0] === packetType.sealed);
  const handshakes = said.filter(({ bytes }) => bytes[0] !== packetType.sealed);
  const { handshakes: agreed } = a.endpoint.counters;
  for (const { bytes } of data) {
    a.packet(bytes, "b", 100);
    b.packet(bytes, "a", 100);
    b.packet(bytes, "elsewhere", 100);
  }
  t.is(a.frames.length + b.frames.length, 2);
  t.deepEqual(kept(a), before.a);
  t.deepEqual(kept(b), before.b);
  for (const { bytes } of handshakes) {
    a.packet(bytes, "b", 2000);
    b.packet(bytes, "a", 2000);
  }
  talk({ a, b }, 2000);
  t.is(a.endpoint.counters.handshakes, agreed);
  t.is(agreed, 2);
  for (let atMs = 2000; atMs < 40_000; atMs += 1000) talk({ a, b }, atMs);
  t.deepEqual(kept(a), before.a);
  t.deepEqual(kept(b), before.b);
});

test("an end's own packets, thrown back at it, do nothing", (t) => {
  const { a, b } = ends();
  const sendId = a.send(bob.keyId, frame(3000), 0);
  for (let round = 0; round < 40; round++) {
    for (const { bytes } of a.take(round)) {
      a.packet(bytes, "b", round);
      b.packet(bytes, "a", round);
    }
    for (const { bytes } of b.take(round)) {
      b.packet(bytes, "a", round);
      a.packet(bytes, "b", round);
    }
  }
  t.is(a.outcomes.get(sendId)?.status, "delivered");
  t.deepEqual([a.frames.length, b.frames.length], [0, 1]);
});

test("nobody sends to itself", (t) => {
  const { a } = ends();
  const sendId = a.send(alice.keyId, frame(), 0);
  t.like(a.outcomes.get(sendId), { status: "failed", reason: "no_route" });
  t.deepEqual(a.take(0), []);
});

test("a handshake whose mode somebody changed on the way leads to nothing", (t) => {
  for (const readable of [false, true]) {
    const a = new End(alice, new SeededRandom("a"), { readable });
    const b = new End(bob, new SeededRandom("b"), { readable: !readable });
    const sendId = a.send(bob.keyId, frame(), 0);
    for (let round = 0; round < 4; round++) {
      for (const { bytes } of a.take(round)) {
        const changed = bytes.slice();
        if (bytes[0] === packetType.init) changed[21] = changed[21]! ^ 1;
        b.packet(changed, "a", round);
      }
      for (const { bytes } of b.take(round)) a.packet(bytes, "b", round);
    }
    t.false(a.outcomes.has(sendId));
    t.is(a.endpoint.counters.handshakes + b.endpoint.counters.handshakes, 0);
  }
});

test("a late packet does not say where the peer is now", (t) => {
  const { a, b } = ends();
  a.send(bob.keyId, frame(), 0);
  talk({ a, b }, 0);
  a.send(bob.keyId, frame(2000), 10);
  const [first, second] = a.take(10);
  b.packet(second!.bytes, "a", 10);
  b.packet(first!.bytes, "held back, and played from here", 10);
  t.deepEqual([...new Set(b.take(10).map(({ to }) => to))], ["a"]);
});

test("signatures and look-ups that fail open nothing, and leave nothing behind", (t) => {
  for (const broken of [{ cannotSign: true }, { standing: () => undefined }]) {
    const a = new End(alice, new SeededRandom("a"));
    const b = new End(bob, new SeededRandom("b"), broken);
    const sendId = a.send(bob.keyId, frame(), 0);
    for (let atMs = 0; atMs < 70_000; atMs += 250) talk({ a, b }, atMs);
    t.is(a.outcomes.get(sendId)?.status, "failed");
    t.deepEqual(b.frames, []);
    for (const { endpoint } of [a, b]) {
      const { peers, ...rest } = endpoint.holdings;
      t.true(peers <= 1);
      t.deepEqual([...new Set(Object.values(rest))], [0]);
    }
  }
});
