import { setTimeout as delay } from "node:timers/promises";
import testWith, { type ExecutionContext } from "ava";
import { WaxwingError } from "waxwing";
import { nativeStatus, openUdpSocket, type UdpSocket, type UdpSocketOptions } from "waxwing/native";
import { eventually } from "../../support/eventually.js";

const isMissing = nativeStatus().loaded === undefined;
const note = isMissing ? " (needs the native addon: npm run build:native)" : "";
const test = isMissing ? (testWith.skip as unknown as typeof testWith) : testWith;
const code = (expected: string) => ({ instanceOf: WaxwingError, code: expected });

async function opened(t: ExecutionContext, options: UdpSocketOptions = {}): Promise<UdpSocket> {
  const socket = await openUdpSocket({ hostname: "127.0.0.1", ...options });
  t.teardown(() => socket.close());
  return socket;
}

const placeOf = ({ hostname, port }: UdpSocket) =>
  hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;

async function take(socket: UdpSocket, count: number): Promise<{ bytes: Uint8Array; from: string }[]> {
  const taken: { bytes: Uint8Array; from: string }[] = [];
  while (taken.length < count)
    await socket.receive((bytes, from) => taken.push({ bytes: bytes.slice(), from }));
  return taken;
}

for (const [family, hostname] of [
  ["IPv4", "127.0.0.1"],
  ["IPv6", "::1"],
] as const)
  test(`datagrams of ${family} pass both ways with where they came from${note}`, async (t) => {
    const a = await opened(t, { hostname });
    const b = await opened(t, { hostname });
    await a.send(new Uint8Array([1, 2, 3]), placeOf(b));
    const [first] = await take(b, 1);
    t.deepEqual(first, { bytes: new Uint8Array([1, 2, 3]), from: placeOf(a) });
    t.true(b.offer(new Uint8Array(0), first!.from));
    t.deepEqual(await take(a, 1), [{ bytes: new Uint8Array(0), from: placeOf(b) }]);
  });

test(`a socket of "::" hears IPv4 and answers it${note}`, async (t) => {
  const any = await opened(t, { hostname: "::" });
  const v4 = await opened(t);
  await v4.send(new Uint8Array([7]), `127.0.0.1:${any.port}`);
  const { from } = (await take(any, 1))[0]!;
  t.is(from, placeOf(v4));
  await any.send(new Uint8Array([8]), from);
  t.deepEqual((await take(v4, 1))[0]!.bytes, new Uint8Array([8]));
});

for (const offload of [true, false])
  test(`a thousand datagrams keep their boundaries, offload ${offload}${note}`, async (t) => {
    const a = await opened(t, { offload });
    const b = await opened(t, { offload, kernelReceiveBytes: 4 << 20 });
    const bodies = Array.from({ length: 1000 }, (_, n) => new Uint8Array(n % 7 === 6 ? 300 : 1200).fill(n));
    for (const body of bodies) await a.send(body, placeOf(b));
    const got = await take(b, bodies.length);
    t.true(got.every(({ bytes }, n) => Buffer.compare(bytes, bodies[n]!) === 0));
    if (!offload) t.deepEqual(a.offload, { send: false, receive: false });
  });

test(`a reader that pauses costs no memory: the kernel drops, and drops() says how many${note}`, async (t) => {
  const a = await opened(t);
  const b = await opened(t, { receiveBytes: 256 * 1024, kernelReceiveBytes: 64 * 1024 });
  const to = placeOf(b);
  for (let n = 0; n < 200; n++) await a.send(new Uint8Array(10_000), to);
  await eventually("a stall", () => b.counters.receiveStalls > 0);
  t.true(b.counters.bytesWaiting <= 256 * 1024);
  t.true((await b.drops()) > 0);
  b.drain(() => {});
  await a.send(new Uint8Array([1]), to);
  let last = 0;
  await eventually("it goes on", () => {
    b.drain((bytes) => {
      last = bytes.length;
    });
    return last === 1;
  });
});

test(`a packet's own failure takes no other with it, and an address that is none throws${note}`, async (t) => {
  const a = await opened(t);
  const b = await opened(t);
  const tooLong = a.send(new Uint8Array(65_508), placeOf(b));
  const next = a.send(new Uint8Array([1]), placeOf(b));
  await t.throwsAsync(tooLong, code("mtu_exceeded"));
  await next;
  t.is((await take(b, 1))[0]!.bytes.length, 1);
  t.is(a.counters.writesFailed, 1);
  for (const to of ["127.0.0.1", "localhost:1", "[::1]:1", "127.0.0.1:99999"])
    t.throws(() => a.offer(new Uint8Array(1), to), code("device_setting"), to);
});

test(`a taken port is address_in_use, an address of others address_unavailable, options are checked${note}`, async (t) => {
  const { port } = await opened(t);
  await t.throwsAsync(openUdpSocket({ hostname: "127.0.0.1", port }), code("address_in_use"));
  await t.throwsAsync(openUdpSocket({ hostname: "192.0.2.1" }), code("address_unavailable"));
  await t.throwsAsync(openUdpSocket({ hostname: "localhost" }), code("device_setting"));
  await t.throwsAsync(openUdpSocket({ prot: 1 } as never), { instanceOf: TypeError });
  await t.throwsAsync(openUdpSocket({ receiveBytes: 100 }), { instanceOf: RangeError });
});

test(`a group is heard after join() and not after leave()${note}`, async (t) => {
  const sender = await opened(t, { hostname: "0.0.0.0" });
  await sender.setMulticast({ interface: "lo", ttl: 1, loopback: true });
  const hearing = await opened(t, { hostname: "0.0.0.0", reuseAddress: true });
  const deaf = await opened(t, { hostname: "0.0.0.0", port: hearing.port, reuseAddress: true });
  const group = `239.88.7.${process.pid % 250}`;
  await hearing.join(group, "lo");
  await sender.send(new Uint8Array([1]), `${group}:${hearing.port}`);
  t.is((await take(hearing, 1))[0]!.bytes[0], 1);
  await hearing.leave(group, "lo");
  await sender.send(new Uint8Array([2]), `${group}:${hearing.port}`);
  await delay(50);
  t.is(hearing.counters.bytesWaiting, 0);
  t.is(deaf.counters.bytesReceived, 0);
  await t.throwsAsync(hearing.join(group, "no-such-if"), code("device_not_found"));
  await t.throwsAsync(hearing.join("ff15::1"), code("device_setting"));
});

test(`close() in any state settles what waits, and frees the port${note}`, async (t) => {
  const a = await opened(t);
  const { port } = a;
  const reading = a.receive(() => {});
  await Promise.all([a.close(), a.close()]);
  await t.throwsAsync(reading, code("canceled"));
  t.is(await a.ended, undefined);
  await t.throwsAsync(a.send(new Uint8Array(1), "127.0.0.1:9"), code("handle_closed"));
  t.false(a.offer(new Uint8Array(1), "127.0.0.1:9"));
  t.is((await opened(t, { port })).port, port);
});
