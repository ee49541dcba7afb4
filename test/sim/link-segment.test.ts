/**
 * Three to five ends on one segment where everybody hears everything: all talk to all, ends are cut off, die and
 * start anew, strangers shout. Once the wire is well, everything sent arrives, once; in the end nothing is kept.
 */
import test from "ava";
import { SeededRandom } from "waxwing/testing";
import { End, makeLinkKeys, RawPeer } from "../support/link-endpoints.js";
import { LinkWire } from "../support/link-wire.js";
import { seedsToRun } from "../support/seeds.js";

const names = ["a", "b", "c", "d", "e"] as const;
const identities = new Map(names.map((name) => [name as string, makeLinkKeys(`segment ${name}`)]));
const mallory = makeLinkKeys("segment mallory");

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

for (const seed of seedsToRun(6))
  test(`everybody reaches everybody over one segment (seed ${seed})`, (t) => {
    const random = new SeededRandom(`segment/${seed}`);
    const count = random.integer(3, 5);
    const rate = random.pick([57_600, 1_000_000, undefined]);
    const properties = {
      packetBytesMax: random.pick([256, 1400]),
      ...(rate === undefined ? {} : { rateBitsPerSecond: rate }),
    };
    const wire = new LinkWire(random.fork("wire"), rate, random.integer(0, 5));
    const here = names.slice(0, count);
    const ends = new Map<string, End>();
    const everSent: { from: string; to: string; bytes: Uint8Array; end: End; sendId: number }[] = [];
    let starts = 0;
    const start = (name: string) => {
      const end = new End(identities.get(name)!, random.fork(`${name}${starts++}`), { properties });
      ends.set(name, end);
      wire.attach(name, end);
    };
    const send = () => {
      const [from, to] = random.shuffle(here) as [string, string];
      const end = ends.get(from)!;
      const bytes = random.bytes(random.integer(8, 5000));
      const sendId = end.send(identities.get(to)!.keyId, bytes, wire.nowMs);
      everSent.push({ from, to, bytes, end, sendId });
    };
    const shout = (from: RawPeer) => {
      const victim = identities.get(random.pick(here))!;
      const { packet } = from.open(victim.keyId);
      for (const end of ends.values()) end.packet(packet, "m", wire.nowMs);
    };
    const stranger = new RawPeer(mallory, random.fork("m"));
    for (const name of here) start(name);
    for (let i = 0; i < 15; i++) {
      wire.faults = { loss: random.fraction() * 0.15, repetition: 0.1, reorder: 0.2, damage: 0.02 };
      for (let burst = random.integer(0, 4); burst > 0; burst--) send();
      if (random.chance(0.5)) shout(stranger);
      const name = random.pick(here);
      const event = random.integer(0, 6);
      if (event === 0) start(name);
      if (event === 1) {
        wire.cut(name);
        wire.run(wire.nowMs + random.integer(0, 40_000));
        wire.mend(name);
      }
      wire.run(wire.nowMs + random.integer(0, 8000));
    }
    wire.faults = {};
    wire.run(wire.nowMs + 200_000);
    const before = everSent.length;
    for (let i = 0; i < 3 * count; i++) send();
    wire.run(wire.nowMs + 300_000);
    for (const { end, sendId, from, to } of everSent.slice(before))
      t.is(
        end.outcomes.get(sendId)?.status,
        "delivered",
        `${from} → ${to}: ${JSON.stringify(end.outcomes.get(sendId))}`,
      );
    for (const [name, end] of ends) {
      t.deepEqual(end.surplusOutcomes, []);
      const meant = everSent.filter(({ to }) => to === name);
      for (const frame of end.frames) {
        const of = meant.filter(({ bytes }) => hex(bytes) === hex(frame.bytes));
        t.is(of.length, 1, "a frame that was sent here");
        t.is(frame.peer, identities.get(of[0]!.from)!.keyId, "under its sender's key");
      }
      t.is(new Set(end.frames.map(({ bytes }) => hex(bytes))).size, end.frames.length, "once each");
      const { peers, sessions, ...rest } = end.endpoint.holdings;
      t.true(peers < count && sessions <= 3 * (count - 1));
      t.deepEqual([...new Set(Object.values(rest))], [0], JSON.stringify(rest));
    }
  });
