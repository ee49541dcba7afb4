/**
 * Native links over wires of every kind, from a seed: frames arrive at most once and unchanged, every send has
 * one outcome, all arrive once the wire is well again, and nothing is kept in the end.
 */
import test, { type ExecutionContext } from "ava";
import { SeededRandom } from "waxwing/testing";
import { End, makeLinkKeys } from "../support/link-endpoints.js";
import { LinkWire } from "../support/link-wire.js";
import { seedsToRun } from "../support/seeds.js";

const alice = makeLinkKeys("alice");
const bob = makeLinkKeys("bob");

/** Bits a second and bytes a packet: a slow radio, a fast one, serial lines, Ethernet, a fast wire. */
const wires = [
  { rate: 1200, packetBytesMax: 128, frameBytesMax: 400 },
  { rate: 1200, packetBytesMax: 255, frameBytesMax: 400 },
  { rate: 9600, packetBytesMax: 64, frameBytesMax: 2000 },
  { rate: 115_200, packetBytesMax: 300, frameBytesMax: 10_000 },
  { rate: 10_000_000, packetBytesMax: 1486, frameBytesMax: 60_000 },
  { rate: undefined, packetBytesMax: 1400, frameBytesMax: 60_000 },
  { rate: undefined, packetBytesMax: 64, frameBytesMax: 4000 },
  { rate: undefined, packetBytesMax: 65_000, frameBytesMax: 400_000 },
];

interface World {
  readonly wire: LinkWire;
  readonly random: SeededRandom;
  readonly ends: Map<string, End>;
  readonly sent: { from: string; to: string; sendId: number; end: End; bytes: Uint8Array }[];
  /** Ends that were replaced. */
  readonly dead: End[];
  readonly silenceMs: number;
  readonly packetBytesMax: number;
  readonly frameBytesMax: number;
  start(name: "a" | "b"): void;
}

function makeWorld(seed: number): World {
  const random = new SeededRandom(`links/${seed}`);
  const { rate, packetBytesMax, frameBytesMax } = random.pick(wires);
  const readable = random.chance(0.3);
  const properties = { packetBytesMax, ...(rate === undefined ? {} : { rateBitsPerSecond: rate }) };
  const wire = new LinkWire(random.fork("wire"), rate, random.integer(0, 40));
  const ends = new Map<string, End>();
  const dead: End[] = [];
  let starts = 0;
  const start = (name: "a" | "b") => {
    const before = ends.get(name);
    if (before) dead.push(before);
    const own = random.fork(`${name}${starts++}`);
    const end = new End(name === "a" ? alice : bob, own, { properties, readable });
    ends.set(name, end);
    wire.attach(name, end);
  };
  start("a");
  start("b");
  const { silenceMs } = ends.get("a")!.endpoint;
  return { wire, random, ends, sent: [], dead, silenceMs, packetBytesMax, frameBytesMax, start };
}

function sendOne(world: World): void {
  const { random, ends, wire, sent } = world;
  const [from, to] = random.chance(0.5) ? ["a", "b"] : ["b", "a"];
  const end = ends.get(from)!;
  const bytes = random.bytes(random.integer(0, random.chance(0.7) ? 200 : world.frameBytesMax));
  const sendId = end.send(to === "a" ? alice.keyId : bob.keyId, bytes, wire.nowMs);
  sent.push({ from, to, sendId, end, bytes });
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** What must hold at any time. */
function checkSafety(t: ExecutionContext, { ends, dead, sent }: World, title: string): void {
  for (const end of [...ends.values(), ...dead]) {
    t.deepEqual(end.surplusOutcomes, [], title);
    const allowed = new Map<string, number>();
    for (const { bytes, to } of sent)
      if ((to === "a" ? alice : bob) === end.keys)
        allowed.set(hex(bytes), (allowed.get(hex(bytes)) ?? 0) + 1);
    for (const { bytes, peer } of end.frames) {
      const left = (allowed.get(hex(bytes)) ?? 0) - 1;
      allowed.set(hex(bytes), left);
      t.true(left >= 0, `${title}: a frame that was not sent, or twice`);
      t.is(peer, end.keys === alice ? bob.keyId : alice.keyId, title);
    }
  }
}

/** What must hold when all is over. */
function checkNothingKept(t: ExecutionContext, { ends }: World, title: string): void {
  for (const { endpoint } of ends.values()) {
    const { peers, sessions, ...rest } = endpoint.holdings;
    t.true(peers <= 1 && sessions <= 3, title);
    t.deepEqual([...new Set(Object.values(rest))], [0], `${title}: ${JSON.stringify(rest)}`);
  }
}

/** A handshake in twelve fragments bears less than one in two packets. */
function makeFaults(random: SeededRandom, packetBytesMax: number) {
  const most = packetBytesMax < 300 ? 0.02 : 0.2;
  const upTo = (value: number) => (random.chance(0.3) ? 0 : random.fraction() * value);
  return { loss: upTo(most), repetition: upTo(0.3), reorder: upTo(0.5), damage: upTo(most / 2) };
}

for (const seed of seedsToRun(40))
  test(`a bad wire that is never away for long loses nothing (seed ${seed})`, (t) => {
    const world = makeWorld(seed);
    const { wire, random, silenceMs } = world;
    wire.faults = makeFaults(random, world.packetBytesMax);
    const rounds = random.integer(3, 12);
    for (let i = 0; i < rounds; i++) {
      for (let burst = random.integer(1, 4); burst > 0; burst--) sendOne(world);
      if (random.chance(0.3)) {
        const name = random.pick(["a", "b"]);
        wire.cut(name);
        wire.run(wire.nowMs + random.integer(0, silenceMs / 30));
        wire.mend(name);
      }
      wire.run(wire.nowMs + random.integer(0, silenceMs / 10));
    }
    wire.faults = {};
    wire.run(wire.nowMs + 20 * silenceMs);
    const title = `seed ${seed}`;
    checkSafety(t, world, title);
    for (const { end, sendId } of world.sent)
      t.is(
        end.outcomes.get(sendId)?.status,
        "delivered",
        `${title}: ${JSON.stringify(end.outcomes.get(sendId))}`,
      );
    const received = [...world.ends.values()].reduce((sum, { frames }) => sum + frames.length, 0);
    t.is(received, world.sent.length, title);
    checkNothingKept(t, world, title);
  });

for (const seed of seedsToRun(40))
  test(`whatever happens, no frame comes twice, and a wire that is well again carries (seed ${seed})`, (t) => {
    const world = makeWorld(seed + 10_000);
    const { wire, random, silenceMs } = world;
    const title = `seed ${seed}`;
    for (let i = random.integer(4, 12); i > 0; i--) {
      wire.faults = random.chance(0.2)
        ? { loss: random.fraction(), repetition: 0.5, reorder: 0.5, damage: 0.3 }
        : makeFaults(random, 1400);
      for (let burst = random.integer(0, 4); burst > 0; burst--) sendOne(world);
      const event = random.integer(0, 5);
      const name = random.pick(["a", "b"] as const);
      if (event === 0) world.start(name);
      else if (event === 1) {
        wire.cut(name);
        wire.run(wire.nowMs + random.integer(0, 2 * silenceMs));
        wire.mend(name);
      } else if (event === 2) {
        const sent = world.sent.length > 0 ? random.pick(world.sent) : undefined;
        sent?.end.endpoint.cancel(sent.sendId);
      }
      wire.run(wire.nowMs + random.integer(0, silenceMs));
    }
    wire.faults = {};
    wire.run(wire.nowMs + 20 * silenceMs);
    checkSafety(t, world, title);
    const before = world.sent.length;
    for (let i = 0; i < 6; i++) sendOne(world);
    wire.run(wire.nowMs + 20 * silenceMs);
    checkSafety(t, world, title);
    for (const { end, sendId } of world.sent.slice(before))
      t.is(
        end.outcomes.get(sendId)?.status,
        "delivered",
        `${title}: ${JSON.stringify(end.outcomes.get(sendId))}`,
      );
    checkNothingKept(t, world, title);
  });
