/** Serial media over a cable in virtual time: framings, damage, pace, the cable pulled and put back. */
import test from "ava";
import { AirtimeBudget } from "waxwing/framing";
import { nativeKeyId } from "waxwing/records";
import { createFakeHost, SeededRandom } from "waxwing/testing";
import { createLinkTransport, createSerialMedium, type SerialMediumOptions } from "waxwing/transport";
import type { InboundFrame } from "#dist/contracts/transport.js";
import { linkCore, linkCrypto, makeLinkIdentity } from "../../../support/link-ends.js";
import { makeCable } from "../../../support/serial-cable.js";

const identities = { a: makeLinkIdentity(1), b: makeLinkIdentity(2) };

interface LineOptions extends Partial<Omit<SerialMediumOptions, "airtime">> {
  readonly dutyCycle?: number;
  readonly wrongBytes?: number;
  readonly seed?: number;
}

async function join({
  wrongBytes = 0,
  seed = 1,
  baudRate = 115_200,
  dutyCycle,
  ...options
}: LineOptions = {}) {
  const airtimeMs = (bytes: number) => (bytes * 10_000) / baudRate;
  const { host, advance } = createFakeHost({ seed });
  const random = new SeededRandom(seed);
  const cable = makeCable({ timers: host.timers, bytesPerMs: baudRate / 10_000, random, wrongBytes });
  const received: Record<"a" | "b", InboundFrame[]> = { a: [], b: [] };
  const end = (name: "a" | "b") => {
    const medium = createSerialMedium({
      host,
      openLine: cable.open[name],
      path: `/dev/${name}`,
      baudRate,
      ...options,
      ...(dutyCycle === undefined ? {} : { airtime: new AirtimeBudget({ airtimeMs, dutyCycle }) }),
    });
    return createLinkTransport({
      medium,
      host: { ...host, random: random.fork(name) },
      crypto: linkCrypto,
      engine: linkCore,
      identity: identities[name],
      directory: { lookup: async () => undefined },
      nativeKeyId: (keys) => nativeKeyId(linkCore, keys),
      addressBook: { address: () => "" },
    });
  };
  const ends = { a: end("a"), b: end("b") };
  for (const name of ["a", "b"] as const)
    await ends[name].start((frame) => {
      received[name].push(frame);
      return "accepted";
    });
  return { ...ends, received, cable, advance };
}

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

for (const framing of ["cobs", "slip", "hdlc", "kiss", "fec"] as const)
  test(`a frame of 20 kB crosses a line framed by ${framing}`, async (t) => {
    const { a, received, advance } = await join({ framing });
    const outcome = a.send(identities.b.keyId, pattern(20_000));
    await advance(20_000);
    t.is((await outcome).status, "delivered");
    t.deepEqual(received.b[0]!.bytes, pattern(20_000));
  });

test("9 600 baud with one byte in twenty wrong carries 8 KB under error correction, whole", async (t) => {
  const { a, received, advance } = await join({ framing: "fec", baudRate: 9600, wrongBytes: 0.05, seed: 4 });
  const outcome = a.send(identities.b.keyId, pattern(8000));
  await advance(60_000);
  t.is((await outcome).status, "delivered");
  t.deepEqual(received.b[0]!.bytes, pattern(8000));
});

test("a duty cycle slows a link down and ends nothing: frames go on when the airtime saved up is spent", async (t) => {
  const { a, received, advance } = await join({ baudRate: 9600, dutyCycle: 0.01 });
  const outcomes = Array.from({ length: 12 }, (_, i) => a.send(identities.b.keyId, pattern(4000 + i)));
  await advance(6 * 3_600_000);
  const statuses = (await Promise.all(outcomes)).map(({ status }) => status);
  t.deepEqual(
    statuses,
    Array.from(statuses, () => "delivered"),
  );
  t.is(received.b.length, 12);
});

test("a cable pulled in the middle of a frame and put back delivers it once, without a restart", async (t) => {
  const { a, b, received, cable, advance } = await join({ baudRate: 9600 });
  const outcome = a.send(identities.b.keyId, pattern(20_000));
  await advance(15_000);
  t.true(a.counters.medium.packetsSent > 5);
  cable.pull();
  await advance(1000);
  t.false(a.isUp);
  t.is(a.downReason?.code, "disconnected");
  await advance(9000);
  t.is(received.b.length, 0);
  cable.plug();
  await advance(60_000);
  t.true(a.isUp && b.isUp);
  t.is((await outcome).status, "delivered");
  t.is(received.b.length, 1);
  t.deepEqual(received.b[0]!.bytes, pattern(20_000));
  t.is(a.counters.medium.reconnects, 1);
});

test("a port that is not there yet is opened when it comes; settings that cannot work are refused at once", async (t) => {
  const { host, advance } = createFakeHost();
  const cable = makeCable({ timers: host.timers, bytesPerMs: 10 });
  cable.pull();
  const medium = createSerialMedium({ host, openLine: cable.open.a, path: "/dev/absent", baudRate: 9600 });
  const log: string[] = [];
  await medium.open({
    packet: () => log.push("packet"),
    writable: () => log.push("writable"),
    gone: () => log.push("gone"),
    up: () => log.push("up"),
    down: ({ code }) => log.push(`down ${code}`),
  });
  t.false(medium.send(new Uint8Array(10), ""));
  await advance(10_000);
  cable.plug();
  await advance(6000);
  t.deepEqual(log, ["down device_not_found", "up"]);
  await medium.close();
  const { WaxwingError } = await import("waxwing");
  const refusing = createSerialMedium({
    host,
    openLine: async () => {
      throw new WaxwingError("device_setting", "no such baud rate");
    },
    path: "/dev/x",
    baudRate: 1,
  });
  const nothing = { packet() {}, writable() {}, gone() {}, up() {}, down() {} };
  await t.throwsAsync(refusing.open(nothing), { code: "device_setting" });
});
