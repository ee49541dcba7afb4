/** Native links in virtual time: what a bad wire, a restart, a stranger and a pulled cable do to frames. */
import test from "ava";
import type { FrameReceiver, InboundFrame, SendOutcome } from "#dist/contracts/transport.js";
import { type LinkWorldOptions, makeLinkIdentity, makeLinkWorld } from "../../../support/link-ends.js";

const alice = makeLinkIdentity(1);
const bob = makeLinkIdentity(2);

async function start(options: LinkWorldOptions = {}) {
  const world = makeLinkWorld(options);
  const a = world.end("a", alice);
  const b = world.end("b", bob);
  const atA: InboundFrame[] = [];
  const atB: InboundFrame[] = [];
  await a.start(keepIn(atA));
  await b.start(keepIn(atB));
  return { ...world, world, a, b, atA, atB };
}

const keepIn =
  (frames: InboundFrame[]): FrameReceiver =>
  (frame) => {
    frames.push(frame);
    return "accepted";
  };

const pattern = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 7 + (i >> 8)) & 0xff);

test("a frame arrives under the proven key of its sender, who is told", async (t) => {
  const { a, atB, advance } = await start();
  const outcome = a.send(bob.keyId, pattern(50_000, 1));
  await advance(2000);
  t.deepEqual(await outcome, { status: "delivered", waxwing: 1 });
  t.is(atB.length, 1);
  t.is(atB[0]!.peerKeyId, alice.keyId);
  t.is(atB[0]!.attribution, "link");
  t.deepEqual(atB[0]!.bytes, pattern(50_000, 1));
});

for (const readable of [false, true])
  test(`frames both ways survive loss, repetition, reorder and damage, once each${readable ? ", readable" : ""}`, async (t) => {
    const faults = { loss: 0.1, repetition: 0.1, reorder: 0.2, damage: 0.05 };
    const { a, b, atA, atB, advance } = await start({ seed: 3, readable, ...faults });
    const count = 30;
    const sends = Array.from({ length: count }, (_, i) => [
      a.send(bob.keyId, pattern(1 + i * 977, i)),
      b.send(alice.keyId, pattern(2 + i * 499, i)),
    ]).flat();
    await advance(120_000);
    for (const outcome of await Promise.all(sends)) t.is(outcome.status, "delivered");
    const lengths = (frames: InboundFrame[]) => frames.map(({ bytes }) => bytes.length).sort((x, y) => x - y);
    t.deepEqual(
      lengths(atB),
      Array.from({ length: count }, (_, i) => 1 + i * 977),
    );
    t.deepEqual(
      lengths(atA),
      Array.from({ length: count }, (_, i) => 2 + i * 499),
    );
    for (const { bytes } of atB) t.deepEqual(bytes, pattern(bytes.length, (bytes.length - 1) / 977));
    t.true(a.counters.packetsLost > 0, "what was lost is counted");
  });

test("a 1 200 baud wire carries 8 KB without sending it twice, in packets of 128 bytes", async (t) => {
  const { a, atB, advance } = await start({ rateBitsPerSecond: 1200, packetBytesMax: 128 });
  const outcome = a.send(bob.keyId, pattern(8000, 1));
  await advance(300_000);
  t.is((await outcome).status, "delivered");
  t.is(atB.length, 1);
  // The frame, two handshake packets and the keys of a, each with a third for heads; not twice the frame.
  const { wireBytesSent } = a.counters.medium;
  t.true(wireBytesSent < 1.5 * (8000 + 1240 + 160 + 1990), `${wireBytesSent} bytes`);
  t.is(a.counters.packetsLost, 0);
});

test("a pulled cable delays a frame, and loses nothing", async (t) => {
  const { a, atB, advance, segment } = await start({ rateBitsPerSecond: 115_200, packetBytesMax: 1400 });
  const outcome = a.send(bob.keyId, pattern(60_000, 1));
  await advance(2500);
  segment.pull("b");
  await advance(5000);
  t.is(atB.length, 0);
  segment.plug("b");
  await advance(20_000);
  t.is((await outcome).status, "delivered");
  t.deepEqual(atB[0]!.bytes, pattern(60_000, 1));
});

test("a peer that starts anew is reached again", async (t) => {
  const { world, a, b, advance } = await start();
  const first = a.send(bob.keyId, pattern(100, 1));
  await advance(2000);
  t.is((await first).status, "delivered");
  await b.stop();
  await advance(1000);
  const again = world.end("b", bob);
  const frames: InboundFrame[] = [];
  await again.start(keepIn(frames));
  const second = a.send(bob.keyId, pattern(200, 2));
  await advance(40_000);
  t.is((await second).status, "delivered");
  t.is(frames.length, 1);
});

test("a peer that died without a word and came back gets what was under way, once", async (t) => {
  const { world, a, advance, segment } = await start({ rateBitsPerSecond: 115_200 });
  const outcome = a.send(bob.keyId, pattern(100_000, 1));
  await advance(4000);
  segment.pull("b"); // as a process that was killed: its end hears and says nothing any more
  const frames: InboundFrame[] = [];
  const again = world.end("b", bob);
  await again.start(keepIn(frames));
  await advance(60_000);
  t.is((await outcome).status, "delivered");
  t.is(frames.length, 1);
});

test("an absent peer is given up after the silence, an unknown one at once", async (t) => {
  const { a, advance } = await start();
  const absent = a.send("somebody", pattern(10, 1));
  const nobody = a.send("nobody", pattern(10, 1));
  await advance(31_000);
  t.like(await absent, { status: "failed", reason: "unreachable" });
  t.like(await nobody, { status: "failed", reason: "no_route" });
});

test("a foreign key id is believed when the directory knows its key, and refused otherwise", async (t) => {
  const carol = makeLinkIdentity(3, "carol");
  const { world, a, advance } = await start();
  const c = world.end("c", carol);
  await c.start(() => "accepted");
  const stranger = a.send("carol", pattern(10, 1));
  await advance(5000);
  t.like(await stranger, { status: "rejected", reason: "unauthorized" });
  world.know(carol, "pinned");
  const known = a.send("carol", pattern(10, 1));
  await advance(5000);
  t.is((await known).status, "delivered");
});

test("a revoked key and a key id that stands for other keys are refused", async (t) => {
  const { world, a, advance } = await start();
  world.know(bob, "revoked");
  const revoked = a.send(bob.keyId, pattern(10, 1));
  await advance(3000);
  t.like(await revoked, { status: "rejected", reason: "unauthorized" });
  world.know({ ...bob, publicKeys: alice.publicKeys });
  // Anybody could answer under other keys: the peer itself has until the silence to do so.
  const other = a.send(bob.keyId, pattern(10, 1));
  await advance(31_000);
  t.like(await other, { status: "rejected", reason: "unauthorized" });
});

test("a readable end and a confidential one do not talk, and count it", async (t) => {
  const world = makeLinkWorld();
  const a = world.end("a", alice, true);
  const b = world.end("b", bob, false);
  await a.start(() => "accepted");
  await b.start(() => "accepted");
  t.false(a.link.confidential);
  t.true(b.link.confidential);
  const outcome = a.send(bob.keyId, pattern(10, 1));
  await world.advance(31_000);
  t.like(await outcome, { status: "failed", reason: "unreachable" });
  t.true(b.counters.modeMismatches > 0);
});

test("stop settles what is under way, and the peer learns of it", async (t) => {
  const { a, b, advance } = await start({ rateBitsPerSecond: 9600 });
  const outcomes: Promise<SendOutcome>[] = [
    a.send(bob.keyId, pattern(100_000, 1)),
    b.send(alice.keyId, pattern(100_000, 2)),
  ];
  await advance(10_000);
  const stopping = a.stop();
  await advance(10_000);
  await stopping;
  t.like(await outcomes[0], { status: "failed", reason: "closed" });
  t.like(await outcomes[1], { status: "failed", reason: "unreachable" });
});
