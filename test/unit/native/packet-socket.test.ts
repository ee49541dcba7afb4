import { spawnSync } from "node:child_process";
import type { ExecutionContext } from "ava";
import { WaxwingError } from "waxwing";
import { openIpSocket, openPacketSocket, type PacketSocket, type PacketSocketOptions } from "waxwing/native";
import { held, noMoreThan } from "../../support/process-holds.js";
import { vethTest as test, vethFor, vethNote } from "../../support/veth.js";

const everybody = "ff:ff:ff:ff:ff:ff";
const code = (expected: string) => ({ instanceOf: WaxwingError, code: expected });

async function opened(
  t: ExecutionContext,
  name: string,
  options: Partial<PacketSocketOptions> = {},
): Promise<PacketSocket> {
  const socket = await openPacketSocket({ interface: name, ...options });
  t.teardown(() => socket.close());
  return socket;
}

async function bothEnds(t: ExecutionContext, options: Partial<PacketSocketOptions> = {}) {
  const veth = vethFor(t);
  return { veth, a: await opened(t, veth.a, options), b: await opened(t, veth.b, options) };
}

async function next(socket: PacketSocket): Promise<{ bytes: Uint8Array; from: string }> {
  let taken: { bytes: Uint8Array; from: string } | undefined;
  await socket.receive((bytes, from) => {
    taken ??= { bytes: bytes.slice(), from };
  });
  return taken!;
}

test(`frames pass both ways, to one and to everybody${vethNote}`, async (t) => {
  const { a, b } = await bothEnds(t);
  t.is(a.mtu, 1500);
  t.is(a.etherType, 0x88b5);
  await a.send(new Uint8Array([1, 2, 3]), b.address);
  t.deepEqual(await next(b), { bytes: new Uint8Array([1, 2, 3]), from: a.address });
  await b.send(new Uint8Array(1500).fill(7), everybody);
  t.is((await next(a)).bytes.length, 1500);
  t.is(await a.drops(), 0);
});

test(`other EtherTypes and frames for others are not heard unless wanted${vethNote}`, async (t) => {
  const { veth, a, b } = await bothEnds(t);
  const other = await opened(t, veth.b, { etherType: 0x88b6 });
  const all = await opened(t, veth.b, { filter: [] });
  await a.send(new Uint8Array([1]), "02:00:00:00:00:99");
  await a.send(new Uint8Array([2]), b.address);
  t.deepEqual((await next(all)).bytes, new Uint8Array([1]));
  t.deepEqual((await next(b)).bytes, new Uint8Array([2]));
  t.is(other.counters.bytesReceived, 0);
});

test(`a filter runs in the kernel, and a multicast address can be joined${vethNote}`, async (t) => {
  // ldb [0]; jeq #1, accept; drop
  const startsWithOne = [
    { code: 0x30, jt: 0, jf: 0, k: 0 },
    { code: 0x15, jt: 0, jf: 1, k: 1 },
    { code: 0x06, jt: 0, jf: 0, k: 0xffff_ffff },
    { code: 0x06, jt: 0, jf: 0, k: 0 },
  ];
  const { veth, a } = await bothEnds(t);
  const filtered = await opened(t, veth.b, { filter: startsWithOne });
  const group = "03:00:5e:00:00:01";
  await filtered.join(group);
  await a.send(new Uint8Array([0, 1]), group);
  await a.send(new Uint8Array([1, 1]), group);
  t.deepEqual((await next(filtered)).bytes, new Uint8Array([1, 1]));
  await filtered.leave(group);
  const broken = { filter: [{ code: 0xffff, jt: 0, jf: 0, k: 0 }] };
  await t.throwsAsync(opened(t, veth.b, broken), code("device_setting"));
});

test(`a raw socket has the header in its bytes${vethNote}`, async (t) => {
  const { veth, a } = await bothEnds(t);
  const raw = await opened(t, veth.b, { mode: "raw" });
  await a.send(new Uint8Array([5]), raw.address);
  const { bytes } = await next(raw);
  const text = Buffer.from(bytes).toString("hex");
  t.is(text, `${raw.address}${a.address}`.replaceAll(":", "").concat("88b505"));
  const back = Uint8Array.from([...bytes.slice(6, 12), ...bytes.slice(0, 6), 0x88, 0xb5, 6]);
  await raw.send(back, "");
  t.deepEqual(await next(a), { bytes: new Uint8Array([6]), from: raw.address });
});

test(`more than the MTU is mtu_exceeded, and only that packet's failure${vethNote}`, async (t) => {
  const { a, b } = await bothEnds(t);
  await t.throwsAsync(a.send(new Uint8Array(1501), b.address), code("mtu_exceeded"));
  await a.send(new Uint8Array([1]), b.address);
  t.is((await next(b)).bytes.length, 1);
  t.throws(() => a.offer(new Uint8Array(1), "somewhere"), code("device_setting"));
});

test(`an interface that goes down, is down, is removed or missing is told by name${vethNote}`, async (t) => {
  const { veth, a } = await bothEnds(t);
  const reading = a.receive(() => {});
  veth.down();
  await t.throwsAsync(reading, { ...code("interface_down"), message: `the interface ${veth.a} is down` });
  t.is((await a.ended)?.code, "interface_down");
  await t.throwsAsync(openPacketSocket({ interface: veth.a }), code("interface_down"));
  veth.up();
  const again = await opened(t, veth.a);
  veth.remove();
  const ended = await again.ended;
  t.true(ended?.code === "disconnected" || ended?.code === "interface_down");
  await t.throwsAsync(openPacketSocket({ interface: veth.a }), code("device_not_found"));
});

test(`a raw IP protocol passes over loopback without the header of IP${vethNote}`, async (t) => {
  for (const hostname of ["127.0.0.1", "::1"]) {
    await using socket = await openIpSocket({ hostname });
    t.is(socket.protocol, 253);
    await socket.send(new Uint8Array([1, 2, 3]), hostname);
    let got: [Uint8Array, string] | undefined;
    await socket.receive((bytes, from) => {
      got = [bytes.slice(), from];
    });
    t.deepEqual(got, [new Uint8Array([1, 2, 3]), hostname]);
  }
});

test(`without CAP_NET_RAW one error says how to grant it${vethNote}`, (t) => {
  const script = `
    import { openPacketSocket, openIpSocket } from "waxwing/native";
    for (const open of [() => openPacketSocket({ interface: "lo" }), () => openIpSocket()])
      await open().then(() => console.log("opened"), (error) => console.log(error.code, error.message));`;
  const args = ["--inh-caps", "-net_raw", "--bounding-set", "-net_raw", process.execPath];
  const { stdout, error } = spawnSync("setpriv", [...args, "--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  if (error) return t.pass("setpriv is not installed");
  const lines = stdout.trim().split("\n");
  t.is(lines.length, 2);
  for (const line of lines)
    t.regex(line, /^device_permission .*EPERM.*CAP_NET_RAW.*setcap cap_net_raw\+ep .*AmbientCapabilities/);
});

test(`opening and closing two hundred sockets leaves no descriptor and no thread${vethNote}`, async (t) => {
  t.timeout(120_000);
  const veth = vethFor(t);
  await (await openPacketSocket({ interface: veth.a })).close();
  const before = held();
  for (let n = 0; n < 200; n++) {
    await (await openPacketSocket({ interface: veth.a })).close();
  }
  await t.notThrowsAsync(noMoreThan(before));
});
