/**
 * What no pty can show: modem lines, and a fault inside the addon. It needs an addon with the crate's feature
 * `test-hooks`, in which lines loop back (RTS to CTS, DTR to DSR and DCD, a break to RI).
 */
import { createRequire } from "node:module";
import testWith from "ava";
import { WaxwingError } from "waxwing";
import type { NativeSerial } from "#dist/bindings/native/serial.js";
import { SerialPort } from "#dist/bindings/native/serial.js";
import { type Cable, cableFor, note as cableNote, cableTest } from "../../support/cable.js";

const hooked = process.env.WAXWING_NATIVE_HOOKS;
const how = "WAXWING_NATIVE_HOOKS=<file>, of `npm run build:native -- --features test-hooks --out <file>`";
const note = hooked === undefined ? `${cableNote} (needs ${how})` : cableNote;
const test = hooked === undefined ? (testWith.skip as unknown as typeof testWith) : cableTest;

interface Hooks {
  askPanic(): number;
  panicInCall(): void;
}

/** The addon, which also keeps what its constructor makes. */
function spied(): { addon: NativeSerial; made: Hooks[] } {
  const addon = createRequire(import.meta.url)(hooked ?? "") as NativeSerial;
  const made: Hooks[] = [];
  const port = new Proxy(addon.SerialPort, {
    construct(target, args: ConstructorParameters<NativeSerial["SerialPort"]>) {
      const native = new target(...args);
      made.push(native as unknown as Hooks);
      return native;
    },
  });
  const { listSerialPorts, serialLineBits } = addon;
  return { addon: { listSerialPorts, serialLineBits, SerialPort: port }, made };
}

async function opened(
  t: Parameters<typeof cableFor>[0],
): Promise<{ cable: Cable; port: SerialPort; hooks: Hooks }> {
  const cable = await cableFor(t);
  const { addon, made } = spied();
  const port = new SerialPort(addon, { path: cable.a, baudRate: 9600 }, { loopedLines: true });
  await port.opened;
  t.teardown(() => port.close());
  return { cable, port, hooks: made[0]! };
}

test(`lines() and setLines() read and change what is named, and setBreak() holds until it is ended${note}`, async (t) => {
  const { port } = await opened(t);
  const off = { dtr: false, rts: false, cts: false, dsr: false, dcd: false, ri: false };
  t.deepEqual(await port.lines(), off);
  await port.setLines({ dtr: true, rts: true });
  t.deepEqual(await port.lines(), { ...off, dtr: true, rts: true, cts: true, dsr: true, dcd: true });
  await port.setLines({ rts: false });
  t.deepEqual(await port.lines(), { ...off, dtr: true, dsr: true, dcd: true });
  await port.setBreak(true);
  t.true((await port.lines()).ri);
  await port.setBreak(false);
  t.false((await port.lines()).ri);
});

for (const [where, breakIt] of [
  ["on the thread", (hooks: Hooks) => void hooks.askPanic()],
  ["in a call", (hooks: Hooks) => void hooks.panicInCall()],
] as const) {
  test(`a panic ${where} is an error of that port, which is free again${note}`, async (t) => {
    const { cable, port, hooks } = await opened(t);
    const read = port.read(new Uint8Array(1));
    read.catch(() => {});
    try {
      breakIt(hooks);
    } catch (error) {
      t.like(error, { code: "native_panic" });
    }
    await t.throwsAsync(read, { instanceOf: WaxwingError, code: "native_panic" });
    t.is((await port.ended)?.code, "native_panic");
    await t.throwsAsync(port.write(new Uint8Array(1)), { code: "native_panic" });
    await port.close();
    const again = new SerialPort(spied().addon, { path: cable.a, baudRate: 9600 });
    await again.opened;
    await again.close();
  });
}
