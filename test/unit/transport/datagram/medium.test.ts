/** Raw and UDP media over sockets that the test controls: what a datagram holds, ends and comings back. */
import test from "ava";
import { WaxwingError } from "waxwing";
import { createFakeHost } from "waxwing/testing";
import { createRawMedium, createUdpMedium } from "waxwing/transport";
import type { PacketLine, UdpLine, UdpLineSettings } from "#dist/contracts/datagram.js";
import type { Medium, MediumEvents } from "#dist/contracts/medium.js";

class FakeSocket implements PacketLine, UdpLine {
  readonly address = "02:00:00:00:00:01";
  readonly mtu: number;
  readonly hostname: string;
  readonly port: number;
  readonly sent: [Uint8Array, string][] = [];
  readonly calls: unknown[] = [];
  readonly ended: Promise<WaxwingError | undefined>;
  end!: (reason?: WaxwingError) => void;
  onReadable: (() => void) | undefined;
  onWritable: (() => void) | undefined;
  hasRoom = true;
  isClosed = false;
  #waiting: [Uint8Array, string][] = [];

  constructor({ hostname = "::", port = 7 }: UdpLineSettings = {}, mtu = 1500) {
    this.hostname = hostname;
    this.port = port;
    this.mtu = mtu;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  arrive(bytes: readonly number[], from: string): void {
    this.arriveUntold(bytes, from);
    this.onReadable?.();
  }

  /** The end may be told before what came. */
  arriveUntold(bytes: readonly number[], from: string): void {
    this.#waiting.push([Uint8Array.from(bytes), from]);
  }

  drain(deliver: (bytes: Uint8Array, from: string) => void): number {
    const waiting = this.#waiting.splice(0);
    for (const [bytes, from] of waiting) {
      deliver(bytes, from);
      // As the contract says: the next drain writes over them.
      bytes.fill(0xee);
    }
    return waiting.length;
  }

  offer(bytes: Uint8Array, to: string): boolean {
    if (to === "nowhere") throw new WaxwingError("device_setting", "no address");
    if (this.hasRoom) this.sent.push([bytes.slice(), to]);
    return this.hasRoom;
  }

  async join(...args: unknown[]): Promise<void> {
    this.calls.push(["join", ...args]);
  }

  async setMulticast(settings: unknown): Promise<void> {
    this.calls.push(["multicast", settings]);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.end();
  }
}

const absent = () => new WaxwingError("device_not_found", "no such interface");

/** What a medium tells, as one list. */
async function listen(medium: Medium): Promise<string[]> {
  const log: string[] = [];
  const events: MediumEvents = {
    packet: (bytes, from) => log.push(`packet ${[...bytes]} from ${from}`),
    writable: () => log.push("writable"),
    gone: (address, { code }) => log.push(`gone ${address}: ${code}`),
    up: () => log.push("up"),
    down: ({ code }) => log.push(`down ${code}`),
  };
  await medium.open(events);
  return log;
}

function raw(options: { mtu?: number; lineMtu?: number } = {}) {
  const { host, advance } = createFakeHost();
  const sockets: FakeSocket[] = [];
  const world = { isThere: true };
  const openLine = async () => {
    if (!world.isThere) throw absent();
    sockets.push(new FakeSocket({}, options.lineMtu));
    return sockets.at(-1)!;
  };
  const mtu = options.mtu === undefined ? {} : { mtu: options.mtu };
  const medium = createRawMedium({ host, openLine, interface: "eth0", ...mtu });
  return { medium, sockets, world, advance };
}

test("a frame says the length of its packet, so padding is no part of it and a frame cut short is damaged", async (t) => {
  const { medium, sockets } = raw();
  const log = await listen(medium);
  const [socket] = sockets as [FakeSocket];
  t.is(medium.properties.packetBytesMax, 1498);
  t.deepEqual(medium.addresses, [socket.address]);
  t.true(medium.send(Uint8Array.of(1, 2, 3), "x"));
  t.deepEqual(socket.sent, [[Uint8Array.of(0, 3, 1, 2, 3), "x"]]);
  socket.arrive([0, 3, 1, 2, 3, 0, 0, 0], "y");
  for (const damaged of [[], [0], [0, 4, 1, 2, 3], [255, 255]]) socket.arrive(damaged, "y");
  socket.arrive([0, 0], "y");
  t.deepEqual(log, ["packet 1,2,3 from y", "packet  from y"]);
  t.like(medium.counters, { packetsReceived: 2, packetsDamaged: 4, packetsSent: 1, wireBytesSent: 5 });
});

test("an interface that goes and comes back is down once and up once, and what had come before is delivered", async (t) => {
  const { medium, sockets, world, advance } = raw();
  const log = await listen(medium);
  world.isThere = false;
  sockets[0]!.arriveUntold([0, 1, 9], "y");
  sockets[0]!.end(new WaxwingError("interface_down", "eth0 is down"));
  await advance(20_000);
  t.deepEqual(log.splice(0, 1), ["packet 9 from y"]);
  t.deepEqual(log, ["down interface_down"]);
  t.true(sockets[0]!.isClosed);
  t.false(medium.send(Uint8Array.of(1), "x"));
  t.deepEqual(medium.addresses, []);
  world.isThere = true;
  await advance(5001);
  t.deepEqual(log, ["down interface_down", "up"]);
  t.true(medium.send(Uint8Array.of(1), "x"));
  t.is(medium.counters.reconnects, 1);
});

test("an interface that is not there yet is down; a right that is missing or an MTU too small is refused at once", async (t) => {
  const { medium, world, advance } = raw();
  world.isThere = false;
  const log = await listen(medium);
  world.isThere = true;
  await advance(1000);
  t.deepEqual(log, ["down device_not_found", "up"]);
  const small = raw({ lineMtu: 1280 });
  await t.throwsAsync(listen(small.medium), { code: "transport_config" });
  t.true(small.sockets[0]!.isClosed);
  t.is(raw({ mtu: 1280, lineMtu: 1280 }).medium.properties.packetBytesMax, 1278);
  const { host } = createFakeHost();
  const openLine = async () => {
    throw new WaxwingError("device_permission", "CAP_NET_RAW");
  };
  const refused = createRawMedium({ host, openLine, interface: "eth0" });
  await t.throwsAsync(listen(refused), { code: "device_permission" });
});

test("no room is told by send(), and room by writable(); an address that is none is gone", async (t) => {
  const { medium, sockets } = raw();
  const log = await listen(medium);
  const [socket] = sockets as [FakeSocket];
  socket.hasRoom = false;
  t.false(medium.send(Uint8Array.of(1), "x"));
  socket.hasRoom = true;
  socket.onWritable?.();
  t.false(medium.send(Uint8Array.of(1), "nowhere"));
  t.deepEqual(log, ["writable", "gone nowhere: transport_config"]);
  t.is(medium.counters.packetsSent, 0);
});

test("close() while it is down, while it opens and twice: the socket is closed and nothing is told", async (t) => {
  const { medium, sockets, world, advance } = raw();
  world.isThere = false;
  const log = await listen(medium);
  world.isThere = true;
  const later = advance(250);
  await Promise.all([medium.close(), medium.close()]);
  await later;
  await advance(10_000);
  t.deepEqual(log, ["down device_not_found"]);
  t.true(sockets.every(({ isClosed }) => isClosed));
  t.false(medium.send(Uint8Array.of(1), "x"));
});

test("a group is heard on a socket of its own, and packets leave from the other, whose port answers come to", async (t) => {
  const { host, advance } = createFakeHost();
  const opened: UdpLineSettings[] = [];
  const sockets: FakeSocket[] = [];
  const openLine = async (settings: UdpLineSettings) => {
    opened.push(settings);
    sockets.push(new FakeSocket(settings));
    return sockets.at(-1)!;
  };
  const multicast = { group: "239.1.2.3:4242", interface: "eth0" };
  const medium = createUdpMedium({ host, openLine, multicast });
  const log = await listen(medium);
  const [own, hearing] = sockets as [FakeSocket, FakeSocket];
  t.deepEqual(opened, [
    { hostname: "0.0.0.0", port: 0 },
    { hostname: "239.1.2.3", port: 4242, reuseAddress: true },
  ]);
  t.deepEqual(own.calls, [["multicast", { ttl: 1, loopback: true, interface: "eth0" }]]);
  t.deepEqual(hearing.calls, [["join", "239.1.2.3", "eth0"]]);
  t.is(medium.properties.packetBytesMax, 1200);
  t.true(medium.send(Uint8Array.of(9), multicast.group));
  t.deepEqual([own.sent.length, hearing.sent.length], [1, 0]);
  hearing.arrive([1], "a");
  own.arrive([2], "b");
  t.deepEqual(log, ["packet 1 from a", "packet 2 from b"]);
  hearing.end(new WaxwingError("disconnected", "gone"));
  await advance(300);
  t.true(own.isClosed);
  t.deepEqual(log.slice(2), ["down disconnected", "up"]);
  await medium.close();
});

test("without a hostname both families are heard, and IPv4 alone where the machine has no IPv6", async (t) => {
  const { host } = createFakeHost();
  for (const hasV6 of [true, false]) {
    const tried: (string | undefined)[] = [];
    const openLine = async (settings: UdpLineSettings) => {
      tried.push(settings.hostname);
      if (settings.hostname === "::" && !hasV6) throw new WaxwingError("device_setting", "EAFNOSUPPORT");
      return new FakeSocket(settings);
    };
    const medium = createUdpMedium({ host, openLine, port: 7 });
    await listen(medium);
    t.deepEqual(tried, hasV6 ? ["::"] : ["::", "0.0.0.0"]);
    t.deepEqual(medium.addresses, [hasV6 ? "[::]:7" : "0.0.0.0:7"]);
  }
});

test("createUdpMedium() and createRawMedium() refuse what cannot work", (t) => {
  const { host } = createFakeHost();
  const openLine = async () => new FakeSocket();
  const udp = (options: object) => () => createUdpMedium({ host, openLine, ...options });
  const config = { code: "transport_config" };
  t.throws(udp({ multicast: { group: "239.1.2.3" } }), config);
  t.throws(udp({ hostname: "::", multicast: { group: "239.1.2.3:1" } }), config);
  t.throws(udp({ packetBytesMax: 63 }), { instanceOf: RangeError });
  t.throws(udp({ port: 65_536 }), { instanceOf: RangeError });
  t.throws(udp({ grup: 1 }), { instanceOf: TypeError });
  t.throws(() => createRawMedium({ host, openLine, interface: "eth0", mtu: 65 }), { instanceOf: RangeError });
});
