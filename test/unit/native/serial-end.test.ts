/** Every way in which a port ends, and what becomes of those who wait for it. */
import { setTimeout as delay } from "node:timers/promises";
import { WaxwingError } from "waxwing";
import { openSerialPort, type SerialPort } from "waxwing/native";
import { type Cable, cableFor, note, cableTest as test } from "../../support/cable.js";
import { Child } from "../../support/child.js";

type Test = Parameters<typeof cableFor>[0];

const code = (expected: string) => ({ instanceOf: WaxwingError, code: expected });

async function opened(t: Test): Promise<{ cable: Cable; port: SerialPort }> {
  const cable = await cableFor(t);
  const port = await openSerialPort({ path: cable.a, baudRate: 115_200 });
  t.teardown(() => port.close());
  return { cable, port };
}

/** More than cable and kernel take while nobody reads at the other end. */
const tooMuch = new Uint8Array(1 << 19);

test(`unplugging rejects a pending read, write and drain with disconnected${note}`, async (t) => {
  const { cable, port } = await opened(t);
  const pending = [port.read(new Uint8Array(8)), port.write(tooMuch), port.drain()];
  await delay(20);
  await cable.unplug();
  for (const one of pending) await t.throwsAsync(one, code("disconnected"));
  const reason = await port.ended;
  t.is(reason?.code, "disconnected");
  t.true(reason?.retryable);
});

test(`after it was unplugged a port answers every call with disconnected, and closes${note}`, async (t) => {
  const { cable, port } = await opened(t);
  await cable.unplug();
  await port.ended;
  for (const call of [
    () => port.write(new Uint8Array(1)),
    () => port.read(new Uint8Array(1)),
    () => port.drain(),
    () => port.flush(),
    () => port.baudRate(),
    () => port.update({ baudRate: 9600 }),
  ])
    await t.throwsAsync(call, code("disconnected"));
  t.false(port.offer(new Uint8Array(1)));
  await port.close();
});

test(`a cable that was put back in is a port again at the same path${note}`, async (t) => {
  const { cable, port } = await opened(t);
  await cable.unplug();
  await port.ended;
  await t.throwsAsync(openSerialPort({ path: cable.a, baudRate: 9600 }), code("device_not_found"));
  await cable.plug();
  const again = await openSerialPort({ path: cable.a, baudRate: 9600 });
  t.teardown(() => again.close());
  const other = await openSerialPort({ path: cable.b, baudRate: 9600 });
  t.teardown(() => other.close());
  await again.write(Uint8Array.of(1, 2, 3));
  t.is((await other.read(new Uint8Array(3))) > 0, true);
});

test(`what came before the end is read after it${note}`, async (t) => {
  const { cable, port } = await opened(t);
  const other = await openSerialPort({ path: cable.b, baudRate: 9600 });
  await other.write(Uint8Array.of(7, 8, 9));
  while (port.counters.bytesWaiting < 3) await delay(1);
  await cable.unplug();
  await port.ended;
  const out = new Uint8Array(8);
  t.is(await port.read(out), 3);
  t.deepEqual([...out.subarray(0, 3)], [7, 8, 9]);
  await t.throwsAsync(port.read(out), code("disconnected"));
  await other.close();
});

test(`close() cancels what waits, can be called twice at once and again, and frees the port${note}`, async (t) => {
  const { cable, port } = await opened(t);
  const pending = [port.read(new Uint8Array(8)), port.write(tooMuch), port.drain()];
  await delay(20);
  const closes = [port.close(), port.close()];
  for (const one of pending) await t.throwsAsync(one, code("canceled"));
  await Promise.all(closes);
  await port.close();
  t.is(await port.ended, undefined);
  await t.throwsAsync(port.read(new Uint8Array(1)), code("handle_closed"));
  await t.throwsAsync(port.write(new Uint8Array(1)), code("handle_closed"));
  await t.throwsAsync(port.baudRate(), code("handle_closed"));
  const again = await openSerialPort({ path: cable.a, baudRate: 9600 });
  await again.close();
});

test(`drain() resolves after all writes before it, in order, when the other end has taken them${note}`, async (t) => {
  const { cable, port } = await opened(t);
  const other = await openSerialPort({ path: cable.b, baudRate: 9600, receiveBytes: 4096 });
  t.teardown(() => other.close());
  const order: string[] = [];
  const done = Promise.all([
    port.write(tooMuch).then(() => order.push("first")),
    port.write(Uint8Array.of(1)).then(() => order.push("second")),
    port.drain().then(() => order.push("drained")),
  ]);
  await delay(30);
  t.deepEqual(order, [], "the kernel cannot have them all");
  let received = 0;
  other.onReadable = () => {
    const out = new Uint8Array(65_536);
    for (let length = -1; length !== 0; received += length) length = other.drainInto(out);
  };
  await done;
  t.deepEqual(order, ["first", "second", "drained"]);
  while (received < tooMuch.length + 1) await delay(1);
});

test(`drain() can be given up at any time, and the port lives on${note}`, async (t) => {
  const { port } = await opened(t);
  const write = port.write(tooMuch);
  const late = new AbortController();
  const drain = port.drain({ signal: late.signal });
  await delay(10);
  late.abort();
  await t.throwsAsync(drain, code("canceled"));
  await t.throwsAsync(port.drain({ signal: AbortSignal.abort() }), code("canceled"));
  t.is(await port.baudRate(), 115_200);
  const flushed = port.flush("out");
  await t.throwsAsync(write, code("canceled"));
  await flushed;
  await port.drain();
});

test(`flush() discards what came and what waits to be sent, and nothing that follows${note}`, async (t) => {
  const { cable, port } = await opened(t);
  const other = await openSerialPort({ path: cable.b, baudRate: 9600 });
  t.teardown(() => other.close());
  await other.write(Uint8Array.of(1, 2, 3));
  while (port.counters.bytesWaiting < 3) await delay(1);
  await port.flush("in");
  t.is(port.counters.bytesWaiting, 0);
  await other.write(Uint8Array.of(4));
  const out = new Uint8Array(8);
  t.is(await port.read(out), 1);
  t.is(out[0], 4);
});

test(`a worker thread that ends takes its port with it${note}`, async (t) => {
  const cable = await cableFor(t);
  const { Worker } = await import("node:worker_threads");
  const worker = new Worker(new URL("../../support/port-worker.mjs", import.meta.url), {
    workerData: cable.a,
    execArgv: [],
  });
  await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  await t.throwsAsync(openSerialPort({ path: cable.a, baudRate: 9600 }), code("device_busy"));
  await worker.terminate();
  for (let tries = 0; ; tries += 1) {
    try {
      await (await openSerialPort({ path: cable.a, baudRate: 9600 })).close();
      break;
    } catch (error) {
      if (tries > 200) throw error;
      await delay(10);
    }
  }
  t.pass();
});

test(`a port that does not open says so, even where nothing else keeps the process alive${note}`, async (t) => {
  const cable = await cableFor(t);
  const owner = await openSerialPort({ path: cable.a, baudRate: 9600 });
  // Whether the thread ends before JavaScript waits for it differs from run to run.
  for (let run = 0; run < 5; run += 1) {
    const refused = new Child("test/support/port-process.mjs", [cable.a, "idle"]);
    t.is((await refused.exit).code, 1, refused.stderr);
    t.regex(refused.stderr, /code: 'device_busy'/);
  }
  await owner.close();
});

test(`an open port alone does not keep the process alive, and a pending read does${note}`, async (t) => {
  const cable = await cableFor(t);
  const idle = new Child("test/support/port-process.mjs", [cable.a, "idle"]);
  t.deepEqual(await idle.next(), { opened: true });
  t.is((await idle.exit).code, 0);
  const reading = new Child("test/support/port-process.mjs", [cable.a, "read"]);
  t.deepEqual(await reading.next(), { opened: true });
  const ended = await Promise.race([reading.exit.then(() => true), delay(200, false)]);
  t.false(ended);
  const other = await openSerialPort({ path: cable.b, baudRate: 9600 });
  await other.write(Uint8Array.of(5));
  t.deepEqual(await reading.next(), { read: 1 });
  t.is((await reading.exit).code, 0);
  await other.close();
});
