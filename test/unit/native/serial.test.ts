import { setTimeout as delay } from "node:timers/promises";
import { WaxwingError } from "waxwing";
import { listSerialPorts, openSerialPort, type SerialOptions, type SerialPort } from "waxwing/native";
import { type Cable, cableFor, note, cableTest as test } from "../../support/cable.js";

type Test = Parameters<typeof cableFor>[0];

async function openFor(t: Test, path: string, options: Partial<SerialOptions> = {}): Promise<SerialPort> {
  const port = await openSerialPort({ path, baudRate: 115_200, ...options });
  t.teardown(() => port.close());
  return port;
}

async function bothEnds(t: Test): Promise<{ cable: Cable; a: SerialPort; b: SerialPort }> {
  const cable = await cableFor(t);
  return { cable, a: await openFor(t, cable.a), b: await openFor(t, cable.b) };
}

async function readExactly(port: SerialPort, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let have = 0; have < length; ) have += await port.read(bytes.subarray(have));
  return bytes;
}

function pattern(length: number, start = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (start + index) % 251);
}

const code = (expected: string) => ({ instanceOf: WaxwingError, code: expected });

test(`a port passes every byte both ways${note}`, async (t) => {
  const { a, b } = await bothEnds(t);
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  await a.write(every);
  t.deepEqual(await readExactly(b, 256), every);
  await b.write(every);
  t.deepEqual(await readExactly(a, 256), every);
  t.like(a.counters, { bytesSent: 256, bytesReceived: 256, bytesWaiting: 0, writesFailed: 0 });
});

test(`a megabyte passes in order while both ends write${note}`, async (t) => {
  const { a, b } = await bothEnds(t);
  const bytes = pattern(1 << 20);
  const [, , atA, atB] = await Promise.all([
    a.write(bytes),
    b.write(bytes),
    readExactly(a, bytes.length),
    readExactly(b, bytes.length),
  ]);
  t.deepEqual(Buffer.compare(atA, bytes), 0);
  t.deepEqual(Buffer.compare(atB, bytes), 0);
});

test(`drainInto() puts bytes into WASM memory at the place it is given${note}`, async (t) => {
  const { a, b } = await bothEnds(t);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  await a.write(pattern(100));
  while (b.counters.bytesWaiting < 100) await delay(1);
  t.is(b.drainInto(new Uint8Array(memory.buffer, 500, 60)), 60);
  t.is(b.drainInto(new Uint8Array(memory.buffer, 560, 60)), 40);
  t.is(b.drainInto(new Uint8Array(memory.buffer, 600, 60)), 0);
  const all = new Uint8Array(memory.buffer);
  t.deepEqual(all.slice(500, 600), pattern(100));
  t.is(all[499]! + all[600]!, 0);
});

test(`onReadable is called once a burst, and not while the reader pauses${note}`, async (t) => {
  const { a, b } = await bothEnds(t);
  let calls = 0;
  b.onReadable = () => {
    calls += 1;
  };
  for (let written = 1; written <= 5; written += 1) {
    await a.write(pattern(10));
    while (b.counters.bytesWaiting < 10 * written) await delay(1);
  }
  while (calls < 1) await delay(1);
  await delay(20);
  t.is(calls, 1);
  b.drainInto(new Uint8Array(50));
  await a.write(pattern(1));
  while (calls < 2) await delay(1);
  t.is(b.counters.bytesWaiting, 1);
});

test(`a listener that is set after bytes came is told of them${note}`, async (t) => {
  const { a, b } = await bothEnds(t);
  await a.write(pattern(3));
  while (b.counters.bytesWaiting < 3) await delay(1);
  await new Promise<void>((resolve) => {
    b.onReadable = resolve;
  });
  t.is(b.drainInto(new Uint8Array(8)), 3);
});

test(`any baud rate reads back exactly${note}`, async (t) => {
  const { a } = await bothEnds(t);
  await a.update({ baudRate: 250_123 });
  t.is(await a.baudRate(), 250_123);
  t.is(a.settings.baudRate, 250_123);
});

test(`settings are applied or refused by name, and a refused one changes nothing${note}`, async (t) => {
  const { a } = await bothEnds(t);
  await a.update({ stopBits: 2, rtscts: true, xon: true, xoff: true, xany: true, hupcl: false });
  t.like(a.settings, { stopBits: 2, rtscts: true, xany: true, hupcl: false, baudRate: 115_200 });
  await t.throwsAsync(a.update({ stopBits: 1.5 }), code("device_setting"));
  t.is(a.settings.stopBits, 2);
  await t.throwsAsync(a.update({ stopbits: 1 } as never), { instanceOf: TypeError });
});

test(`openSerialPort() tells a missing device, what is no port, and options that are none${note}`, async (t) => {
  const missing = { path: "/dev/no-such-port", baudRate: 9600 };
  const error = await t.throwsAsync(openSerialPort(missing), code("device_not_found"));
  t.like(error, { detail: { path: "/dev/no-such-port", syscall: "open", errno: 2 } });
  await t.throwsAsync(openSerialPort({ path: "/dev/null", baudRate: 9600 }), code("device_setting"));
  await t.throwsAsync(openSerialPort({ path: "/dev/null" } as never), { instanceOf: TypeError });
  await t.throwsAsync(openSerialPort({ ...missing, baudrate: 1 } as never), { instanceOf: TypeError });
  await t.throwsAsync(openSerialPort({ ...missing, receiveBytes: 1 }), { instanceOf: RangeError });
});

test(`a second opener is refused until the first has closed${note}`, async (t) => {
  const cable = await cableFor(t);
  const first = await openFor(t, cable.a);
  const options = { path: cable.a, baudRate: 9600 };
  await t.throwsAsync(openSerialPort(options), code("device_busy"));
  await first.close();
  await openFor(t, cable.a);
});

test(`without a lock two may have a port${note}`, async (t) => {
  const cable = await cableFor(t);
  await openFor(t, cable.a, { lock: false });
  await openFor(t, cable.a, { lock: false });
  t.pass();
});

test(`modem lines of a device that has none are device_setting, and the port lives on${note}`, async (t) => {
  const { a, b } = await bothEnds(t);
  t.like(await t.throwsAsync(a.lines(), code("device_setting")), { detail: { syscall: "TIOCMGET" } });
  await t.throwsAsync(a.setLines({ dtr: true }), code("device_setting"));
  await a.write(pattern(3));
  t.deepEqual(await readExactly(b, 3), pattern(3));
});

test(`offer() takes all or nothing, and onWritable follows a refusal${note}`, async (t) => {
  const cable = await cableFor(t);
  const a = await openFor(t, cable.a, { sendBytes: 4096 });
  const b = await openFor(t, cable.b, { receiveBytes: 4096 });
  let offered = 0;
  for (let refusals = 0; refusals < 50; ) {
    if (a.offer(pattern(500, offered))) offered += 500;
    else {
      refusals += 1;
      await delay(1);
    }
    t.true(offered < 1e6, "something pushes back");
  }
  const writable = new Promise<void>((resolve) => {
    a.onWritable = resolve;
  });
  const received = readExactly(b, offered);
  await writable;
  t.true(a.offer(new Uint8Array(0)));
  t.is(Buffer.compare(await received, pattern(offered)), 0);
});

test(`listSerialPorts() gives what sysfs has, by path${note}`, async (t) => {
  const ports = await listSerialPorts();
  t.true(Array.isArray(ports));
  for (const { path } of ports) t.regex(path, /^\/dev\/tty/);
});
