/** `waxwing link-test`: both ends as processes, over TCP and over a cable; what it measures, and how it fails. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { cableFor, cableTest, note } from "../support/cable.js";
import { startProgram, stopProcess, waxwing, withFolder } from "../support/program.js";

/** Ends with the test, whatever becomes of it. */
function startFor(t: ExecutionContext, args: readonly string[]) {
  const program = startProgram(args);
  t.teardown(() => void program.process.kill("SIGKILL"));
  return program;
}

const json = ({ stdout }: { stdout: Buffer }) => JSON.parse(stdout.toString());
const listenOnTcp = ["link-test", "--listen", "--json", "--type", "tcp", "--hostname", "127.0.0.1"];
const portOf = ({ addresses }: { addresses: string[] }) => addresses[0]!.split(":")[1]!;
const dialTcp = (port: string | number, ...more: string[]) => [
  ...["link-test", "--json", "--type", "tcp", "--hostname", "127.0.0.1", "--port", `${port}`],
  ...more,
];

test("waxwing link-test: over TCP, both ends count the same, and nothing is lost", async (t) => {
  const listener = startFor(t, [...listenOnTcp, "--once"]);
  const exited = once(listener.process, "exit");
  const listening = await listener.lines();
  t.like(listening, { event: "listening", type: "tcp" });
  const size = ["--pings", "7", "--ping-bytes", "200", "--seconds", "1", "--frame-bytes", "3000"];
  const outcome = await waxwing(dialTcp(portOf(listening), ...size));
  t.is(outcome.code, 0, outcome.stderr);
  t.is(outcome.stderr, "", "no progress where nobody looks");
  const result = json(outcome);
  t.is(result.peer, listening.keyId);
  t.like(result.ping, { bytes: 200, sent: 7, answered: 7, lossPercent: 0 });
  t.true(result.ping.minMs > 0 && result.ping.minMs <= result.ping.p50Ms);
  t.true(result.ping.p50Ms <= result.ping.p99Ms);
  const { load, wire } = result;
  t.like(load, { frameBytes: 3000, framesLost: 0 });
  t.true(load.framesDelivered > 0 && load.seconds > 0);
  t.true(Math.abs(load.framesPerSecond - load.framesDelivered / load.seconds) < 1);
  t.true(Math.abs(load.bytesPerSecond - 3000 * load.framesPerSecond) < 1000);
  t.true(load.wireBytesSent > load.framesDelivered * 3000);
  t.like(wire, { packetsLost: 0, packetsDamagedHere: 0, packetsDamagedThere: 0 });
  const { framesDelivered } = load;
  const served = {
    event: "served",
    pings: 7,
    loadFrames: framesDelivered,
    loadBytes: 3000 * framesDelivered,
  };
  t.like(await listener.lines(), served);
  t.is((await exited)[0], 0, "--once ends after one");
});

cableTest(
  `waxwing link-test: over a cable, with the JSON of a link, at the pace of its rate${note}`,
  async (t) => {
    const cable = await cableFor(t);
    const link = (path: string, more = {}) =>
      JSON.stringify({ type: "serial", path, baudRate: 57_600, framing: "hdlc", ...more });
    const listener = startFor(t, ["link-test", "--listen", "--json", "--link", link(cable.a)]);
    await listener.lines();
    const measure = ["link-test", "--json", "--pings", "5", "--seconds", "2", "--frame-bytes", "500"];
    const outcome = await waxwing([...measure, "--link", link(cable.b)]);
    t.is(outcome.code, 0, outcome.stderr);
    const { ping, load, link: properties } = json(outcome);
    t.is(ping.answered, 5);
    t.is(load.framesLost, 0);
    t.true(properties.rateBitsPerSecond < 46_080, "start and stop bits, and escapes, take their share");
    // A pty takes what a real line would still queue; unpaced it would be megabytes.
    t.true(load.bytesPerSecond < 2 * 5760, `paced to 57 600 baud: ${load.bytesPerSecond}`);
    t.true(load.framesDelivered > 0);
    t.is((await listener.lines()).loadFrames, load.framesDelivered);

    const readable = await waxwing([...measure, "--wait", "2", "--link", link(cable.b, { readable: true })]);
    t.is(readable.code, 3, "both ends must say that the wire stays readable");
    t.is(await stopProcess(listener.process), 0, "a listener is told to end");
  },
);

test("waxwing link-test: nobody there, or with another code, exits 3 within the wait", async (t) => {
  const listener = startFor(t, listenOnTcp);
  const port = portOf(await listener.lines());
  const other = await waxwing(dialTcp(port, "--wait", "1", "--code", "another"));
  t.is(other.code, 3);
  t.is(json(other).error.code, "transport_timeout");
  await stopProcess(listener.process);
  const absent = await waxwing(dialTcp(port, "--wait", "1"));
  t.is(absent.code, 3);
  t.regex(absent.stderr, /nobody answered within 1 s/);
});

test("waxwing link-test: a port that is not there is named and exits 3, at either end; wrong usage exits 2", async (t) => {
  await withFolder(async (folder) => {
    const path = join(folder, "no-such-port");
    for (const role of [[], ["--listen"]]) {
      const outcome = await waxwing(["link-test", "--json", "--type", "serial", "--path", path, ...role]);
      t.is(outcome.code, 3);
      t.is(json(outcome).error.code, "device_not_found");
      t.true(outcome.stderr.includes(path));
    }
  });
  const pings = await waxwing(dialTcp(1, "--pings", "0"));
  t.is(pings.code, 2);
  t.is(json(pings).error.code, "usage");
  t.is((await waxwing(["link-test", "--type", "pigeon"])).code, 2);
});

test("waxwing link-test: SIGINT gives what was measured and exits 1, or 3 when that is nothing", async (t) => {
  const listener = startFor(t, listenOnTcp);
  const port = Number(portOf(await listener.lines()));
  t.teardown(() => stopProcess(listener.process).then(() => {}));
  // Between both: so that it is known how far they are.
  let passed = 0;
  let isForwarding = true;
  let onPassed = () => {};
  const relay = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      passed += bytes.length;
      onPassed();
    });
    if (isForwarding) {
      const onward = connect(port, "127.0.0.1").on("error", () => {});
      socket.pipe(onward).pipe(socket);
    }
  }).listen(0, "127.0.0.1");
  t.teardown(() => void relay.close());
  await once(relay, "listening");

  const interruptedAfter = async (bytes: number) => {
    passed = 0;
    const args = dialTcp((relay.address() as AddressInfo).port, "--seconds", "60", "--pings", "2");
    const dialler = startFor(t, args);
    await new Promise<void>((resolve) => {
      onPassed = () => passed > bytes && resolve();
    });
    dialler.process.kill("SIGINT");
    const exited = once(dialler.process, "exit");
    return { result: await dialler.lines(), code: (await exited)[0] };
  };
  const measured = await interruptedAfter(200_000);
  t.is(measured.code, 1);
  t.true(measured.result.interrupted);
  t.is(measured.result.ping.answered, 2);
  t.true(measured.result.load.framesDelivered > 10);
  isForwarding = false;
  const nothing = await interruptedAfter(0);
  t.is(nothing.code, 3);
  t.is(nothing.result.error.code, "canceled");
});
